"""What is found in some rows of a file. Parts are made apart, also in other processes, and put together in order."""

from __future__ import annotations

import gc
import time
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from itertools import starmap
from threading import Lock
from typing import NamedTuple

from advisor.dataset.checks import check_row, may_be_faulty, passes, refusal, suspects
from advisor.dataset.duplicates.find import Duplicates, Entry
from advisor.dataset.files.bounds import NONE, Bounds
from advisor.dataset.files.plain_chat import PlainRow
from advisor.dataset.inspection.profile import Tally
from advisor.dataset.inspection.texts import Conversations, Texts
from advisor.dataset.platforms import Platform
from advisor.dataset.privacy import find
from advisor.dataset.privacy.mask import masked_faults
from advisor.dataset.row import Fault, Row, excerpt
from advisor.dataset.rows.turns import Turn
from advisor.dataset.tokens.fast import counts

MOST_OF_A_KIND = 1_000
"""Findings of one check that are kept with their place; beyond them they are only counted."""
REJECTED = "rejected"
"""Stands beside the system message where answers are compared that a row marks as bad."""
FRAGMENT = 6
"""Characters from which a piece of something private, cut off at the edge of an excerpt, is hidden too."""


class Place(NamedTuple):
    """A fault and the line that it is on."""

    line: int | None
    fault: Fault


class Task(NamedTuple):
    """What is the same for all parts of a file."""

    form: str
    platform: Platform | None
    method: str | None
    encoding: str
    compare_only: bool = False
    """Only what duplicates and leaks need."""
    bounds: Bounds = NONE
    beside: bool = True
    """Whether tokens are counted in a thread of their own; not where other processes keep the cores busy."""


@dataclass
class Part:
    """What was found in some rows, in their order."""

    rows: int = 0
    places: list[Place] = field(default_factory=list)
    """At most `MOST_OF_A_KIND` of one check; masked."""
    counts: Counter[str] = field(default_factory=Counter)
    duplicates: Duplicates = field(default_factory=Duplicates)
    tally: Tally = field(default_factory=Tally)
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def timed(self, what: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[what] = self.seconds.get(what, 0.0) + time.perf_counter() - start

    def note(self, line: int | None, fault: Fault) -> None:
        """Count what was found, and keep it unless there are enough of its kind."""
        self.counts[fault.check] += 1
        if self.counts[fault.check] <= MOST_OF_A_KIND:
            self.places.append(Place(line, fault))

    def pass_over(self, blanks: int) -> None:
        """Count blank lines that are no rows."""
        if blanks:
            self.rows += blanks
            self.counts["blank-line"] += blanks

    def take(self, other: Part, before: int = 0) -> None:
        """Add the part that follows; `before` is how many lines of the file stand before its first."""
        self.rows += other.rows
        for line, fault in other.places:
            self.note(None if line is None else line + before, fault)
        kept = Counter(place.fault.check for place in other.places)
        self.counts.update({check: n - kept[check] for check, n in other.counts.items()})
        self.duplicates.extend(other.duplicates, before)
        self.tally.take(other.tally, before)
        for what, spent in other.seconds.items():
            self.seconds[what] = self.seconds.get(what, 0.0) + spent


_lock = Lock()
_collecting = [0, False]
"""How many are at work without collection, and whether it was on before the first of them."""


@contextmanager
def undisturbed() -> Iterator[None]:
    """No collection of cyclic garbage meanwhile: going through all rows again and again takes a third of the time.

    Rows have no cycles. Collection is a setting of the whole process, so this is for one batch at a time.
    """
    with _lock:
        if not _collecting[0]:
            _collecting[1] = gc.isenabled()
            gc.disable()
        _collecting[0] += 1
    try:
        yield
    finally:
        with _lock:
            _collecting[0] -= 1
            if not _collecting[0] and _collecting[1]:
                gc.enable()


def part_of(rows: Sequence[Row], task: Task) -> Part:
    """Everything that is found in these rows by themselves."""
    part = Part(len(rows))
    with part.timed("view"):
        conversations = Conversations(rows, task.form)
    if task.compare_only:
        with part.timed("duplicates"):
            part.duplicates.add(_entries(conversations))
        return part
    waiting = None
    with part.timed("tokens"):
        texts = Texts(conversations)
    if task.beside:  # counting leaves the interpreter free for what comes next
        waiting = _beside().submit(counts, texts.texts, task.encoding, threads=1, again=texts.again)
    with part.timed("duplicates"):
        part.duplicates.add(_entries(conversations))
    with part.timed("privacy"):
        suspicious = suspects(texts.encoded())
        private = _private(conversations, texts.rows_with(suspicious.private))
    with part.timed("tokens"):
        counted = waiting.result() if waiting else counts(texts.texts, task.encoding, threads=1, again=texts.again)
        sizes = texts.sizes(counted)
    with part.timed("checks"):
        places = _found(conversations, sizes.all.tolist(), texts.rows_with([*suspicious.spoilt, *texts.blank()]), task)
    with part.timed("privacy"):
        _report(part, places, private)
    with part.timed("profile"):
        declining = {place for place in suspicious.spoilt if refusal(texts.texts[place])}
        refusals = [place in declining for place in texts.answers]
        part.tally.add(conversations, sizes, refusals)
    return part


def _found(conversations: Conversations, sizes: Sequence[int], spoilt: Container[int], task: Task) -> list[Place]:
    """What is wrong with the rows, in their order; the same thing in the same field once. `spoilt` rows may be."""
    places: list[Place] = []
    form, platform, method = task.form, task.platform, task.method
    for at, (row, size, how) in enumerate(zip(conversations.rows, sizes, conversations.orders, strict=True)):
        clean = at not in spoilt and not any(starmap(may_be_faulty, conversations.answers_in(at)))
        if clean and how is not None and not row.faults and passes(how, size, form, method, platform):
            continue
        seen: set[tuple[str, str]] = set()
        for fault in (*row.faults, *check_row(row, conversations.view(at), form, platform, method, size, clean=clean)):
            if (fault.check, fault.field) not in seen:
                seen.add((fault.check, fault.field))
                places.append(Place(row.line, fault))
    return places


@cache
def _beside() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, "tokens")


