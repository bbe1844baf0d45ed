"""Writes rows as JSON lines, as one JSON array, or as a table; a sound row keeps the bytes that it has."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from typing import Any, BinaryIO, Literal

from advisor.dataset.row import Row

Kind = Literal["jsonl", "json", "csv", "tsv"]

LOST = frozenset({"lone-surrogate", "duplicate-key"})
"""Faults of rows whose value is not all that their text says."""
MARK = b"\xef\xbb\xbf"


def as_json(value: Any) -> bytes:
    """A decoded value on one line, in UTF-8; what stands in it must be sound."""
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")


def as_written(row: Row, kind: Kind) -> bytes:
    """A row as it stood, where it was JSON and fits; else its value as JSON.

    Where the value has lost what the text says, such as half a character, the text is put on one line.
    """
    if row.raw is None:
        return as_json(row.value)
    if kind == "jsonl" and (b"\n" in row.raw or b"\r" in row.raw):
        whole = row.value is not None and not any(fault.check in LOST for fault in row.faults)
        return as_json(row.value) if whole else b" ".join(row.raw.splitlines())
    return row.raw


class Writer:
    """Rows of one file. `close` ends it, and leaves the stream open.

    `last_end`: whether a line end follows the last line. `mark`: whether the file begins with a byte-order mark.
    """

    def __init__(
        self, out: BinaryIO, kind: Kind, delimiter: str = ",", *, mark: bool = False, last_end: bool = True
    ) -> None:
        self._out = out
        self._kind = kind
        self._delimiter = delimiter
        self._last_end = last_end
        self.rows = 0
        if mark:
            out.write(MARK)

    @property
    def table(self) -> bool:
        return self._kind in ("csv", "tsv")

    def write(self, row: Row, columns: Sequence[str] = ()) -> None:
        """One row; `columns` are those of a table."""
        if self.table:
            if not self.rows:
                self._out.write(self._cells(columns))
            self._out.write(self._cells([_cell(row.value.get(name)) for name in columns]))
        else:
            array = self._kind == "json"
            before = b"[\n" if array and not self.rows else b",\n" if array else b"\n" if self.rows else b""
            self._out.write(before + as_written(row, self._kind))
        self.rows += 1

    def _cells(self, cells: Sequence[str]) -> bytes:
        made = io.StringIO()
        csv.writer(made, delimiter=self._delimiter, lineterminator="\n").writerow(cells)
        return made.getvalue().encode("utf-8", "replace")

    def close(self, columns: Sequence[str] = ()) -> None:
        if self._kind == "json":
            self._out.write(b"\n]\n" if self.rows else b"[]\n")
        elif self.table:
            if not self.rows and columns:
                self._out.write(self._cells(columns))
        elif self.rows and self._last_end:
            self._out.write(b"\n")


def _cell(value: Any) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, ensure_ascii=False)
