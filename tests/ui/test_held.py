"""Files that the server holds for a reader: read by several at a time, given to whoever knows the token, then gone."""

from __future__ import annotations

import gc
from urllib.parse import unquote

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from advisor.ui.held import IN_MEMORY, ROUTES, Held, Offer, Upload


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(Starlette(routes=ROUTES))


def test_each_reader_has_a_place_of_its_own():
    held = Held(b"one two three")
    first, second = held.opened(), held.opened()
    assert first.read(4) == b"one "
    assert second.read() == b"one two three"
    assert first.read(3) == b"two"
    first.seek(-5, 2)
    assert (first.tell(), first.read()) == (8, b"three")


def test_reading_is_told_and_can_be_ended():
    told: list[int] = []
    Held(b"x" * 100_000).opened(told.append).read()
    assert sum(told) == 100_000

    def end(n: int) -> None:
        raise TimeoutError

    with pytest.raises(TimeoutError):
        Held(b"x").opened(end).read()


@pytest.mark.parametrize("size", [0, 10, 3 * IN_MEMORY + 7])
def test_a_file_is_given_whole_under_its_name(client, size):
    offer = Offer(Upload.of('Übung "1".jsonl', b"x" * size))
    answer = client.get(offer.address.removeprefix("."))
    assert answer.status_code == 200
    assert answer.content == b"x" * size
    said = answer.headers["content-disposition"]
    assert said.startswith("attachment;")
    assert unquote(said.partition("''")[2]) == 'Übung "1".jsonl'
    assert client.get(f"/below/a/proxy/held/{offer.token}").status_code == 200


def test_a_file_is_gone_with_what_held_it(client):
    offer = Offer(Upload.of("rows.jsonl", b"x"))
    address, file = offer.address.removeprefix("."), offer.file.held.file
    del offer
    gc.collect()
    assert client.get(address).status_code == 404
    assert file.closed


def test_nobody_gets_a_file_without_its_token(client):
    offer = Offer(Upload.of("rows.jsonl", b"x"))
    assert client.get(f"/held/{offer.token[:-1]}").status_code == 404
    assert len(offer.token) >= 32
