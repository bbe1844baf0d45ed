"""The brief: what whoever decides reads of an advice, in the order in which they read it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, compress

from advisor.content.load import Content
from advisor.engine.advice import Advice, OptionResult, Step
from advisor.engine.expected_score import TARGET
from advisor.engine.sensitivity import SETTLED
from advisor.language import Language
from advisor.wording import labels
from advisor.wording.broken_limits import over, over_in_short, stated
from advisor.wording.comparison import FigureText, compared, slow_within
from advisor.wording.grounds import LEAST_DECIBANS, ReasonText, option_result, reasons
from advisor.wording.inputs import project
from advisor.wording.outcome import brief_headline, now_or_later, reservations, share_of_teams, stability
from advisor.wording.plan import ROUTE, PlanStepText, first_option, first_tried, plan_steps, sets_the_score
from advisor.wording.route_step import asks
from advisor.wording.today import TodayText, dearer_than_today, today
from advisor.wording.unknowns import of_chance, of_price
from advisor.wording.warnings import endings, warnings

MOST_WORDS = 64
"""Words of reservations and reasons together, but for the first reason, so that every brief stays below 500 words."""
CLOSE = 0.6
"""Share of the scenarios below which a verdict is called close."""


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
    """Work, what is paid once, which limits it goes over, and on the first option when to stop, where each is known;
    that a price is not.
    """
    question_id: str = ""
    """Of what is to be asked, the question that takes the answer."""


@dataclass(frozen=True, slots=True)
class OpenText:
    """What is still open: the question that matters most, or how many scenarios agree."""

    said: str
    question_id: str = ""
    question: str = ""


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
    modelled: str
    """Where the shares on the cards come from; empty where none has any."""
    option_id: str
    option: str
    """The option that the figures are of."""
    figures: tuple[NamedFigure, ...]
    once: NamedFigure | None
    """What is paid once for the option; none where that is nothing."""
    endings: tuple[str, ...]
    """What its price rests on and ends."""
    reasons: tuple[ReasonText, ...]
    """Those that nothing leaves open."""
    open: OpenText


def brief(advice: Advice, content: Content, lang: Language) -> BriefText:
    """The brief of an advice in the reader's language."""
    result = figured(advice)
    option = result.option if result else advice.option
    priced = result if result and result.usd_month.p50 is not None else None
    held_back = reservations(advice, content, lang)
    steps = zip(advice.plan, plan_steps(advice, content, lang), strict=True)
    cards = tuple(_card(step, text, advice, lang) for step, text in steps)
    return BriefText(
        above=above(project(advice), advice, lang),
        headline=brief_headline(advice, content, lang),
        today=today(advice, content, lang),
        found=share_of_teams(advice, content, lang),
        warnings=warnings(advice, content, lang),
        reservations=held_back,
        cards=cards,
        modelled=modelled(content, lang) if any(card.share is not None for card in cards) else "",
        option_id=option,
        option=labels.advised_option(option, advice, content, lang),
        figures=figures(advice, content, lang),
        once=_once(result, content, lang),
        endings=endings(advice, content, lang, option) if priced else (),
        reasons=certain_reasons(advice, content, lang, MOST_WORDS - len(held_back.split())),
        open=still_open(advice, content, lang),
    )


def above(name: str, advice: Advice, lang: Language) -> str:
    """What stands above the headline: the name of the project, if it has one, the day, and how firm the verdict is."""
    day = lang("Verdict of {date}", date=lang.date(advice.at))
    return " · ".join(part for part in (name, day, firmness(advice, lang)) if part)


def firmness(advice: Advice, lang: Language) -> str:
    """How many scenarios give the verdict, and whether answers that are open can still change it."""
    if advice.provisional and advice.stability >= SETTLED:  # what is known is settled; what is open may close a way
        return lang("provisional")
    if trained := now_or_later(advice):
        often = labels.situations(trained, lang)
        if advice.provisional:
            return lang("provisional: training, now or later, in {often}", often=often)
        return lang("training, now or later, in {often}", often=often)
    often = labels.situations(advice.stability, lang)
    if not advice.provisional:
        return lang("in {often}", often=often)
    if advice.stability < CLOSE:
        return lang("provisional and close: in {often}", often=often)
    return lang("provisional: in {often}", often=often)


def modelled(content: Content, lang: Language) -> str:
    """That the shares on the cards are estimates, and of what."""
    cases = content.learned.scores["out_of_fold"].cases if content.learned else 0
    return lang("Estimated by our model of {n} published cases.", n=lang.number(cases))


def figured(advice: Advice) -> OptionResult | None:
    """The option whose figures the brief shows: the first that the plan tries, else the one recommended."""
    return option_result(advice, first_option(advice))


