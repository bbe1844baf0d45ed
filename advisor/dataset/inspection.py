"""One pass over a training file: recognises it, checks every row, counts, and compares; says too what went unchecked."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

from advisor import tokens
from advisor.content import Content, load
from advisor.dataset import privacy
from advisor.dataset.checks import FileFacts, check_file, check_row
from advisor.dataset.duplicates import Duplicates, Entry, leaks
from advisor.dataset.fast_tokens import counts
from advisor.dataset.limits import Platform, platform as platform_of
from advisor.dataset.profile import Profile, Tally
from advisor.dataset.recognise import Recognition, recognise
from advisor.dataset.record import EVIDENCE, Batch, Fault, Note, Row, excerpt, translated
from advisor.dataset.source import Source
from advisor.dataset.turns import cell
from advisor.dataset.view import Conversation, conversation
from advisor.language import Language
from advisor.schema_checks import Check, Severity

MOST_OF_A_KIND = 1_000
"""Findings of one check that are kept with their place; beyond them they are only counted."""
NOT_HERE = frozenset({"byte-order-mark"})
"""Faults of reading that the checks of the whole file judge anew, since platforms differ on them."""
PRIVATE = frozenset({"email", "payment-card", "phone", "us-ssn", "iban", "bsn", "api-key"})

Progress = Callable[[int, int], bool]
"""Told rows and bytes read so far; the pass ends where it returns False."""


class Finding(NamedTuple):
    """Something wrong, where it stands, and what was seen of it; personal data is masked."""

    check: str
    severity: Severity
    line: int | None
    """Line of the file, or number of the entry (JSON array, Parquet); None where the whole file is meant."""
    field: str
    evidence: str
    values: dict[str, object]


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
    """By part of the work, by the clock."""

    def severities(self, content: Content | None = None) -> dict[Severity, int]:
        """How many errors, warnings and remarks there are."""
        known = {check.id: check.severity for check in (content or load()).checks}
        found: dict[Severity, int] = {"error": 0, "warning": 0, "info": 0}
        for check, n in self.counts.items():
            found[known[check]] += n
        return found


def message(finding: Finding, check: Check, lang: Language) -> str:
    """What a finding says, with its values."""
    return lang(check.message, **translated(finding.values, lang))


def as_dict(finding: Finding, check: Check, lang: Language) -> dict[str, Any]:
    """A finding as JSON: `id, severity, line, field, message, evidence, fix`."""
    return {
        "id": finding.check,
        "severity": finding.severity,
        "line": finding.line,
        "field": finding.field,
        "message": message(finding, check, lang),
        "evidence": finding.evidence,
        "fix": lang(check.fix),
    }


def inspect(
    source: Source,
    *,
    form: str | None = None,
    platform: str | None = None,
    method: str | None = None,
    validation: Source | None = None,
    encoding: str = tokens.DEFAULT_ENCODING,
    progress: Progress | None = None,
    content: Content | None = None,
) -> Inspection:
    """Everything that is found in one pass over a file, and in one over its validation file.

    `form` says the format instead of having it recognised; `platform` and `method` say against whose limits to check;
    `encoding` is the tokenizer of the model. Raises `UnknownFormat`, `ContentError` for a platform that there is not,
    `UnknownEncoding`, and `Unusable` for a file that cannot be read.
    """
    content = content or load()
    limits = platform_of(platform, method, content) if platform else None
    training = _Pass(source, form, limits, method, encoding, content, progress)
    training.run()
    skipped = list(training.skipped())
    if validation is None:
        skipped.append(
            Skipped(
                ("leak-exact", "leak-near"), Note("there is no validation file"), Note("give it with --validation FILE")
            )
        )
    elif not training.cancelled:
        held = _Pass(validation, form or training.recognition.format, limits, method, encoding, content, None)
        held.run(compare_only=True)
        with training.timed("duplicates"):
            for hit in leaks(held.duplicates, training.duplicates):
                training.note(hit.line, Fault(hit.check, values=_pair(hit.other, hit.share)))
            training.tally.leaked = len({hit.line for hit in leaks(held.duplicates, training.duplicates)})
            training.tally.validation_rows = held.rows
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
    ) -> None:
        self.source = source
        self.form = form
        self.limits = limits
        self.method = method
        self.encoding = encoding
        self.progress = progress
        self.checks = {check.id: check for check in content.checks}
        self.recognition = recognise([], form)
        self.duplicates = Duplicates()
        self.tally = Tally()
        self.findings: list[Finding] = []
        self.counts: Counter[str] = Counter()
        self.rows = 0
        self.cancelled = False
        self.seconds: dict[str, float] = {}

    @contextmanager
    def timed(self, what: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[what] = self.seconds.get(what, 0.0) + time.perf_counter() - start

    def run(self, compare_only: bool = False) -> None:
        """Read all batches; with `compare_only` just what duplicates and leaks need."""
        batches = self.source.batches()
        while True:
            with self.timed("read"):
                batch = next(batches, None)
            if batch is None:
                break
            if self.rows == 0:
                self.recognition = recognise(batch.rows, self.form)
            self.rows += len(batch.rows)
            with self.timed("view"):
                views = [conversation(row.value, self.recognition.format) for row in batch.rows]
            with self.timed("duplicates"):
                self.duplicates.add(
                    [_entry(row, said) for row, said in zip(batch.rows, views, strict=True) if row.value is not None]
                )
            if not compare_only:
                self._batch(batch, views)
            if self.progress and not self.progress(self.rows, batch.bytes_read):
                self.cancelled = True
                batches.close()
                break

    def _batch(self, batch: Batch, views: Sequence[Conversation]) -> None:
        with self.timed("tokens"):
            sizes = self._tokens(views)
        with self.timed("checks"):
            for row, said, size in zip(batch.rows, views, sizes, strict=True):
                seen: set[tuple[str, str]] = set()
                faults = check_row(row, said, self.recognition.format, self.limits, self.method, size.all)
                for fault in (*row.faults, *faults):
                    if (fault.check, fault.field) not in seen:
                        seen.add((fault.check, fault.field))
                        self.note(row.line, fault)
        with self.timed("privacy"):
            self._privacy(batch.rows, views)
        with self.timed("profile"):
            for row, said, size in zip(batch.rows, views, sizes, strict=True):
                if isinstance(row.value, dict):
                    self.tally.add(row.value, said, size)

    def _tokens(self, views: Sequence[Conversation]) -> list[Size]:
        """Tokens of each row: all of it with the overhead of a chat, the question, the instructions, the answer."""
        texts: list[str] = []
        for said in views:
            for turn in said.messages:
                texts.append(turn.text)
                texts += [cell(call.arguments) for call in turn.calls]
            texts += (said.system, said.prompt_text, said.target_text)
        counted = iter(counts(texts, self.encoding).tolist())
        sizes = []
        for said in views:
            inside = sum(next(counted) for turn in said.messages for _ in range(1 + len(turn.calls)))
            names = sum(1 for turn in said.messages if turn.name)
            overhead = tokens.chat_overhead(len(said.messages), names).tokens if said.messages else 0
            sizes.append(Size(inside + overhead, next(counted), next(counted), next(counted)))
        return sizes

    def _privacy(self, rows: Sequence[Row], views: Sequence[Conversation]) -> None:
        places = [(row.line, turn.field) for row, said in zip(rows, views, strict=True) for turn in said.messages]
        found = privacy.scan([turn.text for said in views for turn in said.messages])
        for (line, where), hits in zip(places, found, strict=True):
            kinds: set[str] = set()
            for hit in hits:
                if hit.kind not in kinds:
                    kinds.add(hit.kind)
                    self.note(line, Fault(hit.kind, where, hit.masked))

    def note(self, line: int | None, fault: Fault) -> None:
        """Count what was found, and keep it unless there are enough of its kind."""
        self.counts[fault.check] += 1
        if self.counts[fault.check] <= MOST_OF_A_KIND:
            seen = fault.evidence if fault.check in PRIVATE else masked(fault.evidence)
            severity = self.checks[fault.check].severity
            self.findings.append(Finding(fault.check, severity, line, fault.field, seen, dict(fault.values)))

    def skipped(self) -> Iterator[Skipped]:
        """What could not be checked in this pass."""
        if self.limits is None:
            yield Skipped(
                ("too-few-rows", "too-many-rows", "too-long", "file-too-large", "platform-role"),
                Note("no platform was named, and each has limits of its own"),
                Note("name it with --platform"),
            )
        if self.recognition.format == "unknown" and self.rows:
            yield Skipped(
                ("missing-field", "unknown-key", "mixed-schemas"),
                Note("the format was not recognised"),
                Note("say it with --format"),
            )

    def result(self, skipped: tuple[Skipped, ...]) -> Inspection:
        with self.timed("duplicates"):
            hits = self.duplicates.found()
            for hit in hits:
                self.note(hit.line, Fault(hit.check, values=_pair(hit.other, hit.share)))
        for fault in self.source.faults:
            if fault.check not in NOT_HERE:
                self.note(None, fault)
        array = any(fault.check == "top-level-array" for fault in self.source.faults)
        for fault in check_file(
            self.tally.facts(self.source, self.recognition.format, array), self.limits, self.method
        ):
            if not (array and fault.check == "top-level-array"):
                self.note(None, fault)
        self.findings.sort(key=lambda one: (one.line is not None, one.line or 0))
        return Inspection(
            name=self.source.name,
            recognition=self.recognition,
            platform=self.limits.id if self.limits else None,
            method=self.method,
            findings=tuple(self.findings),
            counts=dict(sorted(self.counts.items())),
            skipped=skipped,
            profile=self.tally.profile(self.source, self.rows, self.counts, self.encoding),
            cancelled=self.cancelled,
            seconds={name: round(value, 4) for name, value in self.seconds.items()},
        )


class Size(NamedTuple):
    """Tokens of a row."""

    all: int
    system: int
    prompt: int
    answer: int


def _entry(row: Row, said: Conversation) -> Entry:
    answer = f"{said.target_text}\n{said.rejected_text}" if said.rejected_text else said.target_text
    return Entry(row.line, row.value, said.system, said.prompt_text, answer)


def _pair(other: int, share: float) -> dict[str, object]:
    return {"line": other, "share": f"{100 * share:.0f}%"}


def masked(evidence: str) -> str:
    """What may be shown of a piece of the user's text: personal data and secrets in it are masked."""
    if not evidence:
        return ""
    shown, end = "", 0
    for hit in privacy.scan([evidence])[0]:
        shown += evidence[end : hit.start] + hit.masked
        end = hit.end
    return excerpt(shown + evidence[end:], most=EVIDENCE)
