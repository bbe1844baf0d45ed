"""What conversions lose: the words for it, and what the rows of each format may hold."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from advisor.dataset.formats.registry import FORMATS, VERDICTS
from advisor.dataset.row import Note

LOSSES: Mapping[str, Note] = MappingProxyType(
    {
        "rejected": Note("the worse answer is left out"),
        "verdict": Note("the verdict on the answer is left out; rows whose answer is bad are not written"),
        "label": Note("the label becomes the text of an answer"),
        "answerable": Note("whether a question can be answered shows only in its answer"),
        "calls": Note("rows that call tools are not written: the format has no place for calls"),
        "tools": Note("definitions of tools are left out"),
        "call_text": Note("text beside a tool call is left out"),
        "ids": Note("tool calls get other ids"),
        "images": Note("images are left out"),
        "files": Note("the lists of images, videos and audios beside the messages are left out"),
        "weight": Note("answers that were not to be learned are learned like the others"),
        "earlier": Note("only the last answer is learned; those before it become part of the question"),
        "turns": Note("earlier turns become lines of text in front of the question"),
        "system": Note("the system prompt becomes text in front of the question"),
        "systems": Note("several system messages, or one further on, become one at the start"),
        "developer": Note("messages of the developer become system messages"),
        "joined": Note("messages of one speaker in a row become one"),
        "context": Note("a question and its passage become one text"),
        "name": Note("names of speakers are left out"),
        "fields": Note("fields that are not known here are left out"),
        "formula": Note("an apostrophe is put before text that a spreadsheet would run as a formula"),
        "line_ends": Note("line ends of Windows inside texts become plain ones"),
        "apostrophe": Note("the apostrophe before text that a spreadsheet would run as a formula is taken away"),
    }
)
"""By id, the grave ones first."""

_OF_TURNS = frozenset({"turns", "earlier", "fields"})
_OF_FIELDS = frozenset({"turns", "earlier", "fields", "system", "context"})
_OF_MESSAGES = _OF_TURNS | {
    "calls",
    "tools",
    "call_text",
    "ids",
    "images",
    "weight",
    "system",
    "systems",
    "developer",
    "joined",
    "name",
}
_BY_SHAPE: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "messages": _OF_MESSAGES,
        "strings": _OF_TURNS,
        "turns": _OF_MESSAGES,
        "pair": _OF_FIELDS | _OF_MESSAGES,
        "preference": _OF_FIELDS | _OF_MESSAGES | {"rejected"},
        "labelled": frozenset({"label", "fields", "context"}),
        "passage": frozenset({"context", "answerable", "system", "fields", "turns", "earlier"}),
    }
)
_TEXTS_ONLY = frozenset(
    {"prompt_completion", "csv_pairs", "alpaca", "alpaca_preference", "alpaca_kto", "evaluation"}
) | {
    "databricks_instruction",
    "azureml_summary",
    "azureml_translation",
    "autotrain_dpo",
    "autotrain_reward",
}
"""Formats of fields that hold text, in which nobody writes messages."""
_WITH_FILES = frozenset({"alpaca", "alpaca_preference", "alpaca_kto", "prompt_completion"}) | {
    form.id for form in FORMATS.values() if form.shape in ("messages", "turns") or form.id.startswith("trl_")
}
"""Formats in which people name images, videos and audios beside the texts."""
_UNANSWERED = frozenset({"openai_rft", "trl_prompt_only", "autotrain_reward"})
"""Formats that lack the question or the answer."""


def carried(form: str) -> frozenset[str]:
    """What rows of a format may hold that another has no place for; empty where nothing can be converted."""
    if form in _UNANSWERED:
        return frozenset()
    held = _BY_SHAPE.get(FORMATS[form].shape, frozenset())
    if form in _TEXTS_ONLY:
        held = held & (_OF_FIELDS | {"rejected"})
    if held and form in _WITH_FILES:
        held |= {"files"}
    return held | {"verdict"} if form in VERDICTS else held
