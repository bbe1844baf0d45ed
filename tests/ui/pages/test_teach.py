"""The page that opens a room."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from advisor.content.load import load
from advisor.ui.pages.teach import OPENED, _is_local
from advisor.ui.session import Session
from advisor.workshop import location
from advisor.workshop.debate import DESCRIBED
from advisor.workshop.opening import ADDRESS
from advisor.workshop.store import open_store
from tests.pdf_text import page_texts
from tests.ui.screen import press, texts, well

PHONES = "http://192.168.7.20:8501"


@pytest.fixture
def rooms(monkeypatch, tmp_path):
    url = f"sqlite:///{tmp_path / 'rooms.sqlite3'}"
    monkeypatch.setenv(location.DATABASE, url)
    monkeypatch.delenv(ADDRESS, raising=False)
    yield open_store
    monkeypatch.setenv(location.DATABASE, url)
    open_store().close()


def page(code: str = "en") -> AppTest:
    def script() -> None:
        from advisor.ui.pages.teach import draw
        from advisor.ui.session import current_session

        draw(current_session())

    test = AppTest.from_function(script, default_timeout=60)
    test.session_state["visit"] = Session(code=code)
    return well(test.run())


@pytest.mark.parametrize("code", ["en", "nl"])
def test_a_room_is_opened_as_it_was_asked_for(rooms, monkeypatch, code):
    monkeypatch.setenv(ADDRESS, PHONES)
    test = page(code)
    test.text_input(key="room-title").set_value("Tuesday <b>")
    test.radio(key="room-plan").set_value(10)
    well(test.run())
    test.multiselect(key="room-cases-short").set_value(["lima_alignment", "ovadia_current_events"])
    press(test, "open-room")
    opened = test.session_state[OPENED]
    room = rooms().room(opened.code)
    assert (room.title, room.lang, room.cases) == ("Tuesday <b>", code, ("lima_alignment", "ovadia_current_events"))
    assert rooms().leads(room, opened.secret)
    shown = " ".join(texts(test))
    assert f"{PHONES}/room/{opened.code}" in shown
    assert f"{PHONES}/room/{opened.code}/lead?key={opened.secret}" in shown


def test_a_room_does_what_was_chosen_on_a_case_that_was_told(rooms, monkeypatch):
    monkeypatch.setenv(ADDRESS, PHONES)
    test = page()
    test.multiselect(key="room-modes").set_value(["together", "quiz"])
    well(test.run())
    assert not [one for one in test.multiselect if one.key.startswith("room-cases")]
    test.selectbox(key="room-together").set_value(DESCRIBED)
    well(test.run())
    test.text_area(key="room-story").set_value("Parcels <b> go wrong.")
    press(test, "open-room")
    room = rooms().room(test.session_state[OPENED].code)
    assert (room.story_name, room.story) == ("Our case", "Parcels <b> go wrong.")
    assert {step.kind for step in room.steps} == {"lobby", "story", "ask", "agreed", "quiz", "end"}


def test_a_workshop_on_paper_is_printed_for_what_was_chosen_and_opens_none(rooms, monkeypatch):
    offered = []
    monkeypatch.setattr("streamlit.download_button", lambda _, data, **more: offered.append(data))
    test = page("nl")
    test.text_input(key="room-title").set_value("Dinsdag")
    test.radio(key="room-plan").set_value(10)
    well(test.run())
    title, plan, wishes, _, code = offered[-1].args
    assert (title, plan.minutes, tuple(wishes.cases), code) == ("Dinsdag", 10, plan.cases, "nl")
    assert "printpakket" in page_texts(offered[-1]())[0]
    assert OPENED not in test.session_state


def test_where_phones_cannot_come_it_says_so(rooms):
    test = page()
    assert "phones cannot reach the room" in " ".join(texts(test))
    assert not test.expander
    press(test, "open-room")
    assert [part.label for part in test.expander] == ["Another room, or a workshop on paper"]
    assert "phones cannot reach the room" in " ".join(texts(test))
    room = rooms().room(test.session_state[OPENED].code)
    assert room.title == "Workshop"
    assert room.cases == next(plan for plan in load().workshops if plan.minutes == 40).cases


def test_what_cannot_be_opened_is_said(rooms, monkeypatch):
    monkeypatch.setenv(location.DATABASE, "postgresql://me:secret@/rooms?host=/nowhere")
    shown = " ".join(texts(press(page(), "open-room")))
    assert location.DATABASE in shown
    assert "secret" not in shown


@pytest.mark.parametrize(
    ("name", "local"),
    [("localhost", True), ("127.0.0.1", True), ("::1", True), ("192.168.7.20", False), ("a.example", False)],
)
def test_which_names_are_those_of_this_machine_alone(name, local):
    assert _is_local(name) is local
