"""What a training run would cost: every figure leads to a dated fact or a marked assumption."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from advisor.content.load import load
from advisor.dataset import Inspection, inspect, open_source
from advisor.dataset.inspection.inspect import method_of
from advisor.dataset.inspection.profile import Profile
from advisor.dataset.training import words as runwords
from advisor.dataset.training.cost import Run, Span, runs
from advisor.interview.situation import situation
from advisor.language import language

CONTENT = load()
DAY = date(2026, 11, 26)
EN = language("en")


def looked(rows: int, words: int = 20) -> Inspection:
    made = [
        {"messages": [{"role": "user", "content": f"Case {n}?"}, {"role": "assistant", "content": "word " * words}]}
        for n in range(rows)
    ]
    return inspect(open_source("\n".join(map(json.dumps, made)).encode(), "rows.jsonl"))


SMALL = looked(10)
FILE = looked(100)


def by_route(found: Inspection, method: str = "sft", at: date = DAY, **answers: object) -> dict[str, Run]:
    here = situation(**answers) if answers else None
    return {run.route: run for run in runs(found.profile, method, at, here, CONTENT)}


def total(profile: Profile) -> int:
    assert profile.tokens is not None
    return profile.tokens.total


def test_tokens_epochs_and_price_make_the_cost() -> None:
    run = by_route(FILE)["openai-gpt-4.1"]
    price = CONTENT.fact("openai.gpt-4.1.ft-training").value
    assert isinstance(price, int | float)
    assert run.epochs == Span(1, 3, 4)
    assert run.usd is not None
    assert run.usd.mid == pytest.approx(total(FILE.profile) * 3 * price / 1e6)
    assert run.billed == Span(*(total(FILE.profile) * one for one in (1, 3, 4)))
    assert run.exact
    assert run.epochs_from == "openai.epochs-rule"


def test_few_examples_have_many_epochs_by_the_rule_and_the_platforms_own_where_it_has_one() -> None:
    found = by_route(SMALL)
    assert found["openai-gpt-4.1"].epochs == Span(1, 10, 10)
    assert found["aws-nova-micro"].epochs == Span(1, 2, 5)
    assert found["aws-nova-micro"].epochs_from == "aws.nova.hyperparameter-epochs"
    assert found["together-qwen3.5-9b"].epochs == Span(1, 1, 4)


def test_a_reader_may_set_the_epochs() -> None:
    run = by_route(FILE, epochs=2)["together-qwen3.5-9b"]
    assert (run.epochs, run.epochs_from) == (Span(2, 2, 2), "epochs")
    assert run.usd is not None
    assert run.usd.low == run.usd.high


def test_regions_and_tiers_are_the_band_of_a_price() -> None:
    run = by_route(FILE)["azure-gpt-4.1"]
    values = [CONTENT.fact(one).value for one in run.facts]
    assert len(values) > 1
    assert run.price == Span(min(values), values[0], max(values))  # type: ignore[type-var, arg-type]


def test_examples_are_billed_up_to_what_the_model_uses_of_them() -> None:
    found = by_route(looked(1, words=40_000))
    assert found["azure-gpt-4.1-nano"].tokens == CONTENT.fact("azure.gpt-4.1-nano.max-training-example-tokens").value
    assert found["azure-gpt-4.1"].tokens > 40_000
    assert found["together-qwen3.5-9b"].tokens == found["azure-gpt-4.1"].tokens


def test_another_vocabulary_makes_an_estimate() -> None:
    found = by_route(FILE)
    assert not found["together-qwen3.5-9b"].exact
    assert found["together-gpt-oss-20b"].exact
    assert runwords.billed(found["together-qwen3.5-9b"], EN).startswith("≈")


def test_a_platform_without_a_price_says_unknown() -> None:
    found = by_route(FILE)
    run = found["google-gemini-3.5-flash"]
    assert (run.usd, run.access.open) == (None, True)
    assert runwords.cost(run, EN) == "unknown"
    assert "Gemini 3.5 Flash" in runwords.unknown_text(tuple(found.values()), EN)


@pytest.mark.parametrize(
    ("route", "at", "answers", "said"),
    [
        ("openai-gpt-4.1", DAY, {}, "only for customers who tune there already; closes on January 6, 2027"),
        ("openai-gpt-4.1", DAY, {"openai_customer": "active"}, "closes on January 6, 2027"),
        ("openai-gpt-4.1", DAY, {"openai_customer": "new"}, "takes no jobs from customers like you since May 7, 2026"),
        ("openai-gpt-4.1", date(2027, 1, 6), {}, "takes no jobs since January 6, 2027"),
        ("databricks-fmft", DAY, {}, "takes no jobs since August 14, 2026"),
        ("together-qwen3.5-9b", DAY, {}, ""),
    ],
)
def test_who_may_start_a_job_and_until_when(route: str, at: date, answers: dict[str, Any], said: str) -> None:
    run = by_route(FILE, at=at, **answers)[route]
    assert runwords.access_text(run, EN) == said
    assert run.access.open == (not said.startswith("takes no"))
    assert run.access.open or run.usd is None


def test_a_preview_that_rules_out_confidential_data_takes_no_such_examples() -> None:
    rft = "google-gemini-3.5-flash-rft"
    plain, secret = (by_route(FILE, "rft", sensitive_data=held) for held in ("none", "regulated"))
    assert plain[rft].access.open
    assert not secret[rft].access.open
    assert runwords.access_text(secret[rft], EN) == "may not be sent what your examples hold"
    assert secret["aws-nova-2-lite-rft"].access.open
    told = dict(runwords.notes(tuple(plain.values()), CONTENT, EN))
    assert "For testing only" in told["Conditions"]
    assert "Gemini 3.5 Flash, by reinforcement" in told["Conditions"]


def test_an_unknown_price_comes_with_its_reason() -> None:
    told = dict(runwords.notes(tuple(by_route(FILE).values()), CONTENT, EN))
    assert "Gemini 3.5 Flash-Lite" in told["Price unknown"]
    assert "no copy of a price page that we read has it" in told["Price unknown"]
    assert "the vendor publishes none" in told["Price unknown"]
    assert all(run.unpriced for run in runwords.unpriced(by_route(FILE).values()))


def test_own_machines_take_hours_within_a_band() -> None:
    run = by_route(FILE)["own-gpu-lora"]
    assert run.hours is not None
    assert run.usd is not None
    assert 0 < run.hours.low < run.hours.mid < run.hours.high
    assert 0 < run.usd.low < run.usd.mid < run.usd.high
    million = by_route(looked(1_000, words=1_000))["own-gpu-lora"]
    assert million.hours is not None
    assert million.hours.mid > 100 * run.hours.mid


def test_reinforcement_is_paid_by_the_hour() -> None:
    run = by_route(FILE, "rft", openai_customer="active", at=date(2026, 9, 1))["openai-o4-mini"]
    assert run.epochs is None
    assert run.hours == Span(2, pytest.approx(24**0.5), 12)
    assert run.usd == Span(200, pytest.approx(100 * 24**0.5), 1_200)


def test_plain_text_and_empty_files_cost_nothing_that_is_known() -> None:
    assert runs(FILE.profile, "pretrain", DAY) == ()
    assert runs(inspect(open_source(b"{\n", "a.jsonl")).profile, "sft", DAY) == ()


def test_the_cheapest_comes_first_and_what_is_shut_last() -> None:
    found = runs(FILE.profile, method_of(FILE), DAY, content=CONTENT)
    known = runwords.priced(found)
    costs = [run.usd.mid for run in known if run.usd]
    assert costs == sorted(costs)
    assert list(found) == [*known, *runwords.unpriced(found), *runwords.closed(found)]


def test_every_figure_of_the_json_has_a_source_and_the_day_it_was_seen() -> None:
    found = runs(FILE.profile, "sft", DAY, content=CONTENT)
    shown = json.loads(json.dumps(runwords.as_dict(found, DAY, CONTENT)))
    assert shown["date"] == "2026-11-26"
    for run in shown["runs"]:
        assert all(one["source"] and one["seen"] for one in run["sources"])
        assert (run["usd"] is None) or run["sources"] or run["gpu_hours"]
        if run["usd"]:
            assert run["usd"]["low"] <= run["usd"]["mid"] <= run["usd"]["high"]
    openai = next(run for run in shown["runs"] if run["route"] == "openai-gpt-4.1")
    assert openai["billed_tokens"]["mid"] == 3 * total(FILE.profile)
    assert openai["closed_from"] == "2027-01-06"


def test_a_figure_that_its_vendor_did_not_tell_us_itself_says_so() -> None:
    found = runs(FILE.profile, "sft", DAY, content=CONTENT)
    for run in found:
        told = [one.when for one in runwords.sources(run, CONTENT, language("nl"), epochs=False)]
        known = {CONTENT.fact(one).confidence for one in run.facts}
        assert any("uit de tweede hand" in when for when in told) == ("secondary" in known)
    confidences = {CONTENT.fact(one).confidence for run in found for one in run.facts}
    assert {"official", "secondary"} <= confidences


@pytest.mark.parametrize("code", ["en", "nl"])
def test_all_of_it_can_be_said(code: str) -> None:
    lang = language(code)
    for method in ("sft", "dpo", "rft"):
        found = runs(FILE.profile, method, DAY, content=CONTENT)
        for run in found:
            assert runwords.cost(run, lang)
            assert runwords.price(run, lang)
            assert all(one.when for one in runwords.sources(run, CONTENT, lang))
        assert len(runwords.notes(found, CONTENT, lang)) >= 3
