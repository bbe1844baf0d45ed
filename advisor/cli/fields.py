"""Some fields of what a command prints as JSON: `--fields verdict,ranking.option`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from advisor.cli.refusals import BadInput
from advisor.language import Language
from advisor.suggest import meant

MOST_NAMED = 40
"""Fields that a message lists."""


def chosen(text: str, fields: str | None, lang: Language) -> str:
    """JSON with the fields named alone, each within what holds it; of a list, within each of its entries.

    Raises `BadInput` for a field that is nowhere in it.
    """
    if fields is None:
        return text
    ways = [way.split(".") for way in map(str.strip, fields.split(",")) if way]
    if not ways:
        raise BadInput(lang("--fields: expected names of fields, such as verdict,ranking.option"))
    value = json.loads(text)
    for way in ways:
        _find(value, way, lang)
    return json.dumps(_kept(value, ways), ensure_ascii=False, indent=2)


def _entries(value: Any) -> list[dict[str, Any]]:
    """The groups of fields at a place: itself, or those in a list."""
    if isinstance(value, list):
        return [entry for part in value for entry in _entries(part)]
    return [value] if isinstance(value, dict) else []


def _find(value: Any, way: Sequence[str], lang: Language) -> None:
    values = [value]
    for place, name in enumerate(way):
        entries = [entry for part in values for entry in _entries(part)]
        if not entries and all(part in ([], None) for part in values) and values:
            return  # nothing there today that could have fields
        if not any(name in entry for entry in entries):
            raise BadInput(_no_field(way[: place + 1], entries, lang))
        values = [entry[name] for entry in entries if name in entry]


def _no_field(way: Sequence[str], entries: Iterable[dict[str, Any]], lang: Language) -> str:
    known = list(dict.fromkeys(name for entry in entries for name in entry))
    named = ".".join(way)[:80]
    if not known:
        return lang("--fields: {name}: {parent} has no fields", name=named, parent=".".join(way[:-1])[:80])
    message = lang(
        "--fields: there is no field {name}; there are: {known}",
        name=named,
        known=", ".join(known[:MOST_NAMED]) + (", …" if len(known) > MOST_NAMED else ""),
    )
    return f"{message}. {meant(way[-1], known, lang)}".removesuffix(". ")


def _kept(value: Any, ways: Sequence[Sequence[str]]) -> Any:
    if isinstance(value, list):
        return [_kept(part, ways) for part in value]
    if not isinstance(value, dict):
        return value
    below: dict[str, list[Sequence[str]]] = {}
    for name, *rest in ways:
        below.setdefault(name, []).append(rest)
    return {
        name: value[name] if not all(rests) else _kept(value[name], rests)
        for name, rests in below.items()
        if name in value
    }
