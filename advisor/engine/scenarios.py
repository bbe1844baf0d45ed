"""A situation expanded into scenarios: complete situations drawn from the ranges given and, for unknowns, from the
priors.

This is probabilistic sensitivity analysis. The points are a scrambled Sobol sequence with a fixed seed, and every
question,
assumption and rule owns one dimension of it, answered or not: so the same answers give the same scenarios, and an
answer never disturbs what is drawn for another question.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, partial, reduce, update_wrapper
from operator import add, and_, or_
from typing import Any, Concatenate, ParamSpec, TypeVar

import numpy as np
import numpy.typing as npt

from advisor.content.entries import Assumption, Choice, Leaning, Quantity, Question, Sets
from advisor.content.load import Content, ContentError
from advisor.engine import given
from advisor.engine.conditions import DERIVED, Conditions, conditions, schema
from advisor.engine.sobol import inside, normal, normals, points
from advisor.interview.situation import Situation, Value, middle

Kept = ParamSpec("Kept")
Made = TypeVar("Made")
Array = npt.NDArray[Any]
Mask = npt.NDArray[Any]

SEED = 20_261_122
"""Beginning of the points that are drawn: with the same one, the same answers give the same figures."""
AT_LEAST = 2_048
"""Points that are drawn at once: fewer are the first of them, and need not be drawn again."""
Z90 = 1.2815515594600038
"""90th percentile of the standard normal distribution."""
DEVIATIONS = {"strong": 0.2, "moderate": 0.35, "expert": 0.45, "weak": 0.6}
"""How far the weight of a rule may be off, by grade of evidence: standard deviation as a share of the weight.
Assumption.
"""
PRIOR_DEVIATION = 3.0
"""How far the prior of an option may be off, in decibans (standard deviation). Assumption."""
PERCENT = "%"
"""Unit of the numbers that are shares of a count."""
BESIDE = {"large_score": "large_model"}
"""Measured scores, which are never drawn, and the answer on which each hangs: its points say how far off they are."""
MOST_EXPONENT = 700.0
"""Exponents up to which the exponential function can be written as a number (float64 ends at 709)."""
SPEEDS = ("speed_first_token", "speed_output")
"""Where, between 0 and 1, a model's speed lies in its published range."""


def kept(
    make: Callable[Concatenate[Scenarios, Kept], Made],
) -> Callable[Concatenate[Scenarios, Kept], Made]:
    """Keep what is made of scenarios, and of what else can be a key, with the scenarios: several options need it."""

    def read(scenarios: Scenarios, /, *args: Kept.args, **kwargs: Kept.kwargs) -> Made:
        key = (make, args, *kwargs.items())
        if key not in scenarios.made:
            scenarios.made[key] = make(scenarios, *args, **kwargs)
        made: Made = scenarios.made[key]
        return made

    return update_wrapper(read, make)


def summed(arrays: Iterable[Array]) -> Array:
    """The sum of arrays of shapes that broadcast."""
    return reduce(add, arrays)


def across(operation: Callable[[Array, Array], Array], table: Array) -> Array:
    """One column: the operation over the few columns of a table, which is quicker than over each of its many rows."""
    return reduce(operation, table.T)[:, np.newaxis]


def often(mask: Mask, count: int) -> Array:
    """Situations x columns: the share of the `count` rows of each situation in which a mask holds."""
    held: Array = np.ones(count, dtype=np.float32) @ mask.reshape(-1, count, mask.shape[1]).astype(np.float32)
    return held.astype(float) / count


class Cut(dict[str, np.ndarray]):
    """Columns of some situations, or of all, cut out of those of all when they are read."""

    def __init__(self, columns: Mapping[str, np.ndarray], places: Sequence[int] | None) -> None:
        super().__init__()
        self.whole, self.places = columns, places

    def __missing__(self, name: str) -> np.ndarray:
        column = self.whole[name]
        if column.ndim > 1 and self.places is not None:
            column = column[self.places] if len(self.places) > 1 else column[self.places[0]]
        self[name] = column
        return column


class Derived(dict[str, np.ndarray]):
    """Columns of the estimates (`conditions.DERIVED`), each made when it is first read: few conditions read a bill."""

    def __init__(self) -> None:
        super().__init__()
        self.makers: dict[str, Callable[[], np.ndarray]] = {}

    def __missing__(self, name: str) -> np.ndarray:
        self[name] = column = self.makers[name]()
        return column


