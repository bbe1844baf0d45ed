"""Personal data and secrets in rows replaced by marks such as [email], where someone asks for it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from advisor.dataset.files.writers import as_json
from advisor.dataset.formats.reading import conversation
from advisor.dataset.privacy import find
from advisor.dataset.row import Row

Texts = dict[str, list[find.Hit]]
"""Texts and what is private in each."""


class Redacted(NamedTuple):
    """A row, and the ids of the checks whose finds were replaced in it; none for a row that stays as it is."""

    row: Row
    kinds: tuple[str, ...] = ()


def redacted(rows: Sequence[Row], form: str) -> list[Redacted]:
    """The rows with a mark in place of each find; `form` says where their texts are."""
    of_rows = [[turn.text for turn in conversation(row.value, form).messages] for row in rows]
    parts = [list(_texts(row.value)) for row in rows]
    every = [text for some in (*of_rows, *parts) for text in some]
    hits = dict(zip(every, find.scan(every), strict=True))
    return [
        _redacted(row, form, turns, hits) if any(hits[text] for text in (*turns, *texts)) else Redacted(row)
        for row, turns, texts in zip(rows, of_rows, parts, strict=True)
    ]


def _redacted(row: Row, form: str, turns: Sequence[str], hits: Texts) -> Redacted:
    value = _marked(row.value, hits)
    # A number may be recognised by a word that stands in another part of the same text.
    left = [turn.text for turn in conversation(value, form).messages]
    values = {
        text[hit.start : hit.end]: hit.kind for text, found in zip(left, find.scan(left), strict=True) for hit in found
    }
    if values:
        value = _without(value, values)
    if value == row.value:
        return Redacted(row)
    kinds = {hit.kind: None for text in (*turns, *_texts(row.value)) for hit in hits[text]}
    return Redacted(row._replace(value=value, raw=None if row.raw is None else as_json(value)), tuple(kinds))


def _texts(value: Any) -> Iterator[str]:
    """Every text and whole number of a value, also of JSON that a text holds."""
    if isinstance(value, str):
        opened = _opened(value)
        if opened is None:
            yield value
        else:
            yield from _texts(opened)
    elif isinstance(value, dict):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)
    elif isinstance(value, int) and not isinstance(value, bool):
        yield str(value)


def _opened(text: str) -> Any:
    """The object or list that a text holds as JSON, such as the arguments of a call; None if it is another text."""
    if text.lstrip()[:1] not in ("{", "["):
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict | list) else None


def _marked(value: Any, hits: Texts) -> Any:
    if isinstance(value, str):
        opened = _opened(value)
        if opened is None:
            return _with_marks(value, hits.get(value, ()))
        marked = _marked(opened, hits)
        return value if marked == opened else json.dumps(marked, ensure_ascii="\\u" in value)
    if isinstance(value, dict):
        return {key: _marked(part, hits) for key, part in value.items()}
    if isinstance(value, list):
        return [_marked(part, hits) for part in value]
    if isinstance(value, int) and not isinstance(value, bool) and (found := hits.get(str(value))):
        return _with_marks(str(value), found)
    return value


def _with_marks(text: str, hits: Sequence[find.Hit]) -> str:
    made, end = "", 0
    for hit in hits:
        made += f"{text[end : hit.start]}[{hit.kind}]"
        end = hit.end
    return made + text[end:]


def _without(value: Any, private: dict[str, str]) -> Any:
    """The value with a mark in place of these, wherever they stand."""
    if isinstance(value, str):
        for text, kind in private.items():
            value = value.replace(text, f"[{kind}]")
        return value
    if isinstance(value, dict):
        return {key: _without(part, private) for key, part in value.items()}
    return [_without(part, private) for part in value] if isinstance(value, list) else value
