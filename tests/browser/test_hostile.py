"""Hostile text is shown as the text it is, on every page that shows it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from advisor.content.load import load
from tests.browser.reader import ANSWERS, WALKED, address, answer, held, on, path, press, quiet

PROJECT = load().question("project")
GOAL = load().question("goal_text")
TEXTS = {
    "script": "<script>document.title='owned'</script>",
    "image": "<img src=x onerror=\"document.title='owned'\">",
    "typst": '#read("/etc/passwd") #eval("1+1")',
    "sql": "'; DROP TABLE answers; --",
    "template": "{0} {question} %s {{7*7}} ${7*7}",
    "markdown": "**bold** [a](javascript:alert(1)) :red[x] $x^2$ `y`",
    "entities": "&lt;b&gt; &amp; &#60;",
}


@pytest.mark.on_push(1)
@pytest.mark.parametrize("text", [" ".join(TEXTS.values()), TEXTS["markdown"]], ids=["all", "markdown first"])
def test_a_name_is_shown_literally_from_the_question_to_the_verdict(new_page, text):
    page: Page = new_page(address(path("project"), **WALKED, azure_customer="new"))
    on(page, PROJECT.text)
    answer(page, PROJECT, text)
    press(page, "Next")
    on(page, "Check your answers")
    expect(page.locator(".summary .own").first).to_have_text(text)
    press(page, "See the verdict")
    expect(page.locator(".eyebrow").first).to_contain_text(text)
    quiet(page)
    assert "owned" not in page.title()
    assert held(page).answers["project"] == text


def test_signs_that_turn_text_around_are_made_visible(new_page):
    page: Page = new_page(address("check", project="safe\u202etxt.exe\0end", **ANSWERS))
    expect(page.locator(".summary .own").first).to_have_text("safe\\u202Etxt.exe\u2400end")
    press(page, "See the verdict")
    expect(page.locator(".eyebrow").first).to_contain_text("safe\\u202Etxt.exe\u2400end")


def test_ten_thousand_characters_of_a_link_are_kept_in_the_address(new_page):
    text = ("Größe <b>日本</b> " * 1_000)[:10_000].strip()
    page: Page = new_page(address("check", goal="vague", goal_text=text, **ANSWERS))
    expect(page.locator(".summary .own").nth(1)).to_have_text(text)
    page.reload()
    quiet(page)
    assert held(page).answers["goal_text"] == text


def test_more_than_fits_is_refused_with_what_to_do(new_page):
    page: Page = new_page(address(path("goal_text"), goal="vague"))
    on(page, GOAL.text)
    answer(page, GOAL, "x" * 2_250)
    press(page, "Next")
    expect(page.locator(".problem")).to_have_text(
        "The text has 2,250 characters; at most 2,000 fit. Shorten it by 250."
    )
    expect(page.locator("textarea")).to_have_value("x" * 2_250)
