"""Every page passes axe, light and dark, wide and on a phone; none scrolls sideways."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import PHONE, WIDE
from playwright.sync_api import Page, expect
from reader import ANSWERS, address, path, press, quiet

from advisor.content import load

LONG = "Long words such as Fahrzeugzulassungsbescheinigungsdatenbank" + "x" * 120
FULL = {**ANSWERS, "project": LONG, "harm": None, "day_rate": [400, 500]}
CASE = load().cases[0].id
PAGES = {
    "start": "?lang=en",
    "start again": address("", **FULL),
    "several": address(path("gap"), **FULL),
    "choice": address(path("evaluation_set"), **FULL),
    "yes or no": address(path("data_rights"), **FULL),
    "number": address(path("labelled_examples"), **FULL),
    "range": address(path("requests_per_month"), **FULL),
    "text": address(path("project"), **FULL),
    "long text": address(path("goal_text"), **FULL),
    "check": address("check", **FULL),
    "empty check": "check?lang=en",
    "verdict": address("verdict", **FULL),
    "no verdict": "verdict?lang=en",
    "Dutch verdict": address("verdict", "nl", **FULL),
    "data": "data?lang=en",
    "Dutch data": "data?lang=nl",
    "learn": "learn?lang=en",
    "glossary": "glossary?lang=en",
    "reading": "reading?lang=en",
    "cases": "cases?lang=en",
    "case": f"case?case={CASE}&lang=en",
    "no case": "case?lang=en",
    "broken link": "?a=%25&lang=en",
}
LOOKS = {
    "light": {"viewport": WIDE, "color_scheme": "light"},
    "dark on a phone": {"viewport": PHONE, "color_scheme": "dark", "has_touch": True},
}
FEWEST_RULES = 20
"""Rules that every page must at least have been measured by; fewer would mean that an empty page was measured."""
AXE = Axe()
GROUND = "() => getComputedStyle(document.querySelector('.stApp')).backgroundColor"


SETTLED = """() => !document.querySelector('.stMain [data-stale="true"]')
    && !document.querySelector('.stMain :disabled:not([class*="st-key-undo-"] *)')
    && document.getAnimations().every(
        (one) => one.playState !== 'running' || one.effect.getComputedTiming().endTime === Infinity)"""
"""What is drawn anew, cannot be used yet, or still fades has colours of its own for a moment."""


def unfold(page: Page) -> None:
    """Open what is folded, so that it is looked at too."""
    quiet(page)
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    expect(page.locator("[data-testid=stSkeleton]")).to_have_count(0)
    page.wait_for_function(SETTLED)


def nothing_serious(page: Page, look: str) -> None:
    """With all unfolded, axe finds nothing serious, and nothing is wider than the screen."""
    unfold(page)
    found = AXE.run(page).response
    serious = [
        f"{one['id']}: {one['help']}: {node['html'][:160]} {node.get('failureSummary', '')[:200]}"
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"][:3]
    ]
    assert not serious, "\n".join(serious)
    assert len(found["passes"]) > FEWEST_RULES
    width = LOOKS[look]["viewport"]["width"]
    widest = page.evaluate(
        "() => Math.max(document.documentElement.scrollWidth, document.querySelector('.stMain').scrollWidth)"
    )
    assert widest <= width, page.evaluate(
        "(width) => [...document.querySelectorAll('.stMain *')]"
        ".filter((one) => one.getBoundingClientRect().right > width + 1)"
        ".slice(0, 3).map((one) => one.outerHTML.slice(0, 200))",
        width,
    )


def turn_dark_on_a_phone(page: Page) -> None:
    """Give an open page the other look; opening it anew takes seconds."""
    light = page.evaluate(GROUND)
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size(PHONE)
    page.wait_for_function(f"(light) => ({GROUND})() !== light", arg=light)


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_serious_and_nothing_scrolls_sideways(new_page, name):
    page: Page = new_page(PAGES[name], has_touch=True, **LOOKS["light"])
    if name == "case":
        press(page, "Show what came out")
        expect(page.locator(".outcome")).to_be_visible()
    nothing_serious(page, "light")
    turn_dark_on_a_phone(page)
    nothing_serious(page, "dark on a phone")


def test_light_or_dark_can_be_chosen_and_stays(new_page):
    page: Page = new_page(color_scheme="light")
    light = page.evaluate(GROUND)
    with page.expect_navigation():
        press(page, "Dark")
    page.locator("h1").wait_for()
    dark = page.evaluate(GROUND)
    assert dark != light
    expect(page.get_by_role("button", name="Dark")).to_have_attribute("aria-pressed", "true")
    page.goto("/learn")
    page.locator("h1").wait_for()
    assert page.evaluate(GROUND) == dark


def test_the_fonts_are_our_own(new_page):
    page: Page = new_page()
    fetched = []
    page.on("request", lambda request: fetched.append(request.url))
    page.reload()
    page.locator("h1").wait_for()
    quiet(page)
    assert any("source-serif-4-latin-600" in url for url in fetched)
    assert all(url.startswith((page.url.split("/?")[0], "data:", "blob:")) for url in fetched), fetched
