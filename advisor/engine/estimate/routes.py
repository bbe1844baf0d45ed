"""Who could train and serve a tuned model for this customer on this date, and what that would cost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import numpy as np

from advisor.content.catalogue import Catalogue, Customer, route_open
from advisor.content.entries import Route
from advisor.engine.estimate import effort
from advisor.engine.estimate.inference import HOURS_A_MONTH, Serving, cacheable, gpu_capacity
from advisor.engine.estimate.requests import Request
from advisor.engine.scenarios import Array, Mask, Scenarios

CUSTOMER_QUESTIONS: dict[str, tuple[str, dict[str, Customer]]] = {
    "openai": ("openai_customer", {"new": "new", "dormant": "dormant", "active": "existing"}),
    "azure": ("azure_customer", {"new": "new", "existing": "existing"}),
}
"""Platforms whose doors depend on the customer: the question that tells, and what its answers mean to a route."""

EVERYWHERE = ("anywhere", "region", "own_cloud", "on_premises")
DAYS_A_MONTH = 30.4375
NO_END_MONTHS = 120.0
FLOPS_PER_PARAMETER = 4.0
"""Training operations per token and parameter with LoRA. Source: thinkingmachines-lora (2025-09-29)."""


def allowed(scenarios: Scenarios, route: Route) -> Mask:
    """Where the user may use the route's platform and the place of data and model fits."""
    fits = scenarios.is_("hosting", *route.hosting)
    if route.hosting != EVERYWHERE:
        # Who names platforms but not a place has said by that where data may go.
        implied = scenarios.said("platforms") & ~scenarios.said("hosting")
        fits = fits | implied
    mask: Mask = scenarios[f"platforms_{route.platform}"].astype(bool) & fits
    if "vision" not in route.methods:
        mask = mask & ~(scenarios.said("data_shape") & scenarios["data_shape_images"])
    return mask


def open_to_user(scenarios: Scenarios, route: Route, at: date) -> Mask:
    """Where the platform would start a job for this customer on the day."""
    if route.platform not in CUSTOMER_QUESTIONS:
        return np.full(scenarios.rows, route_open(route, "new", at))
    question, meaning = CUSTOMER_QUESTIONS[route.platform]
    willing = [value for value, customer in meaning.items() if route_open(route, customer, at)]
    if not willing:
        return np.zeros(scenarios.rows, dtype=bool)
    return scenarios.is_(question, *willing)


def life_months(route: Route, at: date) -> float:
    """Months that a model tuned today would still answer; 120 where no end is known."""
    if route.serves_until is None:
        return NO_END_MONTHS
    return max(0.0, (route.serves_until - at).days / DAYS_A_MONTH)


Size = Literal["small", "same"]
SMALL_BASES = ("small", "open_small", "raw_base")
LAST_RESORT_USD = 1e12
"""Added to the cost of a route in a comparison, so that it is taken only where there is no other."""


@dataclass(frozen=True)
class Doors:
    """For each route, where it is open to the user."""

    routes: tuple[Route, ...]
    open: tuple[Mask, ...]
    at: date

    def count(self, method: str) -> Array:
        """How many routes with this method are open in each scenario."""
        counts = [
            mask.astype(float) for route, mask in zip(self.routes, self.open, strict=True) if method in route.methods
        ]
        return np.sum(counts, axis=0) if counts else np.zeros(len(self.open[0]))

    def life(self, method: str) -> Array:
        """Months that the longest-lived tuned model of this method would answer; 0 where no route is open."""
        longest = np.zeros(len(self.open[0]))
        for route, mask in zip(self.routes, self.open, strict=True):
            if method in route.methods:
                longest = np.maximum(longest, np.where(mask, life_months(route, self.at), 0.0))
        return longest


def doors(scenarios: Scenarios, catalogue: Catalogue) -> Doors:
    """Who is open to this user in each scenario."""
    routes = tuple(catalogue.routes())
    masks = tuple(allowed(scenarios, route) & open_to_user(scenarios, route, catalogue.at) for route in routes)
    return Doors(routes, masks, catalogue.at)


@dataclass(frozen=True)
class Offer:
    """The cheapest open route with known prices, per scenario; NaN where there is none."""

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
    """Place in `Doors.routes`, -1 where there is none."""


