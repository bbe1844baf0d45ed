"""The page of a published case: guess, see what came out, and begin one's own answers from it."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from advisor import situation
from advisor.cases import judge
from advisor.content.load import load
from advisor.interview.answers_file import read_situation
from advisor.language import language
from advisor.ui.pages import cases
from advisor.ui.session import Session
from advisor.wording import labels
from tests.ui.screen import press, texts, well

AT = date(2026, 11, 22)
CASE = "airtrain_product_taxonomy"
KNOWN = read_situation(next(case.answers for case in load().cases if case.id == CASE))


@pytest.fixture(autouse=True)
def stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leaving the page ends the run, since there is no other page here."""
    monkeypatch.setattr("advisor.ui.pages.cases.go", lambda page, session: st.stop())


def case_page(code: str = "en", **mine: Any) -> AppTest:
    """The page in this language, for a reader with these answers."""

    def script() -> None:
        from advisor.ui.pages.cases import draw_case
        from advisor.ui.session import current_session

        draw_case(current_session())

    session = Session(code=code)
    session.answer(situation(**mine))
    test = AppTest.from_function(script, default_timeout=60)
    test.session_state["visit"] = session
    test.query_params["case"] = CASE
    return well(test.run())


def outcome(test: AppTest) -> str:
    return next(text for text in texts(test) if 'class="outcome"' in text)


def buttons(test: AppTest) -> set[str]:
    return {button.key for button in test.button}


@pytest.mark.parametrize("code", ["en", "nl"])
def test_every_option_of_the_ladder_and_not_yet_can_be_guessed(code: str) -> None:
    lang = language(code)
    labels = [lang(option.name) for option in load().options] + [lang("Not yet: something was missing")]
    assert case_page(code).radio[0].options == labels


@pytest.mark.parametrize(
    ("guess", "said_of_it"),
    [
        ("distill", "Your guess agrees with what came out."),
        ("encoder", "Your guess differs from what came out, but the source would support it too."),
        ("rag", "Your guess differs from what came out."),
        ("not_yet", "Your guess differs from what came out."),
        (None, "You made no guess."),
    ],
)
def test_a_guess_is_held_against_what_came_out(guess: str | None, said_of_it: str) -> None:
    """Distillation came out; the source supports supervised fine-tuning too, of which a classifier is one way."""
    test = case_page()
    if guess:
        test.radio[0].set_value(guess).run()
    said = outcome(press(test, "reveal"))
    assert f"<p>{said_of_it} The source would also support" in said


@pytest.mark.parametrize("code", ["en", "nl"])
def test_what_came_out_has_words_and_no_keys_and_its_source_a_name(code: str) -> None:
    said = outcome(press(case_page(code), "reveal"))
    shown = re.sub(r"<[^>]+>", " ", said)
    assert "base small model" not in shown
    assert "cost vs gpt4" not in shown
    assert "http" not in shown
    assert ">ZenML LLMOps Database: Cost reduction through fine-tuning</a>" in said


@pytest.mark.parametrize("code", ["en", "nl"])
def test_only_where_the_option_is_the_published_one_the_advisor_says_the_same(code: str) -> None:
    """Over all published cases: the sentence names the very option that came out, or says that it is another."""
    lang, content = language(code), load()
    same = lang("This advisor says the same: {name}.").split("{")[0]
    said_same = 0
    for case in content.cases:
        result = judge(case, AT)
        sentence = cases.our_answer(result, lang)
        published = labels.outcome_name(case.outcome, content, lang)
        named = published if case.outcome == "not_yet" else labels.in_sentence(published)
        if sentence.startswith(same):
            said_same += 1
            assert sentence.endswith(f"{named}."), (case.id, sentence)
        else:
            assert not sentence.endswith(f": {named}."), (case.id, sentence)
    assert 0 < said_same < len(content.cases)


def test_without_answers_of_ones_own_the_case_is_taken_at_once() -> None:
    test = press(case_page(), "take")
    assert test.session_state["visit"].situation == KNOWN


def test_answers_of_ones_own_are_replaced_only_when_that_is_wanted() -> None:
    test = press(case_page(evaluation_set="no", labelled_examples=640), "take")
    assert "You have answered 2 questions yourself" in " ".join(texts(test))
    assert dict(test.session_state["visit"].situation.answers) == {"evaluation_set": "no", "labelled_examples": 640}
    press(test, "replace-mine")
    assert test.session_state["visit"].situation == KNOWN


def test_answers_of_ones_own_can_be_kept() -> None:
    test = press(press(case_page(evaluation_set="no"), "take"), "keep-mine")
    assert dict(test.session_state["visit"].situation.answers) == {"evaluation_set": "no"}
    assert "replace-mine" not in buttons(test)