def _entries(conversations: Conversations) -> list[Entry]:
    """What is compared of the rows that could be read."""
    entries: list[Entry] = []
    for at, row in enumerate(conversations.rows):
        value = row.chat if isinstance(row, PlainRow) else row.value
        if value is not None:
            view = conversations.views.get(at)
            system = conversations.systems[at]
            answer, media, calls = (
                (conversations.answers[at], (), "") if view is None else (view.taught, view.media, view.called)
            )
            if view is not None and view.rejected_text and not view.target_text:
                system = f"{system}\0{REJECTED}"  # a bad answer beside a good one is no conflict but a judgement
            entries.append(Entry(row.line, value, system, conversations.questions[at], answer, media, calls))
    return entries


class Private(NamedTuple):
    """Personal data and secrets in a turn."""

    line: int
    turn: Turn
    hits: Sequence[find.Hit]


def _private(conversations: Conversations, flagged: Mapping[int, Sequence[int]]) -> list[Private]:
    """Turns with personal data or secrets in them, all of which are among those flagged, by row."""
    turns = [
        (at, turn)
        for at, places in flagged.items()
        for turn in map(conversations.view(at).messages.__getitem__, places)
    ]
    searched = [*{turn.text: None for _, turn in turns}]
    hits = {text: finds for text, finds in zip(searched, find.search(searched), strict=True) if finds}
    return [Private(conversations.rows[at].line, turn, hits[turn.text]) for at, turn in turns if turn.text in hits]


def _report(part: Part, places: Sequence[Place], private: Sequence[Private]) -> None:
    """Note the faults, without anything private in what is shown of them, and what is private itself."""
    kept = Counter[str]()
    worth: list[Place] = []
    for place in places:
        kept[place.fault.check] += 1
        if kept[place.fault.check] <= MOST_OF_A_KIND:
            worth.append(place)
    whole: dict[int, dict[str, list[tuple[str, str]]]] = {}
    for row, turn, hits in private:
        values = [(turn.text[hit.start : hit.end], hit.masked) for hit in hits]
        whole.setdefault(row, {}).setdefault(turn.field, []).extend(values)
    bare = [
        Place(line, _uncut(fault, whole[line].get(fault.field, ())) if line in whole and fault.evidence else fault)
        for line, fault in worth
    ]
    for line, fault in zip((place.line for place in bare), masked_faults([place.fault for place in bare]), strict=True):
        part.note(line, fault)
    part.counts.update({check: n - MOST_OF_A_KIND for check, n in kept.items() if n > MOST_OF_A_KIND})
    finds: list[Place] = []
    for row, turn, hits in private:
        first: dict[str, str] = {}
        for hit in hits:
            first.setdefault(hit.kind, hit.masked)
        finds += [Place(row, Fault(kind, turn.field, shown)) for kind, shown in first.items()]
    for line, fault in zip(
        (place.line for place in finds), masked_faults([place.fault for place in finds]), strict=True
    ):
        part.note(line, fault)


def _uncut(fault: Fault, values: Sequence[tuple[str, str]]) -> Fault:
    """The fault with private values masked in its evidence, and without pieces of those that it cuts off.

    No pattern finds such pieces, nor surely a value whose surroundings are shown otherwise than they are.
    """
    seen = fault.evidence
    for value, masked in values:
        shown = excerpt(value, most=len(value))
        if shown in seen:
            seen = seen.replace(shown, excerpt(masked, most=len(masked)))
            continue
        for size in range(len(shown) - 1, FRAGMENT - 1, -1):
            if seen.endswith(shown[:size]):
                seen = f"{seen[:-size]}***"
                break
            if seen.startswith(shown[-size:]):
                seen = f"***{seen[size:]}"
                break
    return fault._replace(evidence=seen) if seen is not fault.evidence else fault
