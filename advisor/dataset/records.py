"""Rows of a file as records that something is made of, and the rows of which nothing can be made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from advisor.content.load import Content
from advisor.dataset.files.source import Source
from advisor.dataset.files.writers import unguarded
from advisor.dataset.row import EMPTY, Note, Row

MOST_LEFT_OUT = 1_000
"""Rows left out that are kept with line and reason; beyond them they are only counted."""

LOSING = ("duplicate-key", "nan-literal")
"""Faults with which something of the row was lost as it was read: nobody would see that in what is made of it."""

Maker = Callable[[Mapping[str, Any]], Mapping[str, Any] | Note]


class LeftOut(NamedTuple):
    """A row that was not used."""

    line: int
    why: Note


class Reading:
    """Rows of a file as records, and those that cannot be used."""

    def __init__(self, content: Content) -> None:
        self.left_out: list[LeftOut] = []
        """In order, at most `MOST_LEFT_OUT`."""
        self.left_out_rows = 0
        self._words = {check.id: check.message for check in content.checks}

    def records(self, source: Source, made: Maker) -> Iterator[tuple[int, Mapping[str, Any]]]:
        """What `made` makes of each row, with its line; where it gives a note, the row is left out."""
        table = source.container in ("csv", "tsv")
        for batch in source.batches():
            for row in batch.rows:
                if any(fault.check in EMPTY for fault in row.faults):
                    continue
                record = self._record(row, made, table)
                if isinstance(record, Note):
                    self.left_out_rows += 1
                    if len(self.left_out) < MOST_LEFT_OUT:
                        self.left_out.append(LeftOut(row.line, record))
                else:
                    yield row.line, record

    def _record(self, row: Row, made: Maker, table: bool) -> Mapping[str, Any] | Note:
        value = row.value
        for fault in row.faults:
            if value is None or (fault.check in LOSING and not fault.values.get("same")):
                return Note(self._words[fault.check], **fault.values)
        if not isinstance(value, dict):
            return Note("the row is no object")
        if table:
            value = {key: unguarded(cell) if isinstance(cell, str) else cell for key, cell in value.items()}
        return made(value)
