"""The whole way from the first page to the files that one takes along, in both languages."""

from __future__ import annotations

import json
import zipfile
from datetime import date
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from advisor import Situation, advise, encode, read_situation, tried
from advisor.content.load import load
from advisor.language import language
from advisor.wording import brief_headline, step_name, told_reasons
from tests.browser.reader import (
    ANSWERS,
    ASKED,
    BEGUN,
    HELD_MS,
    LOW_RATE,
    WALKED,
    address,
    answer_all,
    begin,
    enter,
    held,
    held_in,
    holds,
    on,
    press,
    quiet,
)
from tests.products import by_turns

DAY = date(2026, 11, 22)
"""Of the advice. A test that begins before midnight may end after it."""


@pytest.mark.on_push(1)
@pytest.mark.parametrize("code", ["en", "nl"])
def test_the_questions_lead_to_a_verdict(new_page, code):
    lang = language(code)
    page: Page = new_page(f"?lang={code}&at={DAY}")
    expect(page.locator("html")).to_have_attribute("lang", code)
    begin(page, code)
    answer_all(page, code)
    told = {question.id: WALKED[question.id] for question in ASKED}
    assert held(page).known() == read_situation({**BEGUN, **told}).known()
    for question in ASKED:
        expect(page.locator(".summary dt", has_text=lang(question.text))).to_have_count(1)
    press(page, "See the verdict", code)
    advice = advise(held(page), DAY)
    on(page, brief_headline(advice, load(), lang))
    expect(page.locator("ol.cards > li")).to_have_count(len(advice.plan))
    enter(page, "change", code)
    expect(page.locator(".sentence")).to_contain_text(lang.percent(advice.stability))
    enter(page, "why", code)
    reasons = sum(len(group.reasons) for group in told_reasons(advice, load(), lang))
    expect(page.locator(".st-key-reasons .reasons > li")).to_have_count(reasons)
    expect(page.locator(".bars")).to_have_count(1)
    enter(page, "speed", code)
    expect(page.locator(".bars")).to_have_count(1)
    assert not page.evaluate("performance.getEntriesByType('resource').some((one) => /plotly/i.test(one.name))")
    enter(page, "options", code)
    expect(page.locator("[data-testid=stPlotlyChart]")).to_have_count(1)
    for result in advice.ranking:
        option = load().option(result.option)
        if result.blocked and result.option != advice.option:
            expect(page.locator(".st-key-held")).to_contain_text(lang(option.name), ignore_case=True)
        else:
            expect(page.locator(".st-key-options")).to_contain_text(lang(option.name))
    enter(page, "steps", code)
    expect(page.locator("[data-testid=stCode]")).to_contain_text(f"advisor advise answers.yaml --at {advice.at}")


def taken(page: Page, label: str, folder: Path) -> Path:
    with page.expect_download() as waiting:
        page.get_by_role("button", name=label, exact=True).click(delay=HELD_MS)
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


def test_everything_can_be_taken_along(new_page, tmp_path):
    page: Page = new_page(address("verdict", **ANSWERS))
    assert taken(page, "Download the report (PDF)", tmp_path).read_bytes().startswith(b"%PDF-")
    enter(page, "steps")
    assert taken(page, "Report (Markdown)", tmp_path).read_text().startswith("Fine-Tune Advisor")
    assert json.loads(taken(page, "Report (JSON)", tmp_path).read_text())["words"]["lang"] == "en"
    assert "README.md" in zipfile.ZipFile(taken(page, "Dataset template (zip)", tmp_path)).namelist()
    assert read_situation(taken(page, "Answers (YAML)", tmp_path)) == read_situation(ANSWERS)


