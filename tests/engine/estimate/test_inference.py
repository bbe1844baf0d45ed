"""The small model that would do in place of a larger one: one that the platforms that were named sell."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from advisor import situation
from advisor.content.catalogue import Price, catalogue
from advisor.content.load import load
from advisor.engine.assessment import assess
from advisor.engine.estimate.inference import small_models
from advisor.engine.figures import Ledger, variants

CONTENT = load()
AT = date(2026, 11, 30)
ASKED = {"requests_per_month": 1_000_000, "question_tokens": 400, "output_tokens": 100, "model": "large"}
SELLERS = {"google": "google", "aws": "aws", "specialist": "together"}
"""Platforms by the provider of the price list that holds their models."""


def smaller(**answers: object) -> list[str]:
    """The small models that stand in."""
    assessed = assess([situation(**ASKED, **answers)], CONTENT, AT, 64)
    request = assessed.sent["few_shot"]
    return [model.id for model in small_models(assessed.scenarios, assessed.catalogue, request).models]


@pytest.mark.parametrize(
    ("platforms", "model"),
    [
        (["google"], "claude_haiku_5_5"),
        (["azure"], "gpt_5_6_luna"),  # those of OpenAI that cost less there end in January
        (["openai", "azure"], "gpt_6_luna"),
        (["specialist"], "qwen3_5_9b"),
        (["google", "specialist"], "claude_haiku_5_5"),  # a vendor's comes before an open one
        (["own"], "gpt_6_luna"),  # sells none: the typical one stands in, as where nothing was said
        (None, "gpt_6_luna"),
    ],
)
def test_the_small_model_is_one_that_the_named_platforms_sell(platforms, model):
    assert smaller(platforms=platforms) == [model]


def test_each_of_many_situations_has_its_own():
    asked = [situation(**ASKED, platforms=named) for named in (["google"], ["azure"])]
    assessed = assess(asked, CONTENT, AT, 64)
    small = small_models(assessed.scenarios, assessed.catalogue, assessed.sent["few_shot"])
    chosen = np.broadcast_to(small.chosen, (2, 64))
    assert [{small.models[place].id for place in row} for row in chosen] == [{"claude_haiku_5_5"}, {"gpt_5_6_luna"}]


def test_what_is_cheaper_without_training_names_a_model_of_a_named_platform_and_its_price():
    here = situation(**ASKED, platforms=["azure"])
    assessed = assess([here], CONTENT, AT, 64)
    ledger = Ledger(assessed, here, CONTENT)
    small = next(one for one in variants(assessed, "few_shot", ledger) if one.id == "smaller")
    assert small.model == "OpenAI gpt-5.6-luna"
    assert "price:gpt_5_6_luna" in small.basis
    request = assessed.sent["few_shot"]
    # A million requests at 0.2 and 1.2 USD a million tokens; what it thinks is billed as what it writes.
    by_hand = float(np.median((0.2 * request.sent + 1.2 * request.output) * request.calls))
    assert small.usd_month.p50 == pytest.approx(by_hand, rel=0.01)


@pytest.mark.parametrize("platform", SELLERS)
def test_a_platform_sells_no_small_model_for_less_than_the_price_that_stands_for_it(platform):
    """By the price list's own entries for the platform, which the estimates do not read."""
    from genai_prices import data_snapshot

    listed = next(one for one in data_snapshot.get_snapshot().providers if one.id == SELLERS[platform]).models
    ours = [model for model in catalogue(CONTENT, AT).small if platform in model.platforms]
    assert ours
    for model in ours:
        theirs = [one for one in listed if model.ref in one.id]
        assert any(usd(one) == pytest.approx(_input(catalogue(CONTENT, AT).price(model)), rel=0.15) for one in theirs)


def usd(listed) -> float:
    """USD of a million input tokens in the price list, on any size of request."""
    price = listed.prices[-1].prices if isinstance(listed.prices, list) else listed.prices
    return float(getattr(price.input_mtok, "base", price.input_mtok))


def _input(price: Price) -> float:
    return price.standard.input.base * 1e6
