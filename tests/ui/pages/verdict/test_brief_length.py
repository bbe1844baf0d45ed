"""The brief of any situation stays short, in both languages: counted by text node, without a browser."""

from __future__ import annotations

from dataclasses import astuple
from random import Random
from typing import Any

import pytest

from advisor import Situation, advise, situation
from advisor.content.load import load
from advisor.language import LANGUAGES, language
from advisor.ui.pages.verdict.brief import drawn
from advisor.ui.pages.verdict.brief_words import BriefWords
from advisor.ui.parts.trade_off import marks
from advisor.ui.session import Session
from advisor.wording.brief import certain_reasons
from tests.situations import random_situation
from tests.words import AROUND_THE_BRIEF, count

MOST_WORDS = 500
DRAWN = 24
SLOW: dict[str, Any] = {"task": "summary", "gap": ["cost", "latency"], "requests_per_month": 1_000_000}
LONGEST: tuple[dict[str, Any], ...] = (
    {**SLOW, "budget_month": 300, "latency_limit": 2},
    {
        "gap": ["cost", "latency"],
        "labelled_examples": 6_783_461,
        "requests_per_month": 4_636,
        "latency_limit": 1.09,
        "budget_month": 10_858,
        "retrains_per_year": 107,
        "self_contained": "yes",
        "knowledge_source": "recent",
        "tuned_base_ends": "yes",
        "grader_gameable": "yes",
        "usage": "service",
    },
    {**SLOW, "task": "classification", "budget_month": 300, "latency_limit": 2, "bill_month": 5_000,
     "sensitive_data": "regulated", "target_score": 92, "evaluation_set": "no", "labelled_examples": 20_000},
)  # fmt: skip
"""What had the longest briefs: broken limits, something level or commoner, long reasons."""
GOOD: dict[str, Any] = {"task": "qa", "gap": ["knowledge", "format"], "knowledge_changes": "daily", "citations": "yes"}


def words(person: Situation, code: str) -> int:
    advice, lang = advise(person, scenarios=256), language(code)
    said = BriefWords.of(advice, advice, lang)
    parts = drawn(said, Session(situation=person, code=code))
    marked = [mark.text for mark in marks(said.chart)] if said.chart else []
    return sum(count(str(part)) for part in (*astuple(parts), *marked))


@pytest.mark.on_push(1)
@pytest.mark.parametrize("code", LANGUAGES)
def test_the_brief_of_any_situation_is_below_its_bound(code: str) -> None:
    random = Random(12)
    people = [*(situation(**answers) for answers in LONGEST), *(random_situation(random) for _ in range(DRAWN))]
    counted = [words(person, code) for person in people]
    assert min(counted) > 150, "it was read"
    most = max(counted)
    assert most + AROUND_THE_BRIEF < MOST_WORDS, people[counted.index(most)]


def test_words_of_neighbouring_elements_are_not_one() -> None:
    assert count("<span>$300</span><span>$1k</span><details><summary>More</summary>two words</details>") == 5


def test_beside_many_reservations_fewer_reasons_are_shown_and_one_always() -> None:
    advice = advise(situation(**GOOD), scenarios=256)
    whole = certain_reasons(advice, load(), language("en"))
    assert len(whole) == 3
    length = [len(reason.because.split()) for reason in whole]
    assert certain_reasons(advice, load(), language("en"), sum(length)) == whole
    assert certain_reasons(advice, load(), language("en"), sum(length) - 1) == whole[:2]
    assert certain_reasons(advice, load(), language("en"), 0) == whole[:1]
