"""The head of a request is short and comes soon."""

from __future__ import annotations

import re
import select
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest
import uvicorn

from advisor.cli.serve import HOST
from advisor.ui.server import request_heads

REQUEST = b"GET /%b HTTP/1.1\r\nHost: localhost\r\n%b\r\n"


async def answer(scope, receive, send):
    """Say how much came in."""
    size = 0
    more = scope["type"] == "http"
    while more:
        message = await receive()
        size += len(message.get("body", b""))
        more = message.get("more_body", False)
    body = str(size).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
    await send({"type": "http.response.body", "body": body})


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(uvicorn.config.HTTP_PROTOCOLS, "auto", "")
        request_heads.bound()
        with socket.socket() as listening:
            listening.bind((HOST, 0))
            server = uvicorn.Server(uvicorn.Config(answer, lifespan="off", log_level="error", timeout_keep_alive=60))
            thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
            thread.start()
            while not server.started:
                time.sleep(0.01)
            yield listening.getsockname()[1]
            server.should_exit = True
            thread.join()


@pytest.fixture
def impatient(monkeypatch) -> None:
    monkeypatch.setattr(request_heads, "HEAD_SECONDS", 1.0)


@pytest.fixture
def brisk(monkeypatch) -> None:
    monkeypatch.setattr(request_heads, "HEAD_SECONDS", 5.0)


@pytest.fixture
def line(port) -> Iterator[socket.socket]:
    with socket.create_connection((HOST, port), 30) as line:
        yield line


def told(line: socket.socket) -> bytes:
    """One answer, whole, or what came of it before the connection was closed."""
    found = b""
    while piece := line.recv(65_536):
        found += piece
        head, _, body = found.partition(b"\r\n\r\n")
        size = re.search(rb"content-length: (\d+)", head)
        if size and len(body) >= int(size[1]):
            break
    return found


def test_a_head_within_the_limit_is_read(line):
    line.sendall(REQUEST % (b"x" * 60_000, b"Cookie: %b\r\n" % (b"y" * 60_000)))
    assert told(line).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("head", [b"GET /?a=", b"GET / HTTP/1.1\r\nCookie: ", b"GET / HTTP/1.1\r\n"])
def test_a_head_that_does_not_end_is_refused(line, head):
    piece = b"x-%d: y\r\n" * 10_000 if head.endswith(b"\r\n") else b"x" * 100_000
    with pytest.raises(OSError, match=r"reset|[Pp]ipe"):  # noqa: PT012
        line.sendall(head)
        for _ in range(1_000):
            line.sendall(piece)
            time.sleep(0.001)


def test_a_head_that_is_too_long_is_told_so(line):
    line.sendall(b"GET /?a=")
    with suppress(ConnectionError):  # it may be closed while more is sent; what was told before can be read
        while not select.select([line], [], [], 0.01)[0]:
            line.sendall(b"x" * 10_000)
    assert b" 400 " in told(line)


@pytest.mark.parametrize("begun", [b"", b"GET", b"GET / HTTP/1.1\r\nHost: loc"])
def test_a_head_that_does_not_come_is_not_waited_for(impatient, line, begun):
    line.sendall(begun)
    assert line.recv(100) == b""


def test_a_head_that_drips_is_not_waited_for(impatient, line):
    with pytest.raises(OSError, match=r"reset|[Pp]ipe"):
        drip(line)


def drip(line: socket.socket) -> None:
    for letter in b"GET /" + b"x" * 1_000:
        line.sendall(bytes([letter]))
        time.sleep(0.05)


def test_a_body_may_be_long_and_slow_and_another_request_follow(brisk, line):
    line.sendall(b"PUT / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3000000\r\n\r\n")
    for _ in range(3):
        line.sendall(b"z" * 1_000_000)
        time.sleep(2)
    assert told(line).endswith(b"\r\n\r\n3000000")
    for _ in range(3):
        line.sendall(REQUEST % (b"", b""))
        assert told(line).endswith(b"\r\n\r\n0")


def test_requests_that_follow_at_once_are_answered(line):
    line.sendall((REQUEST % (b"a" * 50_000, b"")) * 5)
    found = b""
    while found.count(b"HTTP/1.1 200") < 5:
        found += line.recv(65_536)