@dataclass(frozen=True)
class Scenarios:
    """`count` scenarios for each of `len(situations)` situations.

    A column has the shape (count,) where it is the same in all situations, else (situations, count). What is computed
    from columns broadcasts likewise, so that what no answer tells apart is computed once. Choices are held as codes
    into `values`, Boolean columns as bool, numbers as float64.
    """

    content: Content
    situations: tuple[Situation, ...]
    count: int
    columns: dict[str, np.ndarray]
    values: Mapping[str, tuple[str, ...]]
    derived: Derived = field(default_factory=Derived)
    answered: dict[str, Mask] = field(default_factory=dict)
    """What `said` found."""
    masks: dict[tuple[str, ...], Mask] = field(default_factory=dict)
    """What `is_` found."""
    made: dict[Hashable, Any] = field(default_factory=dict)
    """What functions that are `kept` made."""
    applied: dict[str, Mask] = field(default_factory=dict)
    """Where each question with a condition applies, once it has been asked."""
    termed: dict[tuple[str, ...], Array] = field(default_factory=dict)
    """Values of the terms, once they have been asked for, by the terms."""

    @property
    def rows(self) -> int:
        """All scenarios of all situations, stacked: row = situation * count + draw."""
        return len(self.situations) * self.count

    def of(self, column: Array, place: int) -> Array:
        """A column's scenarios of one situation."""
        return column if column.ndim < 2 else column[place]

    def stacked(self, arrays: Sequence[Any], dtype: npt.DTypeLike = bool) -> npt.NDArray[Any]:
        """Rows x arrays, of arrays shaped as columns are."""
        table = np.empty((len(self.situations), self.count, len(arrays)), dtype)
        shared = [place for place, array in enumerate(arrays) if np.ndim(array) < 2]
        for place in shared:
            table[0, :, place] = arrays[place]
        # What all situations share is copied in one go.
        table[1:] = table[0]
        for place in set(range(len(arrays))).difference(shared):
            table[:, :, place] = arrays[place]
        return table.reshape(-1, len(arrays))

    def is_(self, question: str, *wanted: str) -> Mask:
        """Where a choice or yes/no question has one of the values."""
        key = (question, *wanted)
        if key not in self.masks:
            codes, allowed = self.columns[question], self.values[question]
            self.masks[key] = reduce(or_, (codes == allowed.index(value) for value in wanted))
        return self.masks[key]

    def said(self, key: str) -> Mask:
        """Where the user answered a question or set an assumption."""
        known = self.answered.get(key)
        if known is None:
            given = _everywhere(self.count, self.situations[0].answers.get(key) is not None)
            places = self.changed.get(key, [])
            others = [self.situations[place].answers.get(key) is not None for place in places]
            if set(others) - {bool(given[0])}:
                given = np.repeat(given[np.newaxis], len(self.situations), axis=0)
                given[places] = np.array(others)[:, np.newaxis]
            known = self.answered[key] = given
        return known

    def told(self, key: str) -> Array:
        """A number as the user gave it, of a range its middle; not a number where nobody gave it."""
        known: Array = np.full(self.count, _middle(self.situations[0].answers.get(key)))
        if key in self.changed:
            known = np.repeat(known[np.newaxis], len(self.situations), axis=0)
            for place in self.changed[key]:
                known[place] = _middle(self.situations[place].answers.get(key))
        return known

    @cached_property
    def changed(self) -> dict[str, list[int]]:
        """By question, the situations whose answer is another one than that of the first."""
        first = self.situations[0].answers
        places: dict[str, list[int]] = {}
        for place, situation in enumerate(self.situations[1:], start=1):
            answers = situation.answers
            # What one answer was changed from is the same object everywhere else, which is quick to see.
            keys = [
                key
                for key, value in answers.items()
                if key not in first or (first[key] is not value and first[key] != value)
            ]
            for key in (*keys, *(first.keys() - answers.keys())):
                places.setdefault(key, []).append(place)
        return places

    def __getitem__(self, column: str) -> np.ndarray:
        return self.derived[column] if column in DERIVED else self.columns[column]

    def only(self, places: Sequence[int] | None = None) -> Scenarios:
        """Those of some situations, or of all. A column is cut out when it is read, so `columns` and `answered` say
        which were.
        """
        situations = self.situations if places is None else tuple(self.situations[place] for place in places)
        return Scenarios(self.content, situations, self.count, Cut(self.columns, places), self.values)

    def as_known(self, columns: Iterable[str]) -> dict[str, np.ndarray]:
        """These columns, with each number that a person gave as it may be, so that no threshold is an edge."""
        asked = _numbers(self.content)
        held = {name: self[name] for name in columns}
        for name in held.keys() & asked.keys():
            question = asked[name]
            if not question.decided and (said := self.said(question.id)).any():
                percent = question.unit == PERCENT
                off = _off(self.content, self.count, name, percent)
                known = given.percentage_off(held[name], off) if percent else held[name] * off
                held[name] = np.where(said, known, held[name])
        return held

    def measured(self, key: str) -> Array:
        """A percentage that is never drawn, as it may be; not a number where nobody gave it."""
        return given.percentage_off(self.told(key), _off(self.content, self.count, BESIDE[key], percent=True))

    def off(self, most: float) -> Array:
        """How far something is off that is known to within `most` of it, below or above: one for each draw."""
        return most * (2.0 * _uniforms(self.content, self.count)[:, -1] - 1.0)

    def deviates(self, column: str) -> Array:
        """The normal deviates at the points that a column is drawn from."""
        return _deviates_of(self.content, self.count, column)

    @property
    def weights(self) -> Array:
        """Uncertainty of the rules' weights: factors around 1, one row a draw, one column a rule."""
        return _weights(self.content, self.count)

    @cached_property
    def priors(self) -> Array:
        """Prior log-odds of the options in decibans, one row a draw, one column an option."""
        means = np.array([option.prior for option in self.content.options])
        return means + PRIOR_DEVIATION * _normals(self.content, self.count, "options")

    @property
    def tastes(self) -> Array:
        """What speaks for each option in a team beside the shares, in nats: standard Gumbel, draws x options."""
        return _tastes(self.content, self.count)


