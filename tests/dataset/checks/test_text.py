"""Shortcuts of the checks of texts, which find what the whole of a text says."""

from __future__ import annotations

import pytest

from advisor.dataset.checks.text import echoes

ASKED = "Which of the days comes right after Monday in the week"
LATE = "ΑΣ'" + "ˬ" * 10 + "a and then some more words to say"
"""What the second letter is in lower case depends on what stands more than ten characters after it."""


@pytest.mark.parametrize(
    ("answer", "asked"),
    [
        (ASKED, ASKED),
        (ASKED.upper(), ASKED),
        (f"{ASKED}? Tuesday.", ASKED),
        ("i\u0307zmir ve istanbul nerede", "İzmir ve Istanbul nerede"),
        *[(f"what is {' ' * n}{LATE}", f"what is {' ' * (n + 6)}{LATE}") for n in range(70, 90)],
    ],
)
def test_an_echo_is_found_by_its_first_words(answer: str, asked: str) -> None:
    assert echoes(answer, asked)


@pytest.mark.parametrize("answer", ["Tuesday comes after Monday, and then there is Wednesday.", ASKED[:-9], ""])
def test_an_answer_of_its_own_is_none(answer: str) -> None:
    assert not echoes(answer, ASKED)
