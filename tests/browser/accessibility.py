"""Whether a page passes axe, light and dark, wide and on a phone, and scrolls in one direction only."""

from __future__ import annotations

from collections.abc import Sequence

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, expect

from tests.browser.reader import ANSWERS, PHONE, WIDE, quiet

LONG = "Long words such as Fahrzeugzulassungsbescheinigungsdatenbank" + "x" * 120
FULL = {**ANSWERS, "project": LONG, "harm": None, "day_rate": [400, 500]}
"""Answers that fill a page, some of them wider than a phone."""
LOOKS = {
    "light": {"viewport": WIDE, "color_scheme": "light"},
    "dark on a phone": {"viewport": PHONE, "color_scheme": "dark", "has_touch": True},
}
OF_LOOKS = ("color-contrast", "link-in-text-block", "scrollable-region-focusable")
"""Rules of axe whose outcome hangs on colours and sizes; the others read what both looks of a page have alike."""
FEWEST_RULES = 20
"""Rules that every page must at least have been measured by; fewer would mean that an empty page was measured."""
SERIOUS = """async (rules) => {
  const found = await axe.run(document, { resultTypes: ['violations'], ...(rules && { runOnly: rules }) });
  const said = ({ id, help }, { html, failureSummary }) =>
    `${id}: ${help}: ${html.slice(0, 160)} ${(failureSummary ?? '').slice(0, 200)}`;
  const serious = found.violations.filter(({ impact }) => ['serious', 'critical'].includes(impact));
  const lines = serious.flatMap((one) => one.nodes.slice(0, 3).map((node) => said(one, node)));
  return [lines, found.passes.length];
}"""
"""A line for each of the first three places where a rule is broken, and how many rules hold. The page makes them: what
axe tells of each rule is long.
"""
GROUND = "() => getComputedStyle(document.querySelector('.stApp')).backgroundColor"
SETTLED = """() => !document.querySelector('.stMain [data-stale="true"]')
    && !document.querySelector('.stMain :disabled:not([class*="st-key-undo-"] *)')
    && document.getAnimations().every(
        (one) => one.playState !== 'running' || one.effect.getComputedTiming().endTime === Infinity)"""
"""What is drawn anew, cannot be used yet, or still fades has colours of its own for a moment."""
WIDEST = "() => Math.max(document.documentElement.scrollWidth, document.querySelector('.stMain').scrollWidth)"
FITTED = """() => [...document.querySelectorAll('.js-plotly-plot .main-svg')].every(
    (one) => one.getBoundingClientRect().right <= innerWidth)"""
"""A chart takes its new width a moment after the window."""


def unfold(page: Page) -> None:
    """Open what is folded, so that it is looked at too."""
    quiet(page)
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    expect(page.locator("[data-testid=stSkeleton]")).to_have_count(0)
    page.wait_for_function(SETTLED)


def nothing_serious(page: Page, look: str, rules: Sequence[str] = ()) -> None:
    """With all unfolded, axe finds nothing serious, by some of its rules or by all, and nothing is wider than the
    screen.
    """
    unfold(page)
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    serious, kept = page.evaluate(SERIOUS, list(rules) or None)
    assert not serious, "\n".join(serious)
    assert kept > (0 if rules else FEWEST_RULES)
    width = LOOKS[look]["viewport"]["width"]
    assert page.evaluate(WIDEST) <= width, page.evaluate(
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
    page.wait_for_function(FITTED)


def both_looks(page: Page) -> None:
    """What `nothing_serious` says, of a page opened in the light look and then given the other."""
    nothing_serious(page, "light", OF_LOOKS)
    turn_dark_on_a_phone(page)
    nothing_serious(page, "dark on a phone")


def nothing_wrong(page: Page) -> None:
    """axe finds nothing, and nothing is wider than the screen."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate("async () => (await axe.run(document, { resultTypes: ['violations'] })).violations")
    wrong = [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]
    assert not wrong, "\n".join(wrong)
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
