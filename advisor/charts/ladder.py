"""What it takes to climb from a better prompt to tuning, where each step has a chance to suffice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from advisor.charts.axes import linear_axis
from advisor.charts.specification import Row, RowChart, Tone
from advisor.content.load import Content
from advisor.engine.points import Array, drawn
from advisor.language import Language
from advisor.wording import labels

TESTS = "evaluation_days"
"""Assumption: days that come before the first step, since without test cases no step has a score."""
STEPS = {"prompting": "prompting_days", "rag": "rag_days", "sft": "sft_days"}
"""Options in the order in which they are climbed, each with the assumption that says how many days it takes."""
TEAMS = 1_000
"""Of which a whole number stops at each step, where chances are tens of percent."""


@dataclass(frozen=True)
class Climb:
    """The same ladder for many draws of its days."""

    tests: Array
    steps: dict[str, Array]
    reached: dict[str, float]
    """Share of teams that get to each step, since none before it sufficed."""
    arrived: float
    """Share of teams for which one of the steps suffices."""

    @property
    def stopping(self) -> Array:
        """Days of a team on average, where each stops at its goal."""
        days: Array = self.tests + sum(self.reached[name] * days for name, days in self.steps.items())
        return days

    @property
    def everything(self) -> Array:
        """Days of a team that takes every step whatever comes of it."""
        days: Array = self.tests + sum(self.steps.values())
        return days


def climb(chances: Mapping[str, float], content: Content) -> Climb:
    """The ladder with the chance, 0 to 1, that each of `STEPS` suffices once it is reached."""
    steps = {name: _days(column, content) for name, column in STEPS.items()}
    reached, left = {}, 1.0
    for name in STEPS:
        reached[name] = left
        left *= 1 - chances[name]
    return Climb(_days(TESTS, content), steps, reached, 1 - left)


def _days(column: str, content: Content) -> Array:
    return drawn(content, column, content.assumption(column).prior)


def ladder(climbed: Climb, day_rate: float, content: Content, lang: Language) -> RowChart:
    """Days of each step, then of the whole ladder climbed to the end and climbed to the goal, with their price."""
    single = {
        "tests": (lang("Test cases first"), climbed.tests),
        **{name: (labels.option_name(name, content, lang), days) for name, days in climbed.steps.items()},
    }
    whole: dict[str, tuple[str, Array, Tone]] = {
        "everything": (lang("Everything, with no stop score"), climbed.everything, "total"),
        "stopping": (lang("Stopping at the goal, on average"), climbed.stopping, "main"),
    }
    every: dict[str, tuple[str, Array, Tone]] = {
        **{name: (label, days, "plain") for name, (label, days) in single.items()},
        **whole,
    }
    spread = {name: np.quantile(days, (0.1, 0.5, 0.9)) for name, (_, days, _) in every.items()}
    title = lang("Working days of the ladder, and what they cost")
    rows = tuple(
        Row(
            id=name,
            label=label,
            text=_days_and_price(float(spread[name][1]), day_rate, lang),
            bar=(0, float(spread[name][1])),
            span=(float(spread[name][0]), float(spread[name][2])),
            tone=tone,
        )
        for name, (label, _, tone) in every.items()
    )
    return RowChart(
        id="ladder",
        title=title,
        alt=" ".join([f"{title}.", *(lang("{option}: {time}.", option=row.label, time=row.text) for row in rows)]),
        x=linear_axis([float(high) for _, _, high in spread.values()], lang("working days"), lang.number),
        marks=rows,
        note=lang(
            "Bars reach to the middle of our assumptions, thin lines from their 10th to their 90th percentile. Counted "
            "is the work to a first version. What it costs to run, and examples for tuning, come on top."
        ),
        columns=(lang("Step"), lang("10%"), lang("Median"), lang("90%"), lang("USD, median")),
        rows=tuple(
            (
                label,
                *(lang.number(float(days), 2) for days in spread[name]),
                labels.money(float(spread[name][1]) * day_rate, lang),
            )
            for name, (label, _, _) in every.items()
        ),
        basis=(),
    )


def _days_and_price(days: float, day_rate: float, lang: Language) -> str:
    return lang("{n} days, {usd}", n=lang.number(days, 2), usd=labels.money(days * day_rate, lang))
