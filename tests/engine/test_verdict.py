"""The advice as a whole: routes, figures, openness of single situations. What to say to whom is in `stories.yaml`."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, datetime

import pytest

from advisor import Advice, advise, glance, situation
from advisor.content.entries import Case
from advisor.content.load import load
from advisor.engine.advice import OptionResult

CONTENT = load()
AT = date(2026, 11, 22)


def option(advice: Advice, name: str) -> OptionResult:
    return next(one for one in advice.ranking if one.option == name)


def platforms(advice: Advice) -> set[str]:
    return {route.platform for route in advice.routes}


def test_an_active_openai_organisation_sees_when_it_ends() -> None:
    advice = advise(situation(platforms=["openai"], openai_customer="active"), AT)
    gpt = next(route for route in advice.routes if route.route == "openai-gpt-4.1-mini")
    assert gpt.open
    assert gpt.closed_from == date(2027, 1, 6)
    assert gpt.gone_from == date(2027, 1, 14)
    assert gpt.ends_soon
    assert gpt.depends_on == ()


FEW_SHOT_AT_SCALE = {
    "task": "classification",
    "gap": ["cost"],
    "requests_per_month": 30_000_000,
    "instruction_tokens": 60,
    "example_tokens": 4_000,
    "question_tokens": 60,
    "output_tokens": 5,
    "reasoning_tokens": 100,
    "model": "large",
    "price_model": "gpt_4_1",
    "prompt_tried": "good",
    "prompt_result": "good",
    "prompt_room": "costly",
    "small_model": "untested",
    "evaluation_set": "yes",
}


def test_expensive_few_shot_prices_caching_and_a_smaller_base_first() -> None:
    advice = advise(situation(**FEW_SHOT_AT_SCALE), AT)
    few_shot = {variant.id: variant for variant in option(advice, "few_shot").variants}
    assert few_shot["as_is"].usd_month.p50 == pytest.approx(248_400, rel=0.01)
    # gpt-6-luna thinks, which gpt-4.1 does not: 30 million times 4,120 tokens read and 105 written.
    assert few_shot["smaller"].usd_month.p50 == pytest.approx(30 * (4_120 * 0.1 + 105 * 0.5), rel=0.01)
    assert few_shot["caching"].usd_month.p50 < 0.6 * few_shot["as_is"].usd_month.p50
    assert few_shot["smaller"].untested
    assert advice.verdict != "fine_tune"
    assert "cheaper-ways-untested" in advice.notes
    for_prompting = {step.term for step in option(advice, "prompting").evidence if step.decibans > 0}
    assert "cheaper-model-untested" in for_prompting


def test_whoever_must_stay_on_own_machines_is_offered_no_hosted_model_as_the_cheaper_way() -> None:
    """Nor is anything sold there by the token: what runs on a GPU costs its rent, however small the volume."""
    advice = advise(
        situation(hosting="on_premises", gap=["cost"], model="open_large", requests_per_month=50, gpu_hour_serve=2), AT
    )
    ways = {variant.id: variant for variant in option(advice, "few_shot").variants}
    assert set(ways) == {"as_is", "smaller"}
    hosted = {model.name for model in CONTENT.models if model.parameters_b is None}
    assert not {way.model for way in ways.values()} & hosted
    assert ways["as_is"].usd_month.p50 == pytest.approx(2 * 730)


def test_where_licences_forbid_it_distillation_is_closed_whatever_labels_there_are() -> None:
    said = {"teacher_allowed": "no", "labelled_examples": 5_000, "evaluation_set": "yes", "platforms": ["specialist"]}
    advice = advise(situation(**said), AT)
    assert option(advice, "distill").blocked
    assert "teacher-not-allowed" not in {block.rule for block in option(advice, "sft").blocked_by}


@pytest.mark.parametrize("asked", [False, True])
def test_all_dont_know_means_not_yet_with_low_stability_and_a_sensible_question(asked: bool) -> None:
    nothing = situation(**{question.id: None for question in CONTENT.questions}) if asked else situation()
    advice = advise(nothing, AT)
    assert advice.verdict == "not_yet"
    assert advice.stability < 0.6
    assert advice.provisional
    assert advice.next_question is not None
    assert advice.next_question.question in {"gap", "prompt_result", "evaluation_set", "task", "rag_tried"}
    assert bool(advice.to_find_out) == asked
    assert bool(advice.open_questions) != asked


def test_a_question_not_asked_yet_comes_before_one_to_find_out() -> None:
    advice = advise(situation(gap=["style"], prompt_result=None, evaluation_set=None), AT)
    assert advice.next_question == advice.open_questions[0]
    assert {one.question for one in advice.to_find_out} <= {"prompt_result", "evaluation_set"}


def test_no_right_to_the_data_closes_tuning_for_good() -> None:
    advice = advise(situation(data_rights="no", labelled_examples=50_000, evaluation_set="yes"), AT)
    blocks = {block.rule: block for block in option(advice, "sft").blocked_by}
    assert blocks["no-right-to-data"].lifts == "never"
    assert advice.ends_in_training == 0


def test_the_glance_says_what_the_advice_says() -> None:
    here = situation(knowledge_changes="weekly", citations="yes")
    seen, advice = glance(here, AT), advise(here, AT)
    assert (seen.verdict, seen.option) == (advice.verdict, advice.option)
    assert seen.stability == pytest.approx(advice.stability, abs=0.05)


def test_the_same_answers_give_the_same_bytes_in_another_process() -> None:
    program = (
        "from datetime import date; from advisor import advise, situation;"
        "print(advise(situation(task='qa', labelled_examples=[10, 400]), date(2026, 11, 22)).model_dump_json())"
    )
    runs = [subprocess.run([sys.executable, "-c", program], capture_output=True, check=True).stdout for _ in range(2)]
    assert runs[0] == runs[1]
    assert len(runs[0]) > 10_000


def test_waterfall_bars_add_up() -> None:
    for one in advise(situation(task="qa"), AT).ranking:
        assert one.decibans == pytest.approx(one.prior + sum(part.decibans for part in one.evidence), abs=0.01)


def test_answers_to_questions_that_do_not_apply_are_named_and_left_out() -> None:
    with_it = advise(situation(platforms=["own"], openai_customer="active"), AT)
    assert with_it.ignored == ("openai_customer",)
    assert with_it.answers == {"platforms": ["own"]}


def test_readiness_has_five_sides_and_can_end_three_ways() -> None:
    unknown = advise(situation(), AT).readiness
    assert [side.id for side in unknown] == ["why", "tried", "failing", "data", "quality"]
    assert {side.state for side in unknown} == {"unknown"}
    ready = advise(situation(evaluation_set="yes", success_metric="metric", held_out="yes"), AT).readiness
    assert next(side for side in ready if side.id == "quality").state == "ready"
    short = advise(situation(labelled_examples=[10, 40]), AT).readiness
    assert next(side for side in short if side.id == "data").state == "not_ready"


def test_a_budget_that_an_option_breaks_speaks_against_it() -> None:
    advice = advise(situation(budget_month=1, task="qa"), AT)
    assert option(advice, "rag").over_budget_share > 0.9


def test_a_limit_that_an_option_breaks_speaks_against_it() -> None:
    advice = advise(situation(latency_limit=0.2, model="small", output_tokens=200), AT)
    assert option(advice, "structured").over_latency_share > 0.9
    assert option(advice, "encoder").over_latency_share < 0.3


def test_the_last_day_of_the_calendar_is_a_day_like_any_other() -> None:
    assert advise(situation(), date.max, scenarios=64).at == date.max


def test_a_point_in_time_counts_as_its_day_and_what_is_no_day_is_refused() -> None:
    assert advise(situation(), datetime(2026, 11, 22, 5), scenarios=64).at == AT
    with pytest.raises(TypeError, match="at: expected a date"):
        advise(situation(), "2026-11-22")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="expected a Situation"):
        advise({"goal": "vague"})  # type: ignore[arg-type]


@pytest.mark.parametrize("case", CONTENT.cases[::8], ids=lambda case: case.id)
def test_a_flip_says_what_giving_that_answer_brings(case: Case) -> None:
    here = situation(**case.answers)
    for flip in advise(here, AT).flips[:5]:
        after = advise(here.with_answer(flip.question, flip.value), AT)
        assert (after.verdict, after.option) == (flip.verdict, flip.option)
        assert abs(after.stability - flip.share) < 0.12


def test_nothing_is_missing_where_no_training_would_be_the_answer() -> None:
    """Unlikely as it is, the best option is named, since there is nothing to wait for."""
    advice = advise(situation(**next(case for case in CONTENT.cases if case.id == "rft_fireworks_sql").answers), AT)
    assert advice.verdict_shares["not_yet"] < 0.3


def test_a_time_limit_with_answers_of_unknown_length_removes_no_option() -> None:
    unknown = advise(situation(latency_limit=0.3, task="rewriting", model="small"), AT)
    known = advise(situation(latency_limit=0.3, task="rewriting", model="small", output_tokens=800), AT)
    assert known.verdict_shares["not_yet"] > unknown.verdict_shares["not_yet"]


def test_of_somebody_who_said_nothing_nothing_is_known_to_be_missing() -> None:
    """A platform was: that none may train hangs on where, on what and by whom, none of which was asked."""
    advice = advise(situation(), AT)
    assert [gap.rule for gap in advice.missing if gap.known and gap.lifts == "later"] == []
    assert all(gap.share >= 0.2 for gap in advice.missing if not gap.known)
    told = advise(
        situation(platforms=["openai"], openai_customer="new", hosting="anywhere", skills="ml", gpu="none"), AT
    )
    assert "no-open-route-sft" in [gap.rule for gap in told.missing if gap.known]
