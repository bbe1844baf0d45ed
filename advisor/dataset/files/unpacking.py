"""The bytes of a file as a stream of pieces: unpacked, in UTF-8, and at most a few hundred kilobytes at once."""

from __future__ import annotations

import codecs
import gzip
import io
import re
import sys
import tempfile
import weakref
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Literal, cast

from advisor.dataset.files.bounds import NONE, Bounds
from advisor.dataset.files.json_value import windows_1252
from advisor.dataset.row import Fault, Note, Unusable

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

Compression = Literal["gzip", "zstd"]
Encoding = Literal["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "latin-1"]

PIECE = 1 << 18
"""Bytes that are read at once."""
BOMB_SIZE = 1 << 30
BOMB_RATIO = 500
"""A file that unpacks to more than `BOMB_SIZE` bytes and to so many times its size is taken for an attack. Chat files
shrink 3 to 10 times; gzip cannot do more than 1,032 times.
"""
MAGIC: dict[bytes, Compression] = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd"}
MARKS: dict[bytes, Encoding] = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
_WINDOW = Note(
    "The file is packed by zstd with a window of more than 128 MB, which takes as much memory to unpack. Pack it "
    "again without --long or --ultra."
)
_UNREADABLE = Note("The file cannot be read to its end.")
_BROKEN = (EOFError, gzip.BadGzipFile, zlib.error, zstd.ZstdError)


class Stored:
    """The file as it lies there: can be opened again and again, always from the same place."""

    def __init__(self, file: Path | BinaryIO | bytes) -> None:
        if not isinstance(file, (Path, bytes)) and not file.seekable():
            file = _copied(file)
            weakref.finalize(self, file.close)
        self._file = file
        self._start = 0 if isinstance(self._file, (Path, bytes)) else self._file.tell()

    @property
    def path(self) -> Path | None:
        """Where the file lies, if it was given by its path."""
        return self._file if isinstance(self._file, Path) else None

    @property
    def size(self) -> int:
        """Bytes from the start on. Raises `Unusable`."""
        with self.opened() as stream:
            try:
                return stream.seek(0, io.SEEK_END) - self._start
            except OSError as error:
                raise Unusable(_UNREADABLE.message) from error

    def begin(self, length: int) -> bytes:
        """Its first bytes. Raises `Unusable`."""
        with self.opened() as stream:
            try:
                return stream.read(length)
            except OSError as error:
                raise Unusable(_UNREADABLE.message) from error

    @contextmanager
    def opened(self) -> Iterator[BinaryIO]:
        """The stream at its start; one that was handed in stays open. Raises `Unusable`."""
        if isinstance(self._file, bytes):
            yield io.BytesIO(self._file)
        elif isinstance(self._file, Path):
            try:
                stream = self._file.open("rb")
            except OSError as error:
                raise _unopened(error) from error
            with stream:
                yield stream
        else:
            self._file.seek(self._start)
            yield self._file

    def position(self, stream: BinaryIO) -> int:
        """Bytes read of an open stream."""
        return stream.tell() - self._start


def _unopened(error: OSError) -> Unusable:
    """Why a file cannot be opened, and what to do."""
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return Unusable("There is no such file. Look at how it is spelled, and in which folder you are.")
    if isinstance(error, IsADirectoryError):
        return Unusable("This is a folder. Name the file in it that is meant.")
    if isinstance(error, PermissionError):
        return Unusable("You may not read this file. Ask whoever owns it for the right to.")
    return Unusable("The file cannot be opened ({problem}).", problem=error.strerror or "?")


def _copied(file: BinaryIO) -> BinaryIO:
    """A private copy of what can be read only once, such as a pipe; deleted when it is closed."""
    copy = tempfile.TemporaryFile()  # noqa: SIM115
    while piece := file.read(PIECE):
        copy.write(piece)
    copy.seek(0)
    return cast(BinaryIO, copy)


def compression_of(start: bytes) -> Compression | None:
    return next((kind for magic, kind in MAGIC.items() if start.startswith(magic)), None)


def unpacked(
    stream: BinaryIO, compression: Compression | None, size: int, faults: list[Fault], bounds: Bounds = NONE
) -> Iterator[bytes]:
    """The pieces of a stream of `size` bytes. What comes before damage is given, and the damage is added to the faults.

    Raises `Unusable` for a file that grows without bounds or beyond those given, and where reading fails.
    """
    given = 0
    read = _reader(stream, compression)
    while True:
        try:
            piece = read(PIECE)
        except _BROKEN as error:
            if "too much memory" in str(error):
                raise Unusable(_WINDOW.message) from error
            faults.append(Fault("broken-archive", values={"bytes": given}))
            return
        except OSError as error:
            raise Unusable(_UNREADABLE.message) from error
        if not piece:
            return
        given += len(piece)
        bounds.demand_size(given, size)
        if given > BOMB_SIZE and given > BOMB_RATIO * size:
            raise Unusable("The file unpacks to more than {ratio} times its size. It was not read.", ratio=BOMB_RATIO)
        yield piece


def _reader(stream: BinaryIO, compression: Compression | None) -> Callable[[int], bytes]:
    if compression == "gzip":
        return gzip.GzipFile(fileobj=stream, mode="rb").read1
    if compression == "zstd":
        return zstd.ZstdFile(stream, mode="rb").read1
    return stream.read


def gathered(pieces: Iterator[bytes], least: int = PIECE) -> Iterator[bytes]:
    """The same bytes in pieces of at least so many: unpacking gives small ones."""
    waiting: list[bytes] = []
    size = 0
    for piece in pieces:
        waiting.append(piece)
        size += len(piece)
        if size >= least:
            yield b"".join(waiting)
            waiting, size = [], 0
    if waiting:
        yield b"".join(waiting)


def encoding_of(start: bytes) -> tuple[Encoding, bool]:
    """The encoding of a text that begins like this, and whether it has a byte-order mark. Raises `Unusable`."""
    if start.startswith((codecs.BOM_UTF32_BE, codecs.BOM_UTF32_LE)):
        raise Unusable("The file is UTF-32, which no trainer reads. Save it as UTF-8.")
    for mark, encoding in MARKS.items():
        if start.startswith(mark):
            return encoding, True
    # In UTF-16 every second byte of Western text, and of the signs of JSON and CSV in any text, is zero.
    even, odd = start[::2].count(0), start[1::2].count(0)
    if max(even, odd) > 0.2 * len(start) / 2 and min(even, odd) < 0.1 * max(even, odd):
        return ("utf-16-be" if even > odd else "utf-16-le"), False
    return ("utf-8" if _is_utf_8(start) else "latin-1"), False


_NO_UTF_8 = re.compile("[\udc80-\udcff]")
"""Bytes that are no UTF-8, as decoding with `surrogateescape` leaves them."""


def _is_utf_8(start: bytes) -> bool:
    """Whether this is UTF-8, with a few bad bytes at most. Latin-1 hardly ever looks like a sign of several bytes."""
    text = start.decode("utf-8", "surrogateescape")
    strange = len(_NO_UTF_8.findall(text[:-3]))
    return strange == 0 or 10 * (sum(sign > "\x7f" for sign in text) - strange) > strange


def in_utf_8(pieces: Iterator[bytes], encoding: Encoding, bom: bool) -> Iterator[bytes]:
    """The pieces as UTF-8 without byte-order mark; bytes that are no UTF-8 are left for the reader of the line."""
    if bom:
        pieces = _without_mark(pieces, 3 if encoding == "utf-8-sig" else 2)
    if encoding == "latin-1":
        yield from (windows_1252(piece).encode() for piece in pieces)
    elif encoding in ("utf-16-le", "utf-16-be"):
        decoder = codecs.getincrementaldecoder(encoding)("surrogatepass")
        for piece in pieces:
            yield decoder.decode(piece).encode("utf-8", "surrogatepass")
        if decoder.getstate()[0]:
            yield "\N{REPLACEMENT CHARACTER}".encode()
    else:
        yield from pieces


def _without_mark(pieces: Iterator[bytes], length: int) -> Iterator[bytes]:
    start = b""
    for piece in pieces:
        start += piece
        if len(start) >= length:
            yield start[length:]
            break
    yield from pieces
