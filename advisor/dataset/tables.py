"""Rows of tables: CSV and TSV from a stream of UTF-8, Parquet by record batches."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Iterator
from datetime import date, time
from decimal import Decimal
from typing import Any, BinaryIO

from advisor.dataset.jsonrows import LONGEST, Texts
from advisor.dataset.jsontext import (
    control_characters,
    encode,
    has_control_characters,
    has_surrogates,
    may_hold_control_characters,
    text_of,
    without_surrogates,
)
from advisor.dataset.record import Fault, Note, Row, Unusable, excerpt

DELIMITERS = (",", ";", "\t", "|")

# The limit of the csv module holds for the whole process; its own default of 128 KB is less than a long document.
csv.field_size_limit(LONGEST)


class Table:
    """The records of a CSV file as rows, under the names of the first record."""

    def __init__(self, lines: Iterator[Texts], delimiter: str, faults: list[Fault]) -> None:
        """`faults` are those of the file: what is wrong with the header is added."""
        self._lines = (line for some in lines for line in some)
        self._delimiter = delimiter
        self._faults = faults
        self._read = 0
        self._size = 0
        self._found: list[Fault] = []
        self._strange = False
        self.crlf = 0
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
                start = self._read + 1
                self._found, self._size, self._strange = [], 0, False
                try:
                    cells = next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    yield start, [], (*self._found, _not_csv(str(error)))
                    break  # a new reader goes on with the next line
                yield start, cells, tuple(self._found)

    def _texts(self) -> Iterator[str]:
        for raw in self._lines:
            self._read += 1
            if raw is None:
                self._found.append(Fault("row-too-long", values={"most": LONGEST >> 20}))
                raise csv.Error("field larger than field limit")
            if self._size + len(raw) > LONGEST:
                self._size = 0
                raise csv.Error("field larger than field limit")
            self._size += len(raw)
            text, faults = text_of(raw)
            self._found += faults
            self._strange = self._strange or has_control_characters(text)
            if has_surrogates(text):
                self._found.append(Fault("lone-surrogate"))
                text = without_surrogates(text)
            if text.endswith("\r"):
                self.crlf += 1
                text = text[:-1]
            yield text + "\n"


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


def parquet_rows(file: BinaryIO, rows: int) -> Iterator[list[Row]]:
    """The rows of a Parquet file, some at a time. Raises `Unusable`."""
    import pyarrow as pa  # takes half a second, which other files do without
    import pyarrow.parquet as pq

    done = 0
    try:
        table = pq.ParquetFile(file)
        for batch in table.iter_batches(batch_size=rows):
            written = batch.to_pylist()
            filled = [tuple(_filled_up(value, "")) for value in written]
            values = [_plain(value) for value in written]
            strange = may_hold_control_characters(encode(values))
            made = [
                Row(done + place, None, value, (*nulls, *(control_characters(value) if strange else ())))
                for place, (value, nulls) in enumerate(zip(values, filled, strict=True), start=1)
            ]
            done += len(made)
            yield made
    except (pa.ArrowException, OSError, ValueError, KeyError, OverflowError) as error:
        if done == 0:
            raise Unusable("The Parquet file is damaged: it cannot be read.") from error
        raise Unusable("The Parquet file is damaged after row {n}.", n=done) from error


def _filled_up(value: Any, path: str) -> Iterator[Fault]:
    """Arguments of tool calls with keys that hold null: of other rows, most likely, and none of this one."""
    if isinstance(value, dict):
        for key, part in value.items():
            here = f"{path}.{key}" if path else str(key)
            if key == "arguments" and isinstance(part, dict) and None in part.values():
                keys = ", ".join(str(name) for name, given in part.items() if given is None)
                yield Fault("null-filled-arguments", here, "", {"keys": excerpt(keys)})
            elif isinstance(part, (dict, list)):
                yield from _filled_up(part, here)
    elif isinstance(value, list):
        for place, part in enumerate(value):
            if isinstance(part, (dict, list)):
                yield from _filled_up(part, f"{path}[{place}]")


def _plain(value: Any, nested: bool = False) -> Any:
    """A value as JSON would hold it. Parquet writes each field of a structure in every row; empty ones are left out."""
    if isinstance(value, dict):
        kept = {str(key): _plain(part, True) for key, part in value.items()}
        return {key: part for key, part in kept.items() if part is not None or not nested or key == "content"}
    if isinstance(value, (list, tuple)):
        return [_plain(part, True) for part in value]
    if isinstance(value, bytes):
        return text_of(value)[0]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, (date, time)):
        return value.isoformat()
    return value if value is None or isinstance(value, (str, int, bool)) else str(value)


def in_batches(rows: Iterable[Row], most: int) -> Iterator[list[Row]]:
    held: list[Row] = []
    for row in rows:
        held.append(row)
        if len(held) >= most:
            yield held
            held = []
    if held:
        yield held
