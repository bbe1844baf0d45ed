"""What was said beside what happened, of bins whose figures are known."""

from __future__ import annotations

from advisor.charts.calibration import calibration
from advisor.content.entries import CalibrationBin
from advisor.language import language


def test_each_class_shows_what_was_said_and_what_happened():
    bins = (CalibrationBin(said=0.2, happened=0.1, cases=20), CalibrationBin(said=0.9, happened=1.0, cases=1))
    chart = calibration(bins, language("en"))
    assert chart is not None
    assert [[point.at for point in row.points] for row in chart.marks] == [[0.2, 0.1], [0.9, 1.0]]
    assert [row.text for row in chart.marks] == ["10% of 20 cases", "100% of 1 case"]
    assert chart.rows == (("20%", "10%", "20"), ("90%", "100%", "1"))
    assert "Of 20 cases, 20% were said to end in training; 10% did." in chart.alt


def test_without_classes_there_is_no_chart():
    assert calibration((), language("en")) is None
