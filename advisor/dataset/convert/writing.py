"""Writes rows, a batch at a time, into JSON lines, a JSON array, CSV or Parquet."""

from __future__ import annotations

import csv
import io
import json
from codecs import BOM_UTF8
from collections.abc import Mapping
from typing import Any, BinaryIO, Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from advisor.dataset.convert.example import LeftOut
from advisor.dataset.convert.making import Made, for_parquet
from advisor.dataset.convert.targets import Container, Target
from advisor.dataset.row import Note
from advisor.dataset.template.writers import guarded


class Writer(Protocol):
    """Takes rows and writes them. `close` ends the file, but leaves its stream open."""

    def add(self, row: Made, lost: set[str]) -> None:
        """Hold the row until `flush`; add what the container loses. Raises `LeftOut`."""

    def flush(self) -> None: ...

    def close(self) -> None: ...


def writer(target: Target, container: Container, out: BinaryIO) -> Writer:
    if container == "csv":
        return _Csv(target, out)
    if container == "parquet":
        return _Parquet(target, out)
    return _Json(target, out, array=container == "json")


class _Json:
    def __init__(self, target: Target, out: BinaryIO, array: bool) -> None:
        self._out = out
        self._array = array
        self._held: list[str] = []
        self._first = True
        out.write(BOM_UTF8 if target.mark else b"")
        out.write(b"[" if array else b"")

    def add(self, row: Made, lost: set[str]) -> None:
        try:
            text = json.dumps(row, ensure_ascii=False, allow_nan=False)
        except (TypeError, ValueError, RecursionError) as error:
            raise LeftOut(Note("it holds something that JSON cannot hold")) from error
        self._held.append(_sound(text))

    def flush(self) -> None:
        if self._array:
            text = "".join(f"{'' if self._first and at == 0 else ','}\n{row}" for at, row in enumerate(self._held))
        else:
            text = "".join(f"{row}\n" for row in self._held)
        self._first = self._first and not self._held
        self._held.clear()
        self._out.write(text.encode())

    def close(self) -> None:
        self.flush()
        self._out.write(b"\n]\n" if self._array else b"")


class _Csv:
    def __init__(self, target: Target, out: BinaryIO) -> None:
        self._out = out
        self._columns = tuple(target.columns)
        self._text = io.StringIO(newline="")
        self._writer = csv.writer(self._text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        self._writer.writerow(self._columns)

    def add(self, row: Made, lost: set[str]) -> None:
        cells = [_sound(row[column]) for column in self._columns]
        if any("\r\n" in cell for cell in cells):  # readers of tables take them for one line end
            cells = [cell.replace("\r\n", "\n") for cell in cells]
            lost.add("line_ends")
        safe = [guard(cell) for cell in cells]
        if safe != cells:
            lost.add("formula")
        self._writer.writerow(safe)

    def flush(self) -> None:
        self._out.write(self._text.getvalue().encode())
        self._text.seek(0)
        self._text.truncate()

    def close(self) -> None:
        self.flush()


_MESSAGES = pa.list_(pa.struct([("role", pa.string()), ("content", pa.string())]))
_TURN = pa.struct([("from", pa.string()), ("value", pa.string())])
_KINDS: Mapping[str, Any] = {
    "text": pa.string(),
    "messages": _MESSAGES,
    "turns": pa.list_(_TURN),
    "turn": _TURN,
    "boolean": pa.bool_(),
    "pairs": pa.list_(pa.list_(pa.string())),
}


class _Parquet:
    def __init__(self, target: Target, out: BinaryIO) -> None:
        self._schema = pa.schema([(name, _KINDS[kind]) for name, kind in target.columns.items()])
        self._writer = pq.ParquetWriter(out, self._schema, compression="zstd")
        self._held: list[Made] = []

    def add(self, row: Made, lost: set[str]) -> None:
        row = for_parquet(row, lost)
        _sound(json.dumps(row, ensure_ascii=False))
        self._held.append(row)

    def flush(self) -> None:
        if self._held:
            self._writer.write_table(pa.Table.from_pylist(self._held, self._schema))
            self._held.clear()

    def close(self) -> None:
        self.flush()
        self._writer.close()


def _sound(text: str) -> str:
    """The text, if UTF-8 can hold it."""
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise LeftOut(Note("it holds half a character, which UTF-8 cannot hold")) from error
    return text


def guard(cell: str) -> str:
    """The cell with an apostrophe in front, if a spreadsheet would run it, or if it begins with such an apostrophe."""
    return f"'{cell}" if _risky(cell) else cell


def unguarded(cell: str) -> str:
    """The cell as it was before `guard`."""
    return cell[1:] if cell.startswith("'") and _risky(cell) else cell


def _risky(cell: str) -> bool:
    bare = cell.lstrip("'")
    return guarded(bare) != bare