@pytest.mark.deep
def test_in_depth_it_asks_on_and_the_stability_stays_in_sight(new_page):
    page: Page = new_page(address("check", **ANSWERS | {"evaluation_set": "yes"}))
    press(page, "Answer more questions")
    page.wait_for_url("**/q-*path=deep*")
    quiet(page)
    expect(page.locator(".strip")).to_contain_text("answers given, about")
    expect(page.locator(".strip")).to_contain_text("situations")
    press(page, "I don't know")
    page.wait_for_url(lambda url: len(held_in(url).answers) == len(ANSWERS) + 1)
    quiet(page)
    assert len(held(page).answers) == len(ANSWERS) + 1


def test_an_edited_assumption_changes_the_options_in_their_room(new_page):
    page: Page = new_page(address("options", **ANSWERS))
    row = page.locator(".st-key-options tbody tr").first
    before = row.text_content()
    assert before
    enter(page, "assumptions")
    field = page.locator(".st-key-assumption-day_rate input").last
    field.fill("90000")
    field.press("Enter")
    expect(page.locator(".effect")).to_contain_text("with your numbers")
    holds(page, day_rate=[LOW_RATE, 90_000])
    enter(page, "options")
    expect(row).not_to_have_text(before)


@by_turns(code=["en", "nl"])
def test_a_case_is_judged_before_its_outcome_is_shown_and_can_be_started_from(new_page, code):
    lang = language(code)
    page: Page = new_page(f"cases?lang={code}")
    page.get_by_role("combobox", name=lang("How hard to judge")).click(delay=HELD_MS)
    page.get_by_role("option", name=lang("Easy"), exact=True).click(delay=HELD_MS)
    page.wait_for_url("**level=easy**")
    card = next(card for card in load().case_cards if card.level == "easy")
    page.get_by_role("link", name=lang(card.title)).click(delay=HELD_MS)
    on(page, lang(card.title))
    expect(page.locator(".outcome")).to_have_count(0)
    press(page, "Not yet", code)
    case = next(case for case in load().cases if case.id == card.id)
    expect(page.locator(".outcome")).to_contain_text(lang(case.lesson)[:40])
    press(page, "Start my answers from this case", code)
    on(page, lang("Check your answers"))
    assert held(page) == read_situation(case.answers)


def test_the_glossary_finds_a_term_and_says_when_there_is_none(new_page):
    page: Page = new_page("glossary")
    term = load().terms[0]
    field = page.get_by_role("textbox", name="Search the glossary")
    field.fill(term.term)
    field.press("Enter")
    expect(page.locator(f"#term-{term.id}")).to_be_visible()
    field.fill("qqqqq")
    field.press("Enter")
    expect(page.get_by_text("No term matches. Try a shorter word.")).to_be_visible()


def test_a_result_moves_the_plan_on_and_a_step_back_undoes_it(new_page):
    situation = read_situation({**ANSWERS, "evaluation_set": "yes", "goal": "measurable", "target_score": 90})
    page: Page = new_page(f"steps?{urlencode({'a': encode(situation), 'lang': 'en', 'at': DAY})}")
    plan = page.locator("ol.plan .what")

    def named(told: Situation) -> list[str]:
        advice = advise(told, DAY)
        return [step_name(step, advice, load(), language("en")) for step in advice.plan]

    before = named(situation)
    expect(plan).to_have_text(before)
    step = next(step for step in advise(situation, DAY).plan if step.kind == "option")
    name = load().option(step.id).name
    told = page.get_by_role("group", name=name, exact=True)
    told.get_by_role("textbox", name="We tried it: score").fill("much")
    told.get_by_role("button", name="Save").click(delay=HELD_MS)
    expect(told.get_by_role("alert")).to_be_visible()
    assert held(page) == situation
    told.get_by_role("textbox", name="We tried it: score").fill("71")
    told.get_by_role("button", name="Save").click(delay=HELD_MS)
    after = tried(situation, step.id, 71)
    expect(plan).to_have_text(named(after))
    quiet(page)
    assert held(page) == after
    expect(page.get_by_role("status").filter(has_text="Counted:")).to_be_visible()
    page.go_back()
    expect(plan).to_have_text(before)
    quiet(page)
    assert held(page) == situation
