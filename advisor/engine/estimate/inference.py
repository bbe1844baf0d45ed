"""What base models cost to ask: by the token at a vendor, or by the hour on one's own machines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache, reduce
from operator import or_
from typing import Any

import numpy as np

from advisor.content.catalogue import Catalogue, NotCurrent, Price
from advisor.content.entries import PricedModel
from advisor.content.prices import Rate, Rates
from advisor.engine.estimate.requests import Request
from advisor.engine.scenarios import Array, Mask, Scenarios, kept, median

HOURS_A_MONTH = 730.0
"""A year of 8,760 hours by twelve."""
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

    @cached_property
    def rents(self) -> bool:
        """Whether a GPU is run in some scenario."""
        return bool(self.gpu_month.any())

    def monthly(self, volume: Array | float) -> tuple[Array, Array]:
        """USD a month at `volume` requests a month: for tokens, and for GPUs that run whether used or not."""
        if not self.rents:
            return self.per_request * volume, self.gpu_month
        gpus = np.maximum(1.0, np.ceil(volume / self.gpu_requests))
        return self.per_request * volume, np.where(self.gpu_month > 0, gpus * self.gpu_month, 0.0)


def gpus(scenarios: Scenarios, hour: Array | float, request: Request, parameters_b: Array | float) -> Serving:
    """Serving on GPUs at USD `hour` each, from tokens a second of an 8 B model, scaled by size.

    A service rents by the month, a one-off job only the hours that it takes.
    """
    tokens = (request.sent + request.written + request.thought) * request.calls
    a_second = scenarios["gpu_tokens_s"] * (REFERENCE_B / parameters_b) / tokens
    hours = rented_hours(scenarios)
    return Serving(np.zeros(scenarios.count), hour * hours, a_second * 3600 * hours / busiest(scenarios))


def by_token(scenarios: Scenarios, usd: Array) -> Serving:
    """Serving that is paid by the token alone, at so many USD a request."""
    return Serving(usd, *_no_gpus(scenarios))


@kept
def _no_gpus(scenarios: Scenarios) -> tuple[Array, Array]:
    return np.zeros(scenarios.count), np.full(scenarios.count, np.inf)


@kept
def rented_hours(scenarios: Scenarios) -> Array:
    """Hours for which a machine is taken: a month for a service, one after the other for a one-off job."""
    return np.where(scenarios.is_("usage", "one_off"), 1.0, HOURS_A_MONTH)


@kept
def busiest(scenarios: Scenarios) -> Array:
    """The busiest hour over the average one, for which machines are bought; answers that can wait fill quiet hours."""
    can_wait = scenarios.is_("batch_ok", "yes") | scenarios.is_("usage", "one_off")
    return np.where(can_wait, 1.0, scenarios["peak_factor"])


CACHE_BASIS = ("cache_hits", "cache_minimum", "cache_minutes", "busy_hours", "requests_per_month", "usage")


@dataclass(frozen=True, eq=False)
class Cache:
    """What a vendor keeps of prompts, per scenario: the fewest tokens, and minutes after the last use."""

    minimum: Array
    minutes: Array

    def hits(self, scenarios: Scenarios, request: Request) -> Array:
        """Share of the repeated part that is read from the cache: none where it is shorter than the vendor keeps.

        It is found where the call before came within the cache's lifetime. Calls come at random in the busy hours, so
        that happens with probability 1 - exp(-calls a minute x minutes); in a one-off job all but the first find it.
        """
        return _hits(scenarios, self, request)


@kept
def _hits(scenarios: Scenarios, cache: Cache, request: Request) -> Array:
    long = request.repeated >= cache.minimum
    if not long.any():
        return np.zeros(scenarios.count)
    calls = scenarios["requests_per_month"] * request.calls
    warm = 1.0 - np.exp(-calls / (60.0 * scenarios["busy_hours"]) * cache.minutes)
    warm = np.where(scenarios.is_("usage", "one_off"), 1.0 - 1.0 / np.maximum(calls, 1.0), warm)
    share: Array = np.where(long, scenarios["cache_hits"] * warm, 0.0)
    return share


def cache(scenarios: Scenarios, catalogue: Catalogue, minimum: str | None, minutes: str | None) -> Cache:
    """A vendor's cache from two of its facts. Where one is unknown the assumption stands for it, and where the user has
    set the assumption, that stands before any fact.
    """
    return _cache(scenarios, figure(catalogue, minimum), figure(catalogue, minutes))


@kept
def _cache(scenarios: Scenarios, minimum: float | None, minutes: float | None) -> Cache:
    def known(value: float | None, assumption: str) -> Array:
        drawn = scenarios[assumption]
        return drawn if value is None else np.where(scenarios.is_answered(assumption), drawn, value)

    return Cache(known(minimum, "cache_minimum"), known(minutes, "cache_minutes"))


def model_cache(scenarios: Scenarios, catalogue: Catalogue, model: PricedModel) -> Cache:
    """The cache of a base model's vendor."""
    return cache(scenarios, catalogue, model.cache_minimum, model.cache_minutes)


