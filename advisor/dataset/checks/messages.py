"""Whether a list of messages keeps the rules: who speaks when, what a message holds, weights, tool calls."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

import msgspec

from advisor.dataset.checks.tools import Arguments, Definitions, ToolCalls, check_parts, check_tools, kind_of
from advisor.dataset.files.json_value import encode
from advisor.dataset.platforms import Platform
from advisor.dataset.row import Fault, Note, excerpt
from advisor.dataset.rows.order import Kind, by_turns
from advisor.dataset.rows.turns import INSTRUCTING, ROLES

MESSAGE_KEYS = frozenset(
    {"role", "content", "name", "weight", "tool_calls", "tool_call_id", "refusal", "function_call", "audio"}
)
OPEN_KEYS = MESSAGE_KEYS | {"thinking", "reasoning", "reasoning_content", "images"}
"""Keys that trainers of open models read besides."""
LEGACY = {"function": "tool"}
"""Roles of before tools, and what they are called now."""
ANSWERING = frozenset({"assistant", "tool", "function"})


class Rules(NamedTuple):
    """What holds for the conversations of one row."""

    arguments: Arguments = "text"
    tools: Mapping[str, Any] | None = None
    platform: Platform | None = None
    strict: bool = True
    """Whether a message may only have the keys that OpenAI knows."""
    typed: bool = True
    """Whether the parts of a content say their type; those of Bedrock do not."""


def plain(value: Any, kind: Kind, roles: Sequence[str] = ()) -> bool:
    """Whether messages are at once seen to be sound: texts only, by turns, after at most one system message.

    Most rows are, and this is many times faster than looking for faults. `roles`: those that the platform reads.
    """
    if type(value) is not list or not value:
        return False
    for message in value:
        if type(message) is not dict or len(message) != 2:
            return False
        role, content = message.get("role"), message.get("content")
        if type(content) is not str or not content or content.isspace() or (roles and role not in roles):
            return False
    return by_turns([message.get("role") for message in value], kind)


def message_faults(value: Any, where: str, kind: Kind, rules: Rules) -> Iterator[Fault]:
    """Everything wrong with a list of messages at `where`."""
    if plain(value, kind, rules.platform.roles if rules.platform else ()):
        return
    if not isinstance(value, list):
        yield Fault("messages-not-a-list", where, _shown(value), {"kind": kind_of(value)})
        return
    if not value:
        yield Fault("empty-messages", where)
        return
    calls = ToolCalls(rules.arguments, rules.tools)
    roles: list[str] = []
    for place, message in enumerate(value):
        here = f"{where}[{place}]"
        if not isinstance(message, dict):
            yield Fault("message-not-an-object", here, _shown(message), {"kind": kind_of(message)})
            roles.append("")
            continue
        role, faults = _role(message, here, rules)
        yield from faults
        roles.append(role)
        yield from _keys(message, here, rules)
        yield from _content(message, role, here, rules)
        if "weight" in message:
            yield from _weight(message["weight"], role, here)
        if message.get("tool_calls") and role != "assistant":
            yield Fault("tool-call-not-by-assistant", f"{here}.tool_calls", "", {"role": role})
        if message.get("role") == "function":
            continue  # the old form has no ids to follow
        if role == "tool" or "tool_calls" in message or calls.waiting:
            known = message if message.get("role") == role else {**message, "role": role}
            yield from calls.follow(known, here)
    yield from calls.end(roles[-1], where)
    yield from _order(value, roles, where, kind, rules.platform)


def definitions(
    row: Mapping[str, Any], where: str = "tools", how: Definitions = "typed"
) -> tuple[list[Fault], Mapping[str, Any] | None]:
    """What is wrong with the tools of a row, and their parameters by name; None where it has none."""
    tools = row.get("tools")
    if tools is None or tools == "":
        return [], None
    if isinstance(tools, str):  # TRL and ShareGPT also carry them as text
        try:
            tools = json.loads(tools)
        except (ValueError, RecursionError):
            return [Fault("malformed-tools", where, excerpt(tools), {"problem": Note("it is no JSON")})], {}
    parallel = row.get("parallel_tool_calls", True)
    if isinstance(parallel, bool):
        wrong = []
    else:
        values = {"key": "parallel_tool_calls", "kind": kind_of(parallel), "expected": "boolean"}
        wrong = [Fault("wrong-type", "parallel_tool_calls", "", values)]
    try:
        found, known = _definitions(_written(tools), where, how)
    except (TypeError, ValueError, RecursionError):
        return [Fault("malformed-tools", where, "", {"problem": Note("it is no JSON")}), *wrong], {}
    return [*found, *wrong], known


def _written(tools: Any) -> bytes:
    try:
        return encode(tools)
    except (msgspec.MsgspecError, UnicodeError, OverflowError):  # halves of characters, and very large numbers
        return json.dumps(tools).encode()


@lru_cache(maxsize=256)
def _definitions(written: bytes, where: str, how: Definitions) -> tuple[list[Fault], Mapping[str, Any]]:
    """Kept by their text: the rows of a file mostly share their tools, and checking a JSON Schema is slow."""
    return check_tools(json.loads(written), where, how)


def _role(message: Mapping[str, Any], here: str, rules: Rules) -> tuple[str, list[Fault]]:
    """The role meant, or nothing, and what is wrong with how it is written."""
    role = message.get("role")
    spot = f"{here}.role"
    if role is None or role == "":
        return "", [Fault("missing-role", spot)]
    allowed = rules.platform.roles if rules.platform else ()
    if not isinstance(role, str):
        shown = _shown(role)
        return "", [Fault("unknown-role", spot, shown, {"role": shown, "allowed": ", ".join(allowed or ROLES)})]
    if role in ROLES and (not allowed or role in allowed):
        return role, []
    if role in LEGACY:
        return LEGACY[role], [Fault("deprecated-function-call", spot, role, {"key": f"role: {role}"})]
    small = role.strip().lower()
    if small != role and (small in ROLES or small in allowed):
        return small, [Fault("capitalised-role", spot, excerpt(role), {"role": excerpt(role), "expected": small})]
    if role in allowed:
        return ("assistant" if role == "model" else role), []
    if role in ROLES and rules.platform:
        values = {"platform": rules.platform.name, "role": role, "allowed": ", ".join(allowed)}
        return role, [Fault("role-not-allowed", spot, role, values)]
    shown = excerpt(role)
    return "", [Fault("unknown-role", spot, shown, {"role": shown, "allowed": ", ".join(allowed or ROLES)})]


def _keys(message: Mapping[str, Any], here: str, rules: Rules) -> Iterator[Fault]:
    known = MESSAGE_KEYS if rules.strict else OPEN_KEYS
    if not message.keys() <= known:
        for key in sorted(message.keys() - known, key=str):
            yield Fault("unknown-key", f"{here}.{excerpt(str(key))}", "", {"key": excerpt(str(key))})
    if message.get("function_call") is not None:
        yield Fault("deprecated-function-call", f"{here}.function_call", "", {"key": "function_call"})
    if "name" in message and not isinstance(message["name"], str | None):
        kind = kind_of(message["name"])
        yield Fault("wrong-type", f"{here}.name", "", {"key": "name", "kind": kind, "expected": "string"})


def _content(message: Mapping[str, Any], role: str, here: str, rules: Rules) -> Iterator[Fault]:
    content = message.get("content")
    if isinstance(content, str) and content and not content.isspace():
        return
    spot = f"{here}.content"
    calls = bool(message.get("tool_calls") or message.get("function_call") or message.get("refusal"))
    if content is None:
        if not calls:
            yield Fault("null-content" if "content" in message else "missing-content", spot)
    elif isinstance(content, list):
        if rules.typed:
            yield from _parts(content, role, spot, rules)
        if content and not calls and role != "tool" and all(map(_blank, content)):
            yield empty("".join(part["text"] for part in content), role, spot)
    elif not isinstance(content, str):
        yield Fault("content-not-text", spot, _shown(content), {"kind": kind_of(content)})
    elif not calls and role != "tool":  # a tool may have nothing to say
        yield empty(content, role, spot)


def empty(content: str, role: str, spot: str) -> Fault:
    """The fault of a text that says nothing, by who should have said something."""
    if content:
        return Fault("whitespace-content", spot, "", {"role": role or "?"})
    if role == "user":
        return Fault("empty-user-turn", spot)
    return (
        Fault("empty-answer", spot) if role == "assistant" else Fault("empty-content", spot, "", {"role": role or "?"})
    )


def _blank(part: Any) -> bool:
    """Whether a part of a content is text that says nothing."""
    text = part.get("text") if isinstance(part, dict) and part.get("type", "text") == "text" else None
    return isinstance(text, str) and not text.strip()


def _parts(parts: list[Any], role: str, spot: str, rules: Rules) -> Iterator[Fault]:
    if not parts:
        yield empty("", role, spot)
        return
    inline = rules.platform.name if rules.platform and rules.platform.inline_images else ""
    yield from check_parts(parts, role, spot, rules.strict, inline)


def _weight(weight: Any, role: str, here: str) -> Iterator[Fault]:
    spot = f"{here}.weight"
    if isinstance(weight, bool) or not isinstance(weight, int | float) or weight not in (0, 1):
        yield Fault("weight-not-0-or-1", spot, _shown(weight), {"weight": _shown(weight)})
    elif role and role != "assistant":
        yield Fault("weight-not-on-assistant", spot, _shown(weight), {"role": role})


def _order(messages: list[Any], roles: list[str], where: str, kind: Kind, platform: Platform | None) -> Iterator[Fault]:
    """Who speaks after whom, and last."""
    if kind == "answer":
        if "assistant" not in roles:
            yield Fault("no-assistant", where)
        for place, role in enumerate(roles):
            if role and role not in ANSWERING:
                yield Fault(
                    "unknown-role", f"{where}[{place}].role", role, {"role": role, "allowed": "assistant, tool"}
                )
        return
    yield from _systems(roles, where)
    spoken = [(place, role) for place, role in enumerate(roles) if role not in INSTRUCTING]
    if spoken and spoken[0][1] == "assistant" and "user" in roles:
        yield Fault("starts-on-assistant", f"{where}[{spoken[0][0]}]")
    for (_, before), (place, role) in pairwise(spoken):
        if role == before and role in ("user", "assistant"):
            yield _twice(role, f"{where}[{place}]", platform)
    last = roles[-1]
    if kind == "prompt":
        if last not in ("user", "tool", ""):
            yield Fault("ends-on-assistant", f"{where}[{len(roles) - 1}]", "", {"role": last})
        return
    unsure = "" in roles  # a role that cannot be read may be the one that is missed
    if "user" not in roles and not unsure:
        yield Fault("no-user", where)
    if "assistant" not in roles:
        if not unsure:
            yield Fault("no-assistant", where)
    elif last not in ("assistant", ""):
        yield Fault("ends-on-user", f"{where}[{len(roles) - 1}]", "", {"role": last})
    said = [one for one, role in zip(messages, roles, strict=True) if role == "assistant"]
    if said and all("weight" in one and one["weight"] == 0 and one["weight"] is not False for one in said):
        yield Fault("all-weights-zero", where)


def _twice(role: str, spot: str, platform: Platform | None) -> Fault:
    """The fault of a turn whose speaker has the one before it too."""
    if platform is not None and platform.alternating:
        return Fault("turns-not-alternating", spot, "", {"platform": platform.name, "role": role})
    return Fault(f"consecutive-{role}-turns", spot)


def _systems(roles: list[str], where: str) -> Iterator[Fault]:
    places = [place for place, role in enumerate(roles) if role in INSTRUCTING]
    late = [place for place in places if any(role not in INSTRUCTING for role in roles[:place])]
    for place in late:
        yield Fault("late-system-message", f"{where}[{place}]")
    if len(places) > 1 and not late:
        yield Fault("several-system-messages", f"{where}[{places[1]}]", "", {"n": len(places)})


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return excerpt(value)
    try:
        return excerpt(json.dumps(value, default=str, ensure_ascii=False))
    except RecursionError:
        return kind_of(value)
