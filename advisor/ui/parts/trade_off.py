"""The picture of the trade-off as inline SVG, drawn from its specification; the table beside it says the same."""

from __future__ import annotations

from advisor.charts.trade_off import (
    EAST,
    HEIGHT,
    NORTH,
    SOUTH,
    WEST,
    WIDTH,
    Dot,
    LimitLine,
    TradeOff,
    pixel_x,
    pixel_y,
)
from advisor.ui.parts.markup import Markup, html, joined

TICKS_ACROSS, TICKS_UP = 4, 5
"""Most ticks on an axis."""


def picture(chart: TradeOff) -> Markup:
    """The whole picture. Its colours are classes of the style sheet, so that it is right in light and dark."""
    return html(
        '<svg class="trade" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}{}{}</svg>',
        WIDTH,
        HEIGHT,
        chart.alt,
        _axes(chart),
        joined(_limit(limit) for limit in chart.limits),
        joined(_dot(dot) for dot in reversed(chart.dots)),
        joined(_text(dot.label, dot.label_x, dot.label_y + 4, dot.state) for dot in chart.dots),
    )


def _axes(chart: TradeOff) -> Markup:
    foot = HEIGHT - SOUTH
    marks = Markup()
    for tick in chart.x.labelled(TICKS_ACROSS):
        x = pixel_x(chart.x, tick.at)
        marks += _line(x, NORTH, x, foot, "grid") + _text(tick.label, x, foot + 15, "tick")
    for tick in chart.y.labelled(TICKS_UP):
        y = pixel_y(chart.y, tick.at)
        marks += _line(WEST, y, WIDTH - EAST, y, "grid") + _text(tick.label, WEST - 5, y + 4, "tick end")
    marks += _line(WEST, foot, WIDTH - EAST, foot, "axis")
    below = _text(chart.x.label, (WEST + WIDTH - EAST) / 2, HEIGHT - 7, "tick")
    return marks + below + _text(chart.y.label, 2, 11, "tick begin")


def _limit(limit: LimitLine) -> Markup:
    line = (
        _line(WEST, limit.at, WIDTH - EAST, limit.at, "limit")
        if limit.across == "time"
        else _line(limit.at, NORTH, limit.at, HEIGHT - SOUTH, "limit")
    )
    return line + _text(limit.label, limit.label_x, limit.label_y + 4, "limit")


def _dot(dot: Dot) -> Markup:
    reach = Markup()
    if dot.low is not None and dot.high is not None:
        reach = _line(dot.low, dot.y, dot.high, dot.y, "reach")
    return reach + html('<circle class="{}" cx="{}" cy="{}" r="{}"/>', dot.state, dot.x, dot.y, dot.radius)


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> Markup:
    return html('<line class="{}" x1="{}" y1="{}" x2="{}" y2="{}"/>', kind, x1, y1, x2, y2)


def _text(text: str, x: float, y: float, kind: str) -> Markup:
    return html('<text class="{}" x="{}" y="{}">{}</text>', kind, x, y, text)
