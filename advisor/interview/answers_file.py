"""Answers in a file: YAML or JSON that is read, YAML that is written, and the cells of a table of use cases."""

from __future__ import annotations

import errno
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from advisor.content.entries import Question
from advisor.content.load import Content, Doubtful, NotYaml, load, read_yaml
from advisor.interview.situation import (
    MAX_ANSWERS,
    AnswerError,
    AnswerErrors,
    Situation,
    checked_situation,
    entries_by_id,
    shown,
    undoubted,
)

CELL = re.compile(r"[-+]?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
"""A number in a cell of a table: a point before the fraction, and nothing between thousands."""


def read_situation(source: str | Path | Mapping[str, Any], content: Content | None = None) -> Situation:
    """Answers from a mapping or from a YAML or JSON file.

    Raises `AnswerErrors` naming each field that cannot be used and what is allowed, and `OSError` if there is no such
    file.
    """
    content = content or load()
    if isinstance(source, (str, Path)):
        source = _read_file(Path(source))
    elif not isinstance(source, Mapping):
        raise TypeError(f"expected answers by id, or the path of a file of them; got {type(source).__name__}")
    return checked_situation(source, content)


def _read_file(path: Path) -> Mapping[str, Any]:
    if "\0" in str(path):
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), shown(str(path)))
    with path.open("rb") as file:  # a device or a pipe has no size and may have no end
        return parse(file.read(MAX_ANSWERS + 1), path.name)


def parse(data: bytes, name: str = "answers") -> Mapping[str, Any]:
    """Answers as written in YAML or JSON (which is YAML too); raises `AnswerErrors` where they are neither."""
    if len(data) > MAX_ANSWERS:
        raise AnswerErrors([AnswerError(name, "the file is larger than {n} bytes", {"n": MAX_ANSWERS})])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise AnswerErrors([AnswerError(name, "the file is not UTF-8 text (byte {n})", {"n": error.start})]) from error
    rows = _json(text, name) if text.strip() else None
    if rows is None and text.strip():
        try:
            rows = read_yaml(text, name, stranger=True)
        except NotYaml as error:
            raise AnswerErrors([AnswerError(error.place, error.message, error.values)]) from error
    if rows is None:
        raise AnswerErrors([AnswerError(name, 'the file is empty; write lines such as "evaluation_set: no" in it')])
    if not isinstance(rows, dict) or not all(isinstance(key, str) for key in rows):
        raise AnswerErrors([AnswerError(name, 'expected lines such as "evaluation_set: no"')])
    return rows


def _json(text: str, name: str) -> Any:
    """What the text says if it is JSON; None where it is not, and may be YAML."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        entries = dict(pairs)
        if len(entries) < len(pairs):
            keys = [key for key, _ in pairs]
            twice = next(key for key in keys if keys.count(key) > 1)
            raise AnswerErrors([AnswerError(name, 'the key "{key}" appears twice', {"key": shown(twice)})])
        return entries

    if not text.lstrip().startswith("{"):
        return None
    try:
        return json.loads(text, object_pairs_hook=once)
    except (ValueError, RecursionError):
        return None


def write_yaml(situation: Situation) -> str:
    """The situation as a file that `read_situation` reads back."""
    return yaml.dump(situation.as_dict(), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100)


class _Dumper(yaml.SafeDumper):
    """Writes numbers so that nobody, and `read_situation` neither, takes a fraction for thousands: 1.2340."""

    def represent_float(self, data: float) -> yaml.ScalarNode:
        node: yaml.ScalarNode = super().represent_float(data)
        node.value = undoubted(node.value)
        return node


_Dumper.add_representer(float, _Dumper.represent_float)


def parse_cell(cell: str, key: str, content: Content) -> Any:
    """One cell of a table of use cases: empty = unknown, `a|b` = several, `low..high` = a range."""
    cell = cell.strip()
    if not cell:
        return None
    entry = entries_by_id(content).get(key)
    if isinstance(entry, Question) and entry.type == "several":
        return [] if cell == "-" else [part.strip() for part in cell.split("|")]
    if isinstance(entry, Question) and entry.type != "number":
        return cell
    parts = [part.strip() for part in cell.split("..")]
    if not all(CELL.fullmatch(part) for part in parts):
        return cell
    numbers = [Doubtful.of(part) for part in parts]
    return numbers[0] if len(numbers) == 1 else numbers
