"""The report as data, for other programs: the advice with its ids and numbers, and beside it the words for the ids.

`advice` is what `advisor advise --json` prints, with its plan; `plan` has who takes its steps, `steps` is what to do
next, in its order. `words` holds nothing but names and sentences in one language, each under the id that it belongs to,
so that no figure has to be read out of a text.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from advisor import wording
from advisor.content.load import Content
from advisor.engine.advice import Advice, advice_data
from advisor.kits.kit import Kit
from advisor.kits.planned import kits_of_options
from advisor.language import Language
from advisor.wording import labels
from advisor.wording.next_steps import NextStep, next_steps
from advisor.wording.plan import PlanStepText, plan_steps

Owners = Mapping[str, tuple[str, str]]
NOBODY: Owners = MappingProxyType({})
FORM = 1
"""Number of this form; it changes where a program that reads it would have to change."""


def data(advice: Advice, content: Content, lang: Language, owners: Owners = NOBODY) -> dict[str, Any]:
    """The report as JSON types. Money is in USD, times in seconds, shares between 0 and 1, days as 2026-11-22.

    `owners` has who does a step and by when, as they were typed, by the text of the step.
    """
    kits = kits_of_options(advice, content, lang)
    return {
        "form": FORM,
        "advice": advice_data(advice),
        "plan": [_planned(step, owners) for step in plan_steps(advice, content, lang)],
        "steps": [_step(step, owners, kits) for step in next_steps(advice, content, lang)],
        "words": _words(advice, content, lang),
    }


def written(advice: Advice, content: Content, lang: Language, owners: Owners = NOBODY) -> bytes:
    """The same as UTF-8 text."""
    made = data(advice, content, lang, owners)
    return (json.dumps(made, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode("utf-8")


def _words(advice: Advice, content: Content, lang: Language) -> dict[str, Any]:
    rules = {block.rule for result in advice.ranking for block in result.blocked_by}
    rules |= {reason.id for reason in advice.reasons if reason.gate}
    rules |= {gap.rule for gap in advice.missing} | set(advice.notes)
    terms = {entry.term for result in advice.ranking for entry in result.evidence} | set(advice.switched_off)
    shown = {name for reason in advice.reasons if reason.cases for name in reason.cases.shown}
    cases = content.learned.cases if content.learned else ()
    return {
        "lang": lang.code,
        "headline": wording.headline(advice, content, lang),
        "verdicts": {verdict: labels.verdict_name(verdict, lang) for verdict in wording.VERDICTS},
        "options": {option.id: lang(option.name) for option in content.options},
        "questions": {question.id: lang(question.text) for question in content.questions},
        "assumptions": {assumption.id: lang(assumption.text) for assumption in content.assumptions},
        "terms": {
            term.id: wording.term_because(term.id, advice, content, lang)
            for term in content.weighed
            if term.id in terms
        },
        "cases": {case.id: {"title": case.title, "source": case.source} for case in cases if case.id in shown},
        "rules": {rule.id: lang(rule.because) for rule in content.rules if rule.id in rules},
    }


def _planned(step: PlanStepText, owners: Owners) -> dict[str, str]:
    """A step of the plan, by the id that it has in the advice, with who does it and by when."""
    owner, due = owners.get(step.what, ("", ""))
    return {"id": step.id, "text": step.what, "owner": owner, "due": due}


def _step(step: NextStep, owners: Owners, kits: Mapping[str, Kit]) -> dict[str, str | None]:
    """A step with what it is about: the id of a rule, question, option or route; empty for the last one. A step that
    begins with an option has the id of its starter kit, where one fits.
    """
    kit = kits.get(step.about) if step.kind in ("start", "meanwhile") else None
    owner, due = owners.get(step.text, ("", ""))
    return {
        "kind": step.kind,
        "about": step.about,
        "text": step.text,
        "why": step.why,
        "kit": kit.id if kit else None,
        "by": step.by.isoformat() if step.by else None,
        "owner": owner,
        "due": due,
    }
