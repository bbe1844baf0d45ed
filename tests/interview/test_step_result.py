"""A result of a step becomes measured answers, and the plan moves on."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from advisor import advise, decode, encode, situation, tried
from advisor.engine.attempts import done
from advisor.interview.answers_file import read_situation, write_yaml
from advisor.interview.situation import AnswerErrors

AT = date(2026, 11, 22)
START: dict[str, Any] = {
    "goal": "measurable", "gap": ["format"], "task": "extraction", "evaluation_set": "yes", "prompt_tried": "no",
    "target_score": 80, "labelled_examples": 20, "knowledge_changes": "never",
}  # fmt: skip


@pytest.mark.parametrize(
    ("step", "result", "how", "question", "value"),
    [
        ("prompting", 71, None, "prompt_result", "near"),
        ("prompting", 40, None, "prompt_result", "poor"),
        ("prompting", 80, None, "prompt_result", "good"),
        ("few_shot", 71, None, "prompt_tried", "good"),
        ("structured", 71, None, "chain_tried", "short"),
        ("structured", 90, None, "chain_tried", "helped"),
        ("rag", 71, "misused", "rag_tried", "misused"),
        ("rag", 85, None, "rag_tried", "works"),
        ("sft", 71, None, "tuned_model", "plateau"),
        ("sft", 83, None, "tuned_model", "good"),
        ("evaluation", None, None, "evaluation_set", "yes"),
        ("goal", None, None, "goal", "measurable"),
        ("training_means", None, None, "training_means", "small"),
        ("check_data", None, None, "data_checked", "all"),
        ("smaller_model", 71, None, "small_model", "near"),
        ("smaller_model", 71, None, "small_score", 71.0),
        ("collect", 400, None, "labelled_examples", 400.0),
        ("agreement", 88, None, "expert_agreement", 88.0),
    ],
)
def test_a_result_is_a_measured_answer(
    step: str, result: float | None, how: str | None, question: str, value: object
) -> None:
    after = tried(situation(**START), step, result, how)
    assert after.answers[question] == value
    assert question in after.measured


def test_the_best_score_so_far_is_todays_and_a_measurement_needs_cases() -> None:
    before = situation(**{**START, "evaluation_set": "no", "baseline_score": 75})
    after = tried(before, "prompting", 71)
    assert after.answers["baseline_score"] == 75
    assert after.answers["evaluation_set"] == "partial"
    assert tried(after, "few_shot", 78).answers["baseline_score"] == 78
    assert before.answers["evaluation_set"] == "no", "what was said stays as it was"


def test_the_plan_moves_on_from_what_fell_short() -> None:
    """Instructions alone and then examples fell short: neither is advised again, also after a link or a file."""
    person = situation(**START)
    for step in ("prompting", "few_shot"):
        person = tried(person, step, 71)
        assert step in done(person)
        assert step not in {one.id for one in advise(person, AT).plan}
    assert done(decode(encode(person))) == done(person)
    assert done(read_situation(write_yaml_read(person))) == done(person)


def write_yaml_read(person: Any) -> dict[str, Any]:
    import yaml

    loaded: dict[str, Any] = yaml.safe_load(write_yaml(person))
    return loaded


def test_instructions_alone_that_nobody_measured_may_be_advised_again() -> None:
    over = done(situation(**{**START, "prompt_tried": "basic", "prompt_result": "near"}))
    assert not over & {"prompting", "few_shot"}


@pytest.mark.parametrize(
    ("step", "result", "change", "field"),
    [
        ("prompting", None, {}, "prompting"),
        ("prompting", 71, {"target_score": None}, "target_score"),
        ("prompting", 710, {}, "baseline_score"),
        ("rag", 71, {}, "rag"),
        ("collect", None, {}, "collect"),
        ("route", 3, {}, "route"),
        ("magic", 71, {}, "magic"),
    ],
)
def test_what_cannot_be_told_is_refused_by_name(
    step: str, result: float | None, change: dict[str, Any], field: str
) -> None:
    with pytest.raises(AnswerErrors) as refused:
        tried(situation(**{**START, **change}), step, result)
    assert refused.value.errors[0].field == field


CLASSIFYING: dict[str, Any] = {
    "gap": ["cost"], "task": "classification", "label_count": 12, "prompt_tried": "good", "prompt_result": "good",
    "evaluation_set": "yes", "small_model": "poor", "labelled_examples": 20_000, "sensitive_data": "none",
    "requests_per_month": 20_000_000, "model": "frontier", "question_tokens": 80, "instruction_tokens": 500,
    "output_tokens": 3, "bill_month": 60_000, "platforms": ["openai", "aws", "own"], "target_score": 90,
}  # fmt: skip


@pytest.mark.parametrize("way", ["distill", "sft", "encoder"])
def test_a_way_of_training_that_fell_short_is_not_taken_for_another(way: str) -> None:
    after = tried(situation(**CLASSIFYING), way, 82)
    assert (after.answers["tuned_model"], after.answers["tuned_how"]) == ("plateau", way)
    assert way in done(after)
    assert not {"distill", "sft", "encoder"} - {way} & done(after)
    assert way not in {step.id for step in advise(after, AT).plan}


def test_what_does_the_job_today_scores_no_less_for_a_step_that_fell_short() -> None:
    assert "baseline_score" not in tried(situation(**CLASSIFYING), "distill", 82).answers
    assert tried(situation(**CLASSIFYING), "distill", 92).answers["baseline_score"] == 92
    unsaid = situation(**{**CLASSIFYING, "prompt_result": "near"})
    assert tried(unsaid, "distill", 82).answers["baseline_score"] == 82
