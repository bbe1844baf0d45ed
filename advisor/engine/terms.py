"""The terms of `content/weights/terms.yaml`, compiled: their values in scenarios, and what experts say of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, partial
from typing import Literal, get_args

import numpy as np

from advisor.content.entries import Slope
from advisor.content.load import Content, ContentError
from advisor.engine.conditions import Conditions, conditions, schema
from advisor.engine.rules import expand
from advisor.engine.scenarios import Array, Scenarios, once_each

Class = Literal["prompting", "few_shot", "rag", "finetune_sft", "distill", "rag_plus_finetune", "dpo", "rft"]
CLASSES: tuple[Class, ...] = get_args(Class)
"""Published outcomes that the cases tell apart. `not_yet` is none of them: it is what gates say."""
MEMBERS: dict[Class, tuple[str, ...]] = {
    "prompting": ("prompting", "structured"),
    "few_shot": ("few_shot",),
    "rag": ("rag",),
    "finetune_sft": ("sft", "encoder", "continue"),
    "distill": ("distill",),
    "rag_plus_finetune": ("rag_sft",),
    "dpo": ("dpo",),
    "rft": ("rft",),
}
"""Options by class, first the one that the class is named after. Cases do not tell the others from it."""
TRAINING = np.array([one in ("finetune_sft", "distill", "rag_plus_finetune", "dpo", "rft") for one in CLASSES])
NATS = 0.1 * float(np.log(10.0))
"""Nats in a decibel."""
MOST_TERMS = 80
"""Terms at most: few that predict as well are better. Assumption."""


@dataclass(frozen=True)
class Terms:
    """Compiled terms. Effects are what experts say, in nats; those of a class are the ones of its named option."""

    ids: tuple[str, ...]
    conditions: Conditions
    reads: tuple[tuple[str, ...], ...]
    """Per term, the columns that it reads."""
    slopes: tuple[tuple[int, Slope], ...]
    """Terms that are numbers, by place."""
    effects: Array
    """Terms x options."""
    class_effects: Array
    """Terms x classes, around their mean over the classes."""
    lower: Array
    """Terms x classes: weights may not be below this."""
    upper: Array
    start: Array
    """Per option, log-odds before anything is known, in nats."""
    class_start: Array

    def values(self, scenarios: Scenarios) -> Array:
        """Rows x terms: 1 where a term holds and 0 elsewhere, or its number on its scale (float32)."""
        if self.ids not in scenarios.termed:
            scenarios.termed[self.ids] = self._values(scenarios)
        return scenarios.termed[self.ids]

    def _values(self, scenarios: Scenarios) -> Array:
        values: list[Array] = self.conditions.hold(scenarios.as_known(self.conditions.columns))
        for place, slope in self.slopes:
            values[place] = values[place] * once_each(partial(_on_scale, slope), scenarios[slope.of])
        return scenarios.stacked(values, np.float32)


def _on_scale(slope: Slope, number: Array) -> Array:
    """What a number counts as: nought in the middle of its scale, and one at ten times that."""
    counts: Array = np.log10(np.clip(number, slope.low, slope.high) / slope.at)
    return counts


@cache
def compile_terms(content: Content) -> Terms:
    """Compile and check all terms. Raises `ContentError` naming the term and what is wrong with it."""
    columns = schema(content)
    order = {option.id: place for place, option in enumerate(content.options)}
    if len(content.weighed) > MOST_TERMS:
        raise ContentError(f"weights: {len(content.weighed)} terms; {MOST_TERMS} at most")
    compiled = conditions([(f"weights: {one.id}", one.when) for one in content.weighed], columns)
    effects = np.zeros((len(content.weighed), len(order)))
    lower = np.full((len(content.weighed), len(CLASSES)), -np.inf)
    upper = -lower
    slopes: list[tuple[int, Slope]] = []
    for place, term in enumerate(content.weighed):
        try:
            for option, weight in expand(term.effects, content).items():
                effects[place, order[option]] = weight * NATS
            signs = expand({name: 1.0 if sign == "+" else -1.0 for name, sign in term.signs.items()}, content)
            for source in term.sources:
                content.source(source)
        except ContentError as error:
            raise ContentError(f"weights: {term.id}: {error}") from error
        for column, one in enumerate(CLASSES):
            sign = signs.get(MEMBERS[one][0], 0.0)
            lower[place, column] = 0.0 if sign > 0 else -np.inf
            upper[place, column] = 0.0 if sign < 0 else np.inf
        if term.slope:
            if term.slope.of not in columns or columns[term.slope.of] is not float:
                raise ContentError(f'weights: {term.id}: slope.of: there is no number "{term.slope.of}"')
            slopes.append((place, term.slope))
    reads = [
        (*names, slope.of) if (slope := term.slope) else names
        for names, term in zip(compiled.reads, content.weighed, strict=True)
    ]
    start = np.array([option.prior for option in content.options]) * NATS
    named = np.array([order[MEMBERS[one][0]] for one in CLASSES])
    classes = effects[:, named]
    return Terms(
        tuple(term.id for term in content.weighed),
        compiled,
        tuple(reads),
        tuple(slopes),
        effects,
        classes - classes.mean(axis=1, keepdims=True),
        lower,
        upper,
        start,
        start[named] - start[named].mean(),
    )
