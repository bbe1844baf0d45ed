"""Two curves of loss as a picture made of boxes: it changes at every press, and the chart library is heavy."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from advisor.charts.axes import Axis
from advisor.charts.specification import Line, LineChart
from advisor.ui.parts.markup import Markup, html, joined
from advisor.ui.parts.plots import LINES

WIDTH, HEIGHT = 360, 240
"""Of the picture, in its own pixels."""
WEST, EAST, NORTH, SOUTH = 40, 14, 30, 42
"""Margins for ticks and the names of the axes."""
TICKS = 6
LETTERS = 40


def picture(chart: LineChart, until: float) -> Markup:
    """The lines of a chart; what lies beyond `until` on the horizontal axis is left to come."""
    return html(
        '<div class="two-curves" role="img" aria-label="{}">{}{}</div>',
        chart.alt,
        _axes(chart),
        joined(_line(line, colour, chart, until) for line, colour in zip(chart.lines, LINES, strict=False)),
    )


def _axes(chart: LineChart) -> Markup:
    foot = HEIGHT - SOUTH
    marks = Markup()
    for tick in chart.x.labelled(TICKS, LETTERS):
        marks += _text(tick.label, _x(chart.x, tick.at), foot + 10, "tick")
    for tick in chart.y.labelled(TICKS):
        y = _y(chart.y, tick.at)
        marks += _level(y, "grid" if tick.at else "axis") + _text(tick.label, WEST - 5, y, "tick end")
    below = _text(chart.x.label, (WEST + WIDTH - EAST) / 2, HEIGHT - 9, "tick")
    return marks + below + _text(chart.y.label, 0, 8, "tick begin")


def _line(line: Line, colour: str, chart: LineChart, until: float) -> Markup:
    """Its points and what joins them: boxes of the length of each piece, turned."""
    places = [(_x(chart.x, x), _y(chart.y, y)) for x, y in zip(line.x, line.y, strict=True) if x <= until]
    points = joined(
        html('<i class="at {}" style="left:{:.2f}%;top:{:.2f}%"></i>', line.marker, _left(x), _top(y))
        for x, y in places
    )
    return html('<div style="--tone:{}">{}{}</div>', colour, _pieces(places, line.dash), points)


def _pieces(places: Sequence[tuple[float, float]], kind: str) -> Markup:
    return joined(
        html(
            '<i class="piece {}" style="left:{:.2f}%;top:{:.2f}%;width:{:.2f}%;rotate:{:.1f}deg"></i>',
            kind,
            _left(x),
            _top(y),
            _left(math.hypot(to_x - x, to_y - y)),
            math.degrees(math.atan2(to_y - y, to_x - x)),
        )
        for (x, y), (to_x, to_y) in pairwise(places)
    )


def _level(y: float, kind: str) -> Markup:
    return html(
        '<i class="level {}" style="left:{:.2f}%;width:{:.2f}%;top:{:.2f}%"></i>',
        kind,
        _left(WEST),
        _left(WIDTH - EAST - WEST),
        _top(y),
    )


def _text(text: str, x: float, y: float, kind: str) -> Markup:
    return html('<span class="{}" style="left:{:.2f}%;top:{:.2f}%">{}</span>', kind, _left(x), _top(y), text)


def _x(axis: Axis, value: float) -> float:
    return WEST + axis.place(value) * (WIDTH - WEST - EAST)


def _y(axis: Axis, value: float) -> float:
    return HEIGHT - SOUTH - axis.place(value) * (HEIGHT - NORTH - SOUTH)


def _left(x: float) -> float:
    return 100 * x / WIDTH


def _top(y: float) -> float:
    return 100 * y / HEIGHT
