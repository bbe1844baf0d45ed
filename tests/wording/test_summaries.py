"""The sentence at the head of each room, over what an advice may say."""

from __future__ import annotations

from datetime import timedelta

import pytest

from advisor.content.load import load
from advisor.engine.advice import Advice, Band
from advisor.language import language
from advisor.wording import readiness, summaries
from advisor.wording.outcome import passed_over
from tests.fixtures import UNKNOWN, sample_advice

EN = language("en")
CONTENT = load()
NOTHING = Band(p10=0, p50=0, p90=0)


def with_figures(**figures: object) -> Advice:
    """The sample, its recommended option with these figures."""
    advice = sample_advice(latency_limit=2.0)
    first, *others = advice.ranking
    return advice.model_copy(update={"ranking": (first.model_copy(update=figures), *others)})


def test_why_says_what_comes_first_where_it_is_not_yet_and_else_how_many_teams_end_so() -> None:
    assert summaries.why(sample_advice(), CONTENT, EN).startswith("Not yet: first you need")
    said = summaries.why(sample_advice(verdict="fine_tune"), CONTENT, EN)
    assert "64% of teams with answers like yours end with supervised fine-tuning" in said


@pytest.mark.parametrize(
    ("figures", "said"),
    [
        ({}, "With supervised fine-tuning you pay about $1,700 a month, all in, and $9,000 to build."),
        (
            {"usd_once": NOTHING},
            "With supervised fine-tuning you pay about $1,700 a month, all in, and nothing to build.",
        ),
        ({"usd_month": UNKNOWN}, "What it costs is not known: supervised fine-tuning."),
    ],
)
def test_cost(figures, said) -> None:
    assert summaries.cost(with_figures(**figures), CONTENT, EN) == said


@pytest.mark.parametrize(
    ("seconds", "limit", "ending"),
    [
        (1.9, 2.0, "within about 1.9 s; your limit is 2 s."),
        (2.1, 2.0, "within about 2.1 s: too slow for your limit of 2 s."),
        (1.9, None, "within about 1.9 s; you set no limit."),
        (None, 2.0, "is not known: supervised fine-tuning."),
    ],
)
def test_speed_is_measured_against_the_limit(seconds, limit, ending) -> None:
    slow = UNKNOWN if seconds is None else Band(p10=seconds / 2, p50=seconds, p90=seconds * 2)
    advice = with_figures(latency_p95=slow).model_copy(update={"latency_limit": limit})
    assert summaries.speed(advice, CONTENT, EN).endswith(ending)


def test_an_answer_that_changes_the_verdict_in_two_ways_is_one_answer() -> None:
    advice = sample_advice()
    flip = next(flip for flip in advice.flips if flip.changes_verdict)
    twice = advice.model_copy(update={"flips": (flip, flip.model_copy(update={"value": "other"}))})
    assert (
        summaries.change(twice, EN)
        == "The verdict holds in 71% of the scenarios; 1 answer, changed alone, would change it."
    )
    option = flip.model_copy(update={"changes_verdict": False})
    assert summaries.change(advice.model_copy(update={"flips": (option,)}), EN).startswith("No single answer")


def test_the_list_says_in_how_many_ways_the_same_answers_change_the_verdict() -> None:
    advice = sample_advice()
    assert summaries.ways(advice, EN) == "One answer changed, all others as they are."
    flip = next(flip for flip in advice.flips if flip.changes_verdict)
    twice = advice.model_copy(update={"flips": (*advice.flips, flip.model_copy(update={"value": "partial"}))})
    assert "2 answers, each changed alone" in summaries.change(twice, EN)
    assert summaries.ways(twice, EN).endswith("2 answers change the verdict, in 3 ways.")
    assert summaries.only_the_option(twice, EN) == "1 answer that would change only the option"
    assert summaries.only_the_option(advice.model_copy(update={"flips": (flip,)}), EN) == ""


@pytest.mark.parametrize("room", [summaries.who, summaries.ready])
def test_rooms_about_training_begin_with_that_the_plan_does_not_train(room) -> None:
    said = {verdict: room(sample_advice(verdict=verdict), CONTENT, EN) for verdict in ("fine_tune", "not_yet", "dont")}
    assert said["fine_tune"] == said["not_yet"]
    assert said["dont"].startswith("Your plan ")
    assert said["dont"].endswith(said["fine_tune"])


