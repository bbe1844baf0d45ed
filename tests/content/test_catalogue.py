"""What holds on a day: facts, prices, routes."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import version
from itertools import product

import genai_prices
import numpy as np
import pytest
from genai_prices import data_snapshot
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from advisor.content.catalogue import (
    PRICE_LIST,
    Catalogue,
    NotCurrent,
    UnknownPrice,
    catalogue,
    closed_from,
    closed_not_before,
    gone,
    holds,
    open_windows,
    route_open,
)
from advisor.content.entries import ASKED_OF_NOBODY, Fact, PricedModel, Quantity, Route, Window
from advisor.content.load import load

TODAY = date(2026, 11, 22)
CUSTOMERS = ("new", "dormant", "existing")
CONTENT = load()
ROUTES = {route.id: route for route in CONTENT.routes}
PRICE_FIELDS = (
    "train_usd_mtok",
    "train_usd_hour",
    "input_usd_mtok",
    "cached_usd_mtok",
    "output_usd_mtok",
    "host_usd_hour",
    "store_usd_month",
    "batch_input_usd_mtok",
    "batch_cached_usd_mtok",
    "batch_output_usd_mtok",
    "minimum_examples",
)
CACHE_FIELDS = ("cache_minimum", "cache_minutes")


@pytest.fixture
def today() -> Catalogue:
    return catalogue(CONTENT, TODAY)


def facts_of(route: Route) -> set[str]:
    prices = {getattr(route, field) for field in (*PRICE_FIELDS, *CACHE_FIELDS)} - {None}
    windows = {fact for window in route.windows for fact in window.facts}
    asked = {fact for condition in route.conditions for fact in condition.facts}
    return prices | windows | asked | {*route.facts, *route.gone_facts, *route.trains_in.values()}


# Content


@pytest.mark.parametrize("route", CONTENT.routes, ids=lambda route: route.id)
def test_every_fact_that_a_route_refers_to_exists(route):
    assert facts_of(route) <= {fact.id for fact in CONTENT.facts}


def test_every_fact_that_a_model_refers_to_exists_and_lies_in_its_range():
    for model in CONTENT.models:
        assert {model.cache_minimum, model.cache_minutes, model.thinks} <= {fact.id for fact in CONTENT.facts}
        for fact_id in model.latency_facts:
            fact = CONTENT.fact(fact_id)
            span = model.first_token_s if fact.field == "first-token" else model.tokens_per_s
            low, high = (fact.low, fact.high) if fact.low is not None else (fact.value, fact.value)
            assert span.p10 <= low <= high <= span.p90, f"{model.id}: {fact_id} lies outside the range"


def test_every_source_that_content_refers_to_exists():
    known = {source.id for source in CONTENT.sources}
    entries = (*CONTENT.rules, *CONTENT.questions, *CONTENT.options, *CONTENT.checks)
    used = {source for entry in entries for source in entry.sources}
    used |= {assumption.source for assumption in CONTENT.assumptions if assumption.source}
    assert used <= known


def test_prices_of_routes_are_numbers_or_unknown_and_in_the_unit_that_the_field_says():
    units = {"mtok": "USD a million tokens", "hour": "USD an hour", "month": "USD a month"}
    for route in CONTENT.routes:
        for field in PRICE_FIELDS[:-1]:
            if (fact_id := getattr(route, field)) is None:
                continue
            fact = CONTENT.fact(fact_id)
            assert fact.unit == units[field.rsplit("_", 1)[1]], f"{route.id}: {field}"
            assert fact.value == "unknown" or isinstance(fact.value, int | float), f"{route.id}: {field}"


def priced(route: Route, method: str) -> bool:
    """Whether training by the method and serving have a price."""
    by = route.train_usd_hour if method == "rft" else route.train_usd_mtok
    return route.self_managed or bool(by and ((route.input_usd_mtok and route.output_usd_mtok) or route.host_usd_hour))


@pytest.mark.parametrize("route", CONTENT.routes, ids=lambda route: route.id)
def test_each_method_of_an_open_route_has_a_price_or_a_reason_why_not(route):
    may_open = any(route_open(route, customer, TODAY) for customer in CUSTOMERS) or route.under(*ASKED_OF_NOBODY)
    for method in route.methods if may_open else ():
        assert priced(route, method) != (method in route.unpriced), method


def test_what_several_tuned_models_share_is_an_endpoint_that_is_rented():
    for route in CONTENT.routes:
        if route.adapters:
            assert route.host_usd_hour, route.id
            assert not route.input_usd_mtok, route.id
            assert CONTENT.fact(route.adapters).value > 1


def test_conditions_on_customers_that_nobody_is_asked_about_leave_a_door_shut():
    """A window beside such a condition would be open to whom nobody has asked."""
    asked = [route for route in CONTENT.routes if route.under(*ASKED_OF_NOBODY)]
    assert {"azure-gpt-5", "aws-nova-forge", "databricks-fmft"} <= {route.id for route in asked}
    assert not [route.id for route in asked if any(route_open(route, customer, TODAY) for customer in CUSTOMERS)]


def test_a_version_that_azure_has_deprecated_says_whom_it_still_takes():
    for route in CONTENT.routes:
        existing = route.platform == "azure" and any(window.to == "existing" for window in route.windows)
        assert existing == route.under("deployed_version"), route.id


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"conditions": [{"kind": "one_region", "facts": ["aws.regions"]}], "hosting": ["region"]}, "one region"),
        (
            {"conditions": [{"kind": "no_confidential_data", "methods": ["sft"], "facts": ["aws.regions"]}]},
            "all of its",
        ),
        ({"conditions": [{"kind": "preview", "methods": ["dpo"], "facts": ["aws.regions"]}]}, "lacks: dpo"),
        ({"unpriced": {"rft": "no_copy"}}, "lacks: rft"),
        ({"conditions": [{"kind": "preview", "facts": []}]}, "at least 1"),
        ({"conditions": [{"kind": "only on Sundays", "facts": ["aws.regions"]}]}, "preview"),
    ],
)
def test_a_condition_that_could_not_be_read_is_refused(changes, problem):
    route = {**ROUTES["aws-nova-micro"].model_dump(by_alias=True), "methods": ["sft"]}
    with pytest.raises(ValidationError, match=problem):
        Route.model_validate(route | changes)


def test_the_base_of_a_route_is_one_of_the_models():
    assert {route.base for route in CONTENT.routes if route.base} <= {model.id for model in CONTENT.models}


def test_a_price_that_is_unknown_is_left_out_of_a_route():
    unknown = {fact.id for fact in CONTENT.facts if fact.value == "unknown"}
    assert all({getattr(route, field) for field in PRICE_FIELDS}.isdisjoint(unknown) for route in CONTENT.routes)


def test_facts_have_an_order_of_dates_a_range_in_order_and_a_known_confidence():
    for fact in CONTENT.facts:
        assert fact.from_ is None or fact.void_from is None or fact.from_ < fact.void_from, fact.id
        assert fact.low is None or fact.high is None or fact.low <= fact.high, fact.id
        assert (fact.value == "unknown") == (fact.confidence == "unknown"), fact.id
        assert re.fullmatch(r"undated|\d{4}(-\d\d){0,2}( \(undated\))?", fact.seen), f"{fact.id}: {fact.seen}"
        assert fact.id.startswith(f"{fact.platform}."), fact.id


def test_base_prices_among_the_facts_agree_with_the_price_list(today):
    """The same price is written down twice, in our facts and in the package: they must not drift apart."""
    compared = 0
    for model in CONTENT.models:
        if model.provider != "openai":
            continue
        rates = today.price(model).standard
        for field, rate in (("input", rates.input), ("cached", rates.cached), ("output", rates.output)):
            fact_id = f"openai.{model.ref}.{field}"
            if any(fact.id == fact_id for fact in CONTENT.facts):
                assert rate.base * 1e6 == pytest.approx(CONTENT.fact(fact_id).value), fact_id
                compared += 1
    assert compared >= 24


def test_one_typical_model_for_each_size_a_user_can_choose():
    sizes = CONTENT.question("model").values
    assert sorted(model.size for model in CONTENT.models if model.typical) == sorted(sizes)


def test_the_models_that_the_question_offers_are_those_of_the_sizes_it_is_asked_for():
    sizes = ("frontier", "large", "small", "open_large")
    offered = [model.id for model in CONTENT.models if model.size in sizes]
    assert list(CONTENT.question("price_model").values) == ["typical", *offered]


# Facts on a day


def test_a_fact_that_ended_is_refused_and_the_message_says_when():
    later = catalogue(CONTENT, date(2027, 2, 1))
    with pytest.raises(NotCurrent, match=r"openai\.ft-jobs\.existing.*no longer from 2027-01-06 on, not on 2027-02-01"):
        later.fact("openai.ft-jobs.existing")


def test_a_fact_holds_from_its_first_day_to_the_one_before_it_is_void():
    fact = CONTENT.fact("openai.ft-jobs.existing")
    days = (fact.from_ - timedelta(1), fact.from_, fact.void_from - timedelta(1), fact.void_from)
    assert [holds(fact, day) for day in days] == [False, True, True, False]


def test_an_unknown_fact_is_named(today):
    with pytest.raises(LookupError, match=r"openai\.gpt-9\.input"):
        today.fact("openai.gpt-9.input")


def example(seen: str, void_from: date | None = None, not_before: date | None = None) -> Fact:
    return Fact(
        id="x.y",
        platform="x",
        field="y",
        value=1,
        unit="USD an hour",
        source="a page",
        seen=seen,
        confidence="official",
        void_from=void_from,
        not_before=not_before,
    )


@pytest.mark.parametrize(
    ("fact", "why"),
    [
        (example("2026-11-20"), None),
        (example("2026-08-24"), None),
        (example("2026-08-23"), "old"),
        (example("2026-11"), None),
        (example("2026"), "old"),
        (example("2026 (undated)"), "old"),
        (example("undated"), "undated"),
        (example("2026-11-20", void_from=date(2027, 1, 6)), "ending"),
        (example("2026-11-20", void_from=TODAY + timedelta(1)), "ending"),
        (example("2026-11-20", void_from=date(2027, 2, 20)), "ending"),
        (example("2026-11-20", void_from=date(2027, 2, 21)), None),
        (example("2026-11-20", void_from=TODAY), "ended"),
        (example("2026-11-20", not_before=date(2027, 1, 6)), "ending"),
        (example("2026-11-20", not_before=date(2026, 11, 1)), "ending"),
    ],
    ids=lambda value: (
        f"{value.seen} {value.void_from or value.not_before or ''}" if isinstance(value, Fact) else str(value)
    ),
)
def test_a_fact_that_is_due_says_why(fact, why):
    found = Catalogue(CONTENT.model_copy(update={"facts": (fact,)}), TODAY).due()
    assert [entry.why for entry in found] == ([why] if why else [])


def test_what_ends_at_openai_is_due_today(today):
    ending = {entry.fact.id for entry in today.due() if entry.why == "ending"}
    assert {"openai.ft-jobs.existing", "openai.gpt-4.1.shutdown"} <= ending


# Routes


def test_no_openai_route_is_open_to_a_new_organisation():
    assert not [route.id for route in CONTENT.routes if route.platform == "openai" and route_open(route, "new", TODAY)]


def test_nor_to_one_that_left_its_tuned_models_unused():
    assert not [
        route.id for route in CONTENT.routes if route.platform == "openai" and route_open(route, "dormant", TODAY)
    ]


def test_openai_takes_no_job_from_the_day_that_it_names():
    """Its page dates each step by the day on which something can no longer be done, as it did for new organisations."""
    route = ROUTES["openai-gpt-4.1-mini"]
    assert route_open(route, "existing", date(2027, 1, 5))
    assert not route_open(route, "existing", date(2027, 1, 6))
    assert closed_from(route, "existing") == date(2027, 1, 6)
    assert route.gone_from == date(2027, 1, 14)


def test_gpt_models_at_azure_are_open_to_existing_customers_only():
    route = ROUTES["azure-gpt-4.1"]
    assert route_open(route, "existing", TODAY)
    assert not route_open(route, "new", TODAY)


def test_open_models_at_azure_are_open_to_all():
    assert all(route_open(ROUTES["azure-gpt-oss-20b"], customer, TODAY) for customer in CUSTOMERS)


@pytest.mark.parametrize(
    "ended", ["openai-o4-mini", "mistral-api", "cohere-api", "databricks-fmft", "predibase", "openpipe", "autotrain"]
)
def test_what_has_ended_is_closed_to_all_and_says_when(ended):
    route = ROUTES[ended]
    assert not any(route_open(route, customer, TODAY) for customer in CUSTOMERS)
    assert closed_from(route, "existing") <= TODAY


def test_jobs_end_with_serving_where_that_is_sooner():
    route = ROUTES["openai-gpt-4.1"].model_copy(update={"gone_from": date(2026, 12, 1)})
    assert closed_from(route, "existing") == date(2026, 12, 1)
    assert route_open(route, "existing", date(2026, 11, 30))
    assert not route_open(route, "existing", date(2026, 12, 1))


def test_a_route_without_a_known_end_names_none():
    assert closed_from(ROUTES["own-gpu-lora"], "new") is None


def test_what_needs_an_invitation_is_open_to_nobody():
    assert not any(route_open(ROUTES["azure-gpt-5"], customer, TODAY) for customer in CUSTOMERS)


@pytest.mark.parametrize("method", ["sft", "dpo", "rft", "encoder", "continue"])
def test_somebody_still_offers_each_method_to_a_newcomer(method):
    assert any(method in route.methods and route_open(route, "new", TODAY) for route in CONTENT.routes)


def test_on_premises_can_only_be_met_by_ones_own_machines():
    met = {route.platform for route in CONTENT.routes if "on_premises" in route.hosting}
    assert met == {"own"}


def test_the_facts_of_an_open_route_hold(today):
    """An ended price or date behind a route that is still offered would mislead."""
    for route in CONTENT.routes:
        for window in open_windows(route, "existing", TODAY):
            for fact_id in facts_of(route.model_copy(update={"windows": (window,)})):
                assert today.fact(fact_id).id == fact_id


def test_the_day_of_an_end_is_that_of_the_fact_behind_it():
    """A day written in a route or model and in a fact must be the same, and of the same kind."""
    compared = 0
    for entry in (*CONTENT.routes, *CONTENT.models):
        for fact_id in entry.gone_facts:
            fact = CONTENT.fact(fact_id)
            if isinstance(fact.value, date):
                assert fact.value == (entry.gone_not_before if fact.not_before else entry.gone_from), entry.id
                compared += 1
    assert compared >= 16


def test_a_fact_that_names_the_day_of_an_end_names_no_other_day():
    for fact in CONTENT.facts:
        if isinstance(fact.value, date) and fact.field.endswith(("shutdown", "retirement", "-until")):
            assert {fact.void_from, fact.not_before} - {None} <= {fact.value}, fact.id
            assert fact.void_from is None or fact.not_before is None, fact.id


def test_a_window_that_closes_rests_on_facts_of_that_day():
    for route in CONTENT.routes:
        for window in route.windows:
            days = [CONTENT.fact(fact_id) for fact_id in window.facts]
            for fact in (fact for fact in days if isinstance(fact.value, date) and fact.field != "base-retirement"):
                # That new customers were turned away is known from a day on; that they were before it is not.
                assert fact.value in (window.closed_from, window.closed_not_before), f"{route.id}: {fact.id}"


ENDS = sorted(
    {
        day
        for route in CONTENT.routes
        for day in (
            route.gone_from,
            route.gone_not_before,
            *(window.closed_from for window in route.windows),
            *(window.closed_not_before for window in route.windows),
        )
        if day
    }
    | {day for model in CONTENT.models for day in (model.gone_from, model.gone_not_before) if day}
)
AROUND = [day + timedelta(near) for day in ENDS for near in (-1, 0, 1)]


@given(st.sampled_from(CONTENT.routes), st.sampled_from(CUSTOMERS), st.sampled_from(AROUND))
def test_a_route_is_closed_from_the_day_that_says_so_and_not_before(route, customer, day):
    closes = closed_from(route, customer)
    offered = any(window.to in ("anyone", customer) for window in route.windows)
    assert route_open(route, customer, day) == (offered and (closes is None or day < closes))
    assert gone(route, day) == (route.gone_from is not None and day >= route.gone_from)


@given(st.sampled_from(CONTENT.routes), st.sampled_from(CUSTOMERS), st.sampled_from(AROUND))
def test_the_earliest_day_of_an_end_closes_nothing(route, customer, day):
    """With no such day the route is open to the same people."""
    windows = tuple(window.model_copy(update={"closed_not_before": None}) for window in route.windows)
    without = route.model_copy(update={"gone_not_before": None, "windows": windows})
    assert route_open(route, customer, day) == route_open(without, customer, day)
    promised = closed_not_before(route, customer)
    assert promised is None or promised <= (closed_from(route, customer) or date.max)


@given(st.sampled_from([model for model in CONTENT.models if model.gone_from]), st.integers(-400, 400))
def test_a_model_answers_until_the_day_before_it_is_gone(model, days_later):
    assert gone(model, model.gone_from + timedelta(days_later)) == (days_later >= 0)


days = st.dates(date(2024, 1, 1), date(2030, 1, 1))


@given(st.sampled_from(CONTENT.routes), st.sampled_from(CUSTOMERS), days)
def test_a_route_is_never_open_after_its_end(route, customer, day):
    ends = [window.closed_from for window in route.windows if window.to in ("anyone", customer)]
    shut = max((end or date.max for end in ends), default=date.min)
    if day >= min(shut, route.gone_from or date.max):
        assert not route_open(route, customer, day)


@given(
    st.lists(st.tuples(st.sampled_from(["anyone", *CUSTOMERS]), st.none() | days, st.none() | days), max_size=4),
    st.none() | days,
    st.sampled_from(CUSTOMERS),
    days,
)
def test_a_window_opens_for_its_customer_between_its_days(spans, gone_from, customer, day):
    windows = tuple(Window.model_validate({"to": to, "from": start, "closed_from": end}) for to, start, end in spans)
    route = ROUTES["azure-gpt-5"].model_copy(update={"windows": windows, "gone_from": gone_from})
    for window in open_windows(route, customer, day):
        assert window.to in ("anyone", customer)
        assert (window.from_ or date.min) <= day < (window.closed_from or date.max)
        assert day < (closed_from(route, customer) or date.max)
    served = gone_from is None or day < gone_from
    mine = [(start, end) for to, start, end in spans if to in ("anyone", customer)]
    meant = [start for start, end in mine if (start or day) <= day and (end is None or day < end)]
    assert route_open(route, customer, day) == (served and bool(meant))


# Prices


@pytest.mark.parametrize("model", CONTENT.models, ids=lambda model: model.id)
@pytest.mark.parametrize("batch", [False, True], ids=["now", "batch"])
def test_a_request_costs_what_the_price_list_says(today, model, batch):
    """Over a grid of sizes on both sides of every long-context threshold, one request at a time."""
    sent = [0, 1, 999, 50_000, 100_000, 100_001, 200_001, 272_000, 272_001, 900_000]
    grid = [
        (total, int(total * read), int(total * put), out)
        for total, read, put, out in product(sent, (0, 0.3, 1), (0, 0.4), (0, 1, 777))
        if read + put <= 1
    ]
    expected = [
        genai_prices.calc_price(
            genai_prices.Usage(input_tokens=total, cache_read_tokens=read, cache_write_tokens=put, output_tokens=out),
            model.ref,
            provider_id=model.provider,
            genai_request_timestamp=datetime(2026, 11, 22, 12, tzinfo=UTC),
            price_context={"processing": "batch"} if batch else None,
        ).total_price
        for total, read, put, out in grid
    ]
    total, read, put, out = np.array(grid).T
    usd = today.price(model).usd_per_request(total, read, out, batch=batch, written_tokens=put)
    np.testing.assert_allclose(usd, [float(price) for price in expected], rtol=1e-12)


def test_a_month_is_not_priced_as_one_long_request(today):
    """A million requests of a thousand tokens stay below the long-context tier that one request of their sum is in."""
    price = today.price("gpt_6_luna")
    assert price.usd_per_request(1_000, 0, 0) * 1_000 == pytest.approx(0.10)
    assert price.usd_per_request(1_000_000, 0, 0) == pytest.approx(0.20)


def test_the_day_decides_the_price():
    model = "gpt_5_6_luna"
    before, after = (catalogue(CONTENT, day).price(model) for day in (date(2026, 7, 29), date(2026, 7, 30)))
    assert before.usd_per_request(1e6, 0, 0) == pytest.approx(2.0)
    assert after.usd_per_request(1e6, 0, 0) == pytest.approx(0.4)
    assert (before.changes, after.effective) == (date(2026, 7, 30), date(2026, 7, 30))


def test_a_price_says_when_it_will_change(today):
    assert today.price("gemini_3_8_flash").changes == date(2027, 1, 1)


def test_a_price_carries_its_basis(today):
    price = today.price("gpt_6_luna")
    assert (price.at, price.version) == (TODAY, version(PRICE_LIST))
    assert price.version in CONTENT.source(PRICE_LIST).title


def test_batch_costs_the_same_where_no_batch_price_is_known(today):
    price = today.price("llama_3_3_70b")
    assert price.batch is None
    assert price.usd_per_request(1_000, 0, 100, batch=True) == price.usd_per_request(1_000, 0, 100)


def test_a_vendor_without_a_cache_price_takes_the_full_price(today):
    price = today.price("llama_3_3_70b")
    assert price.usd_per_request(1_000, 1_000, 0) == price.usd_per_request(1_000, 0, 0)
    cached = today.price("gpt_6_luna")
    assert cached.usd_per_request(1_000, 1_000, 0) < cached.usd_per_request(1_000, 0, 0)


def test_more_cached_than_sent_is_refused(today):
    with pytest.raises(ValueError, match="more cached tokens than it sends"):
        today.price("gpt_6_luna").usd_per_request(np.array([10, 10]), np.array([5, 11]), 1)


@pytest.mark.parametrize(
    ("provider", "ref"), [("openai", "gpt-99"), ("nobody", "gpt-4.1"), ("together", "openai/gpt-oss-20b")]
)
def test_an_unknown_model_is_named_with_what_to_do(today, provider, ref):
    speed = Quantity(p10=1, p90=2)
    model = PricedModel(
        id="mystery",
        name="Mystery 7",
        size="small",
        provider=provider,
        ref=ref,
        first_token_s=speed,
        tokens_per_s=speed,
    )
    with pytest.raises(UnknownPrice, match=r"Mystery 7 .* Correct \"provider\" and \"ref\" of \"mystery\""):
        today.price(model)


def test_a_model_that_is_not_listed_is_refused_with_those_that_are(today):
    with pytest.raises(UnknownPrice, match=r'no model "gpt_99".*gpt_6_luna'):
        today.price("gpt_99")


def test_a_model_without_a_token_price_is_refused(today):
    """A speech model is in the list, but not priced by text token."""
    model = CONTENT.models[0].model_copy(update={"id": "speech", "provider": "openai", "ref": "gpt-transcribe"})
    whisper = model.model_copy(update={"provider": "groq", "ref": "whisper-large-v3"})
    with pytest.raises(UnknownPrice, match="no price"):
        today.price(whisper)


@pytest.fixture
def emptied_price_list() -> Iterator[None]:
    """As where another part of the process has taken newer prices from the network, which name no model of ours."""
    data_snapshot.set_custom_snapshot(replace(data_snapshot.get_snapshot(), providers=[]))
    yield
    data_snapshot.set_custom_snapshot(None)


@pytest.mark.usefixtures("emptied_price_list")
def test_an_updater_elsewhere_cannot_change_a_price():
    assert Catalogue(CONTENT, TODAY).price("gpt_6_luna").usd_per_request(1_000, 0, 0) > 0


def test_a_catalogue_is_made_once_for_a_day():
    assert catalogue(CONTENT, TODAY) is catalogue(CONTENT, TODAY)
    assert catalogue(CONTENT, TODAY) is not catalogue(CONTENT, date(2026, 11, 23))
    assert catalogue(CONTENT.model_copy(update={"version": "another"}), TODAY) is not catalogue(CONTENT, TODAY)


@pytest.mark.parametrize("day", [date.min, date.max])
def test_the_first_and_the_last_day_of_the_calendar_have_a_catalogue(day):
    found = Catalogue(CONTENT, day)
    assert {entry.why for entry in found.due()} <= {"ended", "ending", "old", "undated"}