def _middle(value: Value) -> float:
    number = middle(value)
    return np.nan if number is None else number


@cache
def _everywhere(count: int, value: bool) -> Mask:
    mask: Mask = np.full(count, value)
    mask.flags.writeable = False  # many read the same one
    return mask


@cache
def _numbers(content: Content) -> dict[str, Question]:
    """The questions that ask for a number, by column."""
    return {name: question for question in content.questions if question.type == "number" for name in question.columns}


@cache
def _off(content: Content, count: int, column: str, percent: bool) -> Array:
    """How far off a number is, at the points of a column: deviates of a percentage, else factors."""
    u = _uniforms(content, count)[:, _dimensions(content)[column]]
    return given.deviates_off(u, _deviates_of(content, count, column)) if percent else given.times_off(u)


def draw(situations: Sequence[Situation], content: Content, count: int) -> Scenarios:
    """Scenarios for each situation. `count` should be a power of two, as the Sobol sequence is balanced only then."""
    values = {question.id: question.values for question in content.questions if question.type in ("choice", "yes_no")}
    base = _base(content, count)
    columns = dict(base)
    scenarios = Scenarios(content, tuple(situations), count, columns, values)

    def fill(name: str, key: str, reading: Callable[[Value], Any]) -> None:
        first = situations[0].answers.get(key)
        if first is not None:
            columns[name] = np.full(count, reading(first), dtype=base[name].dtype)
        if key in scenarios.changed:
            columns[name] = column = np.repeat(columns[name][np.newaxis], len(situations), axis=0)
            for place in scenarios.changed[key]:
                value = situations[place].answers.get(key)
                column[place] = base[name] if value is None else reading(value)

    told = situations[0].answers.keys() | scenarios.changed.keys()
    for question in content.questions:
        for name in question.columns if question.id in told else ():
            choice = name.removeprefix(f"{question.id}_")
            several = question.type == "several"
            fill(
                name,
                question.id,
                partial(_named, choice) if several else partial(_given, question, name, content, count),
            )
    for assumption in content.assumptions:
        if assumption.id in told:
            fill(assumption.id, assumption.id, partial(_ranged, assumption.id, content, count))
    for question in content.questions:
        if question.sets and question.id in told:
            _set(scenarios, question.id, question.sets)
    _lean(scenarios)
    return scenarios


def _set(scenarios: Scenarios, key: str, sets: Sets) -> None:
    """Make an assumption what the answer to a question says of it, wherever it was not set itself."""
    u = _uniforms(scenarios.content, scenarios.count)[:, _dimensions(scenarios.content)[sets.assumption]]
    amounts = scenarios.told(key) * quantile(sets.each, u, scenarios.deviates(sets.assumption))
    drawn = np.isnan(amounts) | scenarios.said(sets.assumption)
    scenarios.columns[sets.assumption] = np.where(drawn, scenarios.columns[sets.assumption], amounts)


BINS = 4
"""Equally likely classes into which a number is cut to see what it tells."""


