"""Files that the server holds for one reader: handed in, or made to be taken along.

A small one stays in memory, a large one in a temporary file without a name. Each is gone with the last thing that holds
it: the reader's session, or the work on it. Who takes one along asks for it by a token that only the page was told.
"""

from __future__ import annotations

import io
import secrets
import tempfile
import threading
import weakref
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import IO, BinaryIO, cast
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

IN_MEMORY = 1 << 20
"""Bytes up to which a file stays in memory."""
PIECE = 1 << 20
"""Bytes that are sent, or written, at once."""
MOST_NAME = 200
"""Longest name of a file, in characters."""

Watch = Callable[[int], None]
"""Told how many bytes were read just now; may raise to end the reading."""


class Held:
    """Bytes that one may write to once, as to a file, and then read as often as needed, by several at a time."""

    def __init__(self, data: bytes = b"") -> None:
        self.file: IO[bytes] = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115
        self._lock = threading.Lock()
        weakref.finalize(self, self.file.close)
        self.file.write(data)

    @property
    def size(self) -> int:
        with self._lock:
            return self.file.seek(0, io.SEEK_END)

    def read(self, start: int, size: int) -> bytes:
        """At most so many bytes from there on."""
        with self._lock:
            self.file.seek(start)
            return self.file.read(size)

    def opened(self, watch: Watch | None = None) -> BinaryIO:
        """A stream of its own over the whole."""
        return cast(BinaryIO, io.BufferedReader(_View(self, watch)))


class _View(io.RawIOBase):
    """One reader's place in held bytes."""

    def __init__(self, held: Held, watch: Watch | None) -> None:
        self._held = held
        self._watch = watch
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._held.size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        data = self._held.read(self._at, len(buffer))
        if self._watch and data:
            self._watch(len(data))
        self._at += len(data)
        buffer[: len(data)] = data
        return len(data)


@dataclass(frozen=True)
class Upload:
    """A file with the name that its reader knows it by; empty for what was pasted."""

    name: str
    held: Held

    @classmethod
    def of(cls, name: str, data: bytes) -> Upload:
        return cls(name, Held(data))

    @property
    def size(self) -> int:
        return self.held.size


@dataclass(eq=False)
class Offer:
    """A file to take along, under an address that nobody can guess. It lasts as long as something holds it."""

    file: Upload
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))

    def __post_init__(self) -> None:
        _offers[self.token] = self

    @property
    def address(self) -> str:
        """Where the page finds it, from any page of the app."""
        return f"./held/{self.token}"


_offers: weakref.WeakValueDictionary[str, Offer] = weakref.WeakValueDictionary()


async def give(request: Request) -> Response:
    """The file with this token, as something to save."""
    offer = _offers.get(request.path_params["token"])
    if offer is None:
        return PlainTextResponse("This file is no longer held.", 404)
    name = quote(offer.file.name, safe="")
    headers = {
        "Content-Disposition": f"attachment; filename*=utf-8''{name}",
        "Content-Length": str(offer.file.size),
        "Content-Encoding": "identity",  # a large file is sent as it is, not packed on the way
        "Cache-Control": "no-store",
    }
    return StreamingResponse(_pieces(offer.file.held), media_type="application/octet-stream", headers=headers)


def _pieces(held: Held) -> Iterator[bytes]:
    at = 0
    while piece := held.read(at, PIECE):
        at += len(piece)
        yield piece


ROUTES = [Route("/{base:path}held/{token}", give, methods=["GET"])]
"""Also below a path that a proxy puts before all addresses."""
