"""What reading a training file gives: rows in batches, each with its line and with what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from advisor.language import Language

EVIDENCE = 80
"""Characters of a row that are shown to the reader."""
EMPTY = frozenset({"blank-line", "nul-padding"})
"""Checks of lines that hold no row."""


class Note:
    """A message with its values, translated where it is shown. As a value of another message it is translated too."""

    __slots__ = ("message", "values")

    def __init__(self, message: str, /, **values: object) -> None:
        self.message = message
        self.values: Mapping[str, object] = values

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Note) and (self.message, self.values) == (other.message, other.values)

    def __hash__(self) -> int:
        return hash(self.message)

    def __repr__(self) -> str:
        return f"Note({self.message!r}, {self.values!r})"

    def __str__(self) -> str:
        return self.message.format(**_in_english(self.values)) if self.values else self.message

    def text(self, lang: Language) -> str:
        return lang(self.message, **translated(self.values, lang))


class Count(Note):
    """A number among the values of a message, written as the reader writes numbers."""

    __slots__ = ()

    def __init__(self, n: int) -> None:
        super().__init__("{n}", n=n)

    def text(self, lang: Language) -> str:
        return lang.number(float(str(self.values["n"])), 12)


def _in_english(values: Mapping[str, object]) -> dict[str, object]:
    """The values with several notes among them as one text."""
    return {key: ", ".join(map(str, value)) if isinstance(value, tuple) else value for key, value in values.items()}


def translated(values: Mapping[str, object], lang: Language) -> dict[str, object]:
    """The values with the notes among them translated, and several notes as one text."""
    return {name: _translated(value, lang) for name, value in values.items()}


def _translated(value: object, lang: Language) -> object:
    match value:
        case Note():
            return value.text(lang)
        case tuple():
            return ", ".join(str(_translated(part, lang)) for part in value)
        case _:
            return value


class Fault(NamedTuple):
    """Something wrong with a row or a file."""

    check: str
    """Id of the check in `content/checks.yaml`, which has the words."""
    field: str = ""
    """Path of the field, such as `messages[2].content`; empty where the whole row is meant."""
    evidence: str = ""
    """What was seen, at most `EVIDENCE` characters; personal data in it is masked by who shows it."""
    values: Mapping[str, object] = {}
    """Values for the placeholders of the check's message; a `Note` among them is to be translated (`translated`)."""


class Row(NamedTuple):
    """One example as it stands in the file."""

    line: int
    """From 1: physical line where a JSON line or CSV record starts; number of the entry of a JSON array or Parquet."""
    raw: bytes | None
    """The record as written, in UTF-8; None where there is no such text (CSV, Parquet) or it is too long to hold."""
    value: Any
    """The decoded JSON value, or a dict of columns; None if it could not be read."""
    faults: tuple[Fault, ...] = ()


class Batch(NamedTuple):
    """Some rows of a file, in order."""

    rows: list[Row]
    bytes_read: int
    """Bytes of the file, as stored, that were read up to the end of this batch: for a progress bar."""


class Unusable(ValueError):
    """A file that cannot be read at all; says so in one sentence."""

    def __init__(self, message: str, /, **values: object) -> None:
        super().__init__(message.format(**_in_english(values)) if values else message)
        self.message = message
        self.values: Mapping[str, object] = values

    def text(self, lang: Language) -> str:
        return lang(self.message, **translated(self.values, lang))


def excerpt(text: str, at: int = 0, most: int = EVIDENCE) -> str:
    """At most `most` characters of a text around `at`, on one line, without characters that a screen would obey."""
    start = max(0, min(at - most // 4, len(text) - most))
    part = text[start : start + most]
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in part)
