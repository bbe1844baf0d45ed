"""The answers and what comes of them pass axe, light and dark, wide and on a phone; none scrolls sideways."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from advisor.language import language
from advisor.ui.pages.verdict.rooms import rooms
from tests.browser.accessibility import FULL, LOOKS, both_looks
from tests.browser.reader import address

PAGES = {
    "check": address("check", **FULL),
    "empty check": "check?lang=en",
    "verdict": address("verdict", **FULL),
    "no verdict": "verdict?lang=en",
    "Dutch verdict": address("verdict", "nl", **FULL),
    "kit": address("kit", **FULL),
    **{name: address(name, **FULL) for name in rooms(language())},
}


@pytest.mark.on_push(5)
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_serious_and_nothing_scrolls_sideways(new_page, name):
    page: Page = new_page(PAGES[name], has_touch=True, **LOOKS["light"])
    both_looks(page)
