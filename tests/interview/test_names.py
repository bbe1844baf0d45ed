"""Names in a text: how they are told apart, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.interview.names import MOST_NAMES, Misnamed, check, names
from advisor.interview.situation import AnswerErrors, situation
from advisor.language import language


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("repair, order , other", ("repair", "order", "other")),
        ("parts, spare; repair", ("parts, spare", "repair")),
        ("parts, spare; used\nrepair\r\n\n  other  ", ("parts, spare; used", "repair", "other")),
        ("one", ("one",)),
        (" ,, ", ()),
        ("", ()),
        ("a\u202eb, c\x00d", ("ab", "cd")),
        ("C#, C++, C", ("C#", "C++", "C")),
    ],
)
def test_names_stand_on_lines_or_between_semicolons_or_commas(text: str, found: tuple[str, ...]) -> None:
    assert names(text) == found


@given(st.text())
def test_a_name_is_one_line_that_hides_nothing(text: str) -> None:
    for name in names(text):
        assert name == name.strip()
        assert len(name.splitlines()) == 1
        assert names(name + "\nz") == (name, "z")


@pytest.mark.parametrize(
    ("given", "least", "said"),
    [
        (("one",), 2, "2 names at least are wanted, one a line or with commas between; here are 1"),
        (("a", "b", "a"), 2, "“a” stands there twice"),
        (("Order", "order"), 2, "“Order” and “order” look alike: capitals or invisible signs alone tell them apart"),
        (("order", "or\u200bder"), 2, "look alike"),
        (("x" * 81, "b"), 2, "has 81 characters; a name has at most 80"),
        (tuple(map(str, range(MOST_NAMES + 1))), 2, "501 names are more than the 500 that fit"),
    ],
)
def test_what_cannot_be_told_apart_or_is_no_name_is_refused(given: tuple[str, ...], least: int, said: str) -> None:
    with pytest.raises(Misnamed) as refused:
        check(given, least)
    assert said in language("en")(refused.value.message, **refused.value.values)


@pytest.mark.parametrize("value", ["repair, order", ["repair", "order"], "repair\norder", '"><b>, {x}', None, ""])
def test_answers_hold_names_as_a_text_or_as_a_list(value: Any) -> None:
    held = situation(task="classification", label_names=value).answers["label_names"]
    assert held == ("repair\norder" if isinstance(value, list) else value)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("order, Order", "label_names: “order” and “Order” look alike"),
        (["order", 7], "label_names: expected text"),
        ("order", "label_names: 2 names at least are wanted"),
    ],
)
def test_answers_with_names_that_cannot_be_used_are_refused_by_name(value: Any, said: str) -> None:
    with pytest.raises(AnswerErrors, match=said):
        situation(task="classification", label_names=value)
