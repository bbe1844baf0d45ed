"""What another release of the price list would change, told before it is taken."""

from __future__ import annotations

import copy
from datetime import date

from advisor.content.load import load
from advisor.engine.price_release import advice_changes, fact_changes, main, price_changes, prices

AT = date(2026, 11, 29)


def test_every_model_is_read_and_the_same_release_changes_nothing():
    known = prices(AT)
    assert known.keys() == {model.id for model in load().models}
    assert price_changes(known, copy.deepcopy(known)) == {}


def test_a_price_that_moves_is_told_with_both_figures():
    before = prices(AT)
    after = copy.deepcopy(before)
    after["gpt_6_luna"]["standard"]["input"][0] *= 3
    after["gpt_6_sol"] = None
    said = price_changes(before, after)
    old = before["gpt_6_luna"]["standard"]["input"][0]
    tier = before["gpt_6_luna"]["standard"]["input"][1]
    assert said["gpt_6_luna"] == (f"standard input {old:g} / {tier:g} -> {3 * old:g} / {tier:g} USD a million tokens")
    assert said["gpt_6_sol"] == "no longer priced"
    assert len(said) == 2


def test_a_fact_that_would_disagree_is_named():
    after = prices(AT)
    assert not fact_changes(["gpt_4_1"], after, load(), AT)
    after["gpt_4_1"]["standard"]["input"][0] = 99.0
    said = fact_changes(["gpt_4_1"], after, load(), AT)
    assert list(said) == ["openai.gpt-4.1.input"]
    assert "99 in the list" in said["openai.gpt-4.1.input"]
    assert not fact_changes([], after, load(), AT)


def test_verdicts_are_told_before_bills():
    bill = {"verdict": "dont", "option": "prompting", "bills": {"prompting": 10.0, "sft": None}}
    dearer = {**bill, "bills": {"prompting": 12.5, "sft": None}}
    turned = {**dearer, "verdict": "fine_tune", "option": "sft"}
    before = {"same": bill, "dearer": bill, "turned": bill}
    said = advice_changes(before, {"same": bill, "dearer": dearer, "turned": turned})
    assert said == {
        "dearer": "prompting $10.00 -> $12.50 a month",
        "turned": "VERDICT dont, prompting -> fine_tune, sft",
    }


def test_without_a_release_it_says_what_to_name(capsys):
    assert main([]) == 2
    assert "make prices VERSION=" in capsys.readouterr().err
