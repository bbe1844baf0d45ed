"""Conversations as Google writes them for Gemini.

Source: Google's guide on supervised tuning and on calls of functions.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from advisor.dataset.formats.definition import Format, Made, Target
from advisor.dataset.formats.example import (
    Example,
    LeftOut,
    Message,
    arguments_as_object,
    as_texts,
    calls_of,
    number_calls,
    system_first,
    with_context,
    without_weights,
)
from advisor.dataset.formats.fields import Field
from advisor.dataset.formats.losses import OF_MESSAGES, TEXT_LOSSES
from advisor.dataset.formats.shapes import TURNS, example_of_turns
from advisor.dataset.formats.sides import demand_turns, tools_field
from advisor.dataset.row import Note
from advisor.dataset.rows.depth import WITHIN, too_deep
from advisor.dataset.rows.traits import Object


def _example(value: Object, form: Format, refusal: str) -> Example:
    """A result says by the name of its tool which call it belongs to; once the calls have ids, it needs no name."""
    example = example_of_turns(value, form, refusal)
    number_calls(example.messages)
    for message in example.messages:
        if message["role"] == "tool":
            message.pop("name", None)
    return example


def google_chat(example: Example) -> Made:
    with_context(example)
    as_texts(example)
    without_weights(example)
    system = system_first(example)
    contents: list[Made] = []
    called: dict[str, str] = {}
    for message in example.messages:
        called |= {call["id"]: call["function"]["name"] for call in calls_of(message)}
        role = "model" if message["role"] == "assistant" else "user"
        parts = [_response(message, called, example)] if message["role"] == "tool" else _parts(message, example)
        if contents and contents[-1]["role"] == role:
            if message["role"] != "tool":
                example.lost.add("joined")
            contents[-1]["parts"] += parts
        else:
            contents.append({"role": role, "parts": parts})
    if [*called] != [f"call_{n}" for n in range(1, len(called) + 1)]:
        example.lost.add("ids")
    demand_turns(contents, "model")
    declared = [tool["function"] for tool in tools_field(example).get("tools", ())]
    instruction = {"systemInstruction": {"role": "system", "parts": [{"text": system}]}} if system else {}
    return {
        **instruction,
        "contents": contents,
        **({"tools": [{"functionDeclarations": declared}]} if declared else {}),
    }


def _parts(message: Message, example: Example) -> list[Made]:
    if "name" in message:
        example.lost.add("name")
    text = message["content"] or ""
    parts: list[Made] = [{"text": text}] if text.strip() else []
    for call in calls_of(message):
        given = arguments_as_object(call["function"]["arguments"])
        parts.append({"functionCall": {"name": call["function"]["name"], "args": given}})
    if not parts:
        raise LeftOut(Note("a message has no content"))
    return parts


def _response(message: Message, called: Mapping[str, str], example: Example) -> Made:
    """The result of a call. Google wants an object; a text goes under `output`, as its guide says."""
    text = message["content"] or ""
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        given = None
    name = called.get(str(message.get("tool_call_id")), message.get("name", ""))
    if not name:
        raise LeftOut(Note("a result of a tool belongs to no call"))
    response = given if isinstance(given, dict) and not too_deep(given, WITHIN) else {"output": text}
    return {"functionResponse": {"name": name, "response": response}}


FORMATS = (
    Format(
        id="google_chat",
        title=Note("Google conversations"),
        method="sft",
        order=50,
        fits=lambda row: isinstance(row.get("contents"), list) and "completions" not in row,
        why=Note("rows have contents, whose parts have a role and parts"),
        reading=TURNS._replace(example=_example),
        fields=(Field("contents", ("contents",)),),
        key="contents",
        holds=OF_MESSAGES | {"files"},
    ),
)

TARGETS = (
    Target(
        id="google_chat",
        title=Note("Google conversations"),
        order=100,
        forms=frozenset({"google_chat"}),
        containers=("jsonl",),
        make=google_chat,
        loses=TEXT_LOSSES - {"tools", "calls"} | {"ids"},
    ),
)
