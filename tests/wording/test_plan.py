"""The plan and its changes in sentences, in both languages."""

from __future__ import annotations

from datetime import date
from typing import get_args

import pytest

from advisor import advise, situation, wording
from advisor.content.entries import Prepare
from advisor.content.load import load
from advisor.engine.advice import MOSTLY, Band, Measured, Step
from advisor.engine.changes import compare, saved
from advisor.language import language
from advisor.wording import labels
from advisor.wording.next_steps import next_steps
from advisor.wording.plan import prepared_name
from tests.fixtures import around, sample_advice

CONTENT = load()
EN, NL = language("en"), language("nl")
NONE = Band(p10=None, p50=None, p90=None)


def step(name: str, stop_at: float | None = 80.0, kind: str = "option") -> Step:
    known = around(4.0) if kind == "option" or name == "evaluation" else NONE
    month = around(300.0) if kind == "option" else Band(p10=0, p50=0, p90=0)
    return Step(
        kind=kind, id=name, share=0.62 if kind == "option" else 0.0, effort_days=known, usd_once=known,
        usd_month=month if known.p50 else NONE, stop_at=stop_at if kind == "option" else None, why=(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("plan", "english", "dutch"),
    [
        ((), "", ""),
        ((step("rag"),), "Try retrieval.", "Probeer retrieval."),
        (
            (step("prompting"), step("sft")),
            "Try better prompting first; if it stays below 80, try supervised fine-tuning.",
            "Probeer eerst betere prompts; blijft de score onder 80, probeer dan supervised finetunen.",
        ),
        (
            (step("prompting", None), step("sft", None)),
            "Try better prompting first; if it falls short, try supervised fine-tuning.",
            "Probeer eerst betere prompts; schiet dat tekort, probeer dan supervised finetunen.",
        ),
        (
            (step("goal", kind="prepare"), step("evaluation", kind="prepare"), step("sft")),
            "First set a goal that can be measured and make an evaluation set; then try supervised fine-tuning.",
            "Eerst dit: stel een meetbaar doel en maak een evaluatieset. Probeer daarna supervised finetunen.",
        ),
        (
            (step("evaluation", kind="prepare"), step("prompting"), step("sft")),
            "First make an evaluation set; then try better prompting, and if it falls short, supervised fine-tuning.",
            "Eerst dit: maak een evaluatieset. Probeer daarna betere prompts, en als dat tekortschiet supervised "
            "finetunen.",
        ),
        (
            (step("find_out", kind="prepare"),),
            "First find out what is still open.",
            "Eerst dit: zoek uit wat nog openstaat.",
        ),
    ],
)
def test_the_plan_fits_in_one_sentence(plan: tuple[Step, ...], english: str, dutch: str) -> None:
    advice = sample_advice(plan=plan)
    assert wording.plan_headline(advice, CONTENT, EN) == english
    assert wording.plan_headline(advice, CONTENT, NL) == dutch


def test_a_step_says_when_to_stop_how_many_end_there_and_what_it_takes() -> None:
    (text,) = wording.plan_steps(sample_advice(plan=(step("prompting"),)), CONTENT, EN)
    assert text.what == "Try better prompting."
    assert text.until == "Stop at a score of 80."
    assert "62" in text.share
    assert "4 (2 to 8) days" in text.effort
    assert "$300 ($150 to $600) a month" in text.effort


def test_a_step_without_a_known_price_says_what_work_it_takes_all_the_same() -> None:
    unpriced = step("sft").model_copy(update={"usd_once": NONE, "usd_month": NONE})
    (text,) = wording.plan_steps(sample_advice(plan=(unpriced,)), CONTENT, EN)
    assert text.effort == "It takes 4 (2 to 8) days of work; what it costs is not known."


def test_of_what_nobody_knows_a_step_says_nothing() -> None:
    (text,) = wording.plan_steps(sample_advice(plan=(step("route", kind="prepare"),)), CONTENT, EN)
    assert (text.until, text.share, text.effort) == ("", "", "")


def test_all_that_gates_ask_for_has_a_name() -> None:
    assert all(prepared_name(name, NL) for name in (*get_args(Prepare), "find_out", "limits"))


def test_nobody_is_told_to_start_with_what_is_far_over_a_limit() -> None:
    advice = sample_advice(
        verdict="not_yet", option="few_shot", plan=(step("limits", kind="prepare"), step("few_shot")), missing=(),
        breaks=("budget_month",), meanwhile=None,
    )  # fmt: skip
    texts = [one.text for one in next_steps(advice, CONTENT, EN)]
    assert "Raise your budget or your time limit." in texts
    assert not [text for text in texts if text.startswith("Start with")]


@pytest.mark.parametrize(("rag", "text"), [("works", "Keep retrieval."), ("misses", "Start with retrieval.")])
def test_what_works_is_kept_and_not_started_with(rag: str, text: str) -> None:
    advice = sample_advice(verdict="dont", option="rag", meanwhile=None, tie=(), answers={"rag_tried": rag}, plan=())
    assert text in [one.text for one in next_steps(advice, CONTENT, EN)]
    assert ("keep retrieval, which works" in wording.headline(advice, CONTENT, EN)) == (rag == "works")


def test_changes_are_said_from_what_to_what() -> None:
    before = saved(sample_advice(plan=(step("evaluation", kind="prepare"), step("sft"))))
    after = before.model_copy(
        update={"verdict": "fine_tune", "plan": ("sft",), "answers": {**before.answers, "evaluation_set": "yes"}}
    )
    whole, *each = wording.changes(compare(before, after), CONTENT, EN)
    assert whole == "The outcome is another; there is a difference in the answers."
    assert each[0] == "Verdict: Not yet, now Fine-tune"
    assert each[1] == "Plan: make an evaluation set, supervised fine-tuning, now supervised fine-tuning"
    assert "test cases" in each[2]
    assert wording.changes(compare(after, after), CONTENT, NL) == ("De twee adviezen zijn hetzelfde.",)


def test_a_measured_answer_says_where_it_is_from() -> None:
    before = saved(sample_advice(answers={"large_score": 80.0}))
    pilot = Measured(day=date(2026, 11, 30), rows=60, host="api.openai.com", answers=("large_score",))
    after = before.model_copy(
        update={"answers": {"large_score": 90.0}, "measured": ("large_score",), "measurements": (pilot,)}
    )
    counted = after.model_copy(update={"measurements": ()})
    said = [wording.changes(compare(before, one), CONTENT, EN)[1] for one in (after, counted)]
    assert said[0].endswith("80%, now 90% (measured on November 30, 2026, on 60 rows, with api.openai.com)")
    assert said[1].endswith("80%, now 90% (measured)")


def test_what_was_never_answered_changes_from_that_and_not_from_unknown() -> None:
    before = saved(sample_advice(answers={}))
    unknown = before.model_copy(update={"answers": {"latency_limit": None}})
    after = before.model_copy(update={"answers": {"latency_limit": 5.0}})
    said = [wording.changes(compare(one, after), CONTENT, EN)[1] for one in (before, unknown)]
    assert [text.partition("? ")[2] for text in said] == ["not answered, now 5 seconds", "Don't know, now 5 seconds"]


def test_a_later_step_over_a_limit_says_so_and_the_others_do_not() -> None:
    """Nothing that keeps the limits is left after the classifier; the verdict speaks for the first step itself."""
    here = situation(labelled_examples=107, requests_per_month=500_000_000, latency_limit=0.31, budget_month=27_000)
    advice = advise(here, date(2026, 11, 22))
    over = {one.option: max(one.over_budget_share, one.over_latency_share) >= MOSTLY for one in advice.ranking}
    steps = [text for text in wording.plan_steps(advice, CONTENT, EN) if text.kind == "option"]
    says = {text.id: "you break your monthly running budget" in text.share for text in steps}
    assert says == {text.id: over[text.id] and text.id != advice.option for text in steps}
    assert True in says.values()
    assert False in says.values()


LARGE = {
    "gap": ["cost"], "task": "classification", "label_count": 12, "prompt_tried": "good", "prompt_result": "good",
    "evaluation_set": "yes", "labelled_examples": 20_000, "requests_per_month": 20_000_000, "model": "frontier",
    "question_tokens": 80, "instruction_tokens": 500, "output_tokens": 3, "bill_month": 60_000,
    "platforms": ["openai", "aws", "own"],
}  # fmt: skip


def test_where_cost_is_the_complaint_a_smaller_model_is_tested_before_one_is_trained() -> None:
    advice = advise(situation(**LARGE, small_model="untested"), date(2026, 11, 30))
    assert [one.kind for one in advice.plan][:2] == ["prepare", "option"]
    said = wording.plan_headline(advice, CONTENT, EN)
    assert said.startswith("First test a smaller model with your prompt; if it falls short, try ")
    assert wording.plan_headline(advice, CONTENT, NL).startswith("Eerst dit: test een kleiner model met je prompt.")
    tested = advise(situation(**LARGE, small_model="poor"), date(2026, 11, 30))
    assert "smaller_model" not in {one.id for one in tested.plan}


def test_what_was_tried_is_advised_by_what_is_new_about_it() -> None:
    search = {"gap": ["knowledge", "search"], "task": "qa", "documents": 3_000, "knowledge_changes": "weekly",
              "citations": "yes", "prompt_tried": "basic"}  # fmt: skip
    built = advise(situation(**search, rag_tried="no"), date(2026, 11, 30))
    misses = advise(situation(**search, rag_tried="misses"), date(2026, 11, 30))
    assert wording.plan_headline(built, CONTENT, EN).startswith("Try retrieval")
    assert wording.plan_headline(misses, CONTENT, EN).startswith("Try a better search for retrieval")
    assert wording.plan_headline(misses, CONTENT, NL).startswith("Probeer eerst een betere zoekfunctie voor retrieval")
    mended, anew = (next(one for one in advice.plan if one.id == "rag").usd_once.p50 for advice in (misses, built))
    assert mended is not None
    assert anew is not None
    assert 0.2 * anew < mended < 0.7 * anew
    style = {"goal": "vague", "gap": ["style", "omissions"], "task": "rewriting", "prompt_tried": "good",
             "prompt_result": "near", "evaluation_set": "partial", "labelled_examples": 2_500}  # fmt: skip
    advice = advise(situation(**style), date(2026, 11, 30))
    assert labels.advised_option("few_shot", advice, CONTENT, EN) == "Examples chosen for each input"
    assert labels.advised_option("structured", advice, CONTENT, EN) == "Structured output and smaller steps"
    assert labels.advised_option("few_shot", built, CONTENT, EN) == "Examples in the prompt"


def test_what_retrieval_cost_is_not_paid_again_for_retrieval_with_a_tuned_model() -> None:
    answers = {"gap": ["knowledge", "retrieval_use"], "task": "qa", "documents": 3_000, "knowledge_changes": "weekly",
               "citations": "yes", "prompt_tried": "good", "prompt_result": "near"}  # fmt: skip
    advice = advise(situation(**answers), date(2026, 11, 30))
    ids = [one.id for one in advice.plan]
    assert ids.index("rag") < ids.index("rag_sft")
    steps = {one.id: one.usd_once.p50 for one in advice.plan}
    alone = {one.option: one.usd_once.p50 for one in advice.ranking}
    assert steps["rag"] is not None
    assert steps["rag_sft"] is not None
    assert steps["rag"] + steps["rag_sft"] == pytest.approx(alone["rag_sft"], rel=0.15)
