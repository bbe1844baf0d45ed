"""Scenarios of situations: their columns, what was said of each, and what was made of them.

`advisor.engine.drawing` draws them.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, reduce, update_wrapper
from operator import add, or_
from typing import Any, Concatenate, ParamSpec, TypeVar

import numpy as np
import numpy.typing as npt

from advisor.content.entries import Question
from advisor.content.load import Content
from advisor.engine import given
from advisor.engine.conditions import DERIVED
from advisor.engine.points import (
    deviates_of,
    dimensions,
    tastes_of,
    uniforms,
)
from advisor.interview.situation import Situation, Value, middle

Kept = ParamSpec("Kept")
Made = TypeVar("Made")
Array = npt.NDArray[Any]
Mask = npt.NDArray[Any]
PERCENT = "%"
"""Unit of the numbers that are shares of a count."""
BESIDE = {"large_score": "large_model"}
"""Measured scores, which are never drawn, and the answer on which each hangs: its points say how far off they are."""


def kept(
    make: Callable[Concatenate[Scenarios, Kept], Made],
) -> Callable[Concatenate[Scenarios, Kept], Made]:
    """Keep what is made of scenarios, and of what else can be a key, with the scenarios: several options need it."""

    def read(scenarios: Scenarios, /, *args: Kept.args, **kwargs: Kept.kwargs) -> Made:
        key = (make, args, *kwargs.items()) if kwargs else (make, args)
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


def median(values: Array) -> Array:
    """The middle along the last axis, which stays as one place; not a number where one is not. NumPy's own loads its
    masked arrays when it is first asked, which takes longer than all that is asked of it here.
    """
    ordered = np.sort(values, axis=-1)
    last = ordered.shape[-1] - 1
    low, high = ordered[..., last // 2, np.newaxis], ordered[..., (last + 1) // 2, np.newaxis]
    found: Array = np.where(np.isnan(ordered[..., last:]), np.nan, (low + high) / 2)
    return found


def by_situation(table: Array, count: int) -> Array:
    """Columns x situations x scenarios: a view of a table of rows x columns whose columns lie in one piece each."""
    return table.T.reshape(table.shape[1], -1, count)


def often(mask: Mask, count: int) -> Array:
    """Situations x columns: the share of the `count` rows of each situation in which a mask holds."""
    held: Array = np.ones(count, dtype=np.float32) @ mask.reshape(-1, count, mask.shape[1]).astype(np.float32)
    return held.astype(float) / count


def share_held(mask: Mask) -> Array:
    """The share of scenarios in which a mask in the shape of a column holds: its `mean`, in a quarter of the time."""
    held: Array = mask.astype(np.float32) @ np.ones(mask.shape[-1], dtype=np.float32)
    return held.astype(float) / mask.shape[-1]


def once_each(make: Callable[[Array], Array], column: Array) -> Array:
    """What is made of a column, value by value: once for all situations that have the same in it as the first."""
    if column.ndim < 2:
        return make(column)
    apart = np.flatnonzero((column != column[0]).any(axis=1))
    made = np.repeat(make(column[0])[np.newaxis], len(column), axis=0)
    made[apart] = make(column[apart])
    return made


def cut_out(column: Array, places: Sequence[int]) -> Array:
    """What a column, or what was made of columns, has of some situations: of one alone it is as long as a scenario."""
    if column.ndim < 2:
        return column
    cut: Array = column[list(places)] if len(places) > 1 else column[places[0]]
    return cut


class Cut(dict[str, np.ndarray]):
    """Columns of some situations, or of all, cut out of those of all when they are read."""

    def __init__(self, columns: Mapping[str, np.ndarray], places: Sequence[int] | None) -> None:
        super().__init__()
        self.whole, self.places = columns, places

    def __missing__(self, name: str) -> np.ndarray:
        column = self.whole[name]
        self[name] = column = column if self.places is None else cut_out(column, self.places)
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
    derived: dict[str, Array] = field(default_factory=dict)
    """Columns of the estimates (`conditions.DERIVED`)."""
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
        """Rows x arrays, of arrays shaped as columns are; each lies in one piece, as they are few and the rows many."""
        table = np.empty((len(arrays), len(self.situations), self.count), dtype)
        for column, array in zip(table, arrays, strict=True):
            column[:] = array
        return table.reshape(len(arrays), -1).T

    def is_(self, question: str, *wanted: str) -> Mask:
        """Where a choice or yes/no question has one of the values."""
        key = (question, *wanted)
        if key not in self.masks:
            codes, allowed = self.columns[question], self.values[question]
            self.masks[key] = reduce(or_, (codes == allowed.index(value) for value in wanted))
        return self.masks[key]

    def is_answered(self, key: str) -> Mask:
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
        columns_known = {name: self[name] for name in columns}
        for name in columns_known.keys() & asked.keys():
            question = asked[name]
            if not question.decided and (answered := self.is_answered(question.id)).any():
                percent = question.unit == PERCENT
                off = _off(self.content, self.count, name, percent)
                known = given.percentage_off(columns_known[name], off) if percent else columns_known[name] * off
                columns_known[name] = np.where(answered, known, columns_known[name])
        return columns_known

    def measured(self, key: str) -> Array:
        """A percentage that is never drawn, as it may be; not a number where nobody gave it."""
        return given.percentage_off(self.told(key), _off(self.content, self.count, BESIDE[key], percent=True))

    def off(self, most: float) -> Array:
        """How far something is off that is known to within `most` of it, below or above: one for each draw."""
        return most * (2.0 * uniforms(self.content, self.count)[:, -1] - 1.0)

    def deviates(self, column: str) -> Array:
        """The normal deviates at the points that a column is drawn from."""
        return deviates_of(self.content, self.count, column)

    @property
    def tastes(self) -> Array:
        """What speaks for each option in a team beside the shares, in nats: standard Gumbel, draws x options."""
        return tastes_of(self.content, self.count)


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
    u = uniforms(content, count)[:, dimensions(content)[column]]
    return given.deviates_off(u, deviates_of(content, count, column)) if percent else given.times_off(u)
