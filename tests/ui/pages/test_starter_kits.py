"""The page of starter kits: the first whole, the others behind, each to be taken along."""

from __future__ import annotations

import re
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from advisor import situation
from advisor.content.load import load
from advisor.kits.registry import KITS
from advisor.language import language
from advisor.ui.pages.starter_kits import kits_made
from advisor.ui.session import Session
from tests.ui.screen import heading, page_alone, texts

LABELS = {"task": "classification", "gap": ["labels"], "platforms": ["openai"], "openai_customer": "active"}


def page(code: str = "en", **mine: Any) -> AppTest:
    return page_alone("advisor.ui.pages.starter_kits", code, **mine)


def made(**mine: Any) -> Any:
    session = Session()
    session.answer(situation(**mine))
    return kits_made(session.packed, session.day, session.code)


def behind(test: AppTest) -> list[str]:
    """The names of the other kits, each of which is opened by a tap."""
    return [kit.label.replace("\\", "") for kit in test.expander]


@pytest.mark.parametrize("code", ["en", "nl"])
def test_the_kit_of_the_first_step_stands_first_with_every_file_and_the_others_behind_it(code: str) -> None:
    test, lang = page(code, **LABELS), language(code)
    first, *others = made(**LABELS)
    names = {one.id: lang(one.name) for one in load().kits}
    assert heading(test) == lang("Start with: {kit}", kit=names[first.id])
    shown = " ".join(texts(test))
    assert shown.count('<pre class="file"') == shown.count("<summary>") - 1 >= 14, "and all of them behind one"
    assert "README.md" in shown
    assert {one.id for one in (first, *others)} == KITS.keys()
    offered = [one for one in others if KITS[one.id].platform in (None, "openai")]
    assert behind(test) == [names[one.id] for one in offered]
    assert len(test.get("download_button")) == sum(bool(one.zip) for one in (first, *offered))


def test_a_kit_that_does_not_fit_says_why_and_is_not_offered() -> None:
    kits = {one.id: one for one in made(task="dialogue")}
    assert (kits["classifier"].zip, kits["classifier"].why_not) == (b"", "the answers are no labels from a closed set")
    shown = " ".join(texts(page(task="dialogue")))
    assert "Does not fit your answers: the answers are no labels from a closed set." in shown
    assert all(one.zip for one in made(**LABELS))


def test_what_a_user_wrote_is_text_in_a_preview() -> None:
    shown = " ".join(texts(page(project="<img src=x onerror=alert(1)>", **LABELS)))
    assert "<img" not in shown
    assert "&lt;img" in shown


@pytest.mark.parametrize(
    ("answers", "asked"), [(LABELS, ["label_names", "field_words"]), ({"task": "qa"}, ["field_words"])]
)
def test_one_s_own_labels_and_words_are_asked_for_where_they_go_into_the_rows(answers: Any, asked: list[str]) -> None:
    shown = " ".join(texts(page(**answers)))
    ways = re.findall(r'href="\./q-([a-z-]+)\?[^"]*from=kit', shown)
    assert ways == [name.replace("_", "-") for name in asked]
    named = " ".join(texts(page(**answers, field_words="<b>own risk</b>")))
    assert "&lt;b&gt;own risk&lt;/b&gt;" in named
    assert "<b>own" not in named


def test_without_answers_the_page_leads_to_the_first_question() -> None:
    test = page()
    assert heading(test) == "Start"
    assert not test.get("download_button")


def test_a_link_asks_for_a_kit_and_needs_no_answers() -> None:
    def script() -> None:
        import streamlit as st

        from advisor.ui.pages.starter_kits import draw
        from advisor.ui.session import current_session

        st.query_params["kit"] = "classic"
        draw(current_session())

    test = AppTest.from_function(script, default_timeout=60)
    test.session_state["visit"] = Session()
    shown = " ".join(texts(test.run()))
    assert not test.exception
    assert heading(test) == "Start with: The notebook's data checks"
    assert "notebook_checks.py" in shown
    assert "You have answered nothing yet" in shown
    assert len(behind(test)) == len(KITS) - 1


def test_nobody_is_offered_a_platform_that_they_may_not_use_or_a_schema_for_their_tone() -> None:
    tone = {"task": "dialogue", "gap": ["style"]}
    names = {one.id: one.name for one in load().kits}
    shown = behind(page(**tone, platforms=["azure"]))
    assert names["classifier"] in shown
    assert not {names["openai"], names["structured"], names["retrieval"]} & {*shown}
    free = behind(page(task="dialogue", gap=["format"], platforms=["openai"]))
    assert {names["openai"], names["structured"]} <= {*free, heading(page(task="dialogue", gap=["format"]))[12:]}
