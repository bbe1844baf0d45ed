"""What a format demands of a row: its fields, and the kind of value that each holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

Kind = Literal[
    "chat",
    "prompt",
    "answer",
    "text",
    "texts",
    "turns",
    "turn",
    "contents",
    "list",
    "label",
    "object",
    "any",
    "passages",
]
"""Lists of messages: `chat` ends on an answer, `prompt` before it, `answer` holds it. ShareGPT has `turns`, Google
`contents`.
"""
Speaker = Literal["user", "assistant", "text"]


class Field(NamedTuple):
    """A field of a row."""

    key: str
    kinds: tuple[Kind, ...]
    speaker: Speaker = "text"
    required: bool = True
    may_be_empty: bool = False
    others: tuple[str, ...] = ()
    """Names that stand for the same."""

    def named(self, row: Mapping[str, Any]) -> str | None:
        """The name under which a row has the field; None if it lacks it."""
        if self.key in row:
            return self.key
        return next((other for other in self.others if other in row), None)


def user(key: str, *kinds: Kind, required: bool = True, others: tuple[str, ...] = ()) -> Field:
    """What the user says; text, unless `kinds` say something else."""
    return Field(key, kinds or ("text",), "user", required, others=others)


def answer(key: str, *kinds: Kind, others: tuple[str, ...] = ()) -> Field:
    """What the assistant says."""
    return Field(key, kinds or ("text",), "assistant", others=others)


def label(key: str) -> Field:
    return Field(key, ("label",))


def extra(key: str, kind: Kind = "text") -> Field:
    """What a row may have, and may leave empty."""
    return Field(key, (kind,), required=False, may_be_empty=True)


CHAT = (Field("messages", ("chat",)),)
"""A conversation, and nothing that must stand beside it."""
CHAT_KEYS = frozenset({"messages", "tools", "parallel_tool_calls", "functions"})

TELLING = frozenset({"messages", "prompt", "completion", "text", "instruction", "output", "conversations", "input"}) | {
    "preferred_output",
    "chosen",
    "rejected",
    "question",
    "answer",
    "response",
}
"""Fields that give away another format where the field of this one is missing."""
