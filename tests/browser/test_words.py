"""Words of the field explain themselves: under the pointer, at the focus, and after a touch."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from advisor.content.load import load
from advisor.language import language
from tests.browser.reader import ANSWERS, PHONE, address, quiet
from tests.products import by_turns

HOLD_MS = 100
"""How long a finger or a button stays down."""


def meaning(code: str, name: str) -> str:
    return language(code)(next(term for term in load().terms if term.id == name).definition)


def word(page: Page, text: str) -> Locator:
    """The first place on the page where this word explains itself."""
    return page.locator(".term").filter(has=page.get_by_role("button", name=text, exact=True)).first


def shown(term: Locator) -> None:
    expect(term.locator(".meaning")).to_be_visible()
    expect(term.locator("button")).to_have_attribute("aria-expanded", "true")


def hidden(term: Locator) -> None:
    expect(term.locator(".meaning")).to_be_hidden()
    expect(term.locator("button")).to_have_attribute("aria-expanded", "false")


@pytest.fixture
def why(new_page) -> Page:
    page: Page = new_page(address("why", **ANSWERS))
    return page


def test_a_word_is_explained_under_the_pointer_and_while_the_pointer_is_on_the_meaning(why):
    term = word(why, "odds")
    hidden(term)
    term.locator("button").hover()
    shown(term)
    expect(term.locator(".meaning")).to_contain_text(meaning("en", "odds"))
    term.locator(".meaning").hover()
    shown(term)
    why.locator("h1").hover()
    hidden(term)


def test_a_word_is_explained_at_the_focus_and_escape_takes_the_meaning_away(why):
    term = word(why, "odds")
    term.locator("button").focus()
    shown(term)
    expect(term.locator("button")).to_have_accessible_description(meaning("en", "odds"))
    why.keyboard.press("Escape")
    hidden(term)
    why.keyboard.press("Enter")
    shown(term)
    why.keyboard.press("Tab")
    hidden(term)


def test_a_press_keeps_the_meaning_until_the_next_press(why):
    term = word(why, "odds")
    term.locator("button").click(delay=HOLD_MS)
    why.locator("h1").hover()
    shown(term)
    term.locator("button").click(delay=HOLD_MS)
    hidden(term)
    term.locator("button").click(delay=HOLD_MS)
    shown(term)
    why.locator("h1").click(delay=HOLD_MS)
    hidden(term)


@by_turns(code=["en", "nl"], room=["why", "options"])
def test_on_a_phone_a_touch_explains_and_the_meaning_stays_on_the_screen(new_page, code, room):
    page: Page = new_page(address(room, code, **ANSWERS), viewport=PHONE, has_touch=True)
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    quiet(page)
    terms = [term for term in page.locator(".term").all() if term.is_visible()]
    for term in terms:
        term.locator("button").tap()
        shown(term)
        box = term.locator(".meaning").bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= PHONE["width"]
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= PHONE["height"]
        term.locator("button").tap()
        hidden(term)
    assert len(terms) >= 5


@pytest.mark.on_push(2)
@pytest.mark.parametrize(
    ("path", "words"),
    [
        (address("why", **ANSWERS), {"odds", "the situations"}),
        (address("options", **ANSWERS), {"median", "logarithmic", "Held up", "ten situations"}),
        ("resource?id=philschmid-2024&lang=en", {"LoRA", "QLoRA", "tokens"}),
        ("case?case=sft_clinical_text_class&lang=en", set()),
    ],
)
def test_the_pages_explain_their_words(new_page, path, words):
    page: Page = new_page(path)
    expect(page.locator("h1")).to_be_visible()
    found = {re.sub(r"\s+", " ", text) for text in page.locator(".term button").all_text_contents()}
    assert words <= found
