"""Whether tools, calls of tools and their results fit together, and whether content of several parts can be read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from advisor.dataset.record import Fault, excerpt

Arguments = Literal["text", "object"]
"""How the arguments of a tool call are written: as text that holds JSON (OpenAI, Azure), or as an object (TRL)."""

TOOL_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


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

    def follow(self, message: Mapping[str, Any], here: str) -> Iterator[Fault]:
        """What is wrong with the calls of this message, or with the result that it carries."""
        if message.get("role") == "tool":
            given = message.get("tool_call_id")
            nameless = self.arguments == "object" and given is None  # TRL's own examples carry no ids
            if self._open.pop(str(given), None) is None and not nameless:
                yield Fault("orphan-tool-reply", f"{here}.tool_call_id")
            return
        if self._open:
            yield _unanswered(self._open, here)
            self._open.clear()
        calls = message.get("tool_calls") or []
        if not isinstance(calls, list):
            yield Fault("malformed-tool-call", f"{here}.tool_calls", "", {"problem": "no list"})
            return
        for number, call in enumerate(calls):
            spot = f"{here}.tool_calls[{number}]"
            yield from _tool_call(call, spot, self.arguments, self.tools)
            call_id = call.get("id") if isinstance(call, dict) else None
            if isinstance(call_id, str):
                if call_id in self._seen:
                    yield Fault("repeated-tool-call-id", f"{spot}.id", "", {"id": excerpt(call_id)})
                self._seen.add(call_id)
                self._open[call_id] = spot

    def end(self, last: str, where: str) -> Iterator[Fault]:
        """The calls that nothing answers; a conversation may stop at a call, where its last role is the assistant."""
        if self._open and last != "assistant":
            yield _unanswered(self._open, where)


def _unanswered(calls: Mapping[str, str], spot: str) -> Fault:
    return Fault("unanswered-tool-call", spot, "", {"id": excerpt(next(iter(calls)))})


def check_parts(parts: list[Any], role: str, here: str) -> Iterator[Fault]:
    """Content of several parts: text, and images in the user's turns."""
    for place, part in enumerate(parts):
        kind = part.get("type") if isinstance(part, dict) else None
        if kind == "text" and isinstance(part.get("text"), str):
            continue
        image = part.get("image_url") if kind == "image_url" else None
        url = image.get("url") if isinstance(image, dict) else None
        if not isinstance(url, str):
            yield Fault("malformed-part", f"{here}[{place}]")
        elif role != "user":
            yield Fault("image-not-from-user", f"{here}[{place}]", "", {"role": excerpt(role)})


def _tool_call(call: Any, here: str, arguments: Arguments, tools: Mapping[str, Any] | None) -> Iterator[Fault]:
    function = call.get("function") if isinstance(call, dict) else None
    if not isinstance(function, dict) or call.get("type") != "function" or not isinstance(function.get("name"), str):
        yield Fault("malformed-tool-call", here, "", {"problem": "type, function, name"})
        return
    if arguments == "text" and not isinstance(call.get("id"), str):
        yield Fault("malformed-tool-call", f"{here}.id", "", {"problem": "id"})
    name, given = function["name"], function.get("arguments")
    spot = f"{here}.function.arguments"
    if arguments == "text":
        if not isinstance(given, str):
            yield Fault("tool-arguments-wrong-form", spot, "", {"kind": kind_of(given), "expected": "string"})
            return
        try:
            given = json.loads(given)
        except (ValueError, RecursionError):
            yield Fault("tool-arguments-not-json", spot)
            return
    if not isinstance(given, dict):
        check = "tool-arguments-not-json" if arguments == "text" else "tool-arguments-wrong-form"
        yield Fault(check, spot, "", {"kind": kind_of(given), "expected": "object"})
        return
    if tools is None:
        yield Fault("undefined-tool", here, "", {"name": excerpt(name)})
    elif name not in tools:
        yield Fault("undefined-tool", f"{here}.function.name", "", {"name": excerpt(name)})
    else:
        yield from _fit(given, tools[name], spot)


def _fit(given: dict[str, Any], parameters: Any, spot: str) -> Iterator[Fault]:
    """Whether arguments fit the parameters. References to other documents are never followed: the file is not ours."""
    from advisor.dataset.schema_fit import UnusableSchema, misfits

    try:
        for misfit in misfits(given, parameters):
            yield Fault("tool-arguments-do-not-fit", spot, "", {"problem": excerpt(misfit)})
    except UnusableSchema as error:
        yield Fault("malformed-tools", spot, "", {"problem": excerpt(str(error))})


def check_tools(tools: Any, where: str = "tools") -> tuple[list[Fault], dict[str, Any]]:
    """What is wrong with tool definitions, and the parameters of each tool by its name."""
    from jsonschema import Draft202012Validator, SchemaError  # type: ignore[import-untyped]

    found: list[Fault] = []
    known: dict[str, Any] = {}
    if not isinstance(tools, list) or not tools:
        return [Fault("malformed-tools", where, "", {"problem": "[]"})], known
    for place, tool in enumerate(tools):
        here = f"{where}[{place}]"
        function = tool.get("function") if isinstance(tool, dict) and tool.get("type") == "function" else None
        name = function.get("name") if isinstance(function, dict) else None
        if not isinstance(function, dict) or not isinstance(name, str) or not TOOL_NAME.fullmatch(name):
            found.append(Fault("malformed-tools", here, "", {"problem": "type, function, name"}))
            continue
        parameters = function.get("parameters", {"type": "object"})
        try:
            Draft202012Validator.check_schema(parameters)
        except (SchemaError, RecursionError) as error:
            wrong = {"problem": excerpt(getattr(error, "message", ""))}
            found.append(Fault("malformed-tools", f"{here}.function.parameters", "", wrong))
            parameters = {}
        known[name] = parameters
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
