"""The brief: what whoever decides reads of an advice, in the order in which they read it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from advisor.content.load import Content
from advisor.engine.advice import Advice, OptionResult, Step
from advisor.language import Language
from advisor.wording import labels
from advisor.wording.comparison import FigureText, compared, slow_within
from advisor.wording.grounds import ReasonText, option_result, reason_text
from advisor.wording.inputs import project
from advisor.wording.outcome import brief_headline, price_route, reservations, share_of_teams, stability
from advisor.wording.plan import ROUTE, PlanStepText, first_option, plan_steps
from advisor.wording.route_step import asks
from advisor.wording.today import TodayText, dearer_than_today, today
from advisor.wording.unknowns import of_chance, of_price
from advisor.wording.warnings import endings, warnings

MOST_REASONS = 3
LEAST_DECIBANS = 0.5
"""What a reason must weigh for the brief: it moves the odds by an eighth. Assumption."""


@dataclass(frozen=True, slots=True)
class NamedFigure:
    """A figure with what it is of."""

    name: str
    figure: FigureText
    question_id: str = ""
    """Of an unknown figure, the question that fills it in; empty where none does."""


@dataclass(frozen=True, slots=True)
class CardText:
    """A step of the plan, as briefly as a card says it."""

    kind: str
    id: str
    name: str
    share: float | None
    """Of the teams that reach this step, how many end with it; none of what is prepared."""
    ends_here: str
    """The share in words."""
    facts: tuple[str, ...]
    """Work, what is paid once, and when to stop, where each is known; that a price is not."""
    question_id: str = ""
    """Of what is to be asked, the question that takes the answer."""


@dataclass(frozen=True, slots=True)
class OpenText:
    """What is still open: the question that matters most, or how many scenarios agree."""

    mark: str
    """That the verdict is provisional; empty where it is not."""
    said: str
    question_id: str = ""
    question: str = ""


CLOSE = 0.6
"""Share of the scenarios below which a verdict is called close."""


@dataclass(frozen=True, slots=True)
class BriefText:
    """The brief in words. Empty strings and tuples: there is nothing to say."""

    above: str
    headline: str
    today: TodayText
    """Today's bill beside the plan's, where cost is the complaint."""
    found: str
    """How many teams like this one end with the recommended option."""
    warnings: tuple[str, ...]
    """What makes figures doubtful: dates beyond the facts, models that answer no more."""
    reservations: str
    cards: tuple[CardText, ...]
    option_id: str
    option: str
    """The option that the figures are of."""
    figures: tuple[NamedFigure, ...]
    once: NamedFigure | None
    """What is paid once for the option; none where that is nothing."""
    route: str
    """Whose price it is, where the option trains."""
    endings: tuple[str, ...]
    """What its price rests on and ends."""
    reasons: tuple[ReasonText, ...]
    """Those that nothing leaves open."""
    open: OpenText


def brief(advice: Advice, content: Content, lang: Language) -> BriefText:
    """The brief of an advice in the reader's language."""
    result = figured(advice)
    option = result.option if result else advice.option
    steps = zip(advice.plan, plan_steps(advice, content, lang), strict=True)
    return BriefText(
        above=above(project(advice), advice, lang),
        headline=brief_headline(advice, content, lang),
        today=today(advice, content, lang),
        found=share_of_teams(advice, content, lang),
        warnings=warnings(advice, content, lang),
        reservations=reservations(advice, content, lang),
        cards=tuple(_card(step, text, advice, lang) for step, text in steps),
        option_id=option,
        option=labels.advised_option(option, advice, content, lang),
        figures=figures(advice, content, lang),
        once=_once(result, content, lang),
        route=price_route(result, content, lang) if result else "",
        endings=endings(advice, content, lang, option),
        reasons=certain_reasons(advice, content, lang),
        open=still_open(advice, content, lang),
    )


