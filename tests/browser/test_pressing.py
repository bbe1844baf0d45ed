"""A press counts, and nothing moves between press and release: every control that follows a field, pressed like people.

A hand holds a button for 60 to 200 ms. In that time a field that is left may have the page drawn anew.
"""

from __future__ import annotations

import json
import re
import time

import pytest
from playwright.sync_api import Locator, Page, expect

from advisor.content.load import load
from advisor.interview.number_input import Wanted, read
from advisor.language import language
from advisor.ui.parts import number_field
from tests.browser.data import ROWS
from tests.browser.reader import (
    ANSWERS,
    HELD_MS,
    LOW_RATE,
    NUMBER,
    PATIENCE_MS,
    PHONE,
    WIDE,
    address,
    answer,
    enter,
    held,
    on,
    path,
    press,
    quiet,
)
from tests.products import by_turns

SIZES = {"wide": WIDE, "phone": PHONE}
LEAST_PX = 1.0
"""What moves by less does not move for a reader."""


def place(target: Locator) -> dict[str, float]:
    """Where the target is. A page that is being drawn anew may replace it just now; its successor is as good."""
    while True:
        box = target.evaluate(
            "it => { const { x, y, width, height } = it.getBoundingClientRect(); "
            "return it.isConnected && { x, y, width, height } }"
        )
        if box:
            return dict(box)


def in_sight(target: Locator) -> None:
    """Scroll to the target, again where the page was drawn anew meanwhile."""
    patience = time.monotonic() + PATIENCE_MS / 1000
    sight = (
        "it => { const { top, bottom } = it.getBoundingClientRect(); "
        "return it.isConnected && top >= 0 && bottom <= innerHeight }"
    )
    while not target.evaluate(sight):
        assert time.monotonic() < patience, "it never comes into sight"
        target.evaluate("it => it.scrollIntoView({ block: 'center', behavior: 'instant' })")


def hold(page: Page, target: Locator) -> None:
    """Press and release where the target is when the press begins; it must not move in between."""
    in_sight(target)
    expect(target).to_be_enabled()
    before = place(target)
    page.mouse.move(before["x"] + before["width"] / 2, before["y"] + before["height"] / 2)
    page.mouse.down()
    page.wait_for_timeout(HELD_MS)
    after = place(target)
    page.mouse.up()
    moved = max(abs(after[side] - before[side]) for side in ("x", "y"))
    assert moved < LEAST_PX, f"it moved by {moved} pixels under the finger"


def button(page: Page, label: str, code: str) -> Locator:
    return page.get_by_role("button", name=language(code)(label), exact=True)


def top(page: Page, label: str, code: str) -> float:
    box = button(page, label, code).bounding_box()
    assert box
    return box["y"]


@by_turns(code=["en", "nl"], size=SIZES)
def test_next_counts_at_once_after_a_number_and_the_line_below_has_its_place(new_page, code, size):
    lang, wanted = language(code), Wanted.of(load().question("labelled_examples"))
    page: Page = new_page(address(path("labelled_examples"), code, gap=["style"]), viewport=SIZES[size])
    before = top(page, "Next", code)
    for text in ("1.200", "many", "1-5k", "1e300", "12.5", "1,000-2,500"):
        page.locator(NUMBER).fill(text)
        page.locator(NUMBER).blur()
        line = number_field.reading(read(text, wanted, lang), text, "", wanted, lang)
        expect(page.locator(".meant")).to_have_text(line.striptags())
        quiet(page)
        assert abs(top(page, "Next", code) - before) < LEAST_PX, text
    page.locator(NUMBER).fill("640")
    hold(page, button(page, "Next", code))
    page.wait_for_url("**/q-task?**")
    assert held(page).answers["labelled_examples"] == 640


@by_turns(label=["I don't know", "Skip for now"], size=SIZES)
def test_the_other_buttons_count_at_once_after_a_number(new_page, label, size):
    page: Page = new_page(address(path("latency_limit"), gap=["style"]), viewport=SIZES[size])
    page.locator(NUMBER).fill("3")
    hold(page, button(page, label, "en"))
    page.wait_for_url("**/q-task?**")
    assert held(page).answers.get("latency_limit") is None


