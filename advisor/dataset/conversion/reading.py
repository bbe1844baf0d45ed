"""Reads rows of every format as examples."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from advisor.dataset.checks.tools import GOOGLE_DECLARATIONS, json_types
from advisor.dataset.conversion.example import (
    NO_ANSWER,
    NOTHING_ASKED,
    Example,
    LeftOut,
    Message,
    calls_of,
    field_lost,
    number_calls,
    part_lost,
    without_text,
)
from advisor.dataset.files.writers import cell
from advisor.dataset.formats.definition import Form
from advisor.dataset.formats.registry import FORMATS, verdict_of
from advisor.dataset.repairs.fixes import intended_weight
from advisor.dataset.row import Note, excerpt
from advisor.dataset.rows.traits import NOTHING, is_messages, says_verdict
from advisor.dataset.rows.turns import FILES, ROLES, SHAREGPT_ROLES, listed, text_of, tools_of

_ROLE_NAMES = {**SHAREGPT_ROLES, "function": "tool"}
_MESSAGE_KEYS = frozenset(
    {"role", "content", "name", "weight", "tool_calls", "tool_call_id", "function_call", "refusal"}
)
_TOOL_KEYS = frozenset({"tools", "functions", "parallel_tool_calls"})
_VERDICT_KEYS = frozenset({"kto_tag", "label"})


def read(value: Mapping[str, Any], form: str, refusal: str) -> Example:
    """The row as an example. `refusal`: the answer to a question that its passage does not answer.

    Raises `LeftOut` for a row in which nothing is asked and answered.
    """
    found = FORMATS[form]
    if form.startswith("trl_"):  # a table holds lists of messages as text
        value = {key: opened if is_messages(opened := listed(part)) else part for key, part in value.items()}
    reader = _READERS.get(found.shape)
    if reader is None:
        raise LeftOut(NOTHING_ASKED)
    example = reader(value, found, refusal)
    if not any(message["role"] == "assistant" for message in example.said):
        raise LeftOut(NO_ANSWER)
    example.verdict = verdict_of(value, found)  # an answer that is bad is never one to learn
    example.files = _files(value)
    number_calls(example.said)
    if form == "google_chat":  # where a result says by name which call it belongs to
        for message in example.said:
            if message["role"] == "tool":
                message.pop("name", None)
    if example.rejected is not None:
        number_calls([*example.said[: example.answer], *example.rejected])
    return example


# Messages


def _messages(value: Any, lost: set[str]) -> list[Message]:
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
        weight = intended_weight(given["weight"])
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


def _tools(value: Mapping[str, Any], example: Example) -> None:
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


def _others(value: Mapping[str, Any], known: Iterable[str], lost: set[str]) -> None:
    """Note which fields a row has that no format here takes over."""
    for key in value.keys() - set(known) - _TOOL_KEYS - FILES.keys():
        verdict = key in _VERDICT_KEYS and says_verdict(key)(value)  # told by itself
        if value[key] not in NOTHING and not verdict:
            lost |= {"fields", field_lost(key)}


def _files(value: Mapping[str, Any]) -> dict[str, list[Any]]:
    """What a row names beside its messages: lists of images, videos and audios (TRL, LLaMA-Factory)."""
    found: dict[str, list[Any]] = {}
    for key, kind in FILES.items():
        given = listed(value.get(key))
        if given not in NOTHING:
            found[f"{kind}s"] = [*found.get(f"{kind}s", ()), *(given if isinstance(given, list) else [given])]
    return found


def _system(value: Mapping[str, Any]) -> list[Message]:
    """The instructions that stand in a field of their own."""
    text = text_of(value.get("system"))
    return [{"role": "system", "content": text}] if text else []


def _of_messages(value: Mapping[str, Any], form: Form, _: str) -> Example:
    example = Example(_system(value))
    example.said += _messages(listed(value.get(form.key)), example.lost)
    _tools(value, example)
    _others(value, (form.key, *form.label, "system", "schemaVersion"), example.lost)
    return example


def _of_strings(value: Mapping[str, Any], _form: Form, _: str) -> Example:
    example = Example([])
    given = listed(value.get("messages"))
    for place, text in enumerate(given if isinstance(given, list) else ()):
        if not isinstance(text, str):
            raise LeftOut(Note("one of its messages is no text"))
        example.said.append({"role": "assistant" if place % 2 else "user", "content": text})
    _others(value, ("messages",), example.lost)
    return example


# ShareGPT and Google


def _of_turns(value: Mapping[str, Any], form: Form, _: str) -> Example:
    example = Example(_system(value))
    instructions = value.get("systemInstruction")
    if isinstance(instructions, dict) and (text := text_of(instructions.get("parts"))):
        example.said.append({"role": "system", "content": text})
    example.said += _turns(listed(value.get(form.key)), example.lost)
    _tools(value, example)
    _others(value, (form.key, *form.label, "system", "systemInstruction"), example.lost)
    return example


def _turns(value: Any, lost: set[str]) -> list[Message]:
    said: list[Message] = []
    for turn in value if isinstance(value, list) else [value]:
        if not isinstance(turn, dict):
            raise LeftOut(Note("a message is no object"))
        speaker = turn.get("from", turn.get("role"))
        key = next((key for key in ("value", "parts", "content") if key in turn), "value")
        if key == "parts" and isinstance(turn["parts"], list) and (calls := _google_calls(turn["parts"], lost)):
            said += calls
            known_calls = {call["id"] for message in said for call in calls_of(message)}
            for message in calls:
                if message.get("tool_call_id") not in known_calls:
                    message.pop("tool_call_id", None)  # its name says which call it answers
            continue
        known = {"from", "role", key}
        rest = {name: part for name, part in turn.items() if name not in known}
        content = _google_text(turn["parts"], lost) if key == "parts" else turn.get(key)
        if speaker == "function_call":
            said.append({"role": "assistant", "content": None, "tool_calls": _called(content, lost)})
        elif speaker == "observation" and (results := _results(content, said)):
            said += [{"role": "tool", "content": result} for result in results]
        else:
            said.append(_message({"role": speaker, "content": content, **rest}, lost))
    return said


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


def _results(content: Any, said: list[Message]) -> list[str]:
    """The results of several calls, if a turn holds one text for each in a list."""
    n = len(said[-1].get("tool_calls", ())) if said else 0
    results = listed(content)
    if n > 1 and isinstance(results, list) and len(results) == n and all(isinstance(one, str) for one in results):
        return results
    return []


# Fields


def _spoken(given: Any, role: str, lost: set[str]) -> list[Message]:
    """Messages of a field that holds text or messages."""
    if is_messages(given):
        return _messages(given, lost)
    if isinstance(given, dict):
        if "from" in given or "value" in given:
            return _turns(given, lost)
        if "role" in given or "content" in given:
            return [_message(given, lost)]
    text = cell(given)
    return [{"role": role, "content": text}] if text.strip() else []


def _asked(value: Mapping[str, Any], form: Form, example: Example) -> None:
    """The question with what goes before it; what else a row asks with is its passage."""
    example.said += _system(value)
    history = listed(value.get("history"))
    for pair in history if isinstance(history, list) else ():
        if not isinstance(pair, list) or len(pair) != 2:
            raise LeftOut(Note("its history is no list of pairs"))
        example.said.append({"role": "user", "content": cell(pair[0])})
        example.said.append({"role": "assistant", "content": cell(pair[1])})
    parts: list[list[Message]] = []
    for key in form.asked:
        given = value.get(key)
        if key == "input" and isinstance(given, dict):
            parts.append(_messages(given.get("messages"), example.lost))
            _tools(given, example)
            _others(given, ("messages",), example.lost)
        elif key == "conversations":
            parts.append(_turns(listed(given), example.lost))
        elif given is not None and (said := _spoken(given, "user", example.lost)):
            parts.append(said)
    if not parts:
        raise LeftOut(NOTHING_ASKED)
    example.said += parts[0]
    example.context = "\n\n".join(text_of(message["content"]) for part in parts[1:] for message in part)
    if example.context and not any(message["role"] == "user" for message in example.said):
        raise LeftOut(NOTHING_ASKED)


def _first(value: Mapping[str, Any], keys: Iterable[str]) -> Any:
    return next((value[key] for key in keys if key in value), None)


def _answered(example: Example, given: Any) -> None:
    """Add the answer. Only it was to be learned, so what the assistant said before gets no weight."""
    answer = _spoken(given, "assistant", example.lost)
    if not answer:
        raise LeftOut(NO_ANSWER)
    example.answer = len(example.said)
    example.said += answer


def _unlearned(example: Example, value: Mapping[str, Any]) -> None:
    """Answers inside a question are not learned; those of Alpaca's `history` are."""
    for message in example.said[: example.answer]:
        if message["role"] == "assistant" and not value.get("history"):
            message["weight"] = 0


