"""What a check is asked about: a row, a text in it, an answer, a file; and the rules that hold for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as attribute
from typing import Any, Literal, NamedTuple

from advisor.dataset.formats.reading import Conversation
from advisor.dataset.platforms import Platform
from advisor.dataset.row import Row
from advisor.dataset.rows.order import Order

Arguments = Literal["text", "object"]
"""How the arguments of a tool call are written: as text that holds JSON (OpenAI, Azure), or as an object (TRL)."""

Definitions = Literal["typed", "any", "google"]
"""How tools are defined: as objects of the type function around one (OpenAI, Azure), as these or as the function alone
(TRL, LLaMA-Factory), or as lists of declarations (Google)."""


class Example(NamedTuple):
    """A row whose value is an object, and how it is to be read."""

    row: Row
    value: dict[str, Any]
    conversation: Conversation | None
    """The view of the row in its format, where its texts are looked at."""
    form: str
    platform: Platform | None
    method: str | None
    tokens: int | None
    """The exact count, if known."""


class PlainChat(NamedTuple):
    """A plain conversation: messages with a role and a text each, none of them empty, and nothing beside them."""

    order: Order
    tokens: int
    platform: Platform | None


class Signs(NamedTuple):
    """What the bytes of a row show at once: whether any of its texts may hold these signs. Wrong on the safe side."""

    control: bool
    separator: bool
    angle: bool
    mark: bool
    """Signs with which the marks of chat templates begin."""
    html: bool
    """Tags or entities, where nobody speaks of HTML."""
    beyond_ascii: bool
    filler: bool


class Text(NamedTuple):
    """What one turn of a row says."""

    text: str
    field: str
    asked: str
    """What was asked for up to here, this turn included where it asks."""
    learnt: bool
    """Whether a model learns to write it."""
    undesired: bool
    """Whether it is the worse answer of a pair."""
    first: bool
    """Whether it is the first text of its row."""
    raw_text: bool
    """Whether the row is text for pretraining, in which the marks of a chat template belong."""
    signs: Signs


class Answer(NamedTuple):
    """An answer that is learnt."""

    text: str
    field: str
    asked: str
    """What the user said before it."""
    told: str
    """Everything that says what the answer is to be: instructions, passages, questions."""
    may_decline: bool
    """Whether an answer that refuses may be meant: chosen by somebody, or drawn from passages."""


class Rules(NamedTuple):
    """What holds for the conversations of one row."""

    arguments: Arguments = "text"
    tools: Mapping[str, Any] | None = None
    platform: Platform | None = None
    strict: bool = True
    """Whether a message may only have the keys that OpenAI knows."""
    fetched: bool = True
    """Whether the service fetches images by their address."""
    typed: bool = True
    """Whether the parts of a content say their type; those of Bedrock do not."""


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What was counted while a file was read. None and empty: not known."""

    rows: int
    """Rows that could be read."""
    size: int | None = None
    """In bytes, not compressed."""
    container: str | None = None
    byte_order_mark: bool | None = None
    array: bool = False
    """The file is one JSON array though it was given as lines, or its platform reads lines only."""
    form: str | None = None
    systems: Mapping[str, int] = attribute(default_factory=dict)
    """Rows by system prompt (or its hash); rows without one are not here."""
    labels: Mapping[str, int] = attribute(default_factory=dict)
    """Rows by answer, where the answers are labels."""
    padded: Mapping[str, int] = attribute(default_factory=dict)
    """Rows by label, of those alone whose label stands between blanks."""
    answers: int = 0
    refusals: int = 0
    constants: Mapping[str, int] = attribute(default_factory=dict)
    """Grader fields that never differ, and their rows."""
    shapes: Mapping[frozenset[str], int] = attribute(default_factory=dict)
    """Rows by their fields, those of the first row first; rows of one field alone are not here."""
    spread: bool = False
    """Its rows lie over several lines each."""
    verdicts: Mapping[str, int] = attribute(default_factory=dict)
    """Rows by the verdict on their answer, in formats that have one."""
    kinds: Mapping[str, Mapping[str, int]] = attribute(default_factory=dict)
    """Rows by the kind of value (string, number, boolean) that each of their fields holds, and each field within."""
    kind_lines: Mapping[str, Mapping[str, Sequence[int]]] = attribute(default_factory=dict)
    """The first lines of each of those."""
    turn_keys: Mapping[str, int] = attribute(default_factory=dict)
    """Rows by the keys under which their turns say who speaks and what."""


class File(NamedTuple):
    """A file that was read, and what it is for."""

    facts: FileFacts
    platform: Platform | None
    method: str | None
