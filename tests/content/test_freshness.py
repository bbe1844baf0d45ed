from datetime import date, timedelta

import pytest

from advisor.content.entries import Fact
from advisor.content.freshness import BEYOND, TooEarly, age_days, covered, first_day, oldest_first, read_day
from advisor.content.load import load
from advisor.language import language

AT = date(2026, 11, 22)


def fact(seen: str, name: str = "vendor.model.price") -> Fact:
    return Fact(
        id=name,
        platform="vendor",
        field="price",
        value=1,
        unit="USD",
        source="a page",
        seen=seen,
        confidence="official",
    )


@pytest.mark.parametrize(
    ("seen", "day"),
    [
        ("2026-10-06", date(2026, 10, 6)),
        ("2026-10", date(2026, 10, 1)),
        ("2026", date(2026, 1, 1)),
        ("2024 (undated)", date(2024, 1, 1)),
        ("undated", None),
    ],
)
def test_a_date_is_taken_as_early_as_it_may_be(seen, day):
    assert first_day(seen) == day


def test_the_age_is_counted_in_days():
    assert age_days(fact("2026-11-05"), AT) == 17
    assert age_days(fact("2026-11"), AT) == 21
    assert age_days(fact("undated"), AT) is None


def test_what_waited_longest_comes_first_and_the_undated_before_all():
    found = [fact("2026-11-05", name="new"), fact("2026-01-01", name="old"), fact("undated", name="undated")]
    assert [one.id for one in oldest_first(found, AT)] == ["undated", "old", "new"]


def test_the_facts_cover_the_days_from_the_first_of_a_market_to_half_a_year_after_the_newest():
    """A paper of 2021 among the facts makes nobody know what a model cost then."""
    days = covered(load())
    assert date(2025, 6, 1) < days.first < date(2026, 6, 1)
    assert days.newest >= date(2026, 11, 25)
    assert not days.beyond(days.newest + BEYOND)
    assert days.beyond(days.newest + BEYOND + timedelta(1))
    days.check(days.first)
    with pytest.raises(TooEarly, match=f"begin on {days.first}"):
        days.check(days.first - timedelta(1))


def test_content_without_facts_covers_every_day():
    nothing = covered(load().model_copy(update={"facts": (), "version": "none"}))
    nothing.check(date.min)
    assert not nothing.beyond(date.max)


def test_a_day_too_early_is_refused_in_the_reader_s_language():
    error = TooEarly(date(2000, 1, 1), date(2025, 12, 1))
    assert error.text(language("nl")).startswith("Van 1 januari 2000 is niets bekend")
    assert "December 1, 2025" in error.text(language("en"))


def test_a_day_is_read_within_what_the_facts_can_cover():
    assert read_day("2026-11-22") == AT


@pytest.mark.parametrize(
    ("text", "why"),
    [("9999-12-31", "is not from"), ("1999-12-31", "is not from"), ("tomorrow", "isoformat"), ("", "isoformat")],
)
def test_any_other_day_is_refused(text, why):
    with pytest.raises(ValueError, match=why):
        read_day(text)
