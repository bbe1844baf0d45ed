"""Who tunes what on a day, without knowing the reader."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from advisor.content.catalogue import route_open
from advisor.content.entries import Condition
from advisor.content.load import load
from advisor.engine.offers import CUSTOMERS, ENDING, Offer, offers

TODAY = date(2026, 11, 29)


def on(day: date, route: str, customer: str | None = None) -> Offer:
    return next(offer for offer in offers(load(), day, customer) if offer.route.id == route)


@pytest.mark.parametrize("day", [date(2025, 1, 1), TODAY, date(2027, 6, 1), date(2030, 1, 1)])
def test_a_route_is_open_where_the_catalogue_says_so(day):
    for offer in offers(load(), day):
        assert offer.open_to == tuple(one for one in CUSTOMERS if route_open(offer.route, one, day))
        assert (offer.state in ("closed", "to_come")) == (not offer.open_to)
        assert offer.status.open == bool(offer.open_to)


def test_openai_is_ending_for_those_who_tune_there_and_closed_to_new_ones():
    assert on(TODAY, "openai-gpt-4.1").state == "ending"
    assert on(TODAY, "openai-gpt-4.1").open_to == ("existing",)
    new = on(TODAY, "openai-gpt-4.1", "new")
    assert (new.state, new.status.why_closed) == ("closed", "new_customers")
    assert on(date(2026, 4, 1), "openai-gpt-4.1", "new").state == "ending"


def test_on_the_first_day_on_which_it_is_over_it_is_closed():
    """The ends of a route agree with its doors, day by day."""
    ending = [offer for offer in offers(load(), TODAY) if offer.open_to and any(not end.earliest for end in offer.ends)]
    assert len(ending) > 5
    for offer in ending:
        first = next(end.day for end in offer.ends if not end.earliest)
        assert on(first - timedelta(days=1), offer.route.id).open_to, offer.route.id
        assert not on(first, offer.route.id).open_to, offer.route.id


def test_what_ends_comes_in_order_and_only_what_is_still_to_end():
    for day in (date(2026, 1, 1), TODAY, date(2027, 4, 10)):
        for offer in offers(load(), day):
            days = [end.day for end in offer.ends]
            assert days == sorted(days)
            assert all(one > day for one in days)


def test_what_is_far_from_its_end_is_open_and_what_is_near_is_ending():
    route = "aws-llama-3"
    first = next(end.day for end in on(TODAY, route).ends)
    assert on(first - ENDING - timedelta(days=2), route).state == "open"
    assert on(first - ENDING + timedelta(days=2), route).state == "ending"
    assert on(first + timedelta(days=1), route).state == "closed"


@pytest.mark.parametrize("route", ["google-gemini-3.5-flash", "google-gemini-3.5-flash-lite", "snowflake-cortex"])
def test_the_earliest_day_of_an_end_closes_nothing_and_from_then_on_it_may_end_any_day(route):
    first = next(end for end in on(TODAY, route).ends if end.earliest)
    assert [end.day for end in on(first.day - timedelta(days=1), route).ends if end.earliest] == [first.day]
    for later in (0, 1, 400):
        after = on(first.day + timedelta(days=later), route)
        assert (after.open_to, after.state) == (CUSTOMERS, "ending")


def test_each_offer_says_why_no_price_is_known():
    for offer in offers(load(), TODAY):
        assert offer.status.unpriced == offer.route.unpriced
    assert on(TODAY, "google-gemini-preference").status.unpriced == {"dpo": "no_copy"}


def test_what_ended_at_a_vendor_that_goes_on_stays_listed_with_its_end():
    assert [on(date(2026, 9, day), "aws-claude-3-haiku").open_to for day in (9, 10)] == [CUSTOMERS, ()]
    assert on(TODAY, "aws-llama-3.2").status.why_closed == "served_out"
    assert on(TODAY, "aws-llama-3").open_to == ("existing",)
    assert on(TODAY, "aws-llama-3", "new").state == "closed"
    assert on(date(2027, 3, 30), "aws-llama-3").state == "closed"


def test_a_way_that_is_a_preview_is_one_though_the_route_is_open():
    known = on(TODAY, "azure-gpt-oss-20b").route
    preview = Condition(kind="preview", methods=("rft",), facts=("azure.open-models.ft-jobs",))
    route = known.model_copy(update={"methods": ("sft", "rft"), "conditions": (preview,)})
    (offer,) = offers(load().model_copy(update={"routes": (route,), "version": "one route"}), TODAY)
    assert offer.state == "open"
    assert (offer.state_of("sft"), offer.state_of("rft")) == ("open", "preview")
    assert on(TODAY, "wandb-serverless").state == "preview"


def test_who_must_be_invited_is_told_so():
    assert on(TODAY, "azure-gpt-5").status.why_closed == "conditions"
