"""Row charts as HTML: bars, spans and points on a scale, with the label beside each row and, on a phone, above it.

The browser sets the words, so a label takes the lines it needs at any width and in any language. Forms, colours and the
two layouts are in `style.css`; only what lies where is set here. It reads in grey: tones differ in hatching too.
"""

from __future__ import annotations

from advisor.charts.advice import Point, Row, RowChart
from advisor.charts.axes import PHONE_LETTERS, Axis
from advisor.ui.parts.markup import esc

MOST_TICKS = 5
"""As many as have their label on a phone."""


def bars(chart: RowChart) -> str:
    """The chart as one picture, which its `alt` says in words, and below it what the points mean."""
    axis = chart.x
    grid = "".join(_line(tick.at, axis, "tick zero" if tick.at == 0 else "tick") for tick in axis.ticks)
    limits = "".join(_line(limit.at, axis, "limit") for limit in chart.limits)
    said = "".join(_label(limit.label, limit.at, axis, "strong") for limit in chart.limits)
    rows = "".join(
        _cells(f"row {row.tone}", esc(row.label), f"{grid}{_drawn(row, axis)}{limits}", esc(row.text))
        for row in chart.marks
    )
    few = axis.labelled(MOST_TICKS, PHONE_LETTERS)
    scale = "".join(_label(tick.label, tick.at, axis, "" if tick in few else "spare") for tick in axis.ticks)
    return (
        f'<div class="bars" role="img" aria-label="{esc(chart.alt)}">'
        f"{_cells('above', '', said, '') if said else ''}{rows}"
        f"{_cells('scale', '', f'{scale}<span class=unit>{esc(axis.label)}</span>', '')}</div>"
        f"{_key(chart.legend)}"
    )


def _cells(kind: str, name: str, plot: str, figure: str) -> str:
    return (
        f'<div class="{esc(kind)}"><div class="name">{name}</div><div class="plot">{plot}</div>'
        f'<div class="figure">{figure}</div></div>'
    )


def _drawn(row: Row, axis: Axis) -> str:
    drawn = _stretch(row.bar, axis, "bar") if row.bar else ""
    if row.span:
        drawn += _stretch(row.span, axis, "span wide" if axis.log else "span")
    return drawn + "".join(_line(point.at, axis, f"point {point.marker}") for point in row.points)


def _stretch(ends: tuple[float, float], axis: Axis, kind: str) -> str:
    low, high = sorted(100 * axis.place(end) for end in ends)
    return f'<span class="{kind}" style="left:{low:.2f}%;width:{high - low:.2f}%"></span>'


def _line(at: float, axis: Axis, kind: str) -> str:
    return f'<span class="{kind}" style="left:{100 * axis.place(at):.2f}%"></span>'


def _label(text: str, at: float, axis: Axis, kind: str = "") -> str:
    """A label centred at its place; on a phone the outermost ones keep within the picture."""
    place = axis.place(at)
    side = "first" if place < 0.07 else "last" if place > 0.93 else ""
    return f'<span class="at {side} {kind}" style="left:{100 * place:.2f}%">{esc(text)}</span>'


def _key(points: tuple[Point, ...]) -> str:
    rows = "".join(
        f'<li><span class="sample"><span class="point {point.marker}"></span></span>{esc(point.label)}</li>'
        for point in points
    )
    return f'<ul class="key">{rows}</ul>' if rows else ""
