"""Counting what hangs on a fact."""

from __future__ import annotations

import json
from datetime import date

from advisor import situation
from advisor.content.load import load
from advisor.engine.fact_effects import borne, effects, money, moved, written
from advisor.engine.verdict import advise

AT = date(2026, 11, 29)
ONE = situation(
    gap=["style"],
    prompt_tried="good",
    evaluation_set="yes",
    labelled_examples=2000,
    platforms=["aws"],
    task="rewriting",
)


def test_a_number_is_doubled_and_a_door_is_closed():
    price = load().fact("together.h100.host-hour")
    other = moved(price, load())
    assert other is not None
    assert other.fact(price.id).value == 2 * float(price.value)
    assert other.version != load().version
    door = moved(load().fact("together.ft-jobs"), load())
    assert door is not None
    closed = {route.id for route in door.routes if not route.windows} - {
        route.id for route in load().routes if not route.windows
    }
    assert closed == {route.id for route in load().routes if route.vendor == "Together AI"}
    assert moved(load().fact("openai.format-sft"), load()) is None


def test_the_money_is_that_of_the_lines_that_name_the_fact():
    advice = advise(ONE, AT, scenarios=256)
    usd = money(advice)
    assert usd
    assert set(usd) <= borne(advice)
    assert all(amount >= 0 for amount in usd.values())
    results = [result for result in advice.ranking if result.option in (advice.option, advice.runner_up)]
    most = sum(line.usd.p50 or 0 for result in results for line in result.cost)
    assert max(usd.values()) <= most


def test_of_one_case_what_bears_on_it_is_counted_once():
    content = load().model_copy(update={"version": "two facts"})
    found = effects(content, AT, {"one": ONE})
    assert found
    assert {effect.advices for effect in found.values()} == {1}
    assert {effect.verdicts for effect in found.values()} <= {0, 1}
    text = json.loads(written(found, AT, 1))
    assert text["at"] == "2026-11-29"
    assert text["facts"].keys() == found.keys()