@lru_cache(maxsize=16_384)
def figure(catalogue: Catalogue, fact_id: str | None) -> float | None:
    """The number of a fact that holds on the day; None where there is none or it is unknown."""
    if fact_id is None:
        return None
    try:
        return catalogue.number(fact_id)
    except NotCurrent:
        return None


def thinks(catalogue: Catalogue, model: PricedModel) -> bool:
    """Whether a model thinks before it answers. One of which that is unknown is counted as if: the dearer side."""
    return model.thinks is None or catalogue.fact(model.thinks).value is not False


@dataclass(frozen=True)
class BaseModels:
    """Which base model each scenario asks, and what a request to it costs."""

    models: tuple[PricedModel, ...]
    chosen: np.ndarray
    """The place of its model in `models`, per scenario or one a situation."""
    own_machines: Mask
    cache: Cache
    thinks: Array
    """1 where the model thinks before it answers, else 0."""

    def spread(self, value: Callable[[PricedModel], float]) -> Array:
        """A number of each scenario's model."""
        return np.array([value(model) for model in self.models])[self.chosen]

    def rates(self, catalogue: Catalogue, request: Request, batch: bool) -> Rates:
        """What the scenarios' models ask for the tokens of a request, at list price."""
        of_models = [catalogue.price(model).rates(batch) for model in self.models]
        tiered = any(one.lowest_tier < request.most_sent for one in of_models)
        key = (request if tiered else None, batch)
        if key not in self._rates:
            self._rates[key] = self._rates_of(of_models, request)
        return self._rates[key]

    @cached_property
    def _rates(self) -> dict[tuple[Request | None, bool], Rates]:
        """Those that were asked for; what hangs on no size of a request is the same for all of them."""
        return {}

    def _rates_of(self, of_models: Sequence[Rates], request: Request) -> Rates:
        if len(of_models) == 1:
            return of_models[0]

        def rate(of: Callable[[Rates], Rate]) -> Rate:
            mine = [of(one) for one in of_models]
            usd = np.array([one.base for one in mine])[self.chosen]
            for index, one in enumerate(mine):
                if one.tiers and one.tiers[0][0] < request.most_sent:
                    usd = np.where(self.chosen == index, one.usd(request.sent), usd)
            return Rate(usd)

        return Rates(
            rate(lambda one: one.input),
            rate(lambda one: one.cached),
            rate(lambda one: one.written),
            rate(lambda one: one.output),
            np.array([one.request for one in of_models])[self.chosen],
        )

    def pick(self, of_models: Sequence[Any]) -> Any:
        """Of one value or array for each model, that of each scenario's model."""
        picked = of_models[0]
        for index, of_model in enumerate(of_models[1:], start=1):
            picked = np.where(self.chosen == index, of_model, picked)
        return picked


def base_models(scenarios: Scenarios, catalogue: Catalogue) -> BaseModels:
    """The model named by the user, even if it is gone, or the one that is typical of the size in use and still answers;
    on premises only open models can run.
    """
    every = catalogue.content.models
    place = {model.id: index for index, model in enumerate(every)}
    by_size = np.array([place[catalogue.typical(size).id] for size in scenarios.values["model"]])
    chosen = by_size[scenarios["model"]]
    named = scenarios.values["price_model"]
    by_name = np.array([place.get(name, -1) for name in named])[scenarios["price_model"]]
    chosen = np.where(by_name >= 0, by_name, chosen)
    own = scenarios.is_("hosting", "on_premises")
    hosted = np.isin(chosen, [index for model_id, index in place.items() if every[index].size in HOSTED_SIZES])
    chosen = np.where(own & hosted, place[catalogue.typical("open_large").id], chosen)
    return _asked(scenarios, catalogue, every, chosen, own)


