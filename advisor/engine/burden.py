"""What limits and the bill take from an option: slopes on how far it is over, and what they close.

An amount that is unknown keeps no limit. Slopes are on the logarithm of the ratio, and what is closed is so scenario by
scenario, so that nothing jumps at a limit.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

import numpy as np

from advisor.engine.attempts import gaps
from advisor.engine.estimate import effort
from advisor.engine.estimate.bill import Bill
from advisor.engine.estimate.latency import Latency
from advisor.engine.scenarios import Array, Mask, Scenarios, by_situation

LIMITS = ("budget_month", "budget_once", "latency_limit")
COMPLAINTS = ("cost", "latency")
"""What may be wrong with today's way that a bill or a clock can show."""
LIMIT_SLOPE = 3.0
"""Nats taken for each factor of e over a limit: ten to one at twice the limit. Assumption."""
BILL_SLOPE = 2.0
"""Nats taken for each factor of e that an option costs, or takes, more than today's way where that is the complaint.
Assumption.
"""
MOST = float(np.log(1000.0))
"""Logarithm of the ratio beyond which more makes no difference; also that of an unknown amount. Assumption."""
LEAST = 1e-300
"""Of what is held against an amount: any is many times nothing."""
FAR = 3.0
"""Times a limit beyond which an option keeps it in no way: estimates may be off by so much, but not by more.
Assumption.
"""
MANY_TIMES = 10.0
"""Times today's bill beyond which an option is no remedy where cost is complained of, whatever else is wrong.
Assumption.
"""


BROKEN, DEARER = 2, 1
"""What closes an option that is over a limit, or too dear; see `Burden.closes`."""


