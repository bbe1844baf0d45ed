"""Figures for people: bands over the scenarios, lines of a bill, parts of a time, and what each of them rests on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Literal, cast

import numpy as np
from pydantic import TypeAdapter
from xxhash import xxh3_128_digest

from advisor.content.catalogue import Catalogue, gone
from advisor.content.entries import Route
from advisor.content.load import Content
from advisor.content.prices import PRICE_LIST
from advisor.content.sources import JOINT, address
from advisor.engine.advice import (
    MOSTLY,
    AssumedValue,
    Band,
    Basis,
    BreakEven,
    CostLine,
    Curve,
    CurvePoint,
    LatencyLine,
    Variant,
)
from advisor.engine.assessment import Assessment
from advisor.engine.burden import BILL, VOLUME
from advisor.engine.drawing import draw
from advisor.engine.estimate import breakeven, effort, inference
from advisor.engine.scenarios import Array, Scenarios, median
from advisor.engine.volume import told_by_bill
from advisor.interview.situation import Situation, Value, listed, middle

QUANTILES = (0.1, 0.5, 0.9)
"""Those of a `Band`."""
DIGITS = 5
"""Significant digits that are kept: more would differ between machines and say nothing."""
CURVE_POINTS = 13
"""Volumes at which a curve is drawn."""
CURVE_SPAN = 1000.0
"""The curve runs from a thousandth of the user's volume to a thousand times it."""
NO_FIGURES: dict[str, float | None] = {"p10": None, "p50": None, "p90": None}
"""A band by its fields, where the figure is unknown."""
NO_BAND = Band(**NO_FIGURES)
BANDS = TypeAdapter(list[Band])


def bands(arrays: Sequence[Array], known: dict[bytes, Band] | None = None) -> list[Band]:
    """The band of each array. Unknown values (NaN) are left out; where most are unknown, so is the figure.

    What is equal is sorted once: options share lines of their bills and parts of their times. `known` has bands of
    arrays of the same length, by digest, and is added to.
    """
    known = {} if known is None else known
    keys = [xxh3_128_digest(np.ascontiguousarray(array).data) for array in arrays]
    fresh = {key: array for key, array in zip(keys, arrays, strict=True) if key not in known}
    known.update(zip(fresh, _bands(list(fresh.values())), strict=True))
    return [known[key] for key in keys]


def _bands(arrays: Sequence[Array]) -> list[Band]:
    if not arrays:
        return []
    with np.errstate(over="ignore"):  # half the digits sort in half the time, and are more than are kept
        table = np.sort(np.stack(arrays, dtype=np.float32, casting="same_kind"), axis=1)
    size = table.shape[1]
    known = np.full(len(table), size)
    gaps = np.flatnonzero(~np.isfinite(table[:, 0]) | ~np.isfinite(table[:, -1]))  # sorted: what is no number is last
    known[gaps] = np.isfinite(table[gaps]).sum(axis=1)
    places = [np.minimum(known - 1, (quantile * known).astype(int)) for quantile in QUANTILES]
    figures = table[np.arange(len(table)), places].T.tolist()
    said = [
        dict(zip(NO_FIGURES, map(significant, row), strict=True)) if 2 * count >= size else NO_FIGURES
        for row, count in zip(figures, known.tolist(), strict=True)
    ]
    # All at once, which takes little more than half as long as one by one.
    return BANDS.validate_python(said)


def band(array: Array) -> Band:
    return bands([array])[0]


def too_slow(latency_p95: Band, situation: Situation, breaks: Sequence[str]) -> bool:
    """Whether an answer time is over the limit of the user by an estimate alone: it is not among the limits broken."""
    limit = middle(situation.answers.get("latency_limit"))
    late = latency_p95.p50 is not None and limit is not None and latency_p95.p50 > limit
    return late and "latency_limit" not in breaks


def significant(value: float) -> float:
    """Rounded to `DIGITS` significant digits."""
    return float(f"{value:.{DIGITS}g}")


