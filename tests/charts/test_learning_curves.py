"""Learning curves of a published study: what its table says, and nothing between."""

from __future__ import annotations

import pytest

from advisor.charts.learning_curves import STUDY, curves, learning_curves, task_names
from advisor.content.evidence import comparisons
from advisor.language import language

EN = language("en")


def test_a_curve_has_what_was_measured_fewest_examples_first() -> None:
    measured = curves("banking77", comparisons())
    assert measured["tuned"][:3] == [(32, 16.64), (64, 26.88), (128, 42.8)]
    assert measured["similar"] == [(10, 89.2), (500, 94.0)]
    assert [n for n, _ in measured["prompt"]] == [1, 10, 50, 100, 250, 500, 1_000, 1_500]


def test_every_task_of_the_study_has_a_name() -> None:
    assert {*task_names(EN)} == {arm.task_name for arm in comparisons() if arm.study == STUDY}


@pytest.mark.parametrize("task", task_names(EN))
def test_the_chart_says_its_points_and_where_the_reader_is(task: str) -> None:
    measured = curves(task, comparisons())
    chart = learning_curves(task, measured, 512, EN)
    assert {line.id: [*zip(line.x, line.y, strict=True)] for line in chart.lines} == measured
    assert [(mark.at, mark.label) for mark in chart.marks] == [(512, "512 examples")]
    assert len(chart.rows) == sum(map(len, measured.values()))
