"""Rows of Parquet files, by record batches, and how large such a file is once it is unpacked.

What a file says of itself may be untrue: what counts is what its pages say, since they are what a reader goes by. Their
headers are read without the pages (the format's Thrift definition, `PageHeader`, parquet-format 2.11). Texts that the
file keeps once for a column, in a dictionary, stay so until the rows are made, a few megabytes at a time.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Iterator
from datetime import date, time
from decimal import Decimal
from itertools import repeat
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from advisor.dataset.files.bounds import NONE, Beyond, Bounds
from advisor.dataset.files.json_stream import LONGEST
from advisor.dataset.files.json_value import control_characters, encode, may_hold_control_characters, text_of
from advisor.dataset.formats.registry import demanded
from advisor.dataset.row import Fault, Row, Unusable, excerpt

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

TOO_LONG = (Fault("row-too-long", values={"most": LONGEST >> 20}),)
PART = 8_000_000
"""Bytes of rows that are made at once."""
NUMBER = 8
"""Bytes that a value takes in memory at least, beside its text."""
MOST_ABOUT = 32_000_000
"""Bytes in which a bounded file may describe itself: 2,000 columns in some hundred groups of rows."""
HEADER = 1 << 16
"""Bytes in which the header of a page ends, unless it holds long statistics."""
MOST_HEADER = 1 << 24


_FILLED = {"arguments": "null-filled-arguments", "properties": "null-filled-parameters"}
"""The check by the key of an object whose keys are names of its own: of calls, and of the schema of a tool."""


TEXTS = frozenset(
    {"prompt", "completion", "text", "instruction", "input", "output", "question", "answer", "context"}
) | {
    "response",
    "chosen",
    "rejected",
    "messages",
    "conversations",
    "system",
}
"""Columns whose cells are texts, or lists of them, in the formats that are kept in Parquet."""


class Measured(NamedTuple):
    """What the headers of a file's pages tell."""

    size: int
    """Bytes of all pages unpacked and of the values in them; those from a dictionary are as long as its average."""
    widest: float
    """The same of a row, in the group of rows where it is largest."""


def parquet_rows(file: BinaryIO, rows: int, bounds: Bounds = NONE, stored: int = 0) -> Iterator[list[Row]]:
    """The rows of a Parquet file of `stored` bytes, some at a time. Raises `Unusable`."""
    import pyarrow as pa  # takes half a second, which other files do without

    done = size = 0
    try:
        table = _opened(file, bounds)
        if bounds != NONE:
            measured = _measured(table.metadata, file)
            bounds.demand_size(measured.size, stored)
            rows = max(1, min(rows, int(PART / max(1, measured.widest))))
        for batch in table.iter_batches(batch_size=rows):
            rows_made: list[Row] = []
            for part in _parts(batch):
                some, written = _made(part, done + len(rows_made))
                rows_made += some
                bounds.demand_size(size := size + written, stored)
            done += len(rows_made)
            yield rows_made
    except (pa.ArrowException, OSError, ValueError, KeyError, AttributeError, OverflowError, RecursionError) as error:
        if isinstance(error, Unusable):
            raise
        if done == 0:
            raise Unusable("The Parquet file is damaged: it cannot be read.") from error
        raise Unusable("The Parquet file is damaged after row {n}.", n=done) from error


def parquet_size(file: BinaryIO) -> int:
    """Bytes of a Parquet file once it is unpacked, as far as the headers of its pages tell; 0 for a damaged one."""
    import pyarrow as pa

    try:
        return _measured(_opened(file, Bounds(columns=1 << 20)).metadata, file).size
    except (pa.ArrowException, OSError, ValueError, KeyError, AttributeError, OverflowError):
        return 0


