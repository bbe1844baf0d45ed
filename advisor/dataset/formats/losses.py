"""What conversions lose: the words for it, what rows may hold, and what formats have no place for."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

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

OF_TURNS = frozenset({"turns", "earlier", "fields"})
OF_TEXTS = OF_TURNS | {"system", "context"}
OF_MESSAGES = OF_TURNS | {
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
OF_ANYTHING = OF_TEXTS | OF_MESSAGES
"""What rows may hold whose fields take texts as well as messages."""
OF_LABELS = frozenset({"label", "fields", "context"})
OF_PASSAGES = OF_TEXTS | {"answerable"}

MESSAGE_LOSSES = frozenset({"context", "label", "verdict", "answerable", "fields", "files", "rejected"})
"""What is lost wherever rows are written as something else."""
TEXT_LOSSES = MESSAGE_LOSSES | {"images", "developer", "weight", "name", "tools", "calls", "systems", "joined"}
"""The same where a format takes texts alone."""
FLAT_LOSSES = TEXT_LOSSES | {"turns", "earlier"}
"""The same where it takes one question and one answer."""
PAIR_LOSSES = MESSAGE_LOSSES - {"rejected"} | {"images", "developer", "systems"}
TEXT_PAIR_LOSSES = TEXT_LOSSES - {"rejected", "weight"}
