"""The brief is short: under 500 words, two screens wide and three on a phone, without the chart library."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from advisor import read_situation
from tests.browser.briefs import HEIGHT, MOST_WORDS, SITUATIONS, SIZES
from tests.browser.reader import ANSWERS, HELD_MS, address, held_in, quiet
from tests.products import by_turns, crossed
from tests.words import AROUND_THE_BRIEF, BY_TEXT_NODE

UNKNOWN: dict[str, Any] = {
    "task": "rewriting",
    "gap": ["style"],
    "prompt_tried": "good",
    "prompt_result": "near",
    "evaluation_set": "yes",
    "labelled_examples": 2_000,
    "platforms": ["azure"],
    "hosting": "region",
    "target_score": 90,
    "baseline_score": 70,
}
"""Whose price and chance are unknown, with the reason beside them."""
PARTS = ".brief :is(p, li, dt, dd, th, td, a, summary, span)"
LABELS = (
    f"() => [...document.querySelectorAll('{PARTS}')]"
    + """.filter((one) => {
    if (one.closest('.unseen, details:not([open]) > :not(summary)')) return false;
    const { left, right } = one.getBoundingClientRect();
    return left < 0 || right > innerWidth;
}).map((one) => one.textContent)"""
)
PLOTLY = "() => performance.getEntriesByType('resource').some((one) => /plotly/i.test(one.name))"
SMALL = """() => [...document.querySelectorAll('.brief :is(p, li, td, th, dt, a, summary)')]
    .filter((one) => parseFloat(getComputedStyle(one).fontSize) < 16).map((one) => one.textContent)"""


@pytest.mark.on_push(1)
@crossed(code=["en", "nl"], size=SIZES)
def test_the_brief_is_short(new_page, code, size):
    window, most = SIZES[size]
    page: Page = new_page(viewport=window)
    for name, answers in SITUATIONS.items():
        page.goto(address("/verdict", code, **answers))
        page.locator(".trade-off .dot").first.wait_for()
        quiet(page)
        words = page.evaluate(BY_TEXT_NODE, ".stMain")
        assert words < MOST_WORDS, name
        assert words - page.evaluate(BY_TEXT_NODE, ".heading, .brief") <= AROUND_THE_BRIEF, name
        assert page.evaluate(HEIGHT) <= most, name
        assert page.evaluate(LABELS) == [], name
        assert page.evaluate(SMALL) == [], name
        assert not page.evaluate(PLOTLY)


@pytest.mark.on_push(1)
@pytest.mark.parametrize("code", ["en", "nl"])
def test_a_figure_that_is_unknown_and_why_stay_in_sight_on_a_phone(new_page, code):
    page: Page = new_page(address("verdict", code, **UNKNOWN), viewport=SIZES["phone"][0])
    page.locator(".trade-off .dot").first.wait_for()
    quiet(page)
    assert page.locator(".three .spread").count() >= 2
    assert page.evaluate(LABELS) == []
    assert page.evaluate(BY_TEXT_NODE, ".stMain") < MOST_WORDS
    assert page.evaluate(HEIGHT) <= SIZES["phone"][1]
    page.set_viewport_size(SIZES["wide"][0])
    page.wait_for_function("() => innerWidth === 1280")
    quiet(page)
    assert page.evaluate(HEIGHT) <= SIZES["wide"][1]


def test_the_link_that_is_copied_holds_the_answers(new_page):
    page: Page = new_page(address("verdict", **ANSWERS), permissions=["clipboard-read", "clipboard-write"])
    page.locator(".trade-off .dot").first.wait_for()
    quiet(page)
    page.get_by_role("button", name="Copy the link").click(delay=HELD_MS)
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.url
    assert held_in(copied) == read_situation(ANSWERS)
    expect(page.get_by_role("button", name="Copy the link")).to_be_visible()


@by_turns(size=SIZES)
def test_one_press_leads_from_a_figure_to_what_it_was_multiplied_with_and_to_its_sources(new_page, size):
    window, _ = SIZES[size]
    page: Page = new_page(address("verdict", **SITUATIONS["three steps that train"]), viewport=window)
    page.get_by_role("link", name="How the figures come about").click(delay=HELD_MS)
    page.wait_for_url("**/options?**")
    opened = page.locator("details.figures[open]")
    expect(opened.get_by_role("columnheader", name="What is multiplied").first).to_be_visible()
    expect(opened.get_by_role("columnheader", name="From").first).to_be_visible()
    expect(opened.locator("summary").first).to_be_in_viewport()
    page.go_back()
    page.locator(".cards a").filter(has_text="once").first.click(delay=HELD_MS)
    page.wait_for_url("**/steps?**")
    expect(opened.get_by_role("columnheader", name="What is multiplied").first).to_be_visible()
    expect(opened.locator("summary").first).to_be_focused()
    expect(opened.locator("summary").first).to_be_in_viewport()
