"""Rows that are known already: from earlier in the same file, or from the validation file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from advisor.dataset.duplicates.find import hashes
from advisor.dataset.files.source import Source
from advisor.dataset.inspection.chunk import Task, part_of
from advisor.dataset.row import Row
from advisor.dataset.tokens import exact as tokens


class Repeat(NamedTuple):
    """The check by which a row is known, and the line on which it stands already."""

    check: str
    line: int


class RowsSoFar:
    """The rows of a file so far."""

    def __init__(self) -> None:
        self._first: dict[bytes, tuple[int, bytes]] = {}
        self._room = bytearray()

    def __len__(self) -> int:
        return len(self._first)

    def repeated(self, row: Row) -> Repeat | None:
        """Where the same values stood before, also with keys in another order; else the row is remembered."""
        exact, ordered = hashes(row.value, self._room)
        line, first = self._first.setdefault(ordered, (row.line, exact))
        if line == row.line:
            return None
        return Repeat("exact-duplicate" if first == exact else "key-order-duplicate", line)


class ValidationRows:
    """The rows of a validation file, as `advisor.dataset.duplicates.find.leaks` compares them: the same values, or the
    same prompt and answer but for case, spaces and punctuation, whatever the instructions. All are taken for one
    format.
    """

    def __init__(self, source: Source, form: str) -> None:
        self._form = form
        self._lines: dict[tuple[bytes, ...], int] = {}
        for batch in source.batches():
            for line, keys in _compared(batch.rows, form):
                for key in keys:
                    self._lines.setdefault(key, line)
            source.bounds.demand_rows(len(self._lines) // 2)

    def repeated(self, rows: Sequence[Row]) -> dict[int, int]:
        """Lines of the rows that stand in the validation file, and where they stand there."""
        repeats: dict[int, int] = {}
        for line, keys in _compared(rows, self._form):
            held = next((self._lines[key] for key in keys if key in self._lines), None)
            if held is not None:
                repeats[line] = held
        return repeats


def _compared(rows: Sequence[Row], form: str) -> Iterator[tuple[int, list[tuple[bytes, ...]]]]:
    """The line of each row and what is compared of it."""
    task = Task(form, None, None, tokens.DEFAULT_ENCODING, compare_only=True)
    entries = part_of(rows, task).duplicates
    kept = entries.records()
    fields = ("line", "ordered", "prompt", "answer", "size")
    keys: dict[int, list[tuple[bytes, ...]]] = {}
    for line, whole, prompt, answer, size in zip(*(kept[name].tolist() for name in fields), strict=True):
        keys[line] = [(whole,), (prompt, answer)] if size else [(whole,)]
    yield from keys.items()
    for line, first in entries.again().tolist():
        yield line, keys[first]
