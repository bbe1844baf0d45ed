"""Today's bill beside the plan's, for whoever complains of cost, and why what is cheaper does not come first."""

from __future__ import annotations

from dataclasses import dataclass

from advisor.content.load import Content
from advisor.engine.advice import Advice, OptionResult
from advisor.engine.attempts import done
from advisor.interview.situation import Situation, middle
from advisor.language import Language
from advisor.wording import labels
from advisor.wording.grounds import option_result, option_said
from advisor.wording.plan import first_option

BILL = "bill_month"
"""The question that says what the model costs today."""
CLEARLY = 0.9
"""Ratio below which one estimate is clearly the smaller of two. Assumption."""


@dataclass(frozen=True, slots=True)
class TodayText:
    """Today's bill against the plan's; empty where cost is no complaint."""

    said: str
    question_id: str = ""
    """The question that would fill it in; empty where it is known."""
    question: str = ""


def today(advice: Advice, content: Content, lang: Language) -> TodayText:
    """What the model costs today, what the first option of the plan comes to, and the difference a month."""
    if not complains(advice, "cost"):
        return TodayText("")
    bill = middle(advice.answers.get(BILL))
    if bill is None:
        question = labels.question_of(BILL, content, lang)
        return TodayText(lang("What you save is unknown:"), BILL, question)
    result = option_result(advice, first_option(advice))
    if result is None or result.usd_month.p50 is None:
        return TodayText(lang("Today the model costs you {bill} a month.", bill=labels.money(bill, lang)))
    month = result.usd_month.p50
    values = {
        "bill": labels.money(bill, lang),
        "month": labels.money(month, lang),
        "option": option_said(result.option, content, lang),
        "difference": labels.money(abs(bill - month), lang),
    }
    if values["bill"] == values["month"]:
        return TodayText(
            lang("Today the model costs you {bill} a month; with {option} about as much, all in.", **values)
        )
    if month < bill:
        sentence = lang(
            "Today the model costs you {bill} a month; with {option} about {month}, all in: {difference} less.",
            **values,
        )
    else:
        sentence = lang(
            "Today the model costs you {bill} a month; with {option} about {month}, all in: {difference} more.",
            **values,
        )
    return TodayText(sentence)


def dearer_than_today(option: str, advice: Advice, lang: Language) -> str:
    """That an option costs more than today's bill, where cost is a complaint beside others; else empty."""
    bill, result = middle(advice.answers.get(BILL)), option_result(advice, option)
    month = result.usd_month.p50 if result else None
    if bill is None or month is None or month <= bill or not complains(advice, "cost"):
        return ""
    return lang("{usd} a month, all in: more than today", usd=labels.money(month, lang))


def passed_over_cheaper(advice: Advice, content: Content, lang: Language) -> str:
    """Why what costs less and answers sooner is not tried first, where cost or time is the complaint; else empty.

    What is held up, breaks a limit, was tried or nearly no team ends with needs no such reason.
    """
    first = option_result(advice, first_option(advice))
    if first is None or not advice.plan or not (complains(advice, "cost") or complains(advice, "latency")):
        return ""
    tried = done(Situation(advice.answers))
    better = [
        other
        for other in advice.ranking
        if other.option not in tried and not other.blocked and _beats(other, first) and other.share < first.share
    ]
    best = max(better, key=lambda other: other.share, default=None)
    if best is None or round(100 * best.share) == 0:
        return ""
    return lang(
        "Cheaper and faster: {cheaper}. But fewer teams like yours end there: {n} of 100 against {m}.",
        cheaper=option_said(best.option, content, lang),
        n=lang.number(round(100 * best.share)),
        m=lang.number(round(100 * first.share)),
    )


def _beats(other: OptionResult, first: OptionResult) -> bool:
    """Whether an option is both cheaper and faster, by more than the medians say in figures as they are shown."""
    amounts = (other.usd_month.p50, first.usd_month.p50, other.latency_p95.p50, first.latency_p95.p50)
    cheap, dear, fast, slow = amounts
    if cheap is None or dear is None or fast is None or slow is None:
        return False
    return cheap < CLEARLY * dear and fast < CLEARLY * slow


def complains(advice: Advice, complaint: str) -> bool:
    """Whether this is among what the reader says goes wrong."""
    gap = advice.answers.get("gap")
    return isinstance(gap, list | tuple) and complaint in gap
