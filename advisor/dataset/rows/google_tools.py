"""Tools as Google defines them: lists of declarations, whose schemas name their types in capitals."""

from __future__ import annotations

from typing import Any

GOOGLE_DECLARATIONS = ("functionDeclarations", "function_declarations")


def json_types(schema: Any) -> Any:
    """A schema of Google, which may write OBJECT and STRING, with its types as JSON Schema writes them."""
    if isinstance(schema, list):
        return [json_types(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    typed = {key: json_types(part) for key, part in schema.items()}
    kind = typed.get("type")
    if isinstance(kind, str) and kind.isupper():
        typed["type"] = kind.lower()
    return typed
