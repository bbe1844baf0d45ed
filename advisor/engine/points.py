"""The points that scenarios are drawn from, a scrambled sequence for each name with a fixed seed; and normal deviates.

Every question, assumption and option owns one of the sequences, answered or not: so the same answers give the same
scenarios, an answer never disturbs what is drawn for another question, nor does a question that is new.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from advisor.content.entries import Quantity
from advisor.content.load import Content
from advisor.engine.sequence import inside, normal, normals, points

Array = npt.NDArray[Any]

SEED = 20_261_122
"""Beginning of the points that are drawn: with the same one, the same answers give the same figures."""
AT_LEAST = 2_048
"""Points that are drawn at once: fewer are the first of them, and need not be drawn again."""
Z90 = 1.2815515594600038
"""90th percentile of the standard normal distribution."""
SPEEDS = ("speed_first_token", "speed_output")
"""Where, between 0 and 1, a model's speed lies in its published range."""


def quantile(prior: Quantity, u: Array, z: Array | None = None) -> Array:
    """The values of a prior at the probabilities `u`; `z` are the normal deviates there, where they are known."""
    if prior.shape == "uniform":
        return prior.p10 + (prior.p90 - prior.p10) * u
    middle = (np.log(prior.p10) + np.log(prior.p90)) / 2
    spread = (np.log(prior.p90) - np.log(prior.p10)) / (2 * Z90)
    return np.exp(middle + spread * (normal(u) if z is None else z))


@cache
def dimensions(content: Content) -> dict[str, int]:
    names = [column for question in content.questions for column in question.columns]
    names += [assumption.id for assumption in content.assumptions]
    names += SPEEDS
    return {name: place for place, name in enumerate(names)}


def uniforms(content: Content, count: int) -> Array:
    """`count` points of each sequence, one a column, then one an option, and one more."""
    return _drawn(content, max(count, AT_LEAST))[0][:count]


def deviates(content: Content, count: int) -> Array:
    """The normal deviates at `uniforms`."""
    return _drawn(content, max(count, AT_LEAST))[1][:count]


@cache
def _drawn(content: Content, count: int) -> tuple[Array, Array]:
    names = [*dimensions(content)]
    names += [f"option {option.id}" for option in content.options]
    names.append("and one more")
    return inside(points(names, count, SEED)), normals(names, count, SEED)


@cache
def deviates_of(content: Content, count: int, column: str) -> Array:
    return np.ascontiguousarray(deviates(content, count)[:, dimensions(content)[column]])


@cache
def tastes_of(content: Content, count: int) -> Array:
    first = len(dimensions(content))
    return np.asfortranarray(-np.log(-np.log(uniforms(content, count)[:, first : first + len(content.options)])))


def drawn(content: Content, column: str, prior: Quantity, count: int = AT_LEAST) -> Array:
    """Values of a prior at the points of one of `dimensions`: those that an advice draws which knows nothing of it."""
    u = uniforms(content, count)[:, dimensions(content)[column]]
    return quantile(prior, u, deviates_of(content, count, column))
