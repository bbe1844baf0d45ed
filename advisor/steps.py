"""What to do next: an ordered plan derived from an advice, each step with an owner and a date to fill in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from advisor import labels
from advisor.advice import Advice, RouteStatus
from advisor.content import Content
from advisor.labels import in_sentence
from advisor.language import Language
from advisor.wording import missing_for_verdict, open_state, option_result


@dataclass(frozen=True, slots=True)
class Step:
    """Something to do next. Owner and date are for the reader to fill in; `by` is a date that someone else has set."""

    kind: Literal["missing", "question", "meanwhile", "start", "note", "route", "again"]
    text: str
    why: str
    about: str = ""
    """Id of the rule, question, option or route that it is about; empty for answering again."""
    by: date | None = None
    owner: str = ""
    due: str = ""


def next_steps(advice: Advice, content: Content, lang: Language) -> tuple[Step, ...]:
    """What to do next, in order: what is missing, what to find out, what to start, what to watch, and by when."""
    steps: list[Step] = []
    gaps = [gap for gap in missing_for_verdict(advice, content, lang) if gap.can_be_lifted and gap.brings_back]
    steps += [
        Step("missing", gap.brings_back, lang("Holds up: {options}", options=gap.holds_up), gap.rule) for gap in gaps
    ]
    if advice.next_question:
        asked = advice.next_question.question
        text = lang("Find out: {question}", question=labels.question_of(asked, content, lang))
        steps.append(Step("question", text, lang("Can still change the verdict"), asked))
    result = option_result(advice, advice.option)
    now = advice.meanwhile or (None if result and result.blocked else advice.option)
    if now is not None:
        option = content.option(now)
        name = in_sentence(lang(option.name))
        text = lang("Start with {option}.", option=name)
        if advice.meanwhile:
            text = lang("Until then, use {option}.", option=name)
        steps.append(Step("meanwhile" if advice.meanwhile else "start", text, lang(option.summary), option.id))
    for note in advice.notes:
        rule = content.rule(note)
        if rule.advice:
            steps.append(Step("note", lang(rule.advice), lang(rule.because), rule.id))
    if advice.verdict != "dont":
        steps += [step for route in advice.routes if (step := _deadline(route, lang))]
    if gaps or advice.next_question:
        steps.append(Step("again", lang("Answer the questions again and compare the verdicts."), ""))
    return tuple(steps)


def _deadline(route: RouteStatus, lang: Language) -> Step | None:
    """A step for a route that is open but ends within a year."""
    day = route.jobs_until or route.serves_until
    if not (route.open and route.ends_soon and day):
        return None
    values = {"who": lang(route.vendor), "model": lang(route.model), "date": lang.date(day)}
    text = (
        lang("Start training at {who} ({model}) before {date}, or choose another route.", **values)
        if route.jobs_until
        else lang("Plan what replaces a model tuned at {who} ({model}) before {date}.", **values)
    )
    return Step("route", text, open_state(route, lang), route.route, by=day)
