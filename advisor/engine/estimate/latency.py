"""How long an answer takes: search, first token, reading the prompt, writing the answer.

On hosted models half the output takes about half the time, and half the prompt saves 1 to 5 per cent
(openai-latency, 2026-06-27); so time is first token plus output over speed, and reading counts little.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from advisor.content.entries import PricedModel, Quantity
from advisor.engine.estimate.inference import BaseModels
from advisor.engine.estimate.requests import RAG_OPTIONS, Request
from advisor.engine.scenarios import Array, Mask, Scenarios, quantile


@dataclass(frozen=True)
class Latency:
    """Seconds per scenario: parts of the median, their sum, and the 95th percentile."""

    parts: dict[str, Array]
    median: Array
    p95: Array
    basis: dict[str, tuple[str, ...]]


def latencies(
    scenarios: Scenarios,
    models: BaseModels,
    sent: dict[str, Request],
    options: Sequence[str],
    small: Mapping[str, Mask],
) -> dict[str, Latency]:
    """Latency of each option named; `small` says where a tuned option answers with a small model.

    Where the user measured today's system, options on the same base model follow the measurement.
    """
    first = _speed(scenarios, models, "speed_first_token", lambda model: model.first_token_s)
    speed = _speed(scenarios, models, "speed_output", lambda model: model.tokens_per_s)
    by_option: dict[str, Latency] = {}
    for option in scenarios.content.options:
        if option.id not in options:
            continue
        if option.id == "encoder":
            by_option[option.id] = _encoder(scenarios)
            continue
        request = sent[option.id]
        starts, writes = first, speed
        by: tuple[str, ...] = ("model", "price_model", "hosting")
        basis = {"first_token": by, "output": (*by, "output_tokens"), "prefill": (*request.basis, "prefill_tokens_s")}
        tiny = small.get(option.id)
        if tiny is not None and tiny.any():
            starts = np.where(tiny, scenarios["small_first_token"], starts)
            writes = np.where(tiny, scenarios["small_tokens_s"], writes)
            by = by if not tiny.all() else ()
            basis["first_token"] = (*by, "small_first_token")
            basis["output"] = (*by, "small_tokens_s", "output_tokens")
        if option.tunes:
            starts = starts * scenarios["tuned_first_token"]
            basis["first_token"] = (*basis["first_token"], "tuned_first_token")
        parts = {
            "first_token": starts * request.calls,
            "prefill": request.sent * request.calls / scenarios["prefill_tokens_s"],
            "output": request.written * request.calls / writes,
        }
        if request.calls.max() > 1:
            basis = {name: (*refs, "chain_calls") for name, refs in basis.items()}
        if option.id in RAG_OPTIONS:
            parts["retrieval"] = scenarios["retrieval_s"]
            basis["retrieval"] = ("retrieval_s",)
        by_option[option.id] = _sum(scenarios, parts, basis)
    return _measured(scenarios, by_option, small)


def _speed(scenarios: Scenarios, models: BaseModels, where: str, of: Callable[[PricedModel], Quantity]) -> Array:
    """Each scenario's place in the published range of its model."""
    place, deviates = scenarios[where], scenarios.deviates(where)
    values = np.empty(scenarios.rows)
    for index, model in enumerate(models.models):
        rows = models.chosen == index
        values[rows] = quantile(of(model), place[rows], deviates[rows])
    return values


def _sum(scenarios: Scenarios, parts: dict[str, Array], basis: dict[str, tuple[str, ...]]) -> Latency:
    median: Array = np.sum(list(parts.values()), axis=0)
    return Latency(parts, median, median * scenarios["tail_ratio"], basis)


def _encoder(scenarios: Scenarios) -> Latency:
    return _sum(scenarios, {"output": scenarios["encoder_latency"] * 1.0}, {"output": ("encoder_latency",)})


def _measured(scenarios: Scenarios, by_option: dict[str, Latency], small: Mapping[str, Mask]) -> dict[str, Latency]:
    """Scale the options on today's model so that today's approach takes the time that the user gave."""
    rows = scenarios.said("latency_now")
    if not rows.any():
        return by_option
    today = np.where(
        scenarios.is_("rag_tried", "misses", "misused", "works"),
        by_option["rag"].median,
        np.where(scenarios.is_("prompt_tried", "good"), by_option["few_shot"].median, by_option["prompting"].median),
    )
    factor = np.where(rows, scenarios["latency_now"] / today, 1.0)
    scaled = dict(by_option)
    for option, times in by_option.items():
        if option == "encoder":
            continue
        same_base = ~small[option] if option in small else np.ones(scenarios.rows, dtype=bool)
        if not same_base.any():
            continue
        parts = {name: part * np.where(same_base, factor, 1.0) for name, part in times.parts.items()}
        basis = {name: (*refs, "latency_now", "rag_tried", "prompt_tried") for name, refs in times.basis.items()}
        scaled[option] = _sum(scenarios, parts, basis)
    return scaled
