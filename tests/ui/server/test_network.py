"""Nothing leaves this machine, whoever asks: the network is cut, and every connection and lookup is written down."""

from __future__ import annotations

from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus

from advisor.cli.serve import HOST
from tests.ui.server.process import Process, any_port, app, ask, open_stream, see

# Runs before anything else in the server's process. The loop of asyncio takes the place of uvloop, whose connections
# Python does not see.
WATCH = """
import os, sys
sys.modules["uvloop"] = None
LOG = os.open(os.environ["WATCHED"], os.O_WRONLY | os.O_APPEND)
os.write(LOG, b"watching\\n")
LOOKUPS = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo")
SENDS = ("socket.connect", "socket.sendto", "socket.sendmsg")

def watch(event, args):
    if event in LOOKUPS:
        found = f"{event} {args!r}"
    elif event in SENDS and args[1] and not str(args[1]).startswith(("('127.", "('::1'")):
        found = f"{event} {args[1]!r}"
    else:
        return
    os.write(LOG, found.encode() + b"\\n")
    raise OSError("the network is cut")

sys.addaudithook(watch)
"""
FOREIGN = [
    "https://evil.example",
    "null",
    "http://8.8.8.8",
    "http://localhost:1",
    f"http://x@{HOST}",
    "https://evil.example.",
]


class Watched:
    """The app with its network cut."""

    def __init__(self, folder: Path, *options: str, **environment: str) -> None:
        (folder / "sitecustomize.py").write_text(WATCH)
        self.seen = folder / "seen.txt"
        self.seen.touch()
        self.port = any_port()
        watched = {"PYTHONPATH": str(folder), "WATCHED": str(self.seen), "PYTHONWARNINGS": "ignore"}
        self.process: Process = app(self.port, folder / "app.log", *options, **watched, **environment)

    def found(self) -> set[str]:
        """What left the process or tried to. Raises if nobody watched."""
        first, *others = self.seen.read_text().splitlines()
        assert first == "watching"
        return {line for line in others if line != "watching"}


def refusal(port: int, origin: str) -> int:
    with pytest.raises(InvalidStatus) as refused:
        open_stream(port, origin=origin)
    return refused.value.response.status_code


@pytest.mark.on_push(1)
@pytest.mark.parametrize("address", [HOST, "0.0.0.0"])
def test_a_whole_visit_and_every_refusal_reach_for_nothing(tmp_path, address):
    watched = Watched(tmp_path, "--allowed-origin", "https://front.example.org", STREAMLIT_SERVER_ADDRESS=address)
    with watched.process:
        port = watched.port
        for origin in (f"http://{HOST}:{port}", f"HTTP://{HOST}.:{port}", "https://front.example.org", None):
            with open_stream(port, origin=origin) as stream:
                assert b"Should you fine-tune?" in see(stream)
                assert b"verdict" in see(stream, "verdict")
        for target in ("/", "/verdict?lang=nl", "/_stcore/health", "/_stcore/host-config", "/healthz", "/nowhere"):
            ask(port, target)
            ask(port, target, headers={"Host": "evil.example"})
            ask(port, target, "PUT", headers={"Origin": "https://evil.example"})
        assert [refusal(port, origin) for origin in FOREIGN] == [403] * len(FOREIGN)
        with open_stream(port) as stream:
            see(stream, "data")
    assert watched.found() == set()
    printed = (tmp_path / "app.log").read_text()
    assert f"http://{HOST}:{port}" in printed
    assert "Traceback" not in printed
    assert ("--allowed-host NAME" in printed) == (address == "0.0.0.0")


def test_whoever_watches_sees_what_streamlit_would_ask(tmp_path):
    """That the test above can fail: without an address to print, Streamlit asks for that of this machine."""
    watched = Watched(tmp_path, STREAMLIT_SERVER_ADDRESS="0.0.0.0")
    code = "from streamlit import net_util; net_util.get_external_ip(); net_util.get_internal_ip()"
    watched.process.command[1:] = ["-c", f"{code}; import http.server; {SERVE.format(port=watched.port)}"]
    with watched.process:
        pass
    assert any("checkip" in line for line in watched.found())
    assert any("8.8.8.8" in line for line in watched.found())


SERVE = f"http.server.HTTPServer(({HOST!r}, {{port}}), http.server.BaseHTTPRequestHandler).serve_forever()"
