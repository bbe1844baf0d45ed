"""How long an answer takes: search, first token, reading the prompt, writing the answer.

On hosted models half the output takes about half the time, and half the prompt saves 1 to 5 per cent
(openai-latency, 2026-06-27); so time is first token plus output over speed, and reading counts little.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from advisor.content.entries import Route
from advisor.content.load import Content
from advisor.engine.estimate.inference import BaseModels
from advisor.engine.estimate.requests import RAG_OPTIONS, Request
from advisor.engine.estimate.routes import SMALL_BASES, Offer
from advisor.engine.points import SPEEDS, drawn
from advisor.engine.scenarios import Array, Mask, Scenarios, summed

JUST_KEPT = 1.0 - 1e-9
"""Part of a limit up to which a model thinks, so that no rounding breaks the limit."""


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
    offers: Mapping[str, Offer],
    routes: Sequence[Route],
) -> dict[str, Latency]:
    """Latency of each option named. A tuned option is as quick as the base that its offer tunes, one of `routes`.

    A model thinks no longer than a limit on time leaves, since what it thinks can be bounded or switched off; but where
    the user said how many tokens it thinks, or how long it takes today, that stands.
    Where the user measured today's system, options on the same base model follow the measurement.
    """
    speeds: dict[int, _Speed] = {}
    published = [_published(scenarios.content, scenarios.count, model.id) for model in models.models]
    today = _Speed(
        models.pick([first for first, _ in published]),
        models.pick([output for _, output in published]),
        np.ones(scenarios.count, dtype=bool),
        ("model", "price_model", "hosting"),
        ("model", "price_model", "hosting"),
    )
    held = (
        scenarios.is_answered("latency_limit")
        & ~scenarios.is_answered("reasoning_tokens")
        & ~scenarios.is_answered("latency_now")
    )
    by_option: dict[str, Latency] = {}
    same_base: dict[str, Mask] = {}
    for option in scenarios.content.options:
        if option.id not in options:
            continue
        if option.id == "encoder":
            by_option[option.id] = _encoder(scenarios)
            continue
        request, speed = sent[option.id], today
        offer = offers.get(option.id)
        if offer is not None:
            key = id(offer)
            if key not in speeds:
                speeds[key] = _tuned(scenarios, models, offer, routes, today, option.id == "distill")
            speed = speeds[key]
        same_base[option.id] = speed.same
        starts = speed.first_token
        prefill = (*request.basis, "prefill_tokens_s")
        thinking = ("reasoning_tokens",) if "reasoning_tokens" in request.basis else ()
        basis = {
            "first_token": speed.first_basis,
            "output": (*speed.output_basis, "output_tokens", *thinking),
            "prefill": tuple(name for name in prefill if name != "reasoning_tokens"),
        }
        if option.tunes:
            starts = starts * scenarios["tuned_first_token"]
            basis["first_token"] = (*basis["first_token"], "tuned_first_token")
        parts = {
            "first_token": starts * request.calls,
            "prefill": request.sent * request.calls / scenarios["prefill_tokens_s"],
            "output": request.written * request.calls / speed.tokens_s,
        }
        if request.calls.max() > 1:
            basis = {name: (*refs, "chain_calls") for name, refs in basis.items()}
        if option.id in RAG_OPTIONS:
            parts["retrieval"] = scenarios["retrieval_s"]
            basis["retrieval"] = ("retrieval_s",)
        thinks = request.thought * request.calls / speed.tokens_s
        if offer is None:
            thinks = thinks * models.thinks
        if thinking and held.any():
            most = JUST_KEPT * scenarios["latency_limit"] / scenarios["tail_ratio"]
            left = np.maximum(0.0, most - summed(parts.values()))
            thinks = np.where(held, np.minimum(thinks, left), thinks)
            others = (ref for refs in basis.values() for ref in refs)
            basis["output"] = tuple(dict.fromkeys((*basis["output"], "latency_limit", "tail_ratio", *others)))
        parts["output"] = parts["output"] + thinks
        by_option[option.id] = _sum(scenarios, parts, basis)
    return _measured(scenarios, by_option, same_base)


@dataclass(frozen=True)
class _Speed:
    """How fast a model answers, per scenario, and where it is the one that is asked today."""

    first_token: Array
    tokens_s: Array
    same: Mask
    first_basis: tuple[str, ...]
    output_basis: tuple[str, ...]


def _tuned(
    scenarios: Scenarios, models: BaseModels, offer: Offer, routes: Sequence[Route], today: _Speed, student: bool
) -> _Speed:
    """The speed of the base that is tuned: its published range, where it is one of ours. Of another we know its size
    alone: a `student`, or a small one in place of a larger model, is as quick as small open models are, any other as
    today's model.
    """
    known = {model.id for model in scenarios.content.models}
    first, output = today.first_token, today.tokens_s
    large = ~scenarios.is_("model", *SMALL_BASES)
    same: Mask = np.ones(scenarios.count, dtype=bool)
    assumed: Mask = ~same
    published = False
    for index in offer.places:
        rows, route = offer.chosen == index, routes[index] if index >= 0 else None
        base = route.base if route and route.base in known else None
        if base is not None:
            its_first, its_output = _published(scenarios.content, scenarios.count, base)
            first, output = np.where(rows, its_first, first), np.where(rows, its_output, output)
            same = np.where(rows, np.array([model.id == base for model in models.models])[models.chosen], same)
            published = True
        elif student or (route is not None and route.small):
            assumed = assumed | (rows if student else rows & large)
    first = np.where(assumed, scenarios["small_first_token"], first)
    output = np.where(assumed, scenarios["small_tokens_s"], output)
    basis = ("base_speed",) if published else ()
    if not student:
        basis = (*today.first_basis, *basis)
    small = bool(assumed.any())
    return _Speed(
        first, output, same & ~assumed,
        (*basis, "small_first_token") if small else basis,
        (*basis, "small_tokens_s") if small else basis,
    )  # fmt: skip


@cache
def _published(content: Content, count: int, model_id: str) -> tuple[Array, Array]:
    """Each scenario's place in the published ranges of a base model: seconds to a first token, and tokens a second."""
    model = next(model for model in content.models if model.id == model_id)
    first, output = (
        drawn(content, where, quantity, count)
        for where, quantity in zip(SPEEDS, (model.first_token_s, model.tokens_per_s), strict=True)
    )
    return first, output


def _sum(scenarios: Scenarios, parts: dict[str, Array], basis: dict[str, tuple[str, ...]]) -> Latency:
    median = summed(parts.values())
    return Latency(parts, median, median * scenarios["tail_ratio"], basis)


def _encoder(scenarios: Scenarios) -> Latency:
    return _sum(scenarios, {"output": scenarios["encoder_latency"] * 1.0}, {"output": ("encoder_latency",)})


def _measured(scenarios: Scenarios, by_option: dict[str, Latency], same: Mapping[str, Mask]) -> dict[str, Latency]:
    """Scale the options on today's model so that today's approach takes the time that the user gave."""
    rows = scenarios.is_answered("latency_now")
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
        same_base = same[option]
        if not same_base.any():
            continue
        parts = {name: part * np.where(same_base, factor, 1.0) for name, part in times.parts.items()}
        basis = {name: (*refs, "latency_now", "rag_tried", "prompt_tried") for name, refs in times.basis.items()}
        scaled[option] = _sum(scenarios, parts, basis)
    return scaled
