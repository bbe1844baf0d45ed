"""Whatever is tried is measured: what that takes is a step of the plan, or stands beside it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from advisor import advise, situation
from advisor.content.load import load
from advisor.language import language
from advisor.wording import brief_headline, endings, meanwhile, plan_steps
from advisor.wording.grounds import EVALUATION
from advisor.wording.next_steps import beside_the_plan, next_steps

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
    first, second, *_ = plan_steps(advice, CONTENT, EN)
    assert first.id == EVALUATION
    gates = [CONTENT.rule(name).blocks for name in ("no-evaluation", "no-success-metric")]
    assert first.how == tuple(gate.brings_back for gate in gates if gate)
    assert second.until == "Stop at the score that you set in step 1."
    assert brief_headline(advice, CONTENT, EN).startswith("Don't fine-tune. First make an evaluation set; then try ")
    aimed = advise(situation(**POLICIES, evaluation_set="partial", success_metric="none", target_score=80), AT)
    assert [step.until for step in plan_steps(aimed, CONTENT, EN)][:2] == ["", "Stop at a score of 80."]


def test_whoever_keeps_what_works_is_told_beside_it_what_it_is_measured_with() -> None:
    advice = advise(situation(**{**POLICIES, "rag_tried": "works"}, evaluation_set="no"), AT)
    assert advice.plan == ()
    assert "no-evaluation" in [step.about for step in beside_the_plan(advice, CONTENT, EN) if step.kind == "measure"]


def test_who_has_test_cases_and_a_measure_needs_none() -> None:
    advice = advise(situation(**POLICIES, evaluation_set="yes", success_metric="metric"), AT)
    assert EVALUATION not in {step.id for step in advice.plan}
    assert not [step for step in next_steps(advice, CONTENT, EN) if step.kind == "measure"]


@pytest.mark.on_push(4)
@pytest.mark.parametrize("gap", [["style"], ["knowledge"], ["cost"], ["format", "labels"]])
@pytest.mark.parametrize("task", ["classification", "qa", "rewriting"])
def test_whoever_has_none_is_told_so_once(gap: list[str], task: str) -> None:
    for tried in ("no", "basic", "good"):
        advice = advise(situation(task=task, gap=gap, prompt_tried=tried, evaluation_set="no"), AT)
        steps = [step.id for step in advice.plan]
        told = [step.about for step in beside_the_plan(advice, CONTENT, EN)]
        assert steps.count(EVALUATION) + told.count("no-evaluation") == 1
        assert not steps or steps[0] in (EVALUATION, "goal")


def test_what_is_in_use_and_falls_short_is_kept_with_a_reason_and_not_recommended() -> None:
    """ "Until then, use examples in the prompt" was said to whoever had tried that with care."""
    here = {"task": "rewriting", "gap": ["style"], "evaluation_set": "no", "labelled_examples": 2_000}
    tried = advise(situation(**here, prompt_tried="good", platforms=["azure"], requests_per_month=40_000), AT)
    assert (tried.verdict, tried.meanwhile) == ("not_yet", "few_shot")
    assert meanwhile(tried, CONTENT, EN).startswith("Until then, keep examples in the prompt, which you have: ")
    new = tried.model_copy(update={"answers": {**tried.answers, "prompt_tried": "basic"}})
    assert meanwhile(new, CONTENT, EN) == "Until then, use examples in the prompt."
    near = tried.model_copy(update={"answers": {**tried.answers, "prompt_result": "near"}})
    assert meanwhile(near, CONTENT, EN) == "Until then, use examples chosen for each input."


def test_of_an_option_without_a_known_cost_nobody_says_whether_it_pays() -> None:
    here = {
        "task": "rewriting",
        "gap": ["style"],
        "evaluation_set": "no",
        "labelled_examples": 2_000,
        "hosting": "region",
    }
    advice = advise(situation(**here, prompt_tried="good", platforms=["azure"], requests_per_month=40_000), AT)
    results = {one.option: one for one in advice.ranking}
    assert results["sft"].usd_month.p50 is None
    for one in advice.ranking:
        assert one.usd_month.p50 is not None or one.break_even is None
    assert not [said for said in endings(advice, CONTENT, EN) if "supervised fine-tuning" in said]
