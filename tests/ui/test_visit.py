"""The address is the truth and the session a copy: what each brings to the other."""

from __future__ import annotations

from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from advisor import encode, situation
from advisor.ui.visit import MOST_OWNER, Visit, _unpack


def started(**address: str) -> Visit:
    """The visit of a new session that begins with this address."""

    def script() -> None:
        from advisor.ui.visit import arrive

        arrive()

    test = AppTest.from_function(script)
    for name, value in address.items():
        test.query_params[name] = value
    test.run()
    assert not test.exception
    return test.session_state["visit"]


def moved(here: Visit, there: Visit) -> AppTest:
    """The same session after the browser showed an address of another moment."""

    def script() -> None:
        from advisor.ui.visit import arrive, settle

        settle(arrive(), {})

    test = AppTest.from_function(script)
    test.session_state["visit"] = here
    for name, value in there.address().items():
        test.query_params[name] = value
    test.run()
    assert not test.exception
    return test


def visit(**answers: object) -> Visit:
    here = Visit()
    here.answer(situation(**answers))
    return here


def test_an_address_brings_everything_back():
    before = visit(evaluation_set="no", labelled_examples=[200, 500])
    before.code, before.deep, before.skipped, before.at = "nl", True, ("gap", "harm"), date(2026, 11, 22)
    before.own("start1", "Jo", "May")
    after = started(**before.address())
    assert after.situation == before.situation
    assert (after.code, after.deep, after.skipped, after.at) == ("nl", True, ("gap", "harm"), date(2026, 11, 22))
    assert after.owners == {"start1": ("Jo", "May")}
    assert after.address() == before.address()


def test_an_empty_visit_needs_only_its_language():
    assert Visit().address() == {"lang": "en"}


@pytest.mark.parametrize("packed", ["%%%", "abc", "A" * 50, "q1ZKTyxQsopWKi6pzElV"])
def test_a_damaged_address_is_said_to_be_damaged(packed):
    here = started(a=packed)
    assert here.broken
    assert not here.situation.answers


@pytest.mark.parametrize(
    ("name", "value"), [("lang", "xx"), ("at", "yesterday"), ("skip", "no-such.question"), ("who", "???")]
)
def test_other_damaged_parts_are_left_out(name, value):
    here = started(a=encode(situation(evaluation_set="no")), **{name: value})
    assert here.situation.answers == {"evaluation_set": "no"}
    assert here.address() == {"a": here.packed, "lang": here.code}


def test_a_step_back_in_the_browser_loses_no_answer_and_corrects_the_address():
    here, before = visit(evaluation_set="no", harm="low"), visit(evaluation_set="no")
    for earlier in (before, Visit()):
        test = moved(here, earlier)
        assert dict(test.session_state["visit"].situation.answers) == {"evaluation_set": "no", "harm": "low"}
        assert test.query_params["a"] in (here.packed, [here.packed])


def test_going_back_past_a_fresh_start_brings_the_old_answers_back():
    before, here = visit(evaluation_set="no", harm="low"), visit(evaluation_set="no", harm="low")
    here.code = "nl"
    here.restart(situation())
    assert not here.situation.answers
    assert here.interview == 1
    after = moved(here, before).session_state["visit"]
    assert dict(after.situation.answers) == {"evaluation_set": "no", "harm": "low"}
    assert after.code == "nl"


def test_answering_mends_a_broken_link():
    here = started(a="%%%")
    here.answer(situation(harm="low"))
    assert not here.broken


def test_owners_are_removed_when_both_fields_are_empty():
    here = Visit()
    here.own("start1", "Jo", "")
    here.own("start1", "", "")
    assert here.owners == {}


def test_owners_from_an_address_are_cut_and_checked():
    here = Visit()
    here.own("start1", "x" * 500, "1")
    assert _unpack(here.address()["who"]) == {"start1": ("x" * MOST_OWNER, "1")}
    assert _unpack("eJwrSSwuAQAEWwGm") == {}
