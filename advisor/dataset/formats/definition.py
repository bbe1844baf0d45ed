"""What is said of a format of training rows: how it is told from the others, what it trains, and where its text is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from advisor.dataset.row import Note
from advisor.dataset.rows.traits import Object

Method = Literal["sft", "dpo", "rft", "vision", "pretrain", "classify"]
Shape = Literal[
    "messages", "strings", "turns", "pair", "preference", "text", "steps", "labelled", "tokens", "passage", "table"
]
"""How the common view is made; see `advisor.dataset.formats.view`."""


@dataclass(frozen=True, slots=True)
class Form:
    """A format of rows."""

    id: str
    title: Note
    method: Method
    """What trains on it; preferences of every kind count as `dpo`, scores as `rft`."""
    shape: Shape
    fits: Callable[[Object], bool]
    """Whether a row has this format. The first that fits in `FORMATS` is taken."""
    why: Note
    """What gives it away."""
    asked: tuple[str, ...] = ()
    """Fields of the question, in order; the first that a row has is the question, the others belong to it."""
    answer: tuple[str, ...] = ()
    """Fields of the answer; the first that a row has."""
    rejected: tuple[str, ...] = ()
    label: tuple[str, ...] = ()
    key: str = "messages"
    """Field of the conversation, in the shapes `messages` and `turns`."""
