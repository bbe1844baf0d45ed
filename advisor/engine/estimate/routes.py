"""Who could train and serve a tuned model for this customer on this date, and what that would cost."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache, reduce
from typing import Literal

import numpy as np

from advisor.content.catalogue import Catalogue, Customer, route_open
from advisor.content.entries import Route
from advisor.engine.estimate import effort
from advisor.engine.estimate.inference import HOURS_A_MONTH, Serving, by_token, cache, figure, gpus
from advisor.engine.estimate.requests import Request
from advisor.engine.scenarios import Array, Mask, Scenarios, kept, summed

CUSTOMER_QUESTIONS: dict[str, tuple[str, dict[str, Customer]]] = {
    "openai": ("openai_customer", {"new": "new", "dormant": "dormant", "active": "existing"}),
    "azure": ("azure_customer", {"new": "new", "existing": "existing"}),
}
"""Platforms that are open to some customers alone: the question that tells, and what its answers mean to a route."""

EVERYWHERE = ("anywhere", "region", "own_cloud", "on_premises")
DAYS_A_MONTH = 30.4375
"""A year of 365.25 days by twelve."""
NO_END_MONTHS = 120.0
"""Months for which a route serves whose end nobody named: longer than any project. Assumption."""
FLOPS_PER_PARAMETER = 4.0
"""Training operations per token and parameter with LoRA. Source: thinkingmachines-lora (2025-09-29)."""


def allowed(scenarios: Scenarios, route: Route) -> Mask:
    """Where the user may use the route's platform and the place of data and model fits."""
    mask = _allowed(scenarios, *_needs(route))
    return mask & scenarios.is_("sensitive_data", "none") if route.under("no_confidential_data") else mask


def _needs(route: Route) -> tuple[str, tuple[str, ...], bool, bool]:
    """Its platform, where it hosts, and whether it takes GPUs of one's own and reads images."""
    gpus = route.self_managed and "encoder" not in route.methods
    return route.platform, route.hosting, gpus, "vision" in route.methods


@kept
def _allowed(scenarios: Scenarios, platform: str, hosting: tuple[str, ...], gpus: bool, vision: bool) -> Mask:
    fits = scenarios.is_("hosting", *hosting)
    if hosting != EVERYWHERE:
        # Who names platforms but not a place has said by that where data may go.
        implied = scenarios.is_answered("platforms") & ~scenarios.is_answered("hosting")
        fits = fits | implied
    mask: Mask = scenarios[f"platforms_{platform}"].astype(bool) & fits
    if gpus:
        # Who trains and serves a language model on GPUs needs people who can, and somewhere to train it.
        mask = mask & ~scenarios.is_("skills", "none", "low_code")
        if platform == "own":
            mask = mask & ~scenarios.is_("gpu", "none")
    if not vision:
        mask = mask & ~(scenarios.is_answered("data_shape") & scenarios["data_shape_images"])
    return mask


def open_to_user(scenarios: Scenarios, route: Route, at: date) -> Mask:
    """Where the platform would start a job for this customer on the day."""
    if route.platform not in CUSTOMER_QUESTIONS:
        return np.full(scenarios.count, route_open(route, "new", at))
    question, meaning = CUSTOMER_QUESTIONS[route.platform]
    willing = [value for value, customer in meaning.items() if route_open(route, customer, at)]
    if not willing:
        return np.zeros(scenarios.count, dtype=bool)
    return scenarios.is_(question, *willing)


def life_months(route: Route, at: date) -> float:
    """Months that a model tuned today would still answer; 120 where no end is known."""
    if route.gone_from is None:
        return NO_END_MONTHS
    return max(0.0, (route.gone_from - at).days / DAYS_A_MONTH)


Size = Literal["small", "same"]
SMALL_BASES = ("small", "open_small", "raw_base")
ONE_OFF_HOURS = 24.0
"""Hours for which a tuned model is hosted to answer a one-off job by the token. Assumption."""
CLOSED = 255
"""Rank of a route that is closed."""
LAST_RESORT_USD = 1e12
"""Added to the cost of a route for each rank in a comparison, so that it is taken only where none goes before it."""


