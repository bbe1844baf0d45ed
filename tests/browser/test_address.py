"""The address bar holds the answers: back, reload, a shared link, a restart and a change of language lose nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from advisor import read_situation
from advisor.content.load import load
from advisor.interview.answers_file import write_yaml
from advisor.language import language
from tests.browser.reader import (
    ANSWERS,
    ASKED,
    BEGUN,
    HELD_MS,
    NUMBER,
    WALKED,
    address,
    answer,
    begin,
    enter,
    held,
    on,
    path,
    press,
    quiet,
)
from tests.browser.server import Server

EVALUATION = load().question("evaluation_set")


def begun(new_page) -> Page:
    """An interview with three questions answered, on the page of the fourth."""
    page: Page = new_page()
    begin(page)
    for place, question in enumerate(ASKED[:3]):
        on(page, question.text)
        answer(page, question, WALKED[question.id])
        press(page, "Next")
        on(page, ASKED[place + 1].text)
    return page


def first(count: int) -> dict[str, object]:
    return dict(read_situation({**BEGUN, **{one.id: WALKED[one.id] for one in ASKED[:count]}}).answers)


def test_back_and_forward_go_one_question_each_and_keep_every_answer(new_page):
    page = begun(new_page)
    for question in (ASKED[2], ASKED[1]):
        page.go_back()
        on(page, question.text)
        assert held(page).answers == first(3)  # nothing has changed since: what was answered later stays
    expect(page.locator(".st-key-answer input:checked")).to_have_count(1)
    page.go_forward()
    on(page, ASKED[2].text)
    page.go_forward()
    on(page, ASKED[3].text)
    assert held(page).answers == first(3)


@pytest.mark.deep
def test_a_reload_after_going_back_keeps_every_answer(new_page):
    page = begun(new_page)
    page.go_back()
    on(page, ASKED[2].text)
    page.reload()
    on(page, ASKED[2].text)
    assert held(page).answers == first(3)
    expect(page.locator(".st-key-answer input:checked")).to_have_count(1)


@pytest.mark.deep
def test_the_link_back_on_the_page_keeps_every_answer(new_page):
    page = begun(new_page)
    page.get_by_role("link", name="Back").click(delay=HELD_MS)
    on(page, ASKED[2].text)
    assert held(page).answers == first(3)


def test_a_shared_link_opens_the_same_page_with_the_same_answers(new_page):
    page = begun(new_page)
    other: Page = new_page(page.url.split("/", 3)[3])
    on(other, ASKED[3].text)
    assert held(other).answers == first(3)
    press(other, "I don't know")
    on(other, ASKED[4].text)
    assert held(other).answers == {**first(3), ASKED[3].id: None}


@pytest.fixture
def own_server(tmp_path) -> Iterator[Server]:
    one = Server(tmp_path / "app.log")
    one.start()
    yield one
    one.stop()


@pytest.mark.deep
def test_a_restarted_server_loses_nothing(new_page, own_server):
    page: Page = new_page(base_url=own_server.url)
    begin(page)
    on(page, ASKED[0].text)
    answer(page, ASKED[0], ANSWERS["gap"])
    press(page, "Next")
    on(page, ASKED[1].text)
    app = page.locator("[data-testid=stApp]")
    own_server.stop()
    expect(app).not_to_have_attribute("data-test-connection-state", "CONNECTED")
    own_server.start()
    expect(app).to_have_attribute("data-test-connection-state", "CONNECTED")
    quiet(page)
    answer(page, ASKED[1], ANSWERS["prompt_tried"])
    press(page, "Next")
    on(page, ASKED[2].text)
    assert held(page).answers == first(2)


@pytest.mark.deep
def test_any_answered_question_can_be_gone_back_to(new_page):
    page = begun(new_page)
    page.locator(".answered summary").click(delay=HELD_MS)
    page.locator(".answered").get_by_role("link", name=ASKED[0].text).click(delay=HELD_MS)
    on(page, ASKED[0].text)
    expect(page.locator(".st-key-answer input:checked")).to_have_count(len(ANSWERS["gap"]))
    press(page, "Next")
    on(page, ASKED[3].text)


def test_a_change_from_the_check_leads_back_to_the_check(new_page):
    page: Page = new_page(address("check", **ANSWERS))
    page.locator(".summary > div", has_text=EVALUATION.text).get_by_role("link").click(delay=HELD_MS)
    on(page, EVALUATION.text)
    answer(page, EVALUATION, "yes")
    press(page, "Next")
    on(page, "Check your answers")
    assert held(page).answers == read_situation({**ANSWERS, "evaluation_set": "yes"}).answers


def test_the_language_can_be_switched_at_any_moment(new_page):
    page: Page = new_page(address(path("evaluation_set"), gap=["style"], harm="low", **BEGUN))
    on(page, EVALUATION.text)
    answer(page, EVALUATION, "partial")
    quiet(page)
    for code, name in (("nl", "Nederlands"), ("en", "English")):
        page.get_by_role("link", name=name).click(delay=HELD_MS)
        on(page, language(code)(EVALUATION.text))
        expect(page.locator("html")).to_have_attribute("lang", code)
        assert held(page).answers == {"gap": ("style",), "harm": "low", **BEGUN}
        expect(page.locator("[data-testid=stRadioOption]").nth(1).locator("input")).to_be_checked()
    press(page, "Next")
    page.wait_for_url("**/q-prompt-tried**")
    assert held(page).answers["evaluation_set"] == "partial"


def test_a_number_that_is_typed_but_not_sent_survives_the_language(new_page):
    page: Page = new_page(address(path("labelled_examples"), gap=["style"]))
    page.locator(NUMBER).fill("321")
    page.get_by_role("link", name="Nederlands").click(delay=HELD_MS)
    on(page, language("nl")(load().question("labelled_examples").text))
    expect(page.locator(NUMBER)).to_have_value("321")


def open_answers(page: Page, file: Path) -> None:
    """Open a file on the first page, once the button for it says so: its script listens from then on."""
    expect(page.get_by_role("button", name="Open a file with answers")).to_be_visible()
    page.locator("input[type=file]").set_input_files(file)


def test_answers_saved_to_a_file_open_again(new_page, tmp_path):
    page: Page = new_page(address("check", **ANSWERS))
    with page.expect_download() as waiting:
        press(page, "Save answers as a file")
    file = tmp_path / "answers.yaml"
    waiting.value.save_as(file)
    other: Page = new_page()
    open_answers(other, file)
    on(other, "Check your answers")
    assert held(other) == read_situation(ANSWERS)


@pytest.mark.on_push(1)
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<script>alert(1)</script>", "cannot be used"),
        ("x" * 300_000, "too large"),
    ],
    ids=["markup", "size"],
)
def test_a_file_that_cannot_be_used_is_refused_and_changes_nothing(new_page, tmp_path, text, said):
    file = tmp_path / "<b>answers.yaml"
    file.write_text(text)
    page: Page = new_page(address("", **ANSWERS))
    open_answers(page, file)
    expect(page.locator(".problem")).to_contain_text(said)
    expect(page.locator(".problem")).to_contain_text("<b>answers.yaml cannot be used")
    expect(page.locator(".problem")).to_be_focused()
    assert held(page) == read_situation(ANSWERS)


def test_a_damaged_link_says_so_and_offers_a_beginning(new_page):
    page: Page = new_page("check?a=%25%25%25&lang=en")
    page.get_by_role("link", name="Begin").click(delay=HELD_MS)
    expect(page.locator(".problem")).to_contain_text("cut short or altered")
    expect(page.get_by_role("button", name="Begin", exact=True)).to_be_visible()


@pytest.mark.deep
def test_who_does_what_stays_in_the_address(new_page):
    page: Page = new_page(address("steps", **ANSWERS))
    field = page.get_by_role("textbox", name="Owner of step 1", exact=True)
    field.fill("Jo <b>")
    field.press("Enter")
    page.wait_for_url("**who=**")
    page.reload()
    expect(page.get_by_role("textbox", name="Owner of step 1", exact=True)).to_have_value("Jo <b>")


@pytest.mark.deep
def test_the_day_in_the_address_is_the_day_of_the_verdict(new_page):
    page: Page = new_page(f"{address('verdict', **ANSWERS)}&at=2026-11-22")
    expect(page.locator(".eyebrow").first).to_contain_text("Verdict of November 22, 2026")
    enter(page, "steps")
    expect(page.locator("[data-testid=stCode]")).to_contain_text("--at 2026-11-22")


def changed(new_page) -> Page:
    """On the page of the check, after the answer to one question has been changed from there."""
    page: Page = new_page(address("check", **ANSWERS))
    page.locator(".summary > div", has_text=EVALUATION.text).get_by_role("link").click(delay=HELD_MS)
    on(page, EVALUATION.text)
    answer(page, EVALUATION, "yes")
    press(page, "Next")
    on(page, "Check your answers")
    assert held(page).answers["evaluation_set"] == "yes"
    return page


def test_back_after_a_changed_answer_shows_the_state_of_that_address_and_forward_the_later_one(new_page):
    page = changed(new_page)
    said = page.locator(".summary > div", has_text=EVALUATION.text).locator(".said")
    after = said.inner_text()
    page.go_back()
    on(page, EVALUATION.text)
    assert held(page).answers["evaluation_set"] == "yes"  # the step holds the answer with which it was left
    page.go_back()
    on(page, "Check your answers")
    expect(said).not_to_have_text(after)
    assert held(page) == read_situation(ANSWERS)
    page.reload()
    on(page, "Check your answers")
    expect(said).not_to_have_text(after)
    page.go_forward()
    on(page, EVALUATION.text)
    page.go_forward()
    on(page, "Check your answers")
    expect(said).to_have_text(after)
    assert held(page).answers["evaluation_set"] == "yes"


@pytest.mark.deep
def test_back_shows_the_verdict_before_an_answer_and_forward_the_one_after_it(new_page):
    page: Page = new_page(address("check", **ANSWERS))
    press(page, "See the verdict")
    page.wait_for_url("**/verdict?**")
    quiet(page)
    page.goto(address("/check", **ANSWERS))
    on(page, "Check your answers")
    page.goto(f"{address('/' + path('harm'), **ANSWERS)}&from=check")
    on(page, language("en")(load().question("harm").text))
    answer(page, load().question("harm"), "high")
    press(page, "Next")
    on(page, "Check your answers")
    page.go_back()
    page.go_back()
    on(page, "Check your answers")
    assert held(page) == read_situation(ANSWERS)


@pytest.mark.deep
def test_a_step_back_keeps_the_language_of_now(new_page):
    page = changed(new_page)
    page.get_by_role("link", name="Nederlands").click(delay=HELD_MS)
    on(page, language("nl")("Check your answers"))
    page.go_back()
    on(page, language("nl")(EVALUATION.text))
    page.go_back()
    on(page, language("nl")("Check your answers"))
    assert held(page) == read_situation(ANSWERS)


def test_a_mistyped_page_says_so_keeps_the_answers_and_leads_on(new_page):
    page: Page = new_page(address("q-gaps", **ANSWERS))
    on(page, "There is no page “q-gaps”")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert held(page) == read_situation(ANSWERS)
    page.locator(".doors a").first.click(delay=HELD_MS)
    page.wait_for_url("**/q-gap?**")
    assert held(page) == read_situation(ANSWERS)


def test_a_page_that_there_is_not_is_said_in_the_language_of_the_link(new_page):
    page: Page = new_page("a/b/verdict?lang=nl")
    expect(page.locator("h1")).to_contain_text("bestaat niet")
    page.locator(".doors a").last.click(delay=HELD_MS)
    expect(page.locator("h1")).not_to_contain_text("bestaat niet")


@pytest.mark.deep
def test_a_file_with_a_text_that_no_address_can_hold_says_so(new_page, tmp_path):
    file = tmp_path / "answers.yaml"
    file.write_text(write_yaml(read_situation({**ANSWERS, "goal": "vague", "goal_text": "x" * 3_000})))
    page: Page = new_page()
    open_answers(page, file)
    on(page, "Check your answers")
    expect(page.locator(".problem")).to_contain_text("has 3,000 characters; the address of this page holds 2,000")
    assert held(page) == read_situation({**ANSWERS, "goal": "vague"})
