"""What calls of tools, and their results, say in so few words that likeness tells nothing of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
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
    return "\n".join(f"{call.name}({', '.join(sorted(_short(_read(call.arguments), '')))})" for call in calls)


def _read(arguments: Any) -> Any:
    """Arguments as an object, also where they are written as text."""
    found = opened(arguments)
    return arguments if isinstance(arguments, str) and too_deep(found, WITHIN) else found


def _short(value: Any, path: str) -> Iterator[str]:
    """The short values within a value, each with where it stands; of a long one only where."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield from _short(part, f"{path}.{key}")
    elif isinstance(value, list):
        for place, part in enumerate(value):
            yield from _short(part, f"{path}[{place}]")
    else:
        text = " ".join(value.casefold().split()) if isinstance(value, str) else json.dumps(value)
        yield f"{path}={text}" if len(text.encode("utf-8", "replace")) < SHORTEST else path
