"""Cuts a file of lines at any bytes, so that several readers that know nothing of one another read each line once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from advisor.dataset.files.json_stream import LONGEST
from advisor.dataset.files.unpacking import PIECE


def lines_in_range(
    stream: BinaryIO, start: int, end: int, first: int = 0, line_end: bytes = b"\n", longest: int = LONGEST
) -> bytes:
    """The whole lines that begin in the bytes from `start` up to `end`, of a file whose text begins at `first`.

    The last one is read on beyond `end`. A line begins where the text does and behind each `line_end`, which is one
    byte. Of a line of more than `longest` bytes only the beginning is given, still too long, and its end; at most
    that and the range are held.
    """
    begins = start == first  # anywhere else, the byte before tells whether a line begins at `start`
    stream.seek(start if begins else start - 1)
    text = stream.read(end - stream.tell())
    if not begins:
        cut = text.find(line_end)
        text = text[cut + 1 :] if cut >= 0 else b""
    if not text or text.endswith(line_end):
        return text
    return text + b"".join(_rest(stream, line_end, longest - (len(text) - text.rfind(line_end) - 1)))


def _rest(stream: BinaryIO, line_end: bytes, most: int) -> Iterator[bytes]:
    """What follows up to the end of the line; behind more than `most` bytes of it, only that end."""
    while piece := stream.read(PIECE):
        cut = piece.find(line_end)
        if cut >= 0:
            yield piece[: cut + 1] if most >= 0 else line_end
            return
        if most >= 0:
            yield piece
        most -= len(piece)
