"""Opens training files: which compression, encoding and container they have, and their rows in batches."""

from __future__ import annotations

import tempfile
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from types import MappingProxyType
from typing import BinaryIO

from advisor.dataset.files.bounds import NONE, Bounds
from advisor.dataset.files.container import Container, container_of
from advisor.dataset.files.json_stream import LONGEST, Texts, Values, lines
from advisor.dataset.files.json_value import read_many
from advisor.dataset.files.line_ends import LineEnds
from advisor.dataset.files.not_training_data import binary_kind, other_kind
from advisor.dataset.files.parquet import columns_of_bytes, parquet_rows
from advisor.dataset.files.plain_chat import Chat, PlainRow
from advisor.dataset.files.tables import Table, delimiter_of, in_batches
from advisor.dataset.files.unpacking import (
    PIECE,
    Compression,
    Encoding,
    Stored,
    compression_of,
    encoding_of,
    gathered,
    in_utf_8,
    unpacked,
)
from advisor.dataset.place import Unit, spot, unit_of
from advisor.dataset.row import Batch, Fault, Note, Row, Unusable, excerpt

__all__ = [
    "Batch",
    "Compression",
    "Container",
    "Encoding",
    "Fault",
    "Note",
    "Row",
    "Source",
    "Unusable",
    "open_source",
]

TELLING_NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {".txt": ("csv", "tsv"), ".csv": ("csv", "tsv"), ".tsv": ("csv", "tsv"), ".parquet": ("parquet",)}
)
"""Endings of names by which loaders choose how to read a file, and the kinds of file that they stand for."""
USUAL_SIGNS: Mapping[str, str] = MappingProxyType({"csv": ",", "tsv": "\t"})
SIGNS: Mapping[str, Note] = MappingProxyType(
    {",": Note("commas"), ";": Note("semicolons"), "\t": Note("tabs"), "|": Note("vertical bars")}
)
AT_ONCE = 500
"""Rows of JSON that are decoded together."""
BLANKS = 1_000
"""Blank lines that become rows; those beyond them are only counted, since a file may hold nothing else by millions."""
_TOO_LONG = (Fault("row-too-long", values={"most": LONGEST >> 20}),)


