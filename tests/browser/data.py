"""What a reader does on the page "Your data": hand in a training file, and choose from a list."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from advisor.language import language
from tests.browser.reader import HELD_MS, press, quiet

ROWS = [
    {
        "messages": [
            {"role": "system", "content": "You answer customers of a shop."},
            {"role": "user", "content": f"Where is parcel {number} for {'my dear ' * number}aunt?"},
            {"role": "assistant", "content": f"Parcel {number} comes on day {number * 7}."},
        ]
    }
    for number in range(1, 41)
]

STILL = """one => new Promise((done) => {
  let last = NaN, same = 0;
  const look = () => {
    const { top, left } = one.getBoundingClientRect();
    same = top + left === last ? same + 1 : 0;
    last = top + left;
    if (same >= 10) done(); else requestAnimationFrame(look);
  };
  look();
})"""
"""Waits until an element has stood in one place for ten frames."""


def choose_file(page: Page, file: Path, code: str = "en", place: str = "training") -> None:
    """Choose a file, to train on or for another place, once its button says so: its script listens from then on."""
    field = page.locator(f".st-key-upload-{place}")
    expect(field.get_by_role("button", name=language(code)("Choose a file or drop it here"))).to_be_visible()
    field.locator("input[type=file]").set_input_files(file)


def hand_in(page: Page, file: Path, code: str = "en") -> None:
    """Choose a file, and have it checked, at once: while it is on its way, the check waits for it."""
    choose_file(page, file, code)
    press(page, "Check it", code)
    expect(page.locator(".what.verdict")).to_be_visible()
    quiet(page)


def choose(page: Page, label: str, option: str) -> None:
    # A list that opens while the page still scrolls or is drawn closes at once: it is asked for when the field stands
    # still. One that depends on another choice stands twice until the page is drawn anew.
    quiet(page)
    box = page.get_by_role("combobox", name=label)
    expect(box).to_have_count(1)
    box.focus()
    box.evaluate(STILL)
    box.press("ArrowDown")
    page.get_by_role("option", name=option, exact=True).click(delay=HELD_MS)
    quiet(page)
