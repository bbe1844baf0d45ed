"""Tells JSON lines, JSON, CSV and TSV apart by the first few hundred kilobytes of a text and the file's name.

What a file is packed with is told and undone in `advisor.dataset.files.unpacking`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Literal

from advisor.dataset.files.not_training_data import is_log_line
from advisor.dataset.files.tables import delimiter_of
from advisor.dataset.row import Note, Unusable

TextContainer = Literal["jsonl", "json", "csv", "tsv"]
Container = Literal[TextContainer, "parquet"]
ENDINGS: dict[str, TextContainer] = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
}
FIRST_LINES = 20
LONGEST_NAME = 60
"""Characters of the name of a column, in a table that no name of a file says to be one."""

_JUNK = frozenset(chr(code) for code in range(32)) - frozenset("\t\n\r\x0b\x0c\x1b")
_OTHER_FILES = (
    ("BZh", Note("The file is packed with bzip2. Unpack it, or pack it with gzip or zstd.")),
    ("\ufffd7zXZ", Note("The file is packed with xz. Unpack it, or pack it with gzip or zstd.")),
    ("ý7zXZ", Note("The file is packed with xz. Unpack it, or pack it with gzip or zstd.")),
)


def container_of(text: str, endings: Sequence[str], whole: bool) -> TextContainer | None:
    """What holds the rows of a text that begins like this; `whole` says that nothing follows.

    None where nothing in it could be rows. Raises `Unusable` if there is no text.
    """
    for magic, note in _OTHER_FILES:
        if text.startswith(magic):
            raise Unusable(note.message)
    blank = not text.strip("\ufeff \t\r\n\0")
    if blank and whole:
        raise Unusable("The file is empty: it holds nothing but blanks.")
    written = text.rstrip("\0")  # a copy that broke off may be filled up with NUL to the end of a block
    if sum(map(written.count, _JUNK)) > 0.1 * len(written):
        raise Unusable("This is not a text file. Training rows come as JSONL, JSON, CSV, TSV or Parquet.")
    named = next((ENDINGS[end] for end in reversed(endings) if end in ENDINGS), None)
    start = text.lstrip("\ufeff \t\r\n")
    if start.startswith(("{", "[")) and not (named in ("csv", "tsv") and _parsed(_first_lines(start)[0]) is None):
        return _json_or_lines(start)
    if named in ("csv", "tsv"):
        return named
    if any(line.lstrip().startswith("{") for line in _first_lines(start)):
        return "jsonl"
    if named:
        return "jsonl"
    delimiter = delimiter_of(text)
    if delimiter and _names_columns(_first_lines(start)[0], delimiter):
        return "tsv" if delimiter == "\t" else "csv"
    return None


def _names_columns(line: str, delimiter: str) -> bool:
    """Whether a line may be the first of a table, and is no sentence with such a sign in it."""
    if is_log_line(line):
        return False
    cells = [cell.strip() for cell in line.split(delimiter)]
    return all(0 < len(cell) <= LONGEST_NAME and cell.count(" ") < 4 and cell[-1] not in ".!?:" for cell in cells)


def _first_lines(text: str) -> list[str]:
    lines = text[: 1 << 18].replace("\r\n", "\n").replace("\r", "\n").split("\n", FIRST_LINES)
    return [line.strip() for line in lines[:FIRST_LINES] if line.strip()] or [""]


def _json_or_lines(text: str) -> TextContainer:
    """Whether each line stands for itself, in a text that starts with a bracket."""
    first, *more = _first_lines(text)
    if text.startswith("["):
        # Lists on lines of their own are rows, though bad ones; a list over several lines, or alone, is the file.
        return "jsonl" if more and isinstance(_parsed(first), list) else "json"
    if first == "{":
        return "json"
    if _parsed(first) is not None:
        return "jsonl"
    try:
        _, end = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return "jsonl"
    return "json" if "\n" in text[:end].strip() else "jsonl"


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
