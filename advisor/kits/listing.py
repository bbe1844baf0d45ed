"""All kits on a day: what each begins, to whom its route is open, and until when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from advisor.content.catalogue import Customer, closed_from
from advisor.content.freshness import SEEN
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

    @property
    def ends(self) -> dict[Customer, date | None]:
        """For each of those to whom it is open, the same day of their own: a vendor closes to some before others."""
        return {customer: _last(self.offers, customer) for customer in self.open_to or ()}


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
    """When it was last looked up who may use a route: the oldest day of what says so, as a year, a month or a day.

    Empty where nobody needs to say so: a GPU of one's own, or a rented machine.
    """
    route = offer.route
    asked = [fact for window in route.windows for fact in window.facts]
    doors = asked if route.windows else [*(fact for one in route.conditions for fact in one.facts), *route.facts]
    dated = (SEEN.match(content.fact(name).seen) for name in doors)
    return min((match[0] for match in dated if match), default="")


def _methods(kit: Kit, content: Content) -> set[str | None]:
    """What a kit trains by; its routes can do more."""
    return {content.option(option).method for option in kit.options}


def _listed(kit: Kit, known: list[Offer]) -> Listed:
    if not kit.by_route:
        return Listed(kit, "open", None, None, ())
    admitted = tuple(customer for customer in CUSTOMERS if any(customer in offer.open_to for offer in known))
    ends = [_last(known, customer) for customer in admitted]
    return Listed(
        kit,
        min((offer.state for offer in known), key=STATES.index, default="closed"),
        admitted,
        None if None in ends else max(filter(None, ends), default=None),
        tuple(known),
    )


def _last(known: Iterable[Offer], customer: Customer) -> date | None:
    """The last of the days on which a route closes to a customer to whom it is open; None where one has no end."""
    routes_open = [offer.route for offer in known if customer in offer.open_to]
    days = [min(filter(None, [closed_from(one, customer), one.gone_from]), default=None) for one in routes_open]
    ends = [day for day in days if day is not None]
    return max(ends) if ends and len(ends) == len(days) else None


def open_text(kit: Listed, lang: Language) -> str:
    """To whom a kit is open, and until when."""
    if kit.open_to is None:
        return lang("Open to everybody; no end date is known.")
    if not kit.open_to:
        if kit.kit.served:
            return lang(
                "Its own route is closed to all on that day. The part with TRL needs none: it runs on your GPU."
            )
        return lang("Closed to all on that day.")
    everybody = len(kit.open_to) == len(CUSTOMERS)
    groups: dict[date | None, list[Customer]] = {}
    for customer, day in kit.ends.items():
        groups.setdefault(day, []).append(customer)
    if len(groups) > 1:
        return " ".join(_end(customers, day, lang) for day, customers in groups.items())
    who, state, until = _named(kit.open_to, lang), state_name(kit.state, lang), kit.until
    if until is None and everybody:
        if kit.state == "open":
            return lang("Open to everybody; no end date is known.")
        return lang("Open to everybody ({state}).", state=state)
    if until is None:
        return lang("Only for {customers} ({state}); no end date is known.", customers=who, state=state)
    if everybody:
        return lang(
            "Open to everybody ({state}): closes to new training on {date}.", state=state, date=lang.date(until)
        )
    return lang(
        "Only for {customers} ({state}): closes to new training on {date}.",
        customers=who,
        state=state,
        date=lang.date(until),
    )


def _named(customers: Iterable[Customer], lang: Language) -> str:
    return lang.any_of([customer_name(customer, lang) for customer in customers])


def _end(customers: Iterable[Customer], day: date | None, lang: Language) -> str:
    """Until when it is open to some customers, where others have another day."""
    who = _named(customers, lang)
    if day is None:
        return lang("Open to {customers}; no end date is known.", customers=who)
    return lang("Open to {customers} until new training closes to them on {date}.", customers=who, date=lang.date(day))
