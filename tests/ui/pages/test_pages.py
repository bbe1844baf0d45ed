"""What each page does with what is entered, without a browser."""

from __future__ import annotations

import base64
import json
import re
import zlib
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from streamlit.components.v2.bidi_component import serialization
from streamlit.testing.v1 import AppTest

from advisor import encode, glance, situation
from advisor.content.load import load
from advisor.engine.agenda import STABLE, must_ask
from advisor.interview.address import encode_owners
from advisor.language import LANGUAGES
from advisor.ui.navigation import page_of
from advisor.ui.session import Session
from tests.ui.screen import (
    ASKED,
    MAIN,
    answers,
    arrived,
    at_question,
    begun,
    follow,
    heading,
    opened,
    press,
    problem,
    texts,
    well,
)

WORK = {"task": "rewriting"}
"""What the first page asked of those who then went on."""
AFTER = ASKED[1:]
"""What it did not."""
PATHS = ["", "verdict", "steps", "check", "q-gap", "learn", "data"]
"""Pages of every part of the app, by their paths."""


def test_an_interview_begins_with_what_it_should_do_and_goes_on_to_what_everybody_is_asked():
    test = opened()
    assert problem(press(test, "begin")).startswith("Choose an answer")
    test.radio[0].set_value("rewriting")
    test.text_input[0].set_value("Replies in our tone")
    press(test, "begin")
    assert answers(test) == {"project": "Replies in our tone", **WORK}
    asked = []
    while len(asked) < len(AFTER):
        asked.append(next(one.id for one in load().questions if one.text == heading(test)))
        press(test, "unknown")
    assert asked == AFTER


def test_a_press_draws_the_next_page_in_the_run_that_it_begins(monkeypatch):
    """`st.switch_page` would begin another; it is asked where Streamlit has changed in what a turn rests on."""
    test = begun()
    monkeypatch.setattr("streamlit.switch_page", lambda *_, **__: pytest.fail("the page was drawn twice"))
    asked = heading(test)
    press(test, "skip")
    assert heading(test) != asked
    assert test.session_state["shown"] == page_of(load().question(AFTER[1]))


@pytest.mark.parametrize("path", ["verdict", "data"])
def test_in_what_components_are_told_nobody_looks_for_tables(monkeypatch, path):
    """To know a table in a list or mapping, Streamlit loads pandas, for which the first reader would wait a second."""
    looked: list[object] = []
    known = serialization.is_dataframe_like
    monkeypatch.setattr(serialization, "is_dataframe_like", lambda value: looked.append(value) or known(value))
    follow(opened(**WORK), path)
    assert looked
    assert not [value for value in looked if isinstance(value, list | dict)]


def test_what_is_wrong_is_said_on_the_page_where_it_was_pressed(monkeypatch):
    monkeypatch.setattr("streamlit.switch_page", lambda *_, **__: pytest.fail("a page was left"))
    test = begun()
    asked = heading(test)
    assert problem(press(test, "continue"))
    assert heading(test) == asked


def test_who_does_not_know_yet_what_it_should_do_is_asked_all_the_same():
    test = press(opened(), "unknown")
    assert answers(test) == {"task": None}
    assert heading(test) == load().question(AFTER[0]).text


@pytest.mark.parametrize(
    ("answered", "then"),
    [
        ({"task": "qa", "gap": ["style"], "prompt_tried": "no"}, "What does it answer from?"),
        ({"task": "rewriting", "gap": ["knowledge"], "prompt_tried": "no"}, "What does it answer from?"),
        ({"task": "rewriting", "gap": ["style"], "prompt_tried": "no"}, "evaluation_set"),
        ({"task": "rewriting", "gap": ["cost"], **dict.fromkeys(AFTER[1:-1])}, "How long are prompt and answer?"),
        ({"task": "rewriting", "gap": ["latency"], **dict.fromkeys(AFTER[1:-1])}, "How fast is it, and how fast must"),
    ],
)
def test_work_and_complaint_call_for_their_own_questions(answered, then):
    test = press(opened(**answered), "continue")
    assert heading(test).startswith(load().question(then).text if then in AFTER else then)


