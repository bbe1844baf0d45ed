"""The report as data, for other programs: the advice with its ids and numbers, and beside it the words for the ids.

`advice` is what `advisor advise --json` prints. `words` holds nothing but names and sentences in one language, each
under the id that it belongs to, so that no figure has to be read out of a text.
"""

from __future__ import annotations

from typing import Any

from advisor import labels, wording
from advisor.advice import Advice
from advisor.content import Content
from advisor.language import Language
from advisor.steps import next_steps

FORM = 1
"""Number of this form; it changes where a program that reads it would have to change."""


def data(advice: Advice, content: Content, lang: Language) -> dict[str, Any]:
    """The report as JSON types. Money is in USD, times in seconds, shares between 0 and 1, days as 2026-11-22."""
    return {"form": FORM, "advice": advice_data(advice), "words": _words(advice, content, lang)}


def advice_data(advice: Advice) -> dict[str, Any]:
    """The whole advice. `latency` of an option has the medians of the answer time and of its 95th percentile.

    The 10-90% bands of the two are in `latency_median` and `latency_p95`; times are in seconds.
    """
    shown = advice.model_dump(mode="json")
    for option in shown["ranking"]:
        median = option.pop("latency")
        option |= {"latency": {"p50": median["p50"], "p95": option["latency_p95"]["p50"]}, "latency_median": median}
    return shown


def _words(advice: Advice, content: Content, lang: Language) -> dict[str, Any]:
    rules = {rule for result in advice.ranking for rule in (entry.rule for entry in result.evidence)}
    rules |= {entry.rule for entry in (*advice.reasons, *advice.missing)} | set(advice.notes)
    return {
        "lang": lang.code,
        "headline": wording.headline(advice, content, lang),
        "verdicts": {verdict: labels.verdict_name(verdict, lang) for verdict in wording.VERDICTS},
        "options": {option.id: lang(option.name) for option in content.options},
        "questions": {question.id: lang(question.text) for question in content.questions},
        "assumptions": {assumption.id: lang(assumption.text) for assumption in content.assumptions},
        "rules": {rule.id: lang(rule.because) for rule in content.rules if rule.id in rules},
        "steps": [
            {"kind": step.kind, "text": step.text, "why": step.why} for step in next_steps(advice, content, lang)
        ],
    }
