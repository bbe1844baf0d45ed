"""Rows to plant defects in, and what the checks find in them."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

from advisor.dataset.checks import check_row
from advisor.dataset.formats.reading import conversation
from advisor.dataset.row import Fault, Row

WEATHER = {
    "type": "function",
    "function": {
        "name": "weather",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}


def chat(**changes: Any) -> dict[str, Any]:
    """A sound conversation: system, user, assistant. `user`, `assistant`, `system` set their texts."""
    texts = {
        "system": "You answer in one short sentence.",
        "user": "Which day comes after Monday in the week?",
        "assistant": "Tuesday comes after Monday.",
    }
    texts |= changes
    return {"messages": [{"role": role, "content": text} for role, text in texts.items()]}


def edited(path: str, value: Any, row: dict[str, Any] | None = None) -> dict[str, Any]:
    """A copy of a row with the value at `messages.1.role` set; `...` removes it."""
    made = deepcopy(row or chat())
    *way, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    holder: Any = made
    for part in way:
        holder = holder[part]
    if value is ...:
        del holder[last]
    else:
        holder[last] = value
    return made


def called(arguments: Any = '{"city": "Delft"}', name: str = "weather") -> dict[str, Any]:
    """A sound tool call with null content, its result and the answer."""
    call = {"id": "call_1", "type": "function", "function": {"name": name, "arguments": arguments}}
    return {
        "messages": [
            {"role": "user", "content": "What is the weather in Delft?"},
            {"role": "assistant", "content": None, "tool_calls": [call]},
            {"role": "tool", "tool_call_id": "call_1", "content": '{"rain": true}'},
            {"role": "assistant", "content": "It rains in Delft."},
        ],
        "tools": [deepcopy(WEATHER)],
    }


def found(value: Any, form: str = "openai_chat", **more: Any) -> list[Fault]:
    raw = json.dumps(value).encode() if more.pop("raw", True) else None
    return list(check_row(Row(1, raw, value), conversation(value, form), form, **more))


def ids(value: Any, form: str = "openai_chat", **more: Any) -> set[str]:
    return {fault.check for fault in found(value, form, **more)}