@by_turns(code=["en", "nl"])
def test_a_range_in_two_fields_and_then_next(new_page, code):
    page: Page = new_page(address(path("labelled_examples"), code, gap=["style"]), viewport=PHONE)
    page.locator(".st-key-answer").get_by_text(language(code)("A range"), exact=True).click(delay=HELD_MS)
    expect(page.locator(NUMBER)).to_have_count(2)
    page.locator(NUMBER).first.fill("1k")
    page.locator(NUMBER).last.fill("2,5k" if code == "nl" else "2.5k")
    hold(page, button(page, "Next", code))
    page.wait_for_url("**/q-task?**")
    assert held(page).answers["labelled_examples"] == (1000.0, 2500.0)


@pytest.mark.on_push(1)
@by_turns(code=["en", "nl"], size=SIZES)
@pytest.mark.parametrize("question", ["project", "goal_text"])
def test_next_counts_at_once_after_a_text(new_page, question, code, size):
    page: Page = new_page(address(path(question), code, goal="vague"), viewport=SIZES[size])
    page.locator(".st-key-answer :is(input, textarea)").fill("Shorter answers")
    hold(page, button(page, "Next", code))
    page.wait_for_function("question => !location.pathname.endsWith(question)", arg=path(question))
    assert held(page).answers[question] == "Shorter answers"


@pytest.mark.on_push(1)
@pytest.mark.parametrize("code", ["en", "nl"])
def test_a_choice_between_two_readings_is_made_under_the_field(new_page, code):
    page: Page = new_page(address(path("latency_limit"), code, gap=["style"]), viewport=PHONE)
    before = top(page, "Next", code)
    page.locator(NUMBER).fill("1.200" if code == "en" else "1,200")
    page.locator(NUMBER).blur()
    readings = page.locator(".reading")
    expect(readings).to_have_count(2)
    assert abs(top(page, "Next", code) - before) < LEAST_PX
    hold(page, readings.filter(has_text="200"))
    expect(page.locator(NUMBER)).to_have_value("1,200" if code == "en" else "1.200")
    expect(readings).to_have_count(0)
    hold(page, button(page, "Next", code))
    page.wait_for_url("**/q-task?**")
    assert held(page).answers["latency_limit"] == 1200


def test_a_number_field_has_a_numeric_keyboard_and_enter_sends_it(new_page):
    page: Page = new_page(address(path("requests_per_month"), gap=["style"]), viewport=PHONE)
    expect(page.locator(NUMBER)).to_have_attribute("inputmode", "decimal")
    quiet(page)
    page.locator(NUMBER).fill("20M")
    page.locator(NUMBER).press("Enter")
    page.wait_for_url("**/q-task?**")
    assert held(page).answers["requests_per_month"] == 20_000_000


def test_enter_in_a_text_sends_it_and_in_a_long_one_only_with_ctrl(new_page):
    page: Page = new_page(address(path("project"), goal="vague"))
    page.locator(".st-key-answer input").fill("Letters")
    page.locator(".st-key-answer input").press("Enter")
    page.wait_for_url("**/q-task?**")
    assert held(page).answers["project"] == "Letters"
    page.goto(address(f"/{path('goal_text')}", goal="vague"))
    quiet(page)
    page.locator("textarea").fill("One")
    page.locator("textarea").press("Enter")
    page.keyboard.type("two")
    expect(page.locator("textarea")).to_have_value("One\ntwo")
    page.locator("textarea").press("Control+Enter")
    page.wait_for_url("**/q-task?**")
    assert held(page).answers["goal_text"] == "One\ntwo"


