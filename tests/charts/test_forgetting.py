"""What rose and fell in training: the tests of the report, by what they ask for."""

from __future__ import annotations

import pytest

from advisor.charts.forgetting import STUDY, TESTS, changes, names_of_tests, what_changed
from advisor.content.evidence import comparisons
from advisor.language import language

EN = language("en")


def test_what_was_trained_for_rose_and_safety_fell() -> None:
    assert all(one.points > 0 for one in changes(["aim"], comparisons()))
    (safety,) = changes(["safety"], comparisons())
    assert (safety.before, safety.after) == (93.1, 85.5)
    assert safety.points == pytest.approx(-7.6)


def test_every_test_of_the_report_is_of_one_kind_and_has_a_name() -> None:
    told = [test for kind in TESTS.values() for test in kind]
    assert sorted(told) == sorted({arm.task_name for arm in comparisons() if arm.study == STUDY})
    assert {*told} == {*names_of_tests(EN)}


def test_a_row_says_by_how_much_and_in_which_direction() -> None:
    chart = what_changed(changes(["aim", "safety"], comparisons()), EN)
    safety = next(row for row in chart.marks if row.label == "Safety (six tests)")
    assert (safety.text, safety.tone) == ("−7.6", "against")
    assert {row.tone for row in chart.marks if row is not safety} == {"for"}
    assert chart.x.low < -7.6 < 0 < chart.x.high
