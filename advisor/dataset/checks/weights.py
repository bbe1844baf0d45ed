"""Weights: which answers of a conversation are learnt."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from advisor.dataset.checks.values import shown
from advisor.dataset.row import Fault


def weight(value: Any, role: str, here: str) -> Iterator[Fault]:
    """What is wrong with the weight of the message at `here`."""
    field = f"{here}.weight"
    if isinstance(value, bool) or not isinstance(value, int | float) or value not in (0, 1):
        yield Fault("weight-not-0-or-1", field, shown(value), {"weight": shown(value)})
    elif role and role != "assistant":
        yield Fault("weight-not-on-assistant", field, shown(value), {"role": role})


def all_zero(messages: Sequence[Any], roles: Sequence[str], where: str) -> Iterator[Fault]:
    """Whether no answer of a conversation is learnt."""
    answers = [message for message, role in zip(messages, roles, strict=True) if role == "assistant"]
    if answers and all("weight" in one and one["weight"] == 0 and one["weight"] is not False for one in answers):
        yield Fault("all-weights-zero", where)
