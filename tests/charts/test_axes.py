"""Axes of charts."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from advisor.charts.axes import PHONE_LETTERS, apart, linear_axis, log_axis


def show(value: float) -> str:
    return f"{value:g}"


def test_a_log_axis_has_ticks_at_powers_of_ten() -> None:
    axis = log_axis([300, 700_000], "USD", show)
    assert [tick.at for tick in axis.ticks] == [1_000, 10_000, 100_000]
    assert axis.place(300) == 0
    assert axis.place(700_000) == 1


def test_a_short_log_axis_has_ticks_between() -> None:
    assert len(log_axis([90, 200], "USD", show).ticks) >= 3


def test_a_value_outside_is_put_at_the_nearer_end() -> None:
    axis = log_axis([10, 1_000], "USD", show)
    assert (axis.place(1), axis.place(1e9)) == (0, 1)


def test_of_many_ticks_a_few_are_labelled_and_zero_is_one_of_them() -> None:
    axis = linear_axis([-30, 30], "x", show)
    few = [tick.at for tick in axis.labelled(3)]
    assert 0 in few
    assert 2 <= len(few) <= 4 < len(axis.ticks)


def test_labels_side_by_side_never_overlap_on_a_phone() -> None:
    axis = log_axis([300, 40_000_000], "USD", lambda value: f"US$ {value:,.0f}")
    few = axis.labelled(5, PHONE_LETTERS)
    assert len(axis.labelled(5)) > len(few) >= 2
    for one, other in pairwise(few):
        between = (axis.place(other.at) - axis.place(one.at)) * PHONE_LETTERS
        assert between > (len(one.label) + len(other.label)) / 2


@given(st.lists(st.floats(1e-6, 1e9), min_size=1, max_size=8))
def test_every_value_lies_on_its_axis(values: list[float]) -> None:
    for axis in (log_axis(values, "x", show), linear_axis(values, "x", show)):
        assert axis.low < axis.high
        assert 1 <= len(axis.ticks) <= 20
        assert all(axis.low * 0.999 <= value <= axis.high * 1.001 for value in values)
        assert all(0 <= axis.place(tick.at) <= 1 for tick in axis.ticks)


def test_a_linear_axis_ends_on_a_round_number() -> None:
    axis = linear_axis([0, 6.9], "s", show)
    assert [tick.label for tick in axis.ticks] == ["0", "2", "4", "6", "8"]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6))
def test_labels_keep_their_order_and_their_distance(places: list[float]) -> None:
    moved = apart(places, gap=0.1)
    order = sorted(range(len(places)), key=lambda index: places[index])
    ends = [moved[index] for index in order]
    assert all(after - before >= 0.1 - 1e-9 for before, after in pairwise(ends))
    assert max(moved) <= 1


def test_labels_with_room_stay_where_they_are() -> None:
    assert apart([0.1, 0.9, 0.5]) == [0.1, 0.9, 0.5]
