"""The page of starter kits and the pages of the reading list, as people use them: both languages, wide and on a phone.

Each test opens the app once; from there it steps as Back and Forward do.
"""

from __future__ import annotations

import io
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from advisor.content.load import load
from advisor.kits.planned import kit_name
from advisor.kits.registry import KITS
from advisor.language import language
from tests.browser.accessibility import LOOKS, nothing_serious, turn_dark_on_a_phone
from tests.browser.reader import HELD_MS, PHONE, address, answer, held, on, press, quiet, travel
from tests.products import by_turns

LABELS: dict[str, Any] = {
    "task": "classification",
    "gap": ["labels"],
    "platforms": ["openai"],
    "openai_customer": "active",
}
RESOURCES = [one for one in load().resources if not one.belongs_to]


def title(kit: str, code: str) -> str:
    lang = language(code)
    return lang("Start with: {kit}", kit=kit_name(KITS[kit], load(), lang))


@by_turns(code=["en", "nl"])
def test_every_file_of_a_kit_is_shown_and_the_kit_that_is_taken_along_passes_the_check(
    new_page: Any, code: str, tmp_path: Path
) -> None:
    lang = language(code)
    page: Page = new_page(address("kit", code, **LABELS) + "&kit=openai", **LOOKS["light"])
    on(page, title("openai", code))
    page.locator("#others").wait_for()
    with page.expect_download() as waiting:
        press(page, "Download this kit (zip)", code)
    with zipfile.ZipFile(io.BytesIO(waiting.value.path().read_bytes())) as archive:
        archive.extractall(tmp_path)
        names = sorted(archive.namelist())
    page.locator(".st-key-kit-files summary").first.click(delay=HELD_MS)
    previews = page.locator(".st-key-kit-files details.figures details.figures")
    expect(previews.locator("summary")).to_have_text(names)
    for place, name in enumerate(names):
        previews.nth(place).locator("summary").click(delay=HELD_MS)
        shown = previews.nth(place).locator("pre")
        expect(shown).to_be_visible()
        text = (tmp_path / name).read_text("utf-8-sig")
        assert text.startswith(shown.evaluate("one => one.textContent")), name
    checked = subprocess.run(
        [sys.executable, "-m", "advisor", "check", "data/train.jsonl", "--platform", "openai", "--validation",
         "data/validation.jsonl", "--lang", code],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stdout + checked.stderr
    nothing_serious(page, "light")
    turn_dark_on_a_phone(page)
    nothing_serious(page, "dark on a phone")
    assert lang("Other kits") in page.locator("#others").inner_text()


@by_turns(code=["en", "nl"])
def test_labels_of_one_s_own_are_given_from_the_kit_on_a_phone_and_stand_in_it(new_page: Any, code: str) -> None:
    lang, question = language(code), load().question("label_names")
    page: Page = new_page(address("kit", code, **LABELS) + "&kit=openai", viewport=PHONE, has_touch=True)
    on(page, title("openai", code))
    page.get_by_role("link", name=lang(question.text)).click(delay=HELD_MS)
    on(page, lang(question.text))
    answer(page, question, "urgent\nUrgent", code)
    press(page, "Next", code)
    expect(page.locator(".problem")).to_contain_text("urgent")
    answer(page, question, '<b>urgent</b>\n"spam"', code)
    press(page, "Next", code)
    page.wait_for_url("**/kit?**")
    quiet(page)
    assert held(page).answers["label_names"] == '<b>urgent</b>\n"spam"'
    page.locator(".st-key-kit-files summary").first.click(delay=HELD_MS)
    inner = "details.figures details.figures"
    settings = page.locator(inner, has=page.get_by_text("kit.json", exact=True))
    settings.locator("summary").click(delay=HELD_MS)
    expect(settings.locator("pre")).to_contain_text('"<b>urgent</b>"')


@pytest.mark.on_push(1)
@pytest.mark.parametrize(("code", "look"), [("en", "light"), ("nl", "dark on a phone")])
def test_each_source_of_the_list_has_a_page_that_passes_axe_and_leads_to_where_it_is_done(
    new_page: Any, code: str, look: str
) -> None:
    page: Page = new_page(f"reading?lang={code}", **LOOKS[look])
    links = page.locator("ol.reading a")
    expect(links).to_have_count(len(RESOURCES))
    expect(links).to_have_text([one.title for one in RESOURCES])
    for place, one in enumerate(RESOURCES):
        travel(page, f"/resource?id={one.id}&lang={code}", one.title)
        does = page.locator("ul.does a")
        expect(does).to_have_text([language(code)(doing.text) for doing in one.does])
        for doing, link in zip(one.does, does.all(), strict=True):
            assert re.search(
                rf"/{doing.page}\?" + (f".*kit={doing.kit}" if doing.kit else ""), link.evaluate("a => a.href")
            )
        if place % 5 == 0:  # they are alike but for their texts, and axe takes a second a page
            nothing_serious(page, look)


@pytest.mark.deep
@by_turns(code=["en", "nl"])
def test_a_button_of_a_source_leads_to_its_kit(new_page: Any, code: str) -> None:
    one = next(one for one in RESOURCES if any(doing.kit for doing in one.does))
    doing = next(doing for doing in one.does if doing.kit)
    page: Page = new_page(f"resource?id={one.id}&lang={code}", viewport=PHONE, has_touch=True)
    page.locator("ul.does").get_by_role("link", name=language(code)(doing.text)).click(delay=HELD_MS)
    page.wait_for_url("**/kit?**")
    on(page, title(str(doing.kit), code))
