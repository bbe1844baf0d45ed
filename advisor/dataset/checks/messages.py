"""Whether a list of messages keeps the rules: each message by itself, its calls of tools, and who speaks when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from advisor.dataset.checks import content, roles, structure, tools, weights
from advisor.dataset.checks.subject import Rules
from advisor.dataset.checks.values import shown
from advisor.dataset.row import Fault
from advisor.dataset.rows.order import Kind, by_turns

SIMPLE = frozenset({"role", "content"})


def plain(value: Any, kind: Kind, known: Sequence[str] = ()) -> bool:
    """Whether messages are at once seen to be sound: texts only, by turns, after at most one system message.

    Most rows are, and this is many times faster than looking for faults. `known`: the roles that the platform reads.
    """
    if type(value) is not list or not value:
        return False
    for message in value:
        if type(message) is not dict or len(message) != 2:
            return False
        role, text = message.get("role"), message.get("content")
        if type(text) is not str or not text or text.isspace() or (known and role not in known):
            return False
    return by_turns([message.get("role") for message in value], kind)


def message_faults(value: Any, where: str, kind: Kind, rules: Rules) -> Iterator[Fault]:
    """Everything wrong with a list of messages at `where`."""
    if plain(value, kind, rules.platform.roles if rules.platform else ()):
        return
    if not isinstance(value, list):
        yield structure.no_list(value, where, shown(value))
        return
    if not value:
        yield structure.no_messages(where)
        return
    calls = tools.ToolCalls(rules.arguments, rules.tools)
    spoken: list[str] = []
    for place, message in enumerate(value):
        here = f"{where}[{place}]"
        if not isinstance(message, dict):
            yield structure.no_message(message, here, shown(message))
            spoken.append("")
            continue
        role, faults = roles.role_of(message, here, rules)
        yield from faults
        spoken.append(role)
        more = message.keys() != SIMPLE  # most messages have no other keys, in which something could be wrong
        if more:
            yield from structure.message_keys(message, here, rules)
            yield from tools.old_call(message, here)
            yield from structure.speaker_name(message, here)
        yield from content.message_content(message, role, here, rules)
        if more:
            if "weight" in message:
                yield from weights.weight(message["weight"], role, here)
            yield from tools.caller(message, role, here)
        if message.get("role") == "function":
            continue  # the old form has no ids to follow
        if role == "tool" or "tool_calls" in message or calls.waiting:
            known = message if message.get("role") == role else {**message, "role": role}
            yield from calls.follow(known, here)
    yield from calls.end(spoken[-1], where)
    if kind == "answer":
        yield from roles.answer_roles(spoken, where)
        return
    yield from roles.order(spoken, where, kind, rules.platform)
    if kind == "chat":
        yield from weights.all_zero(value, spoken, where)


def of_contents(contents: Any) -> Any:
    """Google's contents as messages: the role model is the assistant, and parts with text are its content."""
    if not isinstance(contents, list):
        return contents
    messages: list[Any] = []
    for entry in contents:
        if not isinstance(entry, dict):
            messages.append(entry)
            continue
        message = {"role": "assistant" if entry.get("role") == "model" else entry.get("role")}
        parts = entry.get("parts")
        if isinstance(parts, list) and all(isinstance(part, dict) for part in parts):
            texts = [part["text"] for part in parts if isinstance(part.get("text"), str)]
            message["content"] = (
                "\n".join(texts) if len(texts) == sum(map(bool, parts)) else "\n".join(["[file]", *texts])
            )
        elif "parts" in entry:
            message["content"] = parts
        messages.append(message)
    return messages
