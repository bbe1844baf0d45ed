"""Other answers are tried with sliders beside the picture, by mouse, by keys and by touch, and kept or put back."""

from __future__ import annotations

import math
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from advisor import Situation, decode
from advisor.content.load import load
from advisor.language import language
from advisor.ui.parts.sliders import nearest, stops, written
from tests.browser.accessibility import both_looks
from tests.browser.briefs import HEIGHT, MOST_WORDS, SITUATIONS, SIZES
from tests.browser.reader import HELD_MS, PHONE, WIDE, address, enter, held, press, quiet
from tests.products import by_turns
from tests.words import BY_TEXT_NODE

GIVEN = SITUATIONS["three steps that train"]
VOLUME = load().question("requests_per_month")
PLACES = stops(VOLUME)
START = nearest(GIVEN["requests_per_month"], PLACES)


def tried(page: Page) -> Situation:
    """What the address tries."""
    packed = parse_qs(urlsplit(page.url).query).get("if", [""])[0]
    return decode(packed) if packed else Situation({})


def tries(page: Page, **answers: object) -> None:
    """Wait until the address tries these answers and no others, and the page is at rest."""
    page.wait_for_url(lambda _: dict(tried(page).answers) == answers)
    expect(page.locator(".three .before")).to_have_count(3 if answers else 0)
    quiet(page)


def opened(page: Page) -> Page:
    """The page with its sliders in sight."""
    if page.locator(".play[open]").count() == 0:
        page.locator(".play summary").click(delay=HELD_MS)
    expect(slider(page, "requests_per_month")).to_be_visible()
    return page


def slider(page: Page, question: str) -> Locator:
    return page.locator(f"#slider-{question}")


def field(page: Page, question: str) -> Locator:
    return page.locator(f"[data-row={question}] input[type=text]")


@pytest.mark.deep
def test_a_link_that_is_opened_in_another_tab_takes_along_what_is_tried(new_page):
    page: Page = opened(new_page(address("verdict", **GIVEN)))
    slider(page, "requests_per_month").focus()
    page.keyboard.press("ArrowLeft")
    tries(page, requests_per_month=PLACES[START - 1])
    # By the menu of the link: Chromium's headless shell now and then cannot show a tab that Control and a press open.
    link = page.locator(".top").get_by_role("link", name="Learn")
    link.click(delay=HELD_MS, button="right")
    other = page.context.new_page()
    other.goto(link.evaluate("(one) => one.href"))
    assert tried(other).answers == {"requests_per_month": PLACES[START - 1]}
    assert held(other) == held(page)


@by_turns(code=["en", "nl"], window=[WIDE, PHONE])
def test_a_facilitator_tries_a_number_shares_it_keeps_it_and_takes_it_back(new_page, window, code):
    lang = language(code)
    page: Page = opened(new_page(address("verdict", code, **GIVEN), viewport=window))
    before = page.locator("h1").text_content()
    volume = slider(page, "requests_per_month")
    volume.focus()
    for _ in range(14):
        page.keyboard.press("ArrowLeft")
    fewer = PLACES[START - 14]
    tries(page, requests_per_month=fewer)
    expect(volume).to_have_attribute("aria-valuetext", written(fewer, VOLUME, lang))
    expect(field(page, "requests_per_month")).to_have_value(written(fewer, VOLUME, lang))
    expect(page.locator("h1")).not_to_have_text(before)
    expect(page.locator(".brief").get_by_text(before)).to_be_visible()
    expect(page.locator(".trade-off .dot.was")).to_be_visible()
    expect(page.locator("body > [role=status]")).to_contain_text(page.locator("h1").text_content())
    assert dict(held(page).answers)["requests_per_month"] == GIVEN["requests_per_month"]
    after = page.locator("h1").text_content()

    page.reload()
    tries(page, requests_per_month=fewer)
    expect(page.locator("h1")).to_have_text(after)
    other: Page = new_page(page.url.split("/")[-1], viewport=window)
    tries(other, requests_per_month=fewer)
    expect(other.locator("h1")).to_have_text(after)
    expect(slider(other, "requests_per_month")).to_be_visible()

    enter(page, "options", code)
    expect(page.locator(".note").first).to_contain_text(lang("Back to the brief"))
    page.go_back()
    tries(page, requests_per_month=fewer)

    press(page, "Keep these answers", code)
    tries(page)
    expect(page.locator("h1")).to_have_text(after)
    assert dict(held(page).answers)["requests_per_month"] == fewer
    page.go_back()
    tries(page, requests_per_month=fewer)
    assert dict(held(page).answers)["requests_per_month"] == GIVEN["requests_per_month"]

    press(page, "Back to as answered", code)
    tries(page)
    expect(page.locator("h1")).to_have_text(before)
    expect(volume).to_have_attribute("aria-valuetext", written(float(GIVEN["requests_per_month"]), VOLUME, lang))


