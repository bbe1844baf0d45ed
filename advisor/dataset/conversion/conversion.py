"""Converts a training file into another format, batch by batch, and says what was left out and what was lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, NamedTuple

from advisor.content.load import Content, load
from advisor.dataset.conversion.making import for_parquet
from advisor.dataset.files.source import Source
from advisor.dataset.files.writers import Unwritable, record_writer, unguarded
from advisor.dataset.formats.definition import Container, Target
from advisor.dataset.formats.example import FIELD, Example, LeftOut
from advisor.dataset.formats.losses import LOSSES
from advisor.dataset.formats.reading import example_of
from advisor.dataset.formats.recognition import UnknownFormat, form_of, recognise
from advisor.dataset.formats.registry import FORMATS, TARGETS
from advisor.dataset.place import Unit
from advisor.dataset.row import EMPTY, Note, Row, Unusable
from advisor.dataset.template.samples import refusals
from advisor.language import Language

MOST_LEFT_OUT = 1_000
"""Rows left out that are kept with line and reason; beyond them they are only counted."""

MOST_FIELDS = 10
"""Names of fields left out that are told."""

Progress = Callable[[int, int], bool]
"""Told rows and bytes read so far; the conversion ends where it returns False, and the file is sound up to there."""


class Missing(NamedTuple):
    """A row that was not written."""

    line: int
    why: Note


class Loss(NamedTuple):
    """Something that rows lost."""

    id: str
    """In `LOSSES`."""
    note: Note
    rows: int
    fields: tuple[str, ...] = ()
    """Of `fields`, their names: at most `MOST_FIELDS`, those of most rows first."""

    def text(self, lang: Language) -> str:
        """What was lost, in words."""
        said = self.note.text(lang)
        return lang("{what}: {fields}", what=said, fields=", ".join(self.fields)) if self.fields else said


@dataclass(frozen=True, slots=True)
class Conversion:
    """What a conversion did."""

    form: str
    """Format that was read."""
    target: str
    container: Container
    rows: int
    """Rows written."""
    left_out: tuple[Missing, ...]
    """In the order of the file, at most `MOST_LEFT_OUT`."""
    left_out_rows: int
    """All of them."""
    losses: tuple[Loss, ...]
    """What was really lost, and in how many of the rows written; the grave ones first."""
    cancelled: bool = False
    unit: Unit = "line"
    """What the lines of rows left out count: lines, or rows of a JSON list or of Parquet."""


class Unsuitable(Unusable):
    """A format that cannot be converted into the one asked for."""

    def __init__(self, why: Note) -> None:
        super().__init__(why.message, **why.values)


def convert(
    source: Source,
    to: str,
    out: BinaryIO,
    *,
    form: str | None = None,
    container: str | None = None,
    content: Content | None = None,
    refusal: str | None = None,
    progress: Progress | None = None,
) -> Conversion:
    """Write the rows of a file to `out` in the format `to`, an id of `TARGETS`.

    `form` says the format of the file instead of having it recognised; `container` is one of the target's;
    `refusal` answers the questions that their passage does not answer. Never holds more than a batch.
    Raises `UnknownFormat`, `Unusable` for a file that cannot be read, and `Unsuitable`; nothing is written then, unless
    the file breaks off further on.

        with open("rows.json", "wb") as out:
            done = convert(open_source(Path("train.jsonl")), "alpaca", out)
        for loss in done.losses:
            print(loss.rows, loss.text(lang))
    """
    target = target_of(to)
    recognise([], form)  # an unknown format is told at once
    kind = next((one for one in target.containers if one == (container or target.container)), None)
    if kind is None:
        allowed = ", ".join(target.containers)
        raise Unsuitable(
            Note("This format is not kept in {container}, but in: {allowed}", container=container, allowed=allowed)
        )
    words = {check.id: check.message for check in (content or load()).checks}
    table = source.container in ("csv", "tsv")
    batches = source.batches()
    batch = next(batches, None)
    rows_read = batch.rows if batch else []
    read_as = recognise(rows_read, form).format
    if read_as == "unknown" and not any(isinstance(row.value, dict) for row in rows_read):
        raise Unsuitable(
            Note("No row of the file could be read. The command advisor check says what is wrong with it.")
        )
    _refuse(read_as, target)
    reading = _Reading(read_as, form is not None, table, refusal or refusals("en").sentence, words)
    rows = missing = read_rows = 0
    left: list[Missing] = []
    lost: Counter[str] = Counter()
    cancelled = False
    writer = record_writer(out, kind, target.columns, mark=target.mark)
    try:
        while batch is not None:
            for row in batch.rows:
                if any(fault.check in EMPTY for fault in row.faults):
                    continue
                try:
                    example = reading.example(row)
                    if example.verdict is not None and not target.verdict:
                        if not example.verdict:
                            raise LeftOut(Note("its answer is marked as bad"))
                        example.lost.add("verdict")
                    record = {**target.make(example), **_files(example, target)}
                    if kind == "parquet":
                        record = for_parquet(record, example.lost)
                    example.lost.update(writer.write(record))
                except (LeftOut, Unwritable) as reason:
                    missing += 1
                    if len(left) < MOST_LEFT_OUT:
                        left.append(Missing(row.line, reason.why))
                    continue
                rows += 1
                if example.rejected is not None and not target.preference:
                    example.lost.add("rejected")
                lost.update(example.lost)
            writer.flush()
            read_rows += len(batch.rows)
            if progress and not progress(read_rows, batch.bytes_read):
                cancelled = True
                batches.close()
                break
            batch = next(batches, None)
    finally:
        writer.close()
    names = tuple(
        name.removeprefix(FIELD)
        for name, _ in sorted(lost.items(), key=lambda one: (-one[1], one[0]))
        if name.startswith(FIELD)
    )
    losses_ = tuple(
        Loss(name, note, lost[name], names[:MOST_FIELDS] if name == "fields" else ())
        for name, note in LOSSES.items()
        if lost[name]
    )
    return Conversion(read_as, to, kind, rows, tuple(left), missing, losses_, cancelled, source.unit)


def _files(example: Example, target: Target) -> Mapping[str, Any]:
    """What a row names beside its messages, as far as the target has a place for it."""
    if example.files.keys() - target.files:
        example.lost.add("files")
    return {key: names for key, names in example.files.items() if key in target.files}


@dataclass(frozen=True, slots=True)
class _Reading:
    """How the rows of a file are read."""

    form: str
    told: bool
    """Whether the user said the format."""
    table: bool
    refusal: str
    words: Mapping[str, str]
    """Messages of the checks, by id."""

    def example(self, row: Row) -> Example:
        """Raises `LeftOut`."""
        value = row.value
        if value is None and row.faults:
            fault = row.faults[0]
            raise LeftOut(Note(self.words[fault.check], **fault.values))
        if not isinstance(value, dict):
            raise LeftOut(Note("the row is no object"))
        plain: dict[str, Any] = value
        if self.table:
            plain = {key: unguarded(cell) if isinstance(cell, str) else cell for key, cell in value.items()}
        form = self.form if self.told or FORMATS[self.form].fits(plain) else form_of(plain)
        example = example_of(plain, form, self.refusal)
        if plain != value:
            example.lost.add("apostrophe")
        return example


def target_of(to: str) -> Target:
    """Raises `UnknownFormat`."""
    if to not in TARGETS:
        raise UnknownFormat(f'there is no format "{to}" to convert to; there are: {", ".join(TARGETS)}')
    return TARGETS[to]


def _refuse(form: str, target: Target) -> None:
    """Raise `Unsuitable` where no row of the format can be written as the target."""
    if form == "unknown":
        raise Unsuitable(Note("The format of the file was not recognised. Say which one it is, and try again."))
    if not FORMATS[form].holds:
        raise Unsuitable(Note("Rows of this format cannot be converted: they lack a question, an answer, or both."))
    if target.verdict and not FORMATS[form].says_verdict:
        raise Unsuitable(Note("Rows with a verdict cannot be made from these: nothing says whether an answer is good."))
    if target.preference and "rejected" not in FORMATS[form].holds:
        raise Unsuitable(Note("Preference pairs cannot be made from these rows: they have no worse answers."))


def losses(form: str, to: str, container: str | None = None) -> tuple[Note, ...]:
    """What rows of the format `form` can lose on their way to the target `to`; the grave losses first.

    Apostrophes before formulas, which reading a table takes away, are not among them.

    Raises `UnknownFormat`, and `Unsuitable` where there is no way.
    """
    target = target_of(to)
    recognise([], form)
    _refuse(form, target)
    possible = FORMATS[form].holds & target.loses
    kind = container or target.container
    if kind == "csv":
        possible |= {"formula", "line_ends"}
    if kind == "parquet":
        possible |= FORMATS[form].holds & {"tools", "calls", "name"}
    return tuple(note for name, note in LOSSES.items() if name in possible)
