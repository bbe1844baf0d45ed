"""A file comes in piece by piece to an address that only the page knows, and is nobody else's."""

from __future__ import annotations

import asyncio
import gc
import json
import time

import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.testclient import TestClient

from advisor.language import language
from advisor.ui.files import stored, upload
from advisor.ui.files.stored import CHUNK, IN_MEMORY, Account
from advisor.ui.files.upload import ROUTES, UploadSlot
from advisor.ui.pages.data.checking import Room
from tests.ui.screen import checked, data_page, press, problem, shown, well

ROW = json.dumps({"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello."}]})


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(Starlette(routes=ROUTES))


def put(client: TestClient, slot: UploadSlot, data: bytes, name: str = "rows.jsonl", number: int = 1) -> int:
    return int(client.put(f"/held/{slot.token}", content=data, params={"name": name, "number": number}).status_code)


@pytest.mark.parametrize("size", [0, 5, 2 * CHUNK + IN_MEMORY + 3])
def test_a_file_arrives_whole(client, size):
    slot = UploadSlot(begun=1)
    assert slot.arriving
    assert put(client, slot, b"x" * size) == 204
    assert slot.file
    assert slot.file.stored.opened().read() == b"x" * size
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
    slot = UploadSlot()
    put(client, slot, b"x", given)
    assert slot.file
    assert slot.file.name == name


def test_what_is_too_large_is_refused(client, monkeypatch):
    monkeypatch.setattr(upload, "most_bytes", lambda: 10)
    slot = UploadSlot(begun=1)
    assert put(client, slot, b"x" * 11) == 413
    chunks = iter([b"x" * 6, b"x" * 6])  # without a length told beforehand
    assert client.put(f"/held/{slot.token}", content=chunks, params={"number": 1}).status_code == 413
    assert (slot.file, slot.arriving) == (None, False)


def test_nobody_hands_in_without_the_token(client):
    slot = UploadSlot()
    assert client.put(f"/held/{slot.token[:-1]}", content=b"x").status_code == 404
    assert client.get(f"/held/{slot.token}").status_code == 405


def test_what_was_taken_back_does_not_arrive_late(client):
    slot = UploadSlot(begun=1)
    slot.clear()
    assert put(client, slot, b"x", number=1) == 204
    assert slot.file is None
    slot.begun = 2
    put(client, slot, b"y", number=2)
    assert slot.file


def test_page_and_server_tell_of_a_file_in_any_order(client):
    slot = UploadSlot()
    put(client, slot, b"x", number=5)
    slot.begin(5)  # what the page says comes late, or not at all
    assert not slot.arriving
    slot.begin(7)
    slot.end(5)
    assert slot.arriving
    slot.end(7)
    assert not slot.arriving


COUNTED = stored.CountedFile