@dataclass(frozen=True)
class OpenRoutes:
    """For each route, where it is open to the user."""

    routes: tuple[Route, ...]
    open: tuple[Mask, ...]
    at: date

    @cached_property
    def ever_open(self) -> tuple[tuple[int, Route, Mask], ...]:
        """Routes that are open in some scenario, with their place and where they are open."""
        is_open: dict[int, bool] = {}
        for mask in self.open:
            if id(mask) not in is_open:
                is_open[id(mask)] = bool(mask.any())
        each = enumerate(zip(self.routes, self.open, strict=True))
        return tuple((place, route, mask) for place, (route, mask) in each if is_open[id(mask)])

    def count(self, method: str, *, for_use: bool = False) -> Array:
        """How many routes with this method are open in each scenario; `for_use`: those whose result may go into use."""
        masks = [
            mask
            for _, route, mask in self.ever_open
            if method in route.methods and not (for_use and route.under("testing_only"))
        ]
        return summed(mask.view(np.uint8) for mask in masks).astype(float) if masks else np.zeros(self.open[0].shape)

    def life(self, method: str) -> Array:
        """Months that the longest-lived tuned model of this method would answer; 0 where no route is open."""
        by_life: dict[float, Mask] = {}
        for _, route, mask in self.ever_open:
            if method in route.methods:
                life = life_months(route, self.at)
                by_life[life] = by_life[life] | mask if life in by_life else mask
        longest = np.zeros(self.open[0].shape)
        for life, mask in by_life.items():
            longest = np.maximum(longest, np.where(mask, life, 0.0))
        return longest


def open_routes_of(scenarios: Scenarios, catalogue: Catalogue) -> OpenRoutes:
    """Who is open to this user in each scenario."""
    kinds = _kinds(catalogue)
    # Dozens of routes differ in price alone: where they are open is looked up once.
    of_kinds = {
        kind: allowed(scenarios, route) & open_to_user(scenarios, route, catalogue.at)
        for kind, route in dict(zip(kinds, catalogue.routes(), strict=True)).items()
    }
    return OpenRoutes(catalogue.routes(), tuple(of_kinds[kind] for kind in kinds), catalogue.at)


@lru_cache(maxsize=32)
def _kinds(catalogue: Catalogue) -> tuple[Hashable, ...]:
    """Of each route, all that `allowed` and `open_to_user` look at."""
    customers: tuple[Customer, ...] = ("new", "dormant", "existing")
    return tuple(
        (
            *_needs(route),
            route.under("no_confidential_data"),
            *(route_open(route, customer, catalogue.at) for customer in customers),
        )
        for route in catalogue.routes()
    )


@dataclass(frozen=True)
class Offer:
    """The middle one of the open routes with known prices, per scenario; NaN where there is none."""

    serving: Serving
    fixed_month: Array
    """Hosting and storage a month, used or not."""
    train_usd: Array
    """USD of one training run."""
    self_managed: Mask
    small: Mask
    """Whether the tuned model is a small one."""
    life: Array
    """Months that the tuned model will answer."""
    chosen: np.ndarray
    """Place in `OpenRoutes.routes`, -1 where there is none."""
    compared: np.ndarray
    """Of how many routes it is the middle one; at 1 the figures hang on it alone."""
    shares: Mask
    """Whether the endpoint that it rents may hold several tuned models."""

    @cached_property
    def most_often(self) -> list[int]:
        """Places of the routes that are taken in some scenario, the most frequent first."""
        counts = np.bincount(self.chosen[self.chosen >= 0], minlength=1)
        return [index for index in np.argsort(-counts, kind="stable").tolist() if counts[index]]

    @cached_property
    def places(self) -> list[int]:
        """Those that stand in `chosen`, rising."""
        places: list[int] = (np.flatnonzero(np.bincount(self.chosen.reshape(-1) + 1)) - 1).tolist()
        return places


@dataclass(frozen=True)
class Quote:
    """What a route with a known price asks: for one training run, and in a month."""

    route: Route
    train: Array
    served: Serving
    fixed: Array
    life: float
    total: Array
    """USD a month at the user's volume: serving, upkeep, retraining, and training spread over the horizon."""