def _asked(
    scenarios: Scenarios, catalogue: Catalogue, every: Sequence[PricedModel], chosen: np.ndarray, own: Mask
) -> BaseModels:
    """The models at the places `chosen` in `every`, with what their vendors keep of prompts."""
    used = np.flatnonzero(np.bincount(chosen.reshape(-1)))  # places are few and whole: sorted without sorting
    compact = np.zeros(len(every), dtype=int)
    compact[used] = np.arange(len(used))
    models = tuple(every[index] for index in used.tolist())
    caches = [model_cache(scenarios, catalogue, model) for model in models]
    none = np.zeros(scenarios.count)
    every_call = BaseModels(models, compact[chosen], own, Cache(none, none), none)
    cache = Cache(*(every_call.pick([getattr(one, name) for one in caches]) for name in ("minimum", "minutes")))
    thinking = every_call.spread(lambda model: float(thinks(catalogue, model)))
    return replace(every_call, cache=cache, thinks=thinking)


HOSTED_SIZES = ("frontier", "large", "small")


def usd_per_request(
    catalogue: Catalogue,
    models: BaseModels,
    request: Request,
    hits: Array | float = 0.0,
    batch: bool = False,
) -> Array:
    """USD of one request at list price.

    A share `hits` of the repeated part is billed as read from the cache; where there are hits, the rest of that part is
    billed as written to it.
    """
    written = request.written + request.thought * models.thinks
    return _charged(models.rates(catalogue, request, batch), request, written, hits)


def priced(
    catalogue: Catalogue, price: Price, request: Request, hits: Array | float = 0.0, batch: bool = False
) -> Array:
    """USD of one request, all its calls included, at one price; what a model thinks is billed as output."""
    written = request.output if thinks(catalogue, price.model) else request.written
    return _charged(price.rates(batch), request, written, hits)


def _charged(rates: Rates, request: Request, written: Array, hits: Array | float) -> Array:
    if isinstance(hits, float) and not hits:
        usd: Array = rates.usd_uncached(request.sent, written, request.most_sent)
    else:
        cached = request.repeated * hits
        put = np.where(np.asarray(hits) > 0, request.repeated - cached, 0.0)
        usd = rates.usd(request.sent, cached, put, written, request.most_sent)
    return usd * request.calls


@kept
def small_models(scenarios: Scenarios, catalogue: Catalogue, request: Request) -> BaseModels:
    """The small model that would do in place of a larger one: the typical one of a vendor or, where platforms were
    named, the cheapest for this request that one of them sells; an open one where they sell no other. The typical one
    again where none of them sells any that we know.

    A model whose end is known is taken only where no other is.
    """
    typical = catalogue.typical("small")
    every, chosen = [typical], np.zeros(1, dtype=int)
    named = _of_situations(scenarios.is_answered("platforms"))
    if named.any():
        every += [model for model in catalogue.small if model is not typical]
        sold = {place: where for place, model in enumerate(every) if np.any(where := _sold(scenarios, model))}
        if sold:
            costs = np.broadcast_arrays(*(_preferred_usd(catalogue, every[place], request) for place in sold))
            middles = median(np.stack(costs))  # one model in a situation
            offered = (np.where(where, usd, np.inf) for where, usd in zip(sold.values(), middles, strict=True))
            usd = np.stack(np.broadcast_arrays(*offered))
            found = np.array(list(sold))[usd.argmin(axis=0)]
            chosen = np.where(named & np.isfinite(usd).any(axis=0), found, 0)
    return _asked(scenarios, catalogue, every, chosen, np.zeros(chosen.shape, dtype=bool))


def _of_situations(column: Array) -> Array:
    """One a situation, of a column that is the same in all scenarios of a situation."""
    return column[..., :1]


def _sold(scenarios: Scenarios, model: PricedModel) -> Mask:
    """Whether a platform that the user named sells it, one a situation; anything where none was named."""
    platforms = (_of_situations(scenarios[f"platforms_{platform}"]) for platform in model.platforms)
    return reduce(or_, platforms, np.zeros(1, dtype=bool))


