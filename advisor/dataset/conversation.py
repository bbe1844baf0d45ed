"""The rules that a conversation must keep: roles, contents, tool definitions, tool calls and their results."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Literal

from jsonschema import Draft202012Validator, SchemaError  # type: ignore[import-untyped]

from advisor.dataset.finding import Finding, Findings, caution, problem
from advisor.dataset.schema_fit import UnusableSchema, misfits

Arguments = Literal["text", "object"]
"""How the arguments of a tool call are written: as text that holds JSON (OpenAI, Azure), or as an object (TRL)."""

MAX_TOKENS = 65_536
"""Tokens of one example that are used; the rest is cut off (fact `openai.gpt-4-family.max-training-example-tokens`)."""
CHARACTERS_PER_TOKEN = 4
"""A rule of thumb for English, good enough to find examples that are far too long."""
ROLES = ("system", "developer", "user", "assistant", "tool")
TOOL_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
MESSAGE_KEYS = frozenset({"role", "content", "name", "weight", "tool_calls", "tool_call_id", "refusal"})


def check_messages(value: Any, where: str, arguments: Arguments, tools: Mapping[str, Any] | None) -> Findings:
    """The rules that hold for any list of messages, whatever its place in the row."""
    if not isinstance(value, list) or not value:
        yield problem(where, "expected a list of messages that is not empty")
        return
    calls = ToolCalls(arguments, tools)
    for place, message in enumerate(value):
        here = f"{where}[{place}]"
        if not isinstance(message, dict):
            yield problem(here, "expected an object with role and content")
            continue
        role = message.get("role")
        if role not in ROLES:
            allowed = ", ".join(ROLES)
            yield problem(f"{here}.role", '"{role}" is not one of: {allowed}', role=role, allowed=allowed)
        yield from _message(message, here)
        yield from calls.follow(message, here)
    yield from calls.end(value, where)


class ToolCalls:
    """Follows the tool calls of one conversation: each must be sound, and be answered by the messages after it."""

    def __init__(self, arguments: Arguments, tools: Mapping[str, Any] | None) -> None:
        self.arguments = arguments
        self.tools = tools
        self._open: dict[str, str] = {}
        self._seen: set[str] = set()

    @property
    def waiting(self) -> bool:
        """Whether a call has not been answered yet."""
        return bool(self._open)

    def follow(self, message: dict[str, Any], here: str) -> Findings:
        """What is wrong with the calls of this message, or with the result that it carries."""
        if message.get("role") == "tool":
            given = message.get("tool_call_id")
            nameless = self.arguments == "object" and given is None  # TRL's own examples carry no ids
            if self._open.pop(str(given), None) is None and not nameless:
                yield problem(
                    f"{here}.tool_call_id",
                    "no open tool call before this message has this id",
                    check="orphan-tool-reply",
                )
            return
        if self._open:
            yield problem(
                here,
                "the tool call {id} is not answered before this message",
                check="unanswered-tool-call",
                id=next(iter(self._open)),
            )
            self._open.clear()
        calls = message.get("tool_calls") or []
        if not isinstance(calls, list):
            spot = f"{here}.tool_calls"
            yield problem(spot, "expected a list of tool calls", check="malformed-tool-call", problem="no list")
            return
        for number, call in enumerate(calls):
            spot = f"{here}.tool_calls[{number}]"
            yield from _tool_call(call, spot, self.arguments, self.tools)
            call_id = call.get("id") if isinstance(call, dict) else None
            if isinstance(call_id, str):
                if call_id in self._seen:
                    yield problem(f"{spot}.id", "the id {id} stands twice", check="repeated-tool-call-id", id=call_id)
                self._seen.add(call_id)
                self._open[call_id] = spot

    def end(self, messages: list[Any], where: str) -> Findings:
        """The calls that nothing answers; a conversation may stop at a call."""
        if self._open and roles_of(messages)[-1:] != ["assistant"]:
            call = next(iter(self._open))
            yield problem(where, "the tool call {id} is not answered", check="unanswered-tool-call", id=call)


def _message(message: dict[str, Any], here: str) -> Findings:
    role, content = message.get("role"), message.get("content")
    for key in sorted(set(message) - MESSAGE_KEYS):
        yield problem(f"{here}.{key}", "this key is not known; remove it")
    if "tool_calls" in message and role != "assistant":
        yield problem(f"{here}.tool_calls", "only an assistant calls tools")
    calls = bool(message.get("tool_calls"))
    if content is None:
        if not calls:
            yield problem(f"{here}.content", "content is missing; it may be null only beside tool_calls")
    elif isinstance(content, list):
        yield from check_parts(content, role, f"{here}.content")
    elif not isinstance(content, str):
        yield problem(f"{here}.content", "content must be text")
    elif not content.strip() and not calls:
        yield caution(f"{here}.content", "the text is empty")
    if "weight" in message:
        weight = message["weight"]
        if isinstance(weight, bool) or weight not in (0, 1):
            yield problem(f"{here}.weight", "weight is 0 or 1")
        elif role != "assistant":
            yield problem(f"{here}.weight", "only messages of the assistant have a weight")
    if "name" in message and not isinstance(message["name"], str):
        yield problem(f"{here}.name", "name must be text")


def check_parts(parts: list[Any], role: Any, here: str) -> Findings:
    """Content of several parts: text, and images in the user's turns."""
    for place, part in enumerate(parts):
        kind = part.get("type") if isinstance(part, dict) else None
        if kind == "text" and isinstance(part.get("text"), str):
            continue
        image = part.get("image_url") if kind == "image_url" else None
        url = image.get("url") if isinstance(image, dict) else None
        if not isinstance(url, str):
            yield problem(f"{here}[{place}]", "expected a part of type text or image_url", check="malformed-part")
        elif role != "user":
            yield problem(f"{here}[{place}]", "only a user sends images", check="image-not-from-user", role=role)


