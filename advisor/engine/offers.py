"""Who tunes what on a day, whoever asks: each route of the catalogue with its state, and what ends next.

`advisor.engine.routing` says the same for one user and what was answered; here nothing is known of the reader but the
kind of customer, and not even that need be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from advisor.content.catalogue import Customer, closed_from, closed_not_before, gone, route_open
from advisor.content.entries import ASKED_OF_NOBODY, Route
from advisor.content.load import Content
from advisor.engine.advice import RouteCondition, RouteStatus

State = Literal["open", "ending", "preview", "to_come", "closed"]
STATES: tuple[State, ...] = ("open", "ending", "preview", "to_come", "closed")
CUSTOMERS: tuple[Customer, ...] = ("new", "dormant", "existing")
ENDING = timedelta(days=182)
"""A route that ends within half a year counts as ending. Our choice: about what it takes to tune, judge and replace."""


@dataclass(frozen=True, slots=True)
class End:
    """Something of a route that ends: starting jobs, for some customers, or the answers of tuned models."""

    day: date
    """The first day on which it is over."""
    what: Literal["jobs", "answers"]
    to: Literal["new", "dormant", "existing", "anyone"]
    earliest: bool
    """The vendor names the day as the earliest possible end, on which nothing need end."""
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """A route on a day."""

    route: Route
    state: State
    open_to: tuple[Customer, ...]
    """Of the customers asked about, those who could start a job on the day."""
    status: RouteStatus
    ends: tuple[End, ...]
    """What is still to end for those to whom it is open, else for the customers asked about; the first first."""

    def state_of(self, method: str) -> State:
        """The state of one way of tuning: an open route may be a preview for some of its ways alone."""
        return "preview" if self.open_to and _preview(self.route, method) else self.state


def offers(content: Content, at: date, customer: Customer | None = None) -> tuple[Offer, ...]:
    """Every route on a day, for one kind of customer or for any, in the order of the content."""
    wanted = CUSTOMERS if customer is None else (customer,)
    return tuple(_offer(route, at, wanted) for route in content.routes)


def _offer(route: Route, at: date, wanted: tuple[Customer, ...]) -> Offer:
    open_to = tuple(customer for customer in wanted if route_open(route, customer, at))
    asked = open_to or wanted
    ends = tuple(sorted(_ends(route, at, asked), key=lambda end: end.day))
    lasts = _latest(closed_not_before, route, asked)
    promised = [day for day in (lasts, route.gone_not_before) if day is not None]
    soon = any(end.day - at <= ENDING for end in _decisive(route, ends, open_to)) or any(day <= at for day in promised)
    return Offer(
        route=route,
        state=_state(route, at, open_to, soon),
        open_to=open_to,
        ends=ends,
        status=RouteStatus(
            route=route.id,
            platform=route.platform,
            vendor=route.vendor,
            model=route.model,
            methods=route.methods,
            options=(),
            open=bool(open_to),
            why_closed=None if open_to else _why_closed(route, at),
            depends_on=(),
            conditions=tuple(
                RouteCondition(kind=condition.kind, methods=condition.methods) for condition in route.conditions
            ),
            unpriced=dict(route.unpriced),
            closed_from=_latest(closed_from, route, asked),
            closed_not_before=lasts,
            gone_from=route.gone_from,
            gone_not_before=route.gone_not_before,
            ends_soon=soon,
            facts=tuple(dict.fromkeys([*(fact for window in route.windows for fact in window.facts), *route.facts])),
        ),
    )


def _latest(ends: Callable[[Route, Customer], date | None], route: Route, customers: Iterable[Customer]) -> date | None:
    """The latest of the days for these customers; None where one of them has none."""
    days = [ends(route, customer) for customer in customers]
    known = [day for day in days if day is not None]
    return max(known) if known and len(known) == len(days) else None


def _decisive(route: Route, ends: Iterable[End], open_to: tuple[Customer, ...]) -> list[End]:
    """The ends that close the route to all of those to whom it is open: that others are shut out ends it for nobody."""
    last = open_to[-1] if open_to else None
    return [end for end in ends if end.what == "answers" or end.to in ("anyone", last)]


def _state(route: Route, at: date, open_to: tuple[Customer, ...], soon: bool) -> State:
    if not open_to:
        begins = any(window.from_ is not None and window.from_ > at for window in route.windows)
        return "to_come" if begins else "closed"
    if soon:
        return "ending"
    return "preview" if all(_preview(route, method) for method in route.methods) else "open"


def _preview(route: Route, method: str) -> bool:
    """Whether a way of tuning is a preview, or for testing only."""
    return any(
        condition.kind in ("preview", "testing_only") and (not condition.methods or method in condition.methods)
        for condition in route.conditions
    )


def _why_closed(route: Route, at: date) -> Literal["ended", "served_out", "new_customers", "conditions"]:
    if gone(route, at):
        return "served_out"
    if any(route_open(route, customer, at) for customer in CUSTOMERS):
        return "new_customers"
    return "conditions" if route.under(*ASKED_OF_NOBODY) else "ended"


def _ends(route: Route, at: date, customers: tuple[Customer, ...]) -> Iterable[End]:
    """What is still to end: for these customers the starting of jobs, and the answers of tuned models."""
    for window in route.windows:
        if window.to == "anyone" or window.to in customers:
            for day, earliest in ((window.closed_from, False), (window.closed_not_before, True)):
                if day is not None and day > at:
                    yield End(day, "jobs", window.to, earliest, window.facts)
    for day, earliest in ((route.gone_from, False), (route.gone_not_before, True)):
        if day is not None and day > at:
            yield End(day, "answers", "anyone", earliest, route.gone_facts)
