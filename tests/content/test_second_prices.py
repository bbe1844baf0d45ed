"""Prices and ends agree with a second source: a typo in ours, or a model that has gone, does not pass unseen."""

from __future__ import annotations

from datetime import date
from typing import Any

from advisor.content.load import Content, load
from tests.second_prices.compare import disagreements, exceptions, ours, recorded

FACT = "openai.gpt-4.1.ft-input"
END = "google.gemini-3.5-flash.retirement"


def differing(content: Content | None = None, table: dict[str, Any] | None = None) -> dict[str, str]:
    known = recorded()
    return disagreements(content or load(), table or known, date.fromisoformat(known["day"]))


def with_value(fact_id: str, value: object) -> Content:
    facts = [fact.model_copy(update={"value": value}) if fact.id == fact_id else fact for fact in load().facts]
    return load().model_copy(update={"facts": tuple(facts), "version": "changed"})


def test_each_price_and_end_agrees_or_has_a_reason_why_not():
    found = differing()
    unexplained = {name: said for name, said in found.items() if name not in exceptions()}
    assert not unexplained, "correct it, or write the reason into tests/second_prices/exceptions.yaml"
    assert set(exceptions()) == set(found), "an exception that is needed no longer has to go"
    assert all(len(reason) > 20 for reason in exceptions().values())


def test_most_of_our_prices_are_compared():
    at = date.fromisoformat(recorded()["day"])
    compared = list(ours(load(), at))
    assert len(compared) > 100
    assert {one.name.partition(".")[0] for one in compared} >= {model.id for model in load().models}


def test_a_typo_in_a_price_is_found():
    assert FACT not in differing()
    price = float(load().fact(FACT).value)
    assert f"{price * 10:g} USD a million tokens here" in differing(with_value(FACT, price * 10))[FACT]
    assert FACT not in differing(with_value(FACT, price * (1 + 1e-9)))


def test_an_end_that_moved_is_found():
    assert END not in differing()
    assert "2028-01-01 here" in differing(with_value(END, date(2028, 1, 1)))[END]


def test_a_model_that_vanished_is_found():
    table = recorded()
    del table["models"]["gpt-6-luna"]
    gone = set(differing(table=table)) - set(differing())
    assert "gpt_6_luna.input" in gone
    assert all("luna" in name for name in gone)


def test_what_the_table_leaves_out_says_nothing():
    table = recorded()
    del table["models"]["gpt-6-luna"]["cache_read_input_token_cost"]
    assert differing(table=table) == differing()