def _tool_call(call: Any, here: str, arguments: Arguments, tools: Mapping[str, Any] | None) -> Findings:
    function = call.get("function") if isinstance(call, dict) else None
    if not isinstance(function, dict) or call.get("type") != "function" or not isinstance(function.get("name"), str):
        yield problem(
            here,
            'expected an object with an id, the type "function" and a function with name and arguments',
            check="malformed-tool-call",
            problem="type, function, name",
        )
        return
    if arguments == "text" and not isinstance(call.get("id"), str):
        yield problem(
            f"{here}.id",
            "a tool call needs an id, so that its result can name it",
            check="malformed-tool-call",
            problem="id",
        )
    name, given = function["name"], function.get("arguments")
    spot = f"{here}.function.arguments"
    if arguments == "text":
        if not isinstance(given, str):
            yield problem(
                spot,
                "arguments must be text that holds JSON, not an object",
                check="tool-arguments-wrong-form",
                kind=kind_of(given),
                expected="string",
            )
            return
        try:
            given = json.loads(given)
        except ValueError:
            yield problem(spot, "the arguments are not JSON", check="tool-arguments-not-json")
            return
    if not isinstance(given, dict):
        check = "tool-arguments-not-json" if arguments == "text" else "tool-arguments-wrong-form"
        yield problem(
            spot,
            "arguments must be an object with a value for each parameter",
            check=check,
            kind=kind_of(given),
            expected="object",
        )
        return
    if tools is None:
        yield problem(here, "the row calls a tool but has no tools", check="undefined-tool", name=name)
    elif name not in tools:
        spot = f"{here}.function.name"
        yield problem(spot, '"{name}" is not among the tools of this row', check="undefined-tool", name=name)
    else:
        yield from _fit(given, tools[name], spot)


