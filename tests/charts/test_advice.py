"""What is drawn about an advice."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest

from advisor.charts import advice as charts
from advisor.charts.specification import Chart, LineChart, RowChart
from advisor.content.load import load
from advisor.engine.advice import Advice, Contribution, Curve, CurvePoint
from advisor.language import language
from tests.fixtures import UNKNOWN, around, sample_advice

CONTENT = load()
EN, NL = language("en"), language("nl")


def drawn(advice: Advice) -> Iterator[Chart]:
    found = (
        charts.cost_curve(advice, CONTENT, EN),
        charts.latency_bars(advice, CONTENT, EN),
        charts.cost_comparison(advice, CONTENT, EN),
        charts.evidence_waterfall(advice, CONTENT, EN),
        charts.verdict_shares(advice, EN),
    )
    for chart in found:
        assert chart is not None
        yield chart


def cost_curve(advice: Advice) -> LineChart:
    chart = charts.cost_curve(advice, CONTENT, EN)
    assert chart is not None
    return chart


def latency(advice: Advice) -> RowChart:
    chart = charts.latency_bars(advice, CONTENT, EN)
    assert chart is not None
    return chart


def test_every_chart_says_itself_in_words_and_as_a_table() -> None:
    for chart in drawn(sample_advice()):
        assert len(chart.alt) > 40
        assert chart.title in chart.alt
        assert chart.rows
        assert all(len(row) == len(chart.columns) for row in chart.rows)


def test_every_figure_of_a_chart_traces_to_the_basis() -> None:
    advice = sample_advice()
    for chart in drawn(advice):
        assert chart.id == "verdict_shares" or chart.basis
        assert set(chart.basis) <= set(advice.basis)


def test_lines_differ_without_colour() -> None:
    lines = cost_curve(sample_advice()).lines
    assert len({line.dash for line in lines}) == len({line.marker for line in lines}) == len(lines) == 3
    places = sorted(line.label_at for line in lines)
    assert all(after - before >= 0.07 for before, after in pairwise(places))


def test_the_recommended_option_is_drawn_first_and_strong() -> None:
    lines = cost_curve(sample_advice()).lines
    assert (lines[0].id, lines[0].strong) == ("sft", True)
    assert not any(line.strong for line in lines[1:])


def test_bands_are_drawn_for_the_option_and_what_it_is_compared_with() -> None:
    banded = {line.id for line in cost_curve(sample_advice()).lines if line.low}
    assert banded == {"sft", "prompting"}


def test_the_note_names_what_is_banded_and_how_the_axes_run() -> None:
    note = cost_curve(sample_advice()).note
    assert "shaded band holds eight of ten situations of supervised fine-tuning" in note
    assert "two thin lines enclose eight of ten situations of better prompting" in note
    assert "logarithmic" in note


def test_the_curve_marks_the_user_and_the_break_even() -> None:
    marks = {mark.id: mark for mark in cost_curve(sample_advice()).marks}
    assert marks["here"].at == 120_000
    assert marks["break_even"].at == 90_000
    assert marks["here"].level != marks["break_even"].level, "their labels would overlap"


def test_a_break_even_beyond_the_axis_is_not_drawn() -> None:
    advice = sample_advice()
    result = advice.ranking[0]
    assert result.break_even
    far = result.break_even.model_copy(update={"requests_month": around(1e12)})
    changed = sample_advice(ranking=(result.model_copy(update={"break_even": far}), *advice.ranking[1:]))
    assert [mark.id for mark in cost_curve(changed).marks] == ["here"]


def test_a_curve_without_prices_is_left_out_and_no_curve_is_no_chart() -> None:
    unknown = Curve(option="rag", points=(CurvePoint(requests_month=1, usd_month=UNKNOWN),))
    advice = sample_advice()
    assert "rag" not in {line.id for line in cost_curve(sample_advice(curves=(*advice.curves, unknown))).lines}
    assert charts.cost_curve(sample_advice(curves=(unknown,)), CONTENT, EN) is None


def test_points_lie_within_the_axes() -> None:
    chart = cost_curve(sample_advice())
    for line in chart.lines:
        assert all(chart.x.low <= x <= chart.x.high for x in line.x)
        assert all(chart.y.low <= y <= chart.y.high for y in (*line.y, *line.low, *line.high))


def test_latency_shows_median_p95_and_the_limit() -> None:
    chart = latency(sample_advice())
    tuned = next(row for row in chart.marks if row.id == "sft")
    assert tuned.bar == (0.0, 0.9)
    assert tuned.points[0].at == pytest.approx(1.89)
    assert tuned.tone == "main"
    assert [limit.at for limit in chart.limits] == [3.0]
    assert "limit" in chart.alt


def test_without_a_limit_none_is_drawn() -> None:
    assert latency(sample_advice(latency_limit=None)).limits == ()


def test_blocked_options_are_not_compared_except_the_recommended_one() -> None:
    chart = charts.cost_comparison(sample_advice(), CONTENT, EN)
    assert chart is not None
    assert {row.id for row in chart.marks} == {"sft", "few_shot", "prompting", "structured", "rag"}


def test_an_unknown_cost_is_a_row_without_a_mark() -> None:
    advice = sample_advice()
    unknown = advice.ranking[1].model_copy(update={"usd_month": UNKNOWN})
    chart = charts.cost_comparison(sample_advice(ranking=(advice.ranking[0], unknown)), CONTENT, EN)
    assert chart is not None
    row = next(row for row in chart.marks if row.id == unknown.option)
    assert (row.text, row.span, row.points) == ("unknown", None, ())


def rival_with(**decibans: float) -> Advice:
    """The sample advice, whose runner-up has these contributions instead of those of the option."""
    advice = sample_advice()
    steps = tuple(Contribution(term=term.replace("_", "-"), decibans=n, share=1.0) for term, n in decibans.items())
    ranking = [
        one.model_copy(update={"evidence": steps}) if one.option == "few_shot" else one for one in advice.ranking
    ]
    return sample_advice(ranking=tuple(ranking))


def test_the_waterfall_adds_up_to_the_odds_against_the_runner_up() -> None:
    advice = rival_with(gap_labels=1.0, task_changes=7.0)
    chart = charts.evidence_waterfall(advice, CONTENT, EN)
    assert chart is not None
    steps = {row.id: row.bar[1] - row.bar[0] for row in chart.marks if row.bar and row.tone in ("for", "against")}
    assert steps == pytest.approx(
        {"task-changes": -7.0, "good-prompts-fell-short": 6.0, "facts-change-often": -4.0, "gap-labels": 2.0}
    )
    first, last = chart.marks[0], chart.marks[-1]
    assert first.bar
    assert last.bar
    sft, few_shot = CONTENT.option("sft"), CONTENT.option("few_shot")
    assert first.bar[1] == pytest.approx(sft.prior - few_shot.prior)
    assert first.bar[1] + sum(steps.values()) == pytest.approx(last.bar[1])


def test_small_reasons_are_drawn_together_but_none_is_lost() -> None:
    values = [9, 8, -7, 6, 5, -4, 3, 1, -1, 1, -2, 0.5, 0.1, -0.1, 0.2]
    many = {term.id.replace("-", "_"): n for term, n in zip(CONTENT.weighed, values, strict=False)}
    result = next(one for one in rival_with(**many).ranking if one.option == "few_shot")
    option = sample_advice().ranking[0].model_copy(update={"evidence": result.evidence})
    bare = result.model_copy(update={"evidence": ()})
    chart = charts.evidence_waterfall(sample_advice(ranking=(option, bare)), CONTENT, EN)
    assert chart is not None
    assert {"smaller_for", "smaller_against"} <= {row.id for row in chart.marks}
    last = chart.marks[-1].bar
    assert last
    assert last[1] == pytest.approx(option.prior - bare.prior + sum(values))


def test_a_waterfall_of_an_option_that_is_not_ranked_is_none() -> None:
    assert charts.evidence_waterfall(sample_advice(runner_up="dpo"), CONTENT, EN) is None


def test_charts_speak_the_language_of_the_reader() -> None:
    chart = charts.verdict_shares(sample_advice(), NL)
    assert [row.label for row in chart.marks] == ["Finetunen", "Nog niet", "Niet finetunen"]
