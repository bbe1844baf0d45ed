"""Rows to plant defects in, and the least view of them that the checks read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from advisor.dataset.checks import check_row
from advisor.dataset.record import Fault, Row

WEATHER = {
    "type": "function",
    "function": {
        "name": "weather",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}


@dataclass(frozen=True)
class Turn:
    role: str
    text: str
    field: str
    weight: float | None = None


@dataclass(frozen=True)
class View:
    messages: list[Turn]


def view(value: Any, path: str = "") -> View:
    """The texts of the messages of a row, and of the fields that hold text."""
    return View(list(_turns(value, path)))


def _turns(value: Any, path: str) -> Iterator[Turn]:
    if isinstance(value, dict) and isinstance(value.get("content"), str):
        yield Turn(str(value.get("role")), value["content"], f"{path}.content", value.get("weight"))
    elif isinstance(value, dict):
        speakers = {"completion": "assistant", "output": "assistant", "answer": "assistant", "rejected": "assistant"}
        for key, part in value.items():
            if isinstance(part, str):
                yield Turn(speakers.get(key, "user"), part, f"{path}.{key}".lstrip("."))
            else:
                yield from _turns(part, f"{path}.{key}".lstrip("."))
    elif isinstance(value, list):
        for place, part in enumerate(value):
            yield from _turns(part, f"{path}[{place}]")


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
    return list(check_row(Row(1, raw, value), view(value), form, **more))


def ids(value: Any, form: str = "openai_chat", **more: Any) -> set[str]:
    return {fault.check for fault in found(value, form, **more)}
