"""The limits that the user set, in words, and which of them options go over."""

from __future__ import annotations

from collections.abc import Iterable

from advisor.engine.advice import MOSTLY, Advice, OptionResult
from advisor.language import Language
from advisor.wording import labels
from advisor.wording.labels import in_sentence


def limit_name(limit: str, lang: Language) -> str:
    """A limit that the user set, as a noun phrase."""
    names = {
        "budget_month": lang("Your budget a month"),
        "budget_once": lang("Your budget to build it"),
        "latency_limit": lang("Your time limit"),
    }
    return names[limit]


def gone_over(results: Iterable[OptionResult], advice: Advice, lang: Language) -> str:
    """The limits that some of these options go over in most scenarios, as a noun phrase; empty where there are none."""
    results = tuple(results)
    budgets = [limit for limit in ("budget_month", "budget_once") if advice.answers.get(limit) is not None]
    names = []
    if any(result.over_budget_share >= MOSTLY for result in results):
        names.append(in_sentence(limit_name(budgets[0], lang)) if len(budgets) == 1 else lang("your budget"))
    if any(result.over_latency_share >= MOSTLY for result in results):
        names.append(in_sentence(limit_name("latency_limit", lang)))
    return labels.all_of(names, lang) if names else ""