@pytest.mark.deep
@by_turns(code=["en", "nl"], size=SIZES)
def test_a_press_counts_after_an_assumption_and_after_an_owner(new_page, code, size):
    lang = language(code)
    page: Page = new_page(address("assumptions", code, harm="high", **ANSWERS), viewport=SIZES[size])
    page.locator(".st-key-assumption-day_rate input").last.fill("90k")
    target = page.locator("[data-testid=stRadioOption]", has_text=lang("Tokens")).last
    hold(page, target)
    expect(page.locator(".st-key-assumption-schema_tokens")).to_be_visible()
    quiet(page)
    assert held(page).answers["day_rate"] == (LOW_RATE, 90_000.0)
    enter(page, "steps", code)
    page.get_by_role("textbox", name=lang("Owner of step {n}", n=1), exact=True).fill("Jo")
    hold(page, page.locator("[data-testid=stExpander] summary").first)
    expect(page.locator("[data-testid=stExpander] details").first).to_have_attribute("open", "")
    page.wait_for_url("**who=**")


@pytest.mark.deep
@by_turns(size=SIZES)
def test_a_tab_takes_along_what_was_typed_just_before_and_back_shows_it(new_page, size):
    page: Page = new_page(address("assumptions", **ANSWERS), viewport=SIZES[size])
    page.locator(".st-key-assumption-day_rate input").last.fill("90k")
    hold(page, page.locator(".rooms").get_by_role("link", name="Steps and owners"))
    page.wait_for_url("**/steps?**")
    quiet(page)
    assert held(page).answers["day_rate"] == (LOW_RATE, 90_000.0)
    page.get_by_role("textbox", name="Date of step 1", exact=True).fill("May")
    hold(page, page.locator(".rooms").get_by_role("link", name="Readiness"))
    page.wait_for_url("**/ready?**who=**")
    quiet(page)
    page.go_back()
    expect(page.get_by_role("textbox", name="Date of step 1", exact=True)).to_have_value("May")
    page.go_back()
    expect(page.locator(".st-key-assumption-day_rate input").last).to_have_value("90,000")
    page.go_forward()
    expect(page.get_by_role("textbox", name="Date of step 1", exact=True)).to_have_value("May")


def test_a_link_away_takes_along_what_was_typed_just_before(new_page):
    page: Page = new_page(address("assumptions", **ANSWERS))
    page.locator(".st-key-assumption-day_rate input").last.fill("90k")
    page.locator(".st-key-assumption-day_rate input").first.fill("250")
    hold(page, page.locator(".top").get_by_role("link", name="Learn"))
    on(page, "Learn to judge it yourself")
    assert held(page).answers["day_rate"] == (250.0, 90_000.0)
    page.go_back()
    expect(page.locator(".st-key-assumption-day_rate input").last).to_have_value("90,000")


@pytest.mark.deep
def test_who_does_what_is_kept_at_a_step_back_to_before_it_was_typed(new_page):
    page: Page = new_page(address("verdict", **ANSWERS))
    enter(page, "steps")
    page.get_by_role("textbox", name="Owner of step 1", exact=True).fill("Jo")
    page.get_by_role("textbox", name="Owner of step 1", exact=True).press("Enter")
    page.wait_for_url("**who=**")
    quiet(page)
    page.go_back()
    page.wait_for_url("**/verdict?**who=**")


GAPS = """() => {
  const first = (name) => document.querySelector(`.st-key-assumption-${name} input`);
  const fields = [first("day_rate"), first("evaluation_days")];
  const above = document.querySelector(".heading").getBoundingClientRect().top;
  return fields.map((one) => one.getBoundingClientRect()).flatMap(({ x, y }) => [x, y - above]);
}"""
"""Where the first field of two assumptions stands, below the title of them all, seen at one moment."""


@pytest.mark.deep
def test_an_assumption_moves_nothing_beside_it_when_its_field_is_left(new_page):
    page: Page = new_page(address("assumptions", **ANSWERS))
    row = page.locator(".st-key-assumption-day_rate")
    field = row.locator("input").first
    wrong = row.locator(".meant .wrong")
    row.scroll_into_view_if_needed()
    before = page.evaluate(GAPS)
    for text, state in (
        ("1.200", wrong.filter(has_text="“1.200”")),
        ("many", wrong.filter(has_text="“many”")),
        ("5,000", wrong.filter(has_text="begins above its end")),
        ("400", row.locator(".badge.chosen")),
    ):
        field.fill(text)
        field.blur()
        expect(state).to_be_visible()
        quiet(page)
        assert page.evaluate(GAPS) == pytest.approx(before, abs=LEAST_PX), text


