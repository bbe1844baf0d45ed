"""The brief: what whoever decides reads of an advice, in the order in which they read it."""

from __future__ import annotations

from dataclasses import dataclass

from advisor.content.load import Content
from advisor.engine.advice import Advice, OptionResult
from advisor.language import Language
from advisor.wording import labels
from advisor.wording.comparison import FigureText, compared, slow_within
from advisor.wording.grounds import ReasonText, option_result, reasons
from advisor.wording.inputs import project
from advisor.wording.outcome import brief_headline, price_route, reservations
from advisor.wording.plan import PlanStepText, plan_steps
from advisor.wording.warnings import endings, warnings

MOST_REASONS = 3
LEAST_DECIBANS = 0.5
"""What a reason must weigh for the brief: it moves the odds by an eighth. Assumption."""


@dataclass(frozen=True, slots=True)
class NamedFigure:
    """A figure with what it is of."""

    name: str
    figure: FigureText


@dataclass(frozen=True, slots=True)
class BriefText:
    """The brief in words. Empty strings and tuples: there is nothing to say."""

    above: str
    headline: str
    warnings: tuple[str, ...]
    """What makes figures doubtful: dates beyond the facts, models that answer no more."""
    reservations: str
    steps: tuple[PlanStepText, ...]
    option_id: str
    option: str
    """The option that the figures are of."""
    figures: tuple[NamedFigure, ...]
    route: str
    """Whose price it is, where the option trains."""
    endings: tuple[str, ...]
    """What its price rests on and ends."""
    reasons: tuple[ReasonText, ...]
    """Those that nothing leaves open."""


def brief(advice: Advice, content: Content, lang: Language) -> BriefText:
    """The brief of an advice in the reader's language."""
    name, day = project(advice), lang("Verdict of {date}", date=lang.date(advice.at))
    result = figured(advice)
    option = result.option if result else advice.option
    return BriefText(
        above=f"{name} · {day}" if name else day,
        headline=brief_headline(advice, content, lang),
        warnings=warnings(advice, content, lang),
        reservations=reservations(advice, content, lang),
        steps=plan_steps(advice, content, lang),
        option_id=option,
        option=labels.option_name(option, content, lang),
        figures=_figures(result, advice, content, lang),
        route=price_route(result, content, lang) if result else "",
        endings=endings(advice, content, lang, option),
        reasons=certain_reasons(advice, content, lang),
    )


def figured(advice: Advice) -> OptionResult | None:
    """The option whose figures the brief shows: the first that the plan tries, else the one recommended."""
    first = next((step.id for step in advice.plan if step.kind == "option"), advice.option)
    return option_result(advice, first)


def certain_reasons(advice: Advice, content: Content, lang: Language) -> tuple[ReasonText, ...]:
    """At most three reasons that hold in all scenarios and weigh, the weightiest first."""
    every = reasons(advice, content, lang, limit=len(advice.reasons))
    told = zip(advice.reasons, every, strict=True)
    certain = (text for reason, text in told if not text.premise and (reason.gate or reason.decibans >= LEAST_DECIBANS))
    return tuple(certain)[:MOST_REASONS]


def _figures(result: OptionResult | None, advice: Advice, content: Content, lang: Language) -> tuple[NamedFigure, ...]:
    """Cost a month, answer time, and the chance that the plan arrives; each says so where it is unknown."""
    unknown = FigureText(lang("unknown"), "")
    text = compared(result, content, lang) if result else None
    chance = unknown if advice.arrives is None else FigureText.of(advice.arrives, lang.percent, lang)
    return (
        NamedFigure(lang("a month, all in"), text.month if text else unknown),
        NamedFigure(slow_within(lang), text.slow if text else unknown),
        NamedFigure(lang("chance that the plan reaches your target"), chance),
    )
