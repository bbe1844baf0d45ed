"""Whatever is tried is measured: what that takes is a step of the plan, or stands beside it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from advisor import advise, situation
from advisor.content.load import load
from advisor.language import language
from advisor.wording import reservations
from advisor.wording.grounds import EVALUATION
from advisor.wording.next_steps import next_steps

CONTENT = load()
AT = date(2026, 11, 22)
EN = language("en")
POLICIES: dict[str, Any] = {
    "task": "qa", "gap": ["knowledge"], "prompt_tried": "basic", "documents": 3_000, "knowledge_changes": "monthly",
    "citations": "yes", "rag_tried": "no", "labelled_examples": 0, "sensitive_data": "none",
    "requests_per_month": 20_000, "platforms": ["azure", "openai"],
}  # fmt: skip
"""Questions about three thousand policies that change."""


def test_without_test_cases_the_way_that_needs_no_training_begins_with_them_too() -> None:
    advice = advise(situation(**POLICIES, evaluation_set="no", success_metric="none"), AT)
    assert advice.verdict == "dont"
    assert EVALUATION not in {step.id for step in advice.plan}
    assert reservations(advice, CONTENT, EN).startswith("First you need an evaluation set and ")
    beside = [step for step in next_steps(advice, CONTENT, EN) if step.kind == "measure"]
    assert [step.about for step in beside] == ["no-evaluation", "no-success-metric"]
    assert beside[0].why == EN(CONTENT.rule("no-evaluation").because)


def test_who_has_test_cases_and_a_measure_needs_none() -> None:
    advice = advise(situation(**POLICIES, evaluation_set="yes", success_metric="metric"), AT)
    assert "First you need" not in reservations(advice, CONTENT, EN)
    assert not [step for step in next_steps(advice, CONTENT, EN) if step.kind == "measure"]


@pytest.mark.parametrize("gap", [["style"], ["knowledge"], ["cost"], ["format", "labels"]])
@pytest.mark.parametrize("task", ["classification", "qa", "rewriting"])
def test_whoever_has_none_is_told_so_once(gap: list[str], task: str) -> None:
    for tried in ("no", "basic", "good"):
        advice = advise(situation(task=task, gap=gap, prompt_tried=tried, evaluation_set="no"), AT)
        steps = [step.id for step in advice.plan]
        told = [step.about for step in next_steps(advice, CONTENT, EN) if step.kind in ("missing", "measure")]
        assert EVALUATION in steps or "no-evaluation" in told
        assert told.count("no-evaluation") <= 1
