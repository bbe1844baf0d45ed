"""Which questions matter to this person: their answers are tried out, and what the engine says is compared.

Nothing here knows who reads an answer. A question bears on an advice where some answer to it changes, in some scenario,
a choice, a gate, a rule, a figure, a route or the readiness; or what one of the other `readers` makes of the answers,
such as the plan of a dataset template. The same points are drawn for every answer, so that whatever differs differs by
the answer. What only concerns options that are closed for good counts as no change.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

import numpy as np

from advisor.content.entries import Question
from advisor.content.load import Content
from advisor.engine.assessment import Assessment, Choices, assess, choose, differs
from advisor.engine.choice import FINE_TUNE
from advisor.engine.drawing import draw
from advisor.engine.plan import AIM
from advisor.engine.points import quantile
from advisor.engine.rules import compile_rules, members
from advisor.engine.scenarios import Mask
from advisor.interview.situation import Situation

Reader = Callable[[Situation], object]
"""Anything else that reads answers; what it returns is compared."""

FIRST = 2
"""Answers to each question that are tried before the others: with them nearly every question shows that it matters."""
FEW, MANY = 2, 64
"""Scenarios in which those are tried, and in which all are tried of the questions that are left."""
POINTS = (0.02, 0.2, 0.5, 0.8, 0.98)
DEVIATES = (-2.053748910631823, -0.8416212335729143, 0.0, 0.8416212335729143, 2.053748910631823)
"""Points of a number's prior that are tried, beside its ends, and the standard normal deviates there."""
APART = frozenset({"scenarios", "read", "catalogue", "book", "derived", "gates", "counting", "shut"})
"""Parts of an assessment that are no result of it, or that are looked at by themselves."""


def bearing(
    situation: Situation,
    content: Content,
    at: date,
    questions: Collection[Question],
    readers: Sequence[Reader] = (),
    figures: bool = True,
    like: Assessment | None = None,
) -> frozenset[str]:
    """Ids of those questions to which an answer can change something for this person. What no scenario holds, such
    as free text, is read as it stands, and always does; so is the score at which steps of the plan stop.

    Without `figures` only the choice is looked at: what each scenario ends in, and with which shares. `like` is an
    assessment of the situation, if there is one already.
    """
    stand = [question for question in questions if not question.columns or (figures and question.id == AIM)]
    that_bear = _read_as_they_stand(stand, situation, content)
    questions = [question for question in questions if question not in stand]
    signs = {sign.question for sign in content.readiness} if figures else set()
    that_bear |= {question.id for question in questions if question.id in signs}
    answers = {question.id: tuple(_answers(question)) for question in questions if question.id not in that_bear}
    for most, count in ((FIRST, FEW), (None, MANY)):
        changes = [(key, value) for key, values in answers.items() if key not in that_bear for value in values[:most]]
        changed = [situation.with_answer(key, value, content) for key, value in changes]
        now = [reader(situation) for reader in readers]
        that_bear |= {
            key
            for (key, _), other in zip(changes, changed, strict=True)
            if now != [reader(other) for reader in readers]
        }
        pending = [(key, other) for (key, _), other in zip(changes, changed, strict=True) if key not in that_bear]
        if pending:
            both = [situation, *(other for _, other in pending)]
            tests = len(pending)
            tried = assess(both, content, at, count) if figures else choose(both, content, at, count, like, tests)
            that_bear |= {key for (key, _), moves in zip(pending, moving(tried, figures), strict=True) if moves}
    return frozenset(that_bear)


def _read_as_they_stand(questions: Sequence[Question], situation: Situation, content: Content) -> set[str]:
    """Those of these questions that can apply at all."""
    if not any(question.when for question in questions):
        return {question.id for question in questions}
    scenarios = draw([situation], content, MANY)
    book = compile_rules(content)
    return {question.id for question in questions if book.applies(question.id, scenarios).any()}


def moving(assessment: Choices, figures: bool = True, first: int | None = None) -> list[bool]:
    """For each situation but the first, or as many of them as `first` says, whether it is assessed otherwise than that.

    Without `figures` it is not looked at which rules are to be read: they are no part of the choice.
    """
    shape = (len(assessment.scenarios.situations), assessment.scenarios.count)
    places = slice(None if first is None else first + 1)
    moved = np.zeros(shape[0], dtype=bool)[places]
    rows = slice(None if first is None else (first + 1) * shape[1])
    for array in _results(assessment, figures, rows):
        moved |= differs(array.reshape(*shape, -1)[places])
    return moved[1:].tolist()


def first_answers(question: Question) -> list[Any]:
    """The answers to a question that are tried before the others."""
    return list(_answers(question))[:FIRST]


def _results(assessment: Choices, figures: bool, tried: slice) -> Iterator[np.ndarray]:
    """Every array of an assessment with a row a scenario, but for what concerns options that are closed for good in
    the rows that are `tried`, and what is the same in all situations.
    """
    content = assessment.scenarios.content
    closed: Mask = np.logical_and.reduce(assessment.never[tried], axis=0)
    shut = {option.id for option, gone in zip(content.options, closed, strict=True) if gone}
    rows, shape = assessment.scenarios.rows, (len(assessment.scenarios.situations), assessment.scenarios.count)
    parts = [getattr(assessment, part.name) for part in fields(assessment) if part.name not in APART]
    for array in _arrays(parts, shut):
        if array.shape == shape or len(array) == rows:
            yield array[:, ~closed] if array.shape[1:] == closed.shape and array is not assessment.never else array
    if figures:
        yield assessment.fired & _shown(assessment, closed)


def _shown(assessment: Choices, closed: Mask) -> Mask:
    """Rows x rules: where a rule that holds is to be read in the advice."""
    content, book = assessment.scenarios.content, assessment.book
    weighs: Mask = np.any(book.blocks[:, ~closed], axis=1)
    order = {option.id: place for place, option in enumerate(content.options)}
    shown: Mask = np.repeat(weighs[np.newaxis], len(assessment.fired), axis=0)
    for place, rule in enumerate(content.rules):
        if rule.advice and not weighs[place]:
            about = [order[option] for option in members(rule.about, content)]
            shown[:, place] = np.isin(assessment.target, about) if about else True
            if about and rule.technical:
                shown[:, place] &= assessment.verdict == FINE_TUNE
    return shown


def _arrays(part: Any, shut: Collection[str]) -> Iterator[np.ndarray]:
    match part:
        case np.ndarray():
            yield part
        case Mapping():
            for key, value in part.items():
                if key not in shut:
                    yield from _arrays(value, shut)
        case tuple() | list():
            for value in part:
                yield from _arrays(value, shut)
        case _ if is_dataclass(part):
            yield from _arrays([getattr(part, one.name) for one in fields(part)], shut)
        case _:
            return


def _answers(question: Question) -> Iterator[Any]:
    """Answers worth trying, those that lie farthest apart first."""
    match question.type:
        case "several":
            yield from ([], list(question.values), *([value] for value in question.values))
        case "number":
            assert question.prior is not None
            points = quantile(question.prior, np.array(POINTS), np.array(DEVIATES))
            inner = [float(np.clip(point, question.minimum, question.maximum)) for point in points]
            inner = [float(round(point)) if question.integer else point for point in inner]
            yield from dict.fromkeys((inner[0], inner[-1], *inner[1:-1], question.minimum, question.maximum))
        case "text":
            return
        case _:
            yield from dict.fromkeys((question.certain[0], question.certain[-1], *question.certain))
