"""The picture of the trade-off: where dots and limits lie, by hand, and that no label is cut or lies on another."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from advisor import advise
from advisor.charts.axes import Axis
from advisor.charts.trade_off import HEIGHT, LINE, WIDTH, pixel_x, pixel_y, trade_off
from advisor.content.load import load
from advisor.interview.situation import Situation, situation
from advisor.language import language
from tests.fixtures import sample_advice
from tests.products import examples_on_push
from tests.situations import situations

EN, CONTENT = language("en"), load()
LETTER = 6.5
"""Width of a digit of a label on the screen, in pixels."""


def test_places_on_the_axes_are_those_by_hand() -> None:
    axis = Axis(label="", low=10, high=1000, log=True, ticks=())
    # 300 px lie between the margins of 46 and 14; a hundred is halfway between ten and a thousand.
    assert [pixel_x(axis, value) for value in (10, 100, 1000)] == [46, 196, 346]
    # 196 px lie between the margins of 34 above and 40 below; what is slow lies above.
    assert [pixel_y(axis, value) for value in (10, 100, 1000)] == [230, 132, 34]


def test_the_recommended_option_is_solid_even_where_held_up_and_others_are_faint_with_why() -> None:
    chart = trade_off(sample_advice(), CONTENT, EN)
    assert chart
    states = {dot.option: dot.state for dot in chart.dots}
    assert states == {
        "sft": "chosen",
        "few_shot": "open",
        "prompting": "open",
        "structured": "open",
        "rag": "open",
        "distill": "held_up",
    }
    unknown = next(row for row in chart.rows if row.option == "rag_sft")
    assert (unknown.month, unknown.slow) == ("unknown", "unknown")
    assert all(row.name in chart.alt for row in chart.rows)


def test_what_holds_an_option_up_is_named() -> None:
    chart = trade_off(advise(situation()), CONTENT, EN)
    assert chart
    assert {bool(row.why) for row in chart.rows if row.state == "held_up"} == {True}
    assert next(row.why for row in chart.rows if row.option == "encoder") == "a closed set of labels"


def test_beside_other_answers_it_says_from_where_to_where_the_recommended_one_has_moved() -> None:
    given_before, now = situation(task="classification"), situation(task="classification", requests_per_month=9_000_000)
    before, after = advise(given_before), advise(now)
    chart = trade_off(after, CONTENT, EN, before)
    assert chart
    assert chart.moved
    was = next(entry for entry in before.ranking if entry.option == before.option)
    chosen = next(dot for dot in chart.dots if dot.state == "chosen")
    assert was.usd_month_running.p50
    assert was.latency_p95.p50
    assert (chart.moved.x, chart.moved.y) == (
        pixel_x(chart.x, was.usd_month_running.p50),
        pixel_y(chart.y, was.latency_p95.p50),
    )
    assert (chart.moved.to_x, chart.moved.to_y) == (chosen.x, chosen.y)
    assert 0 < chart.moved.x < WIDTH
    assert chart.moved != trade_off(after, CONTENT, EN, after).moved
    alone = trade_off(after, CONTENT, EN)
    assert alone
    assert alone.moved is None


def test_dots_lie_where_their_figures_are() -> None:
    advice = sample_advice()
    chart = trade_off(advice, CONTENT, EN)
    assert chart
    for dot in chart.dots:
        entry = next(entry for entry in advice.ranking if entry.option == dot.option)
        assert dot.x == pixel_x(chart.x, entry.usd_month_running.p50 or 0)
        assert dot.y == pixel_y(chart.y, entry.latency_p95.p50 or 0)


def test_limits_are_lines_at_their_values_and_none_is_drawn_that_nobody_set() -> None:
    answers = {"latency_limit": 2, "budget_month": 5000}
    chart = trade_off(advise(situation(**answers)), CONTENT, EN)
    assert chart
    assert [(limit.across, limit.at) for limit in chart.limits] == [
        ("time", pixel_y(chart.y, 2)),
        ("cost", pixel_x(chart.x, 5000)),
    ]
    assert [limit.label for limit in chart.limits] == ["your limit: 2 s", "your budget, running: $5,000"]
    without = trade_off(advise(situation()), CONTENT, EN)
    assert without
    assert without.limits == ()


def test_without_a_known_figure_there_is_no_picture() -> None:
    rag = [entry for entry in sample_advice().ranking if entry.option == "rag_sft"]
    assert trade_off(sample_advice(ranking=tuple(rag)), CONTENT, EN) is None


@examples_on_push(8)
@given(code=st.sampled_from(["en", "nl"]), person=situations(most=6))
def test_nothing_is_cut_and_no_label_lies_on_another(code: str, person: Situation) -> None:
    chart = trade_off(advise(person), CONTENT, language(code))
    assert chart
    labels = [*((dot.label, dot.label_x, dot.label_y) for dot in chart.dots)]
    labels += [(limit.label, limit.label_x, limit.label_y) for limit in chart.limits]
    boxes = []
    for text, x, y in labels:
        half = len(text) * LETTER / 2
        assert half <= x <= WIDTH - half, text
        assert LINE / 2 <= y <= HEIGHT - LINE / 2, text
        boxes.append((x - half, y - 5, x + half, y + 5, text))
    for one, other in combinations(boxes, 2):
        apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
        assert apart, (one[4], other[4])
