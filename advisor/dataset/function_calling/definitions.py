"""Definitions of tools: read from a person's JSON, refused with what to do about it, and counted in tokens."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from typing import Any
from urllib.parse import unquote

from advisor.content.load import load
from advisor.dataset.checks.tools import check_tools
from advisor.dataset.files.json_value import read_json
from advisor.dataset.row import Fault, Note, Unusable, excerpt
from advisor.dataset.rows.cells import json_text
from advisor.dataset.rows.tool_definitions import IN_USE, NAMED, VALUES, Definition, InUse, shortened
from advisor.dataset.tokens import exact
from advisor.language import Language

MOST_BYTES = 1_000_000
"""Longest text of definitions; those of a large program have some tens of thousands of bytes."""
MOST_TOOLS = 128
"""Tools of a request. Source: OpenAI's reference of chat completions, which takes no more."""
MOST_PROBLEMS = 20
IN_PLACE = ("allOf", "anyOf", "oneOf", "not", "if", "then", "else")
"""Keywords whose schemas are about the very value that theirs is about."""
_PLACE = re.compile("[0-9]{1,9}")
FORM = '{"type": "function", "function": {"name": …, "parameters": …}}'
OTHER_PARAMETERS = ("input_schema", "inputSchema")
"""What others than OpenAI call the parameters: Anthropic, and the Model Context Protocol."""


class UnusableTools(Unusable):
    """Definitions that cannot be used; `problems` has each with its place and what to do."""

    def __init__(self, problems: Sequence[Note]) -> None:
        self.problems = tuple(problems[:MOST_PROBLEMS])
        super().__init__("{problems}", problems="\n".join(map(str, self.problems)))

    def text(self, lang: Language) -> str:
        """Each on a line of its own."""
        return "\n".join(problem.text(lang) for problem in self.problems)


@dataclass(frozen=True)
class DefinitionTokens:
    """What the definitions cost in each request, if so much of them is written out."""

    in_use: InUse
    as_text: int
    """Tokens of the definitions as JSON, one a line: what a chat template puts into the prompt of many open models."""
    as_openai: int
    """Tokens as OpenAI's cookbook counts definitions: the texts, and an estimate of what stands around them."""


def read_tools(text: str) -> tuple[Definition, ...]:
    """The tools that a text of JSON defines, as OpenAI writes them.

    Taken are a list of tools, a tool alone, or an object with such a list under `tools`; and of each tool the form of
    OpenAI, nested or flat, or a name with `input_schema` or `inputSchema`. Raises `UnusableTools`.
    """
    raw = text.strip().encode("utf-8", "surrogatepass")
    if not raw:
        raise UnusableTools([Note("There are no tools. Paste the list that your program sends as tools.")])
    if len(raw) > MOST_BYTES:
        raise UnusableTools([Note("The definitions have more than {n} bytes. Take fewer tools.", n=MOST_BYTES)])
    value, faults = read_json(raw)
    wrong = [_unread(fault, raw) for fault in faults if fault.check != "not-an-object"]
    if value is None or wrong:
        raise UnusableTools(wrong or [_no_list()])
    if isinstance(value, dict):
        value = value.get("tools", [value])
    if not isinstance(value, list) or not value:
        raise UnusableTools([_no_list()])
    if len(value) > MOST_TOOLS:
        raise UnusableTools(
            [Note("There are {n} tools; a request takes at most {most}.", n=len(value), most=MOST_TOOLS)]
        )
    tools = [_nested(tool) for tool in value]
    found = [_said(fault) for fault in check_tools(tools)[0]] or [*_deeper(tools)]
    if found:
        raise UnusableTools(found)
    return tuple(tools)


@cache
def _fixes() -> Mapping[str, tuple[str, str]]:
    return {check.id: (check.message, check.fix) for check in load().checks}


def _said(fault: Fault) -> Note:
    """A finding of the data check as a sentence: where, what, and what to do."""
    message, fix = _fixes()[fault.check]
    where = f"tools{fault.field}" if fault.field[:1] in ("", "[") else fault.field
    return Note("{where}: {what} {fix}", where=where, what=Note(message, **fault.values), fix=Note(fix))


def _unread(fault: Fault, raw: bytes) -> Note:
    """The same of a text that is no JSON, with the line and column: it mostly has many lines."""
    if fault.check == "truncated-json":
        return Note("tools: this JSON breaks off before its end. Paste all of it, to the last bracket.")
    if fault.check != "invalid-json":
        return _said(fault)
    line = column = 1
    try:
        json.loads(raw)
    except json.JSONDecodeError as error:
        line, column = error.lineno, error.colno
    except (ValueError, RecursionError):
        pass
    return Note(
        "tools: this is no JSON; what is at line {line}, column {column} does not belong there. Look at the quotes, "
        "commas and brackets just before it.",
        line=line,
        column=column,
    )


def _no_list() -> Note:
    return Note("tools: this is no list of tools. Begin with [ and write each as {form}.", form=FORM)


