from datetime import date

import pytest

from advisor.content.entries import Fact
from advisor.content.freshness import age_days, first_day, oldest_first, read_day

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


def test_a_day_is_read_within_what_the_facts_can_cover():
    assert read_day("2026-11-22") == AT


@pytest.mark.parametrize(
    ("text", "why"),
    [("9999-12-31", "is not from"), ("1999-12-31", "is not from"), ("tomorrow", "isoformat"), ("", "isoformat")],
)
def test_any_other_day_is_refused(text, why):
    with pytest.raises(ValueError, match=why):
        read_day(text)
