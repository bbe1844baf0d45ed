"""Row charts as HTML: bars, spans and points on a scale, with the label beside each row and, on a phone, above it.

The browser sets the words, so a label takes the lines it needs at any width and in any language. Forms, colours and the
two layouts are in `style.css`; only what lies where is set here. It reads in grey: tones differ in hatching too.
"""

from __future__ import annotations

from advisor.charts.axes import PHONE_LETTERS, Axis
from advisor.charts.specification import Point, Row, RowChart
from advisor.ui.parts.markup import Markup, html, joined

MOST_TICKS = 5
"""As many as have their label on a phone."""


def bars(chart: RowChart) -> Markup:
    """The chart as one picture, which its `alt` says in words, and below it what the points mean."""
    axis = chart.x
    grid = joined(_line(tick.at, axis, "tick zero" if tick.at == 0 else "tick") for tick in axis.ticks)
    limits = joined(_line(limit.at, axis, "limit") for limit in chart.limits)
    limit_labels = joined(_label(limit.label, limit.at, axis, "strong") for limit in chart.limits)
    rows = joined(
        _cells(f"row {row.tone}", row.label, joined((grid, _drawn(row, axis), limits)), row.text) for row in chart.marks
    )
    few = axis.labelled(MOST_TICKS, PHONE_LETTERS)
    scale = joined(_label(tick.label, tick.at, axis, "" if tick in few else "spare") for tick in axis.ticks)
    return html(
        '<div class="bars" role="img" aria-label="{}">{}{}{}</div>{}',
        chart.alt,
        _cells("above", "", limit_labels, "") if limit_labels else Markup(),
        rows,
        _cells("scale", "", html("{}<span class=unit>{}</span>", scale, axis.label), ""),
        _key(chart.legend),
    )


def _cells(kind: str, name: str, plot: Markup, figure: str) -> Markup:
    return html(
        '<div class="{}"><div class="name">{}</div><div class="plot">{}</div><div class="figure">{}</div></div>',
        kind,
        name,
        plot,
        figure,
    )


def _drawn(row: Row, axis: Axis) -> Markup:
    drawn = _stretch(row.bar, axis, "bar") if row.bar else Markup()
    if row.span:
        drawn += _stretch(row.span, axis, "span wide" if axis.log else "span")
    return drawn + joined(_line(point.at, axis, f"point {point.marker}") for point in row.points)


def _stretch(ends: tuple[float, float], axis: Axis, kind: str) -> Markup:
    low, high = sorted(100 * axis.place(end) for end in ends)
    return html('<span class="{}" style="left:{:.2f}%;width:{:.2f}%"></span>', kind, low, high - low)


def _line(at: float, axis: Axis, kind: str) -> Markup:
    return html('<span class="{}" style="left:{:.2f}%"></span>', kind, 100 * axis.place(at))


def _label(text: str, at: float, axis: Axis, kind: str = "") -> Markup:
    """A label centred at its place; on a phone the outermost ones keep within the picture."""
    place = axis.place(at)
    side = "first" if place < 0.07 else "last" if place > 0.93 else ""
    return html('<span class="at {} {}" style="left:{:.2f}%">{}</span>', side, kind, 100 * place, text)


def _key(points: tuple[Point, ...]) -> Markup:
    rows = joined(
        html('<li><span class="mark"><span class="point {}"></span></span>{}</li>', point.marker, point.label)
        for point in points
    )
    return html('<ul class="key">{}</ul>', rows) if rows else Markup()
