"""What the order of its roles says of a conversation, without a look at each message."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from advisor.dataset.rows.turns import INSTRUCTING

Kind = Literal["chat", "prompt", "answer"]
"""A whole conversation, one that waits for its answer, or that answer alone."""


class Order(NamedTuple):
    """What the roles of a conversation say of its turns, which are given by their places."""

    roles: tuple[str, ...]
    by_turns: bool
    instructing: tuple[int, ...]
    asked: tuple[int, ...]
    """What the last answer follows on, without instructions."""
    target: int | None
    """The last answer."""
    answers: tuple[tuple[int, int], ...]
    """As of `answers_of`."""


@lru_cache(maxsize=1_024)
def order(roles: tuple[str, ...]) -> Order:
    """The order of a plain conversation. Few are different, and none is long: they are kept."""
    answers = answers_of(roles)
    target = answers[-1][0] if answers else None
    return Order(
        roles,
        by_turns(roles, "chat"),
        tuple(place for place, role in enumerate(roles) if role in INSTRUCTING),
        tuple(place for place, role in enumerate(roles[:target]) if role not in INSTRUCTING),
        target,
        answers,
    )


def answers_of(roles: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """The place of each answer, and of the last that the user said before it; -1 where nothing was."""
    answers: list[tuple[int, int]] = []
    asked = -1
    for place, role in enumerate(roles):
        if role == "user":
            asked = place
        elif role == "assistant":
            answers.append((place, asked))
    return tuple(answers)


def by_turns(roles: Sequence[Any], kind: Kind) -> bool:
    """Whether users and assistants speak by turns, after at most one system message, up to where the kind ends."""
    before = "start"
    for role in roles:
        if role == "assistant":
            if before != "user" and not (kind == "answer" and before == "start"):
                return False
        elif role == "user":
            if before == "user" or kind == "answer":
                return False
        elif role != "system" or before != "start":
            return False
        before = role
    return before == ("user" if kind == "prompt" else "assistant")
