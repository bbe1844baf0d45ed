"""Charts of the course: they show what was measured, and say so in words."""

from __future__ import annotations

import pytest

from advisor.charts.lessons import COMPARED, GAPS, MEASURES, cases_with, how_often_right, outcomes_of, token_counts
from advisor.content.evidence import evidence_cases
from advisor.content.load import load
from advisor.language import language

EN = language("en")


@pytest.mark.parametrize("measure", MEASURES)
def test_how_often_it_was_right_is_what_was_measured(measure: str) -> None:
    learned = load().learned
    assert learned
    chart = how_often_right(measure, learned.scores, EN)
    assert [row.id for row in chart.marks] == list(COMPARED)
    for row in chart.marks:
        assert row.bar == (0, getattr(learned.scores[row.id], measure))
        assert row.text in chart.alt
    assert [row.tone for row in chart.marks].count("main") == 1


def test_what_the_reader_wrote_stands_out_among_the_tokens() -> None:
    chart = token_counts([("en", "English", 15), ("own", "Your text", 1)], True, EN)
    assert [(row.label, row.text, row.tone) for row in chart.marks] == [
        ("English", "15 tokens", "plain"),
        ("Your text", "1 token", "main"),
    ]
    assert "o200k_base" in chart.note
    assert "Estimated" in token_counts([("own", "Your text", 0)], False, EN).note


def test_outcomes_are_counted_of_the_cases_with_the_gap_and_those_that_train_stand_out() -> None:
    known = load()
    cases = (*known.cases, *evidence_cases())
    chart = outcomes_of("reading", cases, known, EN)
    with_gap = [case for case in cases if {"retrieval_use", "search", "abstaining"} & {*case.answers.get("gap", [])}]
    assert cases_with("reading", cases) == with_gap
    assert sum(row.bar[1] for row in chart.marks if row.bar) == len(with_gap)
    tones = {row.label: row.tone for row in chart.marks}
    assert tones["Retrieval with a tuned model"] == "main"
    assert tones["Not yet: something was missing"] == "plain"


def test_every_gap_that_one_can_answer_but_safety_belongs_to_one_kind() -> None:
    choices = {choice.id for choice in load().question("gap").choices}
    told = [choice for kind in GAPS.values() for choice in kind]
    assert sorted(told) == sorted(choices - {"safety"})
