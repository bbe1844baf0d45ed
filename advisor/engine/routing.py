"""Who can still do it: each route of the catalogue, open or closed to this user on the day, until when and why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

import numpy as np

from advisor.content.catalogue import Catalogue, Customer, closed_from, closed_not_before, gone, route_open
from advisor.content.entries import ASKED_OF_NOBODY, Route
from advisor.engine.advice import MOSTLY, RouteCondition, RouteStatus
from advisor.engine.assessment import Assessment
from advisor.engine.estimate.bill import TUNED
from advisor.engine.estimate.routes import CUSTOMER_QUESTIONS, EVERYWHERE, allowed
from advisor.interview.situation import Situation

SOON = timedelta(days=365)
"""A route that ends within this time ends soon: a tuned model is to serve for longer. Assumption."""
CUSTOMERS: tuple[Customer, ...] = ("new", "dormant", "existing")


def statuses(assessment: Assessment, situation: Situation) -> tuple[tuple[RouteStatus, ...], tuple[RouteStatus, ...]]:
    """Routes that are or may be open to the user, those that surely are and last longest first; and those that are
    closed.
    """
    open_ones: list[tuple[float, RouteStatus]] = []
    closed: list[RouteStatus] = []
    shares: dict[int, float] = {}
    for place, (route, mask) in enumerate(zip(assessment.open_routes.routes, assessment.open_routes.open, strict=True)):
        if id(mask) not in shares:  # dozens of routes are open in the same scenarios
            shares[id(mask)] = float(mask.mean())
        share = shares[id(mask)]
        customer = _customer(route, situation)
        why = None if share > 0 else _why(route, assessment, customer)
        depends = _depends(route, situation) if 0 < share < 1 else ()
        status = _status(assessment.catalogue, place, customer, share >= MOSTLY, why, depends)
        if share > 0:
            open_ones.append((share, status))
        else:
            closed.append(status)
    open_ones.sort(key=lambda pair: (bool(pair[1].depends_on), -pair[0], pair[1].route))
    return tuple(status for _, status in open_ones), tuple(sorted(closed, key=lambda status: status.route))


Why = Literal["not_allowed", "hosting", "confidential", "new_customers", "conditions", "ended", "served_out"]


@lru_cache(maxsize=2048)
def _status(
    catalogue: Catalogue,
    place: int,
    customer: Customer | None,
    is_open: bool,
    why: Why | None,
    depends: tuple[str, ...],
) -> RouteStatus:
    """The status of the route at a place in the catalogue. Few of them differ from one person to the next."""
    route, at = catalogue.routes()[place], catalogue.at
    closes = closed_from(route, customer) if customer else _latest(closed_from, route, at)
    lasts = closed_not_before(route, customer) if customer else _latest(closed_not_before, route, at)
    soon = [day for day in (closes, lasts, route.gone_from, route.gone_not_before) if day is not None]
    return RouteStatus(
        route=route.id,
        platform=route.platform,
        vendor=route.vendor,
        model=route.model,
        methods=route.methods,
        options=tuple(
            option.id
            for option in catalogue.content.options
            if option.method in route.methods and (option.id != "distill" or route.small) and _carries(option.id)
        ),
        conditions=tuple(
            RouteCondition(kind=condition.kind, methods=condition.methods) for condition in route.conditions
        ),
        unpriced=dict(route.unpriced),
        open=is_open,
        why_closed=why,
        depends_on=depends,
        closed_from=closes,
        closed_not_before=lasts,
        gone_from=route.gone_from,
        gone_not_before=route.gone_not_before,
        ends_soon=any(day - at <= SOON for day in soon),
        facts=tuple(
            dict.fromkeys(
                [fact for window in route.windows for fact in window.facts] + [*route.gone_facts, *route.facts]
            )
        ),
    )


def _carries(option: str) -> bool:
    return option in TUNED or option == "encoder"


def _customer(route: Route, situation: Situation) -> Customer | None:
    """What the user is to this platform; None where that is not known and matters."""
    if route.platform not in CUSTOMER_QUESTIONS:
        return "new"
    question, meaning = CUSTOMER_QUESTIONS[route.platform]
    answer = situation.answers.get(question)
    return None if answer is None else meaning[str(answer)]


def _latest(ends: Callable[[Route, Customer], date | None], route: Route, at: date) -> date | None:
    """The latest of the days for the customers who may start a job today; None where one of them has none."""
    days = [ends(route, customer) for customer in CUSTOMERS if route_open(route, customer, at)]
    known = [day for day in days if day is not None]
    return max(known) if known and len(known) == len(days) else None


def _why(route: Route, assessment: Assessment, customer: Customer | None) -> Why:
    at = assessment.catalogue.at
    if gone(route, at):
        return "served_out"
    if not any(route_open(route, customer, at) for customer in CUSTOMERS):
        return "conditions" if route.under(*ASKED_OF_NOBODY) else "ended"
    if not assessment.scenarios[f"platforms_{route.platform}"].any():
        return "not_allowed"
    scenarios = assessment.scenarios
    if route.under("no_confidential_data") and not scenarios.is_("sensitive_data", "none").any():
        return "confidential"
    if not np.any(allowed(scenarios, route)):
        return "hosting"
    return "new_customers" if customer is None or not route_open(route, customer, at) else "not_allowed"


def _depends(route: Route, situation: Situation) -> tuple[str, ...]:
    """Questions left open that decide whether the route is open."""
    asked = ["platforms"]
    if route.platform in CUSTOMER_QUESTIONS:
        asked.append(CUSTOMER_QUESTIONS[route.platform][0])
    if route.hosting != EVERYWHERE:
        asked.append("hosting")
    if route.under("no_confidential_data"):
        asked.append("sensitive_data")
    return tuple(question for question in asked if situation.answers.get(question) is None)
