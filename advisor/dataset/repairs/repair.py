"""Writes a training file anew with everything repaired that can be repaired without judging what it should say.

The original is only read. Sound rows keep their bytes, so that a sound file comes out as it is but for what its
platform demands. Rows that cannot be read are left out and listed. A repaired file has nothing left to repair. Which
defects are repaired, and which only when asked for, says `repair` in `content/checks.yaml`.
"""

from __future__ import annotations

import codecs
import copy
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, NamedTuple

from advisor.content.load import Content, load
from advisor.dataset.checks import check_row
from advisor.dataset.files.container import Container
from advisor.dataset.files.json_value import has_control_characters
from advisor.dataset.files.output import container_to_write, ends_in_line_end, is_array, platform_reads
from advisor.dataset.files.source import Source
from advisor.dataset.files.unpacking import in_utf_8
from advisor.dataset.files.writers import BYTE_ORDER_MARK, RowWriter, as_json
from advisor.dataset.formats.reading import conversation
from advisor.dataset.formats.recognition import recognise
from advisor.dataset.inspection.inspect import MOST_OF_A_KIND, demand_held_out
from advisor.dataset.place import Unit
from advisor.dataset.platforms import Platform
from advisor.dataset.platforms import platform as platform_of
from advisor.dataset.privacy import find
from advisor.dataset.privacy.mask import masked, masked_around
from advisor.dataset.repairs.fitness import READING, needs_a_choice, reason_to_leave_out, with_lists
from advisor.dataset.repairs.fixes import FIXES, STRUCTURAL, drop_key, garbled, texts_of, value_of_key
from advisor.dataset.repairs.redact import redacted
from advisor.dataset.repairs.repeats import RowsSoFar, ValidationRows
from advisor.dataset.row import EMPTY, Fault, Row
from advisor.dataset.rows.traits import NOTHING

KEYS = frozenset({"unknown-key", "column-not-read"})
"""Checks of keys that a row has too many, which go only where someone asks for it, or where they hold nothing."""
LAID_OUT = 4_000
"""Characters of a row over several lines of which the beginning is shown."""
ROUNDS = 20
"""Repairs of a row that may uncover another."""


class Change(NamedTuple):
    """Something repaired, and how it reads before and after: excerpts of the row in which personal data is masked."""

    line: int | None
    """None where the whole file is meant."""
    check: str
    field: str = ""
    before: str = ""
    after: str = ""
    """Empty for what was taken out."""
    other: int | None = None
    """For a row taken out the line where it stands already: in this file, for a leak in the validation file."""


class LeftOut(NamedTuple):
    """A row that is not in the repaired file, and the id of the check that says why."""

    line: int
    check: str
    before: str


@dataclass(frozen=True)
class Repair:
    """What was done to a file."""

    container: Container
    """Of the file written, which is never compressed."""
    changes: tuple[Change, ...]
    """What concerns the whole file first, then in the order of lines; at most `MOST_OF_A_KIND` of one check."""
    counts: dict[str, int]
    """How often each check was repaired, also beyond the changes kept; for line ends, the lines."""
    left_out: tuple[LeftOut, ...]
    """At most `MOST_OF_A_KIND`."""
    rows: int
    """Rows written."""
    rows_left_out: int
    duplicates: int
    """Rows taken out because they stood before."""
    leaks: int
    """Rows taken out because they stand in the validation file."""
    form: str
    """The format that the rows were taken for. A file of several may be recognised otherwise once it is repaired."""
    unit: Unit = "line"
    """What the lines of changes and of rows left out count: lines, or rows of a JSON list or of Parquet."""
    validation_unit: Unit = "line"
    """The same of the validation file."""

    @property
    def changed(self) -> bool:
        return bool(self.counts or self.rows_left_out)


def repair(
    source: Source,
    out: BinaryIO,
    *,
    form: str | None = None,
    platform: str | None = None,
    drop_duplicates: bool = False,
    drop_leaks: Source | None = None,
    mask_private: bool = False,
    drop_keys: bool = False,
    rejected: BinaryIO | None = None,
    content: Content | None = None,
) -> Repair:
    """Read a file and write it to `out` repaired; what is left out goes to `rejected`, one row a line.

    `form` says the format instead of having it recognised. `platform` says whose demands on byte-order mark and kind of
    file are met; without one a byte-order mark goes. `drop_duplicates` takes out rows whose values are the same, also
    with keys in another order; `drop_leaks` those that stand in this validation file; `mask_private` puts marks such as
    [email] in place of personal data and secrets; `drop_keys` takes out keys that the format, or the platform, does not
    know, with what they hold. Unasked, only such a key goes that holds nothing, and only where a platform is named.
    Raises what `inspect` raises.
    """
    content = content or load()
    if drop_leaks is not None:
        demand_held_out(drop_leaks)
    limits = platform_of(platform, content=content) if platform else None
    options = _Options(drop_duplicates, drop_leaks, mask_private, drop_keys)
    return _Pass(source, form, limits, options, rejected, content).run(out)