def columns_of_bytes(file: BinaryIO) -> list[str]:
    """Columns that trainers take for text and that hold bytes; none for a damaged file. The stream goes back to its
    start.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        schema = pq.read_schema(file)
    except (pa.ArrowException, OSError, ValueError, KeyError, AttributeError, OverflowError, RecursionError):
        return []
    finally:
        file.seek(0)
    kinds = (pa.types.is_binary, pa.types.is_large_binary, pa.types.is_fixed_size_binary)
    return [field.name for field in schema if field.name in TEXTS and any(kind(field.type) for kind in kinds)]


def _opened(file: BinaryIO, bounds: Bounds) -> pq.ParquetFile:
    """Raises `Beyond`, and what pyarrow raises."""
    import pyarrow.parquet as pq

    if bounds.columns is not None:
        file.seek(-8, io.SEEK_END)
        if int.from_bytes(file.read(4), "little") > MOST_ABOUT:
            raise Beyond(
                "The file describes itself in more than {size}, which is the most that is read here.", size=MOST_ABOUT
            )
        file.seek(0)
    table = pq.ParquetFile(file)
    bounds.demand_columns(table.metadata.num_columns)
    texts = [table.schema.column(at) for at in range(table.metadata.num_columns)]
    # Within lists and structures, pyarrow 26 cannot keep texts that come from several dictionaries.
    once = [column.path for column in texts if column.physical_type == "BYTE_ARRAY" and "." not in column.path]
    return pq.ParquetFile(file, metadata=table.metadata, read_dictionary=once, pre_buffer=False)


def _parts(batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    """The same rows in parts of at most `PART` bytes once they are made, or of one row."""
    if batch.num_rows > 1 and sum(map(_size, batch.columns)) > PART:
        half = batch.num_rows // 2
        yield from _parts(batch.slice(0, half))
        yield from _parts(batch.slice(half))
    elif batch.num_rows:
        yield batch


def _size(values: pa.Array) -> int:
    """Bytes of values once they are made, each text as often as it stands there."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = values.type
    if pa.types.is_dictionary(kind):
        lengths = pc.binary_length(values.dictionary)
        return NUMBER * len(values) + (pc.sum(pc.take(lengths, values.indices)).as_py() or 0)
    if pa.types.is_struct(kind):
        return NUMBER * len(values) + sum(map(_size, values.flatten()))
    if pa.types.is_map(kind):
        start, end = values.offsets[0].as_py(), values.offsets[-1].as_py()
        return sum(_size(part.slice(start, end - start)) for part in (values.keys, values.items))
    if pa.types.is_nested(kind):
        return NUMBER * len(values) + _size(values.flatten())
    if pa.types.is_string(kind) or pa.types.is_binary(kind) or pa.types.is_large_string(kind):
        return NUMBER * len(values) + (pc.sum(pc.binary_length(values)).as_py() or 0)
    return NUMBER * len(values)


def _made(part: pa.RecordBatch, before: int) -> tuple[list[Row], int]:
    """Rows, of which the first comes after so many others, and how many bytes they are as JSON."""
    if part.num_rows == 1 and (size := sum(map(_size, part.columns))) > LONGEST:
        return [Row(before + 1, None, None, TOO_LONG)], size
    objects = part.to_pylist()
    filled: Iterable[tuple[Fault, ...]] = repeat((), len(objects))
    if any(_names_keys(field) for field in part.schema):
        filled = [tuple(_filled_up(value, "")) for value in objects]
    values = [_row(value) for value in objects]
    written = encode(values)
    strange = may_hold_control_characters(written)
    rows = [
        Row(before + place, None, value, (*nulls, *(control_characters(value) if strange else ())))
        for place, (value, nulls) in enumerate(zip(values, filled, strict=True), start=1)
    ]
    return rows, len(written)


def _names_keys(field: pa.Field) -> bool:
    """Whether values of a field may hold an object of `_FILLED`; files without one need not be looked through."""
    import pyarrow as pa

    kind = getattr(field.type, "storage_type", field.type)
    if field.name in _FILLED and pa.types.is_struct(kind):
        return True
    return pa.types.is_nested(kind) and any(_names_keys(kind.field(at)) for at in range(kind.num_fields))


def _filled_up(value: Any, path: str) -> Iterator[Fault]:
    """Arguments and parameters of tools with keys that hold null: of other rows, most likely, and none of this one."""
    if isinstance(value, dict):
        for key, part in value.items():
            field = f"{path}.{key}" if path else str(key)
            if key in _FILLED and isinstance(part, dict) and None in part.values():
                keys = ", ".join(str(name) for name, given in part.items() if given is None)
                yield Fault(_FILLED[key], field, "", {"keys": excerpt(keys)})
            elif isinstance(part, (dict, list)):
                yield from _filled_up(part, field)
    elif isinstance(value, list):
        for place, part in enumerate(value):
            if isinstance(part, (dict, list)):
                yield from _filled_up(part, f"{path}[{place}]")


def _row(value: dict[str, Any]) -> dict[str, Any]:
    """A row as JSON would hold it. A column that its format demands stays where it is null: its text is missing there,
    and an answer that is null may mean that there is none.
    """
    whole: dict[str, Any] = _plain(value)
    if len(whole) == len(value) or CONVERSATIONS & whole.keys():
        return whole
    return {str(key): whole.get(str(key)) for key in value if key in whole or key in demanded()}


CONVERSATIONS = frozenset({"messages", "conversations", "contents"})
"""Columns that hold all of a row, so that what is null beside them is of other rows."""


