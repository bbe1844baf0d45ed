"""The address is the truth and the session a copy: what each brings to the other."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from advisor import encode, situation
from advisor.content.load import load
from advisor.interview.address import MAX_OWNER, decode_owners
from advisor.ui.session import MOST_LINK, WHAT_IF, Session, bounded, unpacked
from tests.situations import situations, values


def started(**address: str) -> Session:
    """The new session that begins with this address."""

    def script() -> None:
        from advisor.ui.session import arrive

        arrive()

    test = AppTest.from_function(script)
    for name, value in address.items():
        test.query_params[name] = value
    test.run()
    assert not test.exception
    return test.session_state["visit"]


def moved(session: Session, there: Session, step: str = "1") -> AppTest:
    """The same session after the browser showed an address of another moment."""

    def script() -> None:
        from advisor.ui.session import arrive, settle

        settle(arrive(), {})

    test = AppTest.from_function(script)
    test.session_state["visit"] = session
    for name, value in there.address().items():
        test.query_params[name] = value
    if step:
        test.query_params["step"] = step
    test.run()
    assert not test.exception
    assert "step" not in test.query_params
    return test


def answered(**answers: object) -> Session:
    session = Session()
    session.answer(situation(**answers))
    return session


def test_an_address_brings_everything_back():
    before = answered(evaluation_set="no", labelled_examples=[200, 500])
    before.code, before.deep, before.skipped, before.at = "nl", True, ("gap", "harm"), date(2026, 11, 22)
    before.own("start1", "Jo", "May")
    after = started(**before.address())
    assert after.situation == before.situation
    assert (after.code, after.deep, after.skipped, after.at) == ("nl", True, ("gap", "harm"), date(2026, 11, 22))
    assert after.owners == {"start1": ("Jo", "May")}
    assert after.address() == before.address()


def test_an_empty_visit_needs_only_its_language():
    assert Session().address() == {"lang": "en"}


@pytest.mark.parametrize("packed", ["%%%", "abc", "A" * 50, "q1ZKTyxQsopWKi6pzElV"])
def test_a_damaged_address_is_said_to_be_damaged(packed):
    session = started(a=packed)
    assert session.broken
    assert not session.situation.answers


@pytest.mark.parametrize(
    ("name", "value"), [("lang", "xx"), ("at", "yesterday"), ("skip", "no-such.question"), ("who", "???")]
)
def test_other_damaged_parts_are_left_out(name, value):
    session = started(a=encode(situation(evaluation_set="no")), **{name: value})
    assert session.situation.answers == {"evaluation_set": "no"}
    assert session.address() == {"a": session.packed, "lang": session.code}


@pytest.mark.parametrize("day", ["yesterday", "1990-01-01", "9999-12-31", "2025-01-01"])
def test_a_day_that_cannot_be_answered_is_named_and_left_out(day):
    session = started(at=day)
    assert (session.at, session.no_day) == (None, day)
    assert "at" not in session.address()


def test_a_step_back_in_the_browser_brings_the_answers_of_its_address():
    session, before = answered(evaluation_set="no", harm="low"), answered(evaluation_set="yes")
    session.code = "nl"
    after = moved(session, before).session_state["visit"]
    assert dict(after.situation.answers) == {"evaluation_set": "yes"}
    assert after.code == "nl"


@pytest.mark.parametrize(
    ("earlier", "expected"),
    [
        ({"evaluation_set": "no"}, {"evaluation_set": "no", "harm": "low"}),
        ({}, {"evaluation_set": "no", "harm": "low"}),
        ({"evaluation_set": "yes"}, {"evaluation_set": "yes"}),
        ({"citations": "yes"}, {"citations": "yes"}),
    ],
    ids=["less", "nothing", "changed", "taken back"],
)
def test_the_page_of_a_question_keeps_what_was_answered_later_unless_an_answer_has_changed(earlier, expected):
    after = moved(answered(evaluation_set="no", harm="low"), answered(**earlier)).session_state["visit"]
    after.keep_later()
    assert dict(after.situation.answers) == expected
    assert after.newer is None


def test_a_run_from_an_address_that_is_not_yet_corrected_keeps_the_visit():
    session, before = answered(evaluation_set="no", harm="low"), answered(evaluation_set="yes")
    test = moved(session, before, step="")
    assert dict(test.session_state["visit"].situation.answers) == {"evaluation_set": "no", "harm": "low"}
    assert test.query_params["a"] in (session.packed, [session.packed])


def test_a_step_counts_once():
    test = moved(answered(harm="low"), answered(harm="high"))
    test.session_state["visit"].answer(situation(harm="medium"))
    test.query_params["step"] = "1"
    test.run()
    assert dict(test.session_state["visit"].situation.answers) == {"harm": "medium"}


def test_the_longest_link_that_the_app_makes_passes_proxies_and_mail():
    answers: dict[str, object] = {}
    for one in load().questions:
        match one.type:
            case "several":
                answers[one.id] = list(one.values)
            case "number":
                step = 1 if one.integer else 0.1234567
                answers[one.id] = [(one.minimum or 0) + step, (one.maximum or 0) - step]
            case "choice" | "yes_no":
                answers[one.id] = max(one.values, key=len)
    for entry in load().assumptions:
        answers[entry.id] = [entry.prior.p10 * 1.0123457, min(entry.maximum, entry.prior.p90 * 1.0123457)]
    session = answered(**answers)
    session.deep, session.at = True, date(2026, 11, 22)
    assert MOST_LINK + session.length() < 8_000 - len("https://advisor.example.org/") - 200


def test_texts_of_a_file_that_no_address_can_hold_are_left_out_by_name():
    cjk = "".join(chr(0x4E00 + (n * 7919) % 20_000) for n in range(1_990))
    session, left_out = bounded(situation(project="x" * 301, goal="vague", goal_text=cjk, harm="low"))
    assert dict(session.answers) == {"goal": "vague", "harm": "low"}
    assert left_out == {"project": 301, "goal_text": 1_990}
    assert bounded(situation(project="short", harm="low"))[1] == {}


def test_going_back_past_a_fresh_start_brings_the_old_answers_back():
    before, session = answered(evaluation_set="no", harm="low"), answered(evaluation_set="no", harm="low")
    session.code = "nl"
    session.restart(situation())
    assert not session.situation.answers
    assert session.interview == 1
    after = moved(session, before).session_state["visit"]
    assert dict(after.situation.answers) == {"evaluation_set": "no", "harm": "low"}
    assert after.code == "nl"


def test_answering_mends_a_broken_link():
    session = started(a="%%%")
    session.answer(situation(harm="low"))
    assert not session.broken


def test_owners_are_removed_when_both_fields_are_empty():
    session = Session()
    session.own("start1", "Jo", "")
    session.own("start1", "", "")
    assert session.owners == {}


def test_owners_from_an_address_are_cut_and_checked():
    session = Session()
    session.own("start1", "x" * 500, "1")
    assert decode_owners(session.address()["who"]) == {"start1": ("x" * MAX_OWNER, "1")}
    assert decode_owners("eJwrSSwuAQAEWwGm") == {}


@pytest.mark.parametrize(("then", "kept"), [("low", {"start1": ("Jo", "May")}), ("high", {})])
def test_a_step_back_keeps_who_does_what_while_the_answers_are_the_same(then, kept):
    before, session = answered(harm="low"), answered(harm=then)
    session.own("start1", "Jo", "May")
    after = moved(session, before).session_state["visit"]
    after.keep_owners()
    assert after.owners == kept
    assert after.newer is None


OTHERS = st.fixed_dictionaries({}, optional={key: values(load().question(key)) for key in WHAT_IF})


@given(situations(), OTHERS)
def test_what_is_tried_comes_back_from_its_address_beside_what_was_answered(answers, others):
    session = Session()
    session.answer(answers)
    session.suppose(situation(**others).answers)
    address, plain = session.address(), Session(situation=answers, packed=session.packed).address()
    assert {key: value for key, value in address.items() if key != "if"} == plain
    held = unpacked(address.get("if", ""))
    assert held == session.what_if
    # What is left out says what was answered already; all other answers stay as they are.
    assert session.supposed.known() == answers.overlaid(situation(**others)).known()


def test_an_address_brings_back_what_is_tried():
    before = answered(evaluation_set="no", labelled_examples=[200, 500])
    before.suppose({"labelled_examples": 2_000.0, "budget_month": 750.5, "latency_limit": (1.0, 2.5)})
    after = started(**before.address())
    assert after.what_if == before.what_if
    assert after.situation == before.situation
    assert after.address() == before.address()


def test_what_is_tried_changes_no_answer_until_it_is_kept():
    session = answered(requests_per_month=30_000, budget_month=500, evaluation_set="no")
    packed, count = session.packed, session.interview
    session.suppose({"requests_per_month": 9_000.0, "budget_month": None})
    assert session.packed == packed
    assert session.supposed.answers["requests_per_month"] == 9_000
    session.keep()
    assert dict(session.situation.answers) == {
        "requests_per_month": 9_000,
        "evaluation_set": "no",
        "budget_month": None,
    }
    assert not session.what_if.answers
    assert session.interview == count + 1


def test_what_is_tried_and_says_what_was_answered_is_nothing_tried():
    session = answered(requests_per_month=30_000, budget_month=None)
    session.suppose({"requests_per_month": 30_000.0, "budget_month": None, "latency_limit": None})
    assert "if" not in session.address()


def test_a_measured_answer_counts_as_measured_until_another_is_tried():
    session = Session()
    session.answer(replace(situation(requests_per_month=30_000), measured=frozenset({"requests_per_month"})))
    session.suppose({"budget_month": 500.0})
    assert session.supposed.measured == {"requests_per_month"}
    session.suppose({"requests_per_month": 9_000.0})
    assert session.supposed.measured == frozenset()


def test_a_link_from_before_anything_could_be_tried_tries_nothing():
    session = started(a=encode(situation(evaluation_set="no")))
    assert not session.what_if.answers
    assert session.supposed == session.situation


def test_what_a_link_tries_and_nobody_can_try_here_is_left_out_and_named():
    asked = encode(situation(requests_per_month=9_000, evaluation_set="yes"))
    session = started(a=encode(situation(evaluation_set="no")), **{"if": asked})
    assert dict(session.what_if.answers) == {"requests_per_month": 9_000}
    assert session.what_if.dropped == ("evaluation_set",)


def test_what_a_cut_link_tries_is_said_to_be_lost_and_the_answers_are_not():
    session = started(a=encode(situation(evaluation_set="no")), **{"if": "q1ZKTy"})
    assert session.broken_if
    assert not session.broken
    assert dict(session.situation.answers) == {"evaluation_set": "no"}


def test_another_interview_tries_nothing():
    session = answered(requests_per_month=30_000)
    session.suppose({"requests_per_month": 9_000.0})
    session.restart(situation(evaluation_set="no"))
    assert not session.what_if.answers


def test_a_draft_is_kept_until_there_is_another_answer_or_another_interview():
    session = answered(task="rewriting")
    session.draft("prompt_tried", {"prompt_tried:one:en": "good"})
    assert session.drafted("prompt_tried:one:en") == "good"
    assert session.drafted("prompt_tried:one:nl") is None
    session.answer(session.situation.with_answer("prompt_tried", "basic"))
    assert session.drafted("prompt_tried:one:en") is None
    session.answer(session.situation.without("prompt_tried"))
    session.draft("gap", {"gap:style:en": True})
    session.forget("prompt_tried")
    assert session.drafted("prompt_tried:one:en") is None
    assert session.drafted("gap:style:en") is True
    session.restart(situation())
    assert session.drafted("gap:style:en") is None
