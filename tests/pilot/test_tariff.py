"""What requests cost, and when nobody knows."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from advisor.content.catalogue import catalogue
from advisor.content.load import load
from advisor.content.prices import price_list
from advisor.pilot.arms import Arm
from advisor.pilot.endpoint import Endpoint, Usage
from advisor.pilot.setup import tariffs
from advisor.pilot.tariff import (
    DEAREST_VECTORS_USD_MTOK,
    Tariff,
    known_tariff,
    known_vectors_tariff,
    most_input_tokens,
)

DAY = date(2026, 11, 30)


def test_a_request_costs_its_tokens_and_cached_ones_less() -> None:
    price = Tariff(input_usd_mtok=2, output_usd_mtok=8, cached_usd_mtok=0.5, seen=DAY)
    assert price.usd(Usage(1_000, 400, 100)) == pytest.approx((600 * 2 + 400 * 0.5 + 100 * 8) / 1e6)
    assert price.usd(Usage(1_000, None, 100)) == pytest.approx((1_000 * 2 + 100 * 8) / 1e6)
    assert price.usd(Usage(None, None, 100)) is None
    assert price.usd(Usage(10, 200, 100)) is None  # more cached than there was: it counts apart, and nobody knows how
    assert price.usd(Usage(200, 200, 0)) == pytest.approx(200 * 0.5 / 1e6)
    assert price.vectors_usd(1_000) == pytest.approx(2e-3)


def test_prices_of_the_content_hold_where_they_are_from() -> None:
    content = load()
    model = next(one for one in content.models if one.provider == "openai")
    there = Endpoint("https://api.openai.com/v1", model.ref)
    found = known_tariff(there, content, DAY)
    assert found is not None
    listed = catalogue(content, DAY).price(model)
    assert found.usd(Usage(1_000, 100, 50)) == pytest.approx(float(listed.usd_per_request(1_000, 100, 50)))
    assert known_tariff(Endpoint("http://127.0.0.1:8080/v1", model.ref), content, DAY) is None
    assert known_tariff(there, content, DAY, "ft:a-model-of-ours") is None


def test_prices_of_other_models_are_those_of_the_list() -> None:
    """By hand, from the vendor's page as the release of the list has it: $0.02 a million tokens of the small one."""
    content = load()
    there = Endpoint("https://api.openai.com/v1", "gpt-4o", "text-embedding-3-small")
    found = known_vectors_tariff(there, DAY)
    assert found is not None
    assert found.vectors_usd(1_000_000) == pytest.approx(0.02)
    assert found.source.startswith("genai-prices ")
    assert found.seen == DAY
    assert "gpt-4o" not in {model.ref for model in content.models}
    listed = known_tariff(there, content, DAY)
    assert listed is not None
    assert listed.output_usd_mtok == pytest.approx(10)
    for none in (
        Endpoint("https://api.openai.com/v1", "m", "vectors-of-ours"),
        Endpoint("https://api.openai.com/v1", "m"),
        Endpoint("http://127.0.0.1:9/v1", "m", "text-embedding-3-small"),
    ):
        assert known_vectors_tariff(none, DAY) is None


def test_each_model_has_a_price_of_its_own_and_what_is_told_comes_first() -> None:
    there = Endpoint("https://api.openai.com/v1", "gpt-4o", "text-embedding-3-small")
    arms = (
        Arm(id="as_is", kind="as_is"),
        Arm(id="classifier", kind="classifier"),
        Arm(id="tuned", kind="tuned", model="ft:ours"),
    )
    content = load()
    told = Tariff(input_usd_mtok=3, output_usd_mtok=12, seen=DAY)
    assert tariffs(there, arms, content, DAY).keys() == {"gpt-4o", "text-embedding-3-small"}
    prices = tariffs(there, arms, content, DAY, {"ft:ours": told})
    assert (prices["ft:ours"], prices["gpt-4o"].output_usd_mtok) == (told, 10)
    assert tariffs(there, arms, content, DAY, {"gpt-4o": told})["gpt-4o"] == told
    assert tariffs(there, arms[:1], content, DAY).keys() == {"gpt-4o"}


def test_no_vendor_asks_more_for_vectors_than_a_budget_counts_where_nobody_knows() -> None:
    found = [
        float(getattr(price.input_mtok, "base", price.input_mtok))
        for provider in price_list().providers
        for model in provider.models
        if "embed" in model.id or provider.id == "voyageai" or model.id.startswith("@cf/")
        for price in [model.get_prices(datetime.combine(DAY, time(12), UTC))]
        if price.input_mtok is not None and price.output_mtok is None
    ]
    assert len(found) > 20
    assert 0.1 < max(found) < DEAREST_VECTORS_USD_MTOK


def test_no_text_has_more_tokens_than_is_reckoned_with() -> None:
    import tiktoken

    from advisor.dataset.tokens.exact import encoder

    told = encoder("o200k_base")
    assert isinstance(told, tiktoken.Encoding)
    for text in ("", "Hello there", "\N{HAMMER AND WRENCH}" * 40, "日本語の文", "\x00\x01", "aaaa" * 100):
        assert len(told.encode_ordinary(text)) <= most_input_tokens(text)
