"""Today's bill beside the plan's, and why what is cheaper and faster does not come first."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from advisor import Advice, advise, situation
from advisor.content.load import load
from advisor.engine.advice import Band
from advisor.language import language
from advisor.report.document import document
from advisor.wording import reservations
from advisor.wording.brief import brief
from advisor.wording.today import TodayText, dearer_than_today, passed_over_cheaper, today
from tests.fixtures import sample_advice

CONTENT = load()
AT = date(2026, 11, 22)
EN, NL = language("en"), language("nl")
DEAR: dict[str, Any] = {
    "task": "classification", "gap": ["cost"], "prompt_tried": "good", "prompt_result": "good", "label_count": 25,
    "evaluation_set": "yes", "success_metric": "metric", "labelled_examples": 50_000, "sensitive_data": "none",
    "requests_per_month": 20_000_000, "question_tokens": 200, "instruction_tokens": 600, "output_tokens": 10,
    "bill_month": 30_000, "model": "large", "platforms": ["openai", "aws"],
}  # fmt: skip
"""Twenty million classifications a month that cost too much."""


def priced(usd: float, **answers: Any) -> Advice:
    """The sample advice where its first option costs so much a month, all in."""
    sample = sample_advice(answers=answers)
    band = Band(p10=usd, p50=usd, p90=usd)
    ranking = tuple(result.model_copy(update={"usd_month": band}) for result in sample.ranking)
    return sample.model_copy(update={"ranking": ranking})


@pytest.mark.parametrize(
    ("usd", "said"),
    [
        (3_000, "about $3,000, all in: $7,000 less."),
        (12_000, "about $12,000, all in: $2,000 more."),
        (10_010, "about as much, all in."),
    ],
)
def test_who_pays_too_much_reads_today_s_bill_beside_the_plan_s(usd: float, said: str) -> None:
    text = today(priced(usd, gap=["cost", "style"], bill_month=10_000), CONTENT, EN)
    assert text.said.startswith("Today the model costs you $10,000 a month; ")
    assert text.said.endswith(said)
    assert not text.question_id


def test_an_unknown_bill_is_asked_for_and_who_does_not_complain_of_cost_reads_none() -> None:
    unknown = today(priced(3_000, gap=["cost"]), CONTENT, NL)
    assert unknown.question_id == "bill_month"
    assert unknown.question == NL(CONTENT.question("bill_month").text)
    assert "onbekend" in unknown.said
    assert today(priced(3_000, gap=["style"], bill_month=10_000), CONTENT, EN) == TodayText("")


def test_screen_report_and_command_say_it() -> None:
    from advisor.cli.advice_text import advice_text

    advice = advise(situation(**DEAR), AT)
    said = today(advice, CONTENT, EN).said
    assert said
    assert brief(advice, CONTENT, EN).today.said == said
    assert document(advice, CONTENT, EN).brief.today == said
    assert said.split(";")[0] in " ".join(advice_text(advice, CONTENT, EN).split())


def test_what_costs_less_and_is_faster_but_comes_later_is_named_with_the_reason() -> None:
    few = {**DEAR, "labelled_examples": 5_000}
    advice = advise(situation(**few), AT)
    first = next(step.id for step in advice.plan if step.kind == "option")
    by_option = {result.option: result for result in advice.ranking}
    assert first == "distill"
    assert (by_option["encoder"].usd_month.p50 or 0) < 0.9 * (by_option[first].usd_month.p50 or 0)
    said = passed_over_cheaper(advice, CONTENT, EN)
    assert said.startswith("Cheaper and faster: a small trained classifier. But")
    assert said in reservations(advice, CONTENT, EN)
    other = advise(situation(**{**few, "gap": ["labels"]}), AT)
    assert passed_over_cheaper(other, CONTENT, EN) == ""


def test_a_step_dearer_than_today_says_so_where_cost_is_a_complaint() -> None:
    dear = priced(12_000, gap=["cost"], bill_month=10_000)
    assert dearer_than_today(dear.option, dear, EN) == "$12,000 a month, all in: more than today"
    assert dearer_than_today(dear.option, priced(9_000, gap=["cost"], bill_month=10_000), EN) == ""
    assert dearer_than_today(dear.option, priced(12_000, gap=["style"], bill_month=10_000), EN) == ""
