"""What is asked of whom, and until when.

First what `content/interview/must-ask.yaml` names for somebody with these answers: nothing is assessed for that, so a
click is not kept waiting. Then what the engine says tells most, until the verdict is stable.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

from advisor.content.entries import InterviewLength, MustAsk, Question, QuestionPage
from advisor.content.load import Content
from advisor.engine.advice import Glance
from advisor.interview.situation import Situation, Value

STABLE = 0.8
"""Share of the scenarios with one verdict from which nothing more is asked, unless someone wants to go on. Assumption;
`python -m benchmarks.walks` says how many leave with the verdict that all further questions would bring them to.
"""
TELLING = 0.03
"""Bits below which an answer tells too little to be asked, unless someone wants to go on. Assumption, as above."""
WORK = "task"
"""The question with which an interview begins: what it should do."""
ANY = "any"
"""The length of an interview of which the kind of work is not known."""


def must_ask(situation: Situation, content: Content) -> tuple[Question, ...]:
    """The questions that somebody who answers so far like this is asked in any case, in order."""
    called = [entry for entry in content.must_asks if _calls(entry, situation)]
    return tuple(content.question(key) for key in dict.fromkeys(key for entry in called for key in entry.questions))


def _calls(entry: MustAsk, situation: Situation) -> bool:
    if not entry.where:
        return True
    return any(_given(situation.answers.get(key)) & set(choices) for key, choices in entry.where.items())


def _given(answer: Value) -> set[object]:
    """The choices that an answer names."""
    return {*answer} if isinstance(answer, tuple) else {answer}


def most_telling(now: Glance, seen: Collection[str], on: bool = False) -> str | None:
    """The question that tells most of those not `seen`; None where the verdict is stable, or none tells enough. Those
    who want to go `on` are asked while any answer can change something.
    """
    if not on and now.stability >= STABLE:
        return None
    left = (entry for entry in now.open_questions if on or entry.bits >= TELLING)
    return next((entry.question for entry in left if entry.question not in seen), None)


@cache
def group_of(question: str, content: Content) -> QuestionPage | None:
    """The page on which a question is asked together with others, if there is one."""
    return next((page for page in content.pages if question in page.questions), None)


def interview_length(situation: Situation, content: Content) -> InterviewLength:
    """How many questions an interview about this kind of work takes."""
    by_work = {entry.id: entry for entry in content.lengths}
    return by_work.get(str(situation.answers.get(WORK)), by_work[ANY])


def left_at_most(situation: Situation, skipped: Collection[str], content: Content) -> int:
    """Questions still to come, in nine of ten interviews no more: at least those that are asked in any case."""
    seen = {question.id for question in content.questions if question.columns or question.type == "number"}
    seen &= {*situation.answers, *skipped}
    certain = sum(question.id not in seen for question in must_ask(situation, content))
    return max(certain, interview_length(situation, content).most - len(seen), 0)
