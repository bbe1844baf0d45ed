"""Other answers are tried beside those given: the brief follows them, and everything else keeps to those given."""

from __future__ import annotations

from html import unescape
from typing import Any

from streamlit.testing.v1 import AppTest

from advisor import advise, encode, situation
from advisor.content.load import load
from advisor.language import language
from advisor.ui.pages.verdict.downloads import rendering
from advisor.ui.parts.sliders import nearest, stops
from advisor.ui.session import Session
from advisor.wording import brief_headline
from tests.ui.screen import MAIN, answers, follow, heading, shown, texts, well

GIVEN: dict[str, Any] = {
    "task": "classification",
    "gap": ["cost"],
    "prompt_tried": "good",
    "evaluation_set": "yes",
    "goal": "measurable",
    "success_metric": "metric",
    "labelled_examples": 20_000,
    "requests_per_month": 30_000_000,
    "latency_limit": 2,
    "budget_month": 5_000,
    "target_score": 92,
    "knowledge_changes": "never",
}
TRIED: dict[str, Any] = {"requests_per_month": 20_000}


def brief(**others: Any) -> AppTest:
    """The brief of a link that tries these answers, too."""
    test = AppTest.from_file(str(MAIN), default_timeout=60)
    test.query_params["a"] = encode(situation(**GIVEN))
    if others:
        test.query_params["if"] = encode(situation(**others))
    return follow(well(test.run()), "verdict")


def moved(**moves: Any) -> Session:
    """The session after these moves of sliders: the place of a stop, or what was typed."""

    def script(moves):
        from advisor.ui.pages.verdict.what_if import take_moves
        from advisor.ui.parts.sliders import Moved
        from advisor.ui.session import current_session

        take_moves(Moved(1, moves), current_session())

    session = Session()
    session.answer(situation(**GIVEN))
    test = AppTest.from_function(script, kwargs={"moves": moves})
    test.session_state["visit"] = session
    well(test.run())
    return test.session_state["visit"]


def test_the_brief_follows_what_is_tried_and_says_what_was_answered_beside():
    en, test = language("en"), brief(**TRIED)
    tried, given = advise(situation(**{**GIVEN, **TRIED})), advise(situation(**GIVEN))
    assert heading(test) == brief_headline(tried, load(), en)
    page = unescape(shown(test))
    assert f"As answered: {brief_headline(given, load(), en)}" in page
    assert "What if ·" in page
    assert page.count('class="before"') == 3
    assert '"dot was"' in page


def test_a_brief_of_which_nothing_is_tried_has_nothing_beside_it():
    test = brief()
    assert heading(test) == brief_headline(advise(situation(**GIVEN)), load(), language("en"))
    assert not any(mark in shown(test) for mark in ("As answered", "What if", 'class="before"', "dot was"))


def test_the_address_carries_both_and_the_answers_stay():
    test = brief(**TRIED)
    assert answers(test) == dict(situation(**GIVEN).answers)
    assert encode(situation(**TRIED)) in test.query_params["if"]


def test_the_rooms_and_the_files_keep_to_what_was_answered_and_say_so():
    test = brief(**TRIED)
    told = "This page shows what follows from your answers as given."
    assert told in shown(follow(test, "options"))
    assert "$2,400" in shown(test)
    session, plain = test.session_state["visit"], Session()
    plain.answer(situation(**GIVEN))
    assert rendering("md", session)() == rendering("md", plain)()
    assert told not in shown(follow(brief(), "options"))


def test_a_move_tries_a_stop_and_a_text_what_it_says():
    session = moved(requests_per_month=10, budget_month="1.2k", latency_limit="0.75 s")
    assert dict(session.what_if.answers) == {"requests_per_month": 2_000, "budget_month": 1_200, "latency_limit": 0.75}
    assert dict(session.situation.answers) == dict(situation(**GIVEN).answers)


def test_an_empty_field_says_that_nobody_knows():
    assert dict(moved(budget_month=" ").what_if.answers) == {"budget_month": None}


def test_what_cannot_be_read_changes_nothing():
    assert not moved(budget_month="a lot", target_score="120").what_if.answers


def test_a_move_of_what_has_no_slider_changes_nothing():
    assert not moved(evaluation_set="no", nothing="1").what_if.answers


def test_back_at_the_answer_nothing_is_tried():
    assert not moved(requests_per_month="30,000,000", target_score=92).what_if.answers


def test_a_link_that_tries_what_is_no_longer_asked_names_it():
    test = AppTest.from_file(str(MAIN), default_timeout=60)
    test.query_params["a"] = encode(situation(**GIVEN))
    test.query_params["if"] = encode(situation(**TRIED, harm="low"))
    told = [text for text in texts(follow(well(test.run()), "verdict")) if "were left out" in text]
    assert load().question("harm").text in unescape(" ".join(told))


def test_what_comes_of_the_next_stop_is_found_out_while_the_reader_looks_at_this_one(monkeypatch):
    thought = []
    monkeypatch.setattr("advisor.ui.pages.verdict.what_if.think_ahead", lambda one, _: thought.append(one))
    question = load().question("requests_per_month")
    places = stops(question)
    start = nearest(GIVEN["requests_per_month"], places)

    def script(start):
        from advisor.ui.pages.verdict.what_if import prepare, take_moves
        from advisor.ui.parts.sliders import Moved
        from advisor.ui.session import current_session

        session = current_session()
        for n, place in enumerate((start - 1, start - 2, start - 1, "250"), start=1):
            take_moves(Moved(n, {"requests_per_month": place}), session)
            prepare(session)

    session = Session()
    session.answer(situation(**GIVEN))
    test = AppTest.from_function(script, kwargs={"start": start})
    test.session_state["visit"] = session
    well(test.run())
    ahead = [places[place] for place in (start - 2, start - 3, start)]
    assert [one.answers["requests_per_month"] for one in thought] == ahead
    session.suppose({"requests_per_month": places[start - 2]})
    assert encode(thought[0]) == encode(session.supposed)
