"""What to do where nobody is known to train it, for each platform that was named."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import pytest

from advisor import Advice, advise, situation
from advisor.content.load import load
from advisor.language import language
from advisor.wording import plan_headline, plan_steps
from advisor.wording.brief import brief
from advisor.wording.route_step import asks, find_route

CONTENT = load()
AT = date(2026, 11, 22)
EN, NL = language("en"), language("nl")
TONE: dict[str, Any] = {
    "task": "dialogue", "gap": ["style"], "prompt_tried": "good", "prompt_result": "near", "evaluation_set": "no",
    "labelled_examples": 3_000, "sensitive_data": "regulated", "hosting": "region", "requests_per_month": 40_000,
    "success_metric": "none",
}  # fmt: skip
"""Support answers that miss the tone, with data that must stay in its region."""


@cache
def advised(platform: str, hosting: str = "region") -> Advice:
    return advise(situation(**{**TONE, "platforms": [platform], "hosting": hosting}), AT)


def test_who_may_use_azure_alone_asks_what_its_subscription_may_do() -> None:
    advice = advised("azure")
    assert "route" in {step.id for step in advice.plan}
    (step,) = (text for text in plan_steps(advice, CONTENT, NL) if text.id == "route")
    assert step.name == "Vraag na of je Azure-abonnement het model nog mag finetunen"
    assert "ask whether your Azure subscription may still tune the model" in plan_headline(advice, CONTENT, EN)
    (card,) = (card for card in brief(advice, CONTENT, EN).cards if card.id == "route")
    assert card.question_id == "azure_customer"


@pytest.mark.parametrize(
    ("platform", "hosting", "said"),
    [
        ("azure", "on_premises", "Find machines of your own that can train it"),
        ("aws", "region", "Find a platform other than AWS that trains it where your data may be"),
        ("specialist", "region", "Find a platform other than the tuning specialists that trains it where"),
    ],
)
def test_where_asking_opens_none_it_says_what_to_find(platform: str, hosting: str, said: str) -> None:
    advice = advised(platform, hosting)
    assert asks("sft", advice) == ()
    assert find_route("sft", advice, EN).startswith(said)


def test_where_no_platform_was_named_one_is_to_be_found() -> None:
    advice = advise(situation(**TONE), AT)
    assert find_route("sft", advice, EN) == "Find a platform that may train it for you"


def test_an_unknown_price_leads_to_the_question_that_fills_it() -> None:
    month, _ = brief(advised("azure"), CONTENT, EN).figures
    assert month.figure.middle == "unknown"
    assert month.question_id == "azure_customer"
    assert month.figure.spread == f"first: {CONTENT.question('azure_customer').text}"