OF_PRICES = ("model", "teacher", "small_model_price", "route")
STANDS_FOR_OTHERS = frozenset((*OF_PRICES, "base_speed", "cache_minimum", "cache_minutes", "reasoning_tokens"))
"""Names of what a line rests on that are not, or not alone, keys of `Advice.basis`."""
OF_ALL_OPTIONS = frozenset(("model", "teacher", "reasoning_tokens"))
"""Those that stand for the same in the lines of every option."""


class Ledger:
    """Collects what figures rest on while they are made. Keys: ids of questions and assumptions, `price:`, `speed:`,
    `fact:`.
    """

    def __init__(self, assessment: Assessment, situation: Situation, content: Content) -> None:
        self.assessment = assessment
        self.situation = situation
        self.content = content
        self.entries: dict[str, Basis] = {}
        self._stands_for: dict[tuple[str, str, str], tuple[str, ...]] = {}
        self._bands: dict[bytes, Band] = {}
        self._assumptions = {assumption.id for assumption in content.assumptions}

    def bands(self, arrays: Sequence[Array]) -> list[Band]:
        """As `bands` says, each array sorted once for all options."""
        return bands(arrays, self._bands)

    def refs(self, names: Iterable[str], option: str, kind: Literal["cost", "latency"]) -> tuple[str, ...]:
        """Keys for what a line rests on; `model` and `route` become the prices, speeds and facts in use."""
        keys: dict[str, None] = {}
        by_bill = told_by_bill(self.situation)
        for name in names:
            if name == VOLUME and by_bill:
                keys[BILL] = None
            elif name in STANDS_FOR_OTHERS:
                keys |= dict.fromkeys(self._references(name, option, kind))
            else:
                keys[name] = None
        for key in keys.keys() - self.entries.keys():
            self.entries[key] = self._entry(key)
        return tuple(keys)

    def _references(self, name: str, option: str, kind: str) -> tuple[str, ...]:
        """What a name stands for, looked up once an option: its lines rest on the same, and some on what all do."""
        asked = (name, "" if name in OF_ALL_OPTIONS else option, kind)
        if asked not in self._stands_for:
            self._stands_for[asked] = self._looked_up(name, option, kind)
        return self._stands_for[asked]

    def _looked_up(self, name: str, option: str, kind: str) -> tuple[str, ...]:
        match name:
            case "model":
                return tuple(self._models("price" if kind == "cost" else "speed"))
            case "teacher":
                return (f"price:{self.assessment.catalogue.typical('large').id}",)
            case "small_model_price":
                return tuple(self._small_models(option))
            case "route":
                return tuple(self._routes(option))
            case "base_speed":
                return tuple(self._bases(option))
            case "cache_minimum" | "cache_minutes":
                return (name, *self._cache(name, option))
            case "reasoning_tokens":
                thinks = (f"fact:{model.thinks}" for model in self.assessment.models.models if model.thinks)
                return (name, *dict.fromkeys(thinks))
            case _:
                return (name,)

    def _models(self, kind: str) -> list[str]:
        chosen = np.bincount(self.assessment.models.chosen, minlength=len(self.assessment.models.models))
        return [f"{kind}:{self.assessment.models.models[index].id}" for index in np.argsort(-chosen) if chosen[index]]

    def _small_models(self, option: str) -> list[str]:
        read, facts, sent = self.assessment.read, self.assessment.catalogue, self.assessment.sent
        small = inference.small_models(read, facts, sent.get(option, sent["few_shot"]))
        return [f"price:{model.id}" for model in small.models]

    def _routes(self, option: str) -> list[str]:
        facts: dict[str, None] = {}
        in_batches = self.assessment.scenarios.is_("batch_ok", "yes").any()
        for route in routes_taken(self.assessment, option):
            prices = (
                route.train_usd_mtok, route.train_usd_hour, route.input_usd_mtok, route.cached_usd_mtok,
                route.output_usd_mtok, route.host_usd_hour, route.store_usd_month,
            )  # fmt: skip
            facts |= {f"fact:{fact}": None for fact in prices if fact}
            if in_batches:
                later = (route.batch_input_usd_mtok, route.batch_cached_usd_mtok, route.batch_output_usd_mtok)
                facts |= {f"fact:{fact}": None for fact in later if fact}
        return list(facts)

    def _bases(self, option: str) -> list[str]:
        """Speeds of the base models that an option tunes."""
        bases = (route.base for route in routes_taken(self.assessment, option))
        return list(dict.fromkeys(f"speed:{base}" for base in bases if base))

    def _cache(self, name: str, option: str) -> list[str]:
        """What the vendors in use say of their caches: facts that hold unless the user set the assumption."""
        if self.situation.answers.get(name) is not None:
            return []
        names: Iterable[str | None] = (getattr(model, name) for model in self.assessment.models.models)
        if option in self.assessment.bills and self.assessment.bills[option].offer:
            names = (getattr(route, name) for route in routes_taken(self.assessment, option))
        return list(dict.fromkeys(f"fact:{fact}" for fact in names if fact))

    def _entry(self, key: str) -> Basis:
        kind, _, ref = key.partition(":")
        match kind:
            case "price":
                return _price(self.assessment.catalogue, ref)
            case "speed":
                return _speed(self.content, ref)
            case "fact":
                return _fact(self.content, ref)
            case _:
                return self._answer(key)

    def _answer(self, key: str) -> Basis:
        value = self.situation.answers.get(key)
        if value is None:
            return _unset(self.content, key)
        if key in self._assumptions:
            return _assumption(self.content, key, value)
        measured = key in self.situation.measured
        unit = self.content.question(key).unit
        pilot = self.situation.measurements.get(key)
        return Basis(
            kind="measured" if measured else "answer",
            ref=key,
            value=listed(value),
            unit=unit,
            source=pilot.host if pilot else None,
            seen=pilot.day.isoformat() if pilot else None,
        )