def cheapest(
    scenarios: Scenarios,
    catalogue: Catalogue,
    open_doors: Doors,
    request: Request,
    train_tokens: Array,
    method: str,
    size: Size,
) -> Offer:
    """The offer with the lowest monthly cost at the user's volume: serving, upkeep, retraining, and training spread
    over the horizon.

    With the size `small` only small models count, which distillation is about; with `same`, a small model stands in
    for a larger base only where nothing else is open. A route without a known price for training or for serving is
    left out: nothing is guessed.
    """
    rows = scenarios.rows
    volume = scenarios["requests_per_month"]
    horizon = effort.horizon(scenarios)
    runs = effort.service(scenarios)
    best = np.full(rows, np.inf)
    chosen = np.full(rows, -1)
    columns = {name: np.full(rows, np.nan) for name in ("per_request", "gpu", "capacity", "fixed", "train", "life")}
    managed = np.zeros(rows, dtype=bool)
    tiny = np.zeros(rows, dtype=bool)
    base_is_small = scenarios.is_("model", *SMALL_BASES)
    for index, (route, mask) in enumerate(zip(open_doors.routes, open_doors.open, strict=True)):
        if method not in route.methods or (size == "small" and not route.small) or not mask.any():
            continue
        train = _train_usd(scenarios, catalogue, route, train_tokens, method)
        served = _serving(scenarios, catalogue, route, request)
        if train is None or served is None:
            continue
        fixed = _fixed_month(catalogue, route)
        tokens, gpus = served.monthly(volume)
        life = life_months(route, open_doors.at)
        upkeep = effort.retraining_usd(scenarios, train, np.full(rows, life))
        if route.self_managed:
            upkeep = upkeep + scenarios["serving_days"] * scenarios["day_rate"]
        total = tokens + gpus + fixed + train * scenarios["training_runs"] / horizon + upkeep * runs
        if size == "same" and route.small:
            total = total + np.where(base_is_small, 0.0, LAST_RESORT_USD)
        better = mask & (total < best)
        best = np.where(better, total, best)
        chosen = np.where(better, index, chosen)
        managed = np.where(better, route.self_managed, managed)
        tiny = np.where(better, route.small, tiny)
        offered: tuple[Any, ...] = (served.per_request, served.gpu_month, served.gpu_requests, fixed, train, life)
        for name, value in zip(columns, offered, strict=True):
            columns[name] = np.where(better, value, columns[name])
    return Offer(
        Serving(columns["per_request"], columns["gpu"], columns["capacity"]),
        columns["fixed"],
        columns["train"],
        managed,
        tiny,
        columns["life"],
        chosen,
    )


def _train_usd(scenarios: Scenarios, catalogue: Catalogue, route: Route, tokens: Array, method: str) -> Array | None:
    """USD of one run: tokens x passes x price; or GPU hours x price; reinforcement by the hour."""
    if method == "rft":
        if route.train_usd_hour:
            hourly = figure(catalogue, route.train_usd_hour)
            return None if hourly is None else scenarios["grader_hours"] * hourly
        return scenarios["grader_hours"] * scenarios["gpu_hour_train"] if route.self_managed else None
    if route.self_managed:
        return training_hours(scenarios, route, tokens * scenarios["epochs"]) * scenarios["gpu_hour_train"]
    price = figure(catalogue, route.train_usd_mtok)
    return None if price is None else tokens * scenarios["epochs"] * price / 1e6


def training_hours(scenarios: Scenarios, route: Route, tokens: Array | float) -> Array:
    """Hours of one training GPU for so many tokens, all epochs together. Source: fact `training.rule-lora`."""
    size = route.parameters_b or scenarios["own_model_b"]
    speed = scenarios["utilisation"] * scenarios["gpu_peak_tflops"] * 1e12 / (FLOPS_PER_PARAMETER * size * 1e9)
    hours: Array = tokens / speed / 3600
    return hours


def _serving(scenarios: Scenarios, catalogue: Catalogue, route: Route, request: Request) -> Serving | None:
    """By the token where the platform sells tokens; else GPUs by the hour."""
    none = np.zeros(scenarios.rows)
    paid_in, paid_out = figure(catalogue, route.input_usd_mtok), figure(catalogue, route.output_usd_mtok)
    if paid_in is not None and paid_out is not None:
        cached = figure(catalogue, route.cached_usd_mtok)
        hits = request.repeated * cacheable(scenarios, request) if cached is not None else none
        usd = ((request.sent - hits) * paid_in + hits * (cached or 0.0) + request.written * paid_out) / 1e6
        return Serving(usd * request.calls, none, np.full(scenarios.rows, np.inf))
    size = route.parameters_b or scenarios["own_model_b"]
    if route.self_managed:
        month = scenarios["gpu_hour_serve"] * HOURS_A_MONTH
    else:
        hourly = figure(catalogue, route.host_usd_hour)
        if hourly is None:
            return None
        month = np.full(scenarios.rows, hourly * HOURS_A_MONTH)
    return Serving(none, month, gpu_capacity(scenarios, request, size))


def _fixed_month(catalogue: Catalogue, route: Route) -> float:
    """Hosting fee and storage a month where tokens are paid too."""
    hosting = figure(catalogue, route.host_usd_hour) if route.input_usd_mtok else None
    return (hosting or 0.0) * HOURS_A_MONTH + (figure(catalogue, route.store_usd_month) or 0.0)


def figure(catalogue: Catalogue, fact_id: str | None) -> float | None:
    """The number of a fact that holds on the day; None where there is none or it is unknown."""
    if fact_id is None:
        return None
    value = catalogue.fact(fact_id).value
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None
