"""Who says what: turns of messages, and texts of single values, in whatever form a row holds them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from advisor.dataset.rows.cells import cell, opened
from advisor.dataset.rows.depth import WITHIN, too_deep
from advisor.dataset.rows.traits import is_messages

ROLES = ("system", "developer", "user", "assistant", "tool")
"""Who speaks in a conversation, by the names that they have now."""
INSTRUCTING = frozenset({"system", "developer"})


class Call(NamedTuple):
    """A tool call as written, or what came back from one where that is no text."""

    name: str
    arguments: Any
    id: str
    field: str


class Medium(NamedTuple):
    """A file that a row shows beside its text."""

    kind: str
    """image, video, audio or file."""
    address: str
    """Where it lies, or all of it as text; empty where the row does not say."""


class Turn(NamedTuple):
    """One text of a row. Wherever the row holds something else than text, `text` is empty."""

    role: str
    """As written, but for ShareGPT (human, gpt, observation, function_call) and Google (model), whose names become the
    usual ones. `context` is a passage beside a question, `text` what nobody says to anybody.
    """
    text: str
    field: str
    """Path of the text in the row, such as `messages[2].content`."""
    weight: float | None = None
    """As written; 0 takes an answer out of training."""
    calls: tuple[Call, ...] = ()
    name: str | None = None
    media: tuple[Medium, ...] = ()

    @property
    def has_image(self) -> bool:
        return any(one.kind == "image" for one in self.media)


SHAREGPT_ROLES = {
    "human": "user",
    "gpt": "assistant",
    "observation": "tool",
    "function_call": "assistant",
    "model": "assistant",
}


def text_of(value: Any) -> str:
    """Text of a content: itself, or that of its parts. A number is none."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        parts = (part if isinstance(part, str) else part.get("text") for part in value if isinstance(part, (str, dict)))
        return "\n".join(part for part in parts if isinstance(part, str))
    if isinstance(value, dict) and isinstance(value.get("text"), str):
        return str(value["text"])
    return ""


def listed(value: Any) -> Any:
    """A list, also where a table holds it as text; one nested too deep for a row stays text."""
    if isinstance(value, str) and value.lstrip().startswith("["):
        found = opened(value)
        return found if isinstance(found, list) and not too_deep(found, WITHIN) else value
    return value


_PARTS = {
    **dict.fromkeys(("image_url", "image", "input_image"), "image"),
    **dict.fromkeys(("video_url", "video", "input_video"), "video"),
    **dict.fromkeys(("audio_url", "audio", "input_audio"), "audio"),
    **dict.fromkeys(("inlineData", "inline_data", "fileData", "file_data", "file", "document"), "file"),
}
"""Kind of a part that is no text, by the key that holds it or by its type: of OpenAI, Anthropic, Bedrock and Google."""
FILES = {f"{kind}{ending}": kind for kind in ("image", "video", "audio") for ending in ("", "s")}
"""Fields in which a row names its files beside its messages, and the kind of each (TRL, LLaMA-Factory)."""
_ADDRESSES = (
    "url", "uri", "fileUri", "file_uri", "data", "bytes", "path", "file_id", "s3Location", "source", "image",
)  # fmt: skip
_MEDIA_TYPES = ("mimeType", "mime_type")


def media_of(content: Any) -> tuple[Medium, ...]:
    """The files among the parts of a content, in order."""
    if not isinstance(content, list):
        return ()
    media: list[Medium] = []
    for part in content:
        if not isinstance(part, dict):
            continue
        key = next((key for key in part if key in _PARTS and part[key] is not None), None)
        if key is not None:
            media.append(Medium(_kind(part[key], _PARTS[key]), _address(part[key])))
        elif isinstance(kind := part.get("type"), str) and kind in _PARTS:
            media.append(Medium(_PARTS[kind], _address({**part, "type": None})))
    return tuple(media)


def files_of(value: Mapping[str, Any]) -> tuple[Medium, ...]:
    """The files that a row names in fields of their own."""
    if FILES.keys().isdisjoint(value):
        return ()
    files: list[Medium] = []
    for key, kind in FILES.items():
        given = listed(value.get(key))
        some = given if isinstance(given, list) else [given]
        files += [Medium(kind, _address(one)) for one in some if one not in (None, "", {}, [])]
    return tuple(files)


def _kind(part: Any, usual: str) -> str:
    """The kind of a file; Google and Anthropic say it as a media type, such as image/png."""
    given = (
        next((part[key] for key in _MEDIA_TYPES if isinstance(part.get(key), str)), "") if type(part) is dict else ""
    )
    kind = given.partition("/")[0]
    return kind if kind in ("image", "video", "audio") else usual


def _address(part: Any) -> str:
    """What tells a file from others: where it lies, or what is in it. How it is to be shown, its detail, does not."""
    while isinstance(part, dict):
        inner = next((part[key] for key in _ADDRESSES if part.get(key) is not None), None)
        if inner is None:
            rest = {key: value for key, value in part.items() if value is not None}
            return json.dumps(rest, sort_keys=True) if rest else ""
        part = inner
    return cell(part)