def test_the_counter_counts_while_one_types_and_nothing_is_cut(new_page):
    page: Page = new_page(address(path("goal_text"), goal="vague"))
    field = page.locator("textarea")
    field.fill("é" * 1_900)
    expect(page.locator(".counter .used")).to_have_text("1,900 of at most 2,000 characters")
    expect(page.locator(".counter [role=status]")).to_have_text("1,900 of at most 2,000 characters")
    field.fill("é" * 2_005)
    expect(page.locator(".counter .used")).to_have_text("2,005 characters: 5 more than the 2,000 that fit")
    hold(page, button(page, "Next", "en"))
    expect(page.locator(".problem")).to_be_focused()
    expect(field).to_have_value("é" * 2_005)


@pytest.mark.deep
def test_the_counter_of_an_owner_comes_near_its_limit_and_nothing_is_cut(new_page):
    page: Page = new_page(address("steps", **ANSWERS))
    field = page.get_by_role("textbox", name="Owner of step 1", exact=True)
    field.fill("x" * 60)
    expect(page.locator(".counter.floating")).to_have_count(0)
    field.fill("x" * 80)
    expect(page.locator(".counter.floating .used")).to_have_text("80 of at most 80 characters")
    field.fill("x" * 95)
    expect(page.locator(".counter.floating .used")).to_have_text("95 characters: 15 more than the 80 that fit")
    field.press("Enter")
    expect(page.locator(".limit-of-all")).to_contain_text(
        "Owner of step 1: 95 characters, 15 too many. It is not kept."
    )
    expect(field).to_have_value("x" * 95)


@by_turns(code=["en", "nl"], size=SIZES)
def test_the_glossary_does_not_move_what_is_pressed_after_a_search(new_page, code, size):
    lang = language(code)
    page: Page = new_page(f"glossary?lang={code}", viewport=SIZES[size])
    page.get_by_role("textbox", name=lang("Search the glossary")).fill(lang(load().terms[0].term))
    hold(page, page.locator(".top").get_by_role("link", name=lang("Learn")))
    on(page, lang("Learn to judge it yourself"))


@by_turns(code=["en", "nl"], size=SIZES)
def test_on_the_data_page_a_press_counts_after_pasted_rows_and_after_a_number(new_page, code, size):
    lang = language(code)
    page: Page = new_page(f"data?lang={code}", viewport=SIZES[size])
    page.locator("textarea").fill("\n".join(json.dumps(row) for row in ROWS))
    hold(page, button(page, "Check it", code))
    expect(page.locator(".what.verdict")).to_be_visible()
    quiet(page)
    hold(page, page.get_by_role("radio", name=lang("Split into parts")))
    seed = page.get_by_role("textbox", name=lang("Seed"), exact=True)
    expect(seed).to_be_visible()
    quiet(page)
    seed.fill("7")
    hold(page, button(page, "Prepare the parts (zip)", code))
    expect(page.get_by_role("link", name=lang("Download the parts (zip)"))).to_be_visible()


@by_turns(code=["en", "nl"], size=SIZES)
def test_on_a_case_a_guess_counts_and_stays_where_it_is(new_page, code, size):
    lang = language(code)
    page: Page = new_page(f"case?lang={code}&case={load().cases[0].id}", viewport=SIZES[size])
    hold(page, button(page, "Not yet", code))
    expect(page.get_by_role("heading", name=lang("What came out"))).to_be_visible()
    quiet(page)
    hold(page, button(page, "Don't fine-tune", code))
    expect(button(page, "Not yet", code)).to_be_visible()


