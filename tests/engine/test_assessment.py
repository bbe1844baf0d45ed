"""What is chosen hangs on no shortcut: situations that share estimates choose as if each were estimated alone."""

from __future__ import annotations

from datetime import date
from unittest.mock import patch

import numpy as np

from advisor import situation
from advisor.content.load import load
from advisor.engine import assessment
from advisor.engine.assessment import assess, choose
from advisor.engine.bearing import moving
from advisor.engine.burden import BURDENED_BY, COMPLAINTS, LIMITS, amounts, burden
from advisor.engine.scenarios import Scenarios
from advisor.interview.situation import Situation

CONTENT = load()
AT = date(2026, 11, 22)
QUESTIONS = {question.id: question for question in CONTENT.questions}
FEW = 64
ASKED = situation(
    gap=["cost"], requests_per_month=(20_000, 90_000), budget_month=900, latency_limit=4, prompt_tried="good"
)
CHANGES: dict[str, object] = {
    "citations": "yes",
    "requests_per_month": 2_000_000,
    "gap": ["format", "latency"],
    "hosting": "on_premises",
    "budget_month": None,
    "prompt_result": "poor",
    "bill_month": 300,
    "latency_now": 2.5,
    "example_tokens": 0,
    "model": "small",
    "rag_tried": "works",
}


def changed() -> list[Situation]:
    return [ASKED, *(ASKED.with_answer(question, value, CONTENT) for question, value in CHANGES.items())]


def test_choices_are_those_of_whole_assessments() -> None:
    whole, choices = assess(changed(), CONTENT, AT, FEW), choose(changed(), CONTENT, AT, FEW)
    for name in ("fired", "share", "never", "later", "blocked", "verdict", "target", "ending", "fallback"):
        assert np.array_equal(getattr(choices, name), getattr(whole, name)), name
    left = ~whole.never  # an option that is closed for good is not priced
    assert np.array_equal(choices.burden.nats[left], whole.burden.nats[left])
    assert len(np.unique(choices.burden.nats.reshape(len(CHANGES) + 1, -1), axis=0)) > 2


def test_what_is_taken_for_limits_and_the_bill_hangs_on_what_is_said_so() -> None:
    whole = assess(changed(), CONTENT, AT, FEW)
    options = [option.id for option in CONTENT.options]
    known = amounts({option: whole.bills[option] for option in options}, whole.times(options), (*LIMITS, *COMPLAINTS))
    read = whole.scenarios.only()
    burden(read, known)
    of_questions = {column for key in BURDENED_BY if key in QUESTIONS for column in QUESTIONS[key].columns}
    assert read.answered.keys() <= {*BURDENED_BY}
    assert read.columns.keys() <= of_questions | {*BURDENED_BY}


def test_a_test_that_is_not_priced_moves_as_if_it_were() -> None:
    others = [
        *(ASKED.with_answer("gap", value, CONTENT) for value in (["style"], ["cost", "latency", "format"])),
        ASKED.with_answer("usage", "one_off", CONTENT),
        *(ASKED.with_answer("rag_tried", value, CONTENT) for value in ("works", "not_needed")),
        ASKED,
    ]
    both = [ASKED, *others]
    priced, tried = (choose(both, CONTENT, AT, FEW, tests=tests) for tests in (0, len(others)))
    assert moving(tried, figures=False) == moving(priced, figures=False)
    assert moving(tried, figures=False)[-1] is False
    assert any(moving(tried, figures=False))


def test_what_changes_no_estimate_is_not_estimated_again() -> None:
    estimated: list[int] = []
    estimate = assessment.estimate

    def counting(scenarios: Scenarios, *rest: object) -> object:
        estimated.append(len(scenarios.situations))
        return estimate(scenarios, *rest)  # type: ignore[arg-type]

    with patch.object(assessment, "estimate", counting):
        choose([ASKED, ASKED.with_answer("citations", "yes", CONTENT)], CONTENT, AT, FEW)
        assert estimated == [1]
        choose([ASKED, ASKED.with_answer("requests_per_month", 2_000_000, CONTENT)], CONTENT, AT, FEW)
    assert estimated == [1, 1, 1]
