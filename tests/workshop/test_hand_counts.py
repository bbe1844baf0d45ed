"""Counts of a vote on paper, as they are typed."""

from __future__ import annotations

import pytest

from advisor.wording import VERDICTS
from advisor.workshop.hand_counts import MOST, WrongCount, read_counts

TYPED = {"fine_tune": "3", "not_yet": " 0 ", "dont": str(MOST)}


def test_three_numbers_are_read():
    assert read_counts(VERDICTS, {**TYPED, "other": "x"}) == {"fine_tune": 3, "not_yet": 0, "dont": MOST}


def test_nothing_at_all_is_no_count():
    assert read_counts(VERDICTS, {}) == {}
    assert read_counts(VERDICTS, dict.fromkeys(TYPED, " ")) == {}


@pytest.mark.parametrize("wrong", ["", "-1", "1.5", "1e3", "three", str(MOST + 1), "9" * 5000, "²", "٣", "<b>"])
def test_what_is_no_count_is_refused_by_its_choice(wrong):
    with pytest.raises(WrongCount) as raised:
        read_counts(VERDICTS, {**TYPED, "not_yet": wrong})
    assert raised.value.choice == "not_yet"
