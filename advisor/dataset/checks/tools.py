"""Tools: whether their definitions, calls of them and the results fit together."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import msgspec

from advisor.dataset.checks.structure import wrong_type
from advisor.dataset.checks.subject import Arguments, Definitions
from advisor.dataset.checks.values import kind_of
from advisor.dataset.files.json_value import encode
from advisor.dataset.row import Fault, Note, excerpt
from advisor.dataset.rows.google_tools import GOOGLE_DECLARATIONS, json_types

TOOL_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
PARAMETERS = ("parameters", "parametersJsonSchema", "parameters_json_schema", "inputSchema", "input_schema")
"""Where a function says which arguments it takes; the later ones are those of Google and of Anthropic's form."""


def old_form(key: str, field: str, evidence: str = "") -> Fault:
    """The fault of a key or role of before there were tools."""
    return Fault("deprecated-function-call", field, evidence, {"key": key})


def old_call(message: Mapping[str, Any], here: str) -> Iterator[Fault]:
    """A call of before there were tools."""
    if message.get("function_call") is not None:
        yield old_form("function_call", f"{here}.function_call")


def caller(message: Mapping[str, Any], role: str, here: str) -> Iterator[Fault]:
    """A call by somebody else than the assistant."""
    if message.get("tool_calls") and role != "assistant":
        yield Fault("tool-call-not-by-assistant", f"{here}.tool_calls", "", {"role": role})


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
            yield Fault("malformed-tool-call", f"{here}.tool_calls", "", {"problem": Note("it is no list")})
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


def _tool_call(call: Any, here: str, arguments: Arguments, tools: Mapping[str, Any] | None) -> Iterator[Fault]:
    missing = _missing_of_call(call)
    if missing is not None:
        yield Fault("malformed-tool-call", here, "", {"problem": missing})
        return
    if arguments == "text" and not isinstance(call.get("id"), str):
        yield Fault("malformed-tool-call", f"{here}.id", "", {"problem": Note("it has no id")})
    name, given = call["function"]["name"], call["function"].get("arguments")
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


def _missing_of_call(call: Any) -> Note | None:
    """What a tool call lacks; None if it has a type and a function with a name."""
    if not isinstance(call, dict):
        return Note("it is no object")
    if call.get("type") != "function":
        return Note('its type is not "function"')
    if not isinstance(call.get("function"), dict):
        return Note("it has no function")
    return None if isinstance(call["function"].get("name"), str) else Note("its function has no name")


def _fit(given: dict[str, Any], parameters: Any, spot: str) -> Iterator[Fault]:
    """Whether arguments fit the parameters. References to other documents are never followed: the file is not ours."""
    from advisor.dataset.checks.json_schema import UnusableSchema, misfits

    try:
        for misfit in misfits(given, parameters):
            yield Fault("tool-arguments-do-not-fit", spot, "", {"problem": excerpt(misfit)})
    except UnusableSchema as error:
        yield Fault("malformed-tools", spot, "", {"problem": excerpt(str(error))})


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
    wrong = [] if isinstance(parallel, bool) else [wrong_type(parallel, "parallel_tool_calls", "boolean")]
    try:
        faults, known = _definitions(_written(tools), where, how)
    except (TypeError, ValueError, RecursionError):
        return [Fault("malformed-tools", where, "", {"problem": Note("it is no JSON")}), *wrong], {}
    return [*faults, *wrong], known


def _written(tools: Any) -> bytes:
    try:
        return encode(tools)
    except (msgspec.MsgspecError, UnicodeError, OverflowError):  # halves of characters, and very large numbers
        return json.dumps(tools).encode()


@lru_cache(maxsize=256)
def _definitions(written: bytes, where: str, how: Definitions) -> tuple[list[Fault], Mapping[str, Any]]:
    """Kept by their text: the rows of a file mostly share their tools, and checking a JSON Schema is slow."""
    return check_tools(json.loads(written), where, how)


def check_tools(
    tools: Any, where: str = "tools", definitions: Definitions = "typed"
) -> tuple[list[Fault], dict[str, Any]]:
    """What is wrong with tool definitions, and the parameters of each tool by its name. An empty list is no fault."""
    problems: list[Fault] = []
    known: dict[str, Any] = {}
    if not isinstance(tools, list):
        return [_unusable(where, Note("it is no list"))], known
    for spot, function in _functions(tools, where, definitions):
        if isinstance(function, Note):
            problems.append(_unusable(spot, function))
            continue
        name = function.get("name")
        if not isinstance(name, str) or not name:
            problems.append(_unusable(spot, Note("it has no name")))
            continue
        if spot.endswith(".function") and not TOOL_NAME.fullmatch(name):
            odd = Note('its name "{name}" must be 1 to 64 letters, digits, - and _', name=excerpt(name))
            problems.append(_unusable(f"{spot}.name", odd))
        faults, known[name] = _parameters(function, spot, definitions)
        problems += faults
    return problems, known


def _functions(tools: list[Any], where: str, definitions: Definitions) -> Iterator[tuple[str, dict[str, Any] | Note]]:
    """The functions that a list of tools defines, each with its place; in place of one, what it lacks."""
    for place, tool in enumerate(tools):
        here = f"{where}[{place}]"
        if not isinstance(tool, dict):
            yield here, Note("it is no object")
        elif definitions == "google":
            key = next((key for key in GOOGLE_DECLARATIONS if key in tool), None)
            declared = tool[key] if key else []  # other tools, such as a search, define no function
            if not isinstance(declared, list):
                yield f"{here}.{key}", Note("it is no list")
                continue
            for number, one in enumerate(declared):
                spot = f"{here}.{key}[{number}]"
                yield spot, one if isinstance(one, dict) else Note("it is no object")
        elif definitions == "any" and "function" not in tool:
            yield here, tool
        elif tool.get("type") != "function":
            yield here, Note('its type is not "function"')
        elif not isinstance(tool.get("function"), dict):
            yield here, Note("it has no function")
        else:
            yield f"{here}.function", tool["function"]


def _parameters(function: Mapping[str, Any], here: str, definitions: Definitions) -> tuple[list[Fault], Any]:
    """What is wrong with the parameters of a function, and what is left to check arguments against."""
    from jsonschema import Draft202012Validator, SchemaError  # type: ignore[import-untyped]

    key = next((key for key in PARAMETERS if function.get(key) is not None), None)
    if key is None:
        return [], {"type": "object"}
    parameters = json_types(function[key]) if definitions == "google" else function[key]
    spot = f"{here}.{key}"
    try:
        Draft202012Validator.check_schema(parameters)
    except SchemaError as error:
        within = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.absolute_path)
        return [_unusable(excerpt(f"{spot}{within}"), excerpt(error.message))], {}
    except RecursionError:
        return [_unusable(spot, "")], {}
    lacking = _undefined(parameters)
    if lacking:
        return [_unusable(f"{spot}.required", Note("it requires {key}, which its properties lack", key=lacking))], {}
    return [], parameters


def _undefined(parameters: Any) -> str:
    """The first key that an object must have and that its properties do not define; empty where there is none."""
    if not isinstance(parameters, dict) or not isinstance(parameters.get("properties"), dict):
        return ""
    required = parameters.get("required")
    lacking = [key for key in required if key not in parameters["properties"]] if isinstance(required, list) else []
    return excerpt(str(lacking[0])) if lacking else ""


def _unusable(where: str, problem: Note | str) -> Fault:
    return Fault("malformed-tools", where, "", {"problem": problem})
