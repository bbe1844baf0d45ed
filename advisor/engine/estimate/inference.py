"""What base models cost to ask: by the token at a vendor, or by the hour on one's own machines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from advisor.content.catalogue import Catalogue, Price
from advisor.content.entries import PricedModel
from advisor.engine.estimate.requests import Request
from advisor.engine.scenarios import Array, Mask, Scenarios

HOURS_A_MONTH = 730.0
SECONDS_A_MONTH = HOURS_A_MONTH * 3600
REFERENCE_B = 8.0
"""Size, in billions of parameters, of the model whose serving speed was measured."""


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
    # Who names platforms without own machines, and no place, does not mean on premises.
    elsewhere = scenarios.said("platforms") & ~scenarios["platforms_own"] & ~scenarios.said("hosting")
    own = scenarios.is_("hosting", "on_premises") & ~elsewhere
    hosted = np.isin(chosen, [index for model_id, index in place.items() if every[index].size in HOSTED_SIZES])
    chosen = np.where(own & hosted, typical["open_large"], chosen)
    used, compact = np.unique(chosen, return_inverse=True)
    return BaseModels(tuple(every[index] for index in used), compact.reshape(-1), own)


HOSTED_SIZES = ("frontier", "large", "small")


def cacheable(scenarios: Scenarios, request: Request) -> Array:
    """Share of the repeated part that is read from the cache: none where it is shorter than vendors cache."""
    return np.where(request.repeated >= scenarios["cache_minimum"], scenarios["cache_hits"], 0.0)


def usd_per_request(
    price: Callable[[PricedModel], Price],
    models: BaseModels,
    request: Request,
    hits: Array | float = 0.0,
    batch: bool = False,
) -> Array:
    """USD of one request at list price.

    A share `hits` of the repeated part is billed as read from the cache; where there are hits, the rest of that part is
    billed as written to it.
    """
    cost = np.empty(len(models.chosen))
    for index, model in enumerate(models.models):
        rows = models.chosen == index
        if rows.any():
            part = request.at(rows)
            share = hits[rows] if isinstance(hits, np.ndarray) else hits
            cost[rows] = priced(price(model), part, share, batch)
    return cost


def priced(price: Price, request: Request, hits: Array | float = 0.0, batch: bool = False) -> Array:
    """USD of one request, all its calls included, at one price."""
    cached = request.repeated * hits
    put = np.where(np.asarray(hits) > 0, request.repeated - cached, 0.0)
    usd_a_call = price.usd_per_request(request.sent, cached, request.written, batch=batch, written_tokens=put)
    return usd_a_call * request.calls


def small_price(catalogue: Catalogue) -> Price:
    """The price of the typical small model of a vendor: what a smaller base model would cost."""
    return catalogue.price(next(model for model in catalogue.content.models if model.size == "small" and model.typical))


def cheapest_allowed(scenarios: Scenarios, catalogue: Catalogue, models: BaseModels, request: Request) -> Array:
    """USD of one request the cheapest way that the answers allow.

    With the cache; as a batch where answers may come hours later; with a small model where one is good enough.
    """
    hits = cacheable(scenarios, request)
    batch_ok = scenarios.is_("batch_ok", "yes")
    small_ok = scenarios.is_("small_model", "good")
    cost = usd_per_request(catalogue.price, models, request)
    cost = np.minimum(cost, usd_per_request(catalogue.price, models, request, hits))
    if batch_ok.any():
        batched = usd_per_request(catalogue.price, models, request, hits, batch=True)
        cost = np.where(batch_ok, np.minimum(cost, batched), cost)
    if small_ok.any():
        small = small_price(catalogue)
        cheap = np.minimum(priced(small, request), priced(small, request, hits))
        cheap = np.where(batch_ok, np.minimum(cheap, priced(small, request, hits, batch=True)), cheap)
        cost = np.where(small_ok, np.minimum(cost, cheap), cost)
    return cost


def serving(scenarios: Scenarios, catalogue: Catalogue, models: BaseModels, request: Request) -> Serving:
    """Serving by the base model: by the token where it is hosted, on GPUs where it must be on one's own machines."""
    tokens = cheapest_allowed(scenarios, catalogue, models, request)
    size = models.spread(lambda model: model.parameters_b or REFERENCE_B)
    own = models.own_machines
    return Serving(
        np.where(own, 0.0, tokens),
        np.where(own, scenarios["gpu_hour_serve"] * HOURS_A_MONTH, 0.0),
        np.where(own, gpu_capacity(scenarios, request, size), np.inf),
    )


INFERENCE_BASIS = ("model", "small_model_price", "cache_hits", "cache_minimum", "batch_ok", "small_model", "hosting")
"""What the cheapest allowed way rests on, besides the request itself."""
