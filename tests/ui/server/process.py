"""The app as a process of its own, and a reader who visits it over a websocket, as the browser's code does."""

from __future__ import annotations

import http.client
import os
import re
import socket
import ssl
import subprocess
import sys
import time
from pathlib import Path
from typing import Self

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

from advisor.cli.serve import HOST
from advisor.content.load import HOME

START_SECONDS = 120
PATIENCE_SECONDS = 60


_kept: list[socket.socket] = []


def any_port() -> int:
    """A port to serve on. On Linux it is kept until the tests end, since a port that is free may be given to another
    worker's server, or to a connection, before a server has it.
    """
    holder = socket.socket()
    holder.bind((HOST, 0))
    port = int(holder.getsockname()[1])
    if sys.platform == "linux":  # elsewhere a server cannot take a port that is bound
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        _kept.append(holder)
    else:
        holder.close()
    return port


class Process:
    """A server that is asked again and again until it answers, and ended at the end of the block."""

    def __init__(self, command: list[str], port: int, log: Path, environment: dict[str, str] | None = None) -> None:
        self.command, self.port, self.log = command, port, log
        self.environment = environment or {}
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("STREAMLIT_", "ADVISOR_"))}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, cwd=HOME, env={**clean, **self.environment}, stdout=log, stderr=subprocess.STDOUT
            )
        deadline = time.monotonic() + START_SECONDS
        while not self.listening():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.__exit__()
                raise RuntimeError(f"{self.command} did not start:\n{self.log.read_text()}")
            time.sleep(0.05)
        return self

    def __exit__(self, *_: object) -> None:
        if self.process:
            self.process.terminate()
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def listening(self) -> bool:
        try:
            socket.create_connection((HOST, self.port), 5).close()
        except OSError:
            return False
        return True


def app(port: int, log: Path, *options: str, **environment: str) -> Process:
    command = [sys.executable, "-m", "advisor", "app", "--no-browser", "--port", str(port), *options]
    return Process(command, port, log, environment)


def ask(
    port: int,
    target: str,
    method: str = "GET",
    headers: dict[str, str] | None = None,
    body: bytes | None = None,
    tls: tuple[ssl.SSLContext, str] | None = None,
    source: str = "",
) -> http.client.HTTPResponse:
    """One request, with the target as it stands: no client tidies it up. The answer is read. `source` is who asks."""
    connection = http.client.HTTPConnection(HOST, port, timeout=PATIENCE_SECONDS)
    connection.sock = socket.create_connection((HOST, port), PATIENCE_SECONDS, (source, 0) if source else None)
    if tls:
        connection.sock = tls[0].wrap_socket(connection.sock, server_hostname=tls[1])
    given = {"Host": f"{HOST}:{port}", **(headers or {})}
    connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
    if body is not None and "Content-Length" not in given:
        given["Content-Length"] = str(len(body))
    for name, value in given.items():
        connection.putheader(name, value)
    connection.endheaders()
    if body:
        connection.send(body)
    answer = connection.getresponse()
    answer.content = answer.read()
    connection.close()
    return answer


def open_stream(port: int, **options: object) -> ClientConnection:
    """A websocket to the session of a page, by default with the origin that a page of this server has."""
    given = {"origin": f"http://{HOST}:{port}", "proxy": None, "max_size": None, "open_timeout": PATIENCE_SECONDS}
    uri = str(options.pop("uri", f"ws://{HOST}:{port}/_stcore/stream"))
    return connect(uri, subprotocols=["streamlit"], **{**given, **options})


def see(stream: ClientConnection, page: str = "", query: str = "") -> bytes:
    """Everything that the server sends for a page until it is drawn."""
    asked = BackMsg()
    asked.rerun_script.query_string = query
    asked.rerun_script.page_name = page
    stream.send(asked.SerializeToString())
    found = b""
    while True:
        piece = stream.recv(PATIENCE_SECONDS)
        found += piece
        if ForwardMsg.FromString(piece).WhichOneof("type") == "script_finished":
            return found


def tokens(drawn: bytes) -> list[str]:
    """The tokens under which the page that was drawn hands in files."""
    return [one.decode() for one in re.findall(rb'"token":\s*"([\w-]{20,})"', drawn)]
