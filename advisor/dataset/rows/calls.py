"""What calls of tools, and their results, say in so few words that likeness tells nothing of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from advisor.dataset.rows.cells import opened
from advisor.dataset.rows.depth import WITHIN, too_deep
from advisor.dataset.rows.turns import Call

SHORTEST = 32
"""Bytes of a text below which likeness says nothing: a name, a number, a date."""


def called(calls: Sequence[Call]) -> str:
    """Who is called with which short arguments, alike for calls that differ in order of keys, case and spaces alone.

    Longer arguments are left to be compared as texts. Empty where nothing is called.
    """
    lines: list[str] = []
    for call in calls:
        values: list[str] = []
        _add_short(_read(call.arguments), "", values)
        lines.append(f"{call.name}({', '.join(sorted(values))})")
    return "\n".join(lines)


def _read(arguments: Any) -> Any:
    """Arguments as an object, also where they are written as text."""
    value = opened(arguments)
    return arguments if isinstance(arguments, str) and too_deep(value, WITHIN) else value


def _add_short(value: Any, path: str, values: list[str]) -> None:
    """Add the short values within a value, each with where it stands; of a long one only where."""
    if isinstance(value, dict):
        for key, part in value.items():
            _add_short(part, f"{path}.{key}", values)
    elif isinstance(value, list):
        for place, part in enumerate(value):
            _add_short(part, f"{path}[{place}]", values)
    else:
        text = " ".join(value.casefold().split()) if isinstance(value, str) else json.dumps(value)
        short = len(text) < SHORTEST and (text.isascii() or len(text.encode("utf-8", "replace")) < SHORTEST)
        values.append(f"{path}={text}" if short else path)
