"""Answers: what the user said, checked against the questions."""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from numbers import Real
from types import MappingProxyType
from typing import Any

from advisor.content.entries import Assumption, Question
from advisor.content.load import DOUBTFUL, MAX_SHOWN, Content, Doubtful, load
from advisor.interview.names import Misnamed, check, names, one_line
from advisor.language import Language, language
from advisor.suggest import AnyOf, near

MAX_TEXT = 10_000
"""Longest free text that is kept, in characters."""
MAX_ANSWERS = 200_000
"""Largest set of answers, in bytes of JSON, that an address or file may hold."""
HUGE = 10**30
"""From here on a whole number is not written out in a message."""
MOST_SUGGESTED = 20
"""Mistakes for which what was meant is looked up: more are not shown, and a stranger chooses how many there are."""
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
class Measurement:
    """Where a measured answer is from: a pilot."""

    day: date
    rows: int
    """Rows of the user's own that were asked."""
    host: str
    """The server that answered."""


@dataclass(frozen=True)
class Situation:
    """The answers given so far. Ids of questions and of assumptions share one space of names.

    A number is a float or a range (low, high); `several` is a tuple of choice ids; None means "I don't know"; an id
    that is absent has not been asked. `measured` holds the ids whose value was measured rather than said.
    """

    answers: Mapping[str, Value]
    measured: frozenset[str] = frozenset()
    dropped: tuple[str, ...] = ()
    """What a link or file answered and this version does not ask or allow: ids of questions, or `question.choice`."""
    off: frozenset[str] = frozenset()
    """Terms (`content/weights/terms.yaml`) that the reader switched off: they add nothing."""
    measurements: Mapping[str, Measurement] = dataclasses.field(default_factory=lambda: MappingProxyType({}))
    """By id, of those of `measured` that a pilot measured."""

    def with_answer(self, key: str, value: Any, content: Content | None = None) -> Situation:
        """A situation with one answer set; raises `AnswerErrors` if the value is not allowed."""
        checked = _check({key: value}, content or load())
        measured = self.measured - {key} if key in self.measured else self.measured
        answers = MappingProxyType({**self.answers, **checked})
        return Situation(answers, measured, self.dropped, self.off, _without(self.measurements, {key}))

    def without(self, key: str) -> Situation:
        """A situation in which the question has not been asked."""
        rest = {name: value for name, value in self.answers.items() if name != key}
        return replace(
            self,
            answers=MappingProxyType(rest),
            measured=self.measured - {key},
            measurements=_without(self.measurements, {key}),
        )

    def overlaid(self, other: Situation) -> Situation:
        """The situation with the answers of another in place of its own."""
        measured = (self.measured - other.answers.keys()) | other.measured
        measurements = {**_without(self.measurements, other.answers.keys()), **other.measurements}
        return replace(
            self,
            answers=MappingProxyType({**self.answers, **other.answers}),
            measured=measured,
            measurements=MappingProxyType(measurements),
        )

    def leaving_out(self, terms: Iterable[str], content: Content | None = None) -> Situation:
        """A situation in which these terms are switched off, too; raises `AnswerErrors` for a term that is none."""
        return replace(self, off=self.off | checked_terms(terms, content or load()))

    def taking_back(self, term: str) -> Situation:
        """A situation in which the term counts again."""
        return replace(self, off=self.off - {term})

    def known(self) -> dict[str, Value]:
        """The answers that say something, sorted by id so that their order never matters."""
        return {key: self.answers[key] for key in sorted(self.answers) if self.answers[key] is not None}

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON and YAML, in the order given."""
        plain = {key: _plain(value) for key, value in self.answers.items()}
        marks = {
            "measured": sorted(self.measured),
            "off": sorted(self.off),
            "measurements": written_measurements(self.measurements),
        }
        return plain | {key: ids for key, ids in marks.items() if ids}


MARKS = ("measured", "off", "measurements")
"""What stands beside the answers in a file, a link and an advice."""
MAX_HOST = 253
"""Longest name of a host, in characters (RFC 1035)."""


def _without(measurements: Mapping[str, Measurement], keys: Iterable[str]) -> Mapping[str, Measurement]:
    gone = frozenset(keys)
    if not gone & measurements.keys():
        return measurements
    return MappingProxyType({key: one for key, one in measurements.items() if key not in gone})


def written_measurements(measurements: Mapping[str, Measurement]) -> list[dict[str, Any]]:
    """Measurements for JSON and YAML: each once, with the answers that are from it."""
    return [
        {
            "day": one.day.isoformat(),
            "rows": one.rows,
            "host": one.host,
            "answers": sorted(key for key, other in measurements.items() if other == one),
        }
        for one in sorted(set(measurements.values()), key=lambda one: (one.day, one.host, one.rows))
    ]


def read_measurements(raw: Any, measured: frozenset[str]) -> Mapping[str, Measurement]:
    """Measurements by answer, of those answers that were measured. Raises `ValueError` where they are none."""
    measurements: dict[str, Measurement] = {}
    for one in raw if isinstance(raw, (list, tuple)) else [raw]:
        match one:
            case {"day": str() | date() as day, "rows": int(rows), "host": str(host), "answers": [*keys]} if (
                0 < rows < HUGE and 0 < len(host) <= MAX_HOST and one_line(host) == host
            ):
                known = Measurement(date.fromisoformat(str(day)), rows, host)
                measurements |= {key: known for key in keys if isinstance(key, str) and key in measured}
            case _:
                raise ValueError("no measurement")
    return MappingProxyType(measurements)


def middle(value: Any) -> float | None:
    """A number, or the middle of a range; None where it is unknown."""
    if isinstance(value, (tuple, list)):
        return (float(value[0]) + float(value[1])) / 2
    return None if value is None else float(value)


def listed(value: Any) -> Any:
    """A range or several choices as a list, which is how JSON has them."""
    return list(value) if isinstance(value, tuple) else value


def _plain(value: Any) -> Any:
    """Tuples as lists and whole floats as integers, which is how people write them."""
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def situation(content: Content | None = None, /, **answers: Any) -> Situation:
    """A situation from keyword arguments: `situation(evaluation_set="no", labelled_examples=[200, 500])`."""
    return checked_situation(answers, content or load())


def checked_situation(raw: Mapping[str, Any], content: Content) -> Situation:
    """A situation from plain values by id, as a file has them; raises `AnswerErrors` that name what cannot be used."""
    raw, dropped = without_retired(raw, content)
    measured = raw.pop("measured", None) or []
    off = raw.pop("off", None) or []
    pilots = raw.pop("measurements", None) or []
    answers = _check(raw, content)
    known = {*answers, *dropped}
    if not isinstance(measured, (list, tuple)) or not all(isinstance(key, str) and key in known for key in measured):
        raise AnswerErrors([AnswerError("measured", "expected a list of ids that are answered in the same file")])
    if not isinstance(off, (list, tuple)):
        raise AnswerErrors([AnswerError("off", "expected a list of ids of terms")])
    kept = frozenset(measured) & answers.keys()
    try:
        measurements = read_measurements(pilots, kept)
    except ValueError as error:
        raise AnswerErrors(
            [
                AnswerError(
                    "measurements",
                    "expected a list of measurements, each with day (as {example}), rows, host and answers",
                    {"example": "2026-11-30"},
                )
            ]
        ) from error
    return Situation(MappingProxyType(answers), kept, dropped, checked_terms(off, content), measurements)


def checked_terms(terms: Iterable[object], content: Content) -> frozenset[str]:
    """Terms that are to be switched off; raises `AnswerErrors` naming those that are none, with what may be meant."""
    wanted, known = list(terms), term_ids(content)
    wrong = [term for term in wanted if not (isinstance(term, str) and term in known)]
    if wrong:
        looked_up = [known if place < MOST_SUGGESTED else () for place in range(len(wrong))]
        raise AnswerErrors(_no_such_term(term, some) for term, some in zip(wrong, looked_up, strict=True))
    return frozenset(term for term in wanted if isinstance(term, str))


@cache
def term_ids(content: Content) -> frozenset[str]:
    """Ids of the terms that weigh."""
    return frozenset(term.id for term in content.weighed)


def _no_such_term(term: object, known: Iterable[str]) -> AnswerError:
    values: dict[str, object] = {"term": shown(term)}
    meant = near(term, sorted(known))
    if meant:
        return AnswerError("off", 'there is no term "{term}"; did you mean {near}?', values | {"near": AnyOf(meant)})
    return AnswerError("off", 'there is no term "{term}"; content/weights/terms.yaml has them all', values)


def without_retired(raw: Mapping[str, Any], content: Content) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The answers without those to questions and choices that are no longer asked, and the ids of these."""
    gone = {entry.id for entry in content.retired}
    kept: dict[str, Any] = {}
    dropped: list[str] = []
    for key, value in raw.items() if gone else ():
        values = value if isinstance(value, (list, tuple)) else [value]
        old = [key] if key in gone else [f"{key}.{one}" for one in values if isinstance(one, str)]
        old = [name for name in old if name in gone]
        dropped += old
        rest = [one for one in values if f"{key}.{one}" not in old]
        if not old:
            kept[key] = value
        elif key not in gone and rest:
            kept[key] = rest
    return (kept if gone else dict(raw)), tuple(dict.fromkeys(dropped))


