"""Text on its way to the page."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.report.cleaning import DIRECTION_MARKS, LONGEST_WORD, PIECE, cleaned, one_line, pieces
from advisor.report.coverage import ranges


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("e\u0301", "é"),
        ("a\x00b\x07c", "abc"),
        ("a\nb\tc\u2028d", "a b c d"),
        ("safe\u202egpj.exe", "safegpj.exe"),
        ("\ue000", "\ufffd"),
        ("\ud800", "\ufffd"),
        ('#read("x") <b> $1 \\', '#read("x") <b> $1 \\'),
    ],
)
def test_cleaning(raw: str, shown: str) -> None:
    assert cleaned(raw) == shown


@given(st.text(max_size=200))
def test_nothing_that_steers_or_stops_the_page_is_left(text: str) -> None:
    for clean in (cleaned(text), one_line(text)):
        assert not {ord(char) for char in clean} & DIRECTION_MARKS
        assert not [char for char in clean if unicodedata.category(char) in ("Cc", "Cs")]


@given(st.lists(st.text("ab c", max_size=120), max_size=3).map(" ".join))
def test_pieces_put_together_are_the_text(text: str) -> None:
    made = pieces(text)
    parts = made if isinstance(made, list) else [made]
    assert "".join(parts) == cleaned(text)
    assert all(len(word) <= LONGEST_WORD for part in parts for word in part.split())


def test_only_long_words_are_cut() -> None:
    assert pieces("short words " * 20) == "short words " * 20
    made = pieces("x" * 40)
    assert isinstance(made, list)
    assert {len(part) for part in made} <= {PIECE, 40 % PIECE}


def test_ranges_of_codes() -> None:
    assert ranges({1, 2, 3, 7, 9, 10}) == [(1, 3), (7, 7), (9, 10)]
