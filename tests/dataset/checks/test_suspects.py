from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from advisor.dataset.checks.suspects import suspects
from advisor.dataset.checks.text import may_be_faulty, refusal, text_faults
from advisor.dataset.privacy import find
from advisor.dataset.rows.turns import Turn
from tests.dataset.checks.pieces import PIECES

ANSWERING = {"echo", "repetition", "cut-off"}
ALWAYS = re.compile(b"")
TEXTS = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=8)), max_size=6).map(" ".join)


def held(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def search_for_all_kinds(text: str) -> list[find.Hit]:
    """What is private in a text, every kind looked for, whether or not what it cannot do without is there."""
    needs = {kind.needs: ALWAYS for kind in find.KINDS}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(find, "NEEDED", needs)
        return find.search([text])[0]


@given(st.lists(TEXTS, min_size=1, max_size=5))
@example(["<", "b>"])
@example(["Write to john_@an-example.com", "and to jan@an-example.com"])
@example(["KW56 CBKU AAAA AAAA AAAA AAAA AAAA AA"])
def test_what_is_ruled_out_is_clean(texts: list[str]) -> None:
    """Whatever is found in a text, the text was among the suspects: of private data, of faults, of refusals."""
    found = suspects([held(text) for text in texts])
    turns = [Turn("assistant", text, str(place)) for place, text in enumerate(texts)]
    faults = [fault for turn in turns for fault in text_faults([turn]) if fault.check not in ANSWERING]
    assert {int(fault.field) for fault in faults} <= set(found.spoilt)
    assert {place for place, text in enumerate(texts) if refusal(text)} <= set(found.spoilt)
    private = [search_for_all_kinds(text) for text in texts]
    assert {place for place, hits in enumerate(private) if hits} <= set(found.private)
    assert find.scan(texts) == private


@given(TEXTS, TEXTS, st.integers(0, 5))
def test_no_answer_that_is_passed_by_is_faulty(asked: str, answer: str, times: int) -> None:
    turns = [Turn("user", asked, "0"), Turn("assistant", answer + " " + asked * times, "1")]
    if not may_be_faulty(turns[1].text, asked):
        assert not [fault for fault in text_faults(turns) if fault.check in ANSWERING]


def test_each_text_is_told_from_its_neighbours() -> None:
    texts = [
        "clean",
        "a <b>bold</b> word",
        "",
        "Mail jan@an-example.com",
        "clean",
        "<b>jan@an-example.com</b>\0",
        "clean",
    ]
    assert suspects([held(text) for text in texts]) == ([3, 5], [1, 5])
    assert suspects([]) == ([], [])
    assert suspects([b"\0" * 1_000_000, b"fine"]) == ([], [0])