@by_turns(code=["en", "nl"], size=SIZES)
def test_checked_answers_lead_to_the_verdict_at_once(new_page, code, size):
    page: Page = new_page(address("check", code, **ANSWERS), viewport=SIZES[size])
    hold(page, button(page, "See the verdict", code))
    page.wait_for_url("**/verdict?**")
    expect(page.locator(".rooms")).to_be_visible()


FOLLOWED = """([above, below]) => {
  const place = (one) => document.querySelector(one)?.getBoundingClientRect().top;
  const seen = window.seen = [];
  const look = () => {
    const gap = place(below) - place(above);
    if (!Number.isNaN(gap)) seen.push(gap);
    if (window.seen === seen) requestAnimationFrame(look);
  };
  look();
}"""
"""Notes at every frame how far one thing stands below another."""


@by_turns(code=["en", "nl"], size=SIZES)
def test_at_no_moment_do_the_steps_or_the_assumptions_move_when_a_field_is_left(new_page, code, size):
    lang = language(code)
    page: Page = new_page(address("steps", code, **ANSWERS), viewport=SIZES[size])
    owner = page.get_by_role("textbox", name=lang("Owner of step {n}", n=1), exact=True)
    page.evaluate(FOLLOWED, [".heading", ".st-key-step-1"])
    owner.fill("Jo")
    owner.blur()
    page.wait_for_url("**who=**")
    quiet(page)
    seen = page.evaluate("window.seen")
    assert max(seen) - min(seen) < LEAST_PX
    enter(page, "assumptions", code)
    page.evaluate(FOLLOWED, [".heading", ".st-key-assumption-evaluation_days"])
    rate = page.locator(".st-key-assumption-day_rate input").last
    rate.fill("90k")
    rate.blur()
    expect(page.locator(".st-key-assumption-day_rate .badge.chosen")).to_be_visible()
    quiet(page)
    seen = page.evaluate("window.seen")
    assert max(seen) - min(seen) < LEAST_PX


@pytest.mark.on_push(1)
@pytest.mark.parametrize("size", SIZES)
def test_the_first_question_stands_where_it_first_appears(new_page, size):
    page: Page = new_page("?lang=en", viewport=SIZES[size])
    page.evaluate(FOLLOWED, [".top", ".way-back"])
    answer(page, load().question("task"), "qa")
    hold(page, button(page, "Begin", "en"))
    on(page, language("en")(load().question("gap").text))
    seen = page.evaluate("window.seen")
    assert max(seen) - min(seen) < LEAST_PX


@pytest.mark.deep
def test_at_no_moment_does_what_is_wrong_go_away_when_the_same_is_sent_again(new_page):
    page: Page = new_page(address(path("gap"), harm="low"))
    press(page, "Next")
    expect(page.locator(".problem")).to_be_focused()
    quiet(page)
    page.evaluate(FOLLOWED, [".top", ".st-key-answer"])
    press(page, "Next")
    expect(page.locator(".problem")).to_be_focused()
    quiet(page)
    seen = page.evaluate("window.seen")
    assert max(seen) - min(seen) < LEAST_PX


def test_a_box_to_tick_is_named_by_what_is_read_beside_it(new_page):
    page: Page = new_page(address(path("gap")))
    choice = load().question("gap").choices[0]
    box = page.get_by_role("checkbox", name=re.compile(f"^{re.escape(choice.text)}"))
    expect(box).to_have_accessible_name(f"{choice.text} {choice.means}")


def test_a_press_counts_on_a_link_that_is_drawn_anew_under_the_finger(new_page):
    page: Page = new_page(address("verdict", **ANSWERS))
    link = page.locator(".top").get_by_role("link", name="Learn")
    before = place(link)
    page.mouse.move(before["x"] + before["width"] / 2, before["y"] + before["height"] / 2)
    page.mouse.down()
    page.wait_for_timeout(HELD_MS)
    link.evaluate("it => it.replaceWith(it.cloneNode(true))")
    page.mouse.up()
    on(page, "Learn to judge it yourself")
