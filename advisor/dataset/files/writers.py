"""Writes rows: as JSON, one a line or all in one list; as a table, CSV or TSV; and as Parquet.

Rows that are copied keep the bytes that they have (`RowWriter`); those made anew are records (`record_writer`).
Whatever goes into a table for spreadsheets is `guarded`.
"""

from __future__ import annotations

import csv
import io
import json
from codecs import BOM_UTF8
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, BinaryIO, Literal, Protocol

from advisor.dataset.files.container import Container, TextContainer
from advisor.dataset.row import Note, Row
from advisor.dataset.rows.cells import cell, json_text

Record = Mapping[str, Any]
"""A row that is made anew."""
CellLoss = Literal["formula", "line_ends"]
"""What a cell is changed in: an apostrophe stands before a formula, line ends of Windows became plain ones."""

BYTE_ORDER_MARK = BOM_UTF8
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""Signs with which a spreadsheet begins a formula, in half and full width (OWASP, CSV injection)."""
VALUE_LOST = frozenset({"lone-surrogate", "duplicate-key"})
"""Faults of rows whose value is not all that their text says."""


class Unwritable(ValueError):
    """A row that no file of this kind can hold, and why."""

    def __init__(self, why: Note) -> None:
        super().__init__(why.message)
        self.why = why


# Values


def json_document(value: Any) -> str:
    """A value as JSON over several lines, to be read. Raises `ValueError` for NaN."""
    return json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False)


def as_json(value: Any) -> bytes:
    """A value as JSON on one line in UTF-8, with a question mark for half a character."""
    return json_text(value).encode("utf-8", "replace")


def guarded(text: str) -> str:
    """The cell with an apostrophe in front, if a spreadsheet would run it, or if it begins with such an apostrophe."""
    return f"'{text}" if _is_formula(text) else text


def unguarded(text: str) -> str:
    """The cell as it was before `guarded`."""
    return text[1:] if text.startswith("'") and _is_formula(text) else text


def _is_formula(text: str) -> bool:
    """Whether a spreadsheet would run a cell, but for apostrophes before it."""
    bare = text.lstrip("'")
    return bare.startswith(FORMULA_STARTS) or bare.lstrip().startswith(FORMULA_STARTS)


# Whole files


def json_lines(records: Iterable[Record], mark: bool = False) -> bytes:
    """One record a line in UTF-8; with a byte-order mark where `mark` asks for it. Raises `ValueError` for NaN."""
    lines = [json.dumps(record, ensure_ascii=False, allow_nan=False) + "\n" for record in records]
    return (BYTE_ORDER_MARK if mark else b"") + "".join(lines).encode()


def json_list(records: Sequence[Record]) -> bytes:
    """One list of records, laid out to be read. Raises `ValueError` for NaN."""
    return (json.dumps(records, ensure_ascii=False, allow_nan=False, indent=1) + "\n").encode()


def csv_table(
    columns: Sequence[str], rows: Iterable[Sequence[str]], *, quote_all: bool = True, mark: bool = False
) -> bytes:
    """A table for spreadsheets, as RFC 4180 has it: its lines end in CR LF."""
    out = io.BytesIO()
    table = TableWriter(out, quote_all=quote_all, mark=mark)
    table.write(columns)
    for row in rows:
        table.write([guarded(text) for text in row])
    return out.getvalue()


# Streams. `close` ends a file, and leaves its stream open.


class JsonWriter:
    """Texts of JSON, one a line or all in one list. `last_end`: whether a line end follows the last line."""

    def __init__(self, out: BinaryIO, *, as_list: bool = False, mark: bool = False, last_end: bool = True) -> None:
        self._out = out
        self._as_list = as_list
        self._last_end = last_end
        self.rows = 0
        if mark:
            out.write(BYTE_ORDER_MARK)

    def write(self, text: bytes) -> None:
        first, next_ = (b"[\n", b",\n") if self._as_list else (b"", b"\n")
        self._out.write((next_ if self.rows else first) + text)
        self.rows += 1

    def close(self) -> None:
        if self._as_list:
            self._out.write(b"\n]\n" if self.rows else b"[]\n")
        elif self.rows and self._last_end:
            self._out.write(b"\n")


class TableWriter:
    """Rows of cells as CSV, or with tabs between them; the caller guards them."""

    def __init__(
        self,
        out: BinaryIO,
        *,
        delimiter: str = ",",
        line_end: str = "\r\n",
        quote_all: bool = False,
        mark: bool = False,
    ) -> None:
        self._out = out
        self._text = io.StringIO(newline="")
        quoting: Literal[0, 1] = csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL
        self._writer = csv.writer(self._text, delimiter=delimiter, lineterminator=line_end, quoting=quoting)
        if mark:
            out.write(BYTE_ORDER_MARK)

    def write(self, cells: Iterable[str]) -> None:
        """One row, with a question mark for half a character."""
        self._writer.writerow(cells)
        self._out.write(self._text.getvalue().encode("utf-8", "replace"))
        self._text.seek(0)
        self._text.truncate()


class RowWriter:
    """Copies rows of a file into another one of the same kind, or into lines of JSON; a sound row keeps its bytes."""

    def __init__(
        self,
        out: BinaryIO,
        container: TextContainer,
        delimiter: str = ",",
        *,
        mark: bool = False,
        last_end: bool = True,
    ) -> None:
        """`mark`: whether the file begins with a byte-order mark; `last_end`: whether its last line is closed."""
        self._container = container
        self._is_table = container in ("csv", "tsv")
        self._table = TableWriter(out, delimiter=delimiter, line_end="\n", mark=mark and self._is_table)
        self._json = JsonWriter(out, as_list=container == "json", mark=mark and not self._is_table, last_end=last_end)
        self.rows = 0

    def write(self, row: Row, columns: Sequence[str] = ()) -> None:
        """One row; `columns` are those of a table."""
        if self._is_table:
            if not self.rows:
                self._table.write(columns)
            self._table.write([cell(row.value.get(name)) for name in columns])
        else:
            self._json.write(as_written(row, self._container))
        self.rows += 1

    def close(self, columns: Sequence[str] = ()) -> None:
        if not self._is_table:
            self._json.close()
        elif not self.rows and columns:
            self._table.write(columns)


def as_written(row: Row, container: TextContainer) -> bytes:
    """A row as it stood, where it was JSON and fits; else its value as JSON.

    Where the value has lost what the text says, such as half a character, the text is put on one line.
    """
    if row.raw is None:
        return as_json(row.value)
    if container == "jsonl" and (b"\n" in row.raw or b"\r" in row.raw):
        whole = row.value is not None and not any(fault.check in VALUE_LOST for fault in row.faults)
        return as_json(row.value) if whole else b" ".join(row.raw.splitlines())
    return row.raw


class RecordWriter(Protocol):
    """Writes records, a batch at a time."""

    def write(self, record: Record) -> Iterable[CellLoss]:
        """Take a record, and give what it loses. Raises `Unwritable`."""

    def flush(self) -> None:
        """End the batch."""

    def close(self) -> None: ...


def record_writer(
    out: BinaryIO, container: Container, columns: Mapping[str, str], *, mark: bool = False
) -> RecordWriter:
    """A writer of records. `columns` are those of CSV and of Parquet, and what each holds: an id of `COLUMN_TYPES`."""
    match container:
        case "csv" | "tsv":
            return _TableRecords(out, columns, "\t" if container == "tsv" else ",")
        case "parquet":
            return _ParquetRecords(out, columns)
        case _:
            return _JsonRecords(out, as_list=container == "json", mark=mark)


class _JsonRecords:
    def __init__(self, out: BinaryIO, *, as_list: bool, mark: bool) -> None:
        self._json = JsonWriter(out, as_list=as_list, mark=mark)

    def write(self, record: Record) -> Iterable[CellLoss]:
        try:
            text = json.dumps(record, ensure_ascii=False, allow_nan=False)
        except (TypeError, ValueError, RecursionError) as error:
            raise Unwritable(Note("it holds something that JSON cannot hold")) from error
        self._json.write(_in_utf_8(text))
        return ()

    def flush(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        self._json.close()


class _TableRecords:
    def __init__(self, out: BinaryIO, columns: Iterable[str], delimiter: str) -> None:
        self._columns = tuple(columns)
        self._table = TableWriter(out, delimiter=delimiter, quote_all=True)
        self._table.write(self._columns)

    def write(self, record: Record) -> Iterable[CellLoss]:
        cells = [record[column] for column in self._columns]
        for text in cells:
            _in_utf_8(text)
        plain = [text.replace("\r\n", "\n") for text in cells]  # readers of tables take them for one line end
        safe = [guarded(text) for text in plain]
        self._table.write(safe)
        lost: dict[CellLoss, bool] = {"line_ends": plain != cells, "formula": safe != plain}
        return [loss for loss, changed in lost.items() if changed]

    def flush(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        """Nothing follows the last row."""


COLUMN_TYPES = ("text", "messages", "turns", "turn", "boolean", "pairs")
"""What a column of Parquet may hold: messages have a role and a content, turns say from whom and what."""


class _ParquetRecords:
    def __init__(self, out: BinaryIO, columns: Mapping[str, str]) -> None:
        import pyarrow as pa  # here, since most who write need none of it
        from pyarrow import parquet

        message = pa.struct([("role", pa.string()), ("content", pa.string())])
        turn = pa.struct([("from", pa.string()), ("value", pa.string())])
        pairs = pa.list_(pa.list_(pa.string()))
        types = (pa.string(), pa.list_(message), pa.list_(turn), turn, pa.bool_(), pairs)
        by_name = dict(zip(COLUMN_TYPES, types, strict=True))
        self._schema = pa.schema([(name, by_name[kind]) for name, kind in columns.items()])
        self._writer = parquet.ParquetWriter(out, self._schema, compression="zstd")
        self._table_of = pa.Table.from_pylist
        self._batch: list[Record] = []

    def write(self, record: Record) -> Iterable[CellLoss]:
        _in_utf_8(json_text(record))
        self._batch.append(record)
        return ()

    def flush(self) -> None:
        if self._batch:
            self._writer.write_table(self._table_of(self._batch, self._schema))
            self._batch.clear()

    def close(self) -> None:
        self.flush()
        self._writer.close()


def _in_utf_8(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise Unwritable(Note("it holds half a character, which UTF-8 cannot hold")) from error
