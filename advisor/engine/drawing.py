"""A situation expanded into scenarios: complete situations drawn from the ranges given and, for unknowns, from the
priors. This is probabilistic sensitivity analysis.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial, reduce
from operator import and_
from typing import Any

import numpy as np

from advisor.content.entries import Assumption, Choice, Leaning, Question, Sets
from advisor.content.load import Content, ContentError
from advisor.engine.conditions import Conditions, conditions, schema
from advisor.engine.points import deviates, dimensions, quantile, uniforms
from advisor.engine.scenarios import Array, Scenarios
from advisor.interview.situation import Situation, Value

MOST_EXPONENT = 700.0
"""Exponents up to which the exponential function can be written as a number (float64 ends at 709)."""


def draw(situations: Sequence[Situation], content: Content, count: int) -> Scenarios:
    """Scenarios for each situation. `count` should be a power of two, as the sequences are balanced only then."""
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
    u = uniforms(scenarios.content, scenarios.count)[:, dimensions(scenarios.content)[sets.assumption]]
    amounts = scenarios.told(key) * quantile(sets.each, u, scenarios.deviates(sets.assumption))
    drawn = np.isnan(amounts) | scenarios.is_answered(sets.assumption)
    scenarios.columns[sets.assumption] = np.where(drawn, scenarios.columns[sets.assumption], amounts)


BINS = 4
"""Equally likely classes into which a number is cut to see what it tells."""


@cache
def bins(content: Content, count: int, column: str) -> np.ndarray:
    """The class of each scenario's number, 0 to `BINS` - 1, by rank of what was drawn."""
    return (uniforms(content, count)[:, dimensions(content)[column]] * BINS).astype(np.int64)


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
    for turn, wave in enumerate(_waves(scenarios.content)):
        asked = dict.fromkeys(question.id for question, _ in wave.owners)
        is_open = {
            key: ~scenarios.is_answered(key)
            for key in asked
            if key in scenarios.changed or not scenarios.is_answered(key)[0]
        }
        if not is_open:
            continue
        held = wave.conditions.hold(scenarios)
        for index, (question, leaning) in enumerate(wave.owners):
            if question.id not in is_open:
                continue
            rows = held[index] & is_open[question.id]
            if leaning.known:
                rows = reduce(and_, (scenarios.is_answered(read) for read in wave.reads[index]), rows)
            if not rows.any():
                continue
            for name in question.columns:
                drawn = _leaned(scenarios.content, scenarios.count, turn, index, name)
                if drawn is not None:
                    scenarios.columns[name] = np.where(rows, drawn, scenarios.columns[name])


@cache
def _leaned(content: Content, count: int, turn: int, index: int, column: str) -> np.ndarray | None:
    """A column as a leaning, by its place in a wave, draws it everywhere; None where it leaves it as it was. What it
    draws is the same for everybody, so it is drawn once.
    """
    question, leaning = _waves(content)[turn].owners[index]
    place = dimensions(content)[column]
    u, z = uniforms(content, count)[:, place], deviates(content, count)[:, place]
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
    return np.searchsorted(edges, uniforms(content, count)[:, dimensions(content)[question.id]], side="right")


def _ranged(column: str, content: Content, count: int, value: Value) -> np.ndarray | float | None:
    """A number as it is; a range spread evenly between its ends, on a log scale where both are above zero."""
    if not isinstance(value, tuple):
        return value if value is None else float(value)
    low, high = float(value[0]), float(value[1])
    u = uniforms(content, count)[:, dimensions(content)[column]]
    if low <= 0:
        return low + (high - low) * u
    span = np.log(high) - np.log(low)
    # From the smallest number that can be written on, the factor alone is more than the largest.
    return low * np.exp(u * span) if span < MOST_EXPONENT else np.exp(np.log(low) + u * span)


@cache
def _base(content: Content, count: int) -> dict[str, np.ndarray]:
    """What is drawn for every column when nothing is known."""
    u, z = uniforms(content, count), deviates(content, count)
    place = dimensions(content)
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
    return {name: np.ascontiguousarray(column) for name, column in base.items()}


def _assumed(assumption: Assumption, u: Array, z: Array) -> Array:
    return np.clip(quantile(assumption.prior, u, z), assumption.minimum, assumption.maximum)
