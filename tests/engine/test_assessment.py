"""What is chosen hangs on no shortcut: situations that share estimates choose as if each were estimated alone."""

from __future__ import annotations

from datetime import date
from unittest.mock import patch

import numpy as np

from advisor import situation
from advisor.content.load import load
from advisor.engine import assessment
from advisor.engine.assessment import assess, choose
from advisor.engine.scenarios import Scenarios
from advisor.interview.situation import Situation

CONTENT = load()
AT = date(2026, 11, 22)
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