def test_questions_on_one_page_are_answered_together_and_what_is_left_open_is_not_known():
    test = press(opened(task="rewriting", gap=["cost"], **dict.fromkeys(AFTER[1:-1])), "continue")
    assert problem(press(test, "continue")).startswith("Answer at least one")
    test.text_input[0].set_value("many").run()
    assert "many" in problem(press(test, "continue"))
    test.text_input[0].set_value("300")
    test.text_input[2].set_value("20-50").run()
    press(test, "continue")
    told = {"question_tokens": 300.0, "instruction_tokens": None, "output_tokens": (20.0, 50.0)}
    assert told.items() <= answers(test).items()
    assert heading(test) == "What does it cost, and what may it cost?"


def test_questions_on_one_page_are_skipped_together():
    test = press(opened(task="qa", gap=["style"], prompt_tried="no"), "continue")
    press(test, "skip")
    assert {"documents", "knowledge_changes", "citations"}.isdisjoint(answers(test))
    assert heading(test) == load().question("rag_tried").text


def test_a_question_of_a_group_is_asked_alone_where_the_others_are_answered():
    answered = {"task": "qa", "gap": ["style"], "prompt_tried": "no", "documents": 300, "citations": "yes"}
    assert heading(press(opened(**answered), "continue")) == load().question("knowledge_changes").text


def test_every_answer_goes_into_the_address_at_once():
    test = at_question("evaluation_set")
    test.radio[0].set_value("no").run()
    press(test, "continue")
    assert answers(test) == {**WORK, "evaluation_set": "no"}


def test_skipping_leaves_a_question_open_and_does_not_ask_it_again():
    test = press(begun(), "skip")
    assert answers(test) == WORK
    assert test.query_params["skip"] in (["gap"], "gap")
    assert heading(test) == load().question(AFTER[1]).text


def test_it_goes_on_with_the_question_that_tells_most_until_the_verdict_is_stable():
    test = begun()
    for _ in AFTER:
        press(test, "unknown")
    told = situation(**WORK, **dict.fromkeys(AFTER))
    assert glance(told).stability < STABLE
    best = glance(told).next_question
    assert best is not None
    assert heading(test) == load().question(best.question).text
    assert f"{len(ASKED)} answers given, about" in " ".join(texts(test))


def test_while_the_verdict_stands_what_is_still_asked_is_said_to_be_for_the_figures():
    told = {"task": "dialogue", "gap": ["style"], "prompt_tried": "good"}
    firm = {**told, "evaluation_set": "no"}
    assert glance(situation(**told)).stability < STABLE <= glance(situation(**firm)).stability
    left = len({one.id for one in must_ask(situation(**firm), load())} - firm.keys())
    shown = " ".join(texts(press(opened(**firm), "continue")))
    assert f"4 answers given; {left} more, for the figures and the plan" in shown
    assert "3 answers given, about" in " ".join(texts(press(opened(**told), "continue")))


def test_where_the_verdict_is_stable_it_ends_and_who_wants_to_goes_on():
    told = {"task": "rewriting", **dict.fromkeys(AFTER), "data_rights": "no"}
    assert glance(situation(**told)).stability >= STABLE
    test = press(opened(**told), "continue")
    assert heading(test) == "Check your answers"


def test_it_stops_when_no_answer_can_change_the_verdict():
    test = opened(**{question.id: None for question in load().questions})
    press(test, "continue")
    assert heading(test) == "Check your answers"
    assert "Worth finding out most: " in " ".join(texts(test))
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
    assert answers(test) == {**WORK, "gap": ()}


@pytest.mark.parametrize("value", [-1, 10_000_001])
def test_a_number_outside_its_bounds_is_refused_with_the_bounds(value):
    test = at_question("labelled_examples")
    test.text_input[0].set_value(str(value)).run()
    assert problem(press(test, "continue")) == f"“{value}” is out of range. Give a number from 0 to 10,000,000."


def test_a_number_may_be_a_range():
    test = at_question("labelled_examples")
    test.radio[0].set_value("range").run()
    test.text_input[0].set_value("200")
    test.text_input[1].set_value("500").run()
    press(test, "continue")
    assert answers(test) == {**WORK, "labelled_examples": (200.0, 500.0)}


def test_a_range_that_begins_above_its_end_is_refused():
    test = at_question("labelled_examples")
    test.radio[0].set_value("range").run()
    test.text_input[0].set_value("500")
    test.text_input[1].set_value("200").run()
    assert "lower number first" in problem(press(test, "continue"))


