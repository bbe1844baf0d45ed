"""A value as text, as a table holds it in a cell, and back."""

from __future__ import annotations

import json
from typing import Any


def json_text(value: Any) -> str:
    """A value as JSON on one line, readable in every script."""
    return json.dumps(value, ensure_ascii=False)


def cell(value: Any) -> str:
    """A value as a table holds it: text as it is, lists and objects as JSON, nothing as an empty cell."""
    if value is None or isinstance(value, str):
        return value or ""
    return json_text(value) if isinstance(value, (list, dict)) else str(value)


def opened(value: Any) -> Any:
    """What a text holds as JSON; a text that holds none, and anything else, as it is."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value