def test_who_counts_vendors_once_and_names_the_first_end_ahead() -> None:
    advice = sample_advice()
    route = advice.routes[0].model_copy(
        update={"open": True, "platform": "azure", "vendor": "A", "closed_from": None, "gone_from": None}
    )
    ends = route.model_copy(update={"vendor": "B", "gone_from": advice.at + timedelta(days=90)})
    sooner = ends.model_copy(update={"closed_from": advice.at + timedelta(days=40)})
    own = route.model_copy(update={"vendor": "Your own machines", "platform": "own"})
    said = summaries.who(advice.model_copy(update={"routes": (route, route, ends, sooner, own)}), CONTENT, EN)
    assert said.startswith(f"On {EN.date(advice.at)}, 2 vendors")
    assert said.endswith(f"The first end is on {EN.date(advice.at + timedelta(days=40))}.")
    assert "first end" not in summaries.who(advice.model_copy(update={"routes": (route,)}), CONTENT, EN)
    assert "machines of your own" in summaries.who(advice.model_copy(update={"routes": (own,)}), CONTENT, EN)
    assert summaries.who(advice.model_copy(update={"routes": ()}), CONTENT, EN).startswith("Nobody")


def test_who_trains_only_something_else_trains_not_what_is_advised() -> None:
    advice = sample_advice()
    route = advice.routes[0].model_copy(update={"open": True, "platform": "azure", "options": (advice.option,)})
    assert summaries.who(advice.model_copy(update={"routes": (route,)}), CONTENT, EN).startswith("On ")
    other = route.model_copy(update={"options": ("encoder",)})
    said = summaries.who(advice.model_copy(update={"routes": (other,)}), CONTENT, EN)
    assert "no vendor that you may use offers you supervised fine-tuning on" in said


@pytest.mark.parametrize(("last", "said"), [("rag_sft", "trains only where all before"), ("prompting", "nobody who")])
def test_a_plan_not_to_train_says_whether_its_last_step_does(last: str, said: str) -> None:
    plan = tuple(step.model_copy(update={"kind": "option", "id": last}) for step in sample_advice().plan[-1:])
    assert said in summaries.who(sample_advice(verdict="dont", plan=plan), CONTENT, EN)


def test_why_names_what_more_teams_end_with_although_the_plan_has_it_as_a_later_step() -> None:
    advice = sample_advice(verdict="fine_tune", option="few_shot")
    first, *others = advice.ranking
    commoner = first.model_copy(update={"share": 0.9, "over_budget_share": 0.9, "blocked": ()})
    ranked = advice.model_copy(update={"ranking": (commoner, *others)})
    step = advice.plan[0].model_copy(update={"kind": "option", "id": commoner.option})
    planned = ranked.model_copy(update={"plan": (step,)})
    assert "More teams like yours end with" in summaries.why(planned, CONTENT, EN)
    assert passed_over(planned, CONTENT, EN) == ""


def test_ready_counts_sides_and_names_what_is_missing() -> None:
    asked = {question for side in sample_advice().readiness for question in side.unknown}
    advice = sample_advice(answers={**sample_advice().answers, **dict.fromkeys(asked)})
    ready = sum(side.state == "ready" for side in advice.readiness)
    said = summaries.ready(advice, CONTENT, EN)
    assert said.startswith(f"You are ready in {ready} of {len(advice.readiness)} areas. First you need")
    assert "First" not in summaries.ready(advice.model_copy(update={"missing": ()}), CONTENT, EN)


def test_sides_of_readiness_that_nobody_asked_about_count_as_no_failure() -> None:
    advice = sample_advice(missing=())
    said = summaries.ready(advice, CONTENT, EN)
    assert said == "You are ready in 2 of the 4 areas that were asked about; not asked: 1."
    assert [side.id for side in readiness(advice, CONTENT, EN) if side.state_name == "Not asked"] == ["failing"]
    nothing = {"ready_because": (), "not_ready_because": (), "state": "unknown"}
    silent = tuple(side.model_copy(update=nothing) for side in advice.readiness)
    nobody = advice.model_copy(update={"answers": {}, "readiness": silent})
    assert summaries.ready(nobody, CONTENT, EN) == "Nothing was asked yet that says how ready you are."


def test_steps_and_assumptions_count_what_is_the_readers() -> None:
    assert summaries.steps(0, 0, 0, 0, EN) == "Nothing is left to do."
    assert summaries.steps(3, 0, 0, 0, EN) == "3 steps of the plan; with an owner: 0."
    assert summaries.steps(0, 1, 0, 0, EN) == "1 step; with an owner: 0."
    said = "6 in all: 3 steps of the plan, 1 step beside it and 2 things to mind later; with an owner: 2."
    assert summaries.steps(3, 1, 2, 2, EN) == said
    n = len(CONTENT.assumptions)
    assert summaries.assumptions(0, CONTENT, EN).startswith(f"{n} numbers that nobody asked you for stand")
    assert summaries.assumptions(2, CONTENT, EN).startswith(f"2 of the {n} numbers")
