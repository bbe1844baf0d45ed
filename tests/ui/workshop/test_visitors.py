"""Guesses of an address, and what a form may hold."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from advisor.ui.workshop import visitors
from advisor.ui.workshop.visitors import MOST_WRONG, WAIT_SECONDS, WRONG_SECONDS, guesses, one_line, spoken


def asked(address: str = "192.0.2.7") -> SimpleNamespace:
    return SimpleNamespace(client=SimpleNamespace(host=address))


def test_an_address_that_guesses_too_often_waits_seconds_and_others_do_not():
    now = [0.0]
    made = guesses(lambda: now[0])
    for _ in range(MOST_WRONG):
        assert not made.too_many(asked())
        made.note(asked())
    for _ in range(1_000):  # what is refused makes the wait no longer
        assert made.too_many(asked())
        made.note(asked())
    assert not made.too_many(asked("192.0.2.8"))
    now[0] = WAIT_SECONDS + 0.01
    assert not made.too_many(asked())
    made.note(asked())
    assert made.too_many(asked())
    now[0] += WRONG_SECONDS
    for _ in range(MOST_WRONG):
        assert not made.too_many(asked())
        made.note(asked())
    assert made.too_many(asked())
    assert WAIT_SECONDS == WRONG_SECONDS / MOST_WRONG


def test_a_network_of_ipv6_is_one_address_and_ipv4_in_its_clothes_is_ipv4():
    made = guesses()
    for n in range(MOST_WRONG):
        made.note(asked(f"2001:db8:0:1::{n:x}"))
        made.note(asked("::ffff:192.0.2.7"))
    assert made.too_many(asked("2001:db8:0:1:ffff::1"))
    assert not made.too_many(asked("2001:db8:0:2::1"))
    assert made.too_many(asked("192.0.2.7"))
    assert not made.too_many(asked("192.0.2.8"))


def test_many_addresses_take_little_memory(monkeypatch):
    monkeypatch.setattr(visitors, "MOST_ADDRESSES", 10)
    made = guesses()
    for n in range(100):
        made.note(asked(f"192.0.2.{n}"))
    assert len(made._noted) == 10


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Ann \n Bea\t", "Ann Bea"),
        ("x" * 99, "x" * 30),
        ("a\0b", "ab"),
        ("half \ud83d", "half"),
        ("\x1b[2Ja\u202eb", "[2Jab"),
        ("", ""),
    ],
)
def test_what_is_typed_is_one_line_that_a_database_takes(typed, kept):
    assert one_line(typed, 30) == kept


def test_only_languages_that_we_speak():
    assert [spoken(code, "en") for code in ("nl", "xx", None, "../nl")] == ["nl", "en", "en", "en"]
