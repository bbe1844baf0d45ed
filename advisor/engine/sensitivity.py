"""What would change the verdict, and which question is worth asking next.

The value of a question is the mutual information between its value and the outcome (verdict and option) over the
scenarios, in bits, less the bias that counting brings: the expected value of partial perfect information in its
simplest coin. A flip is the outcome of the same situation with one answer changed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import islice
from typing import Any

import numpy as np

from advisor.content.entries import Question
from advisor.content.load import Content, load
from advisor.engine.advice import MOSTLY, Flip, NextQuestion
from advisor.engine.assessment import Assessment, Choices, choose
from advisor.engine.bearing import bearing, first_answers, moving
from advisor.engine.choice import DONT, FINE_TUNE, NOT_YET, VERDICTS
from advisor.engine.drawing import bins
from advisor.engine.points import quantile
from advisor.engine.terms import MEMBERS
from advisor.interview.situation import Situation, listed

SETTLED = 0.9
"""Share of the scenarios with one verdict from which nothing more is asked: the interview stops. Assumption."""
MOVES = 0.004
"""Bits below which an answer tells nothing that counting scenarios could show."""
DOUBTFUL = 0.012
"""Bits below which it is tried whether an answer changes anything: about four standard deviations of what a number that
nobody reads tells by chance, with 15 outcomes and 2,048 scenarios.
"""
TELLS = 0.03
"""Bits from which a question is worth asking even if no single answer to it changes the outcome. Assumption."""
ASKED = 0.05
"""Share of scenarios in which a question must apply to be asked. Assumption."""
SCREEN_SCENARIOS = 16
"""Scenarios with which every change of an answer is tried first; those that change nothing here are dropped."""
SCREEN_MOVES = 0.25
"""Change of the verdict's share at which a change is looked at more closely although the outcome stays. Assumption."""
FLIP_SCENARIOS = 256
"""Scenarios with which it is settled whether a change of an answer changes the outcome."""
LEAD = 0.1
"""Share of scenarios by which what a change brings must lead to be said: closer than that is a tie. Assumption."""
FLIP_POINTS = (0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98)
"""Points of a number's prior that are tried as its other value."""
FLIP_DEVIATES = (
    -2.053748910631823,
    -1.2815515655446004,
    -0.5244005127080409,
    0.0,
    0.5244005127080407,
    1.2815515655446004,
    2.0537489106318225,
)
"""The standard normal deviates at these points."""
SLICE = 40
"""Fewest scenarios from which the outcome of an open question's value is read."""
MOST_FLIPS = 24
"""Changes of answers that an advice names at most."""
TOGETHER = 64
"""Changed situations that are run again together: more than most people have, and the tables of still more do not stay
in the cache of a processor, so that each takes longer.
"""


def outcome(assessment: Choices | _Again, rows: slice | np.ndarray = slice(None)) -> tuple[int, int, float]:
    """The verdict, its most frequent option, and the share of scenarios that give this verdict.

    `rows` are some of the first situation's, or a slice that begins with another's.
    """
    place = (rows.start or 0) // (len(assessment.target) // len(assessment.blocked)) if isinstance(rows, slice) else 0
    verdicts, targets = assessment.verdict[rows], assessment.target[rows]
    return decide(verdicts, targets, assessment.blocked[place], assessment.closed[place])


def outcomes(assessment: Choices | _Again) -> list[tuple[int, int, float]]:
    """The outcome of each situation."""
    shape = (len(assessment.blocked), -1)
    verdicts, targets = assessment.verdict.reshape(shape), assessment.target.reshape(shape)
    return decisions(verdicts, targets, assessment.blocked, assessment.closed)


def decide(
    verdicts: np.ndarray, targets: np.ndarray, blocked: np.ndarray, closed: np.ndarray
) -> tuple[int, int, float]:
    """The verdict, its option, and the share of scenarios with that verdict.

    The verdict is what most scenarios say of whether to train, and then when: see `most_say`. Its option is the one
    that most of those take of the published outcome that most of those take: the option that most of all take can train
    though most say not to, which several others share, and a prompt and a schema would lose to retrieval though more
    teams end with one of the two. An option that is `closed`, one flag an option, is not taken. One that is `blocked`
    waits: where the scenarios with the verdict are torn between it and a free one that half as many take, the free one
    is said, and otherwise "not yet".
    """
    return decisions(*(array[np.newaxis] for array in (verdicts, targets, blocked, closed)))[0]