def _preferred_usd(catalogue: Catalogue, model: PricedModel, request: Request) -> Array:
    """USD of one request at list price, with so much added that each kind of model comes after all of the one before:
    those of a vendor that stay, those of a vendor that end, and open ones.
    """
    return priced(catalogue, catalogue.price(model), request) + LATER_USD * (
        (model.gone_from is not None) + 2 * (model.size != "small")
    )


LATER_USD = 1e6
"""More than any request costs."""


def cheapest_allowed(scenarios: Scenarios, catalogue: Catalogue, models: BaseModels, request: Request) -> Array:
    """USD of one request the cheapest way that the answers allow.

    With the cache; as a batch where answers may come hours later; with a small model where one is good enough.
    """
    small_ok = scenarios.is_("small_model", "good")
    cost = _cheapest_usd(scenarios, catalogue, models, request)
    if small_ok.ndim > 1:
        # Few situations, or none, have one that is good enough: only theirs is asked.
        places = np.flatnonzero(small_ok.any(axis=1)).tolist()
        if places:
            cost = np.array(np.broadcast_to(cost, small_ok.shape))
            cheap = _small_usd(_part(scenarios, tuple(places)), catalogue, _sent(scenarios, request, tuple(places)))
            cost[places] = np.where(small_ok[places], np.minimum(cost[places], cheap), cost[places])
    elif small_ok.any():
        cost = np.where(small_ok, np.minimum(cost, _small_usd(scenarios, catalogue, request)), cost)
    return cost


@kept
def _part(scenarios: Scenarios, places: tuple[int, ...]) -> Scenarios:
    return scenarios.only(places)


@kept
def _sent(_: Scenarios, request: Request, places: tuple[int, ...]) -> Request:
    return request.of(places)


def _small_usd(scenarios: Scenarios, catalogue: Catalogue, request: Request) -> Array:
    """USD of one request the cheapest way with the small model that would do."""
    return _cheapest_usd(scenarios, catalogue, small_models(scenarios, catalogue, request), request)


def _cheapest_usd(scenarios: Scenarios, catalogue: Catalogue, models: BaseModels, request: Request) -> Array:
    """USD of one request with these models, with the cache or without, as a batch where answers may come later."""
    shares = (0.0, models.cache.hits(scenarios, request))
    cost: Array = np.minimum(*(usd_per_request(catalogue, models, request, share) for share in shares))
    batch_ok = scenarios.is_("batch_ok", "yes")
    if batch_ok.any():
        for share in shares:
            batched = usd_per_request(catalogue, models, request, share, batch=True)
            cost = np.where(batch_ok, np.minimum(cost, batched), cost)
    return cost


def serving(scenarios: Scenarios, catalogue: Catalogue, models: BaseModels, request: Request) -> Serving:
    """Serving by the base model: by the token where it is hosted, on GPUs where it must be on one's own machines."""
    own = models.own_machines
    tokens = cheapest_allowed(scenarios, catalogue, models, request)
    if not own.any():
        return by_token(scenarios, tokens)
    small = small_open(catalogue).parameters_b or REFERENCE_B
    size = models.spread(lambda model: model.parameters_b or REFERENCE_B)
    size = np.where(scenarios.is_("small_model", "good"), np.minimum(size, small), size)
    mine = own_gpus(scenarios, models, request, size)
    return Serving(
        np.where(own, 0.0, tokens), np.where(own, mine.gpu_month, 0.0), np.where(own, mine.gpu_requests, np.inf)
    )


def own_gpus(scenarios: Scenarios, models: BaseModels, request: Request, size: Array | float) -> Serving:
    """An open model of `size` billion parameters on GPUs of one's own, which thinks as each scenario's model does."""
    request = replace(request, thought=request.thought * models.thinks)
    return gpus(scenarios, scenarios["gpu_hour_serve"], request, size)


def small_open(catalogue: Catalogue) -> PricedModel:
    """The typical small open model: what a smaller model on one's own machines would be."""
    return catalogue.typical("open_small")


INFERENCE_BASIS = ("model", "small_model_price", *CACHE_BASIS, "batch_ok", "small_model", "hosting")
"""What the cheapest allowed way rests on, besides the request itself."""