class _Options(NamedTuple):
    """What is done only where someone asks for it."""

    drop_duplicates: bool
    drop_leaks: Source | None
    mask_private: bool
    drop_keys: bool


class _Pass:
    """The state of one repair."""

    def __init__(
        self,
        source: Source,
        form: str | None,
        limits: Platform | None,
        options: _Options,
        rejected: BinaryIO | None,
        content: Content,
    ) -> None:
        self.source = source
        self.limits = limits
        self.form = recognise([], form).format if form else ""
        self.options = options
        self.rejected = rejected
        self.errors = frozenset(check.id for check in content.checks if check.severity == "error") - READING - KEYS
        self.kind = container_to_write(source, limits)
        self.counts: Counter[str] = Counter()
        self.changes: list[Change] = []
        self.left_out: list[LeftOut] = []
        self.rows_left_out = self.duplicates = self.leaks = 0
        self.rows_so_far = RowsSoFar()
        self.validation_rows: ValidationRows | None = None

    def run(self, out: BinaryIO) -> Repair:
        demand = self.limits.byte_order_mark if self.limits else "unknown"
        had = self.source.has_mark
        mark = (demand == "required" and self.kind == "jsonl") or (had and demand in ("required", "allowed"))
        if mark != had:
            taken = "byte-order-mark-refused" if demand == "refused" else "byte-order-mark"
            self._note(Change(None, "missing-byte-order-mark" if mark else taken))
        for fault in self.source.faults:
            if fault.check in ("utf-16", "latin-1"):
                self._note(Change(None, fault.check))
        if self.kind == "jsonl" and self.source.container not in ("jsonl", "parquet"):
            self._note(Change(None, self._not_lines()))
        converted = self.source.container == "parquet" and not platform_reads(self.limits, "parquet")
        if converted:
            self._note(Change(None, "container-not-read"))
        if self.source.container == "jsonl":
            rows = self._write(out, mark)
            return self._result(rows, "jsonl")
        # Whether there is anything to repair shows only at the end; if not, the file is copied.
        converted = converted or self.source.container not in ("parquet", self.kind)
        with tempfile.TemporaryFile() as made:
            before = self.counts.total()
            rows = self._write(made, mark)
            cut = any(fault.check in ("truncated-json", "broken-archive") for fault in self.source.faults)
            if not converted and not cut and self.counts.total() == before and not self.rows_left_out:
                if self._is_text():
                    self._copy(out, mark)
                    return self._result(rows, self.source.container)
                self._note(Change(None, "invalid-utf-8"))  # between the rows, or in the names of columns
            self._note_ends(lines_alone=False)
            if self.source.container == "parquet" and not converted:
                self._note(Change(None, "container-not-read"))
            made.seek(0)
            while piece := made.read(1 << 20):
                out.write(piece)
        return self._result(rows, self.kind)

    def _not_lines(self) -> str:
        """The check that says why a file is not one of lines."""
        if self.source.container != "json":
            return "container-not-read"
        return "top-level-array" if is_array(self.source) else "rows-over-lines"

    def _write(self, out: BinaryIO, mark: bool) -> int:
        source = self.source
        last_end = source.container != "jsonl" or ends_in_line_end(source)
        writer = RowWriter(out, self.kind, source.delimiter, mark=mark, last_end=last_end)
        for batch in source.batches():
            if not self.form:
                self.form = recognise(batch.rows).format
            if self.options.drop_leaks and self.validation_rows is None:
                self.validation_rows = ValidationRows(
                    self.options.drop_leaks, self.form
                )  # as a check of both files takes it
            kept = [kept for row in batch.rows if (kept := self._row(row)) is not None]
            for row in self._without_unwanted(kept):
                writer.write(row, source.columns)
            if source.bounds.unpacked is not None:
                source.bounds.demand_written(out.tell())
        writer.close(source.columns)
        if source.passed_over:
            self.counts["blank-line"] += source.passed_over
        cut = self.kind == "json" and any(fault.check == "truncated-json" for fault in source.faults)
        if cut and not self.rows_left_out:
            self._note(Change(None, "truncated-json", after="]"))  # after an entry that is whole
        if any(fault.check == "duplicate-key" for fault in source.faults):
            self._note(Change(None, "duplicate-key"))  # columns of one name, of which each has a name of its own now
        self._note_ends(lines_alone=True)
        return writer.rows

    def _note_ends(self, *, lines_alone: bool) -> None:
        """Note the line ends that become LF. `lines_alone`: not those of a table, to which they are no fault."""
        source = self.source
        old = source.lines if source.line_end == b"\r" else 0
        mixed = source.ends.fewer(source.lines) is not None
        ends = source.crlf if lines_alone == (mixed or source.container == "jsonl") else 0
        if not lines_alone:
            old = 0  # told already
        if ends or old:
            check = "mixed-line-ends" if mixed else "crlf"
            self._note(Change(None, check, before="\\r" if old else "\\r\\n", after="\\n"), ends or old)

    def _row(self, row: Row) -> Row | None:
        """The row as it is to be written; None if it is not."""
        if row.value is None and (nothing := [fault.check for fault in row.faults if fault.check in EMPTY]):
            self._note(Change(row.line, nothing[0]))
            return None
        if self.kind == "jsonl" and self.source.container in ("csv", "tsv") and isinstance(row.value, dict):
            row = with_lists(row)
        if why := reason_to_leave_out(row):
            self._leave_out(row, why)
            return None
        return self._repaired(row)

    def _without_unwanted(self, rows: list[Row]) -> list[Row]:
        """The rows that are to be written, without what someone has asked to take out."""
        rows = self._without_leaks(rows)
        if self.options.mask_private:
            marked = [
                self._without_private(row, *found) for row, found in zip(rows, redacted(rows, self.form), strict=True)
            ]
            rows = self._without_leaks([row for row in marked if row is not None])  # it may have the marks already
        if self.options.drop_duplicates:
            rows = [row for row in rows if not self._repeats(row)]
            self.source.bounds.demand_rows(len(self.rows_so_far))
        return rows

    def _without_leaks(self, rows: list[Row]) -> list[Row]:
        """The rows that do not stand in the validation file, if there is one."""
        leaks = self.validation_rows.repeated(rows) if self.validation_rows else {}
        for row in rows:
            if (line := leaks.get(row.line)) is not None:
                self._note(_taken_out(row, "leak-exact", line))
                self.leaks += 1
        return [row for row in rows if row.line not in leaks]

    def _without_private(self, row: Row, made: Row, kinds: tuple[str, ...]) -> Row | None:
        why = next((fault.check for fault in row.faults if needs_a_choice(fault)), "")
        if why and (kinds or find.scan([_text(row)])[0]):
            self._leave_out(row, why)  # it cannot be written anew, nor stay as it is
            return None
        for kind in kinds:
            self._note(Change(row.line, kind, "", *_difference(_text(row), _text(made))))
        return made

    def _repeats(self, row: Row) -> bool:
        known = self.rows_so_far.repeated(row)
        if known is not None:
            self._note(_taken_out(row, known.check, known.line))
            self.duplicates += 1
        return known is not None

    def _repaired(self, row: Row) -> Row:
        if any(map(needs_a_choice, row.faults)):
            return row
        reading = [fault for fault in row.faults if fault.check in READING]
        faults = [*row.faults, *self._faults(row)]
        if not reading and not any(self._may_repair(row.value, fault) for fault in faults):
            return row
        value = copy.deepcopy(row.value)
        written = _text(row) if reading else as_json(value).decode()

        def note(check: str, field: str) -> None:
            nonlocal written
            before, written = written, as_json(value).decode()
            self._note(Change(row.line, check, field, *_difference(before, written)))

        for check, field in {fault.check: fault.field for fault in reversed(reading)}.items():
            note(check, field)
        repaired = bool(reading)
        for _ in range(ROUNDS):
            changed = False
            for fault in faults:
                fix = FIXES.get(fault.check)
                if fix is not None and fix(value, fault):
                    note(fault.check, fault.field)
                    changed = True
                    if fault.check in STRUCTURAL:
                        break
            if not changed and not any(fault.check in self.errors for fault in faults):
                for fault in faults:
                    if self._may_drop(value, fault) and drop_key(value, fault):
                        note(fault.check, fault.field)
                        changed = True
            if not changed:
                break
            repaired = True
            faults = self._faults(Row(row.line, None if row.raw is None else written.encode(), value))
        return Row(row.line, None if row.raw is None else written.encode(), value) if repaired else row

    def _may_repair(self, value: Any, fault: Fault) -> bool:
        return fault.check in FIXES or self._may_drop(value, fault)

    def _may_drop(self, value: Any, fault: Fault) -> bool:
        """Whether a key that is not known is taken out: what it holds may have a meaning. A table keeps its columns."""
        if fault.check not in KEYS or self.kind in ("csv", "tsv"):
            return False
        return self.options.drop_keys or (self.limits is not None and value_of_key(value, fault) in NOTHING)

    def _faults(self, row: Row) -> list[Fault]:
        """What is wrong with the shape of a row. Of its texts, reading has mostly said what can be repaired."""
        said = conversation(row.value, self.form) if self._unseen(row) else None
        return list(check_row(row, said, self.form, self.limits))

    def _unseen(self, row: Row) -> bool:
        """Whether the texts of a row may hold what can be repaired and what reading does not look for."""
        if row.raw is None:
            return self.source.container == "parquet" or any(
                garbled(text) or has_control_characters(text) for text in texts_of(row.value)
            )
        if b"\\f" in row.raw or b"\\b" in row.raw or b"\\u00" in row.raw:
            return True
        return not row.raw.isascii() and garbled(row.raw.decode("utf-8", "replace"))

    def _leave_out(self, row: Row, check: str) -> None:
        self.rows_left_out += 1
        if len(self.left_out) < MOST_OF_A_KIND:
            self.left_out.append(LeftOut(row.line, check, _seen(row)))
        if self.rejected is not None:
            self.rejected.write((row.raw if row.raw is not None else as_json(row.value)) + b"\n")

    def _note(self, change: Change, times: int = 1) -> None:
        self.counts[change.check] += times
        if self.counts[change.check] <= MOST_OF_A_KIND or change.line is None:
            self.changes.append(change)

    def _copy(self, out: BinaryIO, mark: bool) -> None:
        if mark:
            out.write(BYTE_ORDER_MARK)
        for piece in self._pieces():
            out.write(piece)

    def _is_text(self) -> bool:
        """Whether the file, but for its encoding, is UTF-8 throughout; Parquet need not be."""
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            for piece in self._pieces() if self.source.container != "parquet" else ():
                decoder.decode(piece)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
        return True

    def _pieces(self) -> Iterator[bytes]:
        source = self.source
        with source.stored.opened() as stream:
            pieces = source.pieces(stream, [])
            yield from pieces if source.container == "parquet" else in_utf_8(pieces, source.encoding, source.bom)

    def _result(self, rows: int, container: Container) -> Repair:
        fields = {change.field: masked(change.field) for change in self.changes}
        changes = [change._replace(field=fields[change.field]) for change in self.changes]
        return Repair(
            container=container,
            changes=tuple(sorted(changes, key=lambda one: (one.line is not None, one.line or 0))),
            counts=dict(sorted(self.counts.items())),
            left_out=tuple(self.left_out),
            rows=rows,
            rows_left_out=self.rows_left_out,
            duplicates=self.duplicates,
            leaks=self.leaks,
            form=self.form or "unknown",
            unit=self.source.unit,
            validation_unit=self.options.drop_leaks.unit if self.options.drop_leaks else "line",
        )


def _taken_out(row: Row, check: str, other: int) -> Change:
    return Change(row.line, check, before=_seen(row), other=other)


def _seen(row: Row) -> str:
    """The beginning of a row, on one line also where it is laid out over several."""
    text = _text(row)
    return masked_around(" ".join(text[:LAID_OUT].split()) if "\n" in text else text)


def _text(row: Row) -> str:
    return as_json(row.value).decode() if row.raw is None else row.raw.decode("utf-8", "replace")


def _difference(before: str, after: str) -> tuple[str, str]:
    """Excerpts of two texts around the place where they begin to differ."""
    at = next((at for at, (one, other) in enumerate(zip(before, after, strict=False)) if one != other), 0)
    return masked_around(before, at), masked_around(after, at)
