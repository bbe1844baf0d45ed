"""Rows of tables of text: CSV and TSV from a stream of UTF-8."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator

import numpy as np

from advisor.dataset.files.bounds import NONE, Bounds
from advisor.dataset.files.json_stream import LONGEST, Texts
from advisor.dataset.files.json_value import (
    control_characters,
    has_control_characters,
    has_surrogates,
    text_of,
    without_surrogates,
)
from advisor.dataset.files.line_ends import LineEnds
from advisor.dataset.row import Fault, Note, Row, excerpt

DELIMITERS = (",", ";", "\t", "|")

# The limit of the csv module holds for the whole process; its own default of 128 KB is less than a long document.
csv.field_size_limit(LONGEST)


class Table:
    """The records of a CSV file as rows, under the names of the first record."""

    def __init__(
        self,
        lines: Iterator[Texts],
        delimiter: str,
        faults: list[Fault],
        bounds: Bounds = NONE,
        most_blanks: int | None = None,
    ) -> None:
        """`faults` are those of the file: what is wrong with the header is added.

        Blank lines beyond `most_blanks` are no rows, but only counted.
        """
        self._lines = (line for some in lines for line in some)
        self._delimiter = delimiter
        self._faults = faults
        self._bounds = bounds
        self._most_blanks = most_blanks
        self._read = self._start = 0
        self._size = 0
        self._found: list[Fault] = []
        self._strange = False
        self._last: bytes | None = None
        self.ends = LineEnds()
        self.blanks = 0
        """Blank lines read so far."""
        self.columns: list[str] = []

    @property
    def lines(self) -> int:
        """Physical lines read so far."""
        return self._read

    def __iter__(self) -> Iterator[Row]:
        for line, cells, faults in self._records():
            if cells and not self.columns:
                self._name_columns(cells)
                self._faults += [fault._replace(field=excerpt(", ".join(self.columns))) for fault in faults]
            elif not cells:
                yield Row(line, None, None, faults or (Fault("blank-line"),))
            else:
                value = dict(zip(self.columns, cells, strict=False))
                more = tuple(control_characters(value)) if self._strange else ()
                if len(cells) != len(self.columns):
                    seen = excerpt(self._delimiter.join(cells[:20]))
                    more += (Fault("cell-count", "", seen, {"n": len(cells), "most": len(self.columns)}),)
                yield Row(line, None, value, (*faults, *more))

    def _name_columns(self, cells: list[str]) -> None:
        names = [cell.strip() for cell in cells]
        self.columns = [name or f"column_{place}" for place, name in enumerate(names, start=1)]
        known: set[str] = set()
        for place, name in enumerate(self.columns):
            if name in known:
                self._faults.append(Fault("duplicate-key", excerpt(name), excerpt(name), {"key": excerpt(name)}))
                self.columns[place] = f"{name}_{place + 1}"
            known.add(self.columns[place])

    def _records(self) -> Iterator[tuple[int, list[str], tuple[Fault, ...]]]:
        """Physical line of the start, cells, and faults of each record; no cells for a blank line or one unread."""
        while True:
            reader = csv.reader(self._texts(), delimiter=self._delimiter, strict=True)
            while True:
                self._start = self._read + 1
                self._found, self._size, self._strange = [], 0, False
                try:
                    cells = next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    yield self._start, [], (*self._found, _not_csv(str(error)))
                    break  # a new reader goes on with the next line
                self.ends.add((self._last,), self._read)  # of the record: cells may hold line ends of their own
                yield self._start, cells, tuple(self._found)

    def _texts(self) -> Iterator[str]:
        for raw in self._lines:
            self._read += 1
            if self._passes_over(raw):
                continue
            if raw is None:
                self._found.append(Fault("row-too-long", values={"most": LONGEST >> 20}))
                raise csv.Error("field larger than field limit")
            if self._size + len(raw) > LONGEST:
                self._size = 0
                raise csv.Error("field larger than field limit")
            self._demand_columns(raw)
            self._last = raw
            self._size += len(raw)
            text, faults = text_of(raw)
            self._found += faults
            self._strange = self._strange or has_control_characters(text)
            if has_surrogates(text):
                self._found.append(Fault("lone-surrogate"))
                text = without_surrogates(text)
            if text.endswith("\r"):
                text = text[:-1]
            yield text + "\n"

    def _passes_over(self, raw: bytes | None) -> bool:
        """Whether a line is blank, between records, and there were enough of them already."""
        if self._size or raw not in (b"", b"\r"):
            return False
        self.blanks += 1
        if self._most_blanks is None or self.blanks <= self._most_blanks:
            return False
        self.ends.add((raw,), self._read)
        self._start = self._read + 1
        return True

    def _demand_columns(self, raw: bytes) -> None:
        """Raises `Beyond` for a line with more columns than are read, before any of them is made."""
        most = self._bounds.columns
        if most is None or raw.count(sign := self._delimiter.encode()) < most:
            return
        signs = np.frombuffer(raw, np.uint8)
        inside = np.cumsum(signs == ord('"')) % 2 == (0 if self._size else 1)  # a record goes on within quotes only
        self._bounds.demand_columns(int(np.sum((signs == ord(sign)) & ~inside)) + 1)


def _not_csv(problem: str) -> Fault:
    """What the csv module says, in words that can be translated."""
    if "unexpected end" in problem or "field limit" in problem:
        return Fault("invalid-csv", values={"problem": Note("a quote is opened and never closed")})
    if "expected after" in problem:
        return Fault("invalid-csv", values={"problem": Note("a quote inside a quoted cell is not doubled")})
    return Fault("invalid-csv", values={"problem": Note("there is a line end inside a cell without quotes")})


def delimiter_of(start: str, preferred: str = ",") -> str | None:
    """The sign between cells of a table that begins like this; None if no sign parts its lines evenly."""
    best: tuple[int, int, str] | None = None
    for sign in DELIMITERS:
        try:
            records = [row for row, _ in zip(csv.reader(start.splitlines(), delimiter=sign), range(20), strict=False)]
        except csv.Error:
            continue
        widths = [len(row) for row in records if row]
        if widths and widths[0] > 1:
            even = sum(width == widths[0] for width in widths)
            if even * 2 > len(widths) and (best is None or (even, sign == preferred, sign) > best):
                best = (even, sign == preferred, sign)
    return best[2] if best else None


def in_batches(rows: Iterable[Row], most: int) -> Iterator[list[Row]]:
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) >= most:
            yield batch
            batch = []
    if batch:
        yield batch
