"""A server on this machine that speaks OpenAI's API over real HTTP, well or badly as a test asks for."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import json
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.kits.server import running

DIMENSIONS = 64
"""Numbers in an embedding: words fall into so many buckets."""
KEY = "sk-a-key-that-nobody-may-see"


@dataclass(frozen=True)
class Reply:
    """What the server does with one request: an answer piece by piece, or one of the ways in which servers fail."""

    text: str = ""
    status: int = 200
    error: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    refusal: str = ""
    finish: str = "stop"
    cached: int = 0
    """Tokens of the prompt that were in the cache."""
    usage: bool = True
    """Whether it counts tokens."""
    cut: bool = False
    """Hang up after half of the answer."""
    garbage: str = ""
    """Sent in place of all else, with status 200."""
    endless: str = ""
    """Sent again and again, until the client hangs up."""
    packed: bool = False
    """Whether `garbage` is packed, though nobody asked for that."""
    wait: threading.Event | None = None
    """What the first token waits for."""
    calls: tuple[tuple[str, str], ...] = ()
    """Tools that are called: name and arguments."""
    model: str = ""
    """That it says answered; empty: the one that was asked."""


class PilotServer(ThreadingHTTPServer):
    """Answers what `answer` makes of a request for an answer; embeds by the words of a text."""

    request_queue_size = 64

    def __init__(self, answer: Callable[[Any], Reply]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer = answer
        self.embed: Callable[[list[str]], Reply | None] = lambda _: None
        """How it fails to make vectors of texts, or which model it says made them; None: it makes them as asked."""
        self.models: list[Any] = ["small"]
        """Names of the models that it says it has."""
        self.vectors: Callable[[list[str]], list[list[float]]] = lambda texts: list(map(embedding, texts))
        self.asked: list[tuple[str, Any, dict[str, str]]] = []
        """Path, body, and headers in small letters, of every request."""
        self.at_once = self.most_at_once = 0
        self.lock = threading.Lock()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    def bodies(self, path: str = "/v1/chat/completions") -> list[Any]:
        return [body for at, body, _ in self.asked if at == path]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up are part of the tests."""


@contextmanager
def serving(answer: Callable[[Any], Reply] | Reply = Reply("yes")) -> Iterator[PilotServer]:
    """A server that answers inside the block."""
    with running(PilotServer((lambda _: answer) if isinstance(answer, Reply) else answer)) as server:
        yield server


def question(body: Any) -> str:
    """The last thing that was asked."""
    return str(body["messages"][-1]["content"])