@dataclass
class Source:
    """A training file. It can be read again and again, but by one reader at a time."""

    name: str
    size: int | None
    """Bytes as stored."""
    compression: Compression | None
    encoding: Encoding
    container: Container
    stored: Stored = field(repr=False)
    bom: bool = False
    delimiter: str = ","
    line_end: bytes = b"\n"
    columns: tuple[str, ...] = ()
    """Of a table, once its first batch was read."""
    bounds: Bounds = NONE
    """How much of it is read."""
    faults: list[Fault] = field(default_factory=list)
    """What is wrong with the file as a whole; complete once all batches were read."""
    other: Note | None = None
    """What the file is instead of training data, such as an HTML page; it has no rows then."""
    lines: int = 0
    """Physical lines read so far (JSONL, CSV, TSV)."""
    blanks: int = 0
    """Blank lines read so far; only the first `BLANKS` of them are among the rows."""
    ends: LineEnds = field(default_factory=LineEnds)
    """How they ended."""
    wide: bool = False
    """Whether lines read so far have characters beyond ASCII, in UTF-8 as it should be (JSONL)."""
    broken: bool = False
    """Whether they have bytes that are no UTF-8."""

    def __post_init__(self) -> None:
        self._opening = tuple(self.faults)

    @property
    def crlf(self) -> int:
        """How many of the lines read so far ended in CR and LF."""
        return self.ends.windows

    @property
    def has_mark(self) -> bool:
        """Whether it begins with the byte-order mark of UTF-8."""
        return self.bom and self.encoding == "utf-8-sig"

    @property
    def unit(self) -> Unit:
        """What the numbers of its rows count."""
        return unit_of(self.container)

    @property
    def passed_over(self) -> int:
        """Blank lines read so far that are no rows."""
        return max(0, self.blanks - BLANKS)

    def restart(self) -> None:
        """Forget what an earlier reading left here; what opening the file told stays."""
        self.faults = list(self._opening)
        self.lines, self.blanks, self.ends = 0, 0, LineEnds()
        self.wide = self.broken = False

    def batches(
        self, rows: int = 2_000, most_bytes: int = 8_000_000, *, chats: bool = False
    ) -> Generator[Batch, None, None]:
        """The rows in order, at most `rows` at a time and about `most_bytes` of text. Never an empty batch.

        Blank lines beyond the first `BLANKS` are no rows: they are only counted, in `blanks`.

        With `chats`, rows of JSON that are plain conversations may be of the kind `PlainRow`, which takes less time.
        Raises `Unusable` where reading on makes no sense.
        """
        self.restart()
        self.demand_data()
        with self.stored.opened() as stream:
            if self.container == "parquet":
                yield from self._parquet(stream, rows)
                return
            text = in_utf_8(gathered(self.pieces(stream, self.faults)), self.encoding, self.bom)
            if self.container in ("jsonl", "json"):
                read = self._jsonl if self.container == "jsonl" else self._json
                row_batches = _parted(read(text, chats), rows, most_bytes)
            else:
                row_batches = self._table(text, rows)
            for some in row_batches:
                self._demand_fields(some)
                yield Batch(some, self.stored.position(stream))
        self.conclude()

    def demand_data(self) -> None:
        """Raises `Unusable` for a file that is something else than training data."""
        if self.other:
            raise Unusable("This is no training data but {kind}.", kind=self.other)

    def pieces(self, stream: BinaryIO, faults: list[Fault]) -> Iterator[bytes]:
        """What an open stream holds, unpacked. Damage is added to the faults. Raises `Unusable`."""
        return unpacked(stream, self.compression, self.size or 0, faults, self.bounds)

    def _demand_fields(self, rows: Sequence[Row]) -> None:
        """Raises `Beyond` for a row of JSON with too many fields; of tables it is known before rows are made."""
        if self.bounds.columns is None or self.container not in ("jsonl", "json"):
            return
        for row in rows:
            if type(row) is Row and isinstance(row.value, dict):
                self.bounds.demand_columns(len(row.value), spot(row.line, self.unit))

    def conclude(self) -> None:
        """Note what all lines together tell, once they are read."""
        if self.broken and not self.wide:
            self.faults.append(Fault("latin-1"))
        if fewer := self.ends.fewer(self.lines):
            windows, n, named = fewer
            end = "CR LF" if windows else "LF"
            self.faults.append(
                Fault("mixed-line-ends", values={"n": n, "end": end, "lines": ", ".join(map(str, named))})
            )
        elif self.crlf and self.container == "jsonl":  # tables end their lines so by their standard, RFC 4180
            self.faults.append(Fault("crlf", values={"n": self.crlf}))

    def _jsonl(self, text: Iterator[bytes], chats: bool) -> Iterator[list[Row]]:
        for some in lines(text, LONGEST, self.line_end):
            for at in range(0, len(some), AT_ONCE):
                part = some[at : at + AT_ONCE]
                if self.ends.add(part, self.lines + 1):
                    part = [raw and raw.removesuffix(b"\r") for raw in part]
                if self.blanks >= BLANKS and _are_blank(part):
                    self.blanks += len(part)
                    self.lines += len(part)
                    continue
                rows = _decoded(self._without_blanks(part), chats)
                broken = {
                    row.line
                    for row in rows
                    if row.faults and any(fault.check == "invalid-utf-8" for fault in row.faults)
                }
                self.broken = self.broken or bool(broken)
                self.wide = self.wide or not all((row.raw or b"").isascii() or row.line in broken for row in rows)
                self.lines += len(part)
                yield rows

    def _without_blanks(self, part: Texts) -> list[tuple[int, bytes | None]]:
        """The lines with their numbers; blank ones only as long as there are few."""
        numbered = [*enumerate(part, start=self.lines + 1)]
        blank = [raw is not None and not raw.strip() for raw in part]
        n = sum(blank)
        if not n:
            return numbered
        room = iter(range(BLANKS - self.blanks))
        self.blanks += n
        return [line for line, empty in zip(numbered, blank, strict=True) if not empty or next(room, None) is not None]

    def _json(self, text: Iterator[bytes], chats: bool) -> Iterator[list[Row]]:
        done = 0
        values = Values(text, LONGEST)
        for some in values:
            for at in range(0, len(some), AT_ONCE):
                part = some[at : at + AT_ONCE]
                yield _decoded([*enumerate(part, start=done + 1)], chats)
                done += len(part)
        if not values.closed:
            self.faults.append(Fault("truncated-json"))
        if values.stray:
            self.faults.append(Fault("invalid-json", values={"problem": Note("a bracket closes what was not open")}))
        lines_wanted = _extensions(self.name)[-1:] in ([".jsonl"], [".ndjson"])
        if values.array and lines_wanted:
            self.faults.append(Fault("top-level-array"))
        if values.spread and not values.array and (lines_wanted or done > 1):
            self.faults.append(Fault("rows-over-lines"))

    def _table(self, text: Iterator[bytes], rows: int) -> Iterator[list[Row]]:
        table = Table(lines(text, LONGEST, self.line_end), self.delimiter, self.faults, self.bounds, BLANKS)
        for some in in_batches(table, rows):
            self._note_read(table)
            yield some
        self._note_read(table)

    def _note_read(self, table: Table) -> None:
        self.columns = tuple(table.columns)
        self.lines, self.blanks, self.ends = table.lines, table.blanks, table.ends

    def _bytes_in(self, stream: BinaryIO) -> None:
        """Note the columns of text that hold bytes."""
        for column in columns_of_bytes(stream):
            self.faults.append(Fault("bytes-not-text", excerpt(column), "", {"key": excerpt(column)}))

    def _parquet(self, stream: BinaryIO, rows: int) -> Iterator[Batch]:
        if self.compression is None:
            self._bytes_in(stream)
            for some in parquet_rows(stream, rows, self.bounds, self.size or 0):
                yield Batch(some, self.stored.position(stream))
            return
        with tempfile.TemporaryFile() as plain:
            for piece in self.pieces(stream, self.faults):
                plain.write(piece)
            plain.seek(0)
            self._bytes_in(plain)
            for some in parquet_rows(plain, rows, self.bounds, self.size or 0):
                yield Batch(some, self.stored.position(stream))