def decisions(
    verdicts: np.ndarray, targets: np.ndarray, blocked: np.ndarray, closed: np.ndarray
) -> list[tuple[int, int, float]]:
    """What `decide` says of several situations, one a row."""
    rows, options = blocked.shape
    labels = (np.arange(rows)[:, np.newaxis] * len(VERDICTS) + verdicts) * options + targets
    counts = np.bincount(labels.reshape(-1), minlength=rows * len(VERDICTS) * options).reshape(rows, -1, options)
    return _decided(counts, blocked, closed)


def _decided(counts: np.ndarray, blocked: np.ndarray, closed: np.ndarray) -> list[tuple[int, int, float]]:
    """The same from how many scenarios take an option with a verdict: situations x verdicts x options."""
    each = np.arange(len(counts))
    kept = np.where(closed[:, np.newaxis], 0, counts)
    kept = np.where(kept.any(axis=(1, 2), keepdims=True), kept, counts)
    verdict = most_say(kept.sum(axis=2))
    taken = kept[each, verdict]
    free = np.where(blocked | (verdict == NOT_YET)[:, np.newaxis], 0, taken)
    first_free, first = _leading(free), _leading(taken)
    free_leads = free[each, first_free] >= MOSTLY * taken[each, first]
    option = np.where(free_leads, first_free, first)
    verdict = np.where(free_leads, verdict, NOT_YET)
    share = counts.sum(axis=2)[each, verdict] / np.maximum(1, counts.sum(axis=(1, 2)))
    return list(zip(verdict.tolist(), option.tolist(), share.tolist(), strict=True))


def most_say(verdicts: np.ndarray) -> np.ndarray:
    """The verdict of each row, from how many scenarios give each, in the order of `VERDICTS`.

    Training now and training later do not stand against each other: "don't" was said where six in ten trained, half of
    them later. Later is said where more than twice as many wait as can begin.
    """
    now, later, never = verdicts[:, FINE_TUNE], verdicts[:, NOT_YET], verdicts[:, DONT]
    verdict: np.ndarray = np.where(now >= MOSTLY * later, FINE_TUNE, NOT_YET)
    return np.where(never >= now + later, DONT, verdict)


def _leading(taken: np.ndarray) -> np.ndarray:
    """Per situation, of the published outcome that most scenarios take the option that most of those take: cases do not
    tell the options of an outcome apart, so they do not stand against each other. Those that train do: what they cost
    may differ tenfold.
    """
    together = taken @ _alike(load())
    leading = together == together.max(axis=1, keepdims=True)
    first: np.ndarray = np.where(leading, taken + 1, 0).argmax(axis=1)
    return first


@cache
def _alike(content: Content) -> np.ndarray:
    """Options x options: 1 where both are the same, or stand for the same published outcome and do not train."""
    options = content.options
    outcomes = np.array(
        [[option.id in members and not option.tunes for members in MEMBERS.values()] for option in options]
    )
    alike: np.ndarray = outcomes.astype(int) @ outcomes.T
    np.fill_diagonal(alike, 1)
    return alike


@dataclass(frozen=True)
class Changes:
    """What would change an advice, and what is still to be asked."""

    flips: tuple[Flip, ...] = ()
    open_questions: tuple[NextQuestion, ...] = ()
    to_find_out: tuple[NextQuestion, ...] = ()

    @property
    def next_question(self) -> NextQuestion | None:
        return next(iter((*self.open_questions, *self.to_find_out)), None)


def what_changes(assessment: Assessment, now: tuple[int, int], situation: Situation, at: date) -> Changes:
    """What would change the outcome `now` (verdict and option) of a situation that was assessed on a day."""
    each, content = assessment.each_as_it_is(), assessment.scenarios.content
    telling = [_telling(each, situation, content, asked) for asked in (False, True)]
    doubtful = _doubtful([entry for entries in telling for entry in entries], situation, content)
    changes = _of_answers(situation, content)
    # Tried together, as most of what a trial takes is the same for any number of situations.
    tests = [(question.id, situation.with_answer(question.id, answer, content))
             for question in doubtful for answer in first_answers(question)]  # fmt: skip
    others = [*(other for _, other in tests), *(change.situation for change in changes)]
    tried = _tried([situation, *others], content, at, each, len(tests))
    matter = {key for (key, _), moves in zip(tests, _moving(tried, len(tests)), strict=True) if moves}
    idle = _idle([question for question in doubtful if question.id not in matter], situation, content, at, each)
    to_ask, to_find_out = (_ordered(entries, idle) for entries in telling)
    left = frozenset(question.question for question in (*to_ask, *to_find_out))
    changes = _moved(changes, outcomes(tried), len(tests)) if tried else []
    changes += _promising(each, situation, content, now, left)
    return Changes(flips(each, now, situation, changes, at), to_ask, to_find_out)