def _plain(value: Any) -> Any:
    """A value as JSON would hold it. Parquet gives every row all columns, and every structure all fields: what is null
    in them nobody wrote, and it is left out. A message that holds nothing else keeps its content, as OpenAI writes it.
    """
    if isinstance(value, dict):  # most of what is in it is text, which stays as it is
        kept = {key: part if type(part) is str else _plain(part) for key, part in value.items()}
        if None not in kept.values():
            return kept
        present = {key: part for key, part in kept.items() if part is not None}
        return {**present, "content": None} if _is_without_content(kept, present) else present
    if isinstance(value, (list, tuple)):
        return [part if type(part) is str else _plain(part) for part in value]
    if isinstance(value, bytes):
        return text_of(value)[0]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, (date, time)):
        return value.isoformat()
    return value if value is None or isinstance(value, (str, int, bool)) else str(value)


def _is_without_content(message: dict[str, Any], row: dict[str, Any]) -> bool:
    return "content" in message and "content" not in row and "role" in row and not {"parts", "value"} & row.keys()


def _measured(about: pq.FileMetaData, file: BinaryIO) -> Measured:
    """Raises `ValueError` where the headers of the pages cannot be read."""
    total, widest = 0, 0.0
    for number in range(about.num_row_groups):
        group = about.row_group(number)
        size = sum(_chunk_size(group.column(at), file) for at in range(group.num_columns))
        total += size
        widest = max(widest, size / max(1, group.num_rows))
    return Measured(total, widest)


def _chunk_size(column: pq.ColumnChunkMetaData, file: BinaryIO) -> int:
    """Bytes of the pages of one column in one group of rows, unpacked, and of their values."""
    at = column.data_page_offset
    if column.dictionary_page_offset and column.dictionary_page_offset < at:
        at = column.dictionary_page_offset
    end = at + column.total_compressed_size
    size = 0
    average = 0.0
    while at < end:
        header, length = _header(file, at)
        packed, unpacked = header.get(3), header.get(2)
        if not isinstance(packed, int) or not isinstance(unpacked, int) or min(packed, unpacked) < 0:
            raise ValueError("a page without a size")
        values, coded = _values(header)
        if 7 in header:
            average = unpacked / max(1, header[7].get(1, 1))
        size += unpacked + int(values * (NUMBER + (average if coded else 0)))
        at += length + packed
    return size


DICTIONARY = frozenset({2, 8})
"""Encodings of pages that refer to a dictionary: PLAIN_DICTIONARY and RLE_DICTIONARY."""


def _values(header: dict[int, Any]) -> tuple[int, bool]:
    """How many values a page of data holds, and whether they are in a dictionary; none for another page."""
    if 5 in header:
        return max(0, header[5].get(1, 0)), header[5].get(2) in DICTIONARY
    if 8 in header:
        return max(0, header[8].get(1, 0)), header[8].get(4) in DICTIONARY
    return 0, False


def _header(file: BinaryIO, at: int) -> tuple[dict[int, Any], int]:
    """The header of the page there, and its length."""
    size = HEADER
    while True:
        file.seek(at)
        data = file.read(size)
        try:
            return _struct(data, 0)
        except IndexError:
            if len(data) < size or size >= MOST_HEADER:
                raise ValueError("the header of a page does not end") from None
            size *= 16


DEEPEST = 16
"""Structures within one another that a header may have; it has three."""


def _struct(data: bytes, at: int, deep: int = 0) -> tuple[dict[int, Any], int]:
    """The fields of a structure in Thrift's compact protocol, by number, and where it ends. Raises `IndexError`."""
    if deep > DEEPEST:
        raise ValueError("too deep")
    fields: dict[int, Any] = {}
    field = 0
    while kind := data[at]:
        at += 1
        if kind >> 4:
            field += kind >> 4
        else:
            field, at = _number(data, at)
        fields[field], at = _value(data, at, kind & 15, deep)
    return fields, at + 1


def _value(data: bytes, at: int, kind: int, deep: int) -> tuple[Any, int]:
    match kind:
        case 1 | 2:
            return kind == 1, at
        case 3:
            return data[at], at + 1
        case 4 | 5 | 6:
            return _number(data, at)
        case 7:
            return None, at + 8
        case 8:
            size, at = _varint(data, at)
            return None, at + size
        case 9 | 10:
            n, of = data[at] >> 4, data[at] & 15
            at += 1
            if n == 15:
                n, at = _varint(data, at)
            for _ in range(n):
                _, at = _value(data, at, 3 if of in (1, 2) else of, deep)
            return None, at
        case 12:
            return _struct(data, at, deep + 1)
    raise ValueError("no header of a page")


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at
        if shift > 63:
            raise ValueError("no number")


def _number(data: bytes, at: int) -> tuple[int, int]:
    value, at = _varint(data, at)
    return (value >> 1) ^ -(value & 1), at
