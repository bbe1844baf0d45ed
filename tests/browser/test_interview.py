"""The interview in a browser: questions on one page, what one knows and was not asked, and how long a page is."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from advisor.content.load import load
from advisor.language import language
from advisor.ui.navigation import group_page, page_of
from tests.browser.reader import (
    ANSWERS,
    BEGUN,
    HELD_MS,
    PHONE,
    WIDE,
    address,
    answer,
    held,
    on,
    path,
    press,
    quiet,
    travel,
)
from tests.products import by_turns, crossed

SIZES = {"wide": WIDE, "phone": PHONE}
TWO_SCREENS = 2 * PHONE["height"]
PLACES = """() => [...document.querySelectorAll(".st-key-answer label")]
  .map((one) => one.getBoundingClientRect()).map(({ top, left }) => [Math.round(top), Math.round(left)])"""
"""Top and left of each choice, in the order in which Tab comes to them."""
HEIGHT = "document.querySelector('[data-testid=stMainBlockContainer]').scrollHeight"


@pytest.mark.deep
def test_no_question_takes_more_than_two_screens_of_a_phone(new_page):
    """In Dutch, whose words are longer."""
    lang, known = language("nl"), load()
    headings = {page_of(question): lang(question.text) for question in known.questions}
    headings |= {group_page(group): lang(group.title) for group in known.pages}
    page: Page = new_page("?lang=nl", viewport=PHONE, has_touch=True)
    heights = {"": page.evaluate(HEIGHT)}
    for place, heading in headings.items():
        travel(page, address(f"/{place}", "nl", **BEGUN, gap=["style"]), heading)
        heights[place] = page.evaluate(HEIGHT)
    assert {place: height for place, height in heights.items() if height > TWO_SCREENS} == {}


def test_many_choices_stand_in_two_columns_where_there_is_room_and_in_the_order_of_tab(new_page):
    page: Page = new_page(address(path("gap"), "nl", **BEGUN), viewport=WIDE)
    boxes = page.evaluate(PLACES)
    assert len({left for _, left in boxes[:-1]}) == 2
    assert boxes == sorted(boxes)
    page.set_viewport_size(PHONE)
    narrow = page.evaluate(PLACES)
    assert len({left for _, left in narrow}) == 1
    assert narrow == sorted(narrow)


@pytest.mark.on_push(1)
@crossed(
    said=[
        ("en", "privcay", path("prompt_tried")),
        ("nl", "AVG", "verdict"),
        ("nl", "persoonsgegevens", "qs-documents"),
    ],
    size=SIZES,
)
def test_what_one_knows_is_found_by_plain_words_and_leads_back(new_page, said, size):
    code, looked_for, start = said
    lang, wanted = language(code), load().question("sensitive_data")
    page: Page = new_page(address(start, code, **ANSWERS), viewport=SIZES[size])
    before = page.locator("h1").inner_text()
    page.get_by_role("link", name=lang("Add something I know")).click(delay=HELD_MS)
    on(page, lang("What do you know?"))
    field = page.get_by_role("textbox", name=lang("A few words"))
    field.fill(looked_for)
    field.press("Enter")
    page.locator(".doors").get_by_role("link", name=lang(wanted.text)).click(delay=HELD_MS)
    on(page, lang(wanted.text))
    answer(page, wanted, "personal", code)
    press(page, "Next", code)
    page.wait_for_url(f"**/{start}?**")
    quiet(page)
    assert held(page).answers["sensitive_data"] == "personal"
    if start != "verdict":
        expect(page.locator("h1")).to_have_text(before)


@by_turns(way=["link", "history"], size=SIZES)
def test_a_choice_that_is_not_sent_is_still_there_after_a_look_elsewhere(new_page, size, way):
    page: Page = new_page(address(path("prompt_tried"), **BEGUN), viewport=SIZES[size])
    answer(page, load().question("prompt_tried"), "good")
    chosen = page.locator(".st-key-answer [data-testid=stRadioOption]:has(input:checked)")
    expect(chosen).to_have_count(1)
    said = chosen.inner_text()
    page.get_by_role("link", name="Add something I know").click(delay=HELD_MS)
    on(page, "What do you know?")
    if way == "link":
        page.locator(".way-back a").click(delay=HELD_MS)
    else:
        page.go_back()
    on(page, load().question("prompt_tried").text)
    expect(chosen).to_have_text(said, use_inner_text=True)
    assert "prompt_tried" not in held(page).answers
    press(page, "Next")
    page.wait_for_function("!location.pathname.endsWith('prompt-tried')")
    quiet(page)
    assert held(page).answers["prompt_tried"] == "good"


def test_what_is_typed_and_ticked_and_not_sent_is_still_there_after_a_look_elsewhere(new_page):
    page: Page = new_page(address(path("requests_per_month"), **BEGUN))
    page.locator(".st-key-answer input[type=text]").fill("20k")
    page.get_by_role("link", name="Learn").click(delay=HELD_MS)
    on(page, "Learn to judge it yourself")
    page.go_back()
    on(page, load().question("requests_per_month").text)
    expect(page.locator(".st-key-answer input[type=text]")).to_have_value("20k")
    page.goto(address(f"/{path('gap')}", **{"task": "classification"}))
    on(page, load().question("gap").text)
    answer(page, load().question("gap"), ["style", "format"])
    expect(page.locator(".st-key-answer input:checked")).to_have_count(2)
    page.get_by_role("link", name="Your data").click(delay=HELD_MS)
    page.wait_for_url("**/data?**")
    quiet(page)
    page.go_back()
    on(page, load().question("gap").text)
    expect(page.locator(".st-key-answer input:checked")).to_have_count(2)


def test_what_is_about_nothing_that_we_ask_is_said(new_page):
    page: Page = new_page(address("add", **ANSWERS))
    field = page.get_by_role("textbox", name="A few words")
    field.fill("<b>qqqq")
    field.press("Enter")
    expect(page.locator(".empty")).to_have_text("No question is about “<b>qqqq”. Try another word, or a shorter one.")


@by_turns(code=["en", "nl"], size=SIZES)
def test_questions_on_one_page_are_answered_at_once_and_each_can_be_gone_back_to(new_page, code, size):
    lang = language(code)
    page: Page = new_page(
        address("qs-documents", code, task="qa", gap=["style"], prompt_tried="no"), viewport=SIZES[size]
    )
    page.locator("[class*=st-key-card-documents] input").fill("3k")
    page.locator("[class*=st-key-card-knowledge] [data-testid=stRadioOption]").nth(3).click(delay=HELD_MS)
    press(page, "Next", code)
    on(page, lang(load().question("rag_tried").text))
    told = {"documents": 3000.0, "knowledge_changes": "weekly", "citations": None}
    assert told.items() <= dict(held(page).answers).items()
    page.locator("a.back").click(delay=HELD_MS)
    on(page, lang("What does it answer from?"))
    expect(page.locator("[class*=st-key-card-knowledge] input:checked")).to_have_count(1)


@pytest.mark.deep
def test_the_check_names_what_is_open_by_what_it_could_change(new_page):
    page: Page = new_page(address("check", task="summary", gap=["style"]))
    groups = page.locator(".st-key-not-answered summary")
    expect(groups).to_have_count(3)
    expect(groups.first).to_contain_text("Could change the verdict")
    groups.last.click(delay=HELD_MS)
    nothing = page.locator(".st-key-not-answered details").last
    expect(nothing).to_contain_text(load().question("multi_label").text)
    page.locator(".st-key-not-answered details").first.get_by_role("link").first.click(delay=HELD_MS)
    page.wait_for_url("**/q-*from=check*")
    quiet(page)
    press(page, "I don't know")
    on(page, "Check your answers")
