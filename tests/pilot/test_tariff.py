"""What requests cost, and when nobody knows."""

from __future__ import annotations

from datetime import date

import pytest

from advisor.content.catalogue import catalogue
from advisor.content.load import load
from advisor.pilot.endpoint import Endpoint, Usage
from advisor.pilot.tariff import Tariff, known_tariff, most_input_tokens

DAY = date(2026, 11, 30)


def test_a_request_costs_its_tokens_and_cached_ones_less() -> None:
    price = Tariff(input_usd_mtok=2, output_usd_mtok=8, cached_usd_mtok=0.5, embedding_usd_mtok=0.1, seen=DAY)
    assert price.usd(Usage(1_000, 400, 100)) == pytest.approx((600 * 2 + 400 * 0.5 + 100 * 8) / 1e6)
    assert price.usd(Usage(1_000, None, 100)) == pytest.approx((1_000 * 2 + 100 * 8) / 1e6)
    assert price.usd(Usage(None, None, 100)) is None
    assert price.usd(Usage(10, 200, 100)) is None  # more cached than there was: it counts apart, and nobody knows how
    assert price.usd(Usage(200, 200, 0)) == pytest.approx(200 * 0.5 / 1e6)
    assert price.embedding_usd(1_000) == pytest.approx(1e-4)
    assert price.model_copy(update={"embedding_usd_mtok": None}).embedding_usd(1_000) is None


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


def test_no_text_has_more_tokens_than_is_reckoned_with() -> None:
    import tiktoken

    from advisor.dataset.tokens.exact import encoder

    told = encoder("o200k_base")
    assert isinstance(told, tiktoken.Encoding)
    for text in ("", "Hello there", "\N{HAMMER AND WRENCH}" * 40, "日本語の文", "\x00\x01", "aaaa" * 100):
        assert len(told.encode_ordinary(text)) <= most_input_tokens(text)
