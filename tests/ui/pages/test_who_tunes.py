"""Who still tunes what: filters from the address and back into it, and what the page says for them."""

from __future__ import annotations

import re
from html import unescape

import pytest
from streamlit.testing.v1 import AppTest

from advisor.content.load import load
from advisor.language import language
from advisor.ui.pages.who_tunes import slug
from advisor.ui.session import Session
from tests.ui.screen import texts, well


def page(code: str = "en", **asked: str) -> AppTest:
    def script() -> None:
        from advisor.ui.pages.who_tunes import draw
        from advisor.ui.session import current_session

        draw(current_session())

    test = AppTest.from_function(script, default_timeout=60)
    test.session_state["visit"] = Session(code=code)
    for name, value in asked.items():
        test.query_params[name] = value
    return well(test.run())


def words(test: AppTest) -> str:
    return unescape(re.sub("<[^<>]*>", " ", " ".join(texts(test))))


def test_every_vendor_stands_on_the_page_with_a_source_for_what_is_open() -> None:
    shown = words(page(day="2026-11-29"))
    assert {route.vendor for route in load().routes if route.vendor not in shown} == set()
    assert "On November 29, 2026," in shown
    assert "Source: " in shown


def test_the_filters_of_the_address_choose_what_is_shown() -> None:
    shown = words(page(day="2026-11-29", method="rft", customer="new", vendor="fireworks-ai"))
    assert "Fireworks AI" in shown
    assert "reinforcement fine-tuning" in shown
    assert "Together AI" not in shown
    assert "On November 29, 2026, 1 vendor would start such a job" in shown


def test_who_trains_in_a_part_of_the_world_is_found_by_it_and_says_who_says_so() -> None:
    shown = words(page(day="2026-11-29", region="eu", method="sft"))
    assert "Gemini 3.5 Flash-Lite" in shown
    assert "It trains in the United States or in the EU." in shown
    assert "Google Cloud: Supervised tuning of Gemini" in shown
    assert not [vendor for vendor in ("AWS Bedrock", "Alibaba", "Together AI") if vendor in shown]
    assert "AWS Bedrock" in words(page(day="2026-11-29", region="us", method="sft"))
    assert "Alibaba Cloud Model Studio" in words(page(day="2026-11-29", region="singapore"))


def test_what_is_chosen_goes_into_the_address() -> None:
    test = page(day="2026-11-29")
    vendor = next(box for box in test.selectbox if box.key == "filter-vendor:en")
    well(vendor.select("openai").run())
    assert test.query_params["vendor"] in (["openai"], "openai")
    assert "Together AI" not in words(test)
    well(test.button(key="clear-filters").click().run())
    assert not {"vendor", "day"} & set(test.query_params)
    assert "Together AI" in words(test)


def test_a_day_that_is_none_is_refused_with_what_was_typed_and_an_example() -> None:
    shown = words(page(day="soon <b>"))
    assert "Expected a day such as" in shown
    assert "got soon" in shown
    assert "<b>" not in " ".join(texts(page(day="soon <b>")))
    assert "What ends next" not in shown


def test_an_address_of_any_length_is_told_in_part() -> None:
    shown = words(page(day="9" * 5000, vendor="x" * 5000))
    assert "Expected a day such as" in shown
    assert "9" * 80 in shown
    assert "9" * 81 not in shown


def test_an_unknown_filter_stands_for_anything() -> None:
    assert words(page(day="2026-11-29", vendor="nobody")) == words(page(day="2026-11-29"))


def test_on_a_day_after_the_end_it_is_closed() -> None:
    asked = {"vendor": "openai", "customer": "existing"}
    assert "end in sight" in words(page(day="2027-01-05", **asked))
    late = words(page(day="2027-02-01", **asked))
    assert "end in sight" not in late
    assert "closed" in late


@pytest.mark.parametrize("code", ["en", "nl"])
def test_the_page_speaks_the_language_of_the_reader(code: str) -> None:
    shown = words(page(code, day="2026-11-29"))
    for text in ("Who still tunes what", "What ends next", "Every way, with its source", "existing customers"):
        assert language(code)(text) in shown


def test_names_in_the_address_are_apart() -> None:
    for names in ({route.vendor for route in load().routes}, {route.model for route in load().routes}):
        assert len({slug(name).casefold() for name in names}) == len({name.casefold() for name in names})
