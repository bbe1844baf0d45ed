"""Who tunes what on a day, in words: rows of a table, what ends next, and names of states, customers and places."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from advisor.content.catalogue import Customer
from advisor.content.entries import Route
from advisor.content.freshness import covered
from advisor.content.load import Content
from advisor.engine.offers import CUSTOMERS, End, Offer, State
from advisor.language import Language
from advisor.wording.availability import RouteText, method_name, route_text
from advisor.wording.grounds import SourceText, fact_sources


@dataclass(frozen=True, slots=True)
class OfferText:
    """Routes of one vendor that are alike in all but the model."""

    vendor: str
    """As in content/, whatever the language."""
    who: str
    models: str
    methods: str
    state: State
    state_name: str
    said: str
    """Until when it is open, or why it is not."""
    customers: str
    """For whom, where that is not everybody; else empty."""
    places: str
    """Where it can keep data and model."""
    conditions: tuple[str, ...]
    """What the vendor asks or rules out, a sentence each."""
    note: str
    sources: tuple[SourceText, ...]


@dataclass(frozen=True, slots=True)
class EndText:
    """Something that ends on a day, for all models of a vendor for which it does."""

    day: date
    what: str
    who: str
    models: str
    sources: tuple[SourceText, ...]


def offer_rows(offers: Iterable[Offer], at: date, content: Content, lang: Language) -> tuple[OfferText, ...]:
    """Rows of a table: models that one vendor tunes in the same ways, for the same people and time, share one."""
    groups: dict[tuple[object, ...], list[Offer]] = {}
    for offer in offers:
        route, text = offer.route, route_text(offer.status, at, content, lang)
        alike = (
            route.vendor,
            route.methods,
            offer.state,
            text.state,
            offer.open_to,
            route.hosting,
            tuple(route.trains_in.items()),
            text.conditions,
            route.note,
        )
        groups.setdefault(alike, []).append(offer)
    return tuple(_row(group, at, content, lang) for group in groups.values())


def _row(group: Sequence[Offer], at: date, content: Content, lang: Language) -> OfferText:
    first = group[0]
    texts = [route_text(offer.status, at, content, lang) for offer in group]
    return OfferText(
        vendor=first.route.vendor,
        who=texts[0].who,
        models=", ".join(dict.fromkeys(text.model for text in texts)),
        methods=texts[0].methods,
        state=first.state,
        state_name=state_name(first.state, lang),
        said=texts[0].state,
        customers=for_whom(first, lang),
        places=places(first.route, lang),
        conditions=texts[0].conditions,
        note=lang(first.route.note) if first.route.note else "",
        sources=_row_sources(group, texts, content, lang),
    )


def _row_sources(
    group: Sequence[Offer], texts: Sequence[RouteText], content: Content, lang: Language
) -> tuple[SourceText, ...]:
    """Who says that routes are open, and where they train; each source once."""
    areas = fact_sources((fact for offer in group for fact in offer.route.trains_in.values()), content, lang)
    by_title = {source.title: source for source in areas}
    by_title |= {source.title: source for text in texts for source in text.sources}
    return tuple(by_title.values())


def ends(offers: Iterable[Offer], at: date, content: Content, lang: Language) -> tuple[EndText, ...]:
    """What ends from the day of the offers on, the first first; models of a vendor with the same end share one."""
    groups: dict[tuple[date, str, str], list[tuple[Offer, End]]] = {}
    for offer in offers:
        for end in offer.ends:
            groups.setdefault((end.day, end_name(end, lang), lang(offer.route.vendor)), []).append((offer, end))
    return tuple(
        EndText(
            day=day,
            what=what,
            who=who,
            models=", ".join(dict.fromkeys(lang(offer.route.model) for offer, _ in group)),
            sources=fact_sources([fact for _, end in group for fact in end.facts], content, lang)
            or _sources([offer for offer, _ in group], at, content, lang),
        )
        for (day, what, who), group in sorted(groups.items(), key=lambda pair: pair[0])
    )


def _sources(group: Iterable[Offer], at: date, content: Content, lang: Language) -> tuple[SourceText, ...]:
    texts = (route_text(offer.status, at, content, lang) for offer in group)
    return tuple(dict.fromkeys(source for text in texts for source in text.sources))


def beyond(at: date, content: Content, lang: Language) -> str:
    """A warning that the day is long after the newest fact; empty where it is not."""
    known = covered(content)
    if not known.beyond(at):
        return ""
    return lang(
        "The newest fact was seen on {newest}, more than half a year before {date}: what is offered on that day may be "
        "something else.",
        newest=lang.date(known.newest),
        date=lang.date(at),
    )


def state_name(state: State, lang: Language) -> str:
    return {
        "open": lang("open"),
        "ending": lang("end in sight"),
        "preview": lang("preview"),
        "to_come": lang("not yet open"),
        "closed": lang("closed"),
    }[state]


def end_name(end: End, lang: Language) -> str:
    """What ends, and for whom; or what may end from the day on, where its vendor says no more."""
    if end.what == "answers":
        return lang("Tuned models may stop answering") if end.earliest else lang("Tuned models stop answering")
    if end.earliest:
        return lang("It may close to new jobs")
    return {
        "anyone": lang("Closes to new jobs"),
        "new": lang("Closes to new customers"),
        "dormant": lang("Closes to customers whose tuned models lie idle"),
        "existing": lang("Closes to existing customers, too"),
    }[end.to]


def customer_name(customer: Customer, lang: Language) -> str:
    return {
        "new": lang("new customers"),
        "dormant": lang("customers whose tuned models lie idle"),
        "existing": lang("existing customers"),
    }[customer]


def for_whom(offer: Offer, lang: Language) -> str:
    """Whom an open route admits, where it does not admit everybody; else nothing."""
    admitted = CUSTOMERS if offer.route.windows and offer.route.windows[0].to == "anyone" else offer.open_to
    if not offer.open_to or "new" in admitted:
        return ""
    names = lang.any_of([customer_name(customer, lang) for customer in offer.open_to])
    return lang("Only for {customers}.", customers=names)


def area_names(lang: Language) -> dict[str, str]:
    """Parts of the world by their ids, as a reader looks for who trains there."""
    return {
        "us": lang("Trained in the United States"),
        "eu": lang("Trained in the EU"),
        "singapore": lang("Trained in Singapore"),
    }


def places(route: Route, lang: Language) -> str:
    """Where it is known to train, and where data and model can be kept."""
    names = {"us": lang("in the United States"), "eu": lang("in the EU"), "singapore": lang("in Singapore")}
    areas = lang.any_of([names[area] for area in route.trains_in])
    trained = lang("It trains {places}.", places=areas) if areas else ""
    return " ".join(part for part in (trained, _kept(route, lang)) if part)


def _kept(route: Route, lang: Language) -> str:
    """Where data and model can be kept, in a sentence."""
    names = {
        "region": lang("in one region, such as the EU"),
        "own_cloud": lang("in your own cloud account"),
        "on_premises": lang("on your own machines"),
    }
    known = [name for place, name in names.items() if place in route.hosting]
    if not known:
        return lang("Data and model are where the vendor keeps them.")
    return lang("Data and model can stay {places}.", places=lang.any_of(known))


def method_names(methods: Iterable[str], lang: Language) -> dict[str, str]:
    """The ways of tuning by their ids."""
    return {method: method_name(method, lang) for method in methods}
