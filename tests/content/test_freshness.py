from datetime import date, timedelta

import pytest

from advisor.content.catalogue import catalogue
from advisor.content.entries import Fact, ShelfLife
from advisor.content.freshness import (
    BEYOND,
    TooEarly,
    age_days,
    covered,
    exactness,
    first_day,
    oldest_first,
    read_day,
    shelf_life,
)
from advisor.content.load import load
from advisor.content.sources import address
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


@pytest.mark.parametrize(
    ("seen", "known"),
    [("2026-10-06", "day"), ("2026-10", "month"), ("2026 (undated)", "year"), ("2026", "year"), ("undated", None)],
)
def test_how_exactly_a_date_is_known_is_marked(seen, known):
    assert exactness(seen) == known


def test_the_first_kind_that_fits_says_how_long_a_fact_may_stand():
    price = ShelfLife(id="price", text="a price", units=("USD",), days=90)
    other = ShelfLife(id="limit", text="a limit", days=180)
    assert shelf_life(fact("2026-11-05"), (price, other)).days == 90
    elsewhere = price.model_copy(update={"platforms": ("another",)})
    assert shelf_life(fact("2026-11-05"), (elsewhere, other)).days == 180


@pytest.mark.parametrize(
    ("fact_id", "kind", "days"),
    [
        ("openai.gpt-4.1.ft-training", "price", 90),
        ("openai.minimum-examples", "limit", 180),
        ("openai.gpt-4.1.shutdown", "end_date", 60),
        ("together.ft-jobs", "offer", 90),
        ("memory.adam-states", "paper", None),
        ("gpu.h100-sxm.peak-bf16", "data_sheet", None),
    ],
)
def test_each_fact_is_of_the_kind_that_one_would_say(fact_id, kind, days):
    found = shelf_life(load().fact(fact_id), load().shelf_lives)
    assert (found.id, found.days) == (kind, days)


def test_every_price_ages_and_no_paper_does():
    kinds = {entry.id: shelf_life(entry, load().shelf_lives) for entry in load().facts}
    prices = [entry for entry in load().facts if entry.unit.startswith("USD") and entry.platform != "training"]
    assert len(prices) > 200
    assert all(kinds[entry.id].days == 90 for entry in prices)
    due = {entry.fact.id for entry in catalogue(load(), date(2030, 1, 1)).due()}
    papers = {entry.id for entry in load().facts if kinds[entry.id].days is None}
    assert papers
    assert not papers & due
    assert len(due) == len(load().facts) - len(papers)


def test_a_fact_without_an_address_says_why_it_has_none():
    """Its source has one, or is a package, or the fact says that none was found or recorded."""
    said = ("Python package", "not recorded", "No source found", "(copy)", "page not seen")
    bare = [
        entry.id
        for entry in load().facts
        if not address(entry.source)
        and not ((source := load().source_of(entry.source)) and source.url)
        and not any(word in entry.source for word in said)
    ]
    assert not bare