def bins(scenarios: Scenarios, column: str) -> np.ndarray:
    """The class of each scenario's number, 0 to `BINS` - 1, by rank of what was drawn."""
    u = _uniforms(scenarios.content, scenarios.count)[:, _dimensions(scenarios.content)[column]]
    return (u * BINS).astype(np.int64)


@dataclass(frozen=True)
class Wave:
    """Leanings that can be applied together: they read no question that one of them redraws."""

    conditions: Conditions
    owners: tuple[tuple[Question, Leaning], ...]
    reads: tuple[tuple[str, ...], ...]
    """Per leaning, the questions that its condition reads."""


@cache
def _waves(content: Content) -> tuple[Wave, ...]:
    """All leanings in an order in which what they read is final. Raises `ContentError` where they run in a circle."""
    known = schema(content)
    waiting = [question for question in content.questions if question.leanings]
    each = {
        question.id: conditions(
            [(f"questions: {question.id}: leanings", leaning.when) for leaning in question.leanings], known
        )
        for question in waiting
    }
    asked = {column: question.id for question in content.questions for column in question.columns}
    waves: list[Wave] = []
    while waiting:
        unsettled = {column for question in waiting for column in question.columns}
        ready = [
            question
            for question in waiting
            if not any(
                unsettled & set(names)
                for names, leaning in zip(each[question.id].reads, question.leanings, strict=True)
                if not leaning.known
            )
        ]
        if not ready:
            raise ContentError(
                f"questions: the leanings of {', '.join(question.id for question in waiting)} run in a circle"
            )
        owners = tuple((question, leaning) for question in ready for leaning in question.leanings)
        held = conditions([(f"questions: {question.id}", leaning.when) for question, leaning in owners], known)
        waves.append(Wave(held, owners, tuple(tuple(sorted({asked[name] for name in names})) for names in held.reads)))
        waiting = [question for question in waiting if question not in ready]
    return tuple(waves)


def _lean(scenarios: Scenarios) -> None:
    """Redraw what was left open where another answer speaks to it, with the same points of the sequence."""
    u, z = _uniforms(scenarios.content, scenarios.count), _deviates(scenarios.content, scenarios.count)
    place = _dimensions(scenarios.content)
    for wave in _waves(scenarios.content):
        asked = dict.fromkeys(question.id for question, _ in wave.owners)
        is_open = {key: ~scenarios.said(key) for key in asked if key in scenarios.changed or not scenarios.said(key)[0]}
        if not is_open:
            continue
        held = wave.conditions.hold(scenarios)
        for index, (question, leaning) in enumerate(wave.owners):
            if question.id not in is_open:
                continue
            rows = held[index] & is_open[question.id]
            if leaning.known:
                rows = reduce(and_, (scenarios.said(read) for read in wave.reads[index]), rows)
            if not rows.any():
                continue
            for name in question.columns:
                drawn = _leaned(question, leaning, name, u[:, place[name]], z[:, place[name]])
                if drawn is not None:
                    scenarios.columns[name] = np.where(rows, drawn, scenarios.columns[name])


def _leaned(question: Question, leaning: Leaning, column: str, u: Array, z: Array) -> np.ndarray | None:
    match question.type:
        case "choice":
            edges = np.cumsum([leaning.priors.get(choice.id, 0.0) for choice in question.choices])[:-1]
            return np.searchsorted(edges, u, side="right").astype(np.uint8)
        case "several":
            choice = column.removeprefix(f"{question.id}_")
            return u < leaning.priors[choice] if choice in leaning.priors else None
        case "yes_no":
            return (u < leaning.priors["yes"]).astype(np.uint8)
        case _:
            assert leaning.prior is not None
            drawn = np.clip(quantile(leaning.prior, u, z), question.minimum, question.maximum)
            return np.round(drawn) if question.integer else drawn


def _named(choice: str, value: Value) -> bool | None:
    """Whether an answer names a choice among several."""
    assert value is None or isinstance(value, tuple)
    return None if value is None else choice in value


def _given(question: Question, column: str, content: Content, count: int, value: Value) -> np.ndarray | float | None:
    if value is None:
        return None
    match question.type:
        case "number":
            return _ranged(column, content, count, value)
        case _:
            choice = next((choice for choice in question.choices if choice.id == value), None)
            if choice and choice.either:
                return _one_of(question, choice, content, count)
            return question.values.index(str(value))


def _one_of(question: Question, unsure: Choice, content: Content, count: int) -> np.ndarray:
    """One of the choices that an unsure one stands for in each scenario, by their priors."""
    weights = np.array([choice.prior if choice.id in unsure.either else 0.0 for choice in question.choices])
    edges = np.cumsum(weights / weights.sum())[:-1]
    return np.searchsorted(edges, _uniforms(content, count)[:, _dimensions(content)[question.id]], side="right")


