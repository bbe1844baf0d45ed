"""The start and the page for training files pass axe, light and dark, wide and on a phone; none scrolls sideways."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import FULL, GROUND, LOOKS, both_looks
from tests.browser.reader import address, press, quiet

PAGES = {
    "start": "?lang=en",
    "start again": address("", **FULL),
    "broken link": "?a=%25&lang=en",
    "data": "data?lang=en",
    "Dutch data": "data?lang=nl",
}


@pytest.mark.on_push(2)
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_serious_and_nothing_scrolls_sideways(new_page, name):
    page: Page = new_page(PAGES[name], has_touch=True, **LOOKS["light"])
    both_looks(page)


def test_light_or_dark_can_be_chosen_and_stays(new_page):
    page: Page = new_page(color_scheme="light")
    light = page.evaluate(GROUND)
    with page.expect_navigation():
        press(page, "Dark")
    quiet(page)
    page.wait_for_function(f"(light) => ({GROUND})() !== light", arg=light)
    dark = page.evaluate(GROUND)
    expect(page.get_by_role("button", name="Dark")).to_have_attribute("aria-pressed", "true")
    page.goto("/learn")
    quiet(page)
    page.wait_for_function(f"(dark) => ({GROUND})() === dark", arg=dark)


def test_the_look_is_marked_on_buttons_that_come_late(new_page):
    page: Page = new_page()
    page.wait_for_timeout(1_600)  # the buttons were marked for the last time 1.5 s after the page came
    page.evaluate("""document.querySelectorAll("[data-theme]").forEach((button) => {
        const late = button.cloneNode(true);
        late.removeAttribute("aria-pressed");
        button.replaceWith(late);
    })""")
    expect(page.get_by_role("button", name="As the device")).to_have_attribute("aria-pressed", "true")


def test_the_fonts_are_our_own(new_page):
    page: Page = new_page()
    fetched = []
    page.on("request", lambda request: fetched.append(request.url))
    with page.expect_request(re.compile("source-serif-4-latin-600")):
        page.reload()
    page.locator("h1").wait_for()
    quiet(page)
    assert all(url.startswith((page.url.split("/?")[0], "data:", "blob:")) for url in fetched), fetched
