"""The reading list as actions: every source has a page, and every page a way to do what it taught."""

from __future__ import annotations

import re
from html import unescape

import pytest
from streamlit.testing.v1 import AppTest

from advisor import situation
from advisor.content.entries import Resource
from advisor.content.load import load
from advisor.kits.registry import KITS
from advisor.language import language
from advisor.ui.pages import registry
from advisor.ui.pages.resources import state_name
from advisor.ui.session import Session
from tests.ui.screen import heading, page_alone, texts

ROWS = [resource for resource in load().resources if not resource.belongs_to]


def page(wanted: str, code: str = "en") -> AppTest:
    def script(wanted: str) -> None:
        import streamlit as st

        from advisor.ui.pages.resources import draw_resource
        from advisor.ui.session import current_session

        st.query_params["id"] = wanted
        draw_resource(current_session())

    session = Session(code=code)
    session.answer(situation())
    test = AppTest.from_function(script, default_timeout=60, args=(wanted,))
    test.session_state["visit"] = session
    test.run()
    assert not test.exception
    return test


def words(shown: str) -> str:
    """What is read, without marks; a term that explains itself stands there once, with what it means behind it."""
    meanings = re.sub(r'<span class="meaning".*?</span>', "", shown, flags=re.DOTALL)
    return unescape(re.sub("<[^<>]*>", "", meanings))


@pytest.mark.on_push(14)
@pytest.mark.parametrize("code", ["en", "nl"])
@pytest.mark.parametrize("resource", ROWS, ids=lambda one: one.row)
def test_each_source_says_what_it_taught_and_what_holds_and_where_it_is(resource: Resource, code: str) -> None:
    test, lang = page(resource.id, code), language(code)
    shown = " ".join(texts(test))
    read = words(shown)
    assert heading(test) == resource.title
    for sentence in (*resource.taught, resource.holds or "", resource.now, resource.uses):
        assert lang(sentence) in read
    for doing in resource.does:
        assert lang(doing.text) in read
    for lesson in load().lessons:
        assert (lang(lesson.title) in read) == (resource.id in lesson.reading)
    bare = resource.original_url.split("?WT.mc_id")[0]
    assert f'href="{resource.current_url}"' in shown
    assert f'href="{bare.replace("&", "&amp;")}"' in shown
    assert "WT.mc_id" not in shown
    assert state_name(resource.state, lang) in read
    assert all(one.title in read for one in load().resources if one.belongs_to == resource.id)


def test_every_way_to_do_it_leads_to_a_page_or_a_kit_that_there_is() -> None:
    pages = registry.pages(language("en"))
    for doing in (doing for resource in ROWS for doing in resource.does):
        assert doing.page in pages
        assert doing.kit is None or doing.kit in KITS


def test_the_list_links_to_every_page_and_says_no_more_than_what_became_of_each() -> None:
    shown = " ".join(texts(page_alone("advisor.ui.pages.resources")))
    assert re.findall(r'data-go="resource"', shown) == ['data-go="resource"'] * 20
    assert [one.id for one in ROWS] == re.findall(r"[?&;]id=([a-z0-9-]+)", shown)
    assert "wrong link in the lesson" in shown
    assert not any(unescape(one.now) in words(shown) for one in ROWS)


@pytest.mark.parametrize("wanted", ["", "no-such", "<script>", "phi-2"])
def test_what_is_no_source_is_answered_without_a_trace(wanted: str) -> None:
    test = page(wanted)
    assert heading(test) == "There is no such source"
    assert "<script>" not in " ".join(texts(test))


FULL = {
    "id": "one",
    "row": "P1",
    "title": "One",
    "original_url": "https://one.example",
    "state": "live",
    "seen": "2026-11-22",
    "confidence": "official",
    "now": "There.",
    "uses": "So.",
    "taught": ["A.", "B.", "C."],
    "holds": "All.",
    "does": [{"text": "Go", "page": "data"}],
}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"taught": ["A.", "B."]}, "three sentences"),
        ({"does": []}, "a way to do it"),
        ({"holds": None}, "what holds"),
        ({"does": [{"text": "Go", "page": "kit"}]}, "name a kit"),
        ({"does": [{"text": "Go", "page": "data", "kit": "classic"}]}, "name a kit"),
        ({"does": [{"text": "Go", "page": "nowhere"}]}, "Input should be"),
        ({"belongs_to": "two"}, "on the page of its row"),
    ],
)
def test_a_row_that_lacks_something_is_refused_with_what_it_lacks(change: dict[str, object], said: str) -> None:
    assert Resource.model_validate(FULL)
    with pytest.raises(ValueError, match=said):
        Resource.model_validate({**FULL, **change})