@dataclass(frozen=True)
class Burden:
    """Rows x options."""

    over: dict[str, Mask]
    """By limit that the user set: where an option breaks it, as far as what it is held against was said."""
    far: Mask
    """Where an option is over a limit by more than estimates may be off."""
    nats: Array
    """What is taken from the worth of an option."""
    closes: np.ndarray
    """Where it is over a limit `BROKEN`; where cost is complained of and it is many times as dear as today's way, or
    dearer at all and nothing else is wrong, `DEARER`; else 0. A scenario takes no option while one with a lower number
    is open in it.
    """

    def of(self, places: np.ndarray, count: int) -> Burden:
        """That of situations, of which each has the one at its place here; a situation has `count` rows."""
        if np.array_equal(places, np.arange(len(self.nats) // count)):
            return self

        def picked(table: Array) -> Array:
            return _table(by_situation(table, count)[:, places])

        over = {limit: picked(table) for limit, table in self.over.items()}
        return Burden(over, *(picked(table) for table in (self.far, self.nats, self.closes)))


BILL, VOLUME = "bill_month", "requests_per_month"
"""Questions of which one says at what volume costs are compared."""
BURDENED_BY = (
    *LIMITS, "gap", BILL, VOLUME, "latency_now", "model", "price_model", "output_tokens", "rag_tried", "example_tokens",
)  # fmt: skip
"""Questions and assumptions that what is taken hangs on beside costs and times."""
MODEL = "model"
"""What the model costs a month, as today's bill says it: the part of an option's cost that such a bill replaces."""

Amounts = dict[str, dict[str, Array]]
"""By limit or complaint, by option, what is held against it in each scenario."""
OF_BILLS: dict[str, Callable[[Bill], Array]] = {
    "budget_month": lambda bill: bill.recurring,
    "budget_once": lambda bill: bill.once_usd,
    "cost": lambda bill: bill.usd_month,
    MODEL: lambda bill: bill.model_month,
}
OF_TIMES: dict[str, Callable[[Latency], Array]] = {
    "latency_limit": lambda times: times.p95,
    "latency": lambda times: times.median,
}


def amounts(prices: dict[str, Bill], times: dict[str, Latency], wanted: Collection[str]) -> Amounts:
    """The amounts that these limits and complaints look at."""
    if "cost" in wanted:
        wanted = {*wanted, MODEL}
    of_bills = {
        name: {option: of(bill) for option, bill in prices.items()} for name, of in OF_BILLS.items() if name in wanted
    }
    return of_bills | {
        name: {option: of(latency) for option, latency in times.items()}
        for name, of in OF_TIMES.items()
        if name in wanted
    }


def burden(scenarios: Scenarios, known: Amounts) -> Burden:
    """What limits and complaints take, from amounts by option. Only what was said limits or complains. From an option
    without amounts nothing is taken: it is closed for good.
    """
    options = [option.id for option in scenarios.content.options]
    shape = (len(options), len(scenarios.situations), scenarios.count)
    nats, closes, far = np.zeros(shape), np.zeros(shape, np.uint8), np.zeros(shape, dtype=bool)
    over: dict[str, Mask] = {}
    for limit in LIMITS:
        rows = scenarios.is_answered(limit)
        if not rows.any():
            continue
        # A guessed time makes an option less attractive by how likely it is too slow, and closes nothing.
        sure = rows & _timed(scenarios) if limit == "latency_limit" else rows
        broken = np.zeros(shape, dtype=bool)
        for place, option in enumerate(options):
            if option not in known[limit]:
                continue
            excess = _excess(known[limit][option], scenarios[limit], rows)
            nats[place] += LIMIT_SLOPE * excess
            far[place] |= (excess > np.log(FAR)) & sure
            broken[place] = (excess > 0) & sure
        np.maximum(closes, BROKEN * broken.view(np.uint8), out=closes)
        over[limit] = _table(broken)
    for complaint in complaints(scenarios):
        rows, now = _where(scenarios, complaint), today_of(scenarios, complaint, known)
        told = scenarios.is_answered(VOLUME) | scenarios.is_answered(BILL)
        alone = _cost_alone(scenarios) & told
        for place, option in enumerate(options):
            if option not in known[complaint]:
                continue
            # What is not known is taken for no worse than today's way.
            value = known[complaint][option]
            excess = _excess(np.where(np.isfinite(value), value, now), now, rows)
            nats[place] += BILL_SLOPE * excess
            if complaint == "cost":
                dearer = (excess > np.log(MANY_TIMES)) | ((excess > 0) & alone)
                np.maximum(closes[place], dearer.view(np.uint8), out=closes[place])
    return Burden(over, _table(far), _table(nats), _table(closes))


def _table(columns: Array) -> Array:
    """Rows x columns, of columns x situations x scenarios; each column lies in one piece."""
    return columns.reshape(len(columns), -1).T


def _timed(scenarios: Scenarios) -> Mask:
    """Rows whose times rest on what was said: the time of today's way, or the model and the length of its answers."""
    model = scenarios.is_answered("model") | scenarios.is_answered("price_model")
    return scenarios.is_answered("latency_now") | (scenarios.is_answered("output_tokens") & model)


def _where(scenarios: Scenarios, complaint: str) -> Mask:
    """Where it is complained of, and a bill or clock can show it."""
    rows: Mask = scenarios.is_answered("gap") & scenarios[f"gap_{complaint}"]
    if complaint != "cost":
        return rows
    # A bill at a volume that nobody knows says little, and weighs only where nothing else does: who only wants to pay
    # less is told what is cheaper at most volumes.
    return rows & (scenarios.is_answered(VOLUME) | scenarios.is_answered(BILL) | _cost_alone(scenarios))


def _excess(value: Array, most: Array, rows: Mask) -> Array:
    """The logarithm of how many times `most` a value comes to; nought where it keeps it and where no `rows` are."""
    most = np.fmax(most, LEAST)
    with np.errstate(over="ignore"):
        excess: Array = np.maximum(value, most)
        excess /= most
    np.log(excess, out=excess)
    np.fmin(excess, MOST, out=excess)
    kept: Array = excess * rows
    return kept


def complaints(scenarios: Scenarios) -> tuple[str, ...]:
    """The complaints that some situation names."""
    others = (scenarios.situations[place] for place in scenarios.changed.get("gap", ()))
    named = {name for situation in (scenarios.situations[0], *others) for name in gaps(situation)}
    return tuple(name for name in COMPLAINTS if name in named)


def today(scenarios: Scenarios, values: dict[str, Array]) -> Array:
    """Of values by option, those of today: prompting with the person's tokens; with retrieval where it is used."""
    retrieves = effort.retrieves(scenarios)
    shows = scenarios.is_answered("example_tokens") & (scenarios["example_tokens"] > 0)
    way: Array = np.where(retrieves, values["rag"], np.where(shows, values["few_shot"], values["prompting"]))
    return way


def today_of(scenarios: Scenarios, complaint: str, known: Amounts) -> Array:
    """What today's way costs or takes; of its cost, the part of the model as the user's own bill has it, if told."""
    now = today(scenarios, known[complaint])
    if complaint != "cost":
        return now
    bill = scenarios.told(BILL)
    return np.where(np.isnan(bill), now, now - today(scenarios, known[MODEL]) + bill)


def _cost_alone(scenarios: Scenarios) -> Mask:
    """Situations x 1: whether its only complaint is cost."""
    alone = np.full((len(scenarios.situations), 1), gaps(scenarios.situations[0]) == ("cost",))
    for place in scenarios.changed.get("gap", ()):
        alone[place] = gaps(scenarios.situations[place]) == ("cost",)
    return alone