def _ranged(column: str, content: Content, count: int, value: Value) -> np.ndarray | float | None:
    """A number as it is; a range spread evenly between its ends, on a log scale where both are above zero."""
    if not isinstance(value, tuple):
        return value if value is None else float(value)
    low, high = float(value[0]), float(value[1])
    u = _uniforms(content, count)[:, _dimensions(content)[column]]
    if low <= 0:
        return low + (high - low) * u
    span = np.log(high) - np.log(low)
    # From the smallest number that can be written on, the factor alone is more than the largest.
    return low * np.exp(u * span) if span < MOST_EXPONENT else np.exp(np.log(low) + u * span)


@cache
def _base(content: Content, count: int) -> dict[str, np.ndarray]:
    """What is drawn for every column when nothing is known."""
    u, z = _uniforms(content, count), _deviates(content, count)
    place = _dimensions(content)
    base: dict[str, np.ndarray] = {}
    for question in content.questions:
        for name in question.columns:
            draws = u[:, place[name]]
            match question.type:
                case "choice":
                    edges = np.cumsum([choice.prior for choice in question.choices])[:-1]
                    base[name] = np.searchsorted(edges, draws, side="right").astype(np.uint8)
                case "several":
                    choice = next(choice for choice in question.choices if name == f"{question.id}_{choice.id}")
                    base[name] = draws < choice.prior
                case "yes_no":
                    base[name] = (draws < question.yes_prior).astype(np.uint8)
                case _:
                    assert question.prior is not None
                    drawn = quantile(question.prior, draws, z[:, place[name]])
                    drawn = np.clip(drawn, question.minimum, question.maximum)
                    base[name] = np.round(drawn) if question.integer else drawn
    for assumption in content.assumptions:
        base[assumption.id] = _assumed(assumption, u[:, place[assumption.id]], z[:, place[assumption.id]])
    base |= {name: u[:, place[name]] for name in SPEEDS}
    return {name: np.ascontiguousarray(column) for name, column in base.items()}


def _assumed(assumption: Assumption, u: Array, z: Array) -> Array:
    return np.clip(quantile(assumption.prior, u, z), assumption.minimum, assumption.maximum)


def quantile(prior: Quantity, u: Array, z: Array | None = None) -> Array:
    """The values of a prior at the probabilities `u`; `z` are the normal deviates there, where they are known."""
    if prior.shape == "uniform":
        return prior.p10 + (prior.p90 - prior.p10) * u
    middle = (np.log(prior.p10) + np.log(prior.p90)) / 2
    spread = (np.log(prior.p90) - np.log(prior.p10)) / (2 * Z90)
    return np.exp(middle + spread * (normal(u) if z is None else z))


@cache
def _dimensions(content: Content) -> dict[str, int]:
    names = [column for question in content.questions for column in question.columns]
    names += [assumption.id for assumption in content.assumptions]
    names += SPEEDS
    return {name: place for place, name in enumerate(names)}


def _uniforms(content: Content, count: int) -> Array:
    """`count` points of a scrambled Sobol sequence, one a column, then one a rule, an option, and one more."""
    return _drawn(content, max(count, AT_LEAST))[0][:count]


def _deviates(content: Content, count: int) -> Array:
    """The normal deviates at `_uniforms`."""
    return _drawn(content, max(count, AT_LEAST))[1][:count]


@cache
def _drawn(content: Content, count: int) -> tuple[Array, Array]:
    dimensions = len(_dimensions(content)) + len(content.rules) + len(content.options) + 1
    return inside(points(dimensions, count, SEED)), normals(dimensions, count, SEED)


@cache
def _deviates_of(content: Content, count: int, column: str) -> Array:
    return np.ascontiguousarray(_deviates(content, count)[:, _dimensions(content)[column]])


@cache
def _weights(content: Content, count: int) -> Array:
    spread = np.array([DEVIATIONS[rule.evidence] for rule in content.rules])
    return np.maximum(0.0, 1.0 + _normals(content, count, "rules") * spread)


@cache
def _tastes(content: Content, count: int) -> Array:
    first = len(_dimensions(content)) + len(content.rules)
    return -np.log(-np.log(_uniforms(content, count)[:, first : first + len(content.options)]))


@cache
def _normals(content: Content, count: int, which: str) -> Array:
    first = len(_dimensions(content)) + (0 if which == "rules" else len(content.rules))
    last = first + len(content.rules if which == "rules" else content.options)
    return _deviates(content, count)[:, first:last]
