"""Where a row stands: by its line where rows are lines of text, else by its number."""

from __future__ import annotations

from typing import Literal

from advisor.dataset.row import Note

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