def open_questions(
    assessment: Choices, situation: Situation, content: Content, asked: bool = False
) -> tuple[NextQuestion, ...]:
    """Questions not asked yet whose answer can still move the outcome, the most telling first.

    With `asked`, those that were asked and answered with "I don't know".
    """
    telling = _telling(assessment, situation, content, asked)
    like = assessment if isinstance(assessment, Assessment) else None
    doubtful = _doubtful(telling, situation, content)
    return _ordered(telling, _idle(doubtful, situation, content, assessment.catalogue.at, like))


def _ordered(telling: Sequence[NextQuestion], idle: Collection[str]) -> tuple[NextQuestion, ...]:
    """Those that are not idle, the most telling first."""
    kept = (entry for entry in telling if entry.question not in idle)
    return tuple(sorted(kept, key=lambda entry: (-entry.bits, entry.question)))


def _telling(assessment: Choices, situation: Situation, content: Content, asked: bool) -> list[NextQuestion]:
    """Open questions that tell something of the outcome, those that were asked or those that were not."""
    verdict, option, settled = outcome(assessment)
    if settled >= SETTLED:
        return []
    found: list[tuple[Question, float]] = []
    for question in content.questions:
        known = situation.answers.get(question.id) is not None
        if known or (question.id in situation.answers) != asked or not question.columns:
            continue
        applies = assessment.book.applies(question.id, assessment.scenarios)
        share = np.count_nonzero(applies) / len(applies)
        if share >= ASKED:
            found.append((question, share))
    if not found:
        return []
    tables = _tables([question for question, _ in found], assessment)
    each = iter(_information(np.concatenate(tables)).tolist())
    told = [sum(islice(each, len(table))) * share for table, (_, share) in zip(tables, found, strict=True)]
    unsure = [place for place, bits in enumerate(told) if MOVES <= bits < TELLS]
    others = dict(zip(unsure, _by_answer([tables[place] for place in unsure], assessment), strict=True))
    return [
        NextQuestion(question=question.id, bits=round(bits, 6))
        for place, ((question, _), bits) in enumerate(zip(found, told, strict=True))
        if bits >= TELLS or not {*others.get(place, ())} <= {None, (verdict, option)}
    ]


def _doubtful(telling: Sequence[NextQuestion], situation: Situation, content: Content) -> list[Question]:
    """Those that may only go along with what decides, as what is drawn by a leaning does, or seem to by chance."""
    words = {question.id for question in content.questions if not question.columns}
    if situation.known().keys() <= words:
        return []  # nothing is closed yet
    entries = ((content.question(entry.question), entry.bits) for entry in telling)
    return [question for question, bits in entries if question.leanings or bits < DOUBTFUL]


def _idle(
    questions: Sequence[Question], situation: Situation, content: Content, at: date, like: Assessment | None
) -> set[str]:
    """Ids of those of the doubtful questions to which no answer moves the choice in any scenario."""
    if not questions:
        return set()
    return {question.id for question in questions} - bearing(
        situation, content, at, questions, figures=False, like=like
    )


def _tables(questions: Sequence[Question], assessment: Choices) -> list[np.ndarray]:
    """Of each question columns x answers x verdicts x options: how many of the scenarios in which it applies end so."""
    columns = [list(_codes(question, assessment)) for question in questions]
    codes = np.stack([codes for of_question in columns for codes in of_question])
    answers, place = int(codes.max()) + 1, 0
    for question, of_question in zip(questions, columns, strict=True):
        applies = assessment.book.applies(question.id, assessment.scenarios)
        codes[place : place + len(of_question), ~applies] = answers  # one more, which is left out
        place += len(of_question)
    ends = len(VERDICTS) * assessment.share.shape[1]
    rows = np.arange(len(codes))[:, np.newaxis] * (answers + 1) + codes
    counts = np.bincount((rows * ends + assessment.label).reshape(-1), minlength=len(codes) * (answers + 1) * ends)
    counts = counts.reshape(len(codes), answers + 1, len(VERDICTS), -1)[:, :answers]
    return np.split(counts, np.cumsum([len(of_question) for of_question in columns])[:-1])


