"""Kits are taken along in a browser: from the brief, and from the page that shows every file."""

from __future__ import annotations

import io
import json
import re
import zipfile

import pytest
from playwright.sync_api import Page, expect

from advisor.language import language
from tests.browser.reader import ANSWERS, HELD_MS, address, quiet
from tests.products import by_turns


def opened(page: Page, label: str) -> dict[str, bytes]:
    """The files of the zip that a button gives."""
    with page.expect_download() as waiting:
        page.get_by_role("button", name=label, exact=True).click(delay=HELD_MS)
    with zipfile.ZipFile(io.BytesIO(waiting.value.path().read_bytes())) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


WORDS = {"en": ("Starter kit: ", "Download this kit (zip)"), "nl": ("Startpakket: ", "Download dit startpakket (zip)")}
"""What the first line of the page begins with, and what its button says."""


@by_turns(code=WORDS)
def test_the_kit_of_the_first_step_is_found_from_the_steps_looked_into_and_taken_along(new_page, code: str) -> None:
    title, label = WORDS[code]
    page: Page = new_page(address("steps", code, **ANSWERS))
    page.locator(".rooms a[data-go=kit]").click(delay=HELD_MS)
    page.wait_for_url("**/kit?**")
    page.locator("#others").wait_for()
    quiet(page)
    expect(page.locator(".rooms [aria-current=page]")).to_have_text(language(code)("Start"))
    page.locator(".st-key-kit-files summary").first.click(delay=HELD_MS)
    read_me = page.locator("details.figures details.figures", has=page.get_by_text("README.md", exact=True))
    read_me.locator("summary").click(delay=HELD_MS)
    expect(read_me.locator("pre")).to_contain_text(f"# {title}")
    files = opened(page, label)
    assert files["README.md"].decode().startswith(f"# {title}")
    assert json.loads(files["kit.json"])["kit"]


@pytest.mark.deep
def test_the_brief_hands_over_the_same_kit(new_page) -> None:
    page: Page = new_page(address("verdict", **ANSWERS))
    page.locator(".st-key-starter").wait_for()
    quiet(page)
    button = page.locator(".st-key-starter").get_by_role("button")
    expect(button).to_have_text(re.compile(r"^Starter kit: .+ \(zip\)$"))
    brief = opened(page, button.inner_text())
    page.goto(page.url.replace("/verdict?", "/kit?"))
    page.locator("#others").wait_for()
    quiet(page)
    assert opened(page, "Download this kit (zip)") == brief