@dataclass(frozen=True)
class _Bid:
    """A quote of the route at a place in `OpenRoutes.routes`, where it is open."""

    index: int
    open: Mask
    quote: Quote
    rank: Array | float
    """0 for routes to take first."""


@dataclass(frozen=True)
class Quotes:
    """What routes ask, by all that it rests on, for the options that share it; None where a price is not known."""

    of_routes: dict[Hashable, Quote | None] = field(default_factory=dict)
    bids: dict[Hashable, list[_Bid]] = field(default_factory=dict)
    served: dict[Hashable, tuple[Serving, Array] | None] = field(default_factory=dict)
    """What serving costs, and USD a month of it at the user's volume."""


def middle_offer(
    scenarios: Scenarios,
    catalogue: Catalogue,
    open_routes: OpenRoutes,
    request: Request,
    train_tokens: Array,
    method: str,
    size: Size,
    quotes: Quotes,
    without: str | None = None,
) -> Offer:
    """The middle offer by monthly cost at the user's volume: serving, upkeep, retraining, and training spread over the
    horizon. Of an even number it is the cheaper one of the two in the middle.

    With the size `small` only small models count, which distillation is about. With `same`, routes that tune the very
    model that the user named come before all others, and a small model stands in for a larger base, or a large one for
    a smaller, only where nothing else is open. A route without a known price for training or for serving is left out:
    nothing is guessed; so is the route `without`. `quotes` keeps what routes ask for other options.
    """
    key = (request, id(train_tokens), method, size)
    if key not in quotes.bids:
        quotes.bids[key] = list(_bids(scenarios, catalogue, open_routes, request, train_tokens, method, size, quotes))
    return _middle(scenarios, [bid for bid in quotes.bids[key] if bid.quote.route.id != without])


def _bids(
    scenarios: Scenarios,
    catalogue: Catalogue,
    open_routes: OpenRoutes,
    request: Request,
    train_tokens: Array,
    method: str,
    size: Size,
    quotes: Quotes,
) -> Iterator[_Bid]:
    """Those of the routes that are open somewhere and have known prices."""
    tokens = train_tokens * scenarios["epochs"]
    for index, route, mask in open_routes.ever_open:
        if method not in route.methods or (size == "small" and not route.small):
            continue
        key = (route.id, request, id(train_tokens), method == "rft")
        if key not in quotes.of_routes:
            quotes.of_routes[key] = _quote(scenarios, catalogue, open_routes.at, route, request, tokens, method, quotes)
        if (quote := quotes.of_routes[key]) is not None:
            own = route.base if route.base in scenarios.values["price_model"] else None
            yield _Bid(index, mask, quote, _rank(scenarios, route.small, own) if size == "same" else 0.0)


def _quote(
    scenarios: Scenarios,
    catalogue: Catalogue,
    at: date,
    route: Route,
    request: Request,
    tokens: Array,
    method: str,
    quotes: Quotes,
) -> Quote | None:
    """The quote of a route for `tokens` of training, all passes together; None where a price is not known."""
    train = _train_usd(scenarios, catalogue, route, tokens, method)
    if train is None or (known := _served(scenarios, catalogue, route, request, quotes)) is None:
        return None
    served, running = known
    fee, store = (figure(catalogue, fact) or 0.0 for fact in (route.host_usd_hour, route.store_usd_month))
    fixed = _fixed_month(scenarios, fee if route.input_usd_mtok else 0.0, store)
    life = life_months(route, at)
    upkeep = effort.retraining_usd(scenarios, train, life)
    if route.self_managed:
        upkeep = upkeep + scenarios["serving_days"] * scenarios["day_rate"]
    training = train * scenarios["training_runs"] / effort.horizon(scenarios)
    total = running + fixed + training + upkeep * effort.service(scenarios)
    return Quote(route, train, served, fixed, life, total)


def _served(
    scenarios: Scenarios, catalogue: Catalogue, route: Route, request: Request, quotes: Quotes
) -> tuple[Serving, Array] | None:
    key = (route.id, request)
    if key not in quotes.served:
        serving = _serving(scenarios, catalogue, route, request)
        volume = scenarios["requests_per_month"]
        quotes.served[key] = (serving, summed(serving.monthly(volume))) if serving else None
    return quotes.served[key]


