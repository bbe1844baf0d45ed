"""A reader hands in a training file, sees what is wrong with it, and takes what was measured into the interview."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from advisor.dataset.inspection.processes import LEAST
from tests.browser.accessibility import LOOKS, nothing_serious
from tests.browser.data import ROWS, choose, choose_file, hand_in
from tests.browser.reader import ANSWERS, HELD_MS, PHONE, address, held, on, path, press, quiet
from tests.products import by_turns

LARGE = 2 * LEAST
"""Bytes of a file that is worth several processes."""


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    """A small file with a row that breaks off, a role that is not known, personal data, and markup."""
    rows = [json.dumps(row) for row in ROWS]
    rows[2] = rows[2][:60]
    rows[4] = rows[4].replace('"user"', '"robot"')
    rows[5] = rows[5].replace('"user"', '"User"')
    rows[6] = rows[6].replace("comes on", "went to jan.jansen@an-example.org <img src=x onerror=alert(1)> on")
    file = tmp_path / "bad.jsonl"
    file.write_text("\n".join(rows) + "\n")
    return file


def test_from_a_file_to_measured_answers(new_page, bad):
    page: Page = new_page(address(path("labelled_examples"), **ANSWERS))
    page.get_by_role("link", name="Have them counted: check your training file").click(delay=HELD_MS)
    on(page, "Your data")
    hand_in(page, bad)
    expect(page.locator(".what.verdict")).to_contain_text("in 40 rows: fix the errors before training.")
    table = page.locator("table.findings")
    expect(table).to_contain_text("line 3")
    expect(table).not_to_contain_text("jan.jansen@an-example.org")
    expect(table).to_contain_text("Warning")
    choose(page, "How bad", "Error")
    expect(table).not_to_contain_text("Warning")
    choose(page, "Kind of finding", "Unknown role")
    rows = table.locator("tbody tr")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("line 5")
    rows.locator("summary").click(delay=HELD_MS)
    expect(rows.locator("details p").last).to_be_visible()
    press(page, "Prepare the repaired file")
    with page.expect_download() as got:
        page.get_by_role("link", name="Download the repaired file").click(delay=HELD_MS)
    assert got.value.suggested_filename == "bad.repaired.jsonl"
    assert len(Path(got.value.path()).read_text("utf-8").splitlines()) == 39
    page.get_by_role("radio", name="The findings").click(delay=HELD_MS)
    with page.expect_download() as got:
        press(page, "Findings (CSV)")
    assert "unknown-role" in Path(got.value.path()).read_text("utf-8-sig")
    page.get_by_text("Replace the 1 answer of mine that differs").click(delay=HELD_MS)
    quiet(page)
    press(page, "Use these as answers")
    on(page, "Check your answers")
    expect(page.locator(".badge.measured").first).to_be_visible()
    assert held(page).answers["labelled_examples"] == 39
    assert {"labelled_examples", "question_tokens", "sensitive_data"} <= held(page).measured


def test_a_file_without_rows_fails_with_one_sentence(new_page, tmp_path):
    empty = tmp_path / "empty.jsonl.gz"
    empty.write_bytes(b"\x1f\x8b\x08\x00")
    page: Page = new_page("data?lang=en")
    choose_file(page, empty)
    page.get_by_role("button", name="Remove empty.jsonl.gz").click(delay=HELD_MS)
    expect(page.get_by_role("button", name="Choose a file or drop it here").first).to_be_focused()
    choose_file(page, empty)
    expect(page.get_by_role("button", name="Remove empty.jsonl.gz")).to_be_focused()
    press(page, "Check it")
    expect(page.locator(".problem, .what.verdict")).to_have_count(1)


CUT = """() => [...document.querySelectorAll('.stApp button *')]
  .filter(one => getComputedStyle(one).textOverflow === 'ellipsis' && one.scrollWidth > one.clientWidth)
  .map(one => one.innerText)"""


@pytest.mark.deep
def test_no_button_on_a_phone_has_its_words_cut(new_page):
    page: Page = new_page(address("check", "nl", labelled_examples=40, data_shape=["pairs", "tools"]), viewport=PHONE)
    expect(page.get_by_role("button", name="Beantwoord meer vragen")).to_be_visible()
    quiet(page)
    assert page.evaluate(CUT) == []


@pytest.mark.deep
def test_a_large_file_is_checked_in_several_processes(new_page, server, tmp_path):
    rules = "Answer in one sentence, and name the parcel. " * 450
    file = tmp_path / "large.jsonl"
    with file.open("w") as out:
        for row in range(LARGE // len(rules) + 1):
            said = [{"role": "user", "content": f"Parcel {row}?"}, {"role": "assistant", "content": f"Day {row * 7}."}]
            out.write(json.dumps({"messages": [{"role": "system", "content": rules}, *said]}) + "\n")
    page: Page = new_page("data?lang=en")
    hand_in(page, file)
    expect(page.locator(".what.verdict")).to_contain_text(f"in {row + 1:,} rows")
    threads = Path(f"/proc/{server.process.pid}/task")
    started: list[str] = []
    for told in threads.glob("*/children"):
        with suppress(OSError):  # a thread may end while it is looked at
            started += told.read_text().split()
    assert not threads.exists() or os.cpu_count() == 1 or len(started) >= 2


@pytest.mark.deep
def test_the_result_stays_when_the_language_changes(new_page, bad):
    page: Page = new_page("data?lang=en")
    hand_in(page, bad)
    page.get_by_role("link", name="Nederlands").click(delay=HELD_MS)
    on(page, "Je data")
    expect(page.locator(".what.verdict")).to_contain_text("in 40 rijen")
    expect(page.locator("table.findings")).to_contain_text("regel 3")
    expect(page.locator(".stMain").get_by_text("Remove").or_(page.locator("[aria-label*=Remove]"))).to_have_count(0)


@by_turns(look=LOOKS)
def test_axe_finds_nothing_serious_in_a_result(new_page, bad, look):
    page: Page = new_page("data?lang=en", **LOOKS[look])
    hand_in(page, bad)
    press(page, "Prepare the repaired file")
    expect(page.locator("a.fetch").first).to_be_visible()
    nothing_serious(page, look)
    page.get_by_role("radio", name="Split into parts").click(delay=HELD_MS)
    expect(page.get_by_role("button", name="Prepare the parts (zip)")).to_be_visible()
    nothing_serious(page, look)
