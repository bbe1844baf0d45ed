"""The plan: it follows the verdict, repeats nothing that is done with, and hands on what a failure teaches."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pytest

from advisor import advise, situation
from advisor.content.load import load
from advisor.engine.advice import MOSTLY, Band
from advisor.engine.assessment import Assessment, assess, reachable
from advisor.engine.attempts import done, works
from advisor.engine.choice import VERDICTS
from advisor.engine.plan import (
    EVALUATION,
    FIND_OUT,
    LIMITS,
    MOST,
    Outline,
    Standing,
    arrives,
    outline,
    standing,
    weitzman,
    worth_usd_month,
)
from advisor.engine.reasons import class_of
from advisor.engine.rules import compile_rules
from advisor.engine.scenarios import Array
from advisor.engine.sensitivity import outcome
from advisor.engine.shares import shares
from advisor.interview.situation import Situation

CONTENT = load()
AT = date(2026, 11, 22)
IDS = [option.id for option in CONTENT.options]
TUNES = {option.id: option.tunes for option in CONTENT.options}
COUNT = 64
READY: dict[str, Any] = {
    "goal": "measurable", "gap": ["style", "format"], "task": "rewriting", "prompt_tried": "good",
    "prompt_result": "near", "evaluation_set": "yes", "success_metric": "metric",
    "labelled_examples": 3_000, "data_rights": "yes", "baseline_score": 71, "target_score": 80, "tuned_model": "none",
    "rag_tried": "not_needed",
    "knowledge_changes": "never", "task_changes": "rarely", "skills": "ml", "large_model": "short",
    "data_checked": "all",
}  # fmt: skip


def anything(random: np.random.Generator) -> Situation:
    """Any answers that are allowed, to some to all of the questions."""
    answers: dict[str, Any] = {}
    for question in CONTENT.questions:
        if question.type == "text" or (question.type == "number" and question.prior is None) or random.random() < 0.4:
            continue
        match question.type:
            case "number":
                assert question.prior is not None
                amount = float(question.prior.p10 + (question.prior.p90 - question.prior.p10) * random.random())
                amount = min(max(amount, question.minimum or 0), question.maximum or amount)
                answers[question.id] = round(amount) if question.integer else amount
            case "several":
                answers[question.id] = [value for value in question.values if random.random() < 0.3]
            case _:
                answers[question.id] = str(random.choice(question.values))
    return situation(CONTENT, **answers)


@cache
def random_plans() -> tuple[tuple[Situation, str, str, Standing, tuple[Outline, ...]], ...]:
    random = np.random.default_rng(17)
    found = []
    for _ in range(4):
        people = reachable([anything(random) for _ in range(50)], CONTENT, compile_rules(CONTENT))
        assessment = assess(people, CONTENT, AT, COUNT)
        for place, person in enumerate(people):
            rows = slice(place * COUNT, (place + 1) * COUNT)
            verdict, option, _ = outcome(assessment, rows)
            stand = standing(assessment, assessment.share, person, CONTENT, rows)
            steps = outline(stand, VERDICTS[verdict], IDS[option], CONTENT)
            found.append((person, VERDICTS[verdict], IDS[option], stand, steps))
    return tuple(found)


def test_the_first_step_is_what_the_verdict_says() -> None:
    kinds = set()
    for _, verdict, _, stand, steps in random_plans():
        if not steps:
            assert verdict != "not_yet"
            continue
        first = steps[0]
        kinds.add((verdict, first.kind))
        match verdict:
            case "fine_tune":
                assert first.kind == "option"
                assert TUNES[first.id]
            case "dont":
                option = next(step for step in steps if step.kind == "option")
                before = steps[: steps.index(option)]
                assert not TUNES[option.id]
                assert (LIMITS in {step.id for step in before}) == (IDS.index(option.id) in stand.far)
                assert {step.id for step in before} <= {EVALUATION, LIMITS}
            case _:
                assert first.kind == "prepare"
    assert {verdict for verdict, _ in kinds} == {"fine_tune", "not_yet", "dont"}


def test_no_step_is_closed_done_with_twice_or_unprepared() -> None:
    followed = 0
    for person, _, recommended, stand, steps in random_plans():
        assert len(steps) <= MOST
        assert len({step.id for step in steps}) == len(steps)
        prepared: set[str] = set()
        for step in steps:
            if step.kind == "prepare":
                prepared.add(step.id)
                continue
            place = IDS.index(step.id)
            assert step.id == recommended or not stand.closed[place]
            assert step.id == recommended or step.id not in done(person)
            assert set(stand.needs[place]) <= prepared
            assert 0 <= step.share <= 1
        followed += len(steps) > 1
    assert followed > 50


def test_the_option_that_is_recommended_is_the_first_to_be_tried_and_what_works_is_kept() -> None:
    kept = 0
    for person, verdict, recommended, _, steps in random_plans():
        options = [step.id for step in steps if step.kind == "option"]
        if verdict == "dont" and recommended in works(person):
            assert steps == ()
            kept += 1
        elif verdict != "not_yet" and options:
            assert options[0] == recommended
    assert kept > 0


def test_an_advice_against_training_carries_no_chores_of_training() -> None:
    for _, verdict, _, _, steps in random_plans():
        if verdict == "dont":
            assert {step.id for step in steps if step.kind == "prepare"} <= {EVALUATION, LIMITS}


def test_what_steps_are_measured_with_is_made_before_any_of_them() -> None:
    """An evaluation set was the second step, after retrieval, whose score nobody could then tell."""
    made = 0
    for _, _, _, stand, steps in random_plans():
        kinds = [step.kind for step in steps]
        ids = [step.id for step in steps]
        if EVALUATION in ids:
            made += 1
            assert "option" not in kinds[: ids.index(EVALUATION)]
        else:
            assert not (stand.unmeasured and steps)
    assert made > 30


def test_what_is_open_is_tried_in_the_order_of_its_share_less_what_limits_and_the_bill_take() -> None:
    moved = 0
    for _, verdict, recommended, stand, steps in random_plans():
        options = [step.id for step in steps if step.kind == "option"]
        left = [one for one in options if one != recommended]
        left = left if options[:1] == [recommended] else left[1:]
        rest = [float(stand.taken[IDS.index(one)]) for one in left]
        assert rest == sorted(rest, reverse=True), verdict
        shares = [float(stand.share[IDS.index(one)]) for one in left]
        moved += shares != sorted(shares, reverse=True)
    assert moved > 0


def test_while_training_waits_only_what_is_as_likely_and_needs_none_comes_before_it() -> None:
    before = 0
    for _, verdict, recommended, stand, steps in random_plans():
        options = [step.id for step in steps if step.kind == "option"]
        if verdict != "not_yet" or not options or options[0] == recommended:
            continue
        before += 1
        prompts = ("prompting", "few_shot", "structured")  # tried in the same days
        outcomes = ["prompts" if one in prompts else class_of(one) for one in IDS]
        left = stand.recommending(IDS.index(recommended)).share  # what was tried already is no step
        first, waits = (
            sum(share for share, outcome in zip(left, outcomes, strict=True) if outcome == outcomes[IDS.index(one)])
            for one in (options[0], recommended)
        )
        assert TUNES[recommended]
        assert not TUNES[options[0]]
        assert first >= waits
    assert before > 0


def test_nothing_is_tried_after_what_holds_it_already() -> None:
    pairs = [("few_shot", "prompting"), ("rag_sft", "rag"), ("rag_sft", "sft")]
    for _, _, _, _, steps in random_plans():
        ids = [step.id for step in steps]
        assert not [pair for pair in pairs if {*pair} <= {*ids} and ids.index(pair[0]) < ids.index(pair[1])]


def test_what_is_recommended_though_it_fell_short_has_a_share_of_its_own() -> None:
    """ "Of a hundred teams, none ends with it" stood under the option that was recommended."""
    again = 0
    for person, _, recommended, stand, steps in random_plans():
        if recommended in done(person) and recommended in (step.id for step in steps):
            step = next(step for step in steps if step.id == recommended)
            assert step.share > 0 or stand.share[IDS.index(recommended)] == 0
            again += 1
    assert again > 0


def test_what_gates_remove_together_is_no_step_without_what_brings_it_back() -> None:
    """Retrieval with a tuned model was the second step though nothing could train it in seven scenarios of ten."""
    answers = {"gap": ["retrieval_use"], "rag_tried": "misses", "prompt_tried": "good", "evaluation_set": "yes",
        "labelled_examples": 29, "hosting": "region", "gpu": "gb80"}  # fmt: skip
    for advice in (advise(situation(**answers), AT), advise(situation(**{**answers, "labelled_examples": 15}), AT)):
        blocked = {result.option for result in advice.ranking if result.blocked}
        assert advice.verdict == "not_yet" or blocked.isdisjoint(step.id for step in advice.plan)


def test_a_term_that_was_switched_off_is_no_reason_for_a_step() -> None:
    steps = advise(situation(**READY), AT).plan
    term = steps[0].why[0]
    without = advise(situation(**READY).leaving_out([term]), AT).plan
    assert without
    assert term not in {reason for step in without for reason in step.why}


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"prompt_tried": "good", "prompt_result": "near"}, {"prompting", "few_shot"}),
        ({"prompt_tried": "basic", "prompt_result": "near"}, set()),
        ({"prompt_tried": "basic", "prompt_result": "good"}, {"prompting"}),
        ({"rag_tried": "works"}, {"rag"}),
        ({"rag_tried": "misused"}, {"rag"}),
        ({"rag_tried": "misses"}, set()),
        ({"rag_tried": "not_needed"}, {"rag", "rag_sft"}),
        ({"tuned_model": "plateau"}, {"sft"}),
        ({"tuned_model": "brittle"}, set()),
        ({"tuned_model": "none"}, set()),
        ({"chain_tried": "short"}, {"structured"}),
        ({"gap": ["style"]}, {"structured", "rag"}),
        ({"gap": ["style"], "citations": "yes"}, {"structured"}),
        ({"gap": ["style", "format"]}, {"rag"}),
        ({"gap": ["instructions"]}, set()),
        ({"gap": []}, set()),
    ],
)
def test_what_works_fell_short_or_mends_nothing_is_done_with(answers: dict[str, Any], expected: set[str]) -> None:
    assert done(situation(CONTENT, **answers)) == expected


def two_kinds_of_teams() -> Array:
    """Half of the scenarios are of teams that end with the first option or the second, half with the third."""
    share = np.zeros((2, len(IDS)))
    share[0, [0, 1]] = 0.9, 0.1
    share[1, [0, 2]] = 0.1, 0.9
    return share


def test_after_a_failure_the_scenarios_in_which_it_was_likely_weigh_less() -> None:
    """By hand: where the first step failed, nine of ten teams are of the second kind, which ends with the third option.

    The softmax without its first row would give each scenario its whole weight: half to either.
    """
    stand = Standing(
        two_kinds_of_teams().mean(axis=0), two_kinds_of_teams().mean(axis=0), np.zeros(len(IDS), dtype=bool),
        ({},) * len(IDS),
        np.array([TUNES[one] for one in IDS]),
    )  # fmt: skip
    first, second, third = outline(stand, "dont", IDS[0], CONTENT)
    assert (first.id, second.id, third.id) == (IDS[0], IDS[2], IDS[1])
    assert first.share == pytest.approx(0.5)
    assert second.share == pytest.approx(0.9)
    assert third.share == pytest.approx(1.0)


def test_nothing_known_is_prepared_for_first() -> None:
    steps = advise(situation(), AT).plan
    assert steps[0].kind == "prepare"
    assert steps[0].id == "evaluation"
    assert steps[0].usd_month.p50 == 0
    assert len(steps) > 1


def test_where_nothing_is_missing_and_it_is_still_not_yet_the_first_step_is_to_find_out() -> None:
    stand = Standing(
        np.full(len(IDS), 1 / len(IDS)), np.full(len(IDS), 1 / len(IDS)), np.zeros(len(IDS), dtype=bool),
        ({},) * len(IDS),
        np.array([TUNES[one] for one in IDS]),
    )  # fmt: skip
    assert outline(stand, "not_yet", "sft", CONTENT)[0] == Outline("prepare", FIND_OUT)


def test_an_evaluation_is_paid_for_once() -> None:
    """What is prepared first is no part of the bill of the option that follows, and the next option pays no second."""
    advice = advise(situation(**{**READY, "evaluation_set": "no"}), AT)
    bill = {result.option: result for result in advice.ranking}
    prepared, option = advice.plan[0], next(step for step in advice.plan if step.kind == "option")
    assert (prepared.id, option.kind) == ("evaluation", "option")
    lines = {line.id: line.usd.p50 for line in bill[option.id].cost}
    assert prepared.usd_once.p50 == pytest.approx(lines["evaluation"], rel=0.01)
    assert option.usd_once.p50 is not None
    assert option.usd_once.p50 < (bill[option.id].usd_once.p50 or 0)


def test_a_plan_stops_at_the_target_and_says_no_chance_that_it_does_not_know() -> None:
    advice = advise(situation(**READY), AT)
    assert {step.stop_at for step in advice.plan if step.kind == "option"} == {80.0}
    assert advice.arrives is None
    assert advice.worth_usd_month is None
    assert all(step.why for step in advice.plan)
    unknown = advise(situation(**{**READY, "target_score": None}), AT)
    assert {step.stop_at for step in unknown.plan} == {None}


def exact(value: float) -> Band:
    return Band(p10=value, p50=value, p90=value)


@cache
def ready() -> tuple[Assessment, Situation, Standing]:
    person = situation(**READY)
    assessment = assess([person], CONTENT, AT, 256)
    return assessment, person, standing(assessment, shares(assessment.scenarios, assessment.never), person, CONTENT)


def test_a_known_chance_makes_the_plan_arrive_and_its_cost_a_success() -> None:
    assessment, _, _ = ready()
    steps = advise(situation(**READY), AT).plan
    options = [step.id for step in steps if step.kind == "option"]
    assert len(options) > 1
    chances = {option: exact(0.5) for option in options}
    band = arrives(steps, chances)
    assert band is not None
    assert band.p50 == 0.5
    assert band.p90 == pytest.approx(1 - 0.5 ** len(options))
    assert arrives(steps, {options[0]: exact(0.5)}) is None
    bill, today = assessment.bills[options[0]], assessment.bills["prompting"]
    worth = worth_usd_month(assessment, steps, chances)
    more = bill.once_usd / bill.horizon + bill.recurring - today.recurring
    assert worth is not None
    assert worth.p50 == pytest.approx(np.nanquantile(more, 0.5) / 0.5, rel=0.03)


def test_where_chances_are_known_a_dear_step_with_a_small_chance_comes_last() -> None:
    assessment, _, stand = ready()
    worth = [IDS[place] for place in np.flatnonzero((stand.share >= 0.03) & ~stand.closed)]
    assert len(worth) > 2
    sure = {option: exact(0.9) for option in worth}
    assert weitzman(assessment, stand, {}, CONTENT) is None
    assert weitzman(assessment, stand, {worth[0]: exact(0.9)}, CONTENT) is None
    ranks = weitzman(assessment, stand, sure, CONTENT)
    assert ranks is not None
    cheapest = IDS[ranks[0]]
    doubted = weitzman(assessment, stand, {**sure, cheapest: exact(0.001)}, CONTENT)
    assert doubted is not None
    assert IDS[doubted[-1]] == cheapest
    trained = [IDS[place] for place in ranks if TUNES[IDS[place]] and not stand.needs[place]]
    steps = outline(stand, "fine_tune", trained[-1], CONTENT, ranks)
    assert steps[0].id == trained[-1], "the verdict's own option stays first"
    assert steps[1].id == cheapest


def test_half_of_the_scenarios_close_an_option() -> None:
    assessment, person, stand = ready()
    share = shares(assessment.scenarios, assessment.never)
    closed = assessment.never.mean(axis=0) >= MOSTLY
    assert closed.any()
    assert (stand.closed >= closed).all()
    assert stand.share.sum() == pytest.approx(1.0, abs=1e-4)
    assert standing(assessment, share, person, CONTENT).share.tolist() == stand.share.tolist()


def test_a_step_names_what_its_figures_rest_on_and_whose_price_it_has() -> None:
    advice = advise(situation(**READY, platforms=["azure"], azure_customer="existing"), AT, CONTENT, 256)
    results = {result.option: result for result in advice.ranking}
    trained = [step for step in advice.plan if TUNES.get(step.id)]
    assert trained
    for step in advice.plan:
        assert set(step.basis) <= set(advice.basis), step.id
        if step.kind == "option":
            assert step.price_route == results[step.id].price_route
            assert {ref for line in results[step.id].cost if line.kind == "monthly" for ref in line.basis} <= set(
                step.basis
            )
    for step in trained:
        facts = [advice.basis[ref] for ref in step.basis if advice.basis[ref].kind == "fact"]
        assert step.price_route.startswith("azure-")
        assert facts, step.id
        assert all(fact.source and fact.seen for fact in facts), step.id


def test_what_is_prepared_rests_on_what_it_takes_and_on_no_price_of_training() -> None:
    answers = {**READY, "evaluation_set": "no", "success_metric": "none"}
    steps = {step.id: step for step in advise(situation(**answers), AT, CONTENT, 256).plan}
    assert "evaluation_days" in steps["evaluation"].basis
    assert not [ref for ref in steps["evaluation"].basis if ref.startswith("fact:")]
    assert steps["evaluation"].price_route is None
    unsure = {**READY, "expert_agreement": 40}
    asked = [step for step in advise(situation(**unsure), AT, CONTENT, 256).plan if step.id == "agreement"]
    assert [step.basis for step in asked] == [("label_minutes", "day_rate")]


def test_examples_most_like_the_input_stay_a_step_where_those_in_the_prompt_were_the_same_each_time() -> None:
    fell_short = {"prompt_tried": "good", "prompt_result": "near"}
    assert "few_shot" not in done(situation(**fell_short, retrieved_examples="no"))
    assert "prompting" in done(situation(**fell_short, retrieved_examples="no"))
    for tried in ("short", "helped", None):
        assert "few_shot" in done(situation(**fell_short, retrieved_examples=tried)), tried
    twenty = {"gap": ["labels"], "task": "classification", "label_count": 20, "labelled_examples": 150}
    here = situation(**twenty, **fell_short, evaluation_set="yes", rag_tried="not_needed")
    planned = {
        tried: [step.id for step in advise(here.with_answer("retrieved_examples", tried), AT).plan]
        for tried in ("no", "short")
    }
    assert "few_shot" in planned["no"]
    assert "few_shot" not in planned["short"]