@cache
def _unset(content: Content, key: str) -> Basis:
    """An assumption or question of which the user said nothing."""
    if any(assumption.id == key for assumption in content.assumptions):
        return _assumption(content, key, None)
    question = content.question(key)
    prior = [question.prior.p10, question.prior.p90] if question.prior else None
    return Basis(kind="prior", ref=key, value=prior, unit=question.unit)


def _assumption(content: Content, key: str, value: Value) -> Basis:
    assumption = content.assumption(key)
    source = content.source(assumption.source) if assumption.source else None
    shown: Any = value if value is not None else [assumption.prior.p10, assumption.prior.p90]
    return Basis(
        kind="assumption", ref=key, value=listed(shown), unit=assumption.unit, overridden=value is not None,
        source=source.title if source else None, url=source.url if source else None,
        seen=source.date if source else None, confidence=source.confidence if source else None,
    )  # fmt: skip


@cache
def _fact(content: Content, ref: str) -> Basis:
    fact = content.fact(ref)
    return Basis(
        kind="fact", ref=ref, value=fact.value, unit=fact.unit, source=fact.source, url=address(fact.source),
        seen=fact.seen, confidence=fact.confidence,
    )  # fmt: skip


@lru_cache(maxsize=512)
def _price(catalogue: Catalogue, ref: str) -> Basis:
    model = next(model for model in catalogue.content.models if model.id == ref)
    price = catalogue.price(model)
    rates = {"input": price.standard.input, "cached": price.standard.cached, "output": price.standard.output}
    value = {name: significant(float(rate.base) * 1e6) for name, rate in rates.items()}
    if price.own:
        own = price.own
        return Basis(
            kind="fact", ref=ref, value=value, unit="USD/1M tokens", source=own.source,
            url=address(own.source), seen=own.seen, confidence=own.confidence,
        )  # fmt: skip
    source = catalogue.content.source(PRICE_LIST)
    return Basis(
        kind="fact", ref=ref, value=value, unit="USD/1M tokens", source=source.title,
        url=source.url, seen=source.date, confidence=source.confidence,
    )  # fmt: skip