def _fit(given: dict[str, Any], parameters: Any, spot: str) -> Findings:
    """Whether arguments fit the parameters. References to other documents are never followed: the file is not ours."""
    try:
        for misfit in misfits(given, parameters):
            yield problem(
                spot,
                "the arguments break the tool's parameters: {problem}",
                check="tool-arguments-do-not-fit",
                problem=misfit,
            )
    except UnusableSchema as error:
        yield problem(
            spot, "the parameters of this tool cannot be used: {problem}", check="malformed-tools", problem=str(error)
        )


def check_tools(row: Mapping[str, Any], where: str = "tools") -> tuple[list[Finding], dict[str, Any] | None]:
    """What is wrong with the tool definitions, and each tool's parameters by name (None where there are no tools)."""
    if "tools" not in row:
        return [], None
    found: list[Finding] = []
    known: dict[str, Any] = {}
    tools = row["tools"]
    if not isinstance(tools, list) or not tools:
        return [problem(where, "expected a list of tools that is not empty", check="malformed-tools", problem="[]")], {}
    for place, tool in enumerate(tools):
        here = f"{where}[{place}]"
        function = tool.get("function") if isinstance(tool, dict) and tool.get("type") == "function" else None
        name = function.get("name") if isinstance(function, dict) else None
        if not isinstance(function, dict) or not isinstance(name, str) or not TOOL_NAME.fullmatch(name):
            found.append(
                problem(
                    here,
                    "expected type function and a name of letters, digits, _ and -",
                    check="malformed-tools",
                    problem="type, function, name",
                )
            )
            continue
        parameters = function.get("parameters", {"type": "object"})
        try:
            Draft202012Validator.check_schema(parameters)
        except (SchemaError, RecursionError) as error:
            spot = f"{here}.function.parameters"
            found.append(
                problem(
                    spot,
                    "this is not a JSON Schema: {problem}",
                    check="malformed-tools",
                    problem=getattr(error, "message", ""),
                )
            )
            parameters = {}
        known[name] = parameters
    if "parallel_tool_calls" in row and not isinstance(row["parallel_tool_calls"], bool):
        spot, given = "parallel_tool_calls", kind_of(row["parallel_tool_calls"])
        wrong = {"key": spot, "kind": given, "expected": "boolean"}
        found.append(problem(spot, "expected true or false", check="wrong-type", **wrong))
    return found, known


def kind_of(value: Any) -> str:
    """The JSON name of a value's type."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    return "string" if isinstance(value, str) else "array" if isinstance(value, list) else "object"


def roles_of(messages: Any) -> list[str]:
    """The role of each message, as text."""
    return [str(one.get("role")) for one in messages if isinstance(one, dict)] if isinstance(messages, list) else []


def check_chat(row: dict[str, Any], arguments: Arguments = "text") -> Findings:
    found, tools = check_tools(row)
    yield from found
    if "messages" not in row:
        yield problem("messages", 'missing; a row is {{"messages": [...]}}; this one has: {keys}', keys=", ".join(row))
        return
    messages = row["messages"]
    yield from check_messages(messages, "messages", arguments, tools)
    roles = roles_of(messages)
    for role in ("user", "assistant"):
        if roles and role not in roles:
            yield problem("messages", "no message of the role {role}", role=role)
    if roles and "assistant" in roles and roles[-1] != "assistant":
        yield problem("messages", "the last message must be the assistant's: it is what the model learns")
    said = [one for one in messages if isinstance(one, dict) and one.get("role") == "assistant"] if roles else []
    if said and all(one.get("weight") == 0 for one in said):
        yield problem("messages", "every answer has weight 0: nothing is learned from this row")
    if roles.count("system") + roles.count("developer") > 1:
        yield caution("messages", "more than one system message")
    if len(json.dumps(row, ensure_ascii=False)) / CHARACTERS_PER_TOKEN > MAX_TOKENS:
        yield caution("messages", "about more than {n} tokens: the end is cut off", n=MAX_TOKENS)
