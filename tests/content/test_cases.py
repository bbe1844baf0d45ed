"""The published cases: whole, answerable as the interview asks, and told in both languages."""

from __future__ import annotations

from collections import Counter

import pytest

from advisor.content.entries import Case
from advisor.content.load import load
from advisor.interview.answers_file import read_situation
from advisor.language import language

CASES = load().cases
OUTCOMES = frozenset(
    {"prompting", "few_shot", "rag", "finetune_sft", "distill", "rag_plus_finetune", "dpo", "rft", "not_yet"}
)


def ids(case: Case) -> str:
    return case.id


def test_all_41_cases_are_there_and_spread_over_every_outcome() -> None:
    assert Counter(case.outcome for case in CASES) == {
        "prompting": 4,
        "few_shot": 4,
        "rag": 6,
        "finetune_sft": 8,
        "distill": 5,
        "rag_plus_finetune": 6,
        "dpo": 2,
        "rft": 1,
        "not_yet": 5,
    }


@pytest.mark.parametrize("case", CASES, ids=ids)
def test_answers_are_answers_to_our_questions(case: Case) -> None:
    assert set(read_situation(case.answers).answers) == set(case.answers)


@pytest.mark.parametrize("case", CASES, ids=ids)
def test_answers_apply_to_the_case(case: Case) -> None:
    """A question that hangs on another one is answered only where that other answer lets it be asked."""
    answers = case.answers
    assert answers["task"], "the kind of work is what every source says"
    assert "prompt_result" not in answers or answers["prompt_tried"] != "no"
    assert "baseline_score" not in answers or answers["evaluation_set"] != "no"
    assert "label_count" not in answers or answers["task"] == "classification"
    assert (
        "grader_pass_rate" not in answers or answers["answer_kind"] == "checkable" or "grader" in answers["data_shape"]
    )


@pytest.mark.parametrize("case", CASES, ids=ids)
def test_outcomes_are_known_and_acceptable_ones_are_others(case: Case) -> None:
    assert case.outcome in OUTCOMES
    assert set(case.acceptable) <= OUTCOMES - {case.outcome}


@pytest.mark.parametrize("case", CASES, ids=ids)
def test_sources_and_figures_are_given(case: Case) -> None:
    assert case.source.startswith("https://")
    assert 2023 <= case.year <= 2026
    assert len(case.numbers) >= 2
    assert "metric" in case.numbers


WINNER = {
    "prompting": "prompted",
    "rag": "rag_",
    "finetune_sft": "finetuned",
    "distill": "finetuned",
    "rag_plus_finetune": "rag_plus_finetune",
    "dpo": "dpo",
    "rft": "rft",
}
"""How the names of figures begin that belong to the method which turned out right, by outcome."""


@pytest.mark.parametrize("case", [case for case in CASES if case.outcome in WINNER], ids=ids)
def test_what_was_known_before_does_not_hold_the_result(case: Case) -> None:
    """The score of the method that won stands in the lesson, never in the summary or among the answers."""
    won = [value for name, value in case.numbers.items() if name.startswith(WINNER[case.outcome])]
    scores = {f"{one:g}" for value in won for one in (value if isinstance(value, list) else [value]) if _score(one)}
    prompted = {f"{value:g}" for name, value in case.numbers.items() if name.startswith("prompted") and _score(value)}
    known = [*case.summary.replace("%", " ").split(), str(case.answers.get("baseline_score"))]
    assert not (scores - (prompted if case.outcome != "prompting" else set())) & set(known)


def _score(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


@pytest.mark.parametrize("case", CASES, ids=ids)
def test_both_texts_are_told_in_dutch(case: Case) -> None:
    dutch = language("nl")
    for text in (case.summary, case.lesson):
        assert dutch(text) != text
        assert len(dutch(text)) > 0.6 * len(text), "the translation leaves something out"


def test_same_source_same_family() -> None:
    families: dict[str, set[str]] = {}
    for case in CASES:
        families.setdefault(case.source, set()).add(case.family)
    assert all(len(names) == 1 for names in families.values())
