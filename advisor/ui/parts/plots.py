"""Charts on the screen: the title, the picture, its key and its note, and its figures as a table.

Lines are drawn with Plotly, as a plain dictionary; rows are HTML (`advisor.ui.parts.bars`). The server does not know
how wide the screen is, so what is drawn fits a phone and a desk alike: the names of lines are in a key below the
picture, and each mark has a row of its own above it. One picture serves light and dark: text and grid take the page's
colours in the browser, and the colours set here have a contrast of 3 to 1 on both grounds. Lines differ in dash and
marker, and of two bands one is filled and one outlined, so a chart reads in grey.
"""

from __future__ import annotations

import math
from html import escape
from typing import Any

import streamlit as st

from advisor.charts.axes import PHONE_LETTERS, Axis
from advisor.charts.colours import OCHRE, RECOMMENDED, SLATE, VIOLET, WHITE, transparent
from advisor.charts.specification import Chart, Line, LineChart, Mark
from advisor.language import Language
from advisor.ui.parts.bars import bars
from advisor.ui.parts.markup import Markup, Words, folded, html, joined, show, table

LINES = (RECOMMENDED, OCHRE, VIOLET, SLATE)
DASHES = {"solid": "solid", "dashed": "dash", "dotted": "dot", "dash-dotted": "dashdot"}
MARKERS = {"circle": "circle", "square": "square", "triangle": "triangle-up", "diamond": "diamond"}
GRID = transparent(SLATE, 0.25)
SOFT = 0.16
"""Opacity of a band."""
MOST_TICKS = 5
PLOT_PX, RIGHT_PX, BOTTOM_PX = 290, 14, 56
LETTER_PX = 8
"""Width of a letter of a label, at most on average."""
LABEL_PX = 22
"""Height of a row of words above the plot: the name of the vertical axis, then one row a mark."""


def draw(chart: Chart | None, lang: Language, *, apart: bool = False) -> None:
    """A chart with its figures as a table beneath it; nothing where nothing is known. Rows that stand `apart` are on a
    phone behind a tap, since the page says in words or figures what they show.
    """
    if chart is None:
        show(html('<p class="empty">{}</p>', lang("No figure is known for this.")))
        return
    words = Words(lang)
    note = html('<p class="quiet">{}</p>', words(chart.note)) if chart.note else Markup()
    show(html('<h3 class="chart-title{}">{}</h3>', " apart" if apart else "", words(chart.title)))
    if isinstance(chart, LineChart):
        st.plotly_chart(
            lines(chart),
            key=f"chart-{chart.id}",
            alt=chart.alt,
            config={"displayModeBar": False, "responsive": True},
        )
        show(key(chart))
    elif apart:
        folds = html(
            '<details class="figures apart"><summary>{}</summary>{}{}</details>', chart.title, bars(chart), note
        )
        show(folds, key=f"chart-{chart.id}")
    else:
        show(bars(chart), key=f"chart-{chart.id}")
    if note and not apart:
        show(note)
    cells = table(
        chart.columns,
        chart.rows,
        caption=chart.title,
        numbers=range(1, len(chart.columns)),
        kind="figures",
    )
    show(folded(lang("The figures as a table"), cells))


def key(chart: LineChart) -> Markup:
    """Which line is which, as HTML: it takes the rows that its names need."""
    rows = joined(
        html(
            '<li style="--tone:{}"{}><span class="mark {}"><span class="point {}"></span></span>{}</li>',
            colour,
            " class=strong" if line.strong else "",
            line.dash,
            line.marker,
            line.label,
        )
        for line, colour in zip(chart.lines, LINES, strict=False)
    )
    return html('<ul class="key">{}</ul>', rows)


