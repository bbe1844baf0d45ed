"""A scripted model that reads a text: it answers the questions that it is told to, and leaves the others open."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from tests.pilot.server import Reply


def form(body: Any) -> dict[str, Any]:
    """The questions that a request asks, each with the form of its answer."""
    return body["response_format"]["json_schema"]["schema"]["properties"]


def empty(fields: Mapping[str, Any]) -> dict[str, Any]:
    """An answer that leaves a question open."""
    blank = {"quote": "", "answer": [], "low": None, "high": None}
    properties = fields["properties"]
    return {name: "unknown" if "enum" in properties[name] else blank[name] for name in properties}


def telling(told: Mapping[str, Any]) -> Callable[[Any], Reply]:
    """A model that answers so where it is asked, and leaves the rest open."""
    return lambda body: Reply(json.dumps({key: told.get(key, empty(fields)) for key, fields in form(body).items()}))
