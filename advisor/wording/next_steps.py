"""What to do next, in order: what is missing, what to find out, what to start, to mind and to replace, and by when.

Here stand the kinds of steps, their order, and sentences that frame them. The words of most are content: what brings a
missing thing back is `brings_back` and what to mind is `advice` of a rule in `content/rules/`, what an option is its
`summary` in `content/options.yaml`, what to find out the text of a question. The steps of the plan, which say what to
try in what order, are in `advisor.wording.plan`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from advisor.content.load import Content
from advisor.engine.advice import Advice, RouteStatus
from advisor.language import Language
from advisor.wording import conditions, labels, missing_for_verdict, open_state, option_result
from advisor.wording.grounds import already_in_use, already_works, option_said, unmeasured
from advisor.wording.labels import in_sentence
from advisor.wording.outcome import meanwhile
from advisor.wording.plan import LIMITS, ROUTE, first_option, plan_steps
from advisor.wording.route_step import asks

PLANNED = frozenset({"start", "again"})
"""Kinds of steps that a plan says better."""


@dataclass(frozen=True, slots=True)
class NextStep:
    """Something to do next. Owner and date are for the reader to fill in; `by` is a date that someone else has set."""

    kind: Literal["missing", "measure", "question", "meanwhile", "start", "note", "route", "again"]
    text: str
    why: str
    about: str = ""
    """Id of the rule, question, option or route that it is about; empty for answering again. Routes that end on one day
    are one step: their ids, parted by spaces."""
    by: date | None = None
    owner: str = ""
    due: str = ""
    technical: bool = False
    """For whoever trains the model, not for whoever decides."""


def next_steps(advice: Advice, content: Content, lang: Language) -> tuple[NextStep, ...]:
    """What to do next, in order: what is missing, what to find out, what to start, what to watch, and by when."""
    steps: list[NextStep] = []
    # What may be missing because nobody was asked is a question, which comes next.
    known = {entry.rule for entry in advice.missing if entry.known}
    missing = missing_for_verdict(advice, content, lang)
    gaps = [gap for gap in missing if gap.can_be_lifted and gap.brings_back and gap.rule in known]
    steps += [
        NextStep("missing", gap.brings_back, lang("Holds up: {options}", options=gap.holds_up), gap.rule)
        for gap in gaps
    ]
    # Whatever is tried is measured, so what that takes is a step though it holds up training alone.
    said = {gap.rule for gap in gaps}
    measured_with = [entry.rule for entry in unmeasured(advice, content) if entry.rule not in said]
    steps += [
        NextStep("measure", lang(gate.brings_back), lang(content.rule(rule).because), rule)
        for rule in measured_with
        if (gate := content.rule(rule).blocks)
    ]
    raises = next((step.what for step in plan_steps(advice, content, lang) if step.id == LIMITS), None)
    if raises:
        holds_up = lang("Holds up: {options}", options=option_said(advice.option, content, lang))
        steps.append(NextStep("missing", raises, holds_up, LIMITS))
    if advice.next_question:
        asked = advice.next_question.question
        text = lang("Find the answer to “{question}”", question=labels.question_of(asked, content, lang))
        steps.append(NextStep("question", text, lang("Can still change the verdict"), asked))
    result = option_result(advice, advice.option)
    now = advice.meanwhile or (None if raises or (result and result.blocked) else advice.option)
    if now is not None:
        option = content.option(now)
        name = in_sentence(lang(option.name))
        keeps = already_works(advice, now)
        text = lang("Keep {option}.", option=name) if keeps else lang("Start with {option}.", option=name)
        if advice.meanwhile:
            text = meanwhile(advice, content, lang)
        had = keeps or (advice.meanwhile is not None and already_in_use(advice, now))
        why = "" if had else lang(option.summary)
        steps.append(NextStep("meanwhile" if advice.meanwhile else "start", text, why, option.id))
    for note in advice.notes:
        rule = content.rule(note)
        if rule.advice:
            steps.append(NextStep("note", lang(rule.advice), lang(rule.because), rule.id, technical=rule.technical))
    if advice.verdict != "dont":
        steps += _deadlines(advice.routes, advice.at, lang)
    if gaps or measured_with or advice.next_question:
        steps.append(NextStep("again", lang("Answer the questions again and compare the verdicts."), ""))
    return tuple(steps)


def beside_the_plan(advice: Advice, content: Content, lang: Language) -> tuple[NextStep, ...]:
    """The next steps without those that the plan says."""
    return tuple(step for step in next_steps(advice, content, lang) if not in_the_plan(step, advice))


def in_the_plan(step: NextStep, advice: Advice) -> bool:
    """Whether the plan says this step: better than here, or as one that it prepares."""
    return bool(advice.plan) and (step.kind in PLANNED or step.about in _prepared(advice))


def _prepared(advice: Advice) -> frozenset[str]:
    """What the plan prepares, the gates that ask for it, and the questions that are to be asked for it."""
    prepares = [step for step in advice.plan if step.kind == "prepare"]
    names = frozenset(name for step in prepares for name in (step.id, *step.why))
    return names | frozenset(asks(first_option(advice), advice)) if ROUTE in names else names


def _deadlines(routes: Iterable[RouteStatus], at: date, lang: Language) -> list[NextStep]:
    """A step for the routes that are open but end within a year: one for the models that end alike at one vendor."""
    groups: dict[tuple[str, bool, date, str], list[RouteStatus]] = {}
    for route in routes:
        closes = min((day for day in (route.closed_from, route.closed_not_before) if day and day > at), default=None)
        stops = min((day for day in (route.gone_from, route.gone_not_before) if day and day > at), default=None)
        day = closes or stops
        if route.open and route.ends_soon and day:
            said = " ".join((open_state(route, at, lang), *conditions(route, lang)))
            groups.setdefault((route.vendor, closes is not None, day, said), []).append(route)
    return [_deadline(*key, same, lang) for key, same in groups.items()]


def _deadline(
    vendor: str, trains: bool, day: date, state: str, routes: Sequence[RouteStatus], lang: Language
) -> NextStep:
    named = ", ".join(lang(model) for model in dict.fromkeys(route.model for route in routes))
    values = {"who": lang(vendor), "model": named, "date": lang.date(day)}
    text = (
        lang("Start training at {who} ({model}) before {date}, or choose another route.", **values)
        if trains
        else lang("Plan what replaces a model tuned at {who} ({model}) before {date}.", **values)
    )
    return NextStep("route", text, state, " ".join(route.route for route in routes), by=day)
