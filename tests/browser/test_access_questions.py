"""The questions pass axe, light and dark, wide and on a phone; none scrolls sideways."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.accessibility import FULL, LOOKS, both_looks
from tests.browser.reader import address, path

PAGES = {
    "several": address(path("gap"), **FULL),
    "choice": address(path("evaluation_set"), **FULL),
    "yes or no": address(path("data_rights"), **FULL),
    "number": address(path("labelled_examples"), **FULL),
    "range": address(path("requests_per_month"), **FULL),
    "together": address("qs-documents", **FULL),
    "numbers together": address("qs-lengths", **FULL),
    "search": address("add", **FULL),
    "check": address("check", **FULL),
    "first": "?lang=en",
    "text": address(path("project"), **FULL),
    "long text": address(path("goal_text"), **FULL),
}


@pytest.mark.on_push(4)
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_serious_and_nothing_scrolls_sideways(new_page, name):
    page: Page = new_page(PAGES[name], has_touch=True, **LOOKS["light"])
    both_looks(page)
