"""How right answers grow with the number of examples, as a chart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from advisor.charts.axes import apart, linear_axis
from advisor.charts.specification import Dash, Line, LineChart, Marker
from advisor.language import Language

FORMS: tuple[tuple[Dash, Marker], ...] = (("solid", "circle"), ("dashed", "square"), ("dotted", "triangle"))


class Measured(NamedTuple):
    """A score from 0 to 1 with so many examples, and between which it lies."""

    examples: int
    score: float
    low: float
    high: float


def pilot_curve(curves: Sequence[tuple[str, Sequence[Measured]]], lang: Language) -> LineChart | None:
    """One line a way to ask, named, its points by number of examples; None without any."""
    if not any(points for _, points in curves):
        return None

    def of_100(share: float) -> str:
        return lang.number(round(100 * share))

    title = lang("More examples, more right?")
    x = linear_axis([float(one.examples) for _, points in curves for one in points], lang("Examples"), lang.number)
    y = linear_axis([0.0, 100.0], lang("Right of 100"), lang.number)
    ends = apart([y.place(100 * points[-1].score) for _, points in curves])
    lines = tuple(
        Line(
            id=f"curve-{place}",
            label=name,
            x=tuple(float(one.examples) for one in points),
            y=tuple(100 * one.score for one in points),
            y_texts=tuple(of_100(one.score) for one in points),
            low=tuple(100 * one.low for one in points),
            high=tuple(100 * one.high for one in points),
            dash=FORMS[place % len(FORMS)][0],
            marker=FORMS[place % len(FORMS)][1],
            strong=not place,
            label_at=ends[place],
        )
        for place, (name, points) in enumerate(curves)
    )
    sentences = [
        lang(
            "{name}: {first} of 100 right with {fewest} examples, {last} with {most}.",
            name=name,
            first=of_100(points[0].score),
            fewest=lang.number(points[0].examples),
            last=of_100(points[-1].score),
            most=lang.number(points[-1].examples),
        )
        for name, points in curves
    ]
    return LineChart(
        id="pilot_curve",
        title=title,
        alt=" ".join((title, *sentences)),
        x=x,
        y=y,
        lines=lines,
        marks=(),
        note=lang("The band is where 95 in 100 such measurements would have it."),
        columns=(lang("Way to ask"), lang("Examples"), lang("Right of 100"), lang("Between")),
        rows=tuple(
            (
                name,
                lang.number(one.examples),
                of_100(one.score),
                lang("{low} to {high}", low=of_100(one.low), high=of_100(one.high)),
            )
            for name, points in curves
            for one in points
        ),
        basis=(),
    )
