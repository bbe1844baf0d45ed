"""How deep the values of a row may be nested."""

from __future__ import annotations

from typing import Any

DEEPEST = 100
"""Levels of nesting; far beyond any training row, far below what makes a recursive reader overflow."""
WITHIN = DEEPEST - 10
"""The same for what a text of the row holds as JSON and is put in its place."""


def too_deep(value: Any, most: int = DEEPEST) -> bool:
    """Whether objects and lists are nested beyond so many levels."""
    level = [value] if isinstance(value, (dict, list)) else []
    for _ in range(most):
        parts = [part.values() if isinstance(part, dict) else part for part in level]
        level = [inner for part in parts for inner in part if isinstance(inner, (dict, list))]
        if not level:
            return False
    return True
