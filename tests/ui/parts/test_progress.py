"""The strip above a question: the number of questions to come only falls while somebody answers what is asked."""

from __future__ import annotations

import re
from random import Random
from typing import Any

import pytest

from advisor.content.load import load
from advisor.engine.agenda import must_ask
from advisor.interview.situation import situation
from advisor.ui.advice import glance, matters
from advisor.ui.navigation import next_telling
from advisor.ui.parts.progress import progress
from advisor.ui.session import Session
from tests.situations import random_situation

CONTENT = load()
TORN: dict[str, Any] = {
    "task": "extraction",
    "gap": ["tools"],
    "prompt_tried": "no",
    "evaluation_set": "yes",
    "success_metric": "acceptance",
    "labelled_examples": 159_417,
    "sensitive_data": "none",
    "requests_per_month": 3_678_654_015,
    "platforms": ["azure", "google", "own"],
    "azure_customer": "existing",
    "data_source": "logs",
    "goal": None,
    "training_means": "ample",
}
"""Answers after which the engine finds more to ask than it said before: 1, then 3."""


def shown(session: Session) -> int | None:
    """The number of questions to come; None where none is said."""
    said, _ = progress(session, glance(session) if session.situation.answers else None)
    numbers = re.findall(r"(\d+) (?:more|questions? to go)", said)
    return int(numbers[0]) if numbers else None


def walk(answers: dict[str, Any]) -> list[int | None]:
    """What is shown at each step of somebody who answers these in this order."""
    session, numbers = Session(), [shown(Session())]
    session.to_come = numbers[0]
    for place in range(len(answers)):
        session.answer(situation(**dict(list(answers.items())[: place + 1])))
        numbers.append(shown(session))
    return numbers


def test_the_number_never_rises_where_nothing_more_is_called_for() -> None:
    numbers = [number for number in walk(TORN) if number is not None]
    assert numbers[0] > 10
    assert numbers[-1] <= 2
    assert numbers == sorted(numbers, reverse=True)


@pytest.mark.on_push(1)
@pytest.mark.parametrize("seed", [3, 8])
def test_the_number_never_rises_in_a_random_interview(seed: int) -> None:
    random, session, last = Random(seed), Session(), 1_000
    said = [{**random_situation(random).answers} for _ in range(60)]
    given: dict[str, Any] = {}
    for _ in range(25):
        number = shown(session)
        asked = [one for one in must_ask(session.situation, CONTENT) if one.id not in {*given, *session.skipped}]
        if number is not None:
            assert number <= max(last, len(asked)), given
            last = number
        following = asked[0] if asked else next_telling(session)
        if following is None:
            break
        value = next((one[following.id] for one in said if one.get(following.id) is not None), None)
        if value is None:
            session.skipped = (*session.skipped, following.id)
        else:
            given[following.id] = list(value) if isinstance(value, tuple) else value
            session.answer(situation(**given))
    assert len(given) > 4


def test_what_an_answer_calls_for_is_counted_and_another_interview_begins_anew() -> None:
    session = Session()
    first = shown(session)
    session.to_come = 1
    session.answer(situation(task="qa"))
    certain = sum(one.id != "task" for one in must_ask(session.situation, CONTENT))
    assert certain > 1
    assert shown(session) == certain
    session.restart(situation())
    assert shown(session) == first


SORTS: dict[str, Any] = {
    "task": "classification",
    "gap": ["style"],
    "prompt_tried": "good",
    "label_count": 25,
    "evaluation_set": "yes",
    "success_metric": "metric",
    "labelled_examples": 30_000,
    "sensitive_data": "none",
    "requests_per_month": 20_000_000,
}


def test_a_question_that_can_change_nothing_is_not_counted_as_one_to_come() -> None:
    session = Session()
    session.answer(situation(**SORTS, platforms=["openai"], hosting="on_premises"))
    left = [one.id for one in must_ask(session.situation, CONTENT) if one.id not in session.situation.answers]
    assert left == ["openai_customer"]
    assert not matters("openai_customer", session)
    assert "for the figures and the plan" not in progress(session, glance(session))[0]
    session.answer(situation(**SORTS))
    assert matters("platforms", session)
    assert shown(session), "one that can"
