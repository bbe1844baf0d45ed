"""Axes of charts: where values lie, which ticks stand beside them, and how labels keep out of each other's way."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise

from advisor.engine.advice import Record
from advisor.wording.labels import Format

LABEL_GAP = 0.1
"""Least distance between two labels beside a chart, as a share of its height."""


PHONE_LETTERS = 40
"""Letters that stand side by side below a chart on a phone."""


class Tick(Record):
    at: float
    label: str


class Axis(Record):
    label: str
    low: float
    high: float
    log: bool
    ticks: tuple[Tick, ...]

    def place(self, value: float) -> float:
        """Where a value lies between the ends: 0 at `low`, 1 at `high`; values outside are put at the nearer end."""
        if self.log:
            value = max(value, self.low)
            share = math.log(value / self.low) / math.log(self.high / self.low)
        else:
            share = (value - self.low) / (self.high - self.low)
        return min(1.0, max(0.0, share))

    def labelled(self, most: int, letters: float = math.inf) -> tuple[Tick, ...]:
        """At most about so many of the ticks, evenly; the one at zero stays.

        Side by side their labels have room where the axis is so many letters long.
        """
        zero = next((place for place, tick in enumerate(self.ticks) if tick.at == 0), 0)
        step = max(1, math.ceil(len(self.ticks) / most))
        while step < len(self.ticks) and not self._apart(self.ticks[zero % step :: step], letters):
            step += 1
        return self.ticks[zero % step :: step]

    def _apart(self, ticks: Sequence[Tick], letters: float) -> bool:
        """Whether there is a letter's width at least between labels that are centred at their ticks."""
        return all(
            abs(self.place(tick.at) - self.place(other.at)) * letters >= (len(tick.label) + len(other.label)) / 2 + 1
            for tick, other in pairwise(ticks)
        )


def log_axis(values: Iterable[float], label: str, show: Format) -> Axis:
    """A logarithmic axis around the positive values, with ticks at powers of ten, and between them on a short axis."""
    positive = [value for value in values if value > 0]
    low, high = min(positive), max(positive)
    if high / low < 10:
        middle = math.sqrt(low * high)
        low, high = middle / math.sqrt(10), middle * math.sqrt(10)
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    inside: list[float] = []
    for steps in ((1.0,), (1.0, 3.0), (1.0, 2.0, 5.0)):
        ticks = [step * 10.0**power for power in powers for step in steps]
        inside = [tick for tick in ticks if low * 0.999 <= tick <= high * 1.001]
        if len(inside) >= 3:
            break
    return Axis(
        label=label, low=low, high=high, log=True, ticks=tuple(Tick(at=tick, label=show(tick)) for tick in inside)
    )


def linear_axis(values: Iterable[float], label: str, show: Format) -> Axis:
    """A linear axis from 0 or the least value to a round number above the greatest, with four to six ticks."""
    known = list(values)
    low, high = min(0.0, *known), max(known)
    span = (high - low) or 1.0
    power = 10.0 ** math.floor(math.log10(span / 4))
    step = next(power * size for size in (1, 2, 5, 10) if span / (power * size) <= 5)
    first, last = math.floor(low / step), math.ceil(high / step - 1e-9)
    ticks = tuple(Tick(at=count * step, label=show(count * step)) for count in range(first, last + 1))
    return Axis(label=label, low=first * step, high=max(last, first + 1) * step, log=False, ticks=ticks)


def apart(places: Sequence[float], gap: float = LABEL_GAP) -> list[float]:
    """The same places, in the same order, moved as little as it takes to be `gap` apart and between 0 and 1."""
    order = sorted(range(len(places)), key=lambda index: places[index])
    moved = list(places)
    for below, index in pairwise(order):
        moved[index] = max(moved[index], moved[below] + gap)
    ceiling = 1.0
    for index in reversed(order):
        moved[index] = min(moved[index], ceiling)
        ceiling = moved[index] - gap
    return moved
