"""Conversations of text alone, as most rows are: what their roles say of them, without a look at each message."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any, Literal, NamedTuple

from advisor.dataset.turns import INSTRUCTING, ROLES

Kind = Literal["chat", "prompt", "answer"]
"""A whole conversation, one that waits for its answer, or that answer alone."""

MOST_TURNS = 64
"""Longer conversations are looked at message by message."""

_role, _content = itemgetter("role"), itemgetter("content")
_ROLES = frozenset(ROLES)
_TEXT, _TWO = {str}, {2}


class Order(NamedTuple):
    """What the roles of a conversation say of its turns, which are given by their places."""

    roles: tuple[str, ...]
    by_turns: bool
    instructing: tuple[int, ...]
    asked: tuple[int, ...]
    """What the answer follows on, without instructions."""
    target: int | None
    """The last answer."""


def plain(value: Any) -> tuple[tuple[str, ...], list[str]] | None:
    """Roles and texts of a row that is nothing but messages of one text each, by the usual roles; None for others."""
    if type(value) is not dict or len(value) != 1:
        return None
    messages = value.get("messages")
    if type(messages) is not list or not 0 < len(messages) <= MOST_TURNS:
        return None
    try:
        roles, texts = tuple(map(_role, messages)), list(map(_content, messages))
        usual = _ROLES.issuperset(roles)
    except (KeyError, TypeError):
        return None
    return (roles, texts) if usual and {*map(type, texts)} == _TEXT and {*map(len, messages)} == _TWO else None


@lru_cache(maxsize=1_024)
def order(roles: tuple[str, ...]) -> Order:
    """The order of a plain conversation; few are different."""
    target = max((place for place, role in enumerate(roles) if role == "assistant"), default=None)
    return Order(
        roles,
        by_turns(roles, "chat"),
        tuple(place for place, role in enumerate(roles) if role in INSTRUCTING),
        tuple(place for place, role in enumerate(roles[:target]) if role not in INSTRUCTING),
        target,
    )


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
