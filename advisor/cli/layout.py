"""Text laid out for a terminal: cleaned of signs that it would obey, wrapped, in columns no wider than it is."""

from __future__ import annotations

import os
import re
import shutil
import sys
import textwrap
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import zip_longest

WIDTH = 100
"""Longest line of prose, in columns; also what is laid out for where nobody says how wide the terminal is."""
NARROWEST = 40
"""Terminals are taken to have so many columns at least."""
GAP = 2
"""Columns between those of a table."""
TURNS = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})
"""Bidirectional classes of signs that embed, override or isolate text."""
_JOINED = r"[\ufe0e\ufe0f\u20e3\U0001f3fb-\U0001f3ff]*"
"""What changes the sign before it: its look, the cap of a key, a tone of skin."""
_PIECE = re.compile(
    rf"\s+|[^\s\u1100-\U0003ffff]+{_JOINED}|[\U0001f1e6-\U0001f1ff]{{2}}|.{_JOINED}",
    re.DOTALL,
)
"""White space, a word, or a sign that may be wide, as a flag is, and beside which a line may break."""


def known_width() -> int | None:
    """Columns of the terminal that standard output is, or of COLUMNS; None where neither says."""
    if os.environ.get("COLUMNS", "").isdigit() or (sys.stdout is not None and sys.stdout.isatty()):
        return max(NARROWEST, shutil.get_terminal_size().columns)
    return None


def width() -> int:
    """Columns to lay out for: `known_width`, or `WIDTH` for a file or a pipe."""
    return known_width() or WIDTH


def cells(text: str) -> int:
    """Columns that a text takes: signs of East Asia take two, combining marks none."""
    if _plain(text):
        return len(text)
    from rich.cells import cell_len  # here, since most texts need it not

    return cell_len(text)


def _plain(text: str) -> bool:
    return text.isascii() or all(ord(sign) < 0x300 or 0x2010 <= ord(sign) <= 0x2044 for sign in text)


def _each_takes_one(text: str) -> bool:
    """Whether all signs take one column, alone and together; two that take one each make a flag that is one sign."""
    return _plain(text) or all(sign < "\U00010000" and cells(sign) == 1 for sign in text)


def clean(text: str) -> str:
    """The text with the signs that could move the cursor, or turn the order of text, made visible as U+FFFD."""
    return "".join("\N{REPLACEMENT CHARACTER}" if _obeyed(sign) else sign for sign in text)


def _obeyed(sign: str) -> bool:
    return unicodedata.category(sign) == "Cc" or unicodedata.bidirectional(sign) in TURNS


def wrapped(text: str, first: str = "", rest: str | None = None) -> str:
    """Prose in lines of at most `WIDTH` columns, and no more than the terminal has."""
    indent = first if rest is None else rest
    return "\n".join(_lines(clean(text), min(width(), WIDTH), first, indent))


def one_line(text: str) -> str:
    """A line that stays whole in a file or a pipe, where `grep` wants it so, and is wrapped for a terminal."""
    text = clean(text)
    columns = known_width()
    if columns is None or cells(text) <= columns:
        return text
    indent = " " * (len(text) - len(text.lstrip(" ")))
    return "\n".join(_lines(text.lstrip(" "), columns, indent, f"{indent}  "))


def _lines(text: str, columns: int, first: str = "", rest: str = "") -> list[str]:
    if _each_takes_one(text):
        return textwrap.wrap(text, columns, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False) or [
            first.rstrip()
        ]
    lines: list[str] = []
    line = first
    for part in _PIECE.findall(text):
        piece, indent = part, rest if lines else first
        if cells(line + piece) > columns and line.strip():
            lines.append(line.rstrip())
            line = indent = rest
        if line == indent and piece.isspace():
            continue
        while cells(line + piece) > columns:
            begin = _cut(piece, max(1, columns - cells(line)))
            lines.append(line + begin)
            line, piece = rest, piece[len(begin) :]
        line += piece
    return [*lines, line.rstrip()]


def _cut(word: str, columns: int) -> str:
    """As much of a word as fits, and a sign at least; marks stay with the letter that they stand on."""
    from rich.cells import chop_cells

    return next((part for part in chop_cells(word, columns) if part), word)


def bullets(texts: Iterable[str]) -> list[str]:
    return [wrapped(text, "  - ", "    ") for text in texts]


def table(rows: Sequence[Sequence[str]], right: frozenset[int] = frozenset(), head: bool = False) -> list[str]:
    """Rows as aligned columns two spaces apart, indented by two; `right` are the columns of figures.

    Cells are wrapped where the terminal is too narrow for them. Where that would break words or figures, and the first
    row is a `head`, each row is told as a list instead: what the head says, and the cell.
    """
    cleaned = [[clean(cell) for cell in row] for row in rows]
    if not cleaned:
        return []
    columns = range(len(cleaned[0]))
    widths = [max(cells(row[column]) for row in cleaned) for column in columns]
    room = width() - GAP * len(widths)
    if sum(widths) > room:
        least = [max(_longest_word(row[column]) for row in cleaned) for column in columns]
        whole = [max(cells(row[column]) for row in cleaned[head:]) if column in right else 0 for column in columns]
        if head and sum(map(max, least, whole)) > room:
            return [text for row in cleaned[1:] for text in _listed(cleaned[0], row)]
        widths = _fitted(widths, least, [*map(max, least, whole)], room)
    return [text for row in cleaned for text in _row(row, widths, right)]


def _longest_word(cell: str) -> int:
    indent = len(cell) - len(cell.lstrip(" "))
    return indent + max((cells(piece) for piece in _PIECE.findall(cell) if not piece.isspace()), default=0)


def _fitted(widths: Sequence[int], least: Sequence[int], whole: Sequence[int], room: int) -> list[int]:
    """Narrower columns that fit the room: the widest give way first, figures (`whole`) after words, and words are
    broken last.
    """
    fitted = list(widths)
    for floors in (whole, least, [min(4, width) for width in least], [1] * len(fitted)):
        while sum(fitted) > room:
            spare = [column for column in range(len(fitted)) if fitted[column] > floors[column]]
            if not spare:
                break
            fitted[max(spare, key=lambda column: fitted[column])] -= 1
    return fitted


def _row(row: Sequence[str], widths: Sequence[int], right: frozenset[int]) -> list[str]:
    wrapped_cells = []
    for cell, columns in zip(row, widths, strict=True):
        indent = " " * min(len(cell) - len(cell.lstrip(" ")), columns // 2)
        fits = cells(cell) <= columns
        wrapped_cells.append([cell] if fits else _lines(cell.strip(), columns, indent, indent))
    lines = []
    for parts in zip_longest(*wrapped_cells, fillvalue=""):
        padded = []
        for column, (part, columns) in enumerate(zip(parts, widths, strict=True)):
            blank = " " * max(0, columns - cells(part))
            padded.append(blank + part if column in right else part + blank)
        lines.append(" " * GAP + (" " * GAP).join(padded).rstrip())
    return lines


def _listed(head: Sequence[str], row: Sequence[str]) -> list[str]:
    """A row of a table as lines: its name, and below it each cell behind what the head calls it."""
    columns = width()
    lines = _lines(row[0].strip(), columns, " " * GAP, " " * 2 * GAP)
    for name, cell in zip(head[1:], row[1:], strict=True):
        if cell.strip():
            text = f"{name.strip()}: {cell.strip()}" if name.strip() else cell.strip()
            lines += _lines(text, columns, " " * 3 * GAP, " " * 4 * GAP)
    return lines
