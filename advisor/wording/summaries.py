"""What each room behind the verdict answers, in a sentence at its head."""

from __future__ import annotations

from advisor.content.load import Content
from advisor.engine.advice import Advice
from advisor.language import Language
from advisor.wording import labels
from advisor.wording.comparison import amount, duration
from advisor.wording.grounds import first_missing, missing_name, option_result
from advisor.wording.inputs import asked
from advisor.wording.labels import in_sentence
from advisor.wording.outcome import meanwhile, passed_over, share_of_teams, verdict

SPECIALIST = "specialist"
"""The platform of vendors that the question on platforms does not name."""


def why(advice: Advice, content: Content, lang: Language) -> str:
    """How many teams end with the recommended option, and why not one that more of them end with; where it is not yet,
    what has to come first, and what to use until then.
    """
    sentence = "" if advice.verdict == "not_yet" else share_of_teams(advice, content, lang)
    if not sentence:
        return " ".join(part for part in (verdict(advice, content, lang), meanwhile(advice, content, lang)) if part)
    return " ".join(part for part in (sentence, passed_over(advice, content, lang, planned=True)) if part)


def cost(advice: Advice, content: Content, lang: Language) -> str:
    """What the recommended option costs a month, all in, and to build."""
    result = option_result(advice, advice.option)
    name = in_sentence(labels.advised_option(advice.option, advice, content, lang))
    if result is None or result.usd_month.p50 is None:
        return lang("What it costs is not known: {option}.", option=name)
    values = {"option": name, "month": amount(result.usd_month, lang).middle}
    if not result.usd_once.p50:
        return lang("With {option} you pay about {month} a month, all in, and nothing to build.", **values)
    once = amount(result.usd_once, lang).middle
    return lang("With {option} you pay about {month} a month, all in, and {once} to build.", **values, once=once)


def speed(advice: Advice, content: Content, lang: Language) -> str:
    """How fast the recommended option answers, beside the limit that the user set."""
    result = option_result(advice, advice.option)
    name = in_sentence(labels.advised_option(advice.option, advice, content, lang))
    if result is None or result.latency_p95.p50 is None:
        return lang("How fast it answers is not known: {option}.", option=name)
    values = {"option": name, "slow": duration(result.latency_p95, lang).middle}
    if advice.latency_limit is None:
        return lang("With {option} 95 of 100 answers come within about {slow}; you set no limit.", **values)
    values["limit"] = labels.seconds(advice.latency_limit, lang)
    if result.latency_p95.p50 > advice.latency_limit:
        return lang(
            "With {option} 95 of 100 answers come within about {slow}: too slow for your limit of {limit}.", **values
        )
    return lang("With {option} 95 of 100 answers come within about {slow}; your limit is {limit}.", **values)


def change(advice: Advice, lang: Language) -> str:
    """How many single answers would change the verdict, and how firm it is."""
    answers = len({flip.question for flip in advice.flips if flip.share > 0 and flip.changes_verdict})
    often = labels.situations(advice.stability, lang)
    if not answers:
        return lang(
            "No single answer would change the verdict, which holds in {often} that fit your answers.", often=often
        )
    return lang.plural(
        "The verdict holds in {often} that fit your answers; {n} answer, changed alone, would change it.",
        "The verdict holds in {often} that fit your answers; {n} answers, each changed alone, would change it.",
        answers,
        often=often,
    )


def ways(advice: Advice, lang: Language) -> str:
    """How what would change the verdict is listed: one answer changed, and how often where some change it in several
    ways.
    """
    questions = [flip.question for flip in advice.flips if flip.share > 0 and flip.changes_verdict]
    alone = lang("One answer changed, all others as they are.")
    if len(questions) == len(set(questions)):
        return alone
    several = lang.plural(
        "{n} answer changes the verdict, in {ways} ways.",
        "{n} answers change the verdict, in {ways} ways.",
        len(set(questions)),
        ways=lang.number(len(questions)),
    )
    return f"{alone} {several}"


def only_the_option(advice: Advice, lang: Language) -> str:
    """How many answers would leave the verdict and change the option alone; empty where none."""
    answers = len({flip.question for flip in advice.flips if flip.share > 0 and not flip.changes_verdict})
    if not answers:
        return ""
    return lang.plural(
        "{n} answer that would change only the option", "{n} answers that would change only the option", answers
    )


def who(advice: Advice, content: Content, lang: Language) -> str:
    """How many vendors could train it on the day of the advice, and what of that ends first; before that, where the
    verdict is not to train, when somebody is needed.
    """
    sentence = _who(advice, content, lang)
    if advice.verdict != "dont":
        return sentence
    if _trains_later(advice, content):
        return f"{lang('Your plan trains only where all before that falls short.')} {sentence}"
    return f"{lang('Your plan needs nobody who trains; this is for if you tune one day.')} {sentence}"


