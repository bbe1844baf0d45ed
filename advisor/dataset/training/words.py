"""What is said of training runs on a file, on a screen and in a terminal: cost, epochs, who may, sources."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from advisor.content.entries import Fact, Unpriced
from advisor.content.load import Content
from advisor.content.sources import address, seen, source_name
from advisor.dataset.training.cost import EPOCH_RULE, EPOCHS, Run, Span
from advisor.language import Language
from advisor.wording.availability import condition
from advisor.wording.labels import confidence, money

CENT = 0.01
"""Less is not told apart."""
HOUR = 60
MINUTES_FROM = 1.5
"""Hours below which a time is told in minutes."""


class Source(NamedTuple):
    """Who says so, where, and when that was seen."""

    name: str
    url: str | None
    when: str
    """Says also where we have it second-hand, or worked it out ourselves."""


def by_vendor(runs: Iterable[Run]) -> list[tuple[str, list[Run]]]:
    """The runs of each platform together, in the order in which the platforms first come."""
    vendors: dict[str, list[Run]] = {}
    for run in runs:
        vendors.setdefault(run.vendor, []).append(run)
    return list(vendors.items())


def priced(runs: Iterable[Run]) -> list[Run]:
    """Those that can be started and whose cost is known."""
    return [run for run in runs if run.access.open and run.usd is not None]


def unpriced(runs: Iterable[Run]) -> list[Run]:
    return [run for run in runs if run.access.open and run.usd is None]


def closed(runs: Iterable[Run]) -> list[Run]:
    return [run for run in runs if not run.access.open]


def cost(run: Run, lang: Language) -> str:
    """`$2.00 ($0.43 to $2.70)`, or `unknown`."""
    return _spread(run.usd, lambda value: _usd(value, lang), lang) if run.usd else lang("unknown")


def _usd(value: float, lang: Language) -> str:
    return money(value, lang) if value >= CENT else f"<{lang.usd(CENT)}"


def epochs(run: Run, lang: Language) -> str:
    """`3 (1 to 4)`; empty where time is paid and not tokens."""
    return _spread(run.epochs, lang.number, lang) if run.epochs else ""


def billed(run: Run, lang: Language) -> str:
    """Tokens of all epochs, as many as are likely."""
    return _tokens(run.billed.mid, run, lang) if run.billed else ""


def _tokens(n: float, run: Run, lang: Language) -> str:
    """A number of tokens; an estimate is marked, and has three digits."""
    shown = lang.number(n, 12) if run.exact else "≈ " + lang.number(float(f"{n:.3g}"), 12)
    return lang("{n} tokens", n=shown)


def hours(run: Run, lang: Language) -> str:
    """How long it takes on one GPU, or as long as reinforcement is assumed to take."""
    if not run.hours:
        return ""
    if run.hours.high < MINUTES_FROM:
        minutes = Span(*(max(1.0, one * HOUR) for one in run.hours))
        return lang("{n} min", n=_spread(minutes, lambda value: lang.number(round(value), 2), lang))
    return lang("{n} h", n=_spread(run.hours, lambda value: lang.number(value, 2), lang))


def price(run: Run, lang: Language) -> str:
    """The price by which it was worked out, with its unit."""
    if not run.price:
        return lang("unknown")
    amount = _spread(run.price, lang.usd, lang)
    return lang("{price} an hour", price=amount) if run.hours else lang("{price} a million tokens", price=amount)


def _spread(span: Span, show: Callable[[float], str], lang: Language) -> str:
    low, mid, high = (show(one) for one in span)
    return mid if low == high else lang("{n} ({low} to {high})", n=mid, low=low, high=high)


def access_text(run: Run, lang: Language) -> str:
    """From when no more, for whom, or since when no more; empty for what is open to all with no end known."""
    access = run.access
    day = lang.date(access.closed_from) if access.closed_from else ""
    if not access.open:
        if access.confidential:
            return lang("may not be sent what your examples hold")
        if not day:
            return lang("takes no jobs")
        if access.only:
            return lang("takes no jobs from customers like you since {date}", date=day)
        return lang("takes no jobs since {date}", date=day)
    if access.only and "new" not in access.only:
        if day:
            return lang("only for customers who tune there already; closes on {date}", date=day)
        return lang("only for customers who tune there already")
    return lang("closes on {date}", date=day) if day else ""


def why_epochs(run: Run, content: Content, lang: Language) -> str:
    """By what the number of epochs was chosen; empty where there are none."""
    if not run.epochs:
        return ""
    if run.epochs_from == EPOCHS:
        return lang("your own value")
    if run.epochs_from == EPOCH_RULE:
        return lang("by the rule of OpenAI's cookbook, since the platform names none; the range is our assumption")
    fact = content.fact(run.epochs_from)
    if fact.low is not None:
        return lang("what the platform does by itself, and what it allows")
    return lang("what the platform does by itself; the range is our assumption")


def why_price(run: Run, lang: Language) -> str:
    """What the price is, and what its range covers; empty for one published price."""
    if run.self_managed:
        return lang("our assumption for a GPU of 80 GB, and for the size and speed of the model")
    if run.price and run.price.low < run.price.high:
        return lang("the range is that of regions and tiers")
    return ""


def sources(run: Run, content: Content, lang: Language, *, epochs: bool = True) -> list[Source]:
    """Those of the price, then that of the epochs; each once, unless figures of it are not equally certain."""
    ids = [*run.facts, *(_epochs_fact(run) if epochs else ())]
    by_address: dict[tuple[str, str], Source] = {}
    for fact in (content.fact(one) for one in ids):
        name = source_name(fact.source, content, lang)
        by_address.setdefault((name, fact.confidence), Source(name, address(fact.source), _when(fact, lang)))
    return list(by_address.values())


def _when(fact: Fact, lang: Language) -> str:
    """When a fact was seen, and, unless its vendor says so itself, how we know it."""
    when = seen(fact.seen, lang)
    return when if fact.confidence == "official" else f"{when}, {confidence(fact.confidence, lang)}"


def conditions(run: Run, lang: Language) -> str:
    """What the platform asks or rules out, a sentence each; empty where it takes all jobs."""
    return " ".join(condition(kind, methods, lang) for kind, methods in run.access.conditions)


def unknown_text(runs: Sequence[Run], lang: Language) -> str:
    """The open platforms whose price is not known, with their models, and why it is not."""
    by_reason: dict[Unpriced | None, list[Run]] = {}
    for run in unpriced(runs):
        by_reason.setdefault(run.unpriced, []).append(run)
    return "; ".join(part for why, some in by_reason.items() for part in _unknown_for(why, some, lang))


def _unknown_for(why: Unpriced | None, runs: Sequence[Run], lang: Language) -> list[str]:
    """Platforms with their models that have no price for one reason; the reason stands behind the last one."""
    named = [f"{lang(vendor)} ({', '.join(lang(run.model) for run in some)})" for vendor, some in by_vendor(runs)]
    return [*named[:-1], f"{named[-1]}: {_why_unknown(why, lang)}" if why else named[-1]]


def _why_unknown(why: Unpriced, lang: Language) -> str:
    return {
        "no_copy": lang("no copy of a price page that we read has it"),
        "not_published": lang("the vendor publishes none"),
        "by_quote": lang("the vendor quotes it to each customer"),
        "paid_by_token": lang("paid by the token, and how many a run takes shows only afterwards"),
        "paid_by_hour": lang("paid by the hour, and how many a run takes shows only afterwards"),
    }[why]


def closed_text(runs: Sequence[Run], lang: Language) -> str:
    """The platforms that take no jobs on the day, and since when; the model where others of a platform are open."""
    still = {run.vendor for run in runs if run.access.open}
    parts = [
        (label(run, lang) if run.vendor in still else lang(run.vendor), access_text(run, lang)) for run in closed(runs)
    ]
    return "; ".join(f"{name} {state}" for name, state in dict.fromkeys(parts))


def as_dict(runs: Sequence[Run], at: date, content: Content) -> dict[str, Any]:
    """The runs as JSON, each with its price facts: value, source, day seen."""
    return {"date": at.isoformat(), "runs": [_run(run, content) for run in runs]}


def _epochs_fact(run: Run) -> tuple[str, ...]:
    """The fact behind the number of epochs; none where the reader has set it."""
    return (run.epochs_from,) if run.epochs and run.epochs_from != EPOCHS else ()


def _run(run: Run, content: Content) -> dict[str, Any]:
    return {
        "route": run.route,
        "platform": run.vendor,
        "model": run.model,
        "open": run.access.open,
        "only_for": list(run.access.only),
        "closed_from": run.access.closed_from.isoformat() if run.access.closed_from else None,
        "conditions": [kind for kind, _ in run.access.conditions],
        "price_unknown_because": run.unpriced,
        "tokens": run.tokens,
        "tokens_exact": run.exact,
        "epochs": _span(run.epochs),
        "epochs_from": run.epochs_from,
        "billed_tokens": _span(run.billed, 15),
        "gpu_hours" if run.self_managed else "hours": _span(run.hours),
        "price": _span(run.price),
        "price_unit": None if not run.price else "USD an hour" if run.hours else "USD a million tokens",
        "usd": _span(run.usd),
        "sources": [
            {
                "fact": fact.id,
                "value": fact.value,
                "source": fact.source,
                "seen": fact.seen,
                "confidence": fact.confidence,
            }
            for fact in map(content.fact, (*run.facts, *_epochs_fact(run)))
        ],
    }


def _span(span: Span | None, digits: int = 5) -> dict[str, float] | None:
    return {name: float(f"{value:.{digits}g}") for name, value in span._asdict().items()} if span else None


def heading(at: date, lang: Language) -> str:
    return lang("What one training run would cost on {date}", date=lang.date(at))


def note(lang: Language) -> str:
    """How the figures are to be read."""
    return lang(
        "Likely cost, with the range that prices and epochs allow. Estimates: prices change, and each model counts "
        "tokens in its own way. Several runs are usual before one is good."
    )


def notes(runs: Sequence[Run], content: Content, lang: Language) -> list[tuple[str, str]]:
    """What stands behind the figures of all runs together: titles, and what there is to say."""
    known = priced(runs)
    named = (
        (lang("Open to"), _open_to(known, lang)),
        (lang("Epochs"), _of_each(known, lambda run: why_epochs(run, content, lang), lang)),
        (lang("Prices"), _of_each(known, lambda run: why_price(run, lang), lang)),
        (lang("Conditions"), _asked(runs, lang)),
        (lang("Price unknown"), unknown_text(runs, lang)),
        (lang("No jobs"), closed_text(runs, lang)),
    )
    return [(title, text) for title, text in named if text]


def same_access(runs: Sequence[Run]) -> bool:
    """Whether the same is open, and shut, for all models of a platform."""
    return len({(run.access.open, run.access.only, run.access.closed_from) for run in runs}) == 1


def _open_to(runs: Sequence[Run], lang: Language) -> str:
    """For whom and until when platforms take jobs, with the models where these differ."""
    places: dict[str, str] = {}
    for vendor, some in by_vendor(runs):
        by_state: dict[str, list[str]] = {}
        for run in some:
            by_state.setdefault(access_text(run, lang), []).append(lang(run.model))
        for state, models in by_state.items():
            name = lang(vendor) if same_access(some) else f"{lang(vendor)} ({', '.join(models)})"
            places |= {name: state} if state else {}
    return "; ".join(f"{name}: {state}" for name, state in places.items())


def _asked(runs: Sequence[Run], lang: Language) -> str:
    """The conditions of open platforms, each once after the models that it holds for."""
    asked: dict[str, dict[str, None]] = {}
    for run in runs:
        if run.access.open and (text := conditions(run, lang)):
            asked.setdefault(text, {})[label(run, lang)] = None
    return " ".join(f"{'; '.join(names)}: {text}" for text, names in asked.items())


def _of_each(runs: Sequence[Run], text_of: Callable[[Run], str], lang: Language) -> str:
    """What is said of runs, each sentence once after the platforms that it holds for."""
    texts: dict[str, dict[str, None]] = {}
    for run in runs:
        if text := text_of(run):
            texts.setdefault(text, {})[lang(run.vendor)] = None
    return "; ".join(f"{', '.join(vendors)}: {text}" for text, vendors in texts.items())


def origins(runs: Sequence[Run], content: Content, lang: Language) -> list[Source]:
    """The sources of several runs, each once, unless it was seen on several days or is not equally certain."""
    return list(dict.fromkeys(one for run in runs for one in sources(run, content, lang)))


def label(run: Run, lang: Language) -> str:
    return f"{lang(run.vendor)}, {lang(run.model)}"
