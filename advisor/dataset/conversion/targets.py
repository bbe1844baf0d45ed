"""The formats that can be written, and what each has no place for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from advisor.dataset.conversion import making
from advisor.dataset.conversion.example import Example
from advisor.dataset.row import Note

Container = Literal["jsonl", "json", "csv", "parquet"]


@dataclass(frozen=True, slots=True)
class Target:
    """A format to write."""

    id: str
    title: Note
    forms: frozenset[str]
    """Formats as which its files are recognised: rows with tools or images have names of their own."""
    containers: tuple[Container, ...]
    """Those it may be kept in, the usual one first."""
    make: Callable[[Example], making.Made]
    """Makes the row; may change the example. Raises `LeftOut`."""
    loses: frozenset[str]
    """Ids of `LOSSES`: what it has no place for."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Columns in a table, and the kind of each: text, messages, turns, turn, pairs."""
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


_MESSAGE_LOSSES = frozenset({"context", "label", "verdict", "answerable", "fields", "files", "rejected"})
"""What is lost wherever rows are written as something else."""
_TEXT_LOSSES = _MESSAGE_LOSSES | {"images", "developer", "weight", "name", "tools", "calls", "systems", "joined"}
_FLAT = _TEXT_LOSSES | {"turns", "earlier"}
_CHAT = frozenset({"openai_chat", "openai_tools", "trl_conversational"})
_OPENAI = frozenset({"openai_chat", "openai_tools", "openai_vision", "trl_conversational"})
_PAIR_LOSSES = _MESSAGE_LOSSES - {"rejected"} | {"images", "developer", "systems"}
_TEXT_PAIR_LOSSES = _TEXT_LOSSES - {"rejected", "weight"}
_IMAGES = frozenset({"images"})
_FILES = frozenset({"images", "videos", "audios"})
_TABLE: tuple[Container, ...] = ("jsonl", "json", "parquet")
_ALPACA_QUESTION = {"system": "text", "instruction": "text", "input": "text"}


def _columns(**kinds: str) -> Mapping[str, str]:
    return MappingProxyType(kinds)


