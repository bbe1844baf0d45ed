"""What hangs on each fact: the generated file fits the facts, and orders what is due."""

from __future__ import annotations

import json
from datetime import date

from advisor.content.effects import EFFECTS, NONE, Effect, by_effect, read_effects
from advisor.content.load import load
from advisor.engine.fact_effects import borne, situations
from advisor.engine.verdict import advise

AT = date(2026, 11, 29)


def test_every_fact_that_it_names_is_there_and_bears_on_an_advice():
    known = {fact.id for fact in load().facts}
    assert set(read_effects()) <= known, "run `make effects`"
    assert all(effect.advices > 0 for effect in read_effects().values())
    assert json.loads(EFFECTS.read_text("utf-8"))["advices"] == len(situations(load()))


def test_it_counts_every_fact_that_bears_on_an_example():
    example = situations(load())["sql-dialect.yaml"]
    bearing = borne(advise(example, AT, scenarios=256)) & {fact.id for fact in load().facts}
    assert len(bearing) > 20
    assert bearing <= set(read_effects()), "run `make effects`"


def test_verdicts_come_first_then_money_then_the_number_of_advices():
    facts = load().facts[:4]
    found = {
        facts[0].id: Effect(advices=9),
        facts[1].id: Effect(advices=2, usd_month=50),
        facts[2].id: Effect(advices=1, usd_month=5, verdicts=1),
    }
    assert by_effect(facts, found, AT) == [facts[2], facts[1], facts[0], facts[3]]
    assert found.get(facts[3].id, NONE) == Effect()


def test_without_a_file_nothing_is_known(tmp_path):
    assert read_effects(tmp_path / "none.json") == {}
