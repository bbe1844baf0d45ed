"""Splits a stream of UTF-8 into the texts of its JSON values: one a line, or one after another in an array."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

LONGEST = 1 << 25
"""Bytes of the longest row that is read (32 MB); longer ones are passed over without being held."""

Texts = list[bytes | None]
"""Some rows as written, in order; None for a row that is too long."""


def lines(pieces: Iterator[bytes], longest: int = LONGEST, end: bytes = b"\n") -> Iterator[Texts]:
    """The lines without their line ends. `end` is one byte; a carriage return before it stays."""
    chunks: list[bytes] = []
    size = 0
    passing = False
    for piece in pieces:
        cut = piece.rfind(end)
        if cut < 0:
            if not passing:
                chunks.append(piece)
                size += len(piece)
                if size > longest:
                    chunks, passing = [], True
            continue
        chunks.append(piece[:cut])
        texts: Texts = [*b"".join(chunks).split(end)]
        if passing or size + piece.find(end) > longest:
            texts[0] = None
        yield texts
        rest = piece[cut + 1 :]
        chunks, size, passing = [rest], len(rest), False
    if passing:
        yield [None]
    elif size:
        yield [b"".join(chunks)]


BLANKS = b" \t\r\n"
_STEP = np.zeros(256, np.int64)
_STEP[[ord("{"), ord("[")]] = 1
_STEP[[ord("}"), ord("]")]] = -1
_MATTERS = _STEP != 0
_MATTERS[ord(",")] = True


class Values:
    """The values of a stream that holds one array, or values one after another over any number of lines.

    Looks at each byte once and holds one value at most. Brackets and commas inside text are told from others by the
    number of quotes before them.
    """

    def __init__(self, pieces: Iterator[bytes], longest: int = LONGEST) -> None:
        self._pieces = pieces
        self._longest = longest
        self._held: list[bytes] = []  # what was read of a value that is not complete
        self._size = 0
        self._depth = 0
        self._in_text = False
        self._escaped = False  # the next byte follows a backslash
        self._in_array = False
        self._open = False
        self.closed = True
        """False if the file ended inside its array."""
        self.array = False
        """Whether the values stand in an array."""
        self.stray = False
        """Whether a bracket closed what was not open."""
        self.spread = False
        """Whether a value that stands in no array lies over several lines."""

    def __iter__(self) -> Iterator[Texts]:
        """The texts of the values, without the blanks and commas between them."""
        for piece in self._pieces:
            texts: Texts = []
            start = 0
            for at, sign, depth in self._signs(piece):
                if self._in_array:
                    if sign == "," and depth == 1:
                        texts += self._taken(piece[start:at])
                        start = at + 1
                    elif depth == 0:
                        texts += self._taken(piece[start:at])
                        start, self._in_array = at + 1, False
                elif sign in "{[" and depth == 1:
                    texts += self._taken(piece[start:at])  # what stands between values belongs to none
                    self._in_array = sign == "["
                    self.array |= self._in_array
                    self._open = not self._in_array
                    start = at + 1 if self._in_array else at
                elif depth == 0:
                    texts += self._taken(piece[start : at + (sign in "}]" and self._open)])
                    self.stray |= sign in "}]" and not self._open
                    start, self._open = at + 1, False
            self._hold(piece[start:])
            if texts:
                yield texts
        rest = self._taken(b"")
        if rest:
            yield [*rest]
        self.closed = not self._in_array

    def _signs(self, piece: bytes) -> list[tuple[int, str, int]]:
        """Commas and brackets outside of text near the top level: place, sign, and the depth after it."""
        signs = np.frombuffer(piece, np.uint8)
        quotes = self._quotes(signs)
        places = np.flatnonzero(_MATTERS[signs])
        places = places[(np.searchsorted(quotes, places) + self._in_text) % 2 == 0]
        self._in_text ^= bool(len(quotes) % 2)
        if not len(places):
            return []
        depths = self._depth + np.cumsum(_STEP[signs[places]])
        depths -= np.minimum(0, np.minimum.accumulate(depths))  # never below the top
        self._depth = int(depths[-1])
        near = depths <= 1
        return [
            (at, chr(piece[at]), depth) for at, depth in zip(places[near].tolist(), depths[near].tolist(), strict=True)
        ]

    def _quotes(self, signs: np.ndarray[tuple[int], np.dtype[np.uint8]]) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
        """Places of the quotes that no backslash stands before, unless that one is escaped itself."""
        quotes = np.flatnonzero(signs == ord('"'))
        slashes = np.flatnonzero(signs == ord("\\"))
        if not len(slashes) and not self._escaped:
            return quotes
        escaped = np.zeros(len(signs) + 1, np.bool_)
        escaped[0] = self._escaped
        order = np.arange(len(slashes))
        first = np.ones(len(slashes), np.bool_)
        first[1:] = slashes[1:] != slashes[:-1] + 1
        in_run = order - np.maximum.accumulate(np.where(first, order, 0))
        if self._escaped and len(slashes) and slashes[0] == 0:  # the first run began before this piece
            run = int(np.argmin(in_run[1:] > 0)) + 1 if len(slashes) > 1 and not in_run[1:].all() else len(slashes)
            in_run[:run] += 1
        escaped[slashes[in_run % 2 == 0] + 1] = True
        self._escaped = bool(escaped[-1])
        return quotes[~escaped[quotes]]

    def _hold(self, part: bytes) -> None:
        if self._size <= self._longest:
            self._held.append(part)
        self._size += len(part)
        if self._size > self._longest:
            self._held = []

    def _taken(self, part: bytes) -> Texts:
        """The value that ends with this part; nothing where there are only blanks."""
        if self._size:
            self._hold(part)
            text = b"".join(self._held)
        else:
            self._size, text = len(part), part
        too_long = self._size > self._longest
        self._held, self._size = [], 0
        text = text.strip(BLANKS)
        self.spread |= not self._in_array and b"\n" in text
        return [None] if too_long else [text] if text else []
