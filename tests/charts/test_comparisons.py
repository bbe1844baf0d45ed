"""The chart of published comparisons: a row a study, a dot a data set, and all of it in words and figures too."""

from __future__ import annotations

from advisor.charts.comparisons import published_comparisons
from advisor.engine.advice import Advice
from advisor.language import language
from tests.fixtures import COMPARED, sample_advice

EN = language("en")


def test_every_data_set_is_a_dot_where_its_difference_lies() -> None:
    chart = published_comparisons(sample_advice(), EN)
    assert chart
    assert [mark.label for mark in chart.marks] == [f"{study.study} ({study.year})" for study in COMPARED.studies]
    for mark, study in zip(chart.marks, COMPARED.studies, strict=True):
        dots = [point.at for point in mark.points if point.marker == "circle"]
        assert dots == [pair.points for pair in study.datasets]
        assert [point.at for point in mark.points if point.marker == "diamond"] == [study.points] * (len(dots) > 1)
        assert all(chart.x.low <= at <= chart.x.high for at in dots)
    assert [limit.at for limit in chart.limits] == [0.0]


def test_words_and_table_say_what_the_picture_shows() -> None:
    chart = published_comparisons(sample_advice(), EN)
    assert chart
    assert "tuning did better in 2, the prompt in 2" in chart.alt
    assert "Amber (2025): +9.5, median of 3 points." in chart.alt
    assert "Dune (2023): \u22126.2 points." in chart.alt
    assert len(chart.rows) == sum(len(study.datasets) for study in COMPARED.studies)
    assert chart.rows[0] == ("Amber (2025)", "Amber 1", "accuracy", "70, gpt-4", "82, bert-base", "+12")


def test_studies_that_all_lie_to_the_left_are_drawn_with_the_zero_line() -> None:
    left = COMPARED.model_copy(update={"studies": COMPARED.studies[3:]})
    chart = published_comparisons(sample_advice(comparisons=left), EN)
    assert chart
    assert chart.x.low <= -20
    assert chart.x.place(0.0) <= 1


def test_nothing_is_drawn_where_nothing_is_known() -> None:
    empty: list[Advice] = [sample_advice(comparisons=None)]
    empty.append(sample_advice(comparisons=COMPARED.model_copy(update={"studies": ()})))
    assert [published_comparisons(advice, EN) for advice in empty] == [None, None]