@pytest.mark.on_push(1)
@pytest.mark.parametrize("size", SIZES)
def test_with_numbers_that_are_tried_the_brief_stays_short(new_page, size):
    window, most = SIZES[size]
    page: Page = opened(new_page(address("verdict", "nl", **GIVEN), viewport=window))
    field(page, "requests_per_month").fill("20.000")
    field(page, "requests_per_month").press("Enter")
    tries(page, requests_per_month=20_000)
    assert page.evaluate(BY_TEXT_NODE, ".stMain") < MOST_WORDS
    page.locator(".play summary").click(delay=HELD_MS)
    expect(slider(page, "requests_per_month")).to_be_hidden()
    assert page.evaluate(HEIGHT) <= most


@pytest.mark.deep
def test_on_a_phone_the_sliders_are_closed_until_asked_for(new_page):
    page: Page = new_page(address("verdict", **GIVEN), viewport=PHONE)
    expect(slider(page, "requests_per_month")).to_be_hidden()
    opened(page)
    wide: Page = new_page(address("verdict", **GIVEN), viewport=WIDE)
    expect(slider(wide, "requests_per_month")).to_be_visible()


def test_the_sliders_can_be_used_by_everybody_in_both_looks_with_numbers_that_are_tried_and_asked_back(new_page):
    page: Page = new_page(address("verdict", **GIVEN))
    field(page, "budget_month").fill("1.200")
    field(page, "budget_month").press("Enter")
    expect(page.locator("[data-row=budget_month] .reading")).to_have_count(2)
    field(page, "target_score").fill("80")
    field(page, "target_score").press("Enter")
    tries(page, target_score=80)
    both_looks(page)


def test_a_number_is_typed_exactly_asked_back_or_said_to_be_unknown(new_page):
    page: Page = opened(new_page(address("verdict", **GIVEN)))
    budget = field(page, "budget_month")
    budget.fill("a lot")
    budget.press("Enter")
    said = page.locator("[data-row=budget_month] p")
    expect(said).to_contain_text("cannot be read")
    expect(budget).to_have_value("a lot")
    budget.fill("1.234")
    budget.press("Enter")
    expect(said).to_contain_text("which do you mean?")
    page.get_by_role("button", name="1,234", exact=True).click(delay=HELD_MS)
    tries(page, budget_month=1_234)
    expect(budget).to_have_value("$1,234")
    expect(said).to_have_text("")
    slider(page, "latency_limit").focus()
    page.keyboard.press("ArrowRight")
    tries(page, budget_month=1_234, latency_limit=3)
    expect(budget).to_have_value("$1,234")
    budget.fill("")
    budget.press("Enter")
    tries(page, budget_month=None, latency_limit=3)
    expect(page.locator("[data-row=budget_month].unset")).to_have_count(1)
    expect(budget).to_have_attribute("placeholder", "not set")


def test_a_thumb_that_is_dragged_draws_the_page_while_it_moves(new_page):
    page: Page = opened(new_page(address("verdict", **GIVEN)))
    volume = slider(page, "requests_per_month")
    volume.scroll_into_view_if_needed()
    box = volume.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * START / (len(PLACES) - 1), box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=5)
    page.wait_for_url(lambda _: tried(page).answers.get("requests_per_month", math.inf) < GIVEN["requests_per_month"])
    page.locator(".three .before").first.wait_for()
    page.mouse.move(box["x"], box["y"] + box["height"] / 2, steps=5)
    page.mouse.up()
    tries(page, requests_per_month=PLACES[0])


@pytest.mark.deep
def test_what_is_tried_outlives_a_change_of_the_language(new_page):
    page: Page = opened(new_page(address("verdict", **GIVEN)))
    field(page, "target_score").fill("85")
    field(page, "target_score").press("Enter")
    tries(page, target_score=85)
    page.get_by_role("link", name="Nederlands").click(delay=HELD_MS)
    page.wait_for_url("**lang=nl**")
    tries(page, target_score=85)
    expect(page.locator(".play summary")).to_have_text("Speel met de getallen")
    assert dict(held(page).answers)["target_score"] == GIVEN["target_score"]