def _by_answer(tables: Sequence[np.ndarray], assessment: Choices) -> list[list[tuple[int, int] | None]]:
    """For each table the verdict and option in the scenarios that hold an answer, of one column after the other; None
    where there are too few of them.
    """
    if not tables:
        return []
    counts = np.concatenate([table.reshape(-1, *table.shape[2:]) for table in tables])
    enough = np.flatnonzero(counts.sum(axis=(1, 2)) >= SLICE)
    blocked, closed = (np.repeat(mask[:1], len(enough), axis=0) for mask in (assessment.blocked, assessment.closed))
    decided = dict(zip(enough.tolist(), _decided(counts[enough], blocked, closed), strict=True))
    each = iter(range(len(counts)))
    return [
        [decided[place][:2] if place in decided else None for place in islice(each, table.shape[0] * table.shape[1])]
        for table in tables
    ]


def _codes(question: Question, assessment: Choices) -> Iterator[np.ndarray]:
    """The question's columns as small whole numbers."""
    scenarios = assessment.scenarios
    for column in question.columns:
        number = question.type == "number"
        yield bins(scenarios.content, scenarios.count, column) if number else scenarios[column].astype(np.int64)


def _information(tables: np.ndarray) -> np.ndarray:
    """Mutual information in bits between answers and ends, of tables x answers x anything of counts that are not all
    nought, corrected for its bias (Miller and Madow).
    """
    joint = tables.reshape(*tables.shape[:2], -1)
    answers, ends = joint.sum(axis=2), joint.sum(axis=1)
    n = answers.sum(axis=1)

    def spread(counts: np.ndarray) -> np.ndarray:
        """Of each table, the sum of counts times their logarithms: n times what it lacks of log n is its entropy."""
        return np.sum(counts * np.log2(np.maximum(counts, 1)), axis=1)

    raw = np.log2(n) - (spread(answers) + spread(ends) - spread(joint.reshape(len(joint), -1))) / n
    free = ((answers > 0).sum(axis=1) - 1) * ((ends > 0).sum(axis=1) - 1)
    told: np.ndarray = np.maximum(0.0, raw - free / (2 * n * np.log(2)))
    return told


@dataclass(frozen=True)
class _Change:
    question: Question
    value: Any
    distance: float
    """How far from the answer, to prefer the nearest."""
    situation: Situation
    """What it makes of the situation."""


def flips(
    each: Assessment, now: tuple[int, int], situation: Situation, changes: Sequence[_Change], at: date
) -> tuple[Flip, ...]:
    """Of changes of one answer those that change the verdict or the option; those of the verdict first, the surest
    first.

    Each is run again with that answer, so that it says what giving the answer would bring. `now` is the verdict and its
    option; `each` has every scenario as it is.
    """
    (verdict, option), content = now, each.scenarios.content
    if not changes:
        return ()
    read = {*each.read.columns, *each.read.answered}
    # What costs hang on comes first, so that they are estimated in few of the parts that are run again together.
    changes = sorted(changes, key=lambda change: read.isdisjoint((change.question.id, *change.question.columns)))
    again = _again(situation, [change.situation for change in changes], content, at, each)
    (*unchanged, _), *others = outcomes(again)
    nearest: dict[tuple[str, object, int, int], tuple[float, Flip]] = {}
    for place, (change, (new_verdict, new_option, share)) in enumerate(zip(changes, others, strict=True), start=1):
        rows = slice(place * FLIP_SCENARIOS, (place + 1) * FLIP_SCENARIOS)
        if [new_verdict, new_option] in ([verdict, option], unchanged) or not _clear(again, rows, new_verdict):
            continue
        number = change.question.type == "number"
        current = situation.answers.get(change.question.id)
        flip = Flip(
            question=change.question.id,
            current=listed(current),
            value=change.value,
            verdict=VERDICTS[new_verdict],
            option=content.options[new_option].id,
            share=round(share, 4),
            changes_verdict=new_verdict != verdict,
        )
        key = (change.question.id, None if number else str(change.value), new_verdict, new_option)
        if key not in nearest or change.distance < nearest[key][0]:
            nearest[key] = (change.distance, flip)
    flips_by_answer = [flip for _, flip in nearest.values()]
    ranked = sorted(
        flips_by_answer, key=lambda flip: (not flip.changes_verdict, -flip.share, flip.question, str(flip.value))
    )
    return tuple(ranked[:MOST_FLIPS])


@dataclass(frozen=True)
class _Again:
    """What situations that were run again come to, without the scenarios, which take many times as much memory."""

    verdict: np.ndarray
    target: np.ndarray
    blocked: np.ndarray
    closed: np.ndarray


