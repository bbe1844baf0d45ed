"""Charts of the course: they show what was measured, and say so in words."""

from __future__ import annotations

import pytest

from advisor.charts.lessons import COMPARED, MEASURES, how_often_right, token_counts
from advisor.content.load import load
from advisor.language import language

EN = language("en")


@pytest.mark.parametrize("measure", MEASURES)
def test_how_often_it_was_right_is_what_was_measured(measure: str) -> None:
    learned = load().learned
    assert learned
    chart = how_often_right(measure, learned.scores, EN)
    assert [row.id for row in chart.marks] == list(COMPARED)
    for row in chart.marks:
        assert row.bar == (0, getattr(learned.scores[row.id], measure))
        assert row.text in chart.alt
    assert [row.tone for row in chart.marks].count("main") == 1


def test_what_the_reader_wrote_stands_out_among_the_tokens() -> None:
    chart = token_counts([("en", "English", 15), ("own", "Your text", 1)], True, EN)
    assert [(row.label, row.text, row.tone) for row in chart.marks] == [
        ("English", "15 tokens", "plain"),
        ("Your text", "1 token", "main"),
    ]
    assert "o200k_base" in chart.note
    assert "Estimated" in token_counts([("own", "Your text", 0)], False, EN).note