def test_a_page_shows_the_answer_there_is():
    test = press(opened(gap=["style"], labelled_examples=[200, 500]), "continue")
    while heading(test) != load().question("sensitive_data").text:
        press(test, "skip")
    listed = next(text for text in texts(test) if "Earlier questions" in text)
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
    assert answers(test) == {**WORK, "evaluation_set": "partial"}


def test_switching_the_language_keeps_a_range_that_is_not_sent():
    test = at_question("labelled_examples")
    test.radio[0].set_value("range").run()
    test.text_input[0].set_value("200")
    test.text_input[1].set_value("500").run()
    for code in ("nl", "en"):
        test.session_state["visit"].code = code
        well(test.run())
    assert [field.value for field in test.text_input] == ["200", "500"]


def test_a_measured_answer_is_marked_until_it_is_changed():
    here = situation(evaluation_set="yes", measured=["evaluation_set"])
    test = AppTest.from_file(str(MAIN), default_timeout=60)
    test.query_params["a"] = encode(here)
    well(test.run())
    press(test, "continue")
    while heading(test) != "Check your answers":
        press(test, "skip")
    assert "Measured" in " ".join(texts(test))


def test_an_answer_that_no_longer_applies_is_kept_and_marked_as_left_out():
    test = opened(**{**dict.fromkeys(one.id for one in load().questions), "task": "qa", "label_count": 5})
    press(test, "continue")
    assert heading(test) == "Check your answers"
    assert "Left out: does not apply" in " ".join(texts(test))
    assert answers(test)["label_count"] == 5


def test_an_answer_leads_back_only_to_a_page_that_sends_to_questions():
    test = at_question("gap")
    test.query_params["from"] = "nowhere"
    well(test.run())
    press(test, "unknown")
    assert heading(test) == load().question(AFTER[1]).text


def test_a_page_that_fails_says_that_the_answers_are_safe():
    def script() -> None:
        from advisor.ui.server.app import failed

        assert failed(ValueError("hidden detail"))

    test = AppTest.from_function(script).run()
    assert "Your answers are safe" in test.error[0].value
    assert "hidden detail" not in test.error[0].value


def test_beginning_afresh_clears_the_address():
    test = press(opened(evaluation_set="no"), "afresh")
    assert answers(test) == {}
    assert heading(test) == "Should you fine-tune? And if not, what instead?"


@pytest.mark.parametrize(("path", "packed"), [("", "%%%"), *((path, "abcdef") for path in PATHS)])
def test_a_broken_link_is_said_to_be_broken_on_whatever_page_it_leads_to(path, packed):
    test = arrived(path, a=packed)
    assert test.session_state["shown"] == path
    assert "cut short or altered" in problem(test)


def test_every_question_has_a_page_of_its_own():
    paths = [page_of(question) for question in load().questions]
    assert len(set(paths)) == len(paths)


@pytest.mark.parametrize(
    ("code", "text", "value"),
    [("en", "1,200", 1200.0), ("nl", "1.200", 1200.0), ("en", "20M", None), ("nl", "1.000-2.500", (1000.0, 2500.0))],
)
def test_a_number_is_read_as_it_is_typed_in_the_language(code, text, value):
    test = at_question("labelled_examples")
    test.session_state["visit"].code = code
    well(test.run())
    test.text_input[0].set_value(text).run()
    press(test, "continue")
    assert answers(test).get("labelled_examples") == value


def test_what_can_be_two_numbers_is_asked_back_and_goes_nowhere():
    test = at_page("latency_limit")
    test.text_input[0].set_value("1.200").run()
    shown = " ".join(texts(test))
    assert 'data-reading="1.2"' in shown
    assert 'data-reading="1,200"' in shown
    assert problem(press(test, "continue")).startswith("“1.200” can be read in more than one way")
    assert "latency_limit" not in answers(test)


def test_a_number_typed_in_one_language_is_the_same_number_in_the_other():
    test = at_page("latency_limit")
    test.text_input[0].set_value("1,200").run()
    test.session_state["visit"].code = "nl"
    well(test.run())
    assert test.text_input[0].value == "1.200"
    assert "Dat is: 1.200 seconden" in " ".join(texts(test))


def at_page(wanted, **answered):
    """The page of any question."""

    def script(wanted: str) -> None:
        from advisor.content.load import load
        from advisor.ui.pages.question import draw
        from advisor.ui.session import current_session, settle

        draw(load().question(wanted), current_session())
        settle(current_session(), {})

    session = Session()
    session.answer(situation(**answered))
    test = AppTest.from_function(script, args=(wanted,), default_timeout=60)
    test.session_state["visit"] = session
    test.session_state["pages"] = {}
    return well(test.run())


