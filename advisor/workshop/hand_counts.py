"""Counts of a ballot that was held on paper, as somebody typed them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from advisor.workshop.store import MOST_PEOPLE

MOST = MOST_PEOPLE
"""Of one choice."""
LONGEST = 6
"""Signs of a number that are read."""


class WrongCount(ValueError):
    """What was typed for a choice is no count."""

    def __init__(self, choice: str) -> None:
        super().__init__(choice)
        self.choice = choice


def read_counts(choices: Sequence[str], typed: Mapping[str, str]) -> dict[str, int]:
    """The count of each choice; of none where all is left empty. Raises `WrongCount` for the first wrong one.

    A field that is left empty beside others is wrong, too: nobody can tell whether it means none or was forgotten.
    """
    given = {choice: typed.get(choice, "").strip() for choice in choices}
    if not any(given.values()):
        return {}
    return {choice: _count(choice, text) for choice, text in given.items()}


def _count(choice: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST) or int(text) > MOST:
        raise WrongCount(choice)
    return int(text)