@cache
def _speed(content: Content, ref: str) -> Basis:
    model = next(model for model in content.models if model.id == ref)
    value = {
        "first_token_s": [model.first_token_s.p10, model.first_token_s.p90],
        "tokens_per_s": [model.tokens_per_s.p10, model.tokens_per_s.p90],
    }
    if not model.latency_facts:
        return Basis(kind="assumption", ref=ref, value=value, unit="s; tokens/s")
    facts = [content.fact(fact) for fact in model.latency_facts]
    return Basis(
        kind="fact", ref=ref, value=value, unit="s; tokens/s",
        source=JOINT.join(dict.fromkeys(fact.source for fact in facts)), url=address(facts[0].source),
        seen=min(fact.seen for fact in facts), confidence=facts[0].confidence,
    )  # fmt: skip


def routes_taken(assessment: Assessment, option: str) -> list[Route]:
    """The routes whose prices an option has in some scenario, the most frequent first; none for what is not tuned."""
    offer = assessment.bills[option].offer if option in assessment.bills else None
    if offer is None:
        return []
    return [assessment.open_routes.routes[index] for index in offer.most_often]


def compared_routes(assessment: Assessment, option: str) -> int | None:
    """Of how many routes the price of a tuned option is the middle, in the middle scenario; None where it has none."""
    offer = assessment.bills[option].offer
    compared = offer.compared[offer.compared > 0] if offer else np.zeros(0)
    return int(median(compared).item()) if len(compared) else None


def without_routes(assessment: Assessment, options: Iterable[str]) -> dict[str, Band]:
    """The monthly cost of each tuned option if the route whose prices it most often has were closed; nothing of those
    for which no other open route has a known price.
    """
    resting: dict[str, list[str]] = {}
    for option in options:
        for route in routes_taken(assessment, option)[:1]:
            resting.setdefault(route.id, []).append(option)
    usd: dict[str, Band] = {}
    for closed, names in resting.items():
        left = [assessment.bills.without(closed, name).usd_month for name in names]
        usd |= dict(zip(names, bands(left), strict=True))
    return {name: band for name, band in usd.items() if band.p50 is not None}


def cost_lines(assessment: Assessment, option: str, ledger: Ledger) -> tuple[CostLine, ...]:
    """The bill of an option, line by line; lines that are nil in nearly all scenarios are left out."""
    bill = assessment.bills[option]
    tokens, gpus = bill.inference
    rows: list[tuple[str, str, Array]] = [("inference", "monthly", tokens)]
    hosting = gpus + bill.monthly.get("hosting", 0.0)
    rows.append(("hosting", "monthly", hosting))
    rows += [(name, "monthly", usd) for name, usd in bill.monthly.items() if name != "hosting"]
    rows += [(name, "once", usd) for name, usd in bill.once.items()]
    rows = [row for row in rows if not _nil(row[2])]
    return tuple(
        CostLine(
            id=cast(Any, name),
            kind=cast(Any, kind),
            usd=usd,
            basis=ledger.refs(bill.basis.get(name, ()), option, "cost"),
        )
        for (name, kind, _), usd in zip(rows, ledger.bands([row[2] for row in rows]), strict=True)
    )


def _nil(usd: Array) -> bool:
    nil = int(np.count_nonzero(usd == 0))
    return nil > 0 and nil > 0.95 * int(np.count_nonzero(np.isfinite(usd)))


def latency_lines(assessment: Assessment, option: str, ledger: Ledger) -> tuple[LatencyLine, ...]:
    times = assessment.latencies[option]
    seconds_by_part = ledger.bands(list(times.parts.values()))
    return tuple(
        LatencyLine(id=cast(Any, name), seconds=seconds, basis=ledger.refs(times.basis[name], option, "latency"))
        for name, seconds in zip(times.parts, seconds_by_part, strict=True)
    )