@pytest.mark.parametrize(("wanted", "most"), [("project", 300), ("goal_text", 2_000)])
def test_a_text_that_is_too_long_is_refused_whole_with_its_counter(wanted, most):
    test = at_page(wanted, goal="vague")
    field = test.text_area[0] if wanted == "goal_text" else test.text_input[0]
    field.set_value("x" * (most + 7)).run()
    assert f"{most + 7:,} characters: 7 more than the {most:,} that fit" in " ".join(texts(test))
    assert problem(press(test, "continue")) == (
        f"The text has {most + 7:,} characters; at most {most:,} fit. Shorten it by 7."
    )
    assert wanted not in answers(test)


def test_a_text_that_makes_the_link_too_long_is_refused_in_words():
    test = at_page("goal_text", goal="vague")
    test.text_area[0].set_value("".join(chr(0x4E00 + (n * 7919) % 20_000) for n in range(2_000))).run()
    assert "mail and proxies may cut one of more than 5,200" in problem(press(test, "continue"))
    assert "goal_text" not in answers(test)


@pytest.mark.parametrize("path", PATHS)
def test_what_a_link_could_not_bring_is_said_by_name_on_whatever_page_it_leads_to_and_once(path):
    raw = {"citations": "yes", "gone": 1, "task": "no such", "requests_per_month": "1200"}
    test = arrived(path, a=packed(raw))
    for _ in range(2):  # the first page, and the one to which it leads
        told = [text for text in texts(test) if "were left out" in text]
        assert len(told) == 1
        for name in ("gone", load().question("task").text, load().question("requests_per_month").text):
            assert unescape(told[0]).count(name) == 1
        press(test, "continue") if heading(test).startswith("Should") else None


def packed(raw):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return base64.urlsafe_b64encode(packer.compress(json.dumps(raw).encode()) + packer.flush()).decode()


def test_every_other_language_is_one_link_away_with_all_that_was_entered(monkeypatch):
    monkeypatch.setitem(LANGUAGES, "fr", "Français")
    for code in LANGUAGES:
        test = AppTest.from_file(str(MAIN), default_timeout=60)
        test.query_params["a"] = encode(situation(citations="yes"))
        test.query_params["lang"] = code
        test.query_params["who"] = encode_owners({"again1": ("Ann", "June")})
        shown = "".join(texts(well(test.run())))
        links = dict(re.findall(r'<a lang="(\w+)" hreflang="\1" href="([^"]+)"[^>]*class="language"', shown))
        assert links.keys() == LANGUAGES.keys() - {code}
        for other, target in links.items():
            kept = parse_qs(urlsplit(unescape(target)).query)
            assert (kept["lang"], kept["a"]) == ([other], [encode(situation(citations="yes"))])
            assert kept["who"] == [encode_owners({"again1": ("Ann", "June")})]


def test_a_mistyped_page_is_named_with_ways_on():
    test = AppTest.from_function(lost_page, default_timeout=60)
    test.query_params["missing"] = "verdit<b>"
    session = Session()
    session.answer(situation(harm="low"))
    test.session_state["visit"] = session
    well(test.run())
    shown = " ".join(texts(test))
    assert heading(test) == "There is no page “verdit<b>”"
    assert "Your answer is still here." in shown
    assert shown.index("./verdict?a=") < shown.index("./check?a=")


@pytest.mark.parametrize(("typed", "meant"), [("the-verdict", "verdict"), ("learned", "learn"), ("q-nonsense", "")])
def test_a_mistyped_page_is_guessed_by_its_path_or_title_or_not_at_all(typed, meant):
    test = AppTest.from_function(lost_page, default_timeout=60)
    test.query_params["missing"] = typed
    ways = " ".join(texts(well(test.run())))
    first = ways[ways.index("./") + 2 :]
    assert first.startswith(meant or "?")
    assert "q-sensitive-data" not in ways


def lost_page():
    from advisor.ui.pages import lost
    from advisor.ui.session import current_session

    lost.draw(
        {
            "": "Start",
            "check": "Check",
            "verdict": "The verdict",
            "data": "Data",
            "learn": "Learn",
            "q-sensitive-data": "Secrets?",
        },
        current_session(),
    )