@kept
def _rank(scenarios: Scenarios, small: bool, base: str | None) -> Array:
    """0 where a route tunes the very model that the user named, 1 where one of its class, small or large, 2 where
    another stands in for it.
    """
    if base is None:
        return np.where(scenarios.is_("model", *SMALL_BASES) == small, 1.0, 2.0)
    rank = _rank(scenarios, small, None)
    named = scenarios.is_answered("price_model") & scenarios.is_("price_model", base)
    return np.where(named, 0.0, rank) if named.any() else rank


def _middle(scenarios: Scenarios, bids: Sequence[_Bid]) -> Offer:
    count = scenarios.count
    if not bids:
        unknown, none = np.full(count, np.nan), np.zeros(count, dtype=bool)
        nothing = Serving(unknown, unknown, unknown)
        return Offer(nothing, unknown, unknown, none, none, unknown, np.full(count, -1), none.astype(int), none)
    shape = max((np.shape(part) for bid in bids for part in (bid.quote.total, bid.rank, bid.open)), key=len)
    compared = _compared(bids, shape)
    after = {id(rank): LAST_RESORT_USD * rank for rank in {id(bid.rank): bid.rank for bid in bids}.values()}
    costs = np.full((len(bids), *shape), np.inf)
    for cost, bid in zip(costs, bids, strict=True):
        np.copyto(cost, bid.quote.total + after[id(bid.rank)], where=bid.open)
    costs = np.ascontiguousarray(np.moveaxis(costs, 0, -1))
    middle = (np.maximum(compared - 1, 0) // 2)[..., np.newaxis]
    place = np.take_along_axis(costs.argsort(axis=-1), middle, axis=-1)[..., 0]
    known = compared > 0
    of_routes = [
        (bids[index].quote, np.flatnonzero(known & (place == index)))
        for index in np.flatnonzero(np.bincount(place[known], minlength=1)).tolist()
    ]

    def taken(of: Callable[[Quote], Array]) -> Array:
        found = np.full(known.size, np.nan)
        for quote, rows in of_routes:
            values = of(quote)
            found[rows] = values.reshape(-1)[rows if values.shape == shape else rows % values.size]
        return found.reshape(shape)

    if any(quote.served.rents for quote, _ in of_routes):
        gpu_month, gpu_requests = (
            taken(lambda quote: quote.served.gpu_month),
            taken(lambda quote: quote.served.gpu_requests),
        )
    else:
        gpu_month, gpu_requests = np.where(known, 0.0, np.nan), np.where(known, np.inf, np.nan)
    routes = [bid.quote.route for bid in bids]
    return Offer(
        Serving(taken(lambda quote: quote.served.per_request), gpu_month, gpu_requests),
        taken(lambda quote: quote.fixed),
        taken(lambda quote: quote.train),
        known & np.array([route.self_managed for route in routes])[place],
        known & np.array([route.small for route in routes])[place],
        np.where(known, np.array([bid.quote.life for bid in bids])[place], np.nan),
        np.where(known, np.array([bid.index for bid in bids])[place], -1),
        compared,
        known & np.array([route.adapters is not None for route in routes])[place],
    )


def _compared(bids: Sequence[_Bid], shape: tuple[int, ...]) -> Array:
    """How many open routes have the lowest rank that is open; none where no route is."""
    alike: dict[tuple[int, int], list[_Bid]] = {}
    for bid in bids:
        alike.setdefault((id(bid.open), id(bid.rank)), []).append(bid)
    ranks = [(len(group), np.where(group[0].open, group[0].rank, CLOSED).astype(np.uint8)) for group in alike.values()]
    first = reduce(np.minimum, (rank for _, rank in ranks), np.full(shape, CLOSED, np.uint8))
    return np.where(first < CLOSED, summed(n * (rank == first) for n, rank in ranks), 0)


def _train_usd(scenarios: Scenarios, catalogue: Catalogue, route: Route, tokens: Array, method: str) -> Array | None:
    """USD of one run: tokens of all passes x price; or GPU hours x price; reinforcement by the hour."""
    if method == "rft":
        if route.train_usd_hour:
            hourly = figure(catalogue, route.train_usd_hour)
            return None if hourly is None else scenarios["grader_hours"] * hourly
        return scenarios["grader_hours"] * scenarios["gpu_hour_train"] if route.self_managed else None
    if route.self_managed:
        return training_hours(scenarios, route, tokens) * scenarios["gpu_hour_train"]
    price = figure(catalogue, route.train_usd_mtok)
    return None if price is None else tokens * price / 1e6


def training_hours(scenarios: Scenarios, route: Route, tokens: Array | float) -> Array:
    """Hours of one training GPU for so many tokens, all epochs together. Source: fact `training.rule-lora`."""
    size = route.parameters_b or scenarios["own_model_b"]
    speed = scenarios["utilisation"] * scenarios["gpu_peak_tflops"] * 1e12 / (FLOPS_PER_PARAMETER * size * 1e9)
    hours: Array = tokens / speed / 3600
    return hours


def _serving(scenarios: Scenarios, catalogue: Catalogue, route: Route, request: Request) -> Serving | None:
    """By the token where the platform sells tokens; else GPUs by the hour."""
    usd = _usd_per_request(scenarios, catalogue, route, request)
    if usd is not None:
        return by_token(scenarios, usd)
    hourly = scenarios["gpu_hour_serve"] if route.self_managed else figure(catalogue, route.host_usd_hour)
    if hourly is None:
        return None
    rented = gpus(scenarios, hourly, request, route.parameters_b or scenarios["own_model_b"])
    return _shared(rented, scenarios, catalogue, route)


def _shared(rented: Serving, scenarios: Scenarios, catalogue: Catalogue, route: Route) -> Serving:
    """What one of several tuned models pays of the endpoint that they share, and what of it is there for its requests.

    They are taken to be asked equally often. Where the platform lets none or fewer share, no more of them do.
    """
    most = figure(catalogue, route.adapters)
    if most is None:
        return rented
    sharers = np.minimum(np.maximum(scenarios["models_an_endpoint"], 1.0), most)
    return Serving(rented.per_request, rented.gpu_month / sharers, rented.gpu_requests / sharers)


def _usd_per_request(scenarios: Scenarios, catalogue: Catalogue, route: Route, request: Request) -> Array | None:
    """USD of one request by the token, as a batch where answers may come later and that has a price; None where the
    platform sells no tokens.
    """
    now = (route.input_usd_mtok, route.cached_usd_mtok, route.output_usd_mtok)
    later = (route.batch_input_usd_mtok, route.batch_cached_usd_mtok, route.batch_output_usd_mtok)
    usd = _by_token(scenarios, catalogue, route, request, now)
    can_wait = scenarios.is_("batch_ok", "yes")
    batched = _by_token(scenarios, catalogue, route, request, later) if usd is not None and can_wait.any() else None
    if usd is None or batched is None:
        return usd
    return np.where(can_wait, np.minimum(usd, batched), usd)


def _by_token(
    scenarios: Scenarios, catalogue: Catalogue, route: Route, request: Request, ids: tuple[str | None, ...]
) -> Array | None:
    paid_in, cached, paid_out = (figure(catalogue, fact_id) for fact_id in ids)
    if paid_in is None or paid_out is None:
        return None
    hits: Array | float = 0.0
    if cached is not None:
        keeps = cache(scenarios, catalogue, route.cache_minimum, route.cache_minutes)
        hits = request.repeated * keeps.hits(scenarios, request)
    usd: Array = ((request.sent - hits) * paid_in + hits * (cached or 0.0) + request.output * paid_out) / 1e6
    return usd * request.calls


@kept
def _fixed_month(scenarios: Scenarios, hour: float, store: float) -> Array:
    """Hosting fee and storage a month where tokens are paid too; a one-off job is hosted for a day."""
    return hour * np.where(scenarios.is_("usage", "one_off"), ONE_OFF_HOURS, HOURS_A_MONTH) + store