def _trains_later(advice: Advice, content: Content) -> bool:
    """Whether a step of the plan trains, although the verdict is not to."""
    return any(step.kind == "option" and content.option(step.id).tunes for step in advice.plan)


def _who(advice: Advice, content: Content, lang: Language) -> str:
    opened = [route for route in advice.routes if route.open]
    # A cloud is one vendor, by however many of its services it trains; each specialist is one of its own.
    vendors = {
        route.vendor if route.platform == SPECIALIST else route.platform for route in opened if route.platform != "own"
    }
    if not opened:
        return lang("Nobody that you may use would train it for you on this day.")
    if content.option(advice.option).tunes and not any(advice.option in route.options for route in opened):
        return lang(
            "As far as is known, no vendor that you may use offers you {option} on {date}. What is open trains "
            "something else.",
            option=in_sentence(labels.advised_option(advice.option, advice, content, lang)),
            date=lang.date(advice.at),
        )
    if not vendors:
        return lang("No vendor that you may use would train it for you: you can on machines of your own.")
    sentence = lang.plural(
        "On {date}, {n} vendor that you may use could train it for you.",
        "On {date}, {n} vendors that you may use could train it for you.",
        len(vendors),
        date=lang.date(advice.at),
    )
    ends = [day for route in opened for day in (route.closed_from, route.gone_from) if day and day > advice.at]
    return f"{sentence} {lang('The first end is on {day}.', day=lang.date(min(ends)))}" if ends else sentence


def ready(advice: Advice, content: Content, lang: Language) -> str:
    """On how many sides the user is ready, and what is to come first; before that, where the verdict is not to train,
    that what the plan begins with waits for none of it.
    """
    sentence = _ready(advice, content, lang)
    if advice.verdict != "dont":
        return sentence
    if _trains_later(advice, content):
        return f"{lang('Your plan trains only where all before that falls short.')} {sentence}"
    return f"{lang('Your plan does not wait for this: it says how ready you would be to tune.')} {sentence}"


def _ready(advice: Advice, content: Content, lang: Language) -> str:
    told = [side for side in advice.readiness if asked(side, advice)]
    values = {
        "ready": lang.number(sum(side.state == "ready" for side in told)),
        "left": lang.number(len(advice.readiness) - len(told)),
    }
    if not told:
        sentence = lang("Nothing was asked yet that says how ready you are.")
    elif len(told) == len(advice.readiness):
        sentence = lang.plural(
            "You are ready in {ready} of {n} area.", "You are ready in {ready} of {n} areas.", len(told), **values
        )
    else:
        sentence = lang.plural(
            "You are ready in {ready} of the {n} area that was asked about; not asked: {left}.",
            "You are ready in {ready} of the {n} areas that were asked about; not asked: {left}.",
            len(told),
            **values,
        )
    gap = first_missing(advice)
    if gap is None:
        return sentence
    return f"{sentence} {lang('First you need {missing}.', missing=in_sentence(missing_name(gap, content, lang)))}"


def steps(planned: int, beside: int, later: int, owned: int, lang: Language) -> str:
    """What there is to do: steps of the plan, steps beside it, and things to mind later; and how many of all these
    somebody has taken on.
    """
    every = planned + beside + later
    if not every:
        return lang("Nothing is left to do.")
    parts = [
        lang.plural("{n} step of the plan", "{n} steps of the plan", planned) if planned else "",
        lang.plural("{n} step beside it", "{n} steps beside it", beside) if planned and beside else "",
        lang.plural("{n} step", "{n} steps", beside) if beside and not planned else "",
        lang.plural("{n} thing to mind later", "{n} things to mind later", later) if later else "",
    ]
    told = labels.all_of([part for part in parts if part], lang)
    if every not in (planned, beside, later):
        told = lang("{n} in all: {parts}", n=lang.number(every), parts=told)
    # As long with owners as without: nothing below it moves when one is filled in.
    return lang("{steps}; with an owner: {n}.", steps=told, n=lang.number(owned))


def assumptions(mine: int, content: Content, lang: Language) -> str:
    """How many numbers nobody was asked for, and how many of them the user has replaced."""
    count = len(content.assumptions)
    if not mine:
        return lang.plural(
            "{n} number that nobody asked you for stands behind the figures.",
            "{n} numbers that nobody asked you for stand behind the figures.",
            count,
        )
    return lang.plural(
        "{mine} of the {n} number that nobody asked you for is yours.",
        "{mine} of the {n} numbers that nobody asked you for are yours.",
        count,
        mine=lang.number(mine),
    )
