"""Traits of rows by which their formats are told apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Object = Mapping[str, Any]
NOTHING: tuple[Any, ...] = (None, "", [], {})
"""What a key may hold and yet say nothing."""


def has(*keys: str) -> Callable[[Object], bool]:
    wanted = frozenset(keys)
    return lambda row: wanted <= row.keys()


def has_either(*keys: str) -> Callable[[Object], bool]:
    wanted = frozenset(keys)
    return lambda row: not wanted.isdisjoint(row)


def _messages(row: Object, key: str = "messages") -> list[Any]:
    value = row.get(key)
    return value if isinstance(value, list) else []


def is_messages(value: Any) -> bool:
    """Whether a value is a list of messages: objects with a role or content."""
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(part, dict) and ("role" in part or "content" in part) for part in value)
    )


def holds_strings(row: Object) -> bool:
    said = _messages(row)
    return bool(said) and all(isinstance(part, str) for part in said)


def _calls(row: Object) -> list[Any]:
    calls = [message.get("tool_calls") for message in _messages(row) if isinstance(message, dict)]
    return [call for some in calls if isinstance(some, list) for call in some]


def calls_with_objects(row: Object) -> bool:
    functions = [call.get("function") for call in _calls(row) if isinstance(call, dict)]
    return any(isinstance(one, dict) and isinstance(one.get("arguments"), dict) for one in functions)


def uses_tools(row: Object) -> bool:
    messages = [message for message in _messages(row) if isinstance(message, dict)]
    return "messages" in row and (
        "tools" in row
        or "functions" in row
        or any(
            "tool_calls" in message or "function_call" in message or message.get("role") == "tool"
            for message in messages
        )
    )


def shows_images(row: Object) -> bool:
    parts = [message.get("content") for message in _messages(row) if isinstance(message, dict)]
    return any(
        isinstance(part, dict) and part.get("type") in ("image_url", "image")
        for content in parts
        if isinstance(content, list)
        for part in content
    )


CHAT_KEYS = frozenset({"messages", "tools", "functions", "parallel_tool_calls", "response_format"})


def is_ungraded(row: Object) -> bool:
    """A conversation that stops at the user, with fields beside it for a grader."""
    said = _messages(row)
    last = said[-1] if said else None
    return isinstance(last, dict) and last.get("role") in ("user", "developer") and bool(row.keys() - CHAT_KEYS)


_VERDICTS = {"true": True, "false": False}
_TAGS = {**_VERDICTS, "1": True, "0": False}


def verdict(row: Object, *keys: str) -> bool | None:
    """Whether a row says in one of these fields that its answer is a good one; None where it does not say.

    `kto_tag` has no other meaning, so 1 and 0 are verdicts in it; in `label` they may be classes.
    """
    for key in keys:
        if key in row:
            verdict_told = (_TAGS if key == "kto_tag" else _VERDICTS).get(str(row[key]).strip().lower())
            if verdict_told is not None:
                return verdict_told
    return None


def says_verdict(*keys: str) -> Callable[[Object], bool]:
    """Whether one of the fields says that the answer is good or bad."""
    return lambda row: verdict(row, *keys) is not None


def ends_on_answer(row: Object) -> bool:
    said = _messages(row)
    return bool(said) and isinstance(said[-1], dict) and said[-1].get("role") == "assistant"


def both(*tests: Callable[[Object], bool]) -> Callable[[Object], bool]:
    return lambda row: all(test(row) for test in tests)


def is_whole(value: Any) -> bool:
    if isinstance(value, str):
        return value.strip().removeprefix("-").isdigit()
    return isinstance(value, int) and not isinstance(value, bool)
