"""The picture of the trade-off, drawn from its specification; the table below it says the same.

It is made of boxes placed in parts of the whole, since Streamlit keeps no SVG in markup and the chart library weighs
more than the page.
"""

from __future__ import annotations

import math

from advisor.charts.trade_off import (
    EAST,
    HEIGHT,
    NORTH,
    SOUTH,
    WEST,
    WIDTH,
    Dot,
    LimitLine,
    Move,
    TradeOff,
    pixel_x,
    pixel_y,
)
from advisor.ui.parts.markup import Markup, html, joined

TICKS_ACROSS, TICKS_UP = 4, 5
"""Most ticks on an axis."""
LETTERS_ACROSS = 42
"""Letters of ticks that have room side by side."""


def picture(chart: TradeOff) -> Markup:
    """The whole picture. Its colours are classes of the style sheet, so that it is right in light and dark."""
    return html(
        '<div class="trade-off" role="img" aria-label="{}">{}{}{}{}{}</div>',
        chart.alt,
        _axes(chart),
        _moved(chart.moved) if chart.moved else "",
        joined(_limit(limit) for limit in chart.limits),
        joined(_dot(dot) for dot in reversed(chart.dots)),
        joined(_text(dot.label, dot.label_x, dot.label_y, dot.state) for dot in chart.dots),
    )


def _axes(chart: TradeOff) -> Markup:
    foot = HEIGHT - SOUTH
    marks = Markup()
    for tick in chart.x.labelled(TICKS_ACROSS, LETTERS_ACROSS):
        x = pixel_x(chart.x, tick.at)
        marks += _upright(x, "grid") + _text(tick.label, x, foot + 10, "tick")
    for tick in chart.y.labelled(TICKS_UP):
        y = pixel_y(chart.y, tick.at)
        marks += _level(WEST, WIDTH - EAST, y, "grid") + _text(tick.label, WEST - 5, y, "tick end")
    marks += _level(WEST, WIDTH - EAST, foot, "axis")
    below = _text(chart.x.label, (WEST + WIDTH - EAST) / 2, HEIGHT - 9, "tick")
    return marks + below + _text(chart.y.label, 0, 8, "tick begin")


def _limit(limit: LimitLine) -> Markup:
    line = _level(WEST, WIDTH - EAST, limit.at, "limit") if limit.across == "time" else _upright(limit.at, "limit")
    return line + _text(limit.label, limit.label_x, limit.label_y, "limit")


def _dot(dot: Dot) -> Markup:
    reach = _level(dot.low, dot.high, dot.y, "reach") if dot.low is not None and dot.high is not None else Markup()
    place = html('<i class="dot {}" style="left:{:.2f}%;top:{:.2f}%"></i>', dot.state, _left(dot.x), _top(dot.y))
    return reach + place


def _moved(move: Move) -> Markup:
    """A faint dot where the recommended one was, and a line to where it is: a box of the line's length, turned."""
    across, down = move.to_x - move.x, move.to_y - move.y
    line = html(
        '<i class="way-to" style="left:{:.2f}%;top:{:.2f}%;width:{:.2f}%;rotate:{:.1f}deg"></i>',
        _left(move.x),
        _top(move.y),
        _left(math.hypot(across, down)),
        math.degrees(math.atan2(down, across)),
    )
    return line + html('<i class="dot was" style="left:{:.2f}%;top:{:.2f}%"></i>', _left(move.x), _top(move.y))


def _level(begin: float, end: float, y: float, kind: str) -> Markup:
    return html(
        '<i class="level {}" style="left:{:.2f}%;width:{:.2f}%;top:{:.2f}%"></i>',
        kind,
        _left(begin),
        _left(end - begin),
        _top(y),
    )


def _upright(x: float, kind: str) -> Markup:
    return html(
        '<i class="upright {}" style="left:{:.2f}%;top:{:.2f}%;height:{:.2f}%"></i>',
        kind,
        _left(x),
        _top(NORTH),
        _top(HEIGHT - SOUTH - NORTH),
    )


def _text(text: str, x: float, y: float, kind: str) -> Markup:
    return html('<span class="{}" style="left:{:.2f}%;top:{:.2f}%">{}</span>', kind, _left(x), _top(y), text)


def _left(x: float) -> float:
    return 100 * x / WIDTH


def _top(y: float) -> float:
    return 100 * y / HEIGHT
