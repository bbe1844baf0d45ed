"""Files that the server holds for one reader: handed in, or made as an export.

A small one stays in memory, a large one in a temporary file without a name. Each is closed, and its room free, as soon
as nothing holds it any more: neither the place where it was handed in, nor the work on it, nor whoever fetches it. Who
takes one along asks for it by a token that only the page was told. What a reader holds is bounded, and so is what all
of them hold together.
"""

from __future__ import annotations

import io
import secrets
import tempfile
import threading
import weakref
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import IO, Any, BinaryIO, cast
from urllib.parse import quote

import streamlit as st
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from advisor.dataset.files.bounds import Beyond

IN_MEMORY = 1 << 20
"""Bytes up to which a file stays in memory."""
CHUNK = 1 << 20
"""Bytes that are sent, or written, at once."""
VISITOR_FILES = 5
"""Largest files that one reader may hold: the file and one for validation, and what is made of them."""
SERVER_FILES = 20
"""The same, of all readers together."""
MOST_NAME = 200
"""Longest name of a file, in characters."""

Watch = Callable[[int], None]
"""Told how many bytes were read just now; may raise to end the reading."""


class Gone(ValueError):
    """A file that nothing held any more: another lies in its place, or it was taken back."""


class Full(Beyond):
    """There is no room for more."""

    def __init__(self, reason: str, message: str, /, **values: object) -> None:
        super().__init__(message, **values)
        self.reason = reason
        """A key of the words that the page has for it."""


class Account:
    """How many bytes are held by somebody, who is one of those that hold bytes `within` another account."""

    def __init__(self, most: Callable[[], int], full: Callable[[int], Full], within: Account | None = None) -> None:
        self.used = 0
        self._most = most
        self._full = full
        self._within = within
        self._lock = threading.Lock()

    @property
    def most(self) -> int:
        return self._most()

    def take(self, n: int) -> None:
        """Note that so many bytes more are held. Raises `Full` where they are too many."""
        if self._within:
            self._within.take(n)
        with self._lock:
            fits = self.used + n <= self._most()
            if fits:
                self.used += n
        if not fits:
            if self._within:
                self._within.give_back(n)
            raise self._full(self._most())

    def give_back(self, n: int) -> None:
        """Note that so many bytes are held no longer."""
        with self._lock:
            self.used -= n
        if self._within:
            self._within.give_back(n)


def most_bytes() -> int:
    """The size of the largest file that is taken, from Streamlit's option `server.maxUploadSize`."""
    return int(st.get_option("server.maxUploadSize")) * 1_000_000


def _server_full(size: int) -> Full:
    return Full("noRoom", "The files of all visitors fill the {size} that this server has for them.", size=size)


def _visitor_full(size: int) -> Full:
    return Full("yourRoom", "Your files fill the {size} that one visitor has here.", size=size)


SERVER = Account(lambda: SERVER_FILES * most_bytes(), _server_full)
"""What all readers hold."""


def visitor() -> Account:
    """What one reader holds, who holds nothing yet."""
    return Account(lambda: VISITOR_FILES * most_bytes(), _visitor_full, SERVER)


class CountedFile(tempfile.SpooledTemporaryFile[bytes]):
    """A file whose length is on an account for as long as it is open."""

    def __init__(self, account: Account) -> None:
        super().__init__(IN_MEMORY)
        self._account = account
        self._length = 0

    def write(self, data: bytes, /) -> int:  # type: ignore[override]
        more = self.tell() + len(data) - self._length
        if more > 0:
            self._account.take(more)
            self._length += more
        return super().write(data)

    def close(self) -> None:
        length, self._length = self._length, 0
        self._account.give_back(length)
        super().close()


