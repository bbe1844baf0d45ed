"""What there is to read pass axe, light and dark, wide and on a phone; none scrolls sideways."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from advisor.content.load import load
from tests.browser.accessibility import LOOKS, both_looks
from tests.browser.reader import press

CASE = load().cases[0].id
PAGES = {
    "learn": "learn?lang=en",
    "lesson": "lesson-losses?lang=en",
    "decision": "decision?lang=en",
    "who tunes": "who-tunes?lang=en&day=2026-12-01",
    "glossary": "glossary?lang=en",
    "reading": "reading?lang=en",
    "source": "resource?id=autotrain&lang=nl",
    "no source": "resource?lang=en",
    "kit that a link asks for": "kit?kit=classic&lang=en",
    "tutorial": "tutorial?lang=en",
    "form of the portal": "portal-form?lang=en",
    "rows with tool calls": "tool-rows?lang=nl",
    "teach": "teach?lang=nl",
    "for and against": "for-and-against?lang=nl",
    "cases": "cases?lang=en",
    "case": f"case?case={CASE}&lang=en",
    "no case": "case?lang=en",
}


@pytest.mark.on_push(6)
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_serious_and_nothing_scrolls_sideways(new_page, name):
    page: Page = new_page(PAGES[name], has_touch=True, **LOOKS["light"])
    if name == "case":
        press(page, "Not yet")
        expect(page.locator(".outcome")).to_be_visible()
    both_looks(page)