def lines(chart: LineChart) -> dict[str, Any]:
    """Curves with their bands, and vertical marks that reach up to their labels, each in a row of its own."""
    traces: list[dict[str, Any]] = []
    for line, colour in zip(chart.lines, LINES, strict=False):
        if line.low:
            traces += (
                [_band(line, colour)] if line.strong else [_edge(line, end, colour) for end in (line.low, line.high)]
            )
    traces += [_curve(line, colour) for line, colour in zip(chart.lines, LINES, strict=False)]
    shapes = [_stripe(mark.low, mark.high) for mark in chart.marks if mark.id == "here" and mark.low and mark.high]
    left = LETTER_PX * max(len(tick.label) for tick in chart.y.ticks) + 8
    labels = [_text(chart.y.label, 0, "left", up=0, shift=-left)]
    for row, mark in enumerate(chart.marks, start=1):
        shapes.append(_rule(mark, row * LABEL_PX))
        place = chart.x.place(mark.at)
        side = "left" if place < 1 / 4 else "right" if place > 2 / 3 else "center"
        labels.append(_text(mark.label, place, side, up=row * LABEL_PX, strong=mark.id == "here"))
    top = LABEL_PX * (len(chart.marks) + 1) + 8
    layout = {
        "height": top + PLOT_PX + BOTTOM_PX,
        "margin": {"l": left, "r": RIGHT_PX, "t": top, "b": BOTTOM_PX, "pad": 0},
        "xaxis": {
            **_axis(chart.x, PHONE_LETTERS),
            "title": {"text": _shown(chart.x.label), "standoff": 8, "font": {"size": 14}},
        },
        "yaxis": {**_axis(chart.y), "title": {"text": ""}, "automargin": False},
        "font": {"family": "'IBM Plex Sans', sans-serif", "size": 14},
        "showlegend": False,
        "hovermode": "closest",
        "dragmode": False,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "shapes": shapes,
        "annotations": labels,
    }
    return {"data": traces, "layout": layout}


def _curve(line: Line, colour: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": line.x,
        "y": line.y,
        "name": _shown(line.label),
        "line": {"color": colour, "width": 3.5 if line.strong else 2, "dash": DASHES[line.dash]},
        "marker": {"symbol": MARKERS[line.marker], "size": 8, "maxdisplayed": 8, "color": colour},
        "text": [_shown(text) for text in line.y_texts],
        "hovertemplate": "%{text}",
        "cliponaxis": False,
    }


def _band(line: Line, colour: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [*line.x, *reversed(line.x)],
        "y": [*line.high, *reversed(line.low)],
        "fill": "toself",
        "fillcolor": transparent(colour, SOFT),
        "line": {"width": 0},
        "hoverinfo": "skip",
    }


def _edge(line: Line, end: tuple[float, ...], colour: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": line.x,
        "y": end,
        "line": {"color": colour, "width": 1},
        "hoverinfo": "skip",
    }


def _axis(axis: Axis, letters: float = math.inf) -> dict[str, Any]:
    """An axis with a tick mark at every tick, and labels at those that a phone has room for."""
    labelled = axis.labelled(MOST_TICKS, letters)
    ends = [axis.low, axis.high]
    return {
        "type": "log" if axis.log else "linear",
        "range": [math.log10(end) for end in ends] if axis.log else ends,
        "tickmode": "array",
        "tickvals": [tick.at for tick in axis.ticks],
        "ticktext": [_shown(tick.label) if tick in labelled else "" for tick in axis.ticks],
        "tickangle": 0,
        "ticklabeloverflow": "allow",
        "ticks": "outside",
        "ticklen": 4,
        "tickcolor": SLATE,
        "fixedrange": True,
        "gridcolor": GRID,
        "showline": True,
        "linecolor": SLATE,
        "zeroline": False,
    }


def _text(text: str, x: float, across: str, *, up: int, strong: bool = False, shift: int = 0) -> dict[str, Any]:
    """Words above the plot, so many pixels up, at a place between 0 and 1. Their ground, the page's, hides what they
    cross.
    """
    shown = _shown(text)
    return {
        "xref": "paper",
        "yref": "paper",
        "x": x,
        "y": 1,
        "xanchor": across,
        "yanchor": "bottom",
        "xshift": shift,
        "yshift": up + 8,
        "text": html("<b>{}</b>", shown) if strong else shown,
        "align": "left",
        "showarrow": False,
        "borderpad": 1,
        "bgcolor": WHITE,
        "font": {"size": 14},
    }


def _rule(mark: Mark, up: int) -> dict[str, Any]:
    """A vertical line from the foot of the plot up to its label."""
    return {
        "type": "line",
        "xref": "x",
        "yref": "paper",
        "x0": mark.at,
        "x1": mark.at,
        "y0": 0,
        "y1": 1 + (up + 8) / PLOT_PX,
        "line": {"color": SLATE, "width": 1.5, "dash": "solid" if mark.id == "here" else "dash"},
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
        "fillcolor": transparent(SLATE, 0.2),
        "layer": "below",
    }


def _shown(text: str) -> str:
    """The text as Plotly shows it literally: it reads a few tags, and the entities of `<`, `>` and `&` alone."""
    return escape(text, quote=False)
