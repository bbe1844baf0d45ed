"""Reads the messages and turns of a row for those who convert it: nothing goes lost without a word.

All raise `LeftOut` for what cannot be read.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from advisor.dataset.formats.example import Example, LeftOut, Message, calls_of, field_lost, part_lost, without_text
from advisor.dataset.row import Note, excerpt
from advisor.dataset.rows.cells import cell
from advisor.dataset.rows.google_tools import GOOGLE_DECLARATIONS, json_types
from advisor.dataset.rows.traits import NOTHING, is_messages, says_verdict
from advisor.dataset.rows.turns import (
    FILES,
    ROLES,
    SHAREGPT_ROLES,
    listed,
    text_of,
    tools_of,
    weight_meant,
)

_ROLE_NAMES = {**SHAREGPT_ROLES, "function": "tool"}
_MESSAGE_KEYS = frozenset(
    {"role", "content", "name", "weight", "tool_calls", "tool_call_id", "function_call", "refusal"}
)
_TOOL_KEYS = frozenset({"tools", "functions", "parallel_tool_calls"})
_VERDICT_KEYS = frozenset({"kto_tag", "label"})


def read_messages(value: Any, lost: set[str]) -> list[Message]:
    if not isinstance(value, list):
        raise LeftOut(Note("messages is no list"))
    return [_message(one, lost) for one in value]


def _message(given: Any, lost: set[str]) -> Message:
    if type(given) is not dict:
        raise LeftOut(Note("a message is no object"))
    message: Message = {"role": _role(given.get("role")), "content": _content(given.get("content"))}
    if not given.keys() <= {"role", "content"}:
        _details(given, message, lost)
    if message["content"] is None and "tool_calls" not in message and "refusal" not in message:
        raise LeftOut(Note("a message has no content"))
    return message


def _role(given: Any) -> str:
    if not isinstance(given, str) or not given:
        raise LeftOut(Note("a message has no role"))
    role = given if given in ROLES else given.strip().lower()
    role = _ROLE_NAMES.get(role, role)
    if role not in ROLES:
        raise LeftOut(Note("a message has a role that is not known: {role}", role=excerpt(given)))
    return role


def _content(given: Any) -> Any:
    if isinstance(given, str) or given is None:
        return given
    if isinstance(given, list):
        if len(given) == 1 and isinstance(given[0], dict) and given[0].keys() == {"text"}:
            return given[0]["text"]  # Bedrock writes each text as a list of one
        parts = [{"type": "text", "text": part} if isinstance(part, str) else part for part in given]
        return [
            {"type": "text", **part} if isinstance(part, dict) and set(part) == {"text"} else part for part in parts
        ]
    return cell(given)


def _details(given: Mapping[str, Any], message: Message, lost: set[str]) -> None:
    """What else a message may have."""
    for key in ("name", "tool_call_id", "refusal"):
        if isinstance(given.get(key), str):
            message[key] = given[key]
    if "weight" in given and message["role"] == "assistant":
        weight = weight_meant(given["weight"])
        if weight is not None:
            message["weight"] = weight
        elif given["weight"] is not None:
            lost |= {"fields", field_lost("weight")}
    calls = listed(given.get("tool_calls")) or []
    if not isinstance(calls, list):
        raise LeftOut(Note("its tool calls are no list"))
    if isinstance(given.get("function_call"), dict):
        calls = [*calls, {"function": given["function_call"]}]
    if calls:
        message["tool_calls"] = [_call(call, lost) for call in calls]
    for key in given.keys() - _MESSAGE_KEYS:
        if given[key] is not None:
            lost |= {"fields", field_lost(key)}


def _call(given: Any, lost: set[str]) -> dict[str, Any]:
    function = given.get("function", given) if isinstance(given, dict) else None
    if not isinstance(function, dict) or not isinstance(function.get("name"), str):
        raise LeftOut(Note("a tool call has no name"))
    identity = given.get("id")
    more = function.keys() - {"name", "arguments", "id", "type"} | given.keys() - {"id", "type", "function"} - set(
        function
    )
    if more:
        lost |= {"fields", *map(field_lost, more)}
    return {
        "id": identity if isinstance(identity, str) else "",
        "type": "function",
        "function": {"name": function["name"], "arguments": function.get("arguments")},
    }


def read_tools(value: Mapping[str, Any], example: Example) -> None:
    """The definitions of a row, each in the form that has a type."""
    for tool in tools_of(value):
        declared = next((tool[key] for key in GOOGLE_DECLARATIONS if key in tool), None)
        if isinstance(declared, list):
            functions = [json_types(one) for one in declared if isinstance(one, dict)]
            example.tools += [{"type": "function", "function": function} for function in functions]
        else:
            example.tools.append(dict(tool) if "function" in tool else {"type": "function", "function": tool})
    if isinstance(value.get("parallel_tool_calls"), bool):
        example.parallel = value["parallel_tool_calls"]


def note_unread(value: Mapping[str, Any], known: Iterable[str], lost: set[str]) -> None:
    """Note which fields a row has that no format here takes over."""
    for key in value.keys() - set(known) - _TOOL_KEYS - FILES.keys():
        verdict = key in _VERDICT_KEYS and says_verdict(key)(value)  # told by itself
        if value[key] not in NOTHING and not verdict:
            lost |= {"fields", field_lost(key)}


def read_system(value: Mapping[str, Any]) -> list[Message]:
    """The instructions that stand in a field of their own."""
    text = text_of(value.get("system"))
    return [{"role": "system", "content": text}] if text else []


def read_turns(value: Any, lost: set[str]) -> list[Message]:
    messages: list[Message] = []
    for turn in value if isinstance(value, list) else [value]:
        if not isinstance(turn, dict):
            raise LeftOut(Note("a message is no object"))
        speaker = turn.get("from", turn.get("role"))
        key = next((key for key in ("value", "parts", "content") if key in turn), "value")
        if key == "parts" and isinstance(turn["parts"], list) and (calls := _google_calls(turn["parts"], lost)):
            messages += calls
            known_calls = {call["id"] for message in messages for call in calls_of(message)}
            for message in calls:
                if message.get("tool_call_id") not in known_calls:
                    message.pop("tool_call_id", None)  # its name says which call it answers
            continue
        known = {"from", "role", key}
        rest = {name: part for name, part in turn.items() if name not in known}
        content = _google_text(turn["parts"], lost) if key == "parts" else turn.get(key)
        if speaker == "function_call":
            messages.append({"role": "assistant", "content": None, "tool_calls": _called(content, lost)})
        elif speaker == "observation" and (results := _results(content, messages)):
            messages += [{"role": "tool", "content": result} for result in results]
        else:
            messages.append(_message({"role": speaker, "content": content, **rest}, lost))
    return messages


def _google_text(parts: Any, lost: set[str]) -> str:
    """The texts of a turn of Google; thoughts, which nobody is told, and what is no text are left out."""
    if not isinstance(parts, list):
        return text_of(parts)
    kept = []
    for part in parts:
        if not isinstance(part, dict) or "text" not in part:
            lost |= part_lost(part)
        elif part.get("thought") is True:
            lost |= {"fields", field_lost("thought")}
        else:
            kept.append(part)
    if parts and not kept:
        raise without_text(parts)
    return text_of(kept)


def _google_calls(parts: list[Any], lost: set[str]) -> list[Message]:
    """The messages of a turn of Google that calls tools, or that holds their results; none of another turn."""
    if not any(isinstance(part, dict) and part.keys() & {"functionCall", "functionResponse"} for part in parts):
        return []
    results: list[Message] = []
    calls: list[dict[str, Any]] = []
    texts: list[str] = []
    for part in (one if isinstance(one, dict) else {} for one in parts):
        called, result = part.get("functionCall"), part.get("functionResponse")
        if isinstance(called, dict):
            given = {"id": called.get("id"), "name": called.get("name"), "arguments": called.get("args")}
            calls.append(_call(given, lost))
        elif isinstance(result, dict):
            known = {"tool_call_id": result["id"]} if isinstance(result.get("id"), str) else {}
            answer = _result(result.get("response"))
            results.append({"role": "tool", "name": result.get("name"), **known, "content": answer})
        elif part.get("thought") is True:
            lost |= {"fields", field_lost("thought")}
        elif isinstance(part.get("text"), str):
            texts.append(part["text"])
        else:
            lost |= part_lost(part)
    if calls:
        return [{"role": "assistant", "content": "\n".join(texts) or None, "tool_calls": calls}]
    if texts:
        results.append({"role": "user", "content": "\n".join(texts)})
    return results


def _result(response: Any) -> str:
    """The result of a call as text; a text that was put into an object for Google comes out again."""
    if isinstance(response, dict) and response.keys() == {"output"} and isinstance(response["output"], str):
        return str(response["output"])
    return cell(response)


def _called(text: Any, lost: set[str]) -> list[dict[str, Any]]:
    """The calls of a turn, which holds one or a list of them as JSON."""
    try:
        given = json.loads(text) if isinstance(text, str) else text
    except (ValueError, RecursionError):
        given = None
    calls = given if isinstance(given, list) else [given]
    if not calls or not all(isinstance(call, dict) for call in calls):
        raise LeftOut(Note("a tool call is no JSON"))
    return [_call(call, lost) for call in calls]


def _results(content: Any, messages: list[Message]) -> list[str]:
    """The results of several calls, if a turn holds one text for each in a list."""
    n = len(messages[-1].get("tool_calls", ())) if messages else 0
    results = listed(content)
    if n > 1 and isinstance(results, list) and len(results) == n and all(isinstance(one, str) for one in results):
        return results
    return []


def read_spoken(given: Any, role: str, lost: set[str]) -> list[Message]:
    """Messages of a field that holds text or messages."""
    if is_messages(given):
        return read_messages(given, lost)
    if isinstance(given, dict):
        if "from" in given or "value" in given:
            return read_turns(given, lost)
        if "role" in given or "content" in given:
            return [_message(given, lost)]
    text = cell(given)
    return [{"role": role, "content": text}] if text.strip() else []
