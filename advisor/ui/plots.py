"""Chart specifications drawn with Plotly, as plain dictionaries.

One picture serves light and dark: text and grid take the page's colours in the browser, and the colours set here have a
contrast of 3 to 1 on both grounds. Dash, marker and hatching carry the same difference, so a chart reads in grey.
"""

from __future__ import annotations

import html
import math
import textwrap
from typing import Any

import streamlit as st

from advisor.axes import Axis
from advisor.charts import Chart, Line, LineChart, Row, RowChart
from advisor.language import Language
from advisor.ui.markup import esc, show, table

PETROL, OCHRE, SLATE, BRICK, GREEN = "#1f8a9c", "#b5731f", "#7d8488", "#c0604c", "#2f8f60"
VIOLET = "#7a7ec0"
LINES = (PETROL, OCHRE, VIOLET, SLATE)
TONES = {"main": PETROL, "plain": SLATE, "for": GREEN, "against": BRICK, "total": SLATE}
HATCHES = {"main": "", "plain": "", "for": "", "against": "/", "total": "."}
DASHES = {"solid": "solid", "dashed": "dash", "dotted": "dot", "dash-dotted": "dashdot"}
MARKERS = {"circle": "circle", "square": "square", "triangle": "triangle-up", "diamond": "diamond"}
GRID = "rgba(125,132,136,0.25)"
SOFT = 0.16
"""Opacity of a band."""
MOST_TICKS = 5
LABEL_WIDTH, LABEL_LINES = 46, 2
"""Characters and lines of a label above a bar: what a phone has room for."""
LINE_PX, ROW_PX = 18, 38
SIDE_PX = 26
"""Room at either side for half a tick label."""


def draw(chart: Chart | None, lang: Language) -> None:
    """A chart with its figures as a table beneath it; nothing where nothing is known."""
    if chart is None:
        st.html(f'<p class="empty">{esc(lang("No figure is known for this."))}</p>')
        return
    figure = lines(chart) if isinstance(chart, LineChart) else rows(chart)
    show(f'<h3 class="chart-title">{esc(chart.title)}</h3>')
    st.plotly_chart(
        figure, key=f"chart-{chart.id}", alt=chart.alt, config={"displayModeBar": False, "responsive": True}
    )
    if isinstance(chart, RowChart) and chart.note:
        show(f'<p class="quiet">{esc(chart.note)}</p>')
    cells = table(
        chart.columns,
        [[esc(cell) for cell in row] for row in chart.rows],
        caption=chart.title,
        numbers=range(1, len(chart.columns)),
        kind="figures",
    )
    show(f'<details class="figures"><summary>{esc(lang("The figures as a table"))}</summary>{cells}</details>')


def lines(chart: LineChart) -> dict[str, Any]:
    """Curves with their bands, their names beside their ends, and vertical marks with labels above."""
    traces: list[dict[str, Any]] = []
    labels: list[dict[str, Any]] = []
    for line, colour in zip(chart.lines, LINES, strict=False):
        if line.low:
            traces.append(_band(line, colour))
        traces.append(_curve(line, colour))
        labels.append(_text(line.label, 1.02, line.label_at, "left", "middle", strong=line.strong))
    shapes = []
    for mark in chart.marks:
        if mark.low is not None and mark.high is not None and mark.low < mark.high:
            shapes.append(_stripe(mark.low, mark.high))
        shapes.append(_rule(mark.at, "solid" if mark.id == "here" else "dash"))
        place = chart.x.place(mark.at)
        side = "left" if place < 0.3 else "right" if place > 0.7 else "center"
        labels.append(_text(mark.label, place, 1.02 + 0.07 * mark.level, side, "bottom", strong=mark.id == "here"))
    layout = _layout(chart.x, 400, left=64, right=92, top=64)
    layout["yaxis"] = {**_axis(chart.y), "title": {"text": ""}}
    labels.append(_text(chart.y.label, 0, 1.17, "left", "bottom", shift=-56))
    return {"data": traces, "layout": {**layout, "shapes": shapes, "annotations": labels}}


def _curve(line: Line, colour: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": line.x,
        "y": line.y,
        "name": _shown(line.label),
        "line": {"color": colour, "width": 3.5 if line.strong else 2, "dash": DASHES[line.dash]},
        "marker": {"symbol": MARKERS[line.marker], "size": 6, "maxdisplayed": 8, "color": colour},
        "hovertemplate": "%{y:$,.3s}",
    }


def _band(line: Line, colour: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [*line.x, *reversed(line.x)],
        "y": [*line.high, *reversed(line.low)],
        "fill": "toself",
        "fillcolor": _clear(colour, SOFT),
        "line": {"width": 0},
        "hoverinfo": "skip",
    }


def rows(chart: RowChart) -> dict[str, Any]:
    """Bars, spans and points, one row each, its label above it and its figure at the right."""
    names = [_wrapped(row.label) for row in chart.marks]
    tall = [ROW_PX + LINE_PX * (name.count("<br>") + 1) for name in names]
    height = sum(tall)
    traces: list[dict[str, Any]] = []
    labels: list[dict[str, Any]] = []
    top = 0
    for row, name, size in zip(chart.marks, names, tall, strict=True):
        middle = 1 - (top + size - ROW_PX / 2) / height
        strong = row.tone in ("main", "total")
        above = middle + 0.45 * ROW_PX / height
        labels.append(_text(name, 0, above, "left", "bottom", strong=strong, raw=True, shift=-SIDE_PX))
        labels.append(_text(row.text, 1, above, "right", "bottom", strong=strong, shift=SIDE_PX))
        traces += _row(row, middle, 0.5 * ROW_PX / height, chart.x.log)
        top += size
    shapes = [_rule(limit.at, "dash") for limit in chart.limits]
    for limit in chart.limits:
        place = chart.x.place(limit.at)
        labels.append(_text(limit.label, place, 1.0, "right" if place > 0.5 else "left", "bottom", strong=True, up=4))
    legend = [_key(point.marker, point.label) for point in chart.legend]
    layout = _layout(chart.x, height + 70 + 30 * bool(legend), left=SIDE_PX, right=SIDE_PX, top=24)
    layout["yaxis"] = {"range": [0, 1], "visible": False, "fixedrange": True}
    if legend:
        layout["showlegend"] = True
        layout["legend"] = {"orientation": "h", "x": 0, "y": 0, "yref": "container", "yanchor": "bottom"}
    return {"data": [*traces, *legend], "layout": {**layout, "shapes": shapes, "annotations": labels}}


