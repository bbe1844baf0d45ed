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
    route = "google-gemini-3.5-flash"
    first = next(end.day for end in on(TODAY, route).ends)
    assert on(first - ENDING - timedelta(days=2), route).state == "open"
    assert on(first - ENDING + timedelta(days=2), route).state == "ending"
    assert on(first + timedelta(days=1), route).state == "closed"


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
