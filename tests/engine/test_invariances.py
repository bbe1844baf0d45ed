"""What must hold whatever the answers are."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from advisor import Advice, advise, situation
from advisor.content.load import Content, load
from advisor.engine.assessment import assess, choose
from advisor.engine.rules import compile_rules
from advisor.interview.situation import Situation
from advisor.language import LANGUAGES
from advisor.report import render
from tests.products import examples_on_push
from tests.situations import situations

CONTENT = load()
AT = date(2026, 11, 22)
FEW = 256


def quick(here: Situation, content: Content = CONTENT) -> Advice:
    return advise(here, AT, content, scenarios=FEW)


@examples_on_push(8)
@given(
    situations(exclude=("project", "goal_text", "label_names", "field_words")),
    st.text(max_size=50),
    st.text(max_size=50),
)
def test_words_about_the_project_change_nothing(here: Situation, project: str, goal: str) -> None:
    named = here.with_answer("project", project).with_answer("goal_text", goal)
    named = named.with_answer("label_names", "repair, order").with_answer("field_words", "saddle")
    told = quick(named).model_dump(exclude={"answers", "ignored"})
    assert told == quick(here).model_dump(exclude={"answers", "ignored"})


@examples_on_push(8)
@given(situations(exclude=("platforms", "openai_customer")), st.sampled_from(["new", "dormant", "active"]))
def test_an_answer_that_does_not_apply_changes_nothing(here: Situation, customer: str) -> None:
    without = here.with_answer("platforms", ["own"])
    told = quick(without.with_answer("openai_customer", customer))
    assert told.ignored[-1:] == ("openai_customer",) or "openai_customer" in told.ignored
    assert told.model_dump(exclude={"ignored"}) == quick(without).model_dump(exclude={"ignored"})


@examples_on_push(8)
@given(situations(), st.randoms(use_true_random=False))
def test_the_order_of_answers_never_matters(here: Situation, random: Any) -> None:
    items = list(here.as_dict().items())
    random.shuffle(items)
    shuffled = quick(situation(**dict(items))).model_dump(exclude={"answers"})
    assert shuffled == quick(here).model_dump(exclude={"answers"})


@given(situations(exclude=("labelled_examples",)), st.integers(0, 100_000), st.integers(1, 100_000))
def test_more_examples_never_block_a_method_that_learns_from_them(here: Situation, few: int, more: int) -> None:
    book = compile_rules(CONTENT)
    cases = [here.with_answer("labelled_examples", number) for number in (few, few + more)]
    found = choose(cases, CONTENT, AT, FEW)
    removed = found.never | found.later
    # With labels enough nobody needs a teacher's answers.
    learns = [option.id != "distill" for option in CONTENT.options]
    assert not (removed[FEW:] & ~removed[:FEW])[:, learns].any(), book


def cheaper(content: Content, factor: float, *, of: str) -> Content:
    """The content with every price of tuned models multiplied by a factor."""
    routes = {
        fact
        for route in content.routes
        for fact in (route.train_usd_mtok, route.input_usd_mtok, route.output_usd_mtok, route.host_usd_hour)
        if fact
    }
    facts = tuple(
        fact.model_copy(update={"value": fact.value * factor})
        if fact.id in routes and isinstance(fact.value, float | int) and not isinstance(fact.value, bool)
        else fact
        for fact in content.facts
    )
    return content.model_copy(update={"facts": facts, "version": f"{content.version}-{of}-{factor}"})


CHEAP = cheaper(CONTENT, 0.5, of="routes")


@given(situations(exclude=("platforms", "latency_limit")), st.sampled_from(["azure", "specialist", "openai"]))
def test_a_better_price_never_makes_an_option_less_attractive(here: Situation, platform: str) -> None:
    """But for its time, and where another route is the middle one then: in all that one is cheaper, but perhaps slower,
    or with more that is paid and less that people do.
    """
    assume("latency" not in (here.answers.get("gap") or ()))
    asked = here.with_answer("platforms", [platform])
    dear = assess([asked], CONTENT, AT, FEW)
    cheap = assess([asked], CHEAP, AT, FEW)
    for place, option in enumerate(CONTENT.options):
        if option.tunes and option.id != "encoder":
            offer, before = (one.bills[option.id].offer for one in (cheap, dear))
            same = np.ones(FEW, dtype=bool) if offer is None or before is None else offer.chosen == before.chosen
            assert np.all(cheap.burden.nats[same, place] <= dear.burden.nats[same, place] + 1e-9), option.id
            assert not (cheap.burden.closes > dear.burden.closes)[same, place].any(), option.id
            broken, was = (one.breaks("budget_month", "budget_once")[same, place] for one in (cheap, dear))
            assert not (broken & ~was).any(), option.id
            both = np.isfinite(dear.bills[option.id].usd_month)
            assert np.all(cheap.bills[option.id].usd_month[both] <= dear.bills[option.id].usd_month[both] * (1 + 1e-9))


@given(situations())
def test_every_advice_is_well_formed(here: Situation) -> None:
    advice = quick(here)
    assert sum(advice.verdict_shares.values()) == pytest.approx(1, abs=0.001)
    assert advice.stability == pytest.approx(advice.verdict_shares[advice.verdict], abs=0.001)
    assert [one.option for one in advice.ranking if one.option == advice.option] == [advice.option]
    for one in advice.ranking:
        for band in (one.usd_month, one.usd_once, one.latency, one.latency_p95):
            if band.p10 is not None and band.p50 is not None and band.p90 is not None:
                assert 0 <= band.p10 <= band.p50 <= band.p90
    assert not any(route.open and not route.options for route in advice.routes if "vision" not in route.methods)


@pytest.mark.parametrize("answers", [{}, {"task": "qa", "knowledge_changes": "daily"}, {"requests_per_month": 3e7}])
def test_language_never_changes_a_number(answers: dict[str, Any]) -> None:
    """The advice holds no words, and the JSON of the report has the same numbers in every language."""
    advice = quick(situation(**answers))
    told = [numbers(json.loads(render(advice, CONTENT, code, "json"))) for code in LANGUAGES]
    assert told[0] == told[1]
    assert len(told[0]) > 100


def numbers(node: Any) -> list[float]:
    if isinstance(node, bool) or node is None or isinstance(node, str):
        return []
    if isinstance(node, int | float):
        return [float(node)]
    parts = node.values() if isinstance(node, dict) else node
    return [number for part in parts for number in numbers(part)]


def known_shares(here: Situation) -> dict[str, float]:
    return {result.option: result.share for result in quick(here).ranking}


@examples_on_push(8)
@given(situations())
@example(situation(tuned_base_ends=None, labelled_examples=None, tuned_model="unclear"))
def test_unknown_and_not_asked_weigh_the_same(here: Situation) -> None:
    asked = {question.id: None for question in CONTENT.questions if question.id not in here.answers}
    assume(asked)
    more = situation(**{**here.as_dict(), **asked})
    before, after = known_shares(here), known_shares(more)
    # But for what a gate then closes for good: who does not know of any preference pairs is taken to have none.
    closed = {option for option, share in after.items() if not share and before[option]}
    assert closed <= {result.option for result in quick(more).ranking if result.blocked}
    if closed:
        assert all(after[option] >= share for option, share in before.items() if option not in closed)
    else:
        assert after == before
