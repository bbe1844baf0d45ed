"""Prices that are kept are those of the package, on every day."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from advisor import price_list
from advisor.cache_folder import cache_folder
from advisor.content import load

MODELS = sorted({(model.provider, model.ref) for model in load().models})


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    cache_folder.cache_clear()
    price_list.listed.cache_clear()
    yield tmp_path / "fine-tune-advisor" / "prices"
    cache_folder.cache_clear()
    price_list.listed.cache_clear()


@pytest.mark.parametrize("model", MODELS, ids="-".join)
def test_kept_prices_are_those_of_the_package_on_every_day_that_one_begins(model, monkeypatch):
    provider, ref = model
    info = price_list._price_list().find_provider_model(ref, None, provider, None)[1]
    price_list.listed(provider, ref)
    price_list.listed.cache_clear()
    monkeypatch.setattr(price_list, "look_up", lambda *_: pytest.fail("looked up again"))
    kept = price_list.listed(provider, ref)
    days = {date(2000, 1, 1), date(2026, 11, 22), date(2100, 12, 31)}
    days |= {span.first + timedelta(more) for span in kept.spans[1:] for more in (-1, 0, 1)}
    for day in days:
        when = datetime.combine(day, time(12), UTC)
        span = kept.on(day)
        assert span.standard == price_list._rates(info.get_prices(when))
        assert span.batch == price_list._rates(info.get_prices(when, {"processing": "batch"}))
    assert kept == price_list.Listed(
        tuple(price_list._spans(info)), tuple(price_list._starts(info)), info.context_window
    )


def test_a_spoilt_file_is_looked_up_anew(folder):
    first = price_list.listed(*MODELS[0])
    (file,) = folder.iterdir()
    file.write_bytes(file.read_bytes().replace(b"spans", b"spins"))
    price_list.listed.cache_clear()
    assert price_list.listed(*MODELS[0]) == first


def test_another_version_of_the_package_is_looked_up_anew(folder, monkeypatch):
    price_list.listed(*MODELS[0])
    price_list.listed.cache_clear()
    monkeypatch.setattr(price_list, "installed", lambda _: "9.9.9")
    price_list.listed(*MODELS[0])
    assert len([*folder.iterdir()]) == 2


def test_an_unknown_model_is_not_kept(folder):
    with pytest.raises(LookupError):
        price_list.listed("openai", "gpt-0")
    assert not folder.exists() or [*folder.iterdir()] == []
