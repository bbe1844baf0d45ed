"""Answers: what the user said, checked against the questions, and carried in a file, an address or a table row."""

from __future__ import annotations

import base64
import binascii
import dataclasses
import errno
import json
import math
import os
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from numbers import Real
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from advisor.content.entries import Assumption, Question
from advisor.content.load import DOUBTFUL, MAX_SHOWN, Content, Doubtful, NotYaml, load, read_yaml
from advisor.language import Language, language
from advisor.suggest import AnyOf, near

MAX_TEXT = 10_000
"""Longest free text that is kept, in characters."""
MAX_ADDRESS = 200_000
"""Largest set of answers, in bytes of JSON, that an address or file may hold."""
HUGE = 10**30
"""From here on a whole number is not written out in a message."""
MOST_SUGGESTED = 20
"""Mistakes for which what was meant is looked up: more are not shown, and a stranger chooses how many there are."""
CELL = re.compile(r"[-+]?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
"""A number in a cell of a table: a point before the fraction, and nothing between thousands."""
LONE = re.compile("[\ud800-\udfff]")
"""Halves of signs: JSON can name them (\\ud800), UTF-8 cannot hold them."""

Value = str | float | tuple[str, ...] | tuple[float, float] | None


@dataclass(frozen=True)
class AnswerError:
    """One answer that cannot be used: which, why, and what is allowed."""

    field: str
    message: str
    values: Mapping[str, object] = dataclasses.field(default_factory=dict)
    unknown: bool = False
    """No question has this name or one like it, so a list of all of them would help."""
    row: int | None = None
    """In a table of use cases, which of them; from 1 on, without the line of names."""

    def text(self, lang: Language) -> str:
        values = {name: value.text(lang) if isinstance(value, AnyOf) else value for name, value in self.values.items()}
        place = self.field if self.row is None else lang("row {n}: {field}", n=self.row, field=self.field)
        return f"{place}: {lang(self.message, **values)}"


class AnswerErrors(ValueError):
    """Answers that cannot be used; `.errors` names each field with what is allowed."""

    def __init__(self, errors: Iterable[AnswerError]) -> None:
        self.errors = tuple(errors)
        super().__init__("\n".join(error.text(language()) for error in self.errors))


@dataclass(frozen=True)
class Situation:
    """The answers given so far. Ids of questions and of assumptions share one space of names.

    A number is a float or a range (low, high); `several` is a tuple of choice ids; None means "I don't know"; an id
    that is absent has not been asked. `measured` holds the ids whose value was measured rather than said.
    """

    answers: Mapping[str, Value]
    measured: frozenset[str] = frozenset()
    dropped: tuple[str, ...] = ()
    """Ids found in a link or file that this version does not know."""

    def with_answer(self, key: str, value: Any, content: Content | None = None) -> Situation:
        """A situation with one answer set; raises `AnswerErrors` if the value is not allowed."""
        checked = _check({key: value}, content or load())
        return replace(self, answers=MappingProxyType({**self.answers, **checked}), measured=self.measured - {key})

    def without(self, key: str) -> Situation:
        """A situation in which the question has not been asked."""
        rest = {name: value for name, value in self.answers.items() if name != key}
        return replace(self, answers=MappingProxyType(rest), measured=self.measured - {key})

    def known(self) -> dict[str, Value]:
        """The answers that say something, sorted by id so that their order never matters."""
        return {key: self.answers[key] for key in sorted(self.answers) if self.answers[key] is not None}

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON and YAML, in the order given."""
        plain = {key: _plain(value) for key, value in self.answers.items()}
        return {**plain, **({"measured": sorted(self.measured)} if self.measured else {})}


def _plain(value: Any) -> Any:
    """Tuples as lists and whole floats as integers, which is how people write them."""
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def situation(content: Content | None = None, /, **answers: Any) -> Situation:
    """A situation from keyword arguments: `situation(evaluation_set="no", labelled_examples=[200, 500])`."""
    return read_situation(answers, content)


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
    raw = dict(source)
    measured = raw.pop("measured", None) or []
    answers = _check(raw, content)
    if not isinstance(measured, (list, tuple)) or not all(isinstance(key, str) and key in answers for key in measured):
        raise AnswerErrors([AnswerError("measured", "expected a list of ids that are answered in the same file")])
    return Situation(MappingProxyType(answers), frozenset(measured))


def _read_file(path: Path) -> Mapping[str, Any]:
    if "\0" in str(path):
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), shown(str(path)))
    with path.open("rb") as file:  # a device or a pipe has no size and may have no end
        return parse(file.read(MAX_ADDRESS + 1), path.name)


def parse(data: bytes, name: str = "answers") -> Mapping[str, Any]:
    """Answers as written in YAML or JSON (which is YAML too); raises `AnswerErrors` where they are neither."""
    if len(data) > MAX_ADDRESS:
        raise AnswerErrors([AnswerError(name, "the file is larger than {n} bytes", {"n": MAX_ADDRESS})])
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
        found = dict(pairs)
        if len(found) < len(pairs):
            keys = [key for key, _ in pairs]
            twice = next(key for key in keys if keys.count(key) > 1)
            raise AnswerErrors([AnswerError(name, 'the key "{key}" appears twice', {"key": shown(twice)})])
        return found

    if not text.lstrip().startswith("{"):
        return None
    try:
        return json.loads(text, object_pairs_hook=once)
    except (ValueError, RecursionError):
        return None


def write_yaml(here: Situation) -> str:
    """The situation as a file that `read_situation` reads back."""
    return yaml.dump(here.as_dict(), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100)


class _Dumper(yaml.SafeDumper):
    """Writes numbers so that nobody, and `read_situation` neither, takes a fraction for thousands: 1.2340."""

    def represent_float(self, data: float) -> yaml.ScalarNode:
        node: yaml.ScalarNode = super().represent_float(data)
        node.value = undoubted(node.value)
        return node


_Dumper.add_representer(float, _Dumper.represent_float)


def undoubted(text: str) -> str:
    """A number with a zero more where its fraction can be taken for thousands."""
    return f"{text}0" if DOUBTFUL.fullmatch(text) else text


def _check(raw: Mapping[str, Any], content: Content) -> dict[str, Value]:
    entries = _entries(content)
    answers: dict[str, Value] = {}
    errors: list[AnswerError] = []
    for key, value in raw.items():
        entry = entries.get(key)
        if entry is None:
            errors.append(_no_such(shown(key), entries if len(errors) < MOST_SUGGESTED else ()))
            continue
        try:
            answers[key] = None if value is None else _value(entry, value)
        except _NotAllowed as problem:
            errors.append(_error(key, problem, entry))
    if errors:
        raise AnswerErrors(errors)
    return answers


def check_names(names: Iterable[str], content: Content) -> None:
    """Raises `AnswerErrors` for the names, as of the columns of a table, that are no question or assumption."""
    entries = _entries(content)
    unknown = [name for name in names if name not in entries]
    if unknown:
        known = [entries if place < MOST_SUGGESTED else () for place in range(len(unknown))]
        raise AnswerErrors(_no_such(shown(name), some) for name, some in zip(unknown, known, strict=True))


def _error(key: str, problem: _NotAllowed, entry: Question | Assumption) -> AnswerError:
    """The mistake in one answer, with what may be meant where it is one of several words."""
    allowed = entry.values if isinstance(entry, Question) else ()
    meant = near(problem.values.get("value"), allowed)
    if not meant:
        return AnswerError(key, problem.message, problem.values)
    values = {**problem.values, "near": AnyOf(meant)}
    return AnswerError(key, '"{value}" is not one of: {allowed}; did you mean {near}?', values)


@cache
def _entries(content: Content) -> dict[str, Question | Assumption]:
    """Questions and assumptions by id."""
    asked: dict[str, Question | Assumption] = {question.id: question for question in content.questions}
    return asked | {assumption.id: assumption for assumption in content.assumptions}


class _NotAllowed(Exception):
    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message)
        self.message = message
        self.values = values


def _value(entry: Question | Assumption, value: Any) -> Value:
    if isinstance(entry, Assumption):
        return _number(value, entry.minimum, entry.maximum, False)
    match entry.type:
        case "text":
            if not isinstance(value, str):
                raise _NotAllowed("expected text")
            if LONE.search(value):
                raise _NotAllowed(
                    "the text holds half a sign (a lone surrogate), which no file can hold: write it anew"
                )
            if len(value) > MAX_TEXT:
                raise _NotAllowed(
                    "the text has {n} characters; at most {most} are allowed", n=len(value), most=MAX_TEXT
                )
            return value
        case "number":
            assert entry.minimum is not None
            assert entry.maximum is not None
            return _number(value, entry.minimum, entry.maximum, entry.integer)
        case "several":
            given = [value] if isinstance(value, str) else value
            if not isinstance(given, (list, tuple)):
                raise _NotAllowed("expected a list of: {allowed}", allowed=", ".join(entry.values))
            chosen = [_choice(one, entry.values) for one in given]
            return tuple(one for one in entry.values if one in chosen)
        case _:
            if isinstance(value, bool):
                value = "yes" if value else "no"
            return _choice(value, entry.values)


def _choice(value: Any, allowed: tuple[str, ...]) -> str:
    """The value meant, however its letters are written: `Yes` and `YES` are yes."""
    if isinstance(value, str):
        if value in allowed:
            return value
        plain = value.strip().casefold()
        if plain in allowed:
            return plain
    raise _NotAllowed('"{value}" is not one of: {allowed}', value=shown(value), allowed=", ".join(allowed))


def _number(value: Any, low: float, high: float, integer: bool) -> float | tuple[float, float]:
    if isinstance(value, (list, tuple)):
        if len(value) != 2:
            raise _NotAllowed("a range has two numbers: [low, high]")
        first, last = (_one_number(part, low, high, integer) for part in value)
        if first > last:
            raise _NotAllowed("the range begins above its end: write the lower number first")
        return first if first == last else (first, last)
    return _one_number(value, low, high, integer)


def _one_number(value: Any, low: float, high: float, integer: bool) -> float:
    number = _float(value)
    if isinstance(value, Doubtful):
        _ask_back(value, low, high, integer)
    if not math.isfinite(number):
        raise _NotAllowed(
            "expected a number from {low} to {high}, a range [low, high], or null; got {value}",
            low=plain(low),
            high=plain(high),
            value=shown(repr(value) if isinstance(value, str) else value),
        )
    if not low <= number <= high:
        raise _NotAllowed(
            "{value} is outside what is allowed: {low} to {high}", value=plain(number), low=plain(low), high=plain(high)
        )
    if integer and not number.is_integer():
        raise _NotAllowed("expected a whole number; got {value}", value=plain(number))
    return number


def _ask_back(written: Doubtful, low: float, high: float, integer: bool) -> None:
    """Raises `_NotAllowed` where a number can be meant with thousands in it as well as it was read, or better."""
    number, other = float(written), float(written) * 1_000
    if not low <= other <= high:
        return
    thousands = plain(round(other))
    if integer and not number.is_integer():
        raise _NotAllowed(
            "{value} is no whole number: a point begins the fraction here; write {thousands} if that is meant",
            value=written.text,
            thousands=thousands,
        )
    raise _NotAllowed(
        "{value} can be two things here: write {thousands} or {fraction}",
        value=written.text,
        thousands=thousands,
        fraction=undoubted(plain(number)),
    )


def _float(value: Any) -> float:
    """The number as a float, whichever type of number it is; NaN for what is none or too large for any."""
    if isinstance(value, bool) or not isinstance(value, (Real, Decimal)):
        return math.nan
    try:
        return float(value)
    except (OverflowError, ValueError):  # an integer of hundreds of digits; a signalling NaN of Decimal
        return math.nan


def plain(number: float) -> str:
    """A number as it may be typed."""
    return f"{number:.15g}"


def _no_such(key: str, known: Iterable[str]) -> AnswerError:
    meant = near(key, known)
    if meant:
        return AnswerError(key, "there is no such question; did you mean {near}?", {"near": AnyOf(meant)})
    return AnswerError(key, "there is no such question", unknown=True)


def shown(value: object) -> str:
    """What someone gave, as a message can repeat it: cut short, and free of signs that no output can encode."""
    if isinstance(value, int) and abs(value) >= HUGE:  # Python refuses to write out thousands of digits
        return "-..." if value < 0 else "..."
    try:
        text = value if isinstance(value, str) else repr(value)
    except ValueError:  # such a number within a list
        text = f"{type(value).__name__}(...)"
    return text[:MAX_SHOWN].encode("utf-8", "replace").decode()


def encode(here: Situation) -> str:
    """The answers as a short text for an address: JSON, deflated, in URL-safe base64."""
    plain = json.dumps(here.as_dict(), ensure_ascii=False, separators=(",", ":")).encode()
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return base64.urlsafe_b64encode(packer.compress(plain) + packer.flush()).decode().rstrip("=")


class BadAddress(ValueError):
    """The address holds no answers that can be read: it was cut or altered."""


def decode(text: str, content: Content | None = None) -> Situation:
    """The situation in an address. Answers that this version does not know or allow are left out and listed in
    `dropped`.

    Raises `BadAddress` if nothing can be read from it.
    """
    content = content or load()
    try:
        packed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        unpacker = zlib.decompressobj(-15)
        plain = unpacker.decompress(packed, MAX_ADDRESS)
        raw = json.loads(plain, object_pairs_hook=_once)
    except (binascii.Error, ValueError, zlib.error, RecursionError) as error:
        raise BadAddress("the link is incomplete or was altered") from error
    if not isinstance(raw, dict):
        raise BadAddress("the link is incomplete or was altered")
    measured = raw.pop("measured", [])
    answers: dict[str, Value] = {}
    dropped: list[str] = []
    entries = _entries(content)
    for key, value in raw.items():  # a stranger chooses how many there are, so nothing is looked for that nobody reads
        try:
            answers[key] = None if value is None else _value(entries[key], value)
        except (KeyError, _NotAllowed):
            dropped.append(shown(key))
    dropped = list(dict.fromkeys(dropped))
    marked = measured if isinstance(measured, list) else []
    kept = frozenset(key for key in marked if isinstance(key, str) and key in answers)
    return Situation(MappingProxyType(answers), kept, tuple(dropped))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON; a key that stands twice in it has no value that could be relied on."""
    twice = Counter(key for key, _ in pairs)
    return {key: value if twice[key] == 1 else TWICE for key, value in pairs}


TWICE = object()


def parse_cell(cell: str, key: str, content: Content) -> Any:
    """One cell of a table of use cases: empty = unknown, `a|b` = several, `low..high` = a range."""
    cell = cell.strip()
    if not cell:
        return None
    entry = next((one for one in (*content.questions, *content.assumptions) if one.id == key), None)
    if isinstance(entry, Question) and entry.type == "several":
        return [] if cell == "-" else [part.strip() for part in cell.split("|")]
    if isinstance(entry, Question) and entry.type != "number":
        return cell
    parts = [part.strip() for part in cell.split("..")]
    if not all(CELL.fullmatch(part) for part in parts):
        return cell
    numbers = [Doubtful.of(part) for part in parts]
    return numbers[0] if len(numbers) == 1 else numbers


def quick_path(content: Content) -> tuple[Question, ...]:
    """The nine questions that come first, in order."""
    quick = [question for question in content.questions if question.quick]
    return tuple(sorted(quick, key=lambda question: question.quick or 0))