def undoubted(text: str) -> str:
    """A number with a zero more where its fraction can be taken for thousands."""
    return f"{text}0" if DOUBTFUL.fullmatch(text) else text


def _check(raw: Mapping[str, Any], content: Content) -> dict[str, Value]:
    entries = entries_by_id(content)
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


def allowed_answers(raw: Mapping[str, Any], content: Content) -> tuple[dict[str, Value], tuple[str, ...]]:
    """The answers that this version knows and allows, and the names of the others, each once."""
    entries = entries_by_id(content)
    answers: dict[str, Value] = {}
    raw, retired = without_retired(raw, content)
    dropped: dict[str, None] = dict.fromkeys(retired)
    for key, value in raw.items():  # a stranger chooses how many there are, so nothing is looked for that nobody reads
        try:
            answers[key] = None if value is None else _value(entries[key], value)
        except (KeyError, _NotAllowed):
            kept, unknown = _some(entries.get(key), value)
            if kept:
                answers[key] = kept
            dropped |= dict.fromkeys(shown(f"{key}.{one}") for one in unknown) if kept else {shown(key): None}
    return answers, tuple(dropped)


def _some(entry: Question | Assumption | None, value: Any) -> tuple[tuple[str, ...], list[str]]:
    """Of an answer with several choices, those that are allowed, and the others; nothing of any other answer."""
    if not isinstance(entry, Question) or entry.type != "several" or not isinstance(value, list):
        return (), []
    words = [str(shown(one)) for one in value[:MOST_SUGGESTED]]
    return tuple(one for one in entry.values if one in words), [one for one in words if one not in entry.values]


