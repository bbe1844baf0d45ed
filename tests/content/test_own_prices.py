"""A price that is written in content/facts/models.yaml stands before the price list."""

import re
import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from advisor import advise, situation
from advisor.content.catalogue import Catalogue
from advisor.content.load import CONTENT_DIR, Content, ContentError, load

MODEL = "gpt_4_1"
MODELS = (CONTENT_DIR / "facts" / "models.yaml").read_text("utf-8")
HEAD, _, ENTRIES = MODELS.partition("\n- id:")
BEGINS = date(2026, 12, 1)
"""The day in the example at the head of the file."""
ANSWERS = situation(price_model=MODEL, requests_per_month=1_000_000, batch_ok="no")
"""In a batch the share of an own price takes from cached input too, which the price list does not."""


def example() -> str:
    """The example at the head of the file as it stands under a model."""
    lines = HEAD[HEAD.index("#     prices:") :].splitlines()
    inside = [line.removeprefix("#   ") for line in lines if line.startswith("#     ")]
    return "\n".join(inside)


@pytest.fixture
def with_prices(tmp_path: Path) -> Callable[[str], Content]:
    """Content in which one model has these lines below its name in the price list."""

    def written(lines: str) -> Content:
        copy = tmp_path / "content"
        shutil.copytree(CONTENT_DIR, copy, dirs_exist_ok=True)
        models, changed = re.subn(r"(?m)^  ref: gpt-4\.1 .*$", lambda line: f"{line[0]}\n{lines}", MODELS)
        assert changed == 1
        (copy / "facts" / "models.yaml").write_text(models, "utf-8")
        return load.__wrapped__(copy)

    return written


def bill(content: Content, at: date) -> float:
    """What the requests of a well-written prompt cost a month."""
    advice = advise(ANSWERS, at=at, content=content)
    prompting = next(option for option in advice.ranking if option.option == "prompting")
    usd = next(line.usd.p50 for line in prompting.cost if line.id == "inference")
    assert usd is not None
    return usd


def test_a_price_in_the_file_changes_the_bill_from_its_day_on(with_prices):
    listed = Catalogue(load(), BEGINS).price(MODEL).standard
    tenfold = (
        "  prices:\n"
        f"    - from: {BEGINS}\n"
        f"      input_usd_mtok: {listed.input.base * 1e7}\n"
        f"      cached_usd_mtok: {listed.cached.base * 1e7}\n"
        f"      written_usd_mtok: {listed.written.base * 1e7}\n"
        f"      output_usd_mtok: {listed.output.base * 1e7}\n"
        "      batch_share: 0.5\n"
        "      source: https://example.org/pricing\n"
        '      seen: "2026-11-28"\n'
        "      confidence: official\n"
    )
    own, day_before = with_prices(tenfold), BEGINS - timedelta(days=1)
    assert bill(own, BEGINS) == pytest.approx(10 * bill(load(), BEGINS), rel=0.005)
    assert bill(own, day_before) == bill(load(), day_before)


def test_the_example_at_the_head_of_the_file_works_as_it_stands(with_prices):
    content = with_prices(example())
    price = Catalogue(content, BEGINS).price(MODEL)
    assert price.usd_per_request(1e6, 0, 0) == pytest.approx(0.4)
    assert price.usd_per_request(1e6, 1e6, 0) == pytest.approx(0.1)
    assert price.usd_per_request(1e6, 0, 1e6) == pytest.approx(0.4 + 1.6)
    assert price.usd_per_request(1e6, 0, 1e6, batch=True) == pytest.approx((0.4 + 1.6) / 2)
    assert Catalogue(content, BEGINS - timedelta(days=1)).price(MODEL).changes == BEGINS


def test_an_advice_says_who_says_the_price_and_when_it_was_seen(with_prices):
    basis = advise(ANSWERS, at=BEGINS, content=with_prices(example())).basis
    (price,) = [entry for entry in basis.values() if entry.ref == MODEL and entry.unit == "USD/1M tokens"]
    assert price.value == {"input": 0.4, "cached": 0.1, "output": 1.6}
    assert (price.source, price.seen) == ("https://example.org/pricing", "2026-11-28")


def test_the_latest_price_that_has_begun_holds(with_prices):
    later = example().partition("\n")[2].replace(str(BEGINS), "2027-02-01").replace("0.4", "0.3")
    content = with_prices(f"{example()}\n{later}")
    usd = {day: Catalogue(content, day).price(MODEL).standard.input.base * 1e6 for day in (BEGINS, date(2027, 2, 1))}
    assert usd == {BEGINS: pytest.approx(0.4), date(2027, 2, 1): pytest.approx(0.3)}
    assert Catalogue(content, BEGINS).price(MODEL).changes == date(2027, 2, 1)


@pytest.mark.parametrize("field", ["source", "seen", "from", "confidence"])
def test_a_price_says_where_it_comes_from_and_when(with_prices, field):
    lines = [line for line in example().splitlines() if not re.match(rf"[\s-]*{field}:", line)]
    text = "\n".join(lines).replace("prices:\n      input", "prices:\n    - input")
    with pytest.raises(ContentError, match=field):
        with_prices(text)


def test_every_model_says_what_to_do_to_change_its_price():
    entries = re.split(r"\n- id:", "\n- id:" + ENTRIES)[1:]
    assert len(entries) == len(load().models)
    for entry in entries:
        assert re.search(r"(?m)^  ref: .*# .*`prices`, see the head of this file$|^  prices:$", entry), entry
