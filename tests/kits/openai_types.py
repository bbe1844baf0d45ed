"""The types of OpenAI's library as a strict check of what is sent: no field is missing, and none is unknown."""

from __future__ import annotations

from functools import cache
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from pydantic import TypeAdapter


@cache
def _validator(kind: Any) -> Draft202012Validator:
    schema = TypeAdapter(kind).json_schema()
    for one in (schema, *schema.get("$defs", {}).values()):
        if "properties" in one:
            one["additionalProperties"] = False
    return Draft202012Validator(schema)


def wrong_in(value: Any, kind: Any) -> str:
    """What of a value is not as a type of the library has it; empty if nothing."""
    error = best_match(_validator(kind).iter_errors(value))
    return f"{error.json_path}: {error.message}" if error else ""
