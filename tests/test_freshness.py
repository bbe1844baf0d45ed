from datetime import date

import pytest

from advisor.freshness import STALE_DAYS, first_day, freshness, freshnesses
from advisor.schema import Fact

AT = date(2026, 11, 22)


def fact(seen: str, until: date | None = None, name: str = "vendor.model.price") -> Fact:
    return Fact(
        id=name,
        platform="vendor",
        field="price",
        value=1,
        unit="USD",
        source="a page",
        seen=seen,
        confidence="official",
        until=until,
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


def test_a_figure_seen_this_month_is_fresh():
    state = freshness(fact("2026-11-05"), AT)
    assert (state.age_days, state.stale) == (17, None)


def test_a_figure_grows_stale_after_ninety_days():
    seen = date.fromordinal(AT.toordinal() - STALE_DAYS)
    assert freshness(fact(seen.isoformat()), AT).stale is None
    assert freshness(fact(seen.isoformat()), date.fromordinal(AT.toordinal() + 1)).stale == "old"


def test_what_holds_no_longer_is_stale_however_new():
    assert freshness(fact("2026-11-21", until=date(2026, 11, 21)), AT).stale == "ended"
    assert freshness(fact("2026-11-21", until=AT), AT).stale is None


def test_the_stale_list_leaves_out_the_fresh_and_begins_with_the_undated():
    found = [fact("2026-11-05", name="fresh"), fact("2026-01-01", name="old"), fact("undated", name="undated")]
    assert [state.fact.id for state in freshnesses(found, AT, stale_only=True)] == ["undated", "old"]
    assert [state.fact.id for state in freshnesses(found, AT)] == ["undated", "old", "fresh"]