class Filling:
    """The disk under a held file: it is full after so many bytes. All files that were opened are kept here."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.files: list[stored.CountedFile] = []

    def opened(self, account: Account) -> stored.CountedFile:
        disk = self

        class File(COUNTED):
            def write(self, data: bytes, /) -> int:  # type: ignore[override]
                disk.room -= len(data)
                if disk.room < 0:
                    raise OSError(28, "No space left on device")
                return super().write(data)

        self.files.append(File(account))
        return self.files[-1]


@pytest.fixture
def no_collection():
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("no_collection")
@pytest.mark.parametrize("size", [1, 3 * CHUNK])
def test_a_full_disk_is_said_and_what_was_written_is_gone_at_once(client, monkeypatch, size):
    disk = Filling(2 * CHUNK if size > CHUNK else 0)
    monkeypatch.setattr(stored, "CountedFile", disk.opened)
    slot = UploadSlot(begun=1)
    begun = time.monotonic()
    answer = client.put(f"/held/{slot.token}", content=b"x" * size, params={"number": 1})
    assert (answer.status_code, answer.text) == (507, "full")
    assert time.monotonic() - begun < upload.SILENCE_SECONDS / 2, "nothing is waited for once all has come"
    assert not slot.arriving
    assert [file.closed for file in disk.files] == [True]
    assert slot.account.used == 0


def arrival(slot: UploadSlot, messages: list[dict[str, object]], **headers: str) -> Response:
    """What is answered to a browser that sends these, and then is silent."""

    async def receive() -> dict[str, object]:
        if messages:
            return messages.pop(0)
        await asyncio.sleep(60)
        return {"type": "http.disconnect"}

    scope = {
        "type": "http",
        "method": "PUT",
        "path": f"/held/{slot.token}",
        "query_string": b"name=a.jsonl&number=1",
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
        "path_params": {"token": slot.token},
    }
    return asyncio.run(upload.receive_upload(Request(scope, receive)))


def body(data: bytes, more: bool = True) -> dict[str, object]:
    return {"type": "http.request", "body": data, "more_body": more}


@pytest.fixture
def opened(monkeypatch):
    """The files that are opened meanwhile."""
    disk = Filling(1 << 40)
    monkeypatch.setattr(stored, "CountedFile", disk.opened)
    return disk.files


@pytest.mark.usefixtures("no_collection")
def test_what_a_reader_who_goes_away_had_sent_is_gone_at_once(opened):
    slot = UploadSlot(begun=1)
    assert arrival(slot, [body(b"x" * 3 * CHUNK), {"type": "http.disconnect"}]).status_code == 400
    assert all(file.closed for file in opened)
    assert (slot.account.used, slot.file, slot.arriving) == (0, None, False)


def test_a_length_that_is_not_kept_is_a_file_that_did_not_arrive(opened):
    slot = UploadSlot(begun=1)
    assert arrival(slot, [body(b"x" * 10, more=False)], content_length="11").status_code == 400
    assert all(file.closed for file in opened)
    assert slot.file is None


def test_a_file_that_stands_still_is_broken_off(opened, monkeypatch):
    monkeypatch.setattr(upload, "SILENCE_SECONDS", 0.05)
    monkeypatch.setattr(upload, "LOOK_SECONDS", 0.02)
    slot = UploadSlot(begun=1)
    answer = arrival(slot, [body(b"x")])
    assert (answer.status_code, answer.body) == (408, b"slow")
    assert all(file.closed for file in opened)
    assert not upload.incoming


def test_a_file_that_trickles_is_broken_off(opened, monkeypatch):
    monkeypatch.setattr(upload, "START_SECONDS", 0.0)
    slot = UploadSlot(begun=1)
    monkeypatch.setattr(upload, "LEAST_SPEED", 1e12)
    assert arrival(slot, [body(b"x")] * 3).status_code == 408


@pytest.mark.usefixtures("no_collection")
def test_the_last_file_that_comes_into_a_slot_is_taken_and_the_one_before_ends(opened, monkeypatch):
    monkeypatch.setattr(upload, "LOOK_SECONDS", 0.02)
    slot = UploadSlot()

    async def both() -> list[Response]:
        def request(number: int, messages: list[dict[str, object]]) -> Request:
            async def receive() -> dict[str, object]:
                if not messages:
                    await asyncio.sleep(60)
                return messages.pop(0)

            query = f"name={number}.jsonl&number={number}".encode()
            scope = {"type": "http", "method": "PUT", "path": "/", "query_string": query, "headers": []}
            return Request({**scope, "path_params": {"token": slot.token}}, receive)

        first = asyncio.ensure_future(upload.receive_upload(request(1, [body(b"one")])))
        await asyncio.sleep(0.1)
        second = await upload.receive_upload(request(2, [body(b"two", more=False)]))
        return [await first, second]

    first, second = asyncio.run(both())
    assert (first.status_code, first.body, second.status_code) == (409, b"replaced", 204)
    assert slot.file
    assert slot.file.stored.opened().read() == b"two"
    assert slot.account.used == 3
    assert not slot.arriving


def test_no_more_files_come_at_once_than_are_allowed(client, monkeypatch):
    monkeypatch.setattr(upload, "MOST_AT_ONCE", 0)
    slot = UploadSlot(begun=1)
    answer = client.put(f"/held/{slot.token}", content=b"x", params={"number": 1})
    assert (answer.status_code, answer.text, slot.arriving) == (429, "busy", False)


def test_a_reader_has_a_share_of_the_room_and_all_together_have_no_more_than_there_is(client, monkeypatch):
    monkeypatch.setattr(stored, "most_bytes", lambda: 2 * CHUNK)
    monkeypatch.setattr(stored, "VISITOR_FILES", 2)
    monkeypatch.setattr(stored, "SERVER_FILES", 3)
    monkeypatch.setattr(stored.SERVER, "used", 0)
    mine, other = Room(), Room()
    data = b"x" * 2 * CHUNK

    def handed(room: Room, place: str) -> tuple[int, str]:
        answer = client.put(f"/held/{room.slot(place).token}", content=data, params={"number": 1})
        return answer.status_code, answer.text

    assert [handed(mine, place) for place in "ab"] == [(204, "")] * 2
    assert handed(mine, "c") == (507, "yourRoom")
    assert handed(other, "a") == (204, "")
    assert handed(other, "b") == (507, "noRoom")
    assert (mine.account.used, other.account.used, stored.SERVER.used) == (4 * CHUNK, 2 * CHUNK, 6 * CHUNK)
    mine.slot("a").clear()
    assert handed(other, "b") == (204, "")
    mine.forget()
    other.forget()
    assert stored.SERVER.used == 0


def test_the_page_says_each_reason_with_its_numbers():
    for code in ("en", "nl"):
        words = upload.script_words(language(code), stored.visitor())
        assert set(upload.STATUS) <= set(words)
    assert "24 GB" in words["noRoom"]
    assert "6 GB" in words["yourRoom"]
    assert "40 bestanden" in words["busy"]


def test_a_check_holds_its_file_and_lets_go_of_it(client):
    test = data_page()
    mine = test.session_state["data-room"]
    slot = mine.slot("training")
    put(client, slot, ROW.encode())
    file = slot.file
    press(test, "check-data")
    check = mine.check
    check.thread.join(60)
    assert not file.stored.file.closed
    assert check.result
    mine.forget()
    assert file.stored.file.closed
    assert mine.account.used == 0


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
