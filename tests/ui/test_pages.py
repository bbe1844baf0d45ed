"""What each page does with what is entered, without a browser."""

from __future__ import annotations

import pytest
from screen import MAIN, QUICK, answers, at_question, heading, opened, press, problem, texts, well
from streamlit.testing.v1 import AppTest

from advisor import encode, situation
from advisor.content import load
from advisor.ui.path import page_of


def test_the_quick_path_asks_nine_questions_in_order_and_then_checks():
    test = press(opened(), "quick")
    asked = []
    while heading(test) != "Check your answers":
        asked.append(next(one.id for one in load().questions if one.text == heading(test)))
        press(test, "unknown")
    assert asked == QUICK
    assert answers(test) == dict.fromkeys(QUICK)


def test_every_answer_goes_into_the_address_at_once():
    test = at_question("evaluation_set")
    test.radio[0].set_value("no").run()
    press(test, "continue")
    assert answers(test) == {"evaluation_set": "no"}


def test_skipping_leaves_a_question_open_and_does_not_ask_it_again():
    test = press(press(opened(), "quick"), "skip")
    assert answers(test) == {}
    assert test.query_params["skip"] in (["gap"], "gap")
    assert heading(test) == load().question(QUICK[1]).text


def test_in_depth_it_goes_on_with_the_question_that_matters_most():
    from advisor import glance

    test = press(opened(), "deep")
    for _ in QUICK:
        press(test, "unknown")
    best = glance(situation(**dict.fromkeys(QUICK))).next_question
    assert best is not None
    assert heading(test) == load().question(best.question).text


def test_in_depth_it_stops_when_no_answer_can_change_the_verdict():
    test = opened(**{question.id: None for question in load().questions})
    press(test, "continue")
    assert heading(test) == "Check your answers"
    assert "No other question can change the verdict; finding out what you do not know can" in " ".join(texts(test))
    assert "deeper" not in [button.key for button in test.button]


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("gap", "Tick what applies"),
        ("prompt_tried", "Choose an answer"),
        ("labelled_examples", "Give a number, or say"),
    ],
)
def test_nothing_given_is_said_and_goes_nowhere(wanted, said):
    test = press(at_question(wanted), "continue")
    assert problem(test).startswith(said)
    assert heading(test) == load().question(wanted).text


def test_none_of_these_does_not_go_with_a_choice():
    test = at_question("gap")
    test.checkbox[0].check()
    test.checkbox[-1].check().run()
    assert "not both" in problem(press(test, "continue"))
    test.checkbox[0].uncheck().run()
    press(test, "continue")
    assert answers(test) == {"gap": ()}


@pytest.mark.parametrize("value", [-1, 10_000_001])
def test_a_number_outside_its_bounds_is_refused_with_the_bounds(value):
    test = at_question("labelled_examples")
    test.number_input[0].set_value(value).run()
    assert problem(press(test, "continue")) == "Give a number from 0 to 10,000,000."


def test_a_number_may_be_a_range():
    test = at_question("labelled_examples")
    test.radio[0].set_value("range").run()
    test.number_input[0].set_value(200)
    test.number_input[1].set_value(500).run()
    press(test, "continue")
    assert answers(test) == {"labelled_examples": (200.0, 500.0)}


def test_a_range_that_begins_above_its_end_is_refused():
    test = at_question("labelled_examples")
    test.radio[0].set_value("range").run()
    test.number_input[0].set_value(500)
    test.number_input[1].set_value(200).run()
    assert "lower number first" in problem(press(test, "continue"))


def test_a_page_shows_the_answer_there_is():
    test = press(opened(gap=["style"], labelled_examples=[200, 500]), "continue")
    while heading(test) != load().question("knowledge_changes").text:
        press(test, "skip")
    listed = next(text for text in texts(test) if "questions so far" in text)
    assert "200 to 500 examples" in listed


def test_switching_the_language_keeps_what_is_chosen_but_not_sent():
    test = at_question("evaluation_set")
    test.radio[0].set_value("partial").run()
    test.session_state["visit"].code = "nl"
    well(test.run())
    assert test.radio[0].value == "partial"
    assert test.radio[0].label != load().question("evaluation_set").text
    test.session_state["visit"].code = "en"
    well(test.run())
    press(test, "continue")
    assert answers(test) == {"evaluation_set": "partial"}


def test_switching_the_language_keeps_a_range_that_is_not_sent():
    test = at_question("labelled_examples")
    test.radio[0].set_value("range").run()
    test.number_input[0].set_value(200)
    test.number_input[1].set_value(500).run()
    for code in ("nl", "en"):
        test.session_state["visit"].code = code
        well(test.run())
    assert [field.value for field in test.number_input] == [200, 500]


def test_a_measured_answer_is_marked_until_it_is_changed():
    here = situation(evaluation_set="yes", measured=["evaluation_set"])
    test = AppTest.from_file(str(MAIN), default_timeout=60)
    test.query_params["a"] = encode(here)
    well(test.run())
    press(test, "continue")
    for _ in range(len(QUICK) - 1):
        press(test, "skip")
    assert heading(test) == "Check your answers"
    assert "Measured" in " ".join(texts(test))


def test_an_answer_that_no_longer_applies_is_kept_and_marked_as_left_out():
    test = opened(**{**dict.fromkeys(QUICK), "task": "qa", "label_count": 5})
    press(test, "continue")
    assert heading(test) == "Check your answers"
    assert "Left out: does not apply" in " ".join(texts(test))
    assert answers(test)["label_count"] == 5


def test_an_answer_leads_back_only_to_a_page_that_sends_to_questions():
    test = at_question("gap")
    test.query_params["from"] = "nowhere"
    well(test.run())
    press(test, "unknown")
    assert heading(test) == load().question(QUICK[1]).text


def test_a_page_that_fails_says_that_the_answers_are_safe():
    def script() -> None:
        from advisor.ui.server import failed

        assert failed(ValueError("hidden detail"))

    test = AppTest.from_function(script).run()
    assert "Your answers are safe" in test.error[0].value
    assert "hidden detail" not in test.error[0].value


def test_beginning_afresh_clears_the_address():
    test = press(opened(evaluation_set="no"), "afresh")
    assert answers(test) == {}
    assert heading(test) == load().question(QUICK[0]).text


def test_a_broken_link_is_said_to_be_broken():
    test = AppTest.from_file(str(MAIN), default_timeout=60)
    test.query_params["a"] = "%%%"
    well(test.run())
    assert "cut short or altered" in problem(test)


def test_every_question_has_a_page_of_its_own():
    paths = [page_of(question) for question in load().questions]
    assert len(set(paths)) == len(paths)
