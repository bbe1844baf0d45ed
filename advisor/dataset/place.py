"""Where a row stands, in words: by its line where rows are lines of text, else by its number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from advisor.dataset.row import Note
from advisor.language import Language

Unit = Literal["line", "row"]
"""What is counted: lines of JSONL and of tables as text, rows of a JSON list and of Parquet."""


def unit_of(container: str) -> Unit:
    """What is counted in such a file."""
    return "row" if container in ("json", "parquet") else "line"


def spot(n: int, unit: Unit) -> Note:
    """The place of a row, for a message: line 3, or row 3."""
    return Note("row {n}", n=n) if unit == "row" else Note("line {n}", n=n)


def opening(n: int, unit: Unit) -> Note:
    """The same at the start of a sentence."""
    return Note("Row {n}", n=n) if unit == "row" else Note("Line {n}", n=n)


def where(n: int | None, unit: Unit, lang: Language) -> str:
    """The same in words; the file where there is no number."""
    return lang("the file") if n is None else spot(n, unit).text(lang)


def several(numbers: Sequence[int], n: int, unit: Unit, lang: Language) -> str:
    """The places of `n` rows in words, of which the first are named: lines 3, 5, 8 and 12 more."""
    named = ", ".join(map(str, numbers))
    more = n - len(numbers)
    if more <= 0:
        return lang("rows {numbers}", numbers=named) if unit == "row" else lang("lines {numbers}", numbers=named)
    if unit == "row":
        return lang("rows {numbers} and {n} more", numbers=named, n=lang.number(more, 12))
    return lang("lines {numbers} and {n} more", numbers=named, n=lang.number(more, 12))


def by_reason(lines: Iterable[tuple[int, str]]) -> dict[str, list[int]]:
    """The places of rows by what is said of them, each reason once and in the order in which it comes first."""
    places: dict[str, list[int]] = {}
    for line, why in lines:
        places.setdefault(why, []).append(line)
    return places


def validation(n: int, unit: Unit, lang: Language) -> str:
    """The place of a row of the validation file, in words."""
    return lang("{place} of the validation file", place=where(n, unit, lang))
