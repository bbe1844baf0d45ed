"""What the real server does when it ends, or ends a connection, while there is still something on its way."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from advisor.cli.serve import HOST
from tests.ui.server.process import PATIENCE_SECONDS, any_port, app, open_stream, see, tokens

TOO_LONG = b"\x82\xff" + (150_000_000).to_bytes(8) + b"mask" + b"begun"
"""The begin of a message over a websocket, whose head says how long it is."""


def ask_for(stream: ClientConnection, page: str) -> None:
    asked = BackMsg()
    asked.rerun_script.page_name = page
    stream.send(asked.SerializeToString())


LENGTH = 900_000_000


def drip(line: socket.socket) -> None:
    """Send more and more of a file, slowly: at this pace it comes for hours, and is never given up for being slow."""
    with suppress(OSError):
        while True:
            line.sendall(b"x" * 5_000)
            time.sleep(0.1)


def drain(stream: ClientConnection) -> None:
    while True:
        stream.recv(PATIENCE_SECONDS)


def test_a_stream_that_the_server_closes_while_a_page_is_sent_is_no_mistake(tmp_path):
    port, log = any_port(), tmp_path / "app.log"
    with app(port, log):
        for page in ["verdict", "data", "learn", ""] * 5:
            with open_stream(port) as stream:
                ask_for(stream, page)
                stream.recv(PATIENCE_SECONDS)
                stream.socket.sendall(TOO_LONG)
                with pytest.raises(ConnectionClosed):
                    drain(stream)
        # And the server ends in the middle of a page.
        with open_stream(port) as stream:
            ask_for(stream, "verdict")
            stream.recv(PATIENCE_SECONDS)
    assert "Traceback" not in log.read_text()


def test_a_file_that_is_still_coming_does_not_keep_the_server_from_ending(tmp_path):
    port = any_port()
    with app(port, tmp_path / "app.log") as server, open_stream(port) as stream:
        token = tokens(see(stream, "data"))[0]
        with socket.create_connection((HOST, port), PATIENCE_SECONDS) as line:
            request = f"PUT /held/{token}?name=a.jsonl&number=1 HTTP/1.1\r\nHost: {HOST}:{port}"
            line.sendall(f"{request}\r\nContent-Length: {LENGTH}\r\n\r\n".encode() + b"x" * 1000)
            assert server.process
            server.process.terminate()
            coming = threading.Thread(target=drip, args=(line,))
            coming.start()
            server.process.wait(PATIENCE_SECONDS)
            coming.join()
    assert "Traceback" not in (tmp_path / "app.log").read_text()