class StoredFile:
    """Bytes that one may write to once, as to a file, and then read as often as needed, by several at a time.

    Whoever makes one holds it, and so does whoever says so by `share`; once each of them has let go of it by `close`,
    it is gone. Writing raises `Full` where there is no room.
    """

    def __init__(self, data: bytes = b"", account: Account | None = None) -> None:
        self.file: IO[bytes] = CountedFile(account or visitor())
        self._lock = threading.Lock()
        self._holders = 1
        self._last_size = 0
        weakref.finalize(self, self.file.close)
        self.file.write(data)

    def share(self) -> None:
        """Hold it too. Raises `Gone`."""
        with self._lock:
            if not self._holders:
                raise Gone("the file is held no longer")
            self._holders += 1

    def close(self) -> None:
        """Hold it no longer."""
        with self._lock:
            self._holders = max(0, self._holders - 1)
            if not self._holders and not self.file.closed:
                self._last_size = self.file.seek(0, io.SEEK_END)
                self.file.close()

    @property
    def size(self) -> int:
        with self._lock:
            return self._last_size if self.file.closed else self.file.seek(0, io.SEEK_END)

    def read(self, start: int, size: int) -> bytes:
        """At most so many bytes from there on."""
        with self._lock:
            self.file.seek(start)
            return self.file.read(size)

    def opened(self, watch: Watch | None = None) -> BinaryIO:
        """A stream of its own over the whole."""
        return cast(BinaryIO, io.BufferedReader(_StoredReader(self, watch)))


class _StoredReader(io.RawIOBase):
    """One reader's place in held bytes."""

    def __init__(self, stored: StoredFile, watch: Watch | None) -> None:
        self._stored = stored
        self._watch = watch
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._stored.size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        data = self._stored.read(self._at, len(buffer))
        if self._watch and data:
            self._watch(len(data))
        self._at += len(data)
        buffer[: len(data)] = data
        return len(data)


@dataclass(frozen=True)
class Upload:
    """A file with the name that its reader knows it by; empty for what was pasted."""

    name: str
    stored: StoredFile

    @classmethod
    def of(cls, name: str, data: bytes, account: Account | None = None) -> Upload:
        return cls(name, StoredFile(data, account))

    @property
    def size(self) -> int:
        return self.stored.size


@dataclass(eq=False)
class Export:
    """A file to take along, under an address that nobody can guess. It lasts as long as something holds it."""

    file: Upload
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))

    def __post_init__(self) -> None:
        _exports[self.token] = self

    @property
    def address(self) -> str:
        """Where the page finds it, from any page of the app."""
        return f"./held/{self.token}"


_exports: weakref.WeakValueDictionary[str, Export] = weakref.WeakValueDictionary()


async def send_export(request: Request) -> Response:
    """The file with this token, as something to save."""
    export = _exports.get(request.path_params["token"])
    if export is None:
        return PlainTextResponse("This file is no longer held.", 404)
    stored = export.file.stored
    try:
        stored.share()
    except Gone:
        return PlainTextResponse("This file is no longer held.", 404)
    name = quote(export.file.name, safe="")
    headers = {
        "Content-Disposition": f"attachment; filename*=utf-8''{name}",
        "Content-Length": str(export.file.size),
        "Content-Encoding": "identity",  # a large file is sent as it is, not packed on the way
        "Cache-Control": "no-store",
    }
    return _ExportResponse(stored, _chunks(stored), media_type="application/octet-stream", headers=headers)


class _ExportResponse(StreamingResponse):
    """Sends held bytes, and lets go of them, also where whoever fetches them goes away."""

    def __init__(self, stored: StoredFile, chunks: Iterator[bytes], **how: Any) -> None:
        super().__init__(chunks, **how)
        self._stored = stored

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._stored.close()


def _chunks(stored: StoredFile) -> Iterator[bytes]:
    at = 0
    while chunk := stored.read(at, CHUNK):
        at += len(chunk)
        yield chunk


ROUTES = [Route("/{base:path}held/{token}", send_export, methods=["GET"])]
"""Also below a path that a proxy puts before all addresses."""