def above(name: str, advice: Advice, lang: Language) -> str:
    """What stands above the headline: the name of the project, if it has one, and the day."""
    day = lang("Verdict of {date}", date=lang.date(advice.at))
    return f"{name} · {day}" if name else day


def figured(advice: Advice) -> OptionResult | None:
    """The option whose figures the brief shows: the first that the plan tries, else the one recommended."""
    return option_result(advice, first_option(advice))


def certain_reasons(advice: Advice, content: Content, lang: Language) -> tuple[ReasonText, ...]:
    """At most three reasons that hold in all scenarios and weigh, the weightiest first."""
    weighty = (reason for reason in advice.reasons if reason.gate or reason.decibans >= LEAST_DECIBANS)
    told = (reason_text(reason, advice, content, lang) for reason in weighty)
    return tuple(islice((text for text in told if not text.premise), MOST_REASONS))


def figures(advice: Advice, content: Content, lang: Language) -> tuple[NamedFigure, ...]:
    """Cost a month, answer time, and the chance that the plan arrives; each says so where it is unknown."""
    unknown, result = FigureText(lang("unknown"), ""), figured(advice)
    text = compared(result, content, lang) if result else None
    told = advice.answers.get("requests_per_month") is not None
    month = lang("a month, all in") if told else lang("a month, all in, at a guessed volume")
    named = lang("chance that the plan reaches your target")
    price = "" if result is None or result.usd_month.p50 is not None else of_price(result, advice)
    if advice.arrives is None:
        waits = of_chance(advice, lang)
        chance = NamedFigure(named, FigureText(unknown.middle, waits.why), waits.question_id)
    else:
        chance = NamedFigure(named, FigureText.of(advice.arrives, lang.percent, lang))
    return (
        NamedFigure(month, text.month if text else unknown, price),
        NamedFigure(slow_within(lang), text.slow if text else unknown),
        chance,
    )


def _once(result: OptionResult | None, content: Content, lang: Language) -> NamedFigure | None:
    if result is None or not result.usd_once.p50:
        return None
    return NamedFigure(lang("once, to build it"), compared(result, content, lang).once)


def _card(step: Step, text: PlanStepText, advice: Advice, lang: Language) -> CardText:
    facts = []
    if step.effort_days.p50:
        facts.append(lang("{days} of work", days=text.days.middle))
    if step.usd_once.p50:
        once = lang("{usd} more, once", usd=text.once.middle) if text.more else lang("{usd} once", usd=text.once.middle)
        facts.append(once)
    result = option_result(advice, step.id) if step.kind == "option" else None
    if result is not None and result.usd_month.p50 is None:
        facts.append(lang("price unknown"))
    if dearer := dearer_than_today(step.id, advice, lang):
        facts.append(dearer)
    if text.stop_at:
        facts.append(lang("stop at a score of {score}", score=text.stop_at))
    if step.kind == "prepare":
        asked = asks(first_option(advice), advice) if step.id == ROUTE else ()
        return CardText(step.kind, step.id, text.name, None, "", tuple(facts), next(iter(asked), ""))
    tried = any(before.kind == "option" for before in advice.plan[: advice.plan.index(step)])
    n = lang.number(round(step.share * 100))
    said = (
        lang("of those left, {n} of 100 end here", n=n)
        if tried
        else lang("of teams like yours, {n} of 100 end here", n=n)
    )
    return CardText(step.kind, step.id, text.name, step.share, said, tuple(facts))


def still_open(advice: Advice, content: Content, lang: Language) -> OpenText:
    """What is still open, of an advice that says which answer matters most."""
    if not advice.provisional or advice.next_question is None:
        return OpenText("", stability(advice, lang))
    asked = advice.next_question.question
    question = lang(content.question(asked).text)
    mark = lang("Provisional.")
    if advice.stability < CLOSE:
        share = lang.percent(advice.stability)
        mark = lang("Provisional and close: {share} of the scenarios give this verdict.", share=share)
    return OpenText(mark, lang("The answer that matters most:"), asked, question)