def _of_pair(value: Mapping[str, Any], form: Form, _: str) -> Example:
    example = Example([])
    _asked(value, form, example)
    _answered(example, _first(value, form.answer))
    _unlearned(example, value)
    for key in [key for key in form.answer if key in value][1:]:  # another answer, for which there is no place
        if value[key] not in NOTHING:
            example.lost |= {"fields", field_lost(key)}
    _tools(value, example)
    _others(value, (*form.asked, *form.answer, *form.label, "system", "history"), example.lost)
    return example


def _of_preference(value: Mapping[str, Any], form: Form, _: str) -> Example:
    example = Example([])
    better, worse = _first(value, form.answer), _first(value, form.rejected)
    known = (*form.asked, *form.answer, *form.rejected, "system", "history")
    if form.id == "trl_preference" and value.get("prompt") is None and is_messages(better) and is_messages(worse):
        # TRL's implicit prompt: what both conversations begin with.
        shared = 0
        while shared < min(len(better), len(worse)) - 1 and better[shared] == worse[shared]:
            shared += 1
        example.said = _messages(better[:shared], example.lost)
        better, worse = better[shared:], worse[shared:]
    else:
        _asked(value, form, example)
    _answered(example, better)
    _unlearned(example, value)
    example.rejected = _spoken(worse, "assistant", example.lost)
    _tools(value, example)
    _others(value, known, example.lost)
    return example


