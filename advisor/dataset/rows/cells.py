"""A value as text: what a table holds in a cell."""

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
