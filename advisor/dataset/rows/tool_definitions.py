"""Definitions of tools, and how much of them is written out.

After Microsoft's how-to on fine-tuning and tool calling (source azure-functions): to save tokens, train on the full
definitions and leave parts of them out in use; to raise quality, keep them the same in training and in use.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, get_args

Definition = dict[str, Any]
"""A tool as OpenAI writes it: `type` and `function`, which has a name and may have a description and parameters."""
Detail = Literal["full", "undescribed", "names"]
"""How much of a definition is written out: all of it, all but what explains it, or the name alone."""
InUse = Literal["full", "undescribed", "names", "none"]
"""How much of it goes into a request: also nothing at all."""
DETAILS: tuple[Detail, ...] = get_args(Detail)
IN_USE: tuple[InUse, ...] = get_args(InUse)

EXPLAINING = ("description", "title", "examples", "$comment")
"""Keywords of JSON Schema that allow or forbid nothing. Source: JSON Schema 2020-12, meta-data annotations."""
NAMED = (
    "properties",
    "patternProperties",
    "$defs",
    "definitions",
    "dependentSchemas",
    "dependentRequired",
    "dependencies",
)
"""Keywords that hold a schema, or a list of names, for each of some names, which may be called like a keyword."""
VALUES = ("enum", "const", "default", "required")
"""Keywords that hold values, which are kept as they are."""


def shortened(tools: Sequence[Mapping[str, Any]], in_use: InUse) -> list[Definition]:
    """The definitions with so much of them written out, for a model that has learned its tools."""
    if in_use == "none":
        return []
    return [{"type": "function", "function": _function(tool["function"], in_use)} for tool in tools]


def _function(function: Mapping[str, Any], detail: InUse) -> Definition:
    if detail == "full":
        return dict(function)
    if detail == "names":
        return {"name": function["name"], "parameters": {"type": "object", "properties": {}}}
    kept = {key: part for key, part in function.items() if key != "description"}
    return kept | ({"parameters": unexplained(kept["parameters"])} if "parameters" in kept else {})


def unexplained(schema: Any) -> Any:
    """A JSON Schema without what explains it to a reader: it allows the same values."""
    if isinstance(schema, list):
        return [unexplained(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    definition: Definition = {}
    for key, part in schema.items():
        if key in EXPLAINING:
            continue
        if key in NAMED and isinstance(part, dict):
            definition[key] = {name: unexplained(one) for name, one in part.items()}
        else:
            definition[key] = part if key in VALUES else unexplained(part)
    return definition
