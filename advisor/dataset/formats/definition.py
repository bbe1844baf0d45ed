"""What is said of a format of rows: how it is told from the others, what it trains, how it is read and written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, Protocol

from advisor.dataset.formats.example import Example
from advisor.dataset.formats.fields import Field
from advisor.dataset.row import Note
from advisor.dataset.rows.conversation import Conversation
from advisor.dataset.rows.traits import Object, verdict

Method = Literal["sft", "dpo", "rft", "vision", "pretrain", "classify"]
Container = Literal["jsonl", "json", "csv", "parquet"]
Shape = Literal[
    "messages", "strings", "turns", "pair", "preference", "text", "steps", "labelled", "tokens", "passage", "table"
]
LAST = 99


class AsExample(Protocol):
    """Reads a row as an example. `refusal`: the answer to a question that its passage does not answer.

    Raises `LeftOut` for a row in which nothing is asked and answered.
    """

    def __call__(self, value: Object, form: Format, refusal: str, /) -> Example: ...


class Reading(NamedTuple):
    """How a row is read: to look at it, where all is taken that can be, and to convert it, where nothing may go lost
    without a word.
    """

    shape: Shape
    conversation: Callable[[Object, Format], Conversation]
    """The row as a conversation. Never raises: what is missing is empty."""
    example: AsExample | None = None
    """None where there is no question with an answer to convert."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A format of rows."""

    id: str
    title: Note
    method: Method
    """What trains on it; preferences of every kind count as `dpo`, scores as `rft`."""
    order: int
    """Rows that fit several formats have the one with the lowest number; formats are listed in this order too."""
    fits: Callable[[Object], bool]
    """Whether a row has this format."""
    why: Note
    """What gives it away."""
    reading: Reading
    fields: tuple[Field, ...] = ()
    """What it demands of a row."""
    only: frozenset[str] | None = None
    """All keys that a row may have, where the format has no room for others."""
    asked: tuple[str, ...] = ()
    """Fields of the question, in order; the first that a row has is the question, the others belong to it."""
    answer: tuple[str, ...] = ()
    """Fields of the answer; the first that a row has."""
    rejected: tuple[str, ...] = ()
    label: tuple[str, ...] = ()
    says_verdict: bool = False
    """Whether the label says if the answer is good."""
    key: str = "messages"
    """Field of the conversation, where there is one."""
    also: tuple[str, ...] = ()
    """Formats that the same rows can be read as, likely ones first."""
    takes_in: tuple[str, ...] = ()
    """Formats whose rows belong to this one where both stand in a file: rows with tools, and rows without."""
    holds: frozenset[str] = frozenset()
    """Of `LOSSES`, what its rows may hold that another format has no place for; empty where none can be converted."""
    familiar: int = LAST
    """Its place where formats are named to someone whose rows have none: those that most people know come first."""

    @property
    def shape(self) -> Shape:
        return self.reading.shape

    def verdict_of(self, row: Object) -> bool | None:
        """Whether a row says that its answer is a good one; None where it does not say.

        Fields that are something else in the format, such as the label of a text, do not count.
        """
        if self.says_verdict:
            return verdict(row, *self.label) is True
        used = (*self.asked, *self.answer, *self.label)
        return verdict(row, *(key for key in ("kto_tag", "label") if key not in used))


Made = dict[str, Any]
"""A row as it is written."""
Kind = Literal["text", "messages", "turns", "turn", "pairs", "boolean"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A format to write."""

    id: str
    title: Note
    order: int
    """Targets are listed in this order."""
    forms: frozenset[str]
    """Formats as which its files are recognised: rows with tools or images have names of their own."""
    containers: tuple[Container, ...]
    """Those it may be kept in, the usual one first."""
    make: Callable[[Example], Made]
    """Makes the row; may change the example. Raises `LeftOut`."""
    loses: frozenset[str]
    """Ids of `LOSSES`: what it has no place for."""
    columns: Mapping[str, Kind] = field(default_factory=dict)
    """Columns in a table, and the kind of each."""
    mark: bool = False
    """Whether a file begins with the byte-order mark."""
    preference: bool = False
    verdict: bool = False
    """Whether each row says if its answer is good."""
    files: frozenset[str] = frozenset()
    """Which of `images`, `videos` and `audios` may stand beside the messages."""

    @property
    def container(self) -> Container:
        return self.containers[0]


IMAGES = frozenset({"images"})
FILES = frozenset({"images", "videos", "audios"})
"""What may stand beside the messages of a target."""


def columns(**kinds: Kind) -> Mapping[str, Kind]:
    """The columns of a table."""
    return MappingProxyType(kinds)