def _row(row: Row, at: float, thick: float, log: bool) -> list[dict[str, Any]]:
    colour = TONES[row.tone]
    drawn: list[dict[str, Any]] = []
    said = f"{_shown(row.label)}: {_shown(row.text)}<extra></extra>"
    if row.bar:
        start, end = row.bar
        drawn.append(
            {
                "type": "bar",
                "orientation": "h",
                "x": [end - start],
                "base": [start],
                "y": [at],
                "width": [thick],
                "marker": {
                    "color": colour,
                    "line": {"color": colour, "width": 1},
                    "pattern": {"shape": HATCHES[row.tone], "fillmode": "replace", "size": 6, "solidity": 0.4},
                },
                "hovertemplate": said,
                "showlegend": False,
            }
        )
    if row.span:
        drawn.append(
            {
                "type": "scatter",
                "mode": "lines",
                "x": list(row.span),
                "y": [at, at],
                "line": {"color": colour, "width": 9 if log else 2},
                "opacity": 0.45 if log else 1,
                "hovertemplate": said,
                "showlegend": False,
            }
        )
    drawn += [
        {
            "type": "scatter",
            "mode": "markers",
            "x": [point.at],
            "y": [at],
            "marker": {"symbol": MARKERS[point.marker], "size": 11, "color": colour},
            "hovertemplate": said,
            "showlegend": False,
        }
        for point in row.points
    ]
    return drawn


def _key(marker: str, label: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [None],
        "y": [None],
        "name": _shown(label),
        "marker": {"symbol": MARKERS[marker], "size": 10, "color": SLATE},
    }


def _layout(x: Axis, height: float, *, left: int, right: int, top: int) -> dict[str, Any]:
    return {
        "height": math.ceil(height),
        "margin": {"l": left, "r": right, "t": top, "b": 52, "pad": 0},
        "xaxis": {**_axis(x), "title": {"text": _shown(x.label), "standoff": 8, "font": {"size": 14}}},
        "font": {"family": "'IBM Plex Sans', sans-serif", "size": 14},
        "showlegend": False,
        "hovermode": "closest",
        "dragmode": False,
        "bargap": 0,
        "barmode": "overlay",
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
    }


def _axis(axis: Axis) -> dict[str, Any]:
    ticks = axis.ticks[:: max(1, math.ceil(len(axis.ticks) / MOST_TICKS))]
    ends = [axis.low, axis.high]
    return {
        "type": "log" if axis.log else "linear",
        "range": [math.log10(end) for end in ends] if axis.log else ends,
        "tickmode": "array",
        "tickvals": [tick.at for tick in ticks],
        "ticktext": [_shown(tick.label) for tick in ticks],
        "tickangle": 0,
        "ticklabeloverflow": "allow",
        "fixedrange": True,
        "gridcolor": GRID,
        "zeroline": not axis.log,
        "zerolinecolor": SLATE,
        "zerolinewidth": 1,
    }


def _text(
    text: str,
    x: float,
    y: float,
    across: str,
    along: str,
    *,
    strong: bool = False,
    raw: bool = False,
    shift: int = 0,
    up: int = 0,
) -> dict[str, Any]:
    """A label at a place between 0 and 1 of the drawing; `raw` text is escaped already."""
    shown = text if raw else _shown(text)
    return {
        "xref": "paper",
        "yref": "paper",
        "x": x,
        "y": y,
        "xanchor": across,
        "yanchor": along,
        "xshift": shift,
        "yshift": up,
        "text": f"<b>{shown}</b>" if strong else shown,
        "align": "left",
        "showarrow": False,
        "font": {"size": 14},
    }


def _rule(at: float, dash: str) -> dict[str, Any]:
    return {
        "type": "line",
        "xref": "x",
        "yref": "paper",
        "x0": at,
        "x1": at,
        "y0": 0,
        "y1": 1,
        "line": {"color": SLATE, "width": 1.5, "dash": dash},
    }


def _stripe(low: float, high: float) -> dict[str, Any]:
    return {
        "type": "rect",
        "xref": "x",
        "yref": "paper",
        "x0": low,
        "x1": high,
        "y0": 0,
        "y1": 1,
        "line": {"width": 0},
        "fillcolor": _clear(SLATE, 0.1),
        "layer": "below",
    }


def _clear(colour: str, share: float) -> str:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},{share})"


def _shown(text: str) -> str:
    """The text as Plotly shows it literally: it reads a few tags, and the entities of `<`, `>` and `&` alone."""
    return html.escape(text, quote=False)


def _wrapped(label: str) -> str:
    """The label in as many lines as there is room for, escaped."""
    parts = textwrap.wrap(label, LABEL_WIDTH, max_lines=LABEL_LINES, placeholder="…")
    return "<br>".join(_shown(part) for part in parts)
