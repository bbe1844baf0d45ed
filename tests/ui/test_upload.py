"""A file comes in piece by piece to an address that only the page knows, and is nobody else's."""

from __future__ import annotations

import json

import pytest
import streamlit as st
from screen import checked, data_page, press, problem, shown, well
from starlette.applications import Starlette
from starlette.testclient import TestClient

from advisor.ui import upload
from advisor.ui.held import IN_MEMORY, PIECE
from advisor.ui.upload import ROUTES, Slot

ROW = json.dumps({"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello."}]})


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(Starlette(routes=ROUTES))


def put(client: TestClient, slot: Slot, data: bytes, name: str = "rows.jsonl", number: int = 1) -> int:
    return int(client.put(f"/held/{slot.token}", content=data, params={"name": name, "number": number}).status_code)


@pytest.mark.parametrize("size", [0, 5, 2 * PIECE + IN_MEMORY + 3])
def test_a_file_arrives_whole(client, size):
    slot = Slot(begun=1)
    assert slot.arriving
    assert put(client, slot, b"x" * size) == 204
    assert slot.file
    assert slot.file.held.opened().read() == b"x" * size
    assert not slot.arriving


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("rows.jsonl", "rows.jsonl"),
        ("../../etc/passwd", "passwd"),
        ("C:\\data\\rows.csv", "rows.csv"),
        ("a\n\x1b[2J\u202eb.jsonl", "a[2Jb.jsonl"),
        ("", "data"),
        ("..", "data"),
        ("x" * 300 + ".jsonl", "x" * 194 + ".jsonl"),
    ],
)
def test_a_name_is_no_path(client, given, name):
    slot = Slot()
    put(client, slot, b"x", given)
    assert slot.file
    assert slot.file.name == name


def test_what_is_too_large_is_refused(client, monkeypatch):
    monkeypatch.setattr(upload, "most_bytes", lambda: 10)
    slot = Slot(begun=1)
    assert put(client, slot, b"x" * 11) == 413
    pieces = iter([b"x" * 6, b"x" * 6])  # without a length told beforehand
    assert client.put(f"/held/{slot.token}", content=pieces, params={"number": 1}).status_code == 413
    assert (slot.file, slot.arriving) == (None, False)


def test_nobody_hands_in_without_the_token(client):
    slot = Slot()
    assert client.put(f"/held/{slot.token[:-1]}", content=b"x").status_code == 404
    assert client.get(f"/held/{slot.token}").status_code == 405


def test_what_was_taken_back_does_not_arrive_late(client):
    slot = Slot(begun=1)
    slot.clear()
    assert put(client, slot, b"x", number=1) == 204
    assert slot.file is None
    slot.begun = 2
    put(client, slot, b"y", number=2)
    assert slot.file


def test_page_and_server_tell_of_a_file_in_any_order(client):
    slot = Slot()
    put(client, slot, b"x", number=5)
    slot.begin(5)  # what the page says comes late, or not at all
    assert not slot.arriving
    slot.begin(7)
    slot.end(5)
    assert slot.arriving
    slot.end(7)
    assert not slot.arriving


def test_a_full_disk_is_said(client, monkeypatch):
    class Full:
        def __init__(self) -> None:
            self.file = self

        def write(self, data: bytes) -> None:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(upload, "Held", Full)
    slot = Slot(begun=1)
    assert put(client, slot, b"x") == 507
    assert not slot.arriving


def test_a_check_waits_for_a_file_that_is_on_its_way(client):
    test = data_page()
    slot = test.session_state["data-room"].slot("training")
    slot.begun = 1
    press(test, "check-data")
    assert "The file is still on its way." in shown(test)
    put(client, slot, ROW.encode())
    well(test.run())
    test.session_state["data-room"].check.thread.join(60)
    assert "in 1 row" in shown(well(test.run()))


def test_a_file_that_never_came_is_asked_for_again():
    test = data_page()
    slot = test.session_state["data-room"].slot("training")
    slot.begun = 1
    press(test, "check-data")
    slot.ended = 1
    assert problem(well(test.run())) == "Choose a file, or paste some rows."
    assert not test.session_state["data-room"].wanted


def test_a_check_with_another_validation_file_waits_for_it_too(client):
    test = checked(data_page(), ROW)
    mine = test.session_state["data-room"]
    slot = mine.slot("again-validation")
    slot.begun = 1
    press(test, "check-again")
    assert "The file is still on its way." in shown(test)
    put(client, slot, ROW.encode())
    well(test.run())
    mine.check.thread.join(60)
    assert "1 of 1" in shown(well(test.run()))


def test_the_largest_file_is_the_one_that_the_configuration_allows():
    assert upload.most_bytes() == st.get_option("server.maxUploadSize") * 1_000_000
