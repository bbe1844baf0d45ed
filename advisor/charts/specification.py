"""Charts as specifications: what is drawn, on which axes, with which words; not how a renderer draws it.

The screen (Plotly and HTML) and the report (Typst) draw the same specification, so they cannot disagree. Two kinds
suffice: lines over an axis, and rows beside an axis. A chart reads in grey: lines differ in dash and marker, and of two
bands one is filled and one outlined; rows carry their value in words. `alt` says in words what the picture shows,
`columns` and `rows` hold its figures as a table. Money is in USD, time in seconds. `basis` names keys of `Advice.basis`
that the figures rest on.
"""

from __future__ import annotations

from typing import Literal

from advisor.charts.axes import Axis
from advisor.engine.advice import Record

Dash = Literal["solid", "dashed", "dotted", "dash-dotted"]
Marker = Literal["circle", "square", "triangle", "diamond"]
Tone = Literal["main", "plain", "for", "against", "total"]


class Line(Record):
    id: str
    label: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    y_texts: tuple[str, ...]
    """Each y as the reader writes it."""
    low: tuple[float, ...] = ()
    """The 10th percentile at each x; empty where no band is drawn. A strong line's band is filled, another's drawn as
    two lines.
    """
    high: tuple[float, ...] = ()
    dash: Dash
    marker: Marker
    strong: bool
    label_at: float
    """Height of the label beside the line's end, 0 to 1, moved so that labels do not overlap."""


class Mark(Record):
    """A vertical line with a label: where the user is, where an option breaks even."""

    id: Literal["here", "break_even"]
    at: float
    low: float | None
    high: float | None
    label: str
    level: int
    """Row of the label above the chart, 0 or 1, so that two labels do not overlap."""

    @property
    def ranges(self) -> bool:
        """Whether there is a range to show."""
        return self.low is not None and self.high is not None and self.low < self.high


class LineChart(Record):
    kind: Literal["lines"] = "lines"
    id: str
    title: str
    alt: str
    x: Axis
    y: Axis
    lines: tuple[Line, ...]
    marks: tuple[Mark, ...]
    note: str
    """A line below the chart: what its bands are, and that its axes are logarithmic."""
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    basis: tuple[str, ...]


class Point(Record):
    at: float
    marker: Marker
    label: str


class Row(Record):
    """One row beside the axis: a bar, a span (10-90 %), points, or several of these; none for an unknown figure."""

    id: str
    label: str
    text: str
    """The figure in words, shown at the end of the row."""
    bar: tuple[float, float] | None = None
    span: tuple[float, float] | None = None
    points: tuple[Point, ...] = ()
    tone: Tone = "plain"


class Limit(Record):
    at: float
    label: str


class RowChart(Record):
    kind: Literal["rows"] = "rows"
    id: str
    title: str
    alt: str
    x: Axis
    marks: tuple[Row, ...]
    limits: tuple[Limit, ...] = ()
    legend: tuple[Point, ...] = ()
    """What the points mean, where there is more than one kind; `at` has no meaning here."""
    note: str = ""
    """A line below the chart: its unit, and what it does not show."""
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    basis: tuple[str, ...]


Chart = LineChart | RowChart