def _are_blank(texts: Texts) -> bool:
    """Whether none of these lines holds anything; those of a stretch of blank lines are mostly the same."""
    return not (texts[0] is None or texts[0].strip()) and all(raw is not None and not raw.strip() for raw in {*texts})


def _decoded(texts: Sequence[tuple[int, bytes | None]], chats: bool) -> list[Row]:
    """Rows of texts with the lines that they stand on."""
    results = iter(read_many([text for _, text in texts if text is not None], chats))
    rows: list[Row] = []
    for line, text in texts:
        value, faults = (None, _TOO_LONG) if text is None else next(results)
        rows.append((PlainRow if type(value) is Chat else Row)(line, text, value, faults))
    return rows


def _parted(batches: Iterable[list[Row]], rows: int, most_bytes: int) -> Iterator[list[Row]]:
    """The same rows in batches of at most so many rows, which end where they have so many bytes of text."""
    batch: list[Row] = []
    size = 0
    for some in batches:
        total = sum(len(row.raw or b"") for row in some)
        if len(batch) + len(some) < rows and size + total < most_bytes:
            batch += some
            size += total
            continue
        for row in some:
            batch.append(row)
            size += len(row.raw or b"")
            if len(batch) >= rows or size >= most_bytes:
                yield batch
                batch, size = [], 0
    if batch:
        yield batch


def open_source(
    file: Path | BinaryIO | bytes,
    name: str = "",
    container: Container | None = None,
    encoding: Encoding | None = None,
    bounds: Bounds = NONE,
) -> Source:
    """The file with what its first bytes say of it; `container` and `encoding` overrule that.

    Raises `Unusable` for a file that is empty, or is none of the containers, and, also when it is read, for one beyond
    the bounds.
    """
    stored = Stored(file)
    name = name or (file.name if isinstance(file, Path) else str(getattr(file, "name", "")))
    size = stored.size
    if size == 0:
        raise Unusable("The file is empty.")
    compression = compression_of(stored.begin(4))
    with stored.opened() as stream:
        start = b""
        whole = True
        for piece in unpacked(stream, compression, size, []):
            start += piece
            if len(start) >= PIECE:
                whole = False
                break
    if container == "parquet" or (container is None and start.startswith(b"PAR1")):
        return Source(name, size, compression, "utf-8", "parquet", stored, bounds=bounds)
    if binary := binary_kind(start):
        faults = [Fault("not-training-data", values={"kind": binary})]
        return Source(name, size, compression, "utf-8", "jsonl", stored, bounds=bounds, faults=faults, other=binary)
    if compression_of(start):
        raise Unusable("The file is packed twice. Unpack it once, and try again.")
    detected, bom = encoding_of(start)
    faults = [Fault("byte-order-mark")] if bom and detected == "utf-8-sig" else []
    if encoding is None or encoding.removesuffix("-sig") == detected.removesuffix("-sig"):
        encoding = detected
    else:
        bom = False
    faults += [Fault("utf-16")] if encoding.startswith("utf-16") else []
    faults += [Fault("latin-1")] if encoding == "latin-1" else []
    text = b"".join(in_utf_8(iter([start]), encoding, bom)).decode("utf-8", "replace")
    kind = container or container_of(text, _extensions(name), whole)
    other = other_kind(text, table=kind in ("csv", "tsv"))
    if kind is None and other is None:
        raise Unusable("No rows were found. Training rows come as JSONL, JSON, CSV, TSV or Parquet.")
    if other:
        first = excerpt(text.strip().partition("\n")[0])
        faults = [Fault("not-training-data", "", first, {"kind": other})]
    ending = _extensions(name)[-1:]
    if kind and not other and ending and (found_kind := TELLING_NAMES.get(ending[0])) and kind not in found_kind:
        faults.append(Fault("name-misleads", values={"ending": ending[0], "kind": kind.upper()}))
    head = text[: 1 << 16]
    delimiter = "," if kind == "csv" else "\t"
    delimiter = (delimiter_of(head, delimiter) or delimiter) if kind in ("csv", "tsv") else ","
    usual = USUAL_SIGNS.get(kind or "")
    if kind and usual and delimiter != usual and not other:
        faults.append(Fault("delimiter-unusual", values={"kind": kind.upper(), "sign": SIGNS[delimiter]}))
    line_end = b"\r" if "\r" in head and "\n" not in head else b"\n"
    return Source(
        name,
        size,
        compression,
        encoding,
        kind if kind and not other else "jsonl",
        stored,
        bom,
        delimiter,
        line_end,
        bounds=bounds,
        faults=faults,
        other=other,
    )


def _extensions(name: str) -> list[str]:
    """Endings of a file's name, in lower case, without those of compression: `rows.JSONL.gz` has `.jsonl`."""
    return [end for end in map(str.lower, PurePath(name).suffixes) if end not in (".gz", ".gzip", ".zst", ".zstd")]