def variants(assessment: Assessment, option: str, ledger: Ledger) -> tuple[Variant, ...]:
    """Cheaper ways to do the same without training: caching, batch, a smaller model; inference only.

    On one's own machines nothing is sold by the token: there it is a smaller open model on fewer GPUs.
    """
    scenarios, models = assessment.scenarios, assessment.models
    own = bool(models.own_machines.mean() >= MOSTLY)
    small_good, small_poor = (_surely(scenarios, "small_model", value) for value in ("good", "poor"))
    untested = not small_good and not small_poor
    rows = _own_variants(assessment, option) if own else _hosted_variants(assessment, option)
    if not own and _gone_share(assessment) >= MOSTLY:
        # What the user runs is priced as it was, and nothing new is built on it.
        rows = [row for row in rows if row.id == "as_is" or "smaller" in row.id]
    batch = _surely(scenarios, "batch_ok", "yes")
    result: list[Variant] = []
    for row, usd in zip(rows, ledger.bands([row.usd_month for row in rows]), strict=True):
        smaller = "smaller" in row.id
        allowed = small_good if smaller else batch or "batch" not in row.id
        keys = ledger.refs(("requests_per_month", *assessment.sent[option].basis, *row.basis), option, "cost")
        result.append(
            Variant(id=cast(Any, row.id), model=row.model, usd_month=usd, allowed=allowed,
                    untested=smaller and untested, basis=keys)
        )  # fmt: skip
    return tuple(result)


def smaller_usd_month(assessment: Assessment, option: str) -> Array:
    """USD a month, inference only, of the same without training on a smaller model."""
    own = bool(assessment.models.own_machines.mean() >= MOSTLY)
    rows = _own_variants(assessment, option) if own else _hosted_variants(assessment, option)
    return next(row.usd_month for row in rows if row.id == "smaller")


SMALLER_BASIS = ("requests_per_month", "small_model_price", "model")
"""What that rests on, besides the request itself."""


def _gone_share(assessment: Assessment) -> float:
    """Share of scenarios whose base model no longer answers on the day."""
    models = assessment.models
    return float(models.spread(lambda model: float(gone(model, assessment.catalogue.at))).mean())


@dataclass(frozen=True)
class _VariantRow:
    id: str
    model: str
    usd_month: Array
    basis: tuple[str, ...]


def _hosted_variants(assessment: Assessment, option: str) -> list[_VariantRow]:
    scenarios, facts, request = assessment.scenarios, assessment.catalogue, assessment.sent[option]
    models, volume = assessment.models, assessment.scenarios["requests_per_month"]
    hits = models.cache.hits(scenarios, request)
    small = inference.small_models(assessment.read, facts, request)
    small_hits = small.cache.hits(scenarios, request)

    def as_now(name: str, share: Array | float, in_batch: bool) -> _VariantRow:
        usd = inference.usd_per_request(facts, models, request, share, in_batch) * volume
        return _VariantRow(
            name, _one_name(models), usd, ("model", *(inference.CACHE_BASIS if "caching" in name else ()))
        )

    def smaller(name: str, share: Array | float) -> _VariantRow:
        usd = inference.usd_per_request(facts, small, request, share) * volume
        refs = ("small_model_price", *(inference.CACHE_BASIS if "caching" in name else ()))
        return _VariantRow(name, _one_name(small), usd, refs)

    return [
        as_now("as_is", 0.0, False), as_now("caching", hits, False), as_now("batch", 0.0, True),
        as_now("caching_batch", hits, True), smaller("smaller", 0.0), smaller("smaller_caching", small_hits),
    ]  # fmt: skip


def _one_name(models: inference.BaseModels) -> str:
    """The name of the model; empty where scenarios ask different ones."""
    return models.models[0].name if len(models.models) == 1 else ""


def _own_variants(assessment: Assessment, option: str) -> list[_VariantRow]:
    scenarios, models, request = assessment.scenarios, assessment.models, assessment.sent[option]
    small = inference.small_open(assessment.catalogue)
    sizes = models.spread(lambda model: model.parameters_b or inference.REFERENCE_B)
    basis = ("gpu_hour_serve", "gpu_tokens_s", "peak_factor", "batch_ok", "usage", "model")

    def row(name: str, model: str, size: Array | float) -> _VariantRow:
        served = inference.own_gpus(scenarios, models, request, size)
        return _VariantRow(name, model, served.monthly(scenarios["requests_per_month"])[1], basis)

    smaller = row("smaller", small.name, np.minimum(sizes, small.parameters_b or inference.REFERENCE_B))
    return [row("as_is", _one_name(models), sizes), smaller]


