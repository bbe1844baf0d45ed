"""The picture of the trade-off, drawn from its specification; the table below it says the same.

It is made of boxes placed in parts of the whole, since Streamlit keeps no SVG in markup and the chart library weighs
more than the page. The browser makes them of `marks` (`server/static/scripts/pictures.js`): Streamlit looks through all
markup that it is given, and of a picture that takes longer than to draw it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import NamedTuple

from advisor.charts.trade_off import (
    EAST,
    HEIGHT,
    LETTER,
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
from advisor.ui.parts.markup import Markup, html, visible

TICKS_ACROSS, TICKS_UP = 4, 5
"""Most ticks on an axis."""
LETTERS_ACROSS = 42
"""Letters of ticks that have room side by side."""


class Mark(NamedTuple):
    """A box or a text, placed in percent of the picture; a width or height of 0 is that of its classes."""

    classes: str
    text: str
    left: float
    top: float
    width: float = 0
    height: float = 0
    turned: float = 0
    """In degrees."""


def picture(chart: TradeOff) -> Markup:
    """The whole picture. Its colours are classes of the style sheet, so that it is right in light and dark."""
    written = json.dumps(list(marks(chart)), ensure_ascii=False, separators=(",", ":"))
    return html('<div class="trade-off" role="img" aria-label="{}" data-marks="{}"></div>', chart.alt, written)


def marks(chart: TradeOff) -> Iterator[Mark]:
    """What the picture is made of, the lowest first."""
    yield from _axes(chart)
    if chart.moved:
        yield from _moved(chart.moved)
    for limit in chart.limits:
        yield from _limit(limit)
    for dot in reversed(chart.dots):
        yield from _dot(dot)
    for dot in chart.dots:
        yield _text(dot.label, dot.label_x, dot.label_y, dot.state)


def _axes(chart: TradeOff) -> Iterator[Mark]:
    foot = HEIGHT - SOUTH
    taken = 0.0
    for tick in chart.x.labelled(TICKS_ACROSS, LETTERS_ACROSS):
        x, half = pixel_x(chart.x, tick.at), len(tick.label) * LETTER / 2
        yield _upright(x, "grid")
        # At the edge a label stands beside its line, or nowhere if there the one before is.
        middle = min(x, WIDTH - half)
        if middle - half >= taken:
            yield _text(tick.label, middle, foot + 10, "tick")
            taken = middle + half + LETTER
    for tick in chart.y.labelled(TICKS_UP):
        y = pixel_y(chart.y, tick.at)
        yield _level(WEST, WIDTH - EAST, y, "grid")
        yield _text(tick.label, WEST - 5, y, "tick end")
    yield _level(WEST, WIDTH - EAST, foot, "axis")
    yield _text(chart.x.label, (WEST + WIDTH - EAST) / 2, HEIGHT - 9, "tick")
    yield _text(chart.y.label, 0, 8, "tick begin")


def _limit(limit: LimitLine) -> Iterator[Mark]:
    yield _level(WEST, WIDTH - EAST, limit.at, "limit") if limit.across == "time" else _upright(limit.at, "limit")
    yield _text(limit.label, limit.label_x, limit.label_y, "limit")


def _dot(dot: Dot) -> Iterator[Mark]:
    if dot.low is not None and dot.high is not None:
        yield _level(dot.low, dot.high, dot.y, "reach")
    yield _box(f"dot {dot.state}", dot.x, dot.y)


def _moved(move: Move) -> Iterator[Mark]:
    """A faint dot where the recommended one was, and a line to where it is: a box of the line's length, turned."""
    across, down = move.to_x - move.x, move.to_y - move.y
    turned = round(math.degrees(math.atan2(down, across)), 1)
    yield _box("way-to", move.x, move.y, width=_left(math.hypot(across, down)), turned=turned)
    yield _box("dot was", move.x, move.y)


def _level(begin: float, end: float, y: float, kind: str) -> Mark:
    return _box(f"level {kind}", begin, y, width=_left(end - begin))


def _upright(x: float, kind: str) -> Mark:
    return _box(f"upright {kind}", x, NORTH, height=_top(HEIGHT - SOUTH - NORTH))


def _box(kind: str, x: float, y: float, width: float = 0, height: float = 0, turned: float = 0) -> Mark:
    return Mark(kind, "", _left(x), _top(y), width, height, turned)


def _text(text: str, x: float, y: float, kind: str) -> Mark:
    return Mark(kind, visible(text), _left(x), _top(y))


def _left(x: float) -> float:
    return round(100 * x / WIDTH, 2)


def _top(y: float) -> float:
    return round(100 * y / HEIGHT, 2)
