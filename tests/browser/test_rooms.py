"""The rooms behind the verdict: reached by keyboard, by finger and by old links, with nothing that jumps."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from advisor.language import language
from advisor.ui.pages.verdict.rooms import rooms
from tests.browser.reader import ANSWERS, HELD_MS, PHONE, WIDE, address, enter, held, quiet, tab_to
from tests.products import by_turns

CURRENT = ".rooms [aria-current=page]"


def test_each_tab_is_a_stop_of_the_keyboard_and_enter_opens_its_room_at_the_heading(new_page):
    page: Page = new_page(address("verdict", **ANSWERS))
    for name, room in rooms(language()).items():
        tab_to(page, room.name)
        expect(page.locator(f".rooms a[data-go={name}]")).to_be_focused()
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/{name}?**")
        expect(page.locator(CURRENT)).to_have_text(room.name)
        quiet(page)
        expect(page.locator("h1")).to_be_focused()
        assert page.title().startswith(room.name)
        page.keyboard.press("Shift+Tab")
        expect(page.locator(".rooms li:last-child a")).to_be_focused()
        page.locator(".top a").first.focus()


@pytest.mark.deep
def test_a_link_to_the_page_that_is_shown_with_another_parameter_leads_there(new_page):
    page: Page = new_page(f"{address('options', **ANSWERS)}&figures=sft")
    opened = page.locator("details.figures[open]")
    expect(opened).to_have_count(1)
    page.locator(".rooms a[data-go=options]").click(delay=HELD_MS)
    page.wait_for_url(lambda url: "figures=" not in url)
    expect(opened).to_have_count(0)
    # One that leads to what is shown already leaves it as it is.
    stands = page.url
    page.locator(".rooms a[data-go=options]").click(delay=HELD_MS)
    quiet(page)
    assert page.url == stands


IN_SIGHT = """() => {
  const tab = document.querySelector(".rooms [aria-current=page]")?.getBoundingClientRect();
  return tab && tab.left >= 0 && tab.right <= innerWidth;
}"""


@by_turns(code=["en", "nl"])
def test_on_a_phone_the_row_scrolls_and_the_tab_that_is_open_is_in_sight(new_page, code):
    page: Page = new_page(address("assumptions", code, **ANSWERS), viewport=PHONE, has_touch=True)
    page.wait_for_function(IN_SIGHT)
    assert page.evaluate("document.querySelector('.stMain').scrollWidth") <= PHONE["width"]
    enter(page, "steps", code)
    page.wait_for_function(IN_SIGHT)
    page.reload()
    quiet(page)
    page.wait_for_function(IN_SIGHT)


NOTED = """() => {
  const seen = window.seen = new Set();
  const look = () => {
    const row = document.querySelector(".rooms"), h1 = document.querySelector("h1");
    if (row && h1) seen.add(`${row.getBoundingClientRect().top}`);
    requestAnimationFrame(look);
  };
  look();
}"""
"""Notes at every frame where the row of tabs stands."""


@pytest.mark.on_push(1)
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_at_no_moment_does_the_row_of_tabs_move_from_room_to_room(new_page, size):
    page: Page = new_page(address("verdict", **ANSWERS), viewport=size)
    page.evaluate(NOTED)
    for name in ("why", "assumptions", "speed"):
        enter(page, name)
    assert len(page.evaluate("[...window.seen]")) == 1


@pytest.mark.on_push(1)
@pytest.mark.parametrize(("part", "name"), [("steps", "steps"), ("cost", "options"), ("take", "steps")])
def test_a_link_to_a_part_of_the_page_of_before_leads_to_its_room(new_page, part, name):
    page: Page = new_page(f"{address('verdict', 'nl', **ANSWERS)}#{part}")
    page.wait_for_url(f"**/{name}?**")
    expect(page.locator(CURRENT)).to_have_text(rooms(language("nl"))[name].name)
    quiet(page)
    assert held(page).answers["labelled_examples"] == ANSWERS["labelled_examples"]
    page.go_back()
    page.wait_for_url("**/verdict?**")
    quiet(page)
    expect(page.locator(CURRENT)).to_have_text(language("nl")("Brief"))


def test_a_figure_leads_to_its_assumption_and_the_brief_stays_a_press_away(new_page):
    page: Page = new_page(address("speed", **ANSWERS))
    page.locator("summary", has_text="figures that this rests on").click(delay=HELD_MS)
    page.locator("a[data-go=assumptions][href*='group=latency']").first.click(delay=HELD_MS)
    page.wait_for_url("**/assumptions?**group=latency**")
    quiet(page)
    chosen = page.locator("[data-testid=stRadioOption]:has(input:checked)")
    expect(chosen).to_have_text("Speed")
    page.locator(".rooms").get_by_role("link", name="Brief").click(delay=HELD_MS)
    page.wait_for_url("**/verdict?**")
    assert "group=" not in page.url
