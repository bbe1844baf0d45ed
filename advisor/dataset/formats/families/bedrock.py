"""Conversations as Amazon Bedrock writes them for Nova.

Source: Amazon's guide on preparing data for fine-tuning.
"""

from __future__ import annotations

from advisor.dataset.formats.definition import Format, Made, Target
from advisor.dataset.formats.example import (
    Example,
    LeftOut,
    as_texts,
    by_turns,
    system_first,
    with_context,
    without_tools,
    without_weights,
)
from advisor.dataset.formats.fields import CHAT
from advisor.dataset.formats.losses import OF_MESSAGES, TEXT_LOSSES
from advisor.dataset.formats.shapes import MESSAGES
from advisor.dataset.formats.sides import demand_turns, tools_field
from advisor.dataset.row import Note
from advisor.dataset.rows.traits import has


def bedrock_chat(example: Example) -> Made:
    with_context(example)
    as_texts(example, names=False)
    without_tools(example)
    tools_field(example)
    without_weights(example)
    system = system_first(example)
    said = by_turns(example, example.messages)
    messages = [{"role": message["role"], "content": [{"text": message["content"] or ""}]} for message in said]
    demand_turns(messages, "assistant")
    if not all(message["content"][0]["text"].strip() for message in messages):
        raise LeftOut(Note("a message has no content"))
    instruction = {"system": [{"text": system}]} if system else {}
    return {"schemaVersion": "bedrock-conversation-2024", **instruction, "messages": messages}


FORMATS = (
    Format(
        id="bedrock_chat",
        title=Note("Amazon Bedrock conversations"),
        method="sft",
        order=60,
        fits=has("schemaVersion", "messages"),
        why=Note("rows have schemaVersion and messages"),
        reading=MESSAGES,
        fields=CHAT,
        holds=OF_MESSAGES | {"files"},
    ),
)

TARGETS = (
    Target(
        id="bedrock_chat",
        title=Note("Amazon Bedrock conversations"),
        order=110,
        forms=frozenset({"bedrock_chat"}),
        containers=("jsonl",),
        make=bedrock_chat,
        loses=TEXT_LOSSES,
    ),
)
