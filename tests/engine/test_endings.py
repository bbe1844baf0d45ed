"""Models and routes that end: said where they are priced, and offered to nobody once they are gone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor import advise, situation, wording
from advisor.content.catalogue import KINDS, Catalogue, UnknownPrice, catalogue, gone
from advisor.content.load import load
from advisor.engine.advice import Advice
from advisor.language import language
from advisor.report import render

CONTENT = load()
EN, NL = language("en"), language("nl")
AT = date(2026, 11, 29)
GONE = date(2027, 5, 1)
RUNS_MINI = {"model": "small", "price_model": "gpt_4_1_mini", "requests_per_month": 100_000}
ENDS = sorted({model.gone_from for model in CONTENT.models if model.gone_from})
AROUND = [day + timedelta(near) for day in ENDS for near in (-1, 0, 1)]
SIZES = [size for kind in KINDS for size in kind]


def advised(at: date, **answers: object) -> Advice:
    return advise(situation(**(RUNS_MINI | answers)), at, CONTENT, 128)


def variants(advice: Advice) -> dict[str, list[str]]:
    return {result.option: [variant.id for variant in result.variants] for result in advice.ranking if result.variants}


@given(st.sampled_from(SIZES), st.sampled_from(AROUND))
def test_what_stands_for_a_size_still_answers(size, day):
    model = catalogue(CONTENT, day).typical(size)
    assert not gone(model, day)
    typical = next(model for model in CONTENT.models if model.size == size and model.typical)
    assert gone(typical, day) or model == typical


@given(st.sets(st.sampled_from([model.id for model in CONTENT.models])), st.sampled_from(SIZES))
def test_where_the_typical_model_is_gone_the_nearest_that_answers_stands_for_it(ended, size):
    left = tuple(
        model.model_copy(update={"gone_from": AT if model.id in ended else None, "gone_not_before": None})
        for model in CONTENT.models
    )
    known = Catalogue(CONTENT.model_copy(update={"models": left}), AT)
    if len(ended) == len(left):
        with pytest.raises(UnknownPrice, match="still answers"):
            known.typical(size)
        return
    kind = next(kind for kind in KINDS if size in kind)
    model, answering = known.typical(size), [model for model in left if model.id not in ended]
    assert model in answering
    assert model.size == size or not any(other.size == size for other in answering)
    assert model.size in kind or not any(other.size in kind for other in answering)


def test_a_model_that_ends_within_the_horizon_says_so_where_it_is_priced():
    advice = advised(AT)
    ending = next(ending for ending in advice.endings if ending.ref == "gpt_4_1_mini")
    assert (ending.gone, ending.gone_from, ending.facts) == (
        False,
        date(2027, 1, 14),
        ("openai.gpt-4.1-mini.shutdown",),
    )
    assert set(ending.options) == {"prompting", "few_shot", "rag"}
    said = next(text for text in wording.endings(advice, CONTENT, EN) if "gpt-4.1-mini" in text)
    assert "stops answering on January 14, 2027" in said
    for code, day in (("en", "January 14, 2027"), ("nl", "14 januari 2027")):
        assert day in render(advice, CONTENT, code, "md").decode()
    assert not wording.warnings(advice, CONTENT, EN)


def test_one_that_outlives_the_horizon_is_not_named():
    assert advised(AT, horizon_months=1).endings == ()
    assert not [ending for ending in advised(AT, price_model="gpt_6_luna").endings if ending.kind == "model"]


def test_a_gone_model_is_priced_as_what_the_user_runs_and_offered_no_more():
    """It stood among the ways that are cheaper without training, with its cache and in a batch."""
    before, after = advised(date(2027, 1, 13)), advised(date(2027, 1, 14))
    assert "caching" in variants(before)["prompting"]
    assert variants(after)["prompting"] == ["as_is", "smaller", "smaller_caching"]
    assert [ending.gone for ending in after.endings if ending.ref == "gpt_4_1_mini"] == [True]
    assert wording.warnings(after, CONTENT, EN)[-1].startswith("OpenAI gpt-4.1-mini answers no more since")
    assert "antwoordt niet meer" in render(after, CONTENT, "nl", "md").decode()


def test_machines_of_ones_own_run_a_model_that_a_host_has_dropped():
    ended = tuple(
        model.model_copy(update={"gone_from": AT}) if model.id == "llama_3_3_70b" else model for model in CONTENT.models
    )
    answers = {"hosting": "on_premises", "model": "open_large", "price_model": "llama_3_3_70b"}
    content = CONTENT.model_copy(update={"models": ended, "version": "dropped"})
    assert not [ending for ending in advise(situation(**answers), AT, content, 128).endings if ending.kind == "model"]


@pytest.mark.parametrize("day", [GONE, date(2035, 1, 1)])
def test_no_route_of_a_gone_model_is_open_or_prices_an_option(day):
    advice = advised(day, platforms=["openai", "google", "specialist"], openai_customer="active")
    routes = {route.id: route for route in CONTENT.routes}
    named = {result.price_route for result in advice.ranking if result.price_route} | {
        status.route for status in advice.routes
    }
    assert named
    assert not [name for name in named if gone(routes[name], day)]


def test_an_earliest_possible_end_warns_and_closes_nothing():
    soft = tuple(
        route.model_copy(update={"gone_from": None, "gone_not_before": date(2027, 3, 1)})
        if route.id.startswith("together")
        else route
        for route in CONTENT.routes
    )
    content = CONTENT.model_copy(update={"routes": soft, "version": "soft"})
    for day in (AT, date(2027, 3, 2)):
        advice = advise(situation(platforms=["specialist"], requests_per_month=50_000), day, content, 128)
        statuses = [status for status in advice.routes if status.route.startswith("together")]
        assert statuses
        assert all(status.ends_soon for status in statuses)
        named = [text for text in wording.routes(advice, content, EN) if text.route.startswith("together")]
        word = "not before" if day == AT else "any day"
        assert all(word in text.state for text in named)
