"""All kits on a day: what each begins, to whom its route is open, and until when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from advisor.content.catalogue import Customer
from advisor.content.load import Content
from advisor.engine.offers import CUSTOMERS, STATES, Offer, State, offers
from advisor.kits.kit import Kit
from advisor.kits.registry import KITS, routes
from advisor.language import Language
from advisor.wording.offer_texts import customer_name, state_name


@dataclass(frozen=True)
class Listed:
    """A kit on a day."""

    kit: Kit
    state: State
    """The best that one of its routes has; a kit without routes is open."""
    open_to: tuple[Customer, ...] | None
    """Kinds of customers; None: nobody asks."""
    until: date | None
    """The first day on which none of its routes takes new jobs from them; None where no end is known."""
    offers: tuple[Offer, ...]


def listed(content: Content, at: date) -> tuple[Listed, ...]:
    """Every kit, in the order of the ladder."""
    every = {offer.route.id: offer for offer in offers(content, at)}
    return tuple(_listed(kit, [every[route.id] for route in routes(kit, content)]) for kit in KITS.values())


def _listed(kit: Kit, known: list[Offer]) -> Listed:
    if not kit.by_route:
        return Listed(kit, "open", None, None, ())
    admitted = {customer: None for offer in known for customer in offer.open_to}
    return Listed(
        kit,
        min((offer.state for offer in known), key=STATES.index, default="closed"),
        tuple(admitted),
        _last(offer for offer in known if offer.open_to),
        tuple(known),
    )


def _last(known: Iterable[Offer]) -> date | None:
    days = [min(filter(None, [offer.status.closed_from, offer.status.gone_from]), default=None) for offer in known]
    ends = [day for day in days if day is not None]
    return max(ends) if ends and len(ends) == len(days) else None


def open_text(one: Listed, lang: Language) -> str:
    """To whom a kit is open, and until when."""
    if one.open_to is None:
        return lang("Open to everybody; no end date is known.")
    if not one.open_to:
        return lang("Closed to all on that day.")
    if len(one.open_to) == len(CUSTOMERS) and one.until is None and one.state == "open":
        return lang("Open to everybody; no end date is known.")
    who = lang.any_of([customer_name(customer, lang) for customer in one.open_to])
    state = state_name(one.state, lang)
    if one.until is None:
        return lang("Only for {customers} ({state}); no end date is known.", customers=who, state=state)
    return lang(
        "Only for {customers} ({state}): closes to new training on {date}.",
        customers=who,
        state=state,
        date=lang.date(one.until),
    )
