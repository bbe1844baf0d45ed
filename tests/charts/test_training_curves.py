"""The two curves of a training as a chart."""

from __future__ import annotations

from advisor.charts.training_curves import training_curves
from advisor.dataset.training.ten_rows import curve
from advisor.language import language


def test_both_losses_are_drawn_and_said() -> None:
    chart = training_curves("bad", "Training 2", curve("overfitted"), language("en"))
    training, validation = chart.lines
    assert (training.y[0], training.y[-1]) == (1.98, 0.03)
    assert (validation.y[0], validation.y[-1]) == (2.06, 1.84)
    assert (training.dash, validation.dash) == ("solid", "dashed")
    assert chart.y.low == 0
    assert chart.alt.endswith("the loss goes from 1.98 to 0.03, on the others from 2.06 to 1.84.")
    assert len(chart.rows) == len(curve("overfitted"))
    assert chart.note == "Made up for teaching, and no training."
