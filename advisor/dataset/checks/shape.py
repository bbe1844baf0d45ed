"""What each format demands of a row: its fields, and the kind of value that each holds."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
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


def _user(key: str, *kinds: Kind, required: bool = True, others: tuple[str, ...] = ()) -> Field:
    return Field(key, kinds or ("text",), "user", required, others=others)


def _answer(key: str, *kinds: Kind, others: tuple[str, ...] = ()) -> Field:
    return Field(key, kinds or ("text",), "assistant", others=others)


def _label(key: str) -> Field:
    return Field(key, ("label",))


def _extra(key: str, kind: Kind = "text") -> Field:
    return Field(key, (kind,), required=False, may_be_empty=True)


CHAT = (Field("messages", ("chat",)),)
"""A conversation, and nothing that must stand beside it."""
_PAIR = (_user("prompt"), _answer("completion"))
_ALPACA = (_user("instruction"), _extra("input"), _extra("system"))
_RAG = (_user("question"), Field("context", ("text",)), Field("answer", ("text",), "assistant", may_be_empty=True))

SHAPES: Mapping[str, tuple[Field, ...]] = MappingProxyType(
    {
        "openai_chat": CHAT,
        "openai_tools": CHAT,
        "openai_vision": CHAT,
        "bedrock_chat": CHAT,
        "messages_kto": (*CHAT, Field("label", ("label",), others=("kto_tag",))),
        "openai_dpo": (
            Field("input", ("object",)),
            _answer("preferred_output", "answer"),
            _answer("non_preferred_output", "answer"),
        ),
        "openai_rft": (Field("messages", ("prompt",)),),
        "prompt_completion": _PAIR,
        "trl_text": (Field("text", ("text",)),),
        "trl_conversational": CHAT,
        "trl_prompt_only": (_user("prompt", "text", "prompt"),),
        "trl_prompt_completion": (_user("prompt", "text", "prompt"), _answer("completion", "text", "answer")),
        "trl_preference": (
            _user("prompt", "text", "prompt", required=False),
            _answer("chosen", "text", "answer"),
            _answer("rejected", "text", "answer"),
        ),
        "trl_unpaired": (
            _user("prompt", "text", "prompt"),
            _answer("completion", "text", "answer"),
            _label("label"),
        ),
        "trl_stepwise": (_user("prompt"), Field("completions", ("texts",)), Field("labels", ("list",))),
        "list_of_strings": (Field("messages", ("texts",)),),
        "databricks_instruction": (_user("prompt", others=("instruction",)), _answer("response")),
        "databricks_text_label": (Field("text", ("text",)), _label("label")),
        "text_label": (Field("text", ("text",)), _label("label")),
        "alpaca": (*_ALPACA, _answer("output")),
        "alpaca_preference": (*_ALPACA, _answer("chosen"), _answer("rejected")),
        "sharegpt": (Field("conversations", ("turns",)),),
        "sharegpt_kto": (Field("conversations", ("turns",)), Field("kto_tag", ("label",), others=("label",))),
        "sharegpt_preference": (
            Field("conversations", ("turns",)),
            _answer("chosen", "turn"),
            _answer("rejected", "turn"),
        ),
        "rag": _RAG,
        "csv_pairs": (_user("input", others=("question",)), _answer("output", others=("answer",)), _extra("system")),
        "google_chat": (Field("contents", ("contents",)),),
        "alpaca_kto": (*_ALPACA, _answer("output"), Field("kto_tag", ("label",), others=("label",))),
        "evaluation": (_user("prompt"), _answer("gold")),
        "autotrain_dpo": (_user("prompt"), _answer("text"), _answer("rejected_text")),
        "autotrain_reward": (_answer("text"), _answer("rejected_text")),
        "autotrain_qa": (_user("question"), Field("context", ("text",)), Field("answers", ("any",))),
        "autotrain_tokens": (Field("tokens", ("any",)), Field("tags", ("any",))),
        "autotrain_chat": (Field("text", ("chat",)),),
        "autotrain_text": (Field("text", ("text",)), _label("target")),
        "embedding_lists": (
            Field("query", ("text",)),
            Field("pos", ("passages",)),
            Field("neg", ("passages",)),
        ),
        "embedding_texts": (
            Field("anchor", ("text",), others=("query",)),
            Field("positive", ("text",)),
            Field("negative", ("text",), required=False),
        ),
        "autotrain_table": (_label("target"),),
        "azureml_text_label": (Field("text1", ("text",), others=("sentence1",)), _label("label")),
        "azureml_summary": (_user("document"), _answer("summary")),
        "azureml_translation": (_user("source"), _answer("target")),
    }
)

TELLING = frozenset({"messages", "prompt", "completion", "text", "instruction", "output", "conversations", "input"}) | {
    "preferred_output",
    "chosen",
    "rejected",
    "question",
    "answer",
    "response",
}
"""Fields that give away another format where the field of this one is missing."""

PAIRS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "openai_dpo": ("preferred_output", "non_preferred_output"),
        "trl_preference": ("chosen", "rejected"),
        "alpaca_preference": ("chosen", "rejected"),
        "autotrain_reward": ("text", "rejected_text"),
        "sharegpt_preference": ("chosen", "rejected"),
        "autotrain_dpo": ("text", "rejected_text"),
    }
)
"""The better and the worse answer of each preference format."""

CHAT_KEYS = frozenset({"messages", "tools", "parallel_tool_calls", "functions"})
STRICT: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "openai_chat": CHAT_KEYS,
        "openai_tools": CHAT_KEYS,
        "openai_vision": CHAT_KEYS,
        "openai_dpo": frozenset({"input", "preferred_output", "non_preferred_output"}),
    }
)
"""Formats that have no room for other keys, and the keys that they have."""
