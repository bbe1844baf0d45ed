"""What base models cost to ask: by the token at a vendor, or by the hour on one's own machines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from advisor.catalogue import Catalogue, Price
from advisor.estimate.requests import Request
from advisor.scenarios import Array, Mask, Scenarios
from advisor.schema import PricedModel

HOURS_A_MONTH = 730.0
SECONDS_A_MONTH = HOURS_A_MONTH * 3600
REFERENCE_B = 8.0
"""Size, in thousand million parameters, of the model whose serving speed was measured."""


@dataclass(frozen=True)
class Serving:
    """Serving cost that depends on volume. Per request in USD; GPUs by the month, each with a monthly capacity."""

    per_request: Array
    gpu_month: Array
    """USD a month of one GPU; 0 where none is run."""
    gpu_requests: Array
    """Requests a month that one GPU serves, busiest hour included."""

    def monthly(self, volume: Array) -> tuple[Array, Array]:
        """USD a month at `volume` requests a month: for tokens, and for GPUs that run whether used or not."""
        gpus = np.maximum(1.0, np.ceil(volume / self.gpu_requests))
        return self.per_request * volume, np.where(self.gpu_month > 0, gpus * self.gpu_month, 0.0)


def gpu_capacity(scenarios: Scenarios, request: Request, parameters_b: Array | float) -> Array:
    """Requests a month that one GPU serves, from tokens a second of an 8 B model, scaled by size."""
    tokens = (request.sent + request.written) * request.calls
    a_second = scenarios["gpu_tokens_s"] * (REFERENCE_B / parameters_b) / tokens
    capacity: Array = a_second * SECONDS_A_MONTH / scenarios["peak_factor"]
    return capacity


@dataclass(frozen=True)
class BaseModels:
    """Which base model each scenario asks, and what a request to it costs."""

    models: tuple[PricedModel, ...]
    chosen: np.ndarray
    """Per scenario, the place of its model in `models`."""
    own_machines: Mask

    def spread(self, value: Callable[[PricedModel], float]) -> Array:
        """A number of each scenario's model."""
        return np.array([value(model) for model in self.models])[self.chosen]


def base_models(scenarios: Scenarios, catalogue: Catalogue) -> BaseModels:
    """The model named by the user, or the typical one of the size in use; on premises only open models can run."""
    every = catalogue.content.models
    place = {model.id: index for index, model in enumerate(every)}
    typical: dict[str, int] = {model.size: place[model.id] for model in every if model.typical}
    by_size = np.array([typical[size] for size in scenarios.values["model"]])
    chosen = by_size[scenarios["model"]]
    named = scenarios.values["price_model"]
    by_name = np.array([place.get(name, -1) for name in named])[scenarios["price_model"]]
    chosen = np.where(by_name >= 0, by_name, chosen)
    own = scenarios.is_("hosting", "on_premises")
    hosted = np.isin(chosen, [index for model_id, index in place.items() if every[index].size in HOSTED_SIZES])
    chosen = np.where(own & hosted, typical["open_large"], chosen)
    used, compact = np.unique(chosen, return_inverse=True)
    return BaseModels(tuple(every[index] for index in used), compact.reshape(-1), own)


HOSTED_SIZES = ("frontier", "large", "small")


def usd_per_request(
    price: Callable[[PricedModel], Price],
    models: BaseModels,
    request: Request,
    cached_share: Array | float = 0.0,
    batch: bool = False,
) -> Array:
    """USD of one request at list price; `cached_share` of the repeated part is billed as read from the cache."""
    cost = np.empty(len(models.chosen))
    cached = request.repeated * cached_share
    for index, model in enumerate(models.models):
        rows = models.chosen == index
        if not rows.any():
            continue
        one = price(model).usd_per_request(request.sent[rows], cached[rows], request.written[rows], batch=batch)
        cost[rows] = one * request.calls[rows]
    return cost


def serving(scenarios: Scenarios, catalogue: Catalogue, models: BaseModels, request: Request) -> Serving:
    """Serving by the base model: by the token where it is hosted, on GPUs where it must be on one's own machines."""
    tokens = usd_per_request(catalogue.price, models, request)
    size = models.spread(lambda model: model.parameters_b or REFERENCE_B)
    own = models.own_machines
    return Serving(
        np.where(own, 0.0, tokens),
        np.where(own, scenarios["gpu_hour_serve"] * HOURS_A_MONTH, 0.0),
        np.where(own, gpu_capacity(scenarios, request, size), np.inf),
    )
