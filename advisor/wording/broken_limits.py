"""The limits that the user set, in words, which of them options go over, and by how much."""

from __future__ import annotations

from collections.abc import Iterable

from advisor.engine.advice import MOSTLY, Advice, Band, OptionResult
from advisor.interview.situation import middle
from advisor.language import Language
from advisor.wording import labels
from advisor.wording.comparison import amount, duration
from advisor.wording.labels import in_sentence

BUDGETS = ("budget_month", "budget_once")
TIME = "latency_limit"


def limit_name(limit: str, lang: Language) -> str:
    """A limit that the user set, as a noun phrase."""
    names = {
        "budget_month": lang("Your monthly running budget"),
        "budget_once": lang("Your budget to build it"),
        "latency_limit": lang("Your time limit"),
    }
    return names[limit]


def broken(advice: Advice, lang: Language) -> str:
    """The limits that the recommended option breaks, each with what was set and what is estimated."""
    result = next((one for one in advice.ranking if one.option == advice.option), None)
    if result is None:
        return labels.all_of([in_sentence(limit_name(limit, lang)) for limit in advice.breaks], lang)
    return labels.all_of([over_by(limit, result, advice, lang) for limit in advice.breaks], lang)


def gone_over(results: Iterable[OptionResult], advice: Advice, lang: Language) -> str:
    """The limits that some of these options go over in most scenarios, as a noun phrase; empty where there are none. Of
    one option alone each limit has what was set and what is estimated.
    """
    results = tuple(results)
    if len(results) == 1 and over(results[0], advice):
        return labels.all_of([over_by(limit, results[0], advice, lang) for limit in over(results[0], advice)], lang)
    budgets = [limit for limit in BUDGETS if advice.answers.get(limit) is not None]
    names = []
    if any(result.over_budget_share >= MOSTLY for result in results):
        names.append(in_sentence(limit_name(budgets[0], lang)) if len(budgets) == 1 else lang("your budget"))
    if any(result.over_latency_share >= MOSTLY for result in results):
        names.append(in_sentence(limit_name(TIME, lang)))
    return labels.all_of(names, lang) if names else ""


def over(result: OptionResult, advice: Advice) -> tuple[str, ...]:
    """The limits that an option goes over in most scenarios; of two budgets, those that the estimate lies above."""
    set_ = [limit for limit in BUDGETS if advice.answers.get(limit) is not None]
    limits = set_ if result.over_budget_share >= MOSTLY else []
    if len(limits) > 1:
        limits = [limit for limit in limits if _above(_estimate(limit, result), stated(limit, advice))] or limits
    return (*limits, *((TIME,) if result.over_latency_share >= MOSTLY else ()))


def stated(limit: str, advice: Advice) -> float | None:
    """What the user set, in the middle where it is a range."""
    return advice.latency_limit if limit == TIME else middle(advice.answers.get(limit))


def over_by(limit: str, result: OptionResult, advice: Advice, lang: Language) -> str:
    """A limit as a noun phrase, with what was set and what is estimated where both are known."""
    name, at = in_sentence(limit_name(limit, lang)), stated(limit, advice)
    band = _estimate(limit, result)
    if at is None or band.p50 is None:
        return name
    return lang("{limit} ({stated}; estimated: {estimated})", limit=name, stated=_figure(limit, at, lang),
                estimated=_estimated(limit, band, lang))  # fmt: skip


def over_in_short(limit: str, result: OptionResult, advice: Advice, lang: Language) -> str:
    """That an option goes over a limit, as a card says it: both figures, as few words as possible."""
    at, band = stated(limit, advice), _estimate(limit, result)
    if at is None or band.p50 is None:
        return lang("over {limit}", limit=in_sentence(limit_name(limit, lang)))
    values = {"estimated": _estimated(limit, band, lang), "stated": _figure(limit, at, lang)}
    match limit:
        case "budget_month":
            return lang("{estimated} a month to run, over your {stated}", **values)
        case "budget_once":
            return lang("{estimated} once, over your {stated}", **values)
    return lang("answers within {estimated}, over your {stated}", **values)


def _estimate(limit: str, result: OptionResult) -> Band:
    bands = {"budget_month": result.usd_month_running, "budget_once": result.usd_once, TIME: result.latency_p95}
    return bands[limit]


def _above(band: Band, at: float | None) -> bool:
    return band.p50 is not None and at is not None and band.p50 > at


def _figure(limit: str, value: float, lang: Language) -> str:
    return labels.seconds(value, lang) if limit == TIME else labels.money(value, lang)


def _estimated(limit: str, band: Band, lang: Language) -> str:
    return (duration if limit == TIME else amount)(band, lang).middle
