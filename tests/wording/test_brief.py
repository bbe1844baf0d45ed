"""The brief in words: what it is of, its figures, what it calls unknown, and reasons that nothing leaves open."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given

from advisor import advise, wording
from advisor.charts.trade_off import pixel_x, trade_off
from advisor.content.load import load
from advisor.engine.advice import Band
from advisor.interview.situation import Situation, situation
from advisor.language import language
from advisor.wording import labels
from advisor.wording.brief import OpenText, brief, certain_reasons, figured
from tests.fixtures import sample_advice
from tests.products import examples_on_push
from tests.situations import situations

EN, NL, CONTENT = language("en"), language("nl"), load()


def test_it_begins_with_the_project_and_the_day_and_says_the_plan() -> None:
    advice = advise(situation(project="Tone & <b>style</b>", prompt_tried="good"))
    text = brief(advice, CONTENT, EN)
    assert text.above.startswith(f"Tone & <b>style</b> · Verdict of {EN.date(advice.at)} · ")
    assert text.headline == wording.brief_headline(advice, CONTENT, EN)
    assert len(text.cards) == len(advice.plan) <= 3


def test_figures_are_of_the_first_option_that_the_plan_tries() -> None:
    advice = advise(situation())
    first = next(step.id for step in advice.plan if step.kind == "option")
    result = figured(advice)
    assert result
    assert result.option == first
    month, slow, *_ = brief(advice, CONTENT, EN).figures
    said = wording.compared(result, CONTENT, EN)
    assert (month.figure, slow.figure) == (said.month, said.slow)


def test_a_budget_a_month_is_held_against_running_cost_alone_and_shown_beside_it() -> None:
    """It was asked as running cost, tested as such, and reported against a cost with what is paid once in it."""
    advice = advise(situation(task="qa", gap=["knowledge"], requests_per_month=200_000, budget_month=500))
    result = wording.option_result(advice, advice.option)
    step = next(step for step in advice.plan if step.id == advice.option)
    assert result
    assert result.usd_month_running == step.usd_month
    assert result.usd_month_running.p50
    assert result.usd_month.p50
    assert result.usd_month_running.p50 < result.usd_month.p50
    shown = labels.money(result.usd_month_running.p50, EN)
    assert advice.breaks == ("budget_month",)
    assert (
        f"you break your monthly running budget ($500; estimated: {shown})" in brief(advice, CONTENT, EN).reservations
    )
    chart = trade_off(advice, CONTENT, EN)
    assert chart
    assert (chart.x.label, chart.rows[0].month) == ("USD a month, running", shown)
    dot = next(dot for dot in chart.dots if dot.state == "chosen")
    assert dot.x == pixel_x(chart.x, result.usd_month_running.p50) > pixel_x(chart.x, 500) == chart.limits[0].at


def test_without_a_plan_they_are_of_the_recommended_option() -> None:
    result = figured(sample_advice(plan=()))
    assert result
    assert result.option == "sft"


def test_a_chance_has_its_range_and_is_called_unknown_where_nobody_knows_it() -> None:
    known = sample_advice(arrives=Band(p10=0.5, p50=0.7, p90=0.9))
    assert brief(known, CONTENT, EN).figures[2].figure.in_line(EN) == "70% (50% to 90%)"
    unknown = sample_advice(arrives=None, answers={"target_score": 90})
    assert brief(unknown, CONTENT, EN).figures[2].figure.middle == "unknown"
    assert brief(unknown, CONTENT, NL).figures[2].figure.middle == "onbekend"


def test_nothing_is_said_of_a_chance_that_nobody_asked_for_and_no_answer_would_tell() -> None:
    """Too few published scores: an answer changes nothing about it."""
    untold = {"task": "rewriting", "gap": ["style"], "evaluation_set": "yes"}
    advice, aimed = (advise(situation(**untold, **more)) for more in ({}, {"target_score": 90}))
    assert len(brief(advice, CONTENT, EN).figures) == 2
    assert brief(aimed, CONTENT, EN).figures[2].figure.spread
    asks = advise(situation(**CERTAIN, evaluation_set="yes"))
    chance = brief(asks, CONTENT, EN).figures[2]
    assert chance.figure.spread == f"first: {CONTENT.question(chance.question_id).text}"


CERTAIN: dict[str, Any] = {
    "task": "classification",
    "gap": ["cost"],
    "labelled_examples": 20_000,
    "prompt_tried": "good",
    "prompt_result": "near",
}


def test_only_reasons_that_hold_in_every_scenario_are_given() -> None:
    said = advise(situation(**CERTAIN))
    reasons = certain_reasons(said, CONTENT, EN)
    assert 1 <= len(reasons) <= 3
    assert all(reason.premise == "" for reason in reasons)
    assert certain_reasons(advise(situation()), CONTENT, EN) == ()


def test_a_reason_that_hardly_weighs_is_not_given() -> None:
    said = advise(situation(**CERTAIN))
    given = {reason.id for reason in certain_reasons(said, CONTENT, EN)}
    lighter = [reason.model_copy(update={"decibans": 0.4}) for reason in said.reasons]
    assert any(not reason.gate and reason.id in given for reason in lighter)
    left = certain_reasons(said.model_copy(update={"reasons": tuple(lighter)}), CONTENT, EN)
    assert all(reason.gate for reason in left)


def test_warnings_are_those_of_days_beyond_the_facts() -> None:
    assert brief(sample_advice(beyond_facts=False), CONTENT, EN).warnings == ()
    beyond = sample_advice(beyond_facts=True)
    [warning] = brief(beyond, CONTENT, EN).warnings
    assert "more than half a year before" in warning


NOTHING = OpenText("")


@examples_on_push(8)
@given(situations())
def test_an_advice_for_the_brief_says_there_what_the_whole_one_says(answers: Situation) -> None:
    """All but which answer matters most, which it does not look for, nor whether one can still change the verdict."""
    short, whole = advise(answers, whole=False), advise(answers)
    short = short.model_copy(update={"provisional": whole.provisional})
    assert replace(brief(short, CONTENT, EN), open=NOTHING) == replace(brief(whole, CONTENT, EN), open=NOTHING)
    assert wording.stability(short, EN) == wording.stability(whole, EN)
    chart, of_all = trade_off(short, CONTENT, EN), trade_off(whole, CONTENT, EN)
    assert (chart is None) == (of_all is None)
    if chart and of_all:
        assert chart.model_copy(update={"basis": ()}) == of_all.model_copy(update={"basis": ()})


def test_an_option_that_is_too_slow_by_our_estimate_says_so_under_the_headline() -> None:
    told = {"task": "qa", "gap": ["knowledge"], "knowledge_changes": "weekly", "citations": "yes"}
    slow = advise(situation(**told, latency_limit=0.5))
    assert slow.breaks == ()
    assert "too slow for your limit of 0.5 s" in brief(slow, CONTENT, EN).reservations
    assert "te traag voor jouw grens van 0,5 s" in brief(slow, CONTENT, NL).reservations
    assert "too slow" not in brief(advise(situation(**told, latency_limit=3_600)), CONTENT, EN).reservations
    assert "too slow" not in brief(advise(situation(**told)), CONTENT, EN).reservations


def test_how_firm_it_is_stands_above_and_where_shares_come_from_below_the_cards() -> None:
    open_, stands = sample_advice(provisional=True), sample_advice(provisional=False)
    assert brief(open_, CONTENT, EN).above.endswith(" · provisional: in 7 of 10 situations")
    assert brief(stands, CONTENT, EN).above.endswith(" · in 7 of 10 situations")
    close = sample_advice(provisional=True, stability=0.52)
    assert brief(close, CONTENT, EN).above.endswith("provisional and close: in half of the situations")
    halves = sample_advice(
        verdict="fine_tune", stability=0.34, verdict_shares={"dont": 0.38, "fine_tune": 0.34, "not_yet": 0.28}
    )
    assert brief(halves, CONTENT, EN).above.endswith("training, now or later, in 3 of 5 situations")
    assert brief(halves, CONTENT, NL).above.endswith("trainen, nu of later, in 3 van de 5 situaties")
    alone = sample_advice(
        verdict="fine_tune", stability=0.4, verdict_shares={"dont": 0.38, "fine_tune": 0.4, "not_yet": 0.22}
    )
    assert "now or later" not in brief(alone, CONTENT, EN).above
    settled = sample_advice(provisional=True, stability=0.998)
    assert brief(settled, CONTENT, EN).above.endswith(" · provisional")
    assert CONTENT.learned
    cases = CONTENT.learned.scores["out_of_fold"].cases
    assert brief(open_, CONTENT, EN).modelled == f"Estimated by our model of {cases} published cases."
    unplanned = sample_advice(plan=sample_advice().plan[:1])
    assert brief(unplanned, CONTENT, EN).modelled == ""


LARGE: dict[str, Any] = {
    "gap": ["cost"], "task": "classification", "prompt_tried": "good", "prompt_result": "good", "model": "large",
    "evaluation_set": "yes", "labelled_examples": 5_000, "requests_per_month": 20_000_000, "small_model": "untested",
    "question_tokens": 300, "output_tokens": 5, "budget_month": 5_000, "latency_limit": 1, "platforms": ["azure"],
}  # fmt: skip


def test_the_test_of_a_smaller_model_has_its_work_and_its_price_and_stands_before_the_training() -> None:
    advice = advise(situation(**LARGE))
    text = brief(advice, CONTENT, EN)
    assert text.headline.startswith("Fine-tune, but first test a smaller model with your prompt; if it falls short, ")
    assert brief(advice, CONTENT, NL).headline.startswith("Finetunen, maar eerst dit: test een kleiner model")
    few_shot = next(result for result in advice.ranking if result.option == "few_shot")
    smaller = next(one.usd_month for one in few_shot.variants if one.id == "smaller")
    assert advice.plan[0].usd_month == smaller
    shown = wording.compared(few_shot.model_copy(update={"usd_month": smaller}), CONTENT, EN).month.middle
    days, once, month = text.cards[0].facts
    assert days.endswith("of work")
    assert once.endswith("once")
    assert month == f"{shown} a month to run, over your $5,000"
    free = brief(advise(situation(**{**LARGE, "budget_month": None})), CONTENT, EN)
    assert free.cards[0].facts[2] == f"{shown} a month for the model"


def test_a_later_step_names_the_limit_that_it_goes_over_with_both_figures() -> None:
    cards = brief(advise(situation(**LARGE)), CONTENT, EN).cards
    assert cards[2].id == "distill"
    assert cards[2].facts[-1].startswith("answers within ")
    assert cards[2].facts[-1].endswith("s, over your 1 s")
    roomy = brief(advise(situation(**{**LARGE, "latency_limit": 60, "budget_month": 1_000_000})), CONTENT, EN).cards
    assert not any("over your" in fact for card in roomy for fact in card.facts)


def test_where_costs_decide_against_what_more_teams_end_with_it_is_said() -> None:
    many = {**LARGE, "labelled_examples": 50_000, "small_model": None, "latency_limit": None, "budget_month": None}
    many["bill_month"] = 12_000
    advice = advise(situation(**many))
    assert advice.option == "encoder"
    shares = {result.option: result for result in advice.ranking}
    assert shares["sft"].share > shares["encoder"].share
    assert (
        "once limits and costs count, the lead goes to a small trained classifier."
        in brief(advice, CONTENT, EN).reservations
    )
    leads = max(advice.ranking, key=lambda result: result.share)
    same = advice.model_copy(update={"option": leads.option})
    assert "once limits" not in brief(same, CONTENT, EN).reservations
