"""JSON Schemas of the content files, made from the models in `advisor.content.entries`, `course`, `data_checks`
and `evidence`; and of files of answers, made from the questions.

Each YAML file names its schema on its first line, so that an editor completes and checks while one types.
`python -m advisor.content.json_schemas` writes them; a test keeps them equal to the models.
"""

from __future__ import annotations

import ast
import inspect
import json
import sys
from itertools import chain
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from advisor.content import course, data_checks, entries, evidence
from advisor.content.load import CONTENT_DIR, KINDS, Content, load

FOLDER = CONTENT_DIR / "schemas"
ANSWERS = "answers"
"""The kind of the files in `content/examples/`."""


def schemas() -> dict[str, str]:
    """The text of each schema file by its name, `questions.json` and so on: an array of entries of one kind."""
    kinds = {f"{kind}.json": _write(kind, path, model) for kind, (path, model) in (KINDS | evidence.EVIDENCE).items()}
    return kinds | {f"{ANSWERS}.json": _text({"title": "Answers, as content/examples/ has them", **answers(load())})}


def answers(content: Content) -> dict[str, Any]:
    """The schema of a file of answers: one by each id of a question or an assumption; null for what nobody knows."""
    ids = {"type": "array", "items": {"type": "string"}}
    number = {"$ref": "#/$defs/number"}
    ends = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}
    marks = {
        "measured": {"description": "Ids whose number was measured, not estimated.", **ids},
        "off": {"description": "Ids of terms that are to weigh nothing.", **ids},
        "measurements": {
            "description": "Pilots, and the ids of the answers that each measured.",
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["day", "rows", "host", "answers"],
                "properties": {
                    "day": {"type": "string", "format": "date"},
                    "rows": {"type": "integer", "minimum": 1},
                    "host": {"type": "string"},
                    "answers": ids,
                },
            },
        },
    }
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            **{
                question.id: {"description": question.text, **(_allowed(question) or number)}
                for question in content.questions
            },
            **{entry.id: {"description": entry.text, **number} for entry in content.assumptions},
            **marks,
        },
        "$defs": {"number": {"anyOf": [{"type": ["number", "null"]}, ends]}},
    }


def _allowed(question: entries.Question) -> dict[str, Any]:
    """What answers a question; empty for a number."""
    choices = [choice.id for choice in question.choices]
    match question.type:
        case "choice":
            return {"enum": [*choices, None]}
        case "yes_no":
            return {"enum": ["yes", "no", None]}
        case "several":
            return {"type": ["array", "null"], "items": {"enum": choices}, "uniqueItems": True}
        case "text" if question.names:
            return {"type": ["string", "array", "null"], "items": {"type": "string"}}
        case "text":
            return {"type": ["string", "null"]}
        case _:
            return {}


def _write(kind: str, path: str, model: type[entries.Entry]) -> str:
    schema = TypeAdapter(list[model]).json_schema(by_alias=True)  # type: ignore[valid-type]
    for name, definition in schema["$defs"].items():
        _describe(definition, _FIELD_DOCSTRINGS.get(name, {}))
    return _text({"title": f"content/{path}", **schema})


def _text(schema: dict[str, Any]) -> str:
    return json.dumps({"$schema": GenerateJsonSchema.schema_dialect, **schema}, indent=2, ensure_ascii=False) + "\n"


def _describe(definition: dict[str, Any], docstrings: dict[str, str]) -> None:
    """Put each field's docstring where editors show it, and drop titles that only repeat the name."""
    for name, field in definition.get("properties", {}).items():
        field.pop("title", None)
        text = docstrings.get(name) or docstrings.get(f"{name}_")
        if text:
            field["description"] = text


def _field_docstrings() -> dict[str, dict[str, str]]:
    """For each model, the docstring that stands under each field, here or in a class that it is made from."""
    docstrings: dict[str, dict[str, str]] = {}
    modules = (entries, course, data_checks, evidence)
    for node in chain.from_iterable(ast.parse(inspect.getsource(module)).body for module in modules):
        if isinstance(node, ast.ClassDef):
            pairs = zip(node.body, node.body[1:], strict=False)
            inherited = [docstrings.get(base.id, {}) for base in node.bases if isinstance(base, ast.Name)]
            docstrings[node.name] = dict(chain.from_iterable(fields.items() for fields in inherited)) | {
                field.target.id: inspect.cleandoc(text)
                for field, below in pairs
                if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
                if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant)
                if isinstance(text := below.value.value, str)
            }
    return docstrings


_FIELD_DOCSTRINGS = _field_docstrings()


def first_line(file: Path, kind: str) -> str:
    """The line that a content file of this kind begins with: the way from it to its schema."""
    up = "../" * (len(file.relative_to(CONTENT_DIR).parts) - 1)
    return f"# yaml-language-server: $schema={up}schemas/{kind}.json"


def main() -> int:
    """Write every schema file, and remove those of kinds that are gone."""
    FOLDER.mkdir(exist_ok=True)
    written = schemas()
    for name, text in written.items():
        (FOLDER / name).write_text(text, "utf-8")
    for file in FOLDER.glob("*.json"):
        if file.name not in written:
            file.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
