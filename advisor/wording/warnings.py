"""What to warn of in an advice: days beyond what the facts cover, and what is priced in it and ends."""

from __future__ import annotations

from advisor.content.load import Content
from advisor.engine.advice import Advice, Ending
from advisor.language import Language
from advisor.wording import labels
from advisor.wording.grounds import option_said


def warnings(advice: Advice, content: Content, lang: Language) -> tuple[str, ...]:
    """What makes the figures of an advice doubtful, a sentence each: its day is long after the newest fact, or a model
    that is priced as what the user runs answers no more.
    """
    gone = (_ending(ending, content, lang) for ending in advice.endings if ending.gone)
    return (*_beyond_facts(advice, lang), *gone)


def endings(advice: Advice, content: Content, lang: Language, option: str | None = None) -> tuple[str, ...]:
    """What is priced and ends, or may end, within the months over which costs are spread: a sentence each, those of one
    option, which then name no other, or of all. What is gone already is among the `warnings`; an option whose cost is
    unknown has no price that ends.
    """
    priced = {result.option for result in advice.ranking if result.usd_month.p50 is not None}
    known = (one.model_copy(update={"options": tuple(o for o in one.options if o in priced)}) for one in advice.endings)
    coming = [ending for ending in known if ending.options and not ending.gone]
    if option is not None:
        coming = [one.model_copy(update={"options": (option,)}) for one in coming if option in one.options]
    return tuple(_ending(ending, content, lang) for ending in coming)


def _beyond_facts(advice: Advice, lang: Language) -> tuple[str, ...]:
    if not advice.beyond_facts:
        return ()
    return (
        lang(
            "This is the advice of {date}, and the newest fact behind it was seen on {newest}, more than half a year "
            "before. Prices, offers and dates may be others on that day: check them before you rely on this, or use a "
            "newer version.",
            date=lang.date(advice.at),
            newest=lang.date(advice.newest_fact),
        ),
    )


def _ending(ending: Ending, content: Content, lang: Language) -> str:
    model = next((model for model in content.models if ending.kind == "model" and model.id == ending.ref), None)
    route = next((route for route in content.routes if ending.kind == "route" and route.id == ending.ref), None)
    if ending.kind == "model":
        name = lang(model.name) if model else ending.ref
    else:
        name = lang("{model} at {vendor}", model=lang(route.model), vendor=lang(route.vendor)) if route else ending.ref
    end = ending.gone_from or ending.gone_not_before
    day = lang.date(end) if end else ""
    if ending.gone:
        return lang(
            "{model} answers no more since {date}. It is priced as what you run, at its last known price; no cheaper "
            "way is built on it.",
            model=name,
            date=day,
        )
    options = labels.all_of([option_said(option, content, lang) for option in ending.options], lang)
    if ending.gone_from is None:
        return lang(
            "{model}, priced here for {options}, may stop answering from {date} on, not before.",
            model=name,
            options=options,
            date=day,
        )
    return lang(
        "{model}, priced here for {options}, stops answering on {date}: within the months over which costs are spread.",
        model=name,
        options=options,
        date=day,
    )
