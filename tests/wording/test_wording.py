"""What is said about an advice."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, get_args

import pytest
from hypothesis import given

from advisor import advise, situation, wording
from advisor.content.entries import ConditionKind, Unpriced
from advisor.content.load import load
from advisor.engine.advice import Advice, Missing, Precedents, RouteCondition, RouteStatus
from advisor.engine.conditions import RESTS_ON
from advisor.interview.situation import Situation
from advisor.language import language
from advisor.wording import labels
from advisor.wording.next_steps import next_steps
from tests.fixtures import UNKNOWN, sample_advice, sample_option
from tests.products import examples_on_push
from tests.situations import situations

CONTENT = load()
EN, NL = language("en"), language("nl")


def quick(here: Situation) -> Advice:
    return advise(here, date(2026, 11, 22), CONTENT, scenarios=256)


def test_not_yet_names_the_one_missing_thing_and_what_comes_after() -> None:
    said = wording.verdict(sample_advice(), CONTENT, EN)
    assert said == "Not yet: first you need an evaluation set; then the likely answer is supervised fine-tuning."


def test_fine_tune_names_the_method() -> None:
    advice = sample_advice(verdict="fine_tune", meanwhile=None)
    assert wording.verdict(advice, CONTENT, EN) == "Fine-tune: the best answer is supervised fine-tuning."


def test_dont_says_what_instead() -> None:
    advice = sample_advice(verdict="dont", option="rag", meanwhile=None)
    assert wording.verdict(advice, CONTENT, EN) == "Don't fine-tune: use retrieval instead."


@pytest.mark.parametrize("verdict", ["fine_tune", "not_yet", "dont"])
def test_a_tie_is_called_a_tie(verdict: str) -> None:
    said = wording.verdict(sample_advice(verdict=verdict, tie=("few_shot", "rag")), CONTENT, EN)
    assert "supervised fine-tuning, examples in the prompt or retrieval" in said
    assert "come out level" in said


def test_a_provisional_verdict_says_so_and_a_firm_one_does_not() -> None:
    assert wording.headline(sample_advice(provisional=True), CONTENT, EN).endswith(
        "open questions can still change it."
    )
    assert "provisional" not in wording.headline(sample_advice(provisional=False), CONTENT, EN)


def test_the_headline_names_what_holds_up_the_recommended_option() -> None:
    gaps = (
        Missing(rule="no-preferences", share=1.0, lifts="later", options=("dpo",), known=True),
        Missing(rule="no-goal", share=0.8, lifts="later", options=("sft",), known=True),
    )
    assert "first you need a goal that can be measured" in wording.headline(sample_advice(missing=gaps), CONTENT, EN)


def test_not_yet_because_too_little_is_known_names_the_likeliest() -> None:
    said = wording.verdict(sample_advice(option="few_shot", meanwhile=None), CONTENT, EN)
    assert said == ("Not yet: too little is known; the likeliest so far is examples in the prompt.")


def test_a_gap_in_few_scenarios_does_not_explain_an_unlikely_option() -> None:
    rare = Missing(rule="no-goal", share=0.1, lifts="later", options=("few_shot",), known=True)
    often = rare.model_copy(update={"share": 0.8})
    assert "too little is known" in wording.verdict(sample_advice(option="few_shot", missing=(rare,)), CONTENT, EN)
    assert "first you need a goal" in wording.verdict(sample_advice(option="few_shot", missing=(often,)), CONTENT, EN)


def test_a_verdict_that_rests_on_too_little_says_so() -> None:
    advice = sample_advice(
        option="few_shot",
        meanwhile=None,
        tie=("rag",),
        option_share=0.3,
        stability=0.5,
        verdict_shares={"fine_tune": 0.04, "not_yet": 0.5, "dont": 0.46},
        verdict_tie=("dont",),
    )
    assert wording.verdict(advice, CONTENT, EN) == (
        "Not yet: too little is known to choose between examples in the prompt and retrieval."
    )
    assert wording.stability(advice, EN).endswith("That is nearly a tie with “don't fine-tune”.")


def test_a_limit_that_is_broken_is_named() -> None:
    advice = sample_advice(
        option="few_shot", meanwhile=None, missing=(), tie=(), option_share=0.9, breaks=("budget_month",)
    )
    assert wording.verdict(advice, CONTENT, EN) == (
        "Not yet: the best bet is examples in the prompt, but it breaks your monthly running budget."
    )


def test_the_stability_says_why_training_is_said_where_more_say_not_to_than_give_the_verdict() -> None:
    split = {"fine_tune": 0.32, "not_yet": 0.28, "dont": 0.4}
    said = wording.stability(sample_advice(verdict="fine_tune", stability=0.32, verdict_shares=split), EN)
    assert said.endswith("Training, now or later, is the answer in 60%.")
    whole = {"fine_tune": 0.62, "not_yet": 0.0, "dont": 0.38}
    said = wording.stability(sample_advice(verdict="fine_tune", stability=0.62, verdict_shares=whole), EN)
    assert "now or later" not in said


def test_the_stability_names_the_other_verdicts_by_weight() -> None:
    said = wording.stability(sample_advice(), EN)
    assert said.startswith("Of the situations that fit your answers, 71% give this verdict.")
    assert said.endswith("The others say: fine-tune in 20%, don't fine-tune in 9%.")


@pytest.mark.parametrize("verdict", ["fine_tune", "dont", "not_yet"])
def test_every_verdict_says_which_limits_it_breaks(verdict: str) -> None:
    advice = sample_advice(verdict=verdict, option="rag", breaks=("budget_month", "latency_limit"))
    said = wording.headline(advice, CONTENT, EN)
    assert "break" in said
    assert "your monthly running budget and your time limit" in said
    assert "break" not in wording.headline(advice.model_copy(update={"breaks": ()}), CONTENT, EN)


def test_a_share_is_said_as_what_it_is() -> None:
    said = wording.share_of_teams(sample_advice(option="few_shot", verdict="dont"), CONTENT, EN)
    assert said == (
        "By the model learned from 175 published cases, 46% of teams with answers like yours end with examples in the "
        "prompt."
    )


def test_reasons_carry_weight_evidence_and_dated_sources() -> None:
    gate, heavy, light = wording.reasons(sample_advice(), CONTENT, EN)
    assert gate.gate
    assert gate.weight == "a condition that no price outweighs"
    assert gate.premise == ""
    assert heavy.weight == "weighs heavily for it"
    open_question = CONTENT.question("prompt_result").text
    assert heavy.premise == (
        f"What you said speaks for it; it counts in 90% of the situations, because “{open_question}” is open:"
    )
    assert heavy.taught == "Training was right in 11 of 14 published cases like this."
    assert [case.url for case in heavy.cases] == [
        "https://arxiv.org/abs/2510.27051",
        "https://arxiv.org/abs/2311.16452",
    ]
    assert heavy.sentence.startswith(heavy.premise)
    assert light.weight == "weighs for it"
    assert all(source.title and source.seen for reason in (gate, heavy, light) for source in reason.sources)


@pytest.mark.parametrize(
    ("decibans", "said"),
    [
        (12, "weighs very heavily for it"),
        (10, "weighs very heavily for it"),
        (0.5, "weighs slightly for it"),
        (-2, "weighs against it"),
        (-11, "weighs very heavily against it"),
    ],
)
def test_weights_in_words(decibans: float, said: str) -> None:
    assert wording.weight(decibans, EN) == said


def test_what_the_reader_left_out_is_said_and_repeated_in_the_command() -> None:
    less = sample_advice(switched_off=("gap-cost", "must-cite"))
    said = wording.switched_off(less, CONTENT, EN)
    assert said.startswith("You left out 2 reasons, so they count for nothing here: “It costs too much, so a smaller")
    assert "‘Te duur, dus" in wording.switched_off(less, CONTENT, language("nl"))
    assert wording.switched_off(sample_advice(), CONTENT, EN) == ""
    assert wording.repeat_command(less, EN).endswith(" --without gap-cost --without must-cite")


def test_reasons_that_nothing_leaves_open_come_first_as_in_the_brief() -> None:
    gate, half, _ = sample_advice().reasons
    sure = half.model_copy(update={"id": "gap-labels", "share": 1.0, "decibans": 1.0, "left_open": ()})
    told = wording.reasons(sample_advice(reasons=(gate, half, sure)), CONTENT, EN)
    assert [bool(reason.premise) for reason in told] == [False, False, True]
    assert [reason.id for reason in told] == [gate.id, sure.id, half.id]


def test_the_runner_up_is_called_one_once_costs_count_where_another_option_has_a_larger_share() -> None:
    assert wording.against(sample_advice(), CONTENT, EN).endswith("against the runner-up: examples in the prompt.")
    like = sample_advice(option="structured", runner_up="rag")  # better prompting, of the same kind, has a larger share
    assert wording.against(like, CONTENT, EN).endswith("against the best way of another kind: retrieval.")
    behind = sample_advice(runner_up="prompting")
    assert "runner-up once limits and costs count: better prompting" in wording.against(behind, CONTENT, EN)


def test_case_counts_in_words() -> None:
    def said(cases: int, trained: int, same: int, option: str) -> str:
        behind = Precedents(cases=cases, trained=trained, same=same, shown=())
        return wording.said_so(behind, option, CONTENT, EN)

    assert said(14, 11, 3, "sft") == "Training was right in 11 of 14 published cases like this."
    assert said(1, 1, 0, "dpo") == "One published case was like this, and training was right there."
    assert said(9, 2, 7, "rag") == "Right in 7 of 9 published cases like this: retrieval."
    # Fewer than half, and yet more than elsewhere: 25 of the 175 cases ended with retrieval.
    assert said(50, 9, 21, "rag") == "Right in 21 of 50 published cases like this: retrieval; of all cases, in 14%."
    # Half of them trained, as half of all cases did: a count that says nothing is not given.
    assert said(6, 3, 0, "sft") == said(14, 0, 0, "sft") == said(9, 8, 1, "rag") == ""
    assert wording.said_so(None, "rag", CONTENT, EN) == "No published case was like this."


def test_what_is_missing_says_what_to_do_and_what_it_holds_up() -> None:
    first = wording.missing(sample_advice(), CONTENT, EN)[0]
    assert first.what == "an evaluation set"
    assert first.brings_back.startswith("Collect 30 to 100 real cases")
    assert first.holds_up == "supervised fine-tuning, distillation to a small model and retrieval with a tuned model"


def test_flips_tell_a_new_verdict_from_a_new_option() -> None:
    verdict, _, option = wording.flips(sample_advice(), CONTENT, EN)
    assert "the verdict would be: fine-tune, with supervised fine-tuning (in 68% of the situations)" in verdict.sentence
    assert "the verdict would stay, but the option would be retrieval with a tuned model" in option.sentence


TOLD = sample_advice(answers={"requests_per_month": 120_000, "horizon_months": 12})
"""Whose volume, and the months within which it should pay, were said."""


def test_break_even_gives_volume_and_months() -> None:
    said = wording.break_even(sample_option("sft", 0.6, 1_000, 1), TOLD, CONTENT, EN)
    assert said.startswith(
        "Pays from about 90,000 (30,000 to 270,000) requests a month, compared with better prompting; "
        "in 22% of the situations never, at any volume."
    )
    assert "about 7 months; in 41% of the situations" in said


def test_what_pays_in_time_in_all_scenarios_is_not_said_to_fail_in_none() -> None:
    even = sample_option("sft", 0.6, 1_000, 1).break_even
    assert even
    always = even.model_copy(update={"never_share_at_volume": 0.001})
    said = wording.break_even(sample_option("sft", 0.6, 1_000, 1, break_even=always), TOLD, CONTENT, NL)
    assert said.endswith("Bij jouw volume duurt dat ongeveer 7 maanden, in alle situaties op tijd.")
    assert "0%" not in said


@pytest.mark.parametrize("option", [one.option for one in sample_advice().ranking])
def test_a_share_reads_well_whatever_the_option_is_called(option: str) -> None:
    said = wording.share_of_teams(sample_advice(option=option), CONTENT, NL)
    assert " van de teams met antwoorden zoals die van jou uit op " in said
    assert said.endswith(".")


def test_never_is_an_answer() -> None:
    even = sample_option("sft", 0.6, 1_000, 1).break_even
    assert even
    never = even.model_copy(update={"never_share": 0.95, "requests_month": UNKNOWN, "months": UNKNOWN})
    said = wording.break_even(sample_option("sft", 0.6, 1_000, 1, break_even=never), TOLD, CONTENT, EN)
    assert said == "Does not pay: in 95% of the situations at no volume at all, compared with better prompting."


def test_an_option_that_pays_at_some_volume_but_not_here_says_both() -> None:
    even = sample_option("sft", 0.6, 1_000, 1).break_even
    assert even
    here = even.model_copy(update={"never_share_at_volume": 0.51})
    said = wording.break_even(sample_option("sft", 0.6, 1_000, 1, break_even=here), TOLD, CONTENT, EN)
    assert "Pays from about 90,000" in said
    assert "does not earn itself back in the time allowed, in 51%" in said
    never = even.model_copy(update={"never_share_at_volume": 1.0})
    for code, end in (("en", "in all situations."), ("nl", "in alle situaties niet op tijd terugverdiend.")):
        result = sample_option("sft", 0.6, 1_000, 1, break_even=never)
        assert wording.break_even(result, TOLD, CONTENT, language(code)).endswith(end)


def test_when_something_pays_says_what_of_that_is_assumed() -> None:
    option = sample_option("sft", 0.6, 1_000, 1)
    guessed = wording.break_even(option, sample_advice(answers={}), CONTENT, EN)
    assert "At a guessed volume that takes about 7 months" in guessed
    assert guessed.endswith("In time is within 12 to 24 months, as we assume.")
    assert "assume" not in wording.break_even(option, TOLD, CONTENT, EN)
    assert wording.not_in_time(sample_advice(answers={}), CONTENT, EN) == "not within 12 to 24 months, as we assume"
    assert wording.not_in_time(TOLD, CONTENT, NL) == "niet binnen 12 maanden"


def test_an_option_with_nothing_to_earn_back_has_no_break_even() -> None:
    assert wording.break_even(sample_option("prompting", 0.6, 1_000, 1), TOLD, CONTENT, EN) == ""


def test_routes_say_how_long_or_why_not() -> None:
    states = {route.route: route.state for route in wording.routes(sample_advice(), CONTENT, EN)}
    assert states["azure-gpt-4.1-mini"] == (
        "Open: tuned models stop answering on October 14, 2027. "
        "New training may close from April 14, 2027 on, not before."
    )
    assert states["together-qwen3.5-9b"] == "Open; no end date is known."
    assert states["openai-gpt-4.1"] == "Closed to new customers."
    assert states["own-gpu-lora"] == "Closed to you: not among the platforms you may use."


def test_routes_say_who_says_so_and_when_it_was_seen() -> None:
    told = {route.route: route.sources for route in wording.routes(sample_advice(), CONTENT, EN)}
    assert "OpenAI: Deprecations" in {source.title for source in told["openai-gpt-4.1"]}
    assert all(source.seen and source.confidence for source in told["azure-gpt-4.1-mini"])
    assert all(source.url is None or " " not in source.url for sources in told.values() for source in sources)


def test_one_s_own_machines_are_open_by_our_assumption() -> None:
    told = {route.route: route.sources for route in wording.routes(sample_advice(), CONTENT, EN)}
    (only,) = told["own-gpu-lora"]
    assert only.title.startswith("Our assumption")
    assert (only.url, only.details(EN)) == (None, "")


def test_every_route_names_a_source() -> None:
    route: RouteStatus = sample_advice().closed_routes[0]
    every = tuple(
        route.model_copy(update={"route": one.id, "platform": one.platform, "facts": one.facts})
        for one in CONTENT.routes
    )
    texts = wording.routes(sample_advice(routes=(), closed_routes=every), CONTENT, EN)
    assert [text.route for text in texts if not text.sources] == []


WHY = ("not_allowed", "hosting", "confidential", "new_customers", "conditions", "ended", "served_out")


@pytest.mark.parametrize("why", WHY)
def test_each_reason_for_a_closed_route_has_words_of_its_own_in_both_languages(why: str) -> None:
    route: RouteStatus = sample_advice().closed_routes[0].model_copy(update={"why_closed": why})
    english, dutch = (
        wording.routes(sample_advice(routes=(), closed_routes=(route,)), CONTENT, lang)[0] for lang in (EN, NL)
    )
    assert english.state.startswith("Closed")
    assert len(english.state) > len("Closed.")
    assert dutch.state.startswith("Gesloten")


@pytest.mark.parametrize("kind", get_args(ConditionKind))
def test_each_condition_of_a_route_has_a_sentence_of_its_own_in_both_languages(kind: str) -> None:
    asked = RouteCondition.model_validate({"kind": kind, "methods": ()})
    route = sample_advice().routes[0].model_copy(update={"conditions": (asked,)})
    english, dutch = (wording.conditions(route, lang) for lang in (EN, NL))
    assert len(english) == len(dutch) == 1
    assert english != dutch
    others = {wording.condition(other, (), EN) for other in get_args(ConditionKind) if other != kind}
    assert english[0] not in others


def test_a_condition_of_some_methods_names_them() -> None:
    assert wording.condition("preview", ("rft",), EN).startswith("reinforcement fine-tuning: This is a preview")


@pytest.mark.parametrize("why", get_args(Unpriced))
def test_a_route_without_a_price_says_of_what_and_why(why: str) -> None:
    route = sample_advice().routes[0].model_copy(update={"unpriced": {"dpo": why}})
    english, dutch = (wording.conditions(route, lang) for lang in (EN, NL))
    assert english[0].startswith("No price is known of preference tuning: ")
    assert dutch[0].startswith("Van finetunen op voorkeuren is geen prijs bekend: ")
    assert wording.conditions(route.model_copy(update={"why_closed": "ended"}), EN) == ()


def test_a_price_names_the_conditions_of_the_route_that_it_is_of() -> None:
    result = sample_advice().ranking[0].model_copy(update={"price_route": "aws-nova-micro", "price_routes": 1})
    assert wording.price_route(result, CONTENT, EN).endswith("It trains and answers in one region alone.")


def test_that_nobody_trains_it_is_said_by_those_whom_the_user_may_ask() -> None:
    gate = CONTENT.rule("no-open-route-dpo")
    shut = (
        sample_advice()
        .closed_routes[0]
        .model_copy(update={"route": "google-gemini-preference", "options": ("dpo",), "why_closed": "hosting"})
    )
    foreign = shut.model_copy(update={"route": "openai-gpt-4.1", "why_closed": "not_allowed"})
    told = wording.sources(gate, sample_advice(closed_routes=(shut, foreign)), CONTENT, EN)
    assert [source.title.partition(":")[0] for source in told] == ["Google Cloud", "Google Cloud"]
    general = wording.sources(gate, sample_advice(closed_routes=(foreign,)), CONTENT, EN)
    assert [source.id for source in general] == list(gate.sources)


def test_a_route_that_hangs_on_an_open_question_is_not_called_closed() -> None:
    route = sample_advice().routes[0].model_copy(update={"open": False})
    said = wording.routes(sample_advice(routes=(route,), closed_routes=()), CONTENT, EN)[0]
    assert said.state.startswith("Not known yet. Open: tuned models stop answering on")
    assert said.depends_on == ("Has your Azure subscription deployed the GPT model that you would tune?",)


def test_the_readiness_card_has_five_sides_with_their_answers() -> None:
    sides = wording.readiness(sample_advice(), CONTENT, EN)
    assert [side.id for side in sides] == ["why", "tried", "failing", "data", "quality"]
    assert sides[4].not_ready == ("Do you have a set of test cases to measure on? No, we judge by feel",)
    assert sides[2].unknown == ("Can you show five failures of today's system?",)


def test_what_may_be_missing_because_nobody_was_asked_is_a_question_and_no_step() -> None:
    """Said to be missing, it is something to do; where nobody was asked, nobody is told to provide it."""
    unasked = Missing(rule="no-goal", share=0.9, lifts="later", options=("sft",), known=False)
    for missing, steps in (((unasked,), []), ((unasked.model_copy(update={"known": True}),), ["no-goal"])):
        advice = sample_advice(missing=missing)
        assert [step.about for step in next_steps(advice, CONTENT, EN) if step.kind == "missing"] == steps


TIGHT: dict[str, Any] = {
    "task": "classification",
    "gap": ["cost"],
    "prompt_tried": "good",
    "evaluation_set": "yes",
    "labelled_examples": 20_000,
    "requests_per_month": 20_000_000,
    "model": "large",
    "data_rights": "yes",
}


def test_what_more_teams_end_with_is_named_where_only_a_limit_speaks_against_it() -> None:
    tight = quick(situation(**TIGHT, budget_month=5_000))
    assert tight.option == "encoder"
    # Steps of the plan say so themselves.
    later = [text.share for step, text in zip(tight.plan, wording.plan_steps(tight, CONTENT, EN), strict=True)][1:]
    assert later
    assert all("you break your monthly running budget ($5,000; estimated: $" in text for text in later)
    assert "goes over" not in wording.reservations(tight, CONTENT, EN)
    alone = tight.model_copy(update={"plan": tight.plan[:1]})
    assert "goes over your monthly running budget." in wording.reservations(alone, CONTENT, EN)
    assert "overschrijdt dat je maandbudget voor het gebruik." in wording.reservations(alone, CONTENT, NL)
    free = quick(situation(**TIGHT, budget_month=5_000_000))
    assert "goes over" not in wording.reservations(free, CONTENT, EN)


def test_the_headline_names_the_verdict_and_the_plan_and_its_reservations_stand_apart() -> None:
    advice = quick(situation(gap=["style"], evaluation_set="no", goal="measurable"))
    assert advice.plan
    said = wording.brief_headline(advice, CONTENT, EN)
    assert said == f"{labels.verdict_name(advice.verdict, EN)}. {wording.plan_headline(advice, CONTENT, EN)}"
    level = advice.model_copy(update={"tie": ("rag",), "breaks": ("budget_month",)})
    apart = wording.reservations(level, CONTENT, EN)
    assert apart.startswith("Level with ")
    assert apart.endswith("you break your monthly running budget.")
    # With what was set and what is estimated where both are known.
    told = level.model_copy(update={"answers": {**level.answers, "budget_month": 10.0}})
    assert "you break your monthly running budget ($10; estimated: $" in wording.reservations(told, CONTENT, EN)
    nothing = level.model_copy(update={"plan": ()})
    assert wording.reservations(nothing, CONTENT, EN) == ""
    assert wording.brief_headline(nothing, CONTENT, EN) == wording.verdict(nothing, CONTENT, EN)


def test_steps_begin_with_what_is_missing_and_leave_owner_and_date_open() -> None:
    steps = next_steps(sample_advice(), CONTENT, EN)
    assert [step.kind for step in steps[:4]] == ["missing", "missing", "question", "meanwhile"]
    assert steps[-1].kind == "again"
    assert all(step.owner == "" and step.due == "" for step in steps)


def test_a_route_that_ends_within_a_year_is_a_step_with_its_date() -> None:
    dates = [step.by for step in next_steps(sample_advice(), CONTENT, EN) if step.kind == "route"]
    assert dates == [date(2027, 4, 14)]


def test_nothing_is_trained_so_no_route_is_planned() -> None:
    steps = next_steps(sample_advice(verdict="dont", option="rag", meanwhile=None), CONTENT, EN)
    assert not [step for step in steps if step.kind in ("route", "missing")]
    assert any(step.text == "Start with retrieval." for step in steps)


def test_answers_are_given_in_words_and_own_words_as_typed() -> None:
    hostile = '<b>\'; DROP TABLE\u202e\x00 #read("/etc/passwd")'
    advice = sample_advice()
    answers = {one.id: one for one in wording.answers(advice, CONTENT, EN)}
    assert answers["requests_per_month"].answer == "80,000 to 160,000 requests a month"
    assert answers["harm"].answer == "Don't know"
    assert answers["labelled_examples"].measured
    typed = sample_advice(answers={**advice.answers, "project": hostile})
    assert wording.answers(typed, CONTENT, EN)[0].answer == hostile
    assert wording.project(typed) == hostile


def test_answers_that_do_not_apply_are_left_out() -> None:
    shown = wording.answers(sample_advice(ignored=("goal_text",)), CONTENT, EN)
    assert "goal_text" not in {one.id for one in shown}


def test_assumptions_say_whose_they_are() -> None:
    by_id = {one.id: one for one in wording.assumptions(sample_advice(), CONTENT, EN)}
    assert by_id["day_rate"].value == "$520 ($300 to $900) a day"
    assert by_id["day_rate"].origin == "assumption, yours to change"
    assert by_id["epochs"].origin == "your own value"


def test_the_command_that_repeats_the_advice_names_its_day() -> None:
    command = "advisor advise answers.yaml --at 2026-11-22"
    assert wording.repeat_command(sample_advice(), language("en")) == command
    assert wording.repeat_command(sample_advice(), language("nl")) == f"{command} --lang nl"


@examples_on_push(8)
@given(situations(most=30))
def test_what_the_user_said_is_never_called_not_known(here: Situation) -> None:
    """Wherever "not known for sure" can stand, no question that the sentence rests on has been answered."""
    advice = quick(here)
    answered = {key for key, value in advice.answers.items() if value is not None} - set(advice.ignored)
    steps = [(block.rule, block.share) for result in advice.ranking for block in result.blocked_by]
    steps += [(entry.rule, entry.share) for entry in advice.missing]
    steps += [(entry.id, entry.share) for entry in advice.reasons if entry.gate]
    for name, share in set(steps):
        said = wording.premise(name, share, advice, CONTENT, EN)
        if said.startswith("Not known"):
            assert not reads(name) & answered, (name, said)
        elif "left open" in said:
            assert reads(name) - answered, (name, said)
        assert bool(said) == (share < wording.CERTAIN)
    told = {text.id: text for text in wording.reasons(advice, CONTENT, EN, limit=len(advice.reasons))}
    for reason in advice.reasons:
        text = told[reason.id]
        term = None if reason.gate else CONTENT.term(reason.id)
        if term and text.premise.startswith("Not known for sure"):
            assert not mentioned(term.when) & answered, text
        elif term and text.premise.startswith("Not known yet"):
            assert term.slope
            assert term.slope.of not in answered, text


def reads(rule: str) -> set[str]:
    """The questions whose columns stand in the condition of a rule."""
    return mentioned(CONTENT.rule(rule).when)


def mentioned(condition: str) -> set[str]:
    """The questions whose columns stand in a condition, or that a column of the estimates there hangs on."""
    words = set(re.findall(r"\w+", condition))
    hang = {question for column in words for question in RESTS_ON.get(column, ())}
    return hang | {question.id for question in CONTENT.questions if words & set(question.columns)}


@examples_on_push(8)
@given(situations(most=30))
def test_a_side_of_readiness_calls_no_answer_unknown(here: Situation) -> None:
    advice = quick(here)
    for side, shown in zip(advice.readiness, wording.readiness(advice, CONTENT, EN), strict=True):
        open_ones = [key for key in side.unknown if advice.answers.get(key) is None]
        assert list(shown.unknown) == [CONTENT.question(key).text for key in open_ones]
        assert len(shown.between) + len(shown.unknown) == len(side.unknown)
        if side.state == "unknown" and not open_ones:
            assert shown.state_name == "In between"


def test_an_answer_that_decides_neither_way_is_shown_as_the_answer_it_is() -> None:
    advice = quick(situation(labelled_examples=[20, 200]))
    data = next(side for side in wording.readiness(advice, CONTENT, EN) if side.id == "data")
    assert data.between == ("How many good examples of input and wanted output do you have? 20 to 200 examples",)


def test_a_premise_says_what_leaves_it_open() -> None:
    """A range, something else that was not answered, or nothing that was answered at all."""
    rule = "no-success-metric"
    assert reads(rule) == {"success_metric", "evaluation_set"}

    def said(rule: str, **answers: object) -> str:
        return wording.premise(rule, 0.4, quick(situation(**answers)), CONTENT, EN)

    assert said(rule) == "Not known for sure, true in 40% of the situations:"
    assert said(rule, evaluation_set="no") == (
        f"Counts in 40% of the situations, because “{CONTENT.question('success_metric').text}” is left open:"
    )
    ranged = next(one.id for one in CONTENT.rules if reads(one.id) == {"labelled_examples"})
    assert said(ranged, labelled_examples=[20, 200]) == "Counts in 40% of the situations, because you gave a range:"
    assert wording.premise(rule, 1.0, quick(situation()), CONTENT, EN) == ""


@pytest.mark.parametrize(
    ("share", "code", "said"),
    [
        (1.0, "en", "all situations"),
        (0.999, "en", ">99% of the situations"),
        (0.7, "en", "70% of the situations"),
        (1.0, "nl", "alle situaties"),
        (0.7, "nl", "70% van de situaties"),
    ],
)
def test_the_whole_of_the_scenarios_is_all_of_them(share: float, code: str, said: str) -> None:
    assert labels.scenarios(share, language(code)) == said


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"prompt_tried": "good", "prompt_result": "near"}, "has not settled it"),
        ({"prompt_tried": "good"}, "has not settled it"),
        ({"prompt_tried": "good", "prompt_result": "good"}, "is good enough for it"),
        ({"prompt_tried": "basic", "prompt_result": "near"}, "mostly settles that"),
        ({}, "mostly settles that"),
    ],
)
def test_no_reason_recommends_what_the_reader_found_to_fall_short(answers: dict[str, Any], said: str) -> None:
    assert said in wording.term_because("gap-style", sample_advice(answers={"gap": ["style"], **answers}), CONTENT, EN)


def test_what_a_term_says_otherwise_is_about_answers_that_there_are() -> None:
    others = [(term.id, other.where) for term in CONTENT.weighed for other in term.otherwise]
    assert others
    for _, where in others:
        for question, choices in where.items():
            assert set(choices) <= set(CONTENT.question(question).values)