def _of_label(value: Mapping[str, Any], form: Form, _: str) -> Example:
    example = Example([])
    _asked(value, form, example)
    _answered(example, _first(value, form.label))
    example.lost.add("label")
    _others(value, (*form.asked, *form.label), example.lost)
    return example


def _opened(value: Any) -> Any:
    """An object, also where a table holds it as text."""
    try:
        return json.loads(value) if isinstance(value, str) else value
    except (ValueError, RecursionError):
        return value


def _of_passage(value: Mapping[str, Any], form: Form, refusal: str) -> Example:
    example = Example([])
    _asked(value, form, example)
    answer = _opened(_first(value, form.answer)) if form.id == "autotrain_qa" else _first(value, form.answer)
    if isinstance(answer, dict):  # where the answer stands in the passage
        texts, answer_fields = answer.get("text"), tuple(answer)
        others = isinstance(texts, list) and any(text != texts[0] for text in texts)
        answer = texts[0] if isinstance(texts, list) and texts else texts
        key = next(key for key in form.answer if key in value)
        gone = [name for name in answer_fields if name != "text" or others]
        example.lost |= {"fields", *(field_lost(f"{key}.{name}") for name in gone)} if gone else set()
    if form.label and (verdict := _first(value, form.label)) not in (None, ""):
        example.lost.add("answerable")
        if str(verdict).lower() in ("true", "1") and not cell(answer).strip():
            answer = refusal
    _answered(example, answer)
    _unlearned(example, value)
    _others(value, (*form.asked, *form.answer, *form.label, "system", "history"), example.lost)
    return example


_READERS: Mapping[str, Callable[[Mapping[str, Any], Form, str], Example]] = MappingProxyType(
    {
        "messages": _of_messages,
        "strings": _of_strings,
        "turns": _of_turns,
        "pair": _of_pair,
        "preference": _of_preference,
        "labelled": _of_label,
        "passage": _of_passage,
    }
)