def check_names(names: Iterable[str], content: Content) -> None:
    """Raises `AnswerErrors` for the names, as of the columns of a table, that are no question or assumption."""
    entries = entries_by_id(content)
    retired = {entry.id for entry in content.retired}
    unknown = [name for name in names if name not in entries and name not in retired]
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
def entries_by_id(content: Content) -> dict[str, Question | Assumption]:
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
            if entry.names and isinstance(value, (list, tuple)) and all(isinstance(name, str) for name in value):
                value = "\n".join(map(one_line, value))
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
            if entry.names and value.strip():
                _named(value, entry)
            return value
        case "number":
            assert entry.minimum is not None
            assert entry.maximum is not None
            return _number(value, entry.minimum, entry.maximum, entry.integer)
        case "several":
            given = [value] if isinstance(value, str) else value
            if not isinstance(given, (list, tuple)):
                raise _NotAllowed("expected a list of: {allowed}", allowed=", ".join(entry.values))
            chosen = [_choice(value, entry.values) for value in given]
            return tuple(value for value in entry.values if value in chosen)
        case _:
            if isinstance(value, bool):
                value = "yes" if value else "no"
            return _choice(value, entry.values)


def _named(value: str, entry: Question) -> None:
    try:
        check(names(value), round(entry.minimum or 1))
    except Misnamed as error:
        raise _NotAllowed(error.message, **error.values) from None


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
