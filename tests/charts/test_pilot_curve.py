"""How right answers grow with examples, as a chart."""

from __future__ import annotations

from advisor.charts.pilot_curve import Measured, pilot_curve
from advisor.language import language

STEEP = [Measured(25, 0.4, 0.3, 0.5), Measured(100, 0.8, 0.7, 0.9)]
FLAT = [Measured(25, 0.5, 0.4, 0.6), Measured(100, 0.5, 0.4, 0.6)]


def test_each_way_is_a_line_with_its_band_and_its_figures_in_words():
    chart = pilot_curve([("A", STEEP), ("B", FLAT)], language("nl"))
    assert chart is not None
    first, second = chart.lines
    assert (first.x, first.y, first.low, first.high) == ((25.0, 100.0), (40.0, 80.0), (30.0, 70.0), (50.0, 90.0))
    assert {(line.dash, line.marker) for line in chart.lines} == {("solid", "circle"), ("dashed", "square")}
    assert [line.strong for line in (first, second)] == [True, False]
    assert "A: 40 van 100 goed met 25 voorbeelden, 80 met 100." in chart.alt
    assert ("B", "25", "50", "40 tot 60") in chart.rows
    assert chart.y.high == 100


def test_of_nothing_there_is_no_chart():
    assert pilot_curve([], language()) is None
