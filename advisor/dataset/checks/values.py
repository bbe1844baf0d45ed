"""Values as a finding tells them: what kind they are, and their beginning."""

from __future__ import annotations

import json
from typing import Any

from advisor.dataset.row import excerpt


def kind_of(value: Any) -> str:
    """The JSON name of a value's type."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    return "string" if isinstance(value, str) else "array" if isinstance(value, list) else "object"


def shown(value: Any) -> str:
    """The beginning of a value, as JSON unless it is text."""
    if isinstance(value, str):
        return excerpt(value)
    try:
        return excerpt(json.dumps(value, default=str, ensure_ascii=False))
    except RecursionError:
        return kind_of(value)


def keys_of(value: Any) -> str:
    """The beginning of the list of an object's keys."""
    return excerpt(", ".join(map(str, value)))
