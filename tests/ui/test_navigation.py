"""Which pages Streamlit is told of, where a step in the history leads, and what is thought ahead of a press."""

from __future__ import annotations

import pytest
import streamlit as st

from advisor import decode, situation
from advisor.content.load import load
from advisor.ui import navigation
from advisor.ui.navigation import page_of
from tests.ui.screen import ASKED, begun, follow, heading, opened, press, well

AFTER = [load().question(one) for one in ASKED[1:]]
"""The questions after the first, for whom `begun` is."""


@pytest.fixture
def told(monkeypatch):
    """The pages that Streamlit is told of, run by run, by their addresses."""
    runs: list[list[str]] = []
    navigate = st.navigation

    def noted(pages, **how):
        runs.append([page.url_path for page in pages])
        return navigate(pages, **how)

    monkeypatch.setattr("streamlit.navigation", noted)
    return runs


def stepped(test, page, mark="1"):
    """The app after a step in the history to a page of which the browser was not told: it asks for the first."""
    test._page_hash = test.session_state["pages"][""]._script_hash
    test.query_params["step"] = f"{mark}.{page}"
    return well(test.run())


def test_streamlit_is_told_of_the_first_page_the_one_shown_and_the_one_asked_for(told):
    test = begun()
    press(test, "skip")
    press(test, "skip")
    assert told[-1] == ["", page_of(AFTER[1]), page_of(AFTER[2])]
    follow(test, "glossary")
    assert told[-1] == ["", page_of(AFTER[2]), "glossary"]
    assert max(len(run) for run in told) == 3


def test_streamlit_is_told_of_every_page_where_it_has_changed(told, monkeypatch):
    monkeypatch.setattr("advisor.ui.navigation.get_script_run_ctx", lambda: None)
    test = opened()
    assert len(told[-1]) == len(test.session_state["pages"])


def test_a_step_in_the_history_draws_the_page_of_the_step():
    test = begun()
    first = heading(test)
    press(test, "unknown")
    press(test, "unknown")
    assert heading(test) not in (first, AFTER[0].text)
    stepped(test, page_of(AFTER[0]))
    assert heading(test) == AFTER[0].text
    assert "step" not in test.query_params


@pytest.mark.parametrize("page", ["", "advisor", "../verdict"])
def test_a_step_to_no_other_page_draws_the_first(page):
    """The address of the first page ends with the folder that the app is served under, if any."""
    test = begun()
    stepped(test, page)
    assert "fine-tune" in heading(test)
    assert test.session_state["shown"] == ""


def test_what_the_page_after_an_answer_needs_is_thought_of_while_it_is_read(monkeypatch):
    thought = []
    monkeypatch.setattr(navigation.prepared, "ahead", lambda *key: thought.append(key))
    test = begun()
    packed, at, skipped, deep = thought[-1]
    assert decode(packed).answers == situation(task="rewriting", **{AFTER[0].id: None}).answers
    led = navigation.prepare(packed, at, skipped, deep)
    chosen = next(one for one in AFTER if one.type in ("choice", "yes_no"))
    press(test, "unknown")
    assert test.session_state["shown"] == led
    while heading(test) != chosen.text:
        press(test, "unknown")
    test.radio[0].set_value(test.radio[0].options[0] if chosen.type == "yes_no" else chosen.choices[0].id)
    well(test.run())
    assert decode(thought[-1][0]).answers[chosen.id] == test.radio[0].value


def test_nothing_is_thought_ahead_of_a_press_that_leads_back(monkeypatch):
    test = begun()
    thought = []
    monkeypatch.setattr(navigation.prepared, "ahead", lambda *key: thought.append(key))
    test.query_params["from"] = "check"
    follow(test, page_of(AFTER[0]))
    assert not thought
