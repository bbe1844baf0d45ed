"""The page of a published case: guess, see what came out, and begin one's own answers from it."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from advisor import situation
from advisor.cases import CaseResult, judge, level_name, our_answer, shown
from advisor.content.load import load
from advisor.interview.answers_file import read_situation
from advisor.language import LANGUAGES, language
from advisor.ui.pages.cases import LEVELS
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


def case_page(code: str = "en", *, case: str = CASE, **mine: Any) -> AppTest:
    """The page in this language, for a reader with these answers."""

    def script() -> None:
        from advisor.ui.pages.cases import draw_case
        from advisor.ui.session import current_session

        draw_case(current_session())

    session = Session(code=code)
    session.answer(situation(**mine))
    test = AppTest.from_function(script, default_timeout=60)
    test.session_state["visit"] = session
    test.query_params["case"] = case
    return well(test.run())


def outcome(test: AppTest) -> str:
    return next(text for text in texts(test) if 'class="outcome"' in text)


def buttons(test: AppTest) -> set[str]:
    return {button.key for button in test.button}


def case_list(code: str = "en", **chosen: str) -> AppTest:
    """The list in this language, with what the address chooses."""

    def script() -> None:
        from advisor.ui.pages.cases import draw
        from advisor.ui.session import current_session

        draw(current_session())

    test = AppTest.from_function(script, default_timeout=60)
    test.session_state["visit"] = Session(code=code)
    for name, value in chosen.items():
        test.query_params[name] = value
    return well(test.run())


def listed(test: AppTest) -> list[str]:
    """The cases on the page, by id."""
    return re.findall(r"[?&;]case=([a-z0-9_]+)", " ".join(texts(test)))


def test_every_case_has_a_short_title_of_its_own_in_every_language_and_a_kind_of_work() -> None:
    cards = {card.id: card for card in load().case_cards}
    assert cards.keys() == {case.id for case in shown(load())}
    assert {card.level for card in cards.values()} == set(LEVELS)
    for code in LANGUAGES:
        titles = [language(code)(card.title) for card in cards.values()]
        assert len(set(titles)) == len(titles)
        assert max(map(len, titles)) <= 50
    assert all(case.answers["task"] in load().question("task").values for case in shown(load()))


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_list_says_kind_level_and_minutes_and_no_outcome(code: str) -> None:
    lang, said = language(code), " ".join(texts(case_list(code)))
    assert len(listed(case_list(code))) == len(shown(load()))
    for level in LEVELS:
        assert level_name(level, lang) in said
    assert lang.plural("{n} minute", "{n} minutes", 1) in said
    for case in shown(load()):
        assert labels.outcome_name(case.outcome, load(), lang) not in said


def test_the_address_chooses_kind_and_level() -> None:
    by_id = {case.id: case for case in shown(load())}
    levels = {card.id: card.level for card in load().case_cards}
    found = listed(case_list(work="qa", level="easy"))
    assert found
    assert set(found) == {key for key in by_id if by_id[key].answers["task"] == "qa" and levels[key] == "easy"}
    assert len(listed(case_list(work="nonsense", level="<b>"))) == len(by_id)
    assert "No case is of this kind and level" in " ".join(texts(case_list(work="assistant", level="easy")))


def test_what_is_chosen_goes_into_the_address() -> None:
    test = case_list()
    test.selectbox[0].set_value("sql_code").run()
    assert test.query_params["work"] in ("sql_code", ["sql_code"])
    assert {case.answers["task"] for case in shown(load()) if case.id in listed(test)} == {"sql_code"}


def test_nothing_of_the_outcome_is_told_before_the_guess() -> None:
    test = case_page()
    assert not any('class="outcome"' in text for text in texts(test))
    assert {"guess-fine_tune", "guess-not_yet", "guess-dont"} < buttons(test)


@pytest.mark.parametrize(
    ("case", "guess", "said_of_it"),
    [
        (CASE, "guess-fine_tune", "Your guess agrees with what came out."),
        (CASE, "guess-dont", "Your guess differs from what came out."),
        (CASE, "guess-not_yet", "Your guess differs from what came out."),
        (CASE, "reveal", "You made no guess."),
        ("chipnemo", "guess-fine_tune", "Your guess agrees with what came out."),
        ("agri_qa_microsoft", "guess-dont", "Your guess differs from what came out, but the source would support it"),
        ("gekhman_new_knowledge", "guess-not_yet", "Your guess agrees with what came out."),
    ],
)
def test_a_guess_is_held_against_what_came_out(case: str, guess: str, said_of_it: str) -> None:
    assert f"<p>{said_of_it}" in outcome(press(case_page(case=case), guess))


@pytest.mark.parametrize("code", ["en", "nl"])
def test_what_came_out_has_words_and_no_keys_and_its_source_a_name(code: str) -> None:
    said = outcome(press(case_page(code), "reveal"))
    shown = re.sub(r"<[^>]+>", " ", said)
    assert "base small model" not in shown
    assert "cost vs gpt4" not in shown
    assert "http" not in shown
    assert ">ZenML LLMOps Database: Cost reduction through fine-tuning</a>" in said


@cache
def judged() -> list[CaseResult]:
    return [judge(case, AT) for case in load().cases]


@pytest.mark.on_push(1)
@pytest.mark.parametrize("code", ["en", "nl"])
def test_only_where_the_option_is_the_published_one_the_advisor_says_the_same(code: str) -> None:
    """Over all published cases: the sentence names the very option that came out, or says that it is another."""
    lang, content = language(code), load()
    same = lang("This advisor says the same: {name}.").split("{")[0]
    said_same = 0
    for case, result in zip(content.cases, judged(), strict=True):
        sentence = our_answer(result, load(), lang)
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
