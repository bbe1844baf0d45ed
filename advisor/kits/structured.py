"""Structured output: a JSON Schema from the labels, from the fields of the right answers, or around a text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from advisor.dataset.files.writers import json_document
from advisor.dataset.row import Note
from advisor.kits.kit import Files, Kit, Material, Row


def schema(material: Material) -> Row:
    """The schema that every right answer of a kit fits."""
    declined = [material.sentence] if any(not row["expects_answer"] for row in material.evaluation) else []
    return schema_of(
        [*material.labels, *declined] if material.labels else (),
        [row["gold"] for row in material.evaluation if row["metric"] == "json"],
    )


def schema_of(labels: Sequence[str], golds: Sequence[str]) -> Row:
    """The schema that labels fit, or right answers in JSON, or any text; strict servers want every field required and
    no other.
    """
    if labels:
        return _object({"answer": {"type": "string", "enum": list(labels)}})
    return _of([json.loads(gold) for gold in golds]) if golds else _object({"answer": {"type": "string"}})


def _object(properties: Row) -> Row:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _of(values: list[Any]) -> Row:
    """A schema that all these values fit."""
    kinds = sorted({_kind(value) for value in values})
    if kinds == ["object"]:
        keys = dict.fromkeys(key for value in values for key in value)
        return _object({key: _field([value.get(key) for value in values]) for key in keys})
    if kinds == ["array"]:
        return {"type": "array", "items": _of([part for value in values for part in value] or [""])}
    return {"type": kinds[0] if len(kinds) == 1 else kinds}


def _field(values: Iterable[Any]) -> Row:
    """A field that may be missing in some answers is null there: strict schemas have no optional ones."""
    known = [value for value in values if value is not None]
    made = _of(known) if known else {"type": "null"}
    if len(known) < len(list(values)) and known:
        return {"anyOf": [made, {"type": "null"}]}
    return made


def _kind(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
        case _:
            return "object"


def _unfit(material: Material) -> Note | None:
    if any(row.get("tools") for row in material.evaluation):
        return Note("the model is to call tools, whose parameters are such schemas already")
    return None


def _files(material: Material) -> Files:
    return {"schema.json": f"{json_document(schema(material))}\n".encode()}


KIT = Kit(
    id="structured",
    options=("structured",),
    scripts=("structured.py",),
    packages=("jsonschema>=4.23,<5",),
    files=_files,
    unfit=_unfit,
)
