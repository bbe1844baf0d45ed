"""Prices that are kept are those of the package, on every day."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from advisor.cache_folder import cache_folder
from advisor.content import prices
from advisor.content.load import load

MODELS = sorted({(model.provider, model.ref) for model in load().models})


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    cache_folder.cache_clear()
    prices.listed.cache_clear()
    yield tmp_path / "fine-tune-advisor" / "prices"
    cache_folder.cache_clear()
    prices.listed.cache_clear()


@pytest.mark.parametrize("model", MODELS, ids="-".join)
def test_kept_prices_are_those_of_the_package_on_every_day_that_one_begins(model, monkeypatch):
    provider, ref = model
    info = prices.price_list().find_provider_model(ref, None, provider, None)[1]
    fresh = prices.listed(provider, ref)
    prices.listed.cache_clear()
    monkeypatch.setattr(prices, "look_up", lambda *_: pytest.fail("looked up again"))
    kept = prices.listed(provider, ref)
    days = {date(2000, 1, 1), date(2026, 11, 22), date(2100, 12, 31)}
    days |= {span.first + timedelta(more) for span in kept.spans[1:] for more in (-1, 0, 1)}
    for day in days:
        when = datetime.combine(day, time(12), UTC)
        span = kept.on(day)
        assert span.standard == prices.listed_rates(info.get_prices(when))
        assert span.batch == prices.listed_rates(info.get_prices(when, {"processing": "batch"}))
    assert kept == fresh


def test_a_spoilt_file_is_looked_up_anew(folder):
    first = prices.listed(*MODELS[0])
    (file,) = folder.iterdir()
    file.write_bytes(file.read_bytes().replace(b"spans", b"spins"))
    prices.listed.cache_clear()
    assert prices.listed(*MODELS[0]) == first


def test_another_version_of_the_package_is_looked_up_anew(folder, monkeypatch):
    prices.listed(*MODELS[0])
    prices.listed.cache_clear()
    monkeypatch.setattr(prices, "installed", lambda _: "9.9.9")
    prices.listed(*MODELS[0])
    assert len([*folder.iterdir()]) == 2


def test_an_unknown_model_is_not_kept(folder):
    with pytest.raises(LookupError):
        prices.listed("openai", "gpt-0")
    assert not folder.exists() or [*folder.iterdir()] == []
