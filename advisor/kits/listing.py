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


@dataclass(frozen=True)
class Wanted:
    """What a reader looks for in the catalogue; None stands for anything."""

    model: str | None = None
    """A part of its name."""
    method: str | None = None
    region: str | None = None
    """A demand on the place of data and model, or a part of the world where it is trained."""
    customer: Customer | None = None

    def fits(self, offer: Offer) -> bool:
        route = offer.route
        return (
            (self.model is None or self.model.casefold() in route.model.casefold())
            and (self.method is None or self.method in route.methods)
            and (self.region is None or self.region in (*route.hosting, *route.trains_in))
        )

    @property
    def anything(self) -> bool:
        """Whether every kit fits, also one without a route."""
        return self.model is None and self.method is None and self.region is None and self.customer is None


def listed(content: Content, at: date, wanted: Wanted | None = None) -> tuple[Listed, ...]:
    """Every kit, in the order of the ladder; those with a route that is open and fits, where something is wanted."""
    wanted = wanted or Wanted()
    every = {offer.route.id: offer for offer in offers(content, at, wanted.customer)}
    if wanted.anything:
        return tuple(_listed(kit, [every[route.id] for route in routes(kit, content)]) for kit in KITS.values())
    fitting = {
        kit.id: [one for route in routes(kit, content) if (one := every[route.id]).open_to and wanted.fits(one)]
        for kit in KITS.values()
        if kit.by_route and (wanted.method is None or wanted.method in _methods(kit, content))
    }
    return tuple(_listed(KITS[name], found) for name, found in fitting.items() if found)


def checked(offer: Offer, content: Content) -> str:
    """When it was last looked up who may use a route: the oldest day of what says so; empty for a GPU of one's own."""
    doors = [fact for window in offer.route.windows for fact in window.facts] or list(offer.route.facts)
    return min((content.fact(name).seen for name in doors), default="")


def _methods(kit: Kit, content: Content) -> set[str | None]:
    """What a kit trains by; its routes can do more."""
    return {content.option(option).method for option in kit.options}


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