def _nested(tool: Any) -> Any:
    """A tool in OpenAI's form, where it is written flat or as others write it."""
    if isinstance(tool, dict) and isinstance(tool.get("function"), dict):
        # Libraries write null where there is nothing, which OpenAI's form has not.
        return {**tool, "function": {key: part for key, part in tool["function"].items() if part is not None}}
    if not isinstance(tool, dict) or "function" in tool or "name" not in tool:
        return tool
    function = {key: part for key, part in tool.items() if key != "type" and part is not None}
    for key in OTHER_PARAMETERS:
        if key in function and "parameters" not in function:
            function["parameters"] = function.pop(key)
    return {"type": tool.get("type", "function"), "function": function}


def _deeper(tools: Sequence[Definition]) -> Iterator[Note]:
    """What else is wrong with tools that the data check lets pass: it looks at each by itself, and follows nothing."""
    first: dict[str, int] = {}
    for place, tool in enumerate(tools):
        function = tool["function"]
        name, where = function["name"], f"tools[{place}].function"
        if name in first:
            yield Note(
                '{where}: the name "{name}" is already that of {other}. Give each tool a name of its own.',
                where=f"{where}.name",
                name=name,
                other=f"tools[{first[name]}]",
            )
        first.setdefault(name, place)
        if not isinstance(function.get("description", ""), str):
            yield Note("{where}: a description is text. Put it in quotes.", where=f"{where}.description")
        if not isinstance(function.get("strict", False), bool):
            yield Note("{where}: write true or false, without quotes.", where=f"{where}.strict")
        parameters = function.get("parameters")
        if parameters is None:
            continue
        where += ".parameters"
        if not isinstance(parameters, dict) or parameters.get("type") != "object":
            yield Note('{where}: arguments are an object, so write "type": "object" there.', where=where)
        else:
            yield from _references(parameters, where)


def _references(root: Mapping[str, Any], where: str) -> Iterator[Note]:
    """References that lead nowhere, elsewhere, or back to themselves before anything is said of the value."""
    targets = {given: referred(given, root) for given in dict.fromkeys(_all_references(root))}
    round_about = _leading_back(targets.values(), root)
    for given, target in targets.items():
        if not isinstance(target, (dict, bool)):
            yield Note(
                "{where}: {reference} leads to nothing within these parameters. Put what it stands for under $defs.",
                where=where,
                reference=excerpt(given),
            )
        elif id(target) in round_about:
            yield Note(
                "{where}: {reference} leads back to itself. Write out what it stands for.",
                where=where,
                reference=excerpt(given),
            )


def _all_references(schema: Any) -> Iterator[str]:
    if isinstance(schema, list):
        for part in schema:
            yield from _all_references(part)
    elif isinstance(schema, dict):
        for key, part in schema.items():
            if key in ("$ref", "$dynamicRef") and isinstance(part, str):
                yield part
            elif key in NAMED and isinstance(part, dict):  # a name may be that of a keyword
                for one in part.values():
                    yield from _all_references(one)
            elif key not in VALUES:
                yield from _all_references(part)


def referred(reference: str, root: Any) -> Any:
    """What a reference within a schema stands for; None where there is no such part. Source: RFC 6901."""
    if reference != "#" and not reference.startswith("#/"):
        return None
    part = root
    for step in reference.split("/")[1:]:
        key = unquote(step).replace("~1", "/").replace("~0", "~")
        if isinstance(part, dict):
            part = part.get(key)
        elif isinstance(part, list) and _PLACE.fullmatch(key) and int(key) < len(part):
            part = part[int(key)]
        else:
            return None
    return part


def _leading_back(schemas: Iterable[Any], root: Any) -> frozenset[int]:
    """Of these schemas, by identity, those that references lead back to while still at the very same value.

    Takes time in proportion to the references. Where circles share a schema, one of them is found first.
    """
    onward: dict[int, list[int]] = {}
    waiting = [*schemas]
    while waiting:
        schema = waiting.pop()
        if id(schema) not in onward:
            led_to = [referred(given, root) for given in _onward(schema)]
            onward[id(schema)] = [*map(id, led_to)]
            waiting += led_to
    in_circles: frozenset[int] = frozenset()
    for _ in range(MOST_PROBLEMS):
        try:
            TopologicalSorter(onward).prepare()
        except CycleError as error:
            circle = frozenset(error.args[1])
            in_circles |= circle
            onward = {at: [to for to in led if to not in circle] for at, led in onward.items() if at not in circle}
        else:
            break
    return in_circles


def _onward(schema: Any) -> Iterator[str]:
    """References that hold for the same value as this schema."""
    if not isinstance(schema, dict):
        return
    for key in ("$ref", "$dynamicRef"):
        if isinstance(schema.get(key), str):
            yield schema[key]
    for key in IN_PLACE:
        part = schema.get(key)
        for one in part if isinstance(part, list) else [part]:
            yield from _onward(one)


def tokens(tools: Sequence[Definition], encoding: str = exact.DEFAULT_ENCODING) -> tuple[DefinitionTokens, ...]:
    """What the definitions cost, written out in each way of `IN_USE`. Raises `exact.UnknownEncoding`."""
    return tuple(_tokens(tools, in_use, encoding) for in_use in IN_USE)


def _tokens(tools: Sequence[Definition], in_use: InUse, encoding: str) -> DefinitionTokens:
    written = shortened(tools, in_use)
    texts, around = exact.tool_texts(written)
    lines = "\n".join(json_text(tool) for tool in written)
    read = around + sum(exact.count(text, encoding).tokens for text in texts)
    return DefinitionTokens(in_use, exact.count(lines, encoding).tokens, read)
