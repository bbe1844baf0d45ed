"""Binds the answer to schema.json: the server may send nothing else, and what comes is checked all the same.

python structured.py                 writes answers/structured.jsonl
"""

import json

from endpoint import HERE, answer_all, ask, client
from jsonschema import Draft202012Validator

SCHEMA = json.loads((HERE / "schema.json").read_text("utf-8"))
FORMAT = {"type": "json_schema", "json_schema": {"name": "answer", "schema": SCHEMA, "strict": True}}
TRIES = 2


def structured(server, row: dict) -> tuple[str, object]:
    """The answer as the row expects it; an answer that breaks the schema is asked for once more, then given up."""
    usage = None
    for _ in range(TRIES):
        text, usage = ask(server, row["messages"], row, response_format=FORMAT)
        try:
            value = json.loads(text)
        except ValueError:
            continue
        if Draft202012Validator(SCHEMA).is_valid(value):
            return plain(value), usage
    return "", usage


def plain(value: dict) -> str:
    """The one field of a schema that wraps a text or a label; any other value as JSON."""
    return value["answer"] if list(SCHEMA["properties"]) == ["answer"] else json.dumps(value, ensure_ascii=False)


if __name__ == "__main__":
    Draft202012Validator.check_schema(SCHEMA)
    server = client()
    answer_all("structured", lambda row: structured(server, row))