TARGETS: Mapping[str, Target] = MappingProxyType(
    {
        target.id: target
        for target in (
            Target(
                "openai_chat",
                Note("OpenAI conversations"),
                _OPENAI - {"trl_conversational"},
                ("jsonl",),
                making.openai_chat,
                _MESSAGE_LOSSES | {"images"},
            ),
            Target(
                "azure_chat",
                Note("Azure conversations, with the byte-order mark"),
                _OPENAI - {"trl_conversational"},
                ("jsonl",),
                making.openai_chat,
                _MESSAGE_LOSSES | {"images"},
                mark=True,
            ),
            Target(
                "trl_conversational",
                Note("TRL conversations"),
                _CHAT,
                _TABLE,
                making.trl_chat,
                _MESSAGE_LOSSES | {"images", "developer", "weight"},
                _columns(messages="messages"),
                files=_FILES,
            ),
            Target(
                "trl_prompt_completion",
                Note("TRL prompts and completions as messages"),
                frozenset({"trl_prompt_completion"}),
                _TABLE,
                making.trl_pair,
                _MESSAGE_LOSSES | {"images", "developer", "weight", "systems", "earlier"},
                _columns(prompt="messages", completion="messages"),
                files=_IMAGES,
            ),
            Target(
                "prompt_completion",
                Note("Prompts and completions"),
                frozenset({"prompt_completion"}),
                ("jsonl", "json", "csv", "parquet"),
                making.prompt_completion,
                _FLAT | {"system"},
                _columns(prompt="text", completion="text"),
            ),
            Target(
                "alpaca",
                Note("Alpaca instructions"),
                frozenset({"alpaca"}),
                ("json", "jsonl", "parquet"),
                making.alpaca,
                _TEXT_LOSSES - {"context"},
                _columns(**_ALPACA_QUESTION, output="text", history="pairs"),
                files=_FILES,
            ),
            Target(
                "sharegpt",
                Note("ShareGPT conversations"),
                frozenset({"sharegpt"}),
                ("json", "jsonl", "parquet"),
                making.sharegpt,
                _TEXT_LOSSES - {"tools", "calls"} | {"call_text", "ids"},
                _columns(system="text", conversations="turns"),
                files=_FILES,
            ),
            Target(
                "autotrain_chat",
                Note("AutoTrain conversations"),
                frozenset({"autotrain_chat"}),
                ("jsonl",),
                making.autotrain_chat,
                _TEXT_LOSSES - {"systems", "joined"},
            ),
            Target(
                "csv_pairs",
                Note("Questions and answers in columns"),
                frozenset({"csv_pairs"}),
                ("csv", "jsonl", "json", "parquet"),
                making.csv_pairs,
                _FLAT,
                _columns(system="text", input="text", output="text"),
            ),
            Target(
                "google_chat",
                Note("Google conversations"),
                frozenset({"google_chat"}),
                ("jsonl",),
                making.google_chat,
                _TEXT_LOSSES - {"tools", "calls"} | {"ids"},
            ),
            Target(
                "bedrock_chat",
                Note("Amazon Bedrock conversations"),
                frozenset({"bedrock_chat"}),
                ("jsonl",),
                making.bedrock_chat,
                _TEXT_LOSSES,
            ),
            Target(
                "trl_unpaired",
                Note("TRL rows with a verdict"),
                frozenset({"trl_unpaired"}),
                _TABLE,
                making.trl_unpaired,
                _MESSAGE_LOSSES - {"verdict"} | {"images", "developer", "weight", "systems", "earlier"},
                _columns(prompt="messages", completion="messages", label="boolean"),
                verdict=True,
                files=_IMAGES,
            ),
            Target(
                "openai_dpo",
                Note("OpenAI preference pairs"),
                frozenset({"openai_dpo"}),
                ("jsonl",),
                making.openai_dpo,
                _PAIR_LOSSES,
                preference=True,
            ),
            Target(
                "azure_dpo",
                Note("Azure preference pairs, with the byte-order mark"),
                frozenset({"openai_dpo"}),
                ("jsonl",),
                making.openai_dpo,
                _PAIR_LOSSES,
                mark=True,
                preference=True,
            ),
            Target(
                "trl_preference",
                Note("TRL preference pairs"),
                frozenset({"trl_preference"}),
                _TABLE,
                making.trl_preference,
                _PAIR_LOSSES,
                _columns(prompt="messages", chosen="messages", rejected="messages"),
                preference=True,
                files=_IMAGES,
            ),
            Target(
                "autotrain_dpo",
                Note("AutoTrain preference pairs"),
                frozenset({"autotrain_dpo"}),
                ("jsonl", "csv", "parquet"),
                making.autotrain_dpo,
                _TEXT_PAIR_LOSSES | {"system", "turns"},
                _columns(prompt="text", text="text", rejected_text="text"),
                preference=True,
            ),
            Target(
                "alpaca_preference",
                Note("Alpaca preference pairs"),
                frozenset({"alpaca_preference"}),
                ("json", "jsonl", "parquet"),
                making.alpaca_preference,
                _TEXT_PAIR_LOSSES - {"context"},
                _columns(**_ALPACA_QUESTION, history="pairs", chosen="text", rejected="text"),
                preference=True,
                files=_FILES,
            ),
            Target(
                "sharegpt_preference",
                Note("ShareGPT preference pairs"),
                frozenset({"sharegpt_preference"}),
                ("json", "jsonl", "parquet"),
                making.sharegpt_preference,
                _TEXT_PAIR_LOSSES,
                _columns(system="text", conversations="turns", chosen="turn", rejected="turn"),
                preference=True,
                files=_FILES,
            ),
        )
    }
)
"""Every format that can be written, by its id."""
