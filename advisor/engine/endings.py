"""What is priced in an advice and ends, or may end, within the months over which its costs are spread."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import numpy as np

from advisor.content.catalogue import gone
from advisor.content.entries import PricedModel, Route
from advisor.engine.advice import MOSTLY, Ending, OptionResult
from advisor.engine.assessment import Assessment
from advisor.engine.estimate import effort
from advisor.engine.estimate.routes import DAYS_A_MONTH
from advisor.engine.scenarios import median

Priced = tuple[PricedModel | Route, tuple[str, ...]]
"""What is priced, and the options in whose price it stands."""
ASKS_BASE = ("prompting", "few_shot", "rag")
"""Options that are priced as requests to the base model."""


def endings(assessment: Assessment, ranking: Sequence[OptionResult]) -> tuple[Ending, ...]:
    """Base models that most scenarios ask, unless on the user's own machines, and the routes whose prices options have;
    of these, those that are gone on the day or end within the median horizon, the soonest first.
    """
    priced = [*_models(assessment, ranking), *_routes(assessment, ranking)]
    return _within_horizon(assessment, 0, priced)


def endings_of(assessment: Assessment, place: int, option: str) -> tuple[Ending, ...]:
    """The same of one option in the situation at this place: the base model that most of its scenarios ask, or the
    route whose prices most of them have.
    """
    scenarios, models, offer = assessment.scenarios, assessment.models, assessment.bills[option].offer
    priced: list[Priced] = []
    if option in ASKS_BASE:
        asked, own = (scenarios.of(column, place) for column in (models.chosen, models.own_machines))
        priced += [
            (model, (option,)) for at, model in enumerate(models.models) if ((asked == at) & ~own).mean() >= MOSTLY
        ]
    if offer is not None:
        chosen = scenarios.of(offer.chosen, place)
        counts = np.bincount(chosen[chosen >= 0])
        priced += [(assessment.open_routes.routes[int(counts.argmax())], (option,))] if len(counts) else []
    return _within_horizon(assessment, place, priced)


def _within_horizon(assessment: Assessment, place: int, priced: Iterable[Priced]) -> tuple[Ending, ...]:
    """What of the priced is gone on the day or ends within the median horizon of the situation, the soonest first."""
    at, scenarios = assessment.catalogue.at, assessment.scenarios
    months = float(median(scenarios.of(effort.horizon(scenarios), place)).item())
    last = at + timedelta(days=min(months * DAYS_A_MONTH, (date.max - at).days))
    return tuple(sorted(_ending(priced, at, last), key=lambda ending: (first_day(ending), ending.ref)))


def _models(assessment: Assessment, ranking: Sequence[OptionResult]) -> Iterable[Priced]:
    models, asked = assessment.models, [result for result in ranking if result.option in ASKS_BASE]
    for place, model in enumerate(models.models):
        if ((models.chosen == place) & ~models.own_machines).mean() >= MOSTLY:
            yield model, tuple(result.option for result in asked)
    varied: dict[str, dict[str, None]] = defaultdict(dict)
    for result in asked:
        for one in result.variants:
            varied[one.model][result.option] = None
    for smaller in assessment.catalogue.content.models:
        if smaller.name in varied and smaller not in models.models:
            yield smaller, tuple(varied[smaller.name])


def _routes(assessment: Assessment, ranking: Sequence[OptionResult]) -> Iterable[Priced]:
    options: dict[str, list[str]] = {}
    for result in ranking:
        if result.price_route:
            options.setdefault(result.price_route, []).append(result.option)
    for route in assessment.open_routes.routes:
        if route.id in options:
            yield route, tuple(options[route.id])


def _ending(priced: Iterable[Priced], at: date, last: date) -> Iterable[Ending]:
    for entry, options in priced:
        if any(day and day <= last for day in (entry.gone_from, entry.gone_not_before)):
            yield Ending(
                kind="route" if isinstance(entry, Route) else "model",
                ref=entry.id,
                gone=gone(entry, at),
                gone_from=entry.gone_from,
                gone_not_before=entry.gone_not_before,
                options=options,
                facts=entry.gone_facts,
            )


def first_day(ending: Ending) -> date:
    """The first day on which it ends, or may end."""
    return min(day for day in (ending.gone_from, ending.gone_not_before) if day)
