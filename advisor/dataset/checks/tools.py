"""Whether tools, calls of tools and their results fit together, and whether content of several parts can be read."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from typing import Any, Literal
from urllib.parse import urlsplit

from advisor.dataset.row import Fault, Note, excerpt
from advisor.dataset.rows.google_tools import GOOGLE_DECLARATIONS, json_types

Arguments = Literal["text", "object"]
"""How the arguments of a tool call are written: as text that holds JSON (OpenAI, Azure), or as an object (TRL)."""

Definitions = Literal["typed", "any", "google"]
"""How tools are defined: as objects of the type function around one (OpenAI, Azure), as these or as the function alone
(TRL, LLaMA-Factory), or as lists of declarations (Google)."""

TOOL_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
DATA_IMAGE = re.compile(r"data:image/[a-z0-9.+-]+;base64,[A-Za-z0-9+/]", re.IGNORECASE)
LOCAL_ENDINGS = (".localhost", ".local", ".internal", ".lan", ".home.arpa")
"""Names that mean a machine of one's own network."""
PARAMETERS = ("parameters", "parametersJsonSchema", "parameters_json_schema", "inputSchema", "input_schema")
"""Where a function says which arguments it takes; the later ones are those of Google and of Anthropic's form."""


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


def check_parts(parts: list[Any], role: str, here: str, fetched: bool = False, inline: str = "") -> Iterator[Fault]:
    """Content of several parts: text, and images in the user's turns.

    `fetched`: a service fetches the images. `inline`: the name of one that does not, and reads them from the row alone.
    """
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
        elif inline and not DATA_IMAGE.match(url):
            values = {"platform": inline, "url": excerpt(url)}
            yield Fault("image-not-in-row", f"{here}[{place}].image_url.url", excerpt(url), values)
        elif url.startswith("data:") and (problem := _damage(url)):
            yield Fault("image-damaged", f"{here}[{place}].image_url.url", excerpt(url), {"problem": problem})
        elif fetched and not _reachable(url):
            yield Fault("image-not-reachable", f"{here}[{place}].image_url.url", excerpt(url), {"url": excerpt(url)})


def _damage(url: str) -> Note | None:
    """What is wrong with an image that is written into its row in base64; None where nothing is."""
    if not (found := EMBEDDED.match(url)):
        return None
    written = url[found.end() :]
    if not written:
        return Note("there is nothing in it")
    if len(written) % 4:
        return Note("its base64 is cut off, or lacks the signs = at its end")
    if not BASE64.fullmatch(written):
        return Note("it holds signs that are no base64")
    start = b64decode(written[:HEAD])
    kind = next((kind for kind, magic in MAGIC.items() if start.startswith(magic)), None)
    if kind is None and found[1].lower() in MAGIC:
        return Note("it does not begin as an image does")
    if kind is not None and found[1].lower() in MAGIC and kind != found[1].lower().replace("jpg", "jpeg"):
        return Note("it says {said} and is {kind}", said=found[1], kind=kind)
    return None


EMBEDDED = re.compile(r"data:image/([a-z+.-]+);base64,", re.IGNORECASE)
BASE64 = re.compile(r"[A-Za-z0-9+/]*={0,2}")
MAGIC = {"png": b"\x89PNG\r\n\x1a\n", "jpeg": b"\xff\xd8\xff", "gif": b"GIF8", "webp": b"RIFF"}
"""How images begin, by what a data URI calls their kind."""
HEAD = 64
"""Signs of base64 in which the beginning of an image stands."""


def _reachable(url: str) -> bool:
    """Whether a service may fetch an image from here: a public web address, or the image itself in base64."""
    if url.startswith("data:"):
        return bool(DATA_IMAGE.match(url))
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".").lower()
    except ValueError:
        return False
    if parts.scheme.lower() not in ("http", "https") or not host or host == "localhost" or host.endswith(LOCAL_ENDINGS):
        return False
    try:
        return ip_address(host).is_global
    except ValueError:
        return "." in host


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


def check_tools(
    tools: Any, where: str = "tools", definitions: Definitions = "typed"
) -> tuple[list[Fault], dict[str, Any]]:
    """What is wrong with tool definitions, and the parameters of each tool by its name. An empty list is no fault."""
    found: list[Fault] = []
    known: dict[str, Any] = {}
    if not isinstance(tools, list):
        return [_unusable(where, Note("it is no list"))], known
    for spot, function in _functions(tools, where, definitions):
        if isinstance(function, Note):
            found.append(_unusable(spot, function))
            continue
        name = function.get("name")
        if not isinstance(name, str) or not name:
            found.append(_unusable(spot, Note("it has no name")))
            continue
        if spot.endswith(".function") and not TOOL_NAME.fullmatch(name):
            odd = Note('its name "{name}" must be 1 to 64 letters, digits, - and _', name=excerpt(name))
            found.append(_unusable(f"{spot}.name", odd))
        faults, known[name] = _parameters(function, spot, definitions)
        found += faults
    return found, known


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
    except (SchemaError, RecursionError) as error:
        return [_unusable(spot, excerpt(getattr(error, "message", "")))], {}
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


def kind_of(value: Any) -> str:
    """The JSON name of a value's type."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    return "string" if isinstance(value, str) else "array" if isinstance(value, list) else "object"
