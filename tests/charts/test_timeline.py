"""The chart of what ends next: bars from the day to the end, on an axis of months."""

from __future__ import annotations

from datetime import date

from advisor import wording
from advisor.charts.specification import RowChart
from advisor.charts.timeline import MOST, MOST_TICKS, endings
from advisor.content.load import load
from advisor.engine.offers import offers
from advisor.language import language

EN = language("en")
TODAY = date(2026, 11, 29)


def chart(day: date = TODAY) -> RowChart | None:
    known = offers(load(), day)
    table = wording.ends([offer for offer in known if offer.open_to], day, load(), EN)
    return endings(known, table, day, EN)


def test_rows_begin_on_the_day_and_end_in_order() -> None:
    drawn = chart()
    assert drawn
    assert 1 < len(drawn.marks) <= MOST
    ends = [row.bar[1] for row in drawn.marks if row.bar]
    assert ends == sorted(ends)
    assert all(row.bar and row.bar[0] == TODAY.toordinal() for row in drawn.marks)
    for row in drawn.marks:
        days = [point.at for point in row.points]
        assert row.bar
        assert min(days) == row.bar[1]
        assert (row.span is not None) == (len(set(days)) > 1)
        assert all(drawn.x.low < day <= drawn.x.high for day in days)


def test_the_first_end_is_said_in_words_and_in_the_table() -> None:
    drawn = chart()
    assert drawn
    first = drawn.marks[0]
    ends = [max(point.at for point in mark.points) for mark in drawn.marks]
    assert ends[0] == min(ends)
    assert first.text in drawn.alt
    assert first.label.startswith(drawn.rows[0][2])
    assert len(drawn.rows) >= len(drawn.marks)


def test_ticks_are_beginnings_of_months_and_few() -> None:
    for day in (TODAY, date(2025, 3, 31), date(2027, 11, 30)):
        drawn = chart(day)
        if drawn:
            days = [date.fromordinal(int(tick.at)) for tick in drawn.x.ticks]
            assert all(one.day == 1 for one in days)
            assert 0 < len(days) <= MOST_TICKS + 1


def test_where_nothing_ends_nothing_is_drawn() -> None:
    assert chart(date(2040, 1, 1)) is None
