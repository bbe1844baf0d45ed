"""Text laid out for a terminal: cleaned of signs that it would obey, wrapped, in columns."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterable, Sequence

WIDTH = 100
"""Longest line, in characters, that text is wrapped to. Lines of a table may be longer."""
TURNS = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})
"""Bidirectional classes of signs that embed, override or isolate text."""


def clean(text: str) -> str:
    """The text with the signs that could move the cursor, or turn the order of text, made visible as U+FFFD."""
    return "".join("\N{REPLACEMENT CHARACTER}" if _obeyed(sign) else sign for sign in text)


def _obeyed(sign: str) -> bool:
    return unicodedata.category(sign) == "Cc" or unicodedata.bidirectional(sign) in TURNS


def wrapped(text: str, first: str = "", rest: str | None = None) -> str:
    indent = first if rest is None else rest
    return textwrap.fill(clean(text), WIDTH, initial_indent=first, subsequent_indent=indent, break_on_hyphens=False)


def bullets(texts: Iterable[str]) -> list[str]:
    return [wrapped(text, "  - ", "    ") for text in texts]


def table(rows: Sequence[Sequence[str]], right: frozenset[int] = frozenset()) -> list[str]:
    """Rows as aligned columns two spaces apart; the first row is the head, `right` the columns of figures."""
    cells = [[clean(cell) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
    return [
        "  "
        + "  ".join(
            cell.rjust(width) if column in right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    ]