def _surely(scenarios: Scenarios, question: str, value: str) -> bool:
    """Whether the user gave this answer."""
    return bool(scenarios.is_answered(question).all() and scenarios.is_(question, value).all())


def break_even(assessment: Assessment, option: str, against: str, ledger: Ledger) -> BreakEven | None:
    """When an option pays, against the cheapest sufficient way without training; None where its cost is unknown."""
    bill, reference = assessment.bills[option], assessment.bills[against]
    points = breakeven.break_even(bill, reference)
    known = np.isfinite(bill.once_usd)
    total = int(known.sum())
    if not total:
        return None
    never = np.isinf(points.requests_month) & known
    late = (~np.isfinite(points.months) | (points.months > effort.horizon(assessment.scenarios))) & known
    names = {name for refs in (*bill.basis.values(), *reference.basis.values()) for name in refs} | {
        "horizon_months",
        "cache_hits",
    }
    volume, months = (_with_never(values[known]) for values in (points.requests_month, points.months))
    return BreakEven(
        against=against,
        requests_month=volume,
        months=months,
        never_share=round(float(never.sum()) / total, 4),
        never_share_at_volume=round(float(late.sum()) / total, 4),
        basis=ledger.refs(sorted(names), option, "cost"),
    )


def _with_never(values: Array) -> Band:
    """The band of values of which infinity means "never": a percentile that falls there is None, as it has no figure.

    Leaving those scenarios out would make an option that seldom pays look as if it paid soon.
    """
    ordered = np.sort(np.where(np.isnan(values), np.inf, values))
    percentiles = [float(ordered[min(len(ordered) - 1, int(q * len(ordered)))]) for q in QUANTILES]
    low, middle, high = (significant(value) if np.isfinite(value) else None for value in percentiles)
    return Band(p10=low, p50=middle, p90=high)


def curves(assessment: Assessment, options: Sequence[str]) -> tuple[Curve, ...]:
    """Monthly cost over volume, one-off cost spread over the horizon. It is taken from all scenarios, so that at the
    user's own volume it is the cost in the comparison.
    """
    middle = float(median(assessment.scenarios["requests_per_month"]).item())
    volumes = [
        significant(float(v)) for v in np.geomspace(max(1.0, middle / CURVE_SPAN), middle * CURVE_SPAN, CURVE_POINTS)
    ]
    arrays = [assessment.bills[option].at_volume(volume) for option in options for volume in volumes]
    usd = iter(bands(arrays))
    return tuple(
        Curve(option=option, points=tuple(CurvePoint(requests_month=volume, usd_month=next(usd)) for volume in volumes))
        for option in options
    )


def assumptions(assessment: Assessment, ledger: Ledger) -> tuple[AssumedValue, ...]:
    """Every assumption with the band in use; the user may set any of them."""
    content = ledger.content
    scenarios = assessment.scenarios
    changed = [one for one in content.assumptions if scenarios.is_answered(one.id).any()]
    ledger.refs([assumption.id for assumption in content.assumptions], "", "cost")
    in_use = bands([scenarios[one.id] for one in changed])
    set_here = {
        one.id: AssumedValue(assumption=one.id, value=value, unit=one.unit, overridden=True)
        for one, value in zip(changed, in_use, strict=True)
    }
    return tuple((_assumed(content, scenarios.count) | set_here).values())


@cache
def _assumed(content: Content, count: int) -> dict[str, AssumedValue]:
    """The assumptions with their bands where the user set none."""
    drawn = draw([Situation({})], content, count)
    in_use = bands([drawn[one.id] for one in content.assumptions])
    return {
        one.id: AssumedValue(assumption=one.id, value=value, unit=one.unit, overridden=False)
        for one, value in zip(content.assumptions, in_use, strict=True)
    }
