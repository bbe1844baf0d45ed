"""The gap that it is, and what the data must be: each follows the answers, and says where it comes from."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from advisor import advise, situation
from advisor.content.load import load
from advisor.language import language
from advisor.wording import readiness
from advisor.wording.preparation import data_needs, data_schools, gaps

AT = date(2026, 11, 29)
CONTENT = load()
EN, NL = language("en"), language("nl")


def needs(**answers: Any) -> dict[str, str]:
    return {need.id: need.state for need in data_needs(advise(situation(**answers), AT), CONTENT, EN)}


def test_there_are_four_gaps_each_with_a_remedy_and_those_that_were_ticked_come_first() -> None:
    plain = gaps(advise(situation(task="qa"), AT), CONTENT, EN)
    assert [gap.id for gap in plain] == ["facts", "task", "field", "data"]
    assert not any(gap.ticked for gap in plain)
    ticked = gaps(advise(situation(task="qa", gap=["edge_cases", "tools", "cost"]), AT), CONTENT, EN)
    assert [gap.id for gap in ticked if gap.ticked] == ["task", "data"]
    assert [gap.id for gap in ticked][:2] == ["task", "data"]
    assert {gap.id: gap.option for gap in plain} == {
        "facts": "rag",
        "task": "prompting",
        "field": "few_shot",
        "data": "few_shot",
    }


def test_a_choice_shows_one_gap_at_most() -> None:
    shown = [choice for gap in CONTENT.gaps for choice in gap.shows]
    assert len(shown) == len(set(shown))


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({}, {"size": "unknown", "quality": "unknown", "balance": "unknown"}),
        ({"labelled_examples": 49}, {"size": "not_ready", "quality": "unknown", "balance": "unknown"}),
        ({"labelled_examples": 50}, {"size": "ready", "quality": "unknown", "balance": "unknown"}),
        ({"labelled_examples": (20, 200)}, {"size": "unknown", "quality": "unknown", "balance": "unknown"}),
        (
            {"labelled_examples": 5_000, "data_checked": "all", "expert_agreement": 90, "data_balanced": "no"},
            {"size": "ready", "quality": "ready", "balance": "not_ready"},
        ),
        (
            {"data_checked": "all", "expert_agreement": 60, "data_balanced": "yes"},
            {"size": "unknown", "quality": "not_ready", "balance": "ready"},
        ),
    ],
)
def test_size_quality_and_balance_are_judged_apart(answers: dict[str, Any], expected: dict[str, str]) -> None:
    assert needs(task="classification", **answers) == expected


def test_both_schools_are_told_with_who_says_so_and_when_it_applies() -> None:
    few, many = data_schools(CONTENT, EN)
    assert "50" in few.says
    assert [source.id for source in many.sources] == ["playbook-finetuning", "own"]
    assert all(school.applies for school in (few, many))
    assert data_schools(CONTENT, NL)[0].title != few.title


def test_what_rests_on_nobody_else_says_that_it_is_ours() -> None:
    ours = {
        gap.id for gap in gaps(advise(situation(task="qa"), AT), CONTENT, EN) if any(s.id == "own" for s in gap.sources)
    }
    assert ours == {"field", "data"}


def test_how_many_there_are_says_nothing_of_how_good_they_are() -> None:
    """ "Size: ready" stood beside data of which nothing else was known."""
    size, *_ = data_needs(advise(situation(labelled_examples=2_000), AT), CONTENT, EN)
    assert size.state_name == "Enough in number"
    checked = {"labelled_examples": 2_000, "data_checked": "all", "expert_agreement": 90}
    size, *_ = data_needs(advise(situation(**checked), AT), CONTENT, EN)
    assert size.state_name == "Ready"
    sides = {
        side.id: side.state_name for side in readiness(advise(situation(labelled_examples=2_000), AT), CONTENT, EN)
    }
    assert sides["data"] == "Partly known"
    assert sides["why"] == "Not asked"
