"""Numbers that a person gave, as well as people know them."""

from __future__ import annotations

from datetime import date
from functools import cache
from random import Random

import numpy as np
import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from advisor import situation
from advisor.content.entries import Question
from advisor.content.load import load
from advisor.engine.assessment import choose, reachable
from advisor.engine.conditions import Conditions
from advisor.engine.drawing import draw
from advisor.engine.given import percentage_off
from advisor.engine.rules import compile_rules
from advisor.engine.scenarios import PERCENT
from advisor.engine.terms import compile_terms
from advisor.interview.situation import Situation
from tests.situations import random_situation

CONTENT = load()
AT = date(2026, 11, 22)
FEW = 256
STEP = 1.05
JUMP = 0.2
"""What one step may move: of a verdict, the share of scenarios that give it. An edge moves half of them or more; where
a gate hangs on one number alone, the steepest slope moves 0.18 in a step (one such in some thousand situations).
"""


def test_a_percentage_is_off_by_what_a_hundred_cases_leave_open() -> None:
    """Wilson's interval of 60 in 100, 95 %: 50.2 to 69.1; of none in 100: 0 to 3.7."""
    z = np.array([-1.959964, 0.0, 1.959964])
    assert percentage_off(60.0, z) == pytest.approx([50.20, 60.0, 69.06], abs=0.01)
    assert percentage_off(0.0, z) == pytest.approx([0.0, 0.0, 3.70], abs=0.01)
    assert percentage_off(100.0, z) == pytest.approx([96.30, 100.0, 100.0], abs=0.01)


def test_a_count_is_off_by_a_factor_of_two_at_most_and_a_limit_that_somebody_set_by_nothing() -> None:
    drawn = draw([situation(labelled_examples=600, budget_month=600, target_score=60)], CONTENT, FEW)
    columns = ("labelled_examples", "budget_month", "target_score")
    known = drawn.as_known(columns)
    low, high = known["labelled_examples"].min(), known["labelled_examples"].max()
    assert 300 <= low < 310
    assert 1_180 < high <= 1_200
    assert np.median(known["labelled_examples"]) == 600
    assert set(known["budget_month"]) == {600}
    assert set(known["target_score"]) == {60}
    assert set(drawn["labelled_examples"]) == {600}, "what is computed with stays the number given"


def test_what_nobody_gave_is_drawn_and_not_off_again() -> None:
    drawn = draw([situation()], CONTENT, FEW)
    assert np.array_equal(drawn.as_known(["labelled_examples"])["labelled_examples"], drawn["labelled_examples"])


@pytest.mark.parametrize(
    ("answers", "question", "number", "rule", "holds"),
    [
        ({"can_collect_more": "no", "can_generate": "no"}, "labelled_examples", 50, "few-and-no-more", False),
        ({}, "expert_agreement", 60, "experts-disagree", False),
        (
            {"evaluation_set": "yes", "target_score": 80, "gap": ["style"]},
            "baseline_score",
            90,
            "base-already-good",
            True,
        ),
    ],
)
def test_at_a_threshold_most_scenarios_take_a_number_as_it_was_said(
    answers: dict[str, object], question: str, number: float, rule: str, holds: bool
) -> None:
    found = choose([situation(**answers, **{question: number})], CONTENT, AT, FEW)
    place = [one.id for one in CONTENT.rules].index(rule)
    assert (found.gate_shares[0, place] > 0.5) == holds
    assert 0.4 < found.gate_shares[0, place] < 0.6


BINDING: tuple[dict[str, object], ...] = (
    {},
    {"can_collect_more": "no", "can_generate": "no"},
    {"can_generate": "yes"},
    {"evaluation_set": "yes", "gap": ["style"], "target_score": 80.0},
    {"data_shape": ["preferences"], "gap": ["preference"]},
    {"answer_kind": "checkable", "data_shape": ["grader"]},
    {"evaluation_set": "yes", "task": "extraction", "large_model": "good", "target_score": 85.0},
)
"""Answers beside which some gate hangs on a number alone."""


@cache
def thresholds() -> dict[str, tuple[float, ...]]:
    """By column, what gates, rules and terms compare it with."""
    found: dict[str, set[float]] = {"large_score": {85.0}}

    def collect(compiled: Conditions) -> None:
        for step in compiled.steps:
            if len(step.of) == 2 and step.made in ("<", "<=", ">", ">="):
                column, number = (compiled.steps[place] for place in step.of)
                if column.made == "column" and number.made == "number":
                    found.setdefault(column.value, set()).add(number.value)

    collect(compile_rules(CONTENT).conditions)
    collect(compile_terms(CONTENT).conditions)
    return {name: tuple(sorted(numbers)) for name, numbers in found.items()}


def walk(question: Question, middle: float) -> list[float]:
    """Numbers around one, each a twentieth more than the one before; of percentages, the odds are."""
    assert question.minimum is not None
    assert question.maximum is not None
    factors = STEP ** np.arange(-3.0, 4.0)
    if question.unit == PERCENT:
        odds = middle / (100.0 - middle) * factors
        return [float(number) for number in 100.0 * odds / (1.0 + odds)]
    numbers = np.clip(middle * factors, question.minimum, question.maximum)
    return [float(number) for number in np.unique(np.round(numbers) if question.integer else numbers)]


def middles(question: Question, random: Random) -> list[float]:
    """Where to walk: across each threshold, and somewhere up to ten times beyond what is usual. Price lists have steps
    that are real, at hundreds of thousands of tokens a request.
    """
    least = 1.0 if question.unit == PERCENT else 10.0
    known = [number for number in thresholds().get(question.id, ()) if number >= least]
    if question.unit == PERCENT:
        return [*known, random.uniform(1.0, 99.0)]
    low, high = (question.prior.p10 / 10, question.prior.p90 * 10) if question.prior else (20.0, 1e5)
    return [*known, max(low, 20.0 if question.integer else 0.1) * (high / low) ** random.random()]


@examples(st.integers(0, 2**32), st.sampled_from(BINDING))
def test_no_number_has_an_edge(seed: int, binding: dict[str, object]) -> None:
    """Whatever else was said, a number a twentieth larger moves few scenarios to another verdict."""
    random = Random(seed)
    base = random_situation(random)
    base = situation(**{**base.as_dict(), **binding})
    walks: list[tuple[Question, list[float]]] = []
    for question in CONTENT.questions:
        if question.type == "number" and _applies(base, question):
            walks += [(question, walk(question, middle)) for middle in middles(question, random)]
    here: list[Situation] = [base.with_answer(question.id, number) for question, numbers in walks for number in numbers]
    found = choose(here, CONTENT, AT, FEW)
    shares = (found.verdict.reshape(-1, FEW, 1) == np.arange(3)).mean(axis=1)
    first = 0
    for question, numbers in walks:
        moved = np.abs(np.diff(shares[first : first + len(numbers)], axis=0)).max(axis=1, initial=0.0)
        first += len(numbers)
        assert moved.max(initial=0.0) <= JUMP, (question.id, numbers[int(moved.argmax())], base.as_dict())


def _applies(base: Situation, question: Question) -> bool:
    told = base.with_answer(question.id, question.maximum)
    return question.id in reachable([told], CONTENT, compile_rules(CONTENT))[0].answers