def words_of(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


class _Handler(BaseHTTPRequestHandler):
    server: PilotServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_: object) -> None:
        """A test prints nothing."""

    def do_GET(self) -> None:
        self.server.asked.append((self.path, None, {name.lower(): text for name, text in self.headers.items()}))
        data = [{"id": name, "object": "model", "created": 0, "owned_by": "us"} for name in self.server.models]
        self._json({"object": "list", "data": data})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.server.lock:
            self.server.asked.append((self.path, body, {name.lower(): text for name, text in self.headers.items()}))
            self.server.at_once += 1
            self.server.most_at_once = max(self.server.most_at_once, self.server.at_once)
        try:
            if self.path.endswith("/embeddings"):
                self._embed(body)
            else:
                self._answer(body, self.server.answer(body))
        finally:
            with self.server.lock:
                self.server.at_once -= 1

    def _answer(self, body: Any, reply: Reply) -> None:
        if reply.wait:
            reply.wait.wait(30)
        if reply.status >= 300:
            self._json({"error": dict(reply.error) or {"message": "no"}}, reply.status, reply.headers)
        elif reply.garbage:
            headers = {"Content-Type": "text/event-stream", **({"Content-Encoding": "gzip"} if reply.packed else {})}
            data = reply.garbage.encode()
            self._send(gzip.compress(data) if reply.packed else data, 200, headers)
        elif reply.endless:
            self._send_on(reply.endless.encode())
        elif not body.get("stream"):
            self._json(_whole(body, reply))
        else:
            self._stream(body, reply)

    def _stream(self, body: Any, reply: Reply) -> None:
        pieces = re.findall(r"\s*\S+\s*", reply.text)
        deltas: list[dict[str, Any]] = [{"role": "assistant", "content": ""}, *({"content": piece} for piece in pieces)]
        if reply.refusal:
            deltas.append({"refusal": reply.refusal})
        deltas += [
            {
                "tool_calls": [
                    {
                        "index": at,
                        "id": f"call_{at}",
                        "type": "function",
                        "function": {"name": name, "arguments": given},
                    }
                ]
            }
            for at, (name, given) in enumerate(reply.calls)
        ]
        body = {**body, "model": reply.model or body["model"]}
        chunks = [_chunk(body, [{"index": 0, "delta": delta, "finish_reason": None}]) for delta in deltas]
        if reply.cut:
            chunks = chunks[: 1 + len(pieces) // 2]
        else:
            chunks.append(_chunk(body, [{"index": 0, "delta": {}, "finish_reason": reply.finish}]))
        if reply.usage and not reply.cut and (body.get("stream_options") or {}).get("include_usage"):
            sent = sum(len(words_of(str(message["content"]))) for message in body["messages"])
            chunks.append(
                {
                    **_chunk(body, []),
                    "usage": {
                        "prompt_tokens": sent,
                        "completion_tokens": len(pieces),
                        "total_tokens": sent + len(pieces),
                        "prompt_tokens_details": {"cached_tokens": reply.cached},
                    },
                }
            )
        lines = [f"data: {json.dumps(chunk)}\n\n".encode() for chunk in chunks]
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for line in [*lines, *([] if reply.cut else [b"data: [DONE]\n\n"])]:
            self.wfile.write(f"{len(line):x}\r\n".encode() + line + b"\r\n")
        if reply.cut:  # no last chunk: the connection is gone
            self.close_connection = True
            return
        self.wfile.write(b"0\r\n\r\n")

    def _embed(self, body: Any) -> None:
        reply = self.server.embed(body["input"])
        if reply and reply.status >= 300:
            self._json({"error": dict(reply.error) or {"message": "no"}}, reply.status, reply.headers)
            return
        data = [
            {"object": "embedding", "index": at, "embedding": vector}
            for at, vector in enumerate(self.server.vectors(body["input"]))
        ]
        tokens = sum(len(words_of(text)) for text in body["input"])
        self._json(
            {
                "object": "list",
                "data": data,
                "model": (reply and reply.model) or body["model"],
                "usage": {"prompt_tokens": tokens, "total_tokens": tokens},
            }
        )

    def _send_on(self, data: bytes) -> None:
        self.close_connection = True
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        with contextlib.suppress(ConnectionError):
            while True:
                self.wfile.write(data)

    def _json(self, value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> None:
        self._send(json.dumps(value).encode(), status, {"Content-Type": "application/json", **(headers or {})})

    def _send(self, data: bytes, status: int, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, text in headers.items():
            self.send_header(name, text)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def embedding(text: str) -> list[float]:
    """Words of a text counted in buckets: texts that share words are close."""
    numbers = [0.0] * DIMENSIONS
    for word in words_of(text):
        numbers[hashlib.sha256(word.encode()).digest()[0] % DIMENSIONS] += 1.0
    return numbers


def _whole(body: Any, reply: Reply) -> dict[str, Any]:
    """An answer to a client that does not want it in pieces."""
    message = {"role": "assistant", "content": reply.text, "refusal": reply.refusal or None}
    return {
        "id": "1",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": body["model"],
        "choices": [{"index": 0, "message": message, "finish_reason": reply.finish}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
    }


def _chunk(body: Any, choices: list[Any]) -> dict[str, Any]:
    return {
        "id": "1",
        "object": "chat.completion.chunk",
        "created": int(time.time()),
        "model": body["model"],
        "choices": choices,
    }