_CALLS = {
    **dict.fromkeys(("functionCall", "function_call"), "args"),
    **dict.fromkeys(("toolUse", "tool_use"), "input"),
    **dict.fromkeys(("functionResponse", "function_response"), "response"),
    **dict.fromkeys(("toolResult", "tool_result"), "content"),
}
"""Parts of a content that are calls and results, and where each says what: of Google, Bedrock and Anthropic."""


def _calls_in(content: Any, field: str) -> Iterator[Call]:
    """The calls, and the results of calls, among the parts of a content."""
    for place, part in enumerate(content if isinstance(content, list) else ()):
        if not isinstance(part, dict):
            continue
        kind = part.get("type")
        key = next((key for key in _CALLS if key in part or key == kind), None)
        call = part.get(key, part)
        if key is not None and isinstance(call, dict):
            name = call.get("name")
            yield Call(name if isinstance(name, str) else "", call.get(_CALLS[key]), "", f"{field}[{place}]")


def _calls(message: Mapping[str, Any], field: str) -> tuple[Call, ...]:
    calls = [*_calls_in(message.get("content"), f"{field}.content")]
    given = message.get("tool_calls")
    for place, call in enumerate(given if isinstance(given, list) else ()):
        if isinstance(call, dict):
            inner = call.get("function")
            function = inner if isinstance(inner, dict) else call
            name, identity = function.get("name"), call.get("id")
            calls.append(
                Call(
                    name if isinstance(name, str) else "",
                    function.get("arguments"),
                    identity if isinstance(identity, str) else "",
                    f"{field}.tool_calls[{place}]",
                )
            )
    old = message.get("function_call")
    if isinstance(old, dict):
        name = old.get("name")
        calls.append(Call(name if isinstance(name, str) else "", old.get("arguments"), "", f"{field}.function_call"))
    return tuple(calls)


_FIELDS = tuple(f"messages[{place}].content" for place in range(64))
_plain_turn = tuple.__new__
"""Makes a `Turn` of all its values, twice as fast as calling it."""


def messages_of(value: Any, where: str) -> list[Turn]:
    """Turns of a list of messages."""
    turns: list[Turn] = []
    for place, message in enumerate(value if isinstance(value, list) else ()):
        if type(message) is not dict:
            continue
        role, content = message.get("role"), message.get("content")
        field = _FIELDS[place] if where == "messages" and place < len(_FIELDS) else f"{where}[{place}].content"
        if type(role) is not str:
            role = ""
        if len(message) == 2 and type(content) is str:
            turns.append(_plain_turn(Turn, (role, content, field, None, (), None, ())))
            continue
        weight, name = message.get("weight"), message.get("name")
        turns.append(
            Turn(
                role,
                text_of(content),
                field,
                weight if isinstance(weight, (int, float)) else None,
                _calls(message, f"{where}[{place}]"),
                name if isinstance(name, str) else None,
                media_of(content),
            )
        )
    return turns


def _sharegpt_turn(part: Mapping[str, Any], where: str) -> Turn:
    speaker = part.get("from", part.get("role"))
    role = SHAREGPT_ROLES.get(speaker, speaker) if isinstance(speaker, str) else ""
    key = "value" if "value" in part else "parts" if "parts" in part else "content"
    text = text_of(part.get(key))
    calls = (Call("", text, "", f"{where}.{key}"),) if speaker == "function_call" else ()
    calls = (*calls, *_calls_in(part.get(key), f"{where}.{key}"))
    return Turn(role, text, f"{where}.{key}", None, calls, None, media_of(part.get(key)))


def sharegpt(value: Any, where: str) -> list[Turn]:
    parts = value if isinstance(value, list) else [value]
    spot = f"{where}[{{}}]" if isinstance(value, list) else where
    return [_sharegpt_turn(part, spot.format(at)) for at, part in enumerate(parts) if isinstance(part, dict)]


def turns_of(value: Any, where: str, role: str) -> list[Turn]:
    """Turns of a field that holds either text or messages."""
    value = listed(value)
    if is_messages(value):
        return messages_of(value, where)
    if isinstance(value, dict) and ("from" in value or "value" in value):
        return sharegpt(value, where)
    if isinstance(value, dict) and ("role" in value or "content" in value):
        return [turn._replace(field=f"{where}.content") for turn in messages_of([value], where)]
    return [Turn(role, cell(value), where)] if value is not None else []


def tools_of(value: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    given = listed(value.get("tools") or value.get("functions"))
    return tuple(tool for tool in given if isinstance(tool, dict)) if isinstance(given, list) else ()


def spoken(turn: Turn) -> str:
    """Text of a turn; of one that only calls tools, the calls."""
    return turn.text or "\n".join([f"{call.name} {cell(call.arguments)}" for call in turn.calls])


_WEIGHTS = {"0": 0, "1": 1, "0.0": 0, "1.0": 1, "false": 0, "true": 1}


def weight_meant(weight: Any) -> int | None:
    """The weight that is meant, 0 or 1; None for what is neither."""
    if isinstance(weight, str):
        return _WEIGHTS.get(weight.strip().lower())
    return int(weight) if isinstance(weight, int | float) and weight in (0, 1) else None
