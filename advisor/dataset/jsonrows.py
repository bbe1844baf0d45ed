"""Splits a stream of UTF-8 into the texts of its JSON values: one a line, or one after another in an array."""

from __future__ import annotations

import re
from collections.abc import Iterator

LONGEST = 1 << 25
"""Bytes of the longest row that is read (32 MB); longer ones are passed over without being held."""

Texts = list[bytes | None]
"""Some rows as written, in order; None for a row that is too long."""


def lines(pieces: Iterator[bytes], longest: int = LONGEST, end: bytes = b"\n") -> Iterator[Texts]:
    """The lines without their line ends. `end` is one byte; a carriage return before it stays."""
    held: list[bytes] = []
    size = 0
    passing = False
    for piece in pieces:
        cut = piece.rfind(end)
        if cut < 0:
            if not passing:
                held.append(piece)
                size += len(piece)
                if size > longest:
                    held, passing = [], True
            continue
        held.append(piece[:cut])
        found: Texts = [*b"".join(held).split(end)]
        if passing or size + piece.find(end) > longest:
            found[0] = None
        yield found
        rest = piece[cut + 1 :]
        held, size, passing = [rest], len(rest), False
    if passing:
        yield [None]
    elif size:
        yield [b"".join(held)]


_OUTSIDE = re.compile(rb'(?:[^"{}\[\],]++|"(?:[^"\\]++|\\.)*+")*+([{}\[\],"])', re.DOTALL)
"""Up to the next sign that matters between values; a quote is one only where its text does not end."""
_INSIDE = re.compile(rb'(?:[^"{}\[\]]++|"(?:[^"\\]++|\\.)*+")*+([{}\[\]"])', re.DOTALL)
_TEXT_END = re.compile(rb'(?:[^"\\]++|\\.)*+"', re.DOTALL)
BLANKS = b" \t\r\n"


class Values:
    """The values of a stream that holds one array, or values one after another over any number of lines."""

    def __init__(self, pieces: Iterator[bytes], longest: int = LONGEST) -> None:
        self._pieces = pieces
        self._longest = longest
        self._buffer = b""
        self._from = 0  # where the value began, and how far the buffer was looked through
        self._at = 0
        self._depth = 0
        self._in_array = False
        self._passing = False
        self._in_text = False
        self.closed = True
        """False if the file ended inside its array."""
        self.array = False
        """Whether the values stand in an array."""
        self.stray = False
        """Whether a bracket closed what was not open."""

    def __iter__(self) -> Iterator[Texts]:
        """The texts of the values, without the blanks and commas between them."""
        more = True
        while more:
            more = self._fill()
            found: Texts = []
            for text in self._scan():
                text = text if text is None else text.strip(BLANKS)  # noqa: PLW2901
                if text is None or text:
                    found.append(text)
            if found:
                yield found
        rest = self._buffer[self._from :].strip(BLANKS)
        if self._passing or rest:
            yield [None if self._passing or len(rest) > self._longest else rest]
        self.closed = not self._in_array

    def _fill(self) -> bool:
        """Read at least as much as lies there unread, so that a long value is not looked through many times."""
        kept = [self._buffer[self._from :]]
        self._at -= self._from
        self._from = 0
        wanted = max(1, len(kept[0]) - self._at)
        for piece in self._pieces:
            kept.append(piece)
            wanted -= len(piece)
            if wanted <= 0:
                break
        self._buffer = b"".join(kept)
        return wanted <= 0

    def _scan(self) -> Iterator[bytes | None]:
        while True:
            if self._in_text:
                end = _TEXT_END.match(self._buffer, self._at)
                if end is None:
                    self._from = self._at = self._end_of_text(self._at)
                    return
                self._at, self._in_text = end.end(), False
            match = (_INSIDE if self._depth else _OUTSIDE).match(self._buffer, self._at)
            if match is None:
                self._pass_over(in_text=False)
                return
            sign, start = match[1], match.start(1)
            self._at = match.end()
            if sign == b'"':
                self._at = start
                self._pass_over(in_text=True)
                return
            yield from self._sign(sign, start)

    def _pass_over(self, in_text: bool) -> None:
        """Let go of a value that is too long: what was looked through is dropped, and so is the text that goes on."""
        if self._passing or len(self._buffer) - self._from > self._longest:
            self._passing, self._in_text = True, in_text
            self._from = self._at = self._end_of_text(self._at + 1) if in_text else len(self._buffer)

    def _end_of_text(self, start: int) -> int:
        """How far the buffer can be dropped inside a text: a backslash at the end takes the next byte along."""
        rest = self._buffer[start:]
        return len(self._buffer) - (len(rest) - len(rest.rstrip(b"\\"))) % 2

    def _sign(self, sign: bytes, start: int) -> Iterator[bytes | None]:
        if sign in b"{[":
            if self._depth == 0 and not self._in_array:
                yield self._buffer[self._from : start]  # what stands between values belongs to none
                if sign == b"[":
                    self._in_array, self.array, self._from = True, True, self._at
                    return
                self._from = start
            self._depth += 1
        elif sign == b",":
            yield self._taken(start)
        elif self._depth == 0:
            yield self._taken(start)
            self.stray |= not self._in_array
            self._in_array = False
        else:
            self._depth -= 1
            if self._depth == 0 and not self._in_array:
                yield self._taken(self._at)

    def _taken(self, end: int) -> bytes | None:
        text = self._buffer[self._from : end]
        passing, self._passing, self._from = self._passing, False, self._at
        return None if passing or len(text) > self._longest else text
