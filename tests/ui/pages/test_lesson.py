"""A lesson: its text with its figures, what it lets one try, its question, and the ways on."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from html import unescape
from typing import get_args

import pytest
from streamlit.testing.v1 import AppTest

from advisor.cases import TUNING
from advisor.content.course import Figure, Lesson
from advisor.content.evidence import evidence_cases
from advisor.content.load import load
from advisor.language import language
from advisor.ui.pages import registry
from advisor.ui.pages.lesson import figures
from advisor.ui.pages.lesson_figures import FIGURES
from advisor.ui.session import Session
from tests.ui.screen import heading, page_alone, texts, well

LESSONS = load().lessons
NAMES = [lesson.id for lesson in LESSONS]


def page(wanted: str, code: str = "en", at: date | None = None) -> AppTest:
    def script(wanted: str) -> None:
        from advisor.ui.pages.lesson import draw
        from advisor.ui.session import content, current_session

        draw(next(one for one in content().lessons if one.id == wanted), current_session())

    test = AppTest.from_function(script, default_timeout=60, args=(wanted,))
    test.session_state["visit"] = Session(code=code, at=at)
    return well(test.run())


@cache
def untouched(wanted: str) -> tuple[str, ...]:
    """What a page says before anybody touches it."""
    return tuple(texts(page(wanted)))


def read(test: AppTest) -> str:
    """What is read, without marks; a term that explains itself stands there once."""
    shown = re.sub(r'<span class="meaning".*?</span>', "", " ".join(texts(test)), flags=re.DOTALL)
    return unescape(re.sub("<[^<>]*>", "", shown))


def answer(test: AppTest, lesson: Lesson, place: int) -> str:
    radio = next(one for one in test.radio if one.key and one.key.startswith(f"lesson-{lesson.id}"))
    well(radio.set_value(place).run())
    return read(test)


@pytest.mark.on_push(8)
@pytest.mark.parametrize("code", ["en", "nl"])
@pytest.mark.parametrize("lesson", LESSONS, ids=NAMES)
def test_a_lesson_says_what_it_says_with_its_figures_and_answers_when_asked(lesson: Lesson, code: str) -> None:
    test, lang = page(lesson.id, code), language(code)
    shown, numbers = read(test), figures(lesson, lang)
    assert heading(test) == lang(lesson.title)
    for text in lesson.text:
        assert lang(text, **numbers) in shown
    assert "{" not in lang(" ".join(numbers.values()))
    for choice in lesson.question.choices:
        assert lang(choice.why, **numbers) not in shown, "nothing is told before a choice"
    right, wrong = lang("Right."), lang("Not quite.")
    for place, choice in enumerate(lesson.question.choices):
        said = answer(test, lesson, place)
        assert f"{right if choice.right else wrong} {lang(choice.why, **numbers)}" in said
        assert sum(lang(one.why, **numbers) in said for one in lesson.question.choices) == 1


def test_every_way_on_leads_to_a_page_that_there_is() -> None:
    pages = registry.pages(language("en"))
    for lesson in LESSONS:
        assert all(doing.page in pages for doing in lesson.does)
        shown = " ".join(untouched(lesson.id))
        for name in lesson.reading:
            assert f"id={name}" in shown


def test_the_lessons_follow_each_other_and_the_last_leads_back() -> None:
    for place, name in enumerate(NAMES):
        around = next(one for one in untouched(name) if 'class="around"' in one)
        beside = [*NAMES[max(place - 1, 0) : place], *NAMES[place + 1 : place + 2]]
        assert re.findall(r'data-go="lesson-([a-z-]+)"', around) == beside
        assert ('data-go="learn"' in around) == (name == NAMES[-1])


def test_the_page_learn_lists_the_course_and_all_that_was_there() -> None:
    shown = " ".join(texts(page_alone("advisor.ui.pages.learn")))
    assert re.findall(r'data-go="lesson-([a-z-]+)"', shown) == NAMES
    for there in ("cases", "teach", "who-tunes", "tutorial", "tool-rows", "for-and-against", "decision", "glossary"):
        assert f'data-go="{there}"' in shown
    assert f"{len(LESSONS)} lessons, {sum(one.minutes for one in LESSONS)} minutes in all." in unescape(shown)


def test_every_figure_that_a_lesson_can_name_can_be_drawn() -> None:
    assert sorted(FIGURES) == sorted(get_args(Figure))


def test_each_fact_of_a_text_has_its_source_and_its_day() -> None:
    shown = read(page("tokens"))
    assert "gpt-4.1-mini: training" not in shown, "what is said of a fact is joined with a comma"
    assert "gpt-4.1-mini, training" in shown
    assert "5 USD a million tokens" in shown
    assert "August 11, 2026" in shown


def test_tokens_are_counted_and_their_bill_grows_with_the_requests() -> None:
    test = page("tokens")
    well(test.text_area[0].set_value("hello hello hello").run())
    assert "3 tokens sent with each of 10,000 requests" in read(test)
    well(test.number_input[0].set_value(20_000).run())
    assert "3 tokens sent with each of 20,000 requests" in read(test)
    before = re.findall(r"OpenAI gpt-6\.1-sol</th>.*?\$([\d.]+)", " ".join(texts(test)))
    well(test.number_input[0].set_value(200_000).run())
    after = re.findall(r"OpenAI gpt-6\.1-sol</th>.*?\$([\d.]+)", " ".join(texts(test)))
    assert float(after[0]) == pytest.approx(10 * float(before[0]))


def test_a_text_that_is_typed_is_text_and_one_that_is_too_long_is_not_counted() -> None:
    test = page("tokens")
    well(test.text_area[0].set_value("<b>bold</b>").run())
    assert "<b>bold" not in " ".join(texts(test))
    well(test.text_area[0].set_value("x" * 6_000).run())
    assert "Shorten the text" in read(test)
    assert "sent with each" not in read(test)


def test_curves_are_read_up_to_the_step_at_which_one_stops() -> None:
    test = page("losses")
    assert "At step 40 the loss is 1.04 on the rows trained on and 1.2 on the others." in read(test)
    assert "It would learn more if it went on." in read(test)
    well(test.select_slider[0].set_value(100).run())
    assert "It learnt, and has levelled off." in read(test)
    well(test.radio[0].set_value("overfitted").run())
    assert "It learns the rows by heart." in read(test)


def test_what_counts_as_right_changes_what_is_compared() -> None:
    test = page("right")
    scores = load().learned.scores["advice"]
    assert f"{scores.acceptable:.0%} of {scores.cases} cases" in read(test)
    well(test.radio[0].set_value("first_two").run())
    assert f"{scores.first_two:.0%} of {scores.cases} cases" in read(test)


def test_another_gap_has_other_outcomes() -> None:
    test = page("changes")
    cases = (*load().cases, *evidence_cases())
    facts = [case for case in cases if {"knowledge", "invented"} & {*case.answers.get("gap", [])}]
    n = sum(case.outcome in TUNING for case in facts)
    assert f"Of {len(facts)} cases with this gap, " in read(test)
    assert f"{n} with a trained model; " in read(test)
    well(test.radio[0].set_value("behaviour").run())
    assert "What turned out best: it knows enough" in read(test)


def test_who_bets_more_on_the_first_step_climbs_less() -> None:
    test = page("ladder")
    assert "Of 1,000 such teams 500 stop after better prompting, 250 after retrieval and 125 after" in read(test)
    well(test.select_slider[0].set_value(80).run())
    assert "Of 1,000 such teams 800 stop after better prompting, 100 after retrieval and 50 after" in read(test)
    assert "21 days, $11,000" in read(test)
    well(test.number_input[0].set_value(1_000).run())
    assert "21 days, $21,000" in read(test)


def test_another_model_and_a_longer_answer_take_another_time() -> None:
    test = page("time")
    assert "Where the time goes: OpenAI gpt-6.1-sol" in read(test)
    assert "Thinking, unseen" not in read(test)
    well(test.select_slider[1].set_value(1_000).run())
    assert "Thinking, unseen" in read(test)
    well(test.radio[0].set_value("OpenAI gpt-6-luna").run())
    assert "What others measured of OpenAI gpt-6-luna" in read(test)


def test_what_a_doubling_of_the_examples_brought_is_said() -> None:
    test = page("data")
    assert "Tuned on 512 examples it is right in 53 of 100 cases, on 1,024 in 69: +16 points." in read(test)
    well(test.select_slider[0].set_value(4_096).run())
    assert "Tuned on 4,096 examples it is right in 87 of 100 cases, on 8,192 in 92: +5 points." in read(test)


def test_who_tests_more_sees_what_was_lost() -> None:
    test = page("forgetting")
    assert "4 of your 4 tests rose, 0 fell. 8 tests were not run." in read(test)
    well(test.radio[0].set_value("safety").run())
    assert "were not run" not in read(test)
    assert "−7.6" in read(test)


def open_routes(test: AppTest) -> tuple[int, int]:
    """How many routes are open on the day chosen, of how many on the day on which one looks."""
    found = re.search(r"(\d+) of the (\d+) routes that are open to such a customer", read(test))
    assert found
    return int(found[1]), int(found[2])


def test_a_later_day_finds_fewer_routes_open_to_the_same_customer() -> None:
    test = page("routes", at=date(2026, 11, 30))
    well(test.select_slider[0].set_value(date(2027, 1, 1)).run())
    still, today = open_routes(test)
    assert still == today
    assert "Closed by then" not in read(test)
    well(test.select_slider[0].set_value(date(2027, 1, 6)).run())
    assert open_routes(test)[0] < today
    assert "Closed by then: OpenAI (gpt-4.1, gpt-4.1-mini, gpt-4o, gpt-4o-mini)." in read(test)
    well(test.radio[0].set_value("new").run())
    assert open_routes(test)[1] < today, "to new customers some have been closed for long"


def test_where_nothing_is_known_to_end_there_is_no_day_to_choose() -> None:
    test = page("routes", at=date(2035, 1, 1))
    assert not test.select_slider
    assert "on January 1, 2035 has an end that we know of" in read(test)