def _again(situation: Situation, changed: Sequence[Situation], content: Content, at: date, like: Assessment) -> _Again:
    """A situation, which `like` assesses, and what it becomes, most often all at once; each part begins with the
    situation, whose costs the others share.
    """
    parts = []
    for first in range(0, len(changed), TOGETHER):
        both = [situation, *changed[first : first + TOGETHER]]
        assessment = choose(both, content, at, FLIP_SCENARIOS, like)
        rows, places = (slice(FLIP_SCENARIOS, None), slice(1, None)) if first else (slice(None), slice(None))
        parts.append(
            (assessment.verdict[rows], assessment.target[rows], assessment.blocked[places], assessment.closed[places])
        )
    return _Again(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True)))


def _clear(again: _Again, rows: slice, verdict: int) -> bool:
    """Whether this verdict and its option lead by more than the few scenarios of a re-run can be off."""
    verdicts, targets = again.verdict[rows], again.target[rows]
    shares = np.bincount(verdicts, minlength=len(VERDICTS)) / len(verdicts)
    options = np.sort(np.bincount(targets[verdicts == verdict], minlength=again.blocked.shape[1]))[::-1] / len(verdicts)
    trains = 1.0 - 2.0 * shares[DONT]
    begins = shares[FINE_TUNE] - MOSTLY * shares[NOT_YET]
    leads = -trains if verdict == DONT else min(trains, begins if verdict == FINE_TUNE else -begins)
    return bool(leads >= LEAD and options[0] - options[1] >= LEAD)


def _tried(situations: Sequence[Situation], content: Content, at: date, like: Assessment, tests: int) -> Choices | None:
    """A situation that `like` assesses, and what it may become, in few scenarios; None where it may become nothing."""
    return choose(situations, content, at, SCREEN_SCENARIOS, like, tests) if len(situations) > 1 else None


def _moving(tried: Choices | None, tests: int) -> list[bool]:
    return moving(tried, figures=False, first=tests) if tried and tests else []


def _moved(changes: Sequence[_Change], tried: Sequence[tuple[int, int, float]], tests: int) -> list[_Change]:
    """Changes of answers that move the outcome, or its share, already in few scenarios."""
    now, others = tried[0], tried[1 + tests :]
    moved = [other[:2] != now[:2] or abs(other[2] - now[2]) >= SCREEN_MOVES for other in others]
    return [change for change, moves in zip(changes, moved, strict=True) if moves]


def _of_answers(situation: Situation, content: Content) -> list[_Change]:
    """What may be changed of the answers given."""
    given = ((question, situation.answers.get(question.id)) for question in content.questions)
    return [
        _made(question, value, distance, situation, content)
        for question, answer in given
        if answer is not None
        for value, distance in _values(question, answer, content)
    ]


def _made(question: Question, value: Any, distance: float, situation: Situation, content: Content) -> _Change:
    return _Change(question, value, distance, situation.with_answer(question.id, value, content))


def _values(question: Question, answer: Any, content: Content) -> Iterator[tuple[Any, float]]:
    """Other answers than the one given, and how far from it they are."""
    match question.type:
        case "several":
            for value in question.values:
                yield [choice for choice in question.values if (choice in answer) != (choice == value)], 0.0
        case "number":
            middle = float(np.mean(answer))
            for number in _points(question.id, content):
                if number != middle:
                    yield number, abs(np.log1p(abs(number)) - np.log1p(abs(middle)))
        case "text":
            return
        case _:
            for value in question.certain:
                if value != answer:
                    yield value, 0.0


@cache
def _points(key: str, content: Content) -> tuple[float, ...]:
    """The numbers that are tried as other answers to a question; none where nobody can say what is likely."""
    question = content.question(key)
    if question.prior is None:
        return ()
    points = quantile(question.prior, np.array(FLIP_POINTS), np.array(FLIP_DEVIATES))
    within = np.clip(points, question.minimum, question.maximum)
    return tuple(_readable(float(point), question.integer) for point in within)


def _readable(value: float, integer: bool) -> float:
    """Two significant digits, as people would say it."""
    rounded = float(f"{value:.2g}")
    return float(round(rounded)) if integer or rounded >= 10 else rounded


def _promising(
    assessment: Choices, situation: Situation, content: Content, now: tuple[int, int], left: Collection[str]
) -> Iterator[_Change]:
    """Answers to open questions, of those `left` to ask or to find out, that are worth trying: in the scenarios that
    hold them the outcome is another one than `now`.
    """
    asked = [one for one in content.questions if one.id in left and one.type in ("choice", "yes_no")]
    tables = _tables(asked, assessment) if asked else []
    for question, by_answer in zip(asked, _by_answer(tables, assessment), strict=True):
        for value, other in zip(question.values, by_answer, strict=False):
            if other not in (None, now):
                yield _made(question, value, 0.0, situation, content)
