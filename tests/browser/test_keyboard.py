"""The interview with the keyboard alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.reader import ANSWERS, ASKED, address, held, on, quiet, tab_to


def arrived(page: Page, heading: str) -> None:
    """Wait until the page with this heading is there and its heading has the focus."""
    on(page, heading)
    expect(page.locator("h1")).to_be_focused()


def test_from_the_first_page_to_the_verdict(new_page):
    page: Page = new_page()
    tab_to(page, "Sort messages")
    page.keyboard.press("Space")
    expect(page.locator("[data-testid=stRadioOption] input").first).to_be_checked()
    tab_to(page, "Begin")
    page.keyboard.press("Enter")
    arrived(page, ASKED[0].text)
    tab_to(page, "The style or tone")
    page.keyboard.press("Space")
    tab_to(page, "Next")
    page.keyboard.press("Enter")
    arrived(page, ASKED[1].text)
    tab_to(page, "Not yet")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-testid=stRadioOption]").nth(1).locator("input")).to_be_checked()
    tab_to(page, "Next")
    page.keyboard.press("Enter")
    while True:
        expect(page.locator("h1")).to_be_focused()
        quiet(page)
        if page.locator("h1").inner_text() == "Check your answers":
            break
        before = page.locator("h1").inner_text()
        tab_to(page, "I don't know")
        page.keyboard.press("Enter")
        expect(page.locator("h1")).not_to_have_text(before)
    tab_to(page, "See the verdict")
    page.keyboard.press("Enter")
    page.wait_for_url("**/verdict**")
    expect(page.locator("h1")).to_be_focused()
    assert dict(held(page).answers)["prompt_tried"] == "basic"


def test_a_mistake_takes_the_focus_and_is_read_out(new_page):
    page: Page = new_page("q-evaluation-set?lang=en")
    tab_to(page, "Next")
    page.keyboard.press("Enter")
    problem = page.locator(".problem")
    expect(problem).to_be_focused()
    assert problem.get_attribute("role") == "alert"


LATE = """() => {
  const find = document.querySelector.bind(document);
  let tries = 0;
  document.querySelector = (wanted) => wanted === ".problem" && tries++ < 40 ? null : find(wanted);
}"""
"""The sentence that says what is wrong is not there for the first second."""


@pytest.mark.deep
def test_a_mistake_that_is_shown_late_takes_the_focus_too(new_page):
    page: Page = new_page("q-evaluation-set?lang=en")
    page.evaluate(LATE)
    tab_to(page, "Next")
    page.keyboard.press("Enter")
    expect(page.locator(".problem")).to_be_focused()


def test_the_header_can_be_skipped(new_page):
    page: Page = new_page("q-evaluation-set?lang=en")
    assert page.locator("[data-testid=stSkipToContent]").is_hidden()  # Streamlit's own, in English in every language
    tab_to(page, "Skip to content")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_be_focused()


def test_every_control_shows_its_focus(new_page):
    page: Page = new_page(address("check", **ANSWERS))
    for _ in range(12):
        page.keyboard.press("Tab")
        seen = page.evaluate(
            "() => { const style = getComputedStyle(document.activeElement);"
            " return style.outlineStyle !== 'none' || style.boxShadow !== 'none'; }"
        )
        assert seen, page.evaluate("() => document.activeElement.outerHTML.slice(0, 200)")


@pytest.mark.deep
def test_who_tunes_what_is_chosen_and_taken_back(new_page):
    page: Page = new_page("who-tunes?lang=en&day=2026-12-01")
    tab_to(page, "Way of tuning")
    page.keyboard.type("prefer")
    page.keyboard.press("Enter")
    page.wait_for_url("**method=dpo**")
    quiet(page)
    expect(page.get_by_role("combobox", name="Way of tuning")).to_be_focused()
    expect(page.locator(".glance")).not_to_contain_text("Mistral")
    tab_to(page, "Show everything, today")
    page.keyboard.press("Enter")
    page.wait_for_function("!location.search.includes('method=')")
    expect(page.locator(".glance")).to_contain_text("Mistral")


@pytest.mark.deep
def test_through_a_lesson_and_on_to_the_next(new_page):
    page: Page = new_page("learn?lang=en")
    tab_to(page, "Reading two loss curves")
    page.keyboard.press("Enter")
    arrived(page, "Reading two loss curves")
    said = page.locator(".st-key-two-curves .what")
    expect(said).to_contain_text("At step 40")
    quiet(page)
    page.get_by_role("slider").focus()
    page.keyboard.press("ArrowRight")
    expect(said).to_contain_text("At step 50")
    expect(page.locator(".st-key-answered")).to_have_count(0)
    tab_to(page, "Train on, since")
    page.keyboard.press("Space")
    answered = page.locator(".st-key-answered [role=status]")
    expect(answered).to_contain_text("Not quite.")
    quiet(page)
    page.keyboard.press("ArrowDown")
    expect(answered).to_contain_text("Right.")
    quiet(page)
    page.locator(".st-key-around a").last.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/lesson-forgetting?*")
    arrived(page, "Forgetting and safety")
