"""Text that a PDF can show: what the user typed arrives as they typed it, and nothing in it can stop or steer the page.

PDF/UA forbids a character without a letter shape, PDF/A one of private use, and a single one fails the whole report. So
each of these becomes the replacement sign. Control characters, and marks that override the direction of reading,
are left out, since they could make a text read as something else.
"""

from __future__ import annotations

import json
import re
import unicodedata
from functools import cache
from itertools import cycle

from advisor.content.load import CONTENT_DIR

FONTS = CONTENT_DIR / "report" / "fonts"
LONGEST_WORD = 36
"""A longer run of signs without a space is cut into pieces between which a line may break."""
PIECE = 12
"""Length of such a piece: it fits into the narrowest column."""
LONG_WORD = re.compile(rf"(\S{{{LONGEST_WORD + 1},}})")
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
DIRECTION_MARKS = frozenset([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C, 0xFEFF])
"""With them the byte-order mark, which means nothing inside a text."""
UNSEEN = frozenset([0x00AD, 0x200B, 0x200C, 0x200D, 0x2060, *range(0xFE00, 0xFE10)])
"""Signs that are not drawn, but say how their neighbours are; a letter shape of their own is not needed."""


class _Shown(dict[int, str | None]):
    """A table for `str.translate`, filled as characters are met."""

    def __init__(self, covered: frozenset[int]) -> None:
        super().__init__()
        self._covered = covered

    def __missing__(self, code: int) -> str | None:
        shown: str | None
        if code in (0x09, 0x0A, 0x0D, 0x85, 0x2028, 0x2029):
            shown = " "
        elif code in DIRECTION_MARKS or unicodedata.category(chr(code)) == "Cc":
            shown = None
        elif unicodedata.category(chr(code)) != "Co" and (code in self._covered or code in UNSEEN):
            shown = chr(code)
        else:
            shown = REPLACEMENT
        self[code] = shown
        return shown


@cache
def _shown() -> _Shown:
    ranges = json.loads((FONTS / "coverage.json").read_text("utf-8"))["ranges"]
    return _Shown(frozenset(code for first, last in ranges for code in range(first, last + 1)))


def one_line(text: str) -> str:
    """The text in normal form C, on one line, without control characters and direction marks; all letters stay."""
    kept = (" " if char in "\t\n\r\x85\u2028\u2029" else char for char in unicodedata.normalize("NFC", text))
    return "".join(
        char for char in kept if ord(char) not in DIRECTION_MARKS and unicodedata.category(char) not in ("Cc", "Cs")
    )


def cleaned(text: str) -> str:
    """The text in normal form C, on one line, with only what a shipped font can show."""
    return unicodedata.normalize("NFC", text).translate(_shown())


def pieces(text: str) -> str | list[str]:
    """The cleaned text; as a list of pieces, between which a line may break, if a word in it is very long."""
    parts = LONG_WORD.split(cleaned(text))  # text and long words in turn
    if len(parts) == 1:
        return parts[0]
    return [
        part[at : at + size]
        for is_word, part in zip(cycle((False, True)), parts, strict=False)
        for size in (PIECE if is_word else len(part) or 1,)
        for at in range(0, len(part), size)
    ]