def certain_reasons(
    advice: Advice, content: Content, lang: Language, most_words: int = MOST_WORDS
) -> tuple[ReasonText, ...]:
    """At most three reasons that hold in all scenarios and weigh, the weightiest first; fewer where they are long."""
    weighty = {reason.id for reason in advice.reasons if reason.gate or reason.decibans >= LEAST_DECIBANS}
    told = reasons(advice, content, lang)
    kept = [text for text in told if not text.premise and text.id in weighty]
    words = accumulate(len(text.because.split()) for text in kept)
    short = (text is kept[0] or so_far <= most_words for text, so_far in zip(kept, words, strict=True))
    return tuple(compress(kept, short))


def figures(advice: Advice, content: Content, lang: Language) -> tuple[NamedFigure, ...]:
    """Cost a month, answer time, and the chance that the plan arrives; each says so where it is unknown, and which
    question fills it in. No chance where nobody set a target and no question would tell it.
    """
    unknown, result = FigureText(lang("unknown"), ""), figured(advice)
    text = compared(result, content, lang) if result else None
    told = any(advice.answers.get(one) is not None for one in ("requests_per_month", "bill_month"))
    month = lang("a month, all in") if told else lang("a month, all in, at a guessed volume")
    named = lang("chance that the plan reaches your target")
    price = "" if result is None or result.usd_month.p50 is not None else of_price(result, advice)
    hangs_on = _hangs_on(price, content, lang)
    cost = FigureText(text.month.middle, hangs_on) if text and hangs_on else text.month if text else unknown
    known = (NamedFigure(month, cost, price), NamedFigure(slow_within(lang), text.slow if text else unknown))
    if advice.arrives is not None:
        return (*known, NamedFigure(named, FigureText.of(advice.arrives, lang.percent, lang)))
    waits = of_chance(advice, lang)
    if not waits.question_id and advice.answers.get(TARGET) is None:
        return known
    why = _hangs_on(waits.question_id, content, lang) or waits.why
    return (*known, NamedFigure(named, FigureText(unknown.middle, why), waits.question_id))


def _hangs_on(question: str, content: Content, lang: Language) -> str:
    """Which question fills in a figure; empty for none."""
    return lang("first: {question}", question=lang(content.question(question).text)) if question else ""


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
    if step.kind == "prepare" and step.usd_month.p50:
        facts.append(_model_alone(step.usd_month.p50, text, advice, lang))
    result = option_result(advice, step.id) if step.kind == "option" else None
    if result is not None and result.usd_month.p50 is None:
        facts.append(lang("price unknown"))
    limits = over(result, advice) if result is not None and step.id != advice.option else ()
    facts += [over_in_short(limit, result, advice, lang) for limit in limits if result is not None]
    if "budget_month" not in limits and (dearer := dearer_than_today(step.id, advice, lang)):
        facts.append(dearer)
    if step is first_tried(advice):
        number = sets_the_score(advice)
        if text.stop_at:
            facts.append(lang("stop at a score of {score}", score=text.stop_at))
        elif number:
            facts.append(lang("stop at the score that you set in step {n}", n=lang.number(number)))
    if step.kind == "prepare":
        asked = asks(first_option(advice), advice) if step.id == ROUTE else ()
        return CardText(step.kind, step.id, text.name, None, "", tuple(facts), next(iter(asked), ""))
    tried = any(before.kind == "option" for before in advice.plan[: advice.plan.index(step)])
    sentence = (
        lang("of the rest, for about {share}", share=lang.percent(step.share))
        if tried
        else lang("enough for about {n} of 100 teams like yours", n=lang.number(round(step.share * 100)))
    )
    return CardText(step.kind, step.id, text.name, step.share, sentence, tuple(facts))


def _model_alone(usd: float, text: PlanStepText, advice: Advice, lang: Language) -> str:
    """What the model of a step costs a month; against the budget where it goes over it."""
    budget = stated("budget_month", advice)
    if budget is None or usd <= budget:
        return lang("{usd} a month for the model", usd=text.month.middle)
    return lang(
        "{estimated} a month to run, over your {stated}", estimated=text.month.middle, stated=labels.money(budget, lang)
    )


def still_open(advice: Advice, content: Content, lang: Language) -> OpenText:
    """What is still open, of an advice that says which answer matters most."""
    if not advice.provisional or advice.next_question is None:
        return OpenText(stability(advice, lang))
    asked = advice.next_question.question
    said = lang("Worth finding out most:") if asked in advice.answers else lang("The answer that matters most:")
    return OpenText(said, asked, lang(content.question(asked).text))
