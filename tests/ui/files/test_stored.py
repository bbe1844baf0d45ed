"""Files that the server holds for a reader: read by several at a time, given to whoever knows the token, then gone."""

from __future__ import annotations

import gc
from urllib.parse import unquote

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from advisor.ui.files import expiry
from advisor.ui.files.stored import IN_MEMORY, ROUTES, Export, StoredFile, Upload


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(Starlette(routes=ROUTES))


def test_each_reader_has_a_place_of_its_own():
    stored = StoredFile(b"one two three")
    first, second = stored.opened(), stored.opened()
    assert first.read(4) == b"one "
    assert second.read() == b"one two three"
    assert first.read(3) == b"two"
    first.seek(-5, 2)
    assert (first.tell(), first.read()) == (8, b"three")


def test_reading_is_told_and_can_be_ended():
    told: list[int] = []
    StoredFile(b"x" * 100_000).opened(told.append).read()
    assert sum(told) == 100_000

    def end(n: int) -> None:
        raise TimeoutError

    with pytest.raises(TimeoutError):
        StoredFile(b"x").opened(end).read()


@pytest.mark.parametrize("size", [0, 10, 3 * IN_MEMORY + 7])
def test_a_file_is_given_whole_under_its_name(client, size):
    export = Export(Upload.of('Übung "1".jsonl', b"x" * size))
    answer = client.get(export.address.removeprefix("."))
    assert answer.status_code == 200
    assert answer.content == b"x" * size
    said = answer.headers["content-disposition"]
    assert said.startswith("attachment;")
    assert unquote(said.partition("''")[2]) == 'Übung "1".jsonl'
    assert client.get(f"/below/a/proxy/held/{export.token}").status_code == 200


def test_a_file_is_gone_with_what_held_it(client):
    export = Export(Upload.of("rows.jsonl", b"x"))
    address, file = export.address.removeprefix("."), export.file.stored.file
    del export
    gc.collect()
    assert client.get(address).status_code == 404
    assert file.closed


def test_nobody_gets_a_file_without_its_token(client):
    export = Export(Upload.of("rows.jsonl", b"x"))
    assert client.get(f"/held/{export.token[:-1]}").status_code == 404
    assert len(export.token) >= 32


class Reader:
    """Somebody's files, and whether the browser is still connected."""

    def __init__(self) -> None:
        self.connected = True
        self.file: Upload | None = Upload.of("rows.jsonl", b"x")

    def forget(self) -> None:
        self.file = None


def test_files_of_a_reader_who_has_left_are_let_go():
    reader, other, owners = Reader(), Reader(), expiry.Owners()
    readers = {"left": reader, "there": other}
    for session, owner in readers.items():
        owners.note(session, owner)

    def look(seconds: float) -> None:
        owners.forget_absent(seconds, lambda session: readers[session].connected)

    reader.connected = False
    look(0)
    look(expiry.GRACE_SECONDS)
    assert reader.file
    reader.connected = True  # the connection was broken off for a while
    look(expiry.GRACE_SECONDS + 1)
    reader.connected = False
    look(expiry.GRACE_SECONDS + 2)
    assert reader.file
    look(2 * expiry.GRACE_SECONDS + 3)
    assert reader.file is None
    assert other.file
