"""One pass over a training file: recognises it, checks every row, counts, compares; says too what went unchecked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import NamedTuple

from advisor.content.data_checks import Severity
from advisor.content.load import Content, ContentError, load
from advisor.dataset.checks import CHECKS, check_file
from advisor.dataset.duplicates.find import Duplicates, Told, told_leaks
from advisor.dataset.files.source import Source
from advisor.dataset.formats.recognition import Recognition, recognise
from advisor.dataset.inspection.chunk import MOST_OF_A_KIND, Part, Task, part_of, undisturbed
from advisor.dataset.inspection.parallel import Engine, Parts
from advisor.dataset.inspection.processes import Workers
from advisor.dataset.inspection.profile import Profile
from advisor.dataset.place import Unit, spot
from advisor.dataset.platforms import Platform
from advisor.dataset.platforms import platform as platform_of
from advisor.dataset.privacy.mask import masked, masked_faults
from advisor.dataset.row import Batch, Count, Fault, Note, Unusable
from advisor.dataset.tokens import exact

__all__ = ["MOST_OF_A_KIND", "Finding", "Inspection", "Skipped", "Workers", "inspect", "masked"]

NOT_HERE = frozenset({"byte-order-mark"})
"""Faults of reading that the checks of the whole file judge anew, since platforms differ on them."""

VALIDATION = 4
"""Of a validation file, so much fewer rows are compared where that is bounded."""

Progress = Callable[[int, int], bool]
"""Told rows and bytes read so far; the pass ends where it returns False."""


class Finding(NamedTuple):
    """Something wrong, where it stands, and what was seen of it; personal data is masked."""

    check: str
    severity: Severity
    line: int | None
    """Line of the file, or number of the row (`unit`); None where the whole file is meant."""
    field: str
    evidence: str
    values: dict[str, object]
    unit: Unit = "line"
    """Whether `line` counts lines, or rows: of a JSON list, or of Parquet."""


class Skipped(NamedTuple):
    """Checks that could not run, why, and what unlocks them."""

    checks: tuple[str, ...]
    why: Note
    unlocks: Note


@dataclass(frozen=True)
class Inspection:
    """What a pass over a file found."""

    name: str
    recognition: Recognition
    platform: str | None
    method: str | None
    findings: tuple[Finding, ...]
    """In the order of the file, what concerns all of it first; at most `MOST_OF_A_KIND` of one check."""
    counts: dict[str, int]
    """How often each check found something, also beyond the findings kept."""
    skipped: tuple[Skipped, ...]
    profile: Profile
    cancelled: bool
    seconds: dict[str, float]
    """By part of the work, by the clock; where several processes worked, the sum of their times."""

    def severities(self, content: Content | None = None) -> dict[Severity, int]:
        """How many errors, warnings and remarks there are."""
        known = {check.id: check.severity for check in (content or load()).checks}
        counts: dict[Severity, int] = {"error": 0, "warning": 0, "info": 0}
        for check, n in self.counts.items():
            counts[known[check]] += n
        return counts


def method_of(inspection: Inspection) -> str:
    """How the file is trained on: as was said, or as its format suggests."""
    return inspection.method or inspection.recognition.form.method


def demand_held_out(validation: Source) -> None:
    """Raises `Unusable` for a validation file that is something else than training data."""
    if validation.other:
        raise Unusable("The validation file is no training data but {kind}.", kind=validation.other)


def inspect(
    source: Source,
    *,
    form: str | None = None,
    platform: str | None = None,
    method: str | None = None,
    validation: Source | None = None,
    encoding: str = exact.DEFAULT_ENCODING,
    progress: Progress | None = None,
    content: Content | None = None,
    workers: Engine | None = None,
) -> Inspection:
    """Everything that is found in one pass over a file, and in one over its validation file.

    `form` says the format instead of having it recognised; `platform` and `method` say against whose limits to check;
    `encoding` is the tokenizer of the model. `workers` take part where the file is worth it: processes of this machine
    (`Workers`) or those of a cluster (`advisor.dataset.inspection.spark.Spark`); what is found is the same.

    Raises `UnknownFormat`, `ContentError` for a platform that there is not or a check without words, `UnknownEncoding`,
    and `Unusable` for a file that cannot be read.
    """
    content = content or load()
    for check in CHECKS.ids - {entry.id for entry in content.checks}:
        raise ContentError(f'the check "{check}" is registered, and content/checks.yaml has no words for it')
    limits = platform_of(platform, method, content) if platform else None
    if validation is not None:
        demand_held_out(validation)
    training = _Pass(source, form, limits, method, encoding, content, progress)
    training.run(workers)
    skipped = list(training.skipped())
    if validation is None:
        skipped.append(
            Skipped(
                ("leak-exact", "leak-near"), Note("there is no validation file"), Note("give it with --validation FILE")
            )
        )
    elif not training.cancelled:
        validation_pass = _Pass(
            validation, form or training.recognition.format, limits, method, encoding, content, None, True
        )
        validation_pass.run(workers)
        with training.part.timed("duplicates"):
            told = told_leaks(validation_pass.part.duplicates, training.part.duplicates, MOST_OF_A_KIND)
        training.note(told)
        training.validation_unit = validation.unit
        training.part.tally.leaked = told.rows
        if validation_pass.part.duplicates.uncompared:
            skipped.append(_uncompared(validation_pass.part.duplicates, ("leak-exact", "leak-near")))
        training.part.tally.validation_rows = validation_pass.part.rows
    return training.result(tuple(skipped))


class _Pass:
    """The state of one pass."""

    def __init__(
        self,
        source: Source,
        form: str | None,
        limits: Platform | None,
        method: str | None,
        encoding: str,
        content: Content,
        progress: Progress | None,
        compare_only: bool = False,
    ) -> None:
        self.source = source
        self.form = form
        self.limits = limits
        self.task = Task("unknown", limits, method, encoding, compare_only, source.bounds)
        self.progress = progress
        self.checks = {check.id: check for check in content.checks}
        self.recognition = recognise([], form)
        most = source.bounds.compared
        self.compared = most // VALIDATION if most is not None and compare_only else most
        self.part = Part(duplicates=Duplicates(self.compared))
        self.cancelled = False
        self.validation_unit: Unit = "line"

    def run(self, workers: Engine | None) -> None:
        """Read the file from its start to its end, or to where it is cancelled."""
        if self.source.other:
            return  # there are no rows to read
        if workers is not None and workers.worth(self.source):
            try:
                with self.part.timed("read"):
                    self._recognise(next(self.source.batches(chats=True), None))
                self._take(workers.parts(self.source, self.task))
                return
            except BrokenProcessPool:  # the system ended one, or allows none: this process does it all
                self.part, self.cancelled = Part(duplicates=Duplicates(self.compared)), False
        self._take(self._parts())
        self.part.pass_over(self.source.passed_over)

    def _recognise(self, batch: Batch | None) -> None:
        self.recognition = recognise(batch.rows if batch else [], self.form)
        self.task = self.task._replace(form=self.recognition.format)

    def _parts(self) -> Parts:
        """The parts with the lines before each, and the bytes of the file read up to its end."""
        batches = self.source.batches(chats=True)
        first = True
        try:
            while True:
                with undisturbed():
                    with self.part.timed("read"):
                        batch = next(batches, None)
                    if batch is None:
                        return
                    if first:
                        self._recognise(batch)
                        first = False
                    part, read = part_of(batch.rows, self.task), batch.bytes_read
                    del batch  # so that its rows are gone when collection goes on
                yield part, 0, read
        finally:
            batches.close()

    def _take(self, parts: Parts) -> None:
        for part, before, read in parts:
            self.part.take(part, before)
            if self.progress and not self.progress(self.part.rows, read):
                self.cancelled = True
                parts.close()
                return

    def skipped(self) -> Iterator[Skipped]:
        """What could not be checked in this pass."""
        self.part.duplicates.records()
        if self.part.duplicates.uncompared:
            checks = ("exact-duplicate", "key-order-duplicate", "normalised-duplicate", "near-duplicate")
            yield _uncompared(self.part.duplicates, (*checks, "conflicting-answers"))
        if self.limits is None:
            yield Skipped(
                ("too-few-rows", "too-many-rows", "over-long-example", "file-too-large", "role-not-allowed"),
                Note("no platform was named, and each has limits of its own"),
                Note("name it with --platform"),
            )
        elif self.limits.example_tokens is None:
            yield _unlimited(self.limits)
        if self.recognition.format == "unknown" and self.part.rows:
            yield Skipped(
                ("missing-field", "unknown-key", "mixed-schemas"),
                Note("the format was not recognised"),
                Note("say it with --format"),
            )

    def note(self, told: Told) -> None:
        """Note what rows repeat, and how often that is beyond what is told one by one."""
        for hit in told.hits:
            self.part.note(hit.line, Fault(hit.check, values=_pair(hit.other, hit.share, self.source.unit)))
        kept = Counter(hit.check for hit in told.hits)
        self.part.counts.update({check: n - kept[check] for check, n in told.counts.items() if n > kept[check]})

    def result(self, skipped: tuple[Skipped, ...]) -> Inspection:
        part = self.part
        with part.timed("duplicates"):
            self.note(part.duplicates.told(MOST_OF_A_KIND))
        faults = [fault for fault in self.source.faults if fault.check not in NOT_HERE]
        array = any(fault.check == "top-level-array" for fault in faults)
        facts = part.tally.facts(self.source, self.recognition.format, array)
        file_faults = () if self.source.other else check_file(facts, self.limits, self.task.method)
        faults += [fault for fault in file_faults if not (array and fault.check == "top-level-array")]
        for fault in masked_faults(faults):
            part.note(None, fault)
        findings = [
            Finding(
                fault.check,
                self.checks[fault.check].severity,
                line,
                fault.field,
                fault.evidence,
                dict(fault.values),
                self.validation_unit if self.checks[fault.check].is_leak else self.source.unit,
            )
            for line, fault in part.places
        ]
        findings.sort(key=lambda finding: (finding.line is not None, finding.line or 0))
        return Inspection(
            name=self.source.name,
            recognition=self.recognition,
            platform=self.limits.id if self.limits else None,
            method=self.task.method,
            findings=tuple(findings),
            counts=dict(sorted(part.counts.items())),
            skipped=skipped,
            profile=part.tally.profile(self.source, part.rows, part.counts, self.task.encoding),
            cancelled=self.cancelled,
            seconds={name: round(value, 4) for name, value in part.seconds.items()},
        )


def _uncompared(rows: Duplicates, checks: tuple[str, ...]) -> Skipped:
    return Skipped(
        checks,
        Note(
            "only the first {most} different rows are compared with all others here; rows after them that differ from "
            "those: {n}",
            most=Count(rows.compared or 0),
            n=Count(rows.uncompared),
        ),
        Note("check the file on your own machine with the command advisor check, which compares all of them"),
    )


def _unlimited(platform: Platform) -> Skipped:
    """That nothing is known of how much of an example a platform uses, or only what it says of some models."""
    unlocks = Note(
        "compare the most tokens of a row, as advisor profile shows them, with what the platform says of your model"
    )
    if not platform.by_model:
        why = Note("no length limit is known for {platform}", platform=platform.name)
    else:
        models = ", ".join(platform.by_model)
        why = Note(
            "for {platform}, a length limit is known only of these models: {models}",
            platform=platform.name,
            models=models,
        )
    refused = ("example-not-taken",) if platform.over_length == "refused" else ()
    return Skipped(("over-long-example", *refused), why, unlocks)


def _pair(other: int, share: float, unit: Unit) -> dict[str, object]:
    return {"place": spot(other, unit), "share": f"{100 * share:.0f}%"}
