"""Shares: of a hundred teams with answers like these, how many end with each option.

A softmax over the published outcomes of sums of terms, fitted to published cases around what experts say
(`advisor.engine.fit`), corrected for how cases were gathered. Options inside an outcome share its mass by what experts
say. A share is no chance of success, and orders options only among those that are open.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from advisor.content.load import Content, ContentError
from advisor.engine.scenarios import Array, Mask, Scenarios, across
from advisor.engine.terms import CLASSES, MEMBERS, Terms, by_class, compile_terms

SHUT = -1e9
"""Score of a class that is closed: its share is nought."""


@dataclass(frozen=True)
class Weights:
    """Weights ready to apply: sets x terms x classes and sets x classes, in nats (float32)."""

    terms: Terms
    weights: Array
    intercepts: Array
    scale: float


def shares(scenarios: Scenarios, shut: Mask | None = None, off: frozenset[str] = frozenset()) -> Array:
    """Rows x options, each row adding up to 1: the shares among the options that are not shut.

    `shut` is rows x options; where everything is shut a row is all noughts. Terms named in `off` add nothing. Raises
    `ContentError` if no weights have been fitted.
    """
    loaded = weights(scenarios.content)
    values = loaded.terms.values(scenarios)
    if off:
        values = np.where(np.isin(loaded.terms.ids, sorted(off)), np.float32(0.0), values)
    logits = _logits(values, loaded, scenarios.count)
    return _options(logits, values, loaded, None if shut is None else ~shut, scenarios.content)


def _logits(values: Array, loaded: Weights, count: int) -> Array:
    """Rows x classes. Neighbouring rows, which the sequences spread well, take the same set of weights."""
    sets = len(loaded.weights)
    if count % sets or count == sets:
        logits: Array = values @ loaded.weights.mean(axis=0) + loaded.intercepts.mean(axis=0)
        return logits
    situations = len(values) // count
    blocks = values.reshape(situations, sets, count // sets, -1)
    logits = blocks @ loaded.weights + loaded.intercepts[:, np.newaxis, :]
    return np.asfortranarray(logits.reshape(len(values), -1))


def _softmax(logits: Array, open_: Mask | None) -> Array:
    held = logits if open_ is None else np.where(open_, logits, SHUT)
    raised = np.exp(held - across(np.maximum, held))
    if open_ is not None:
        raised *= open_
    total = across(np.add, raised)
    divided: Array = np.divide(raised, total, out=np.zeros_like(raised), where=total > 0)
    return divided


def _options(logits: Array, values: Array, loaded: Weights, is_open: Mask | None, content: Content) -> Array:
    """Rows x options: the share of each class, divided over its options that are open."""
    order = {option.id: place for place, option in enumerate(content.options)}
    classes = _softmax(logits, None if is_open is None else by_class(is_open, content))
    found: Array = np.zeros((len(values), len(order)), dtype=np.float32, order="F")
    for column, one in enumerate(CLASSES):
        places = [order[option] for option in MEMBERS[one]]
        if len(places) == 1:
            found[:, places[0]] = classes[:, column]
        else:
            # Cases do not tell these apart, so experts do.
            effects = (loaded.scale * loaded.terms.effects[:, places]).astype(np.float32)
            said = np.asfortranarray(values @ effects)
            said += (loaded.scale * loaded.terms.start[places]).astype(np.float32)
            parts = _softmax(said, None if is_open is None else is_open[:, places])
            for part, place in enumerate(places):
                found[:, place] = classes[:, column] * parts[:, part]
    return found


@cache
def weights(content: Content) -> Weights:
    """The fitted weights of this content, with sets drawn around them and the base rates in their intercepts.

    Raises `ContentError` if there are none, or if they were fitted to other terms.
    """
    terms, learned = compile_terms(content), content.learned
    if learned is None:
        raise ContentError("weights: content/weights/learned.json is missing; run `make weights`")
    if learned.outcomes != CLASSES or tuple(one.id for one in learned.terms) != terms.ids:
        raise ContentError("weights: content/weights/learned.json was fitted to other terms; run `make weights`")
    entries = (learned.intercept, *learned.terms)
    mean = np.array([one.weights for one in entries])
    around = np.moveaxis(np.array([one.drawn for one in entries]), 2, 0)
    # Each set has its mirror image, so that the sets have the fitted weights as their mean.
    drawn = mean + np.concatenate([around, -around])
    drawn[:, 1:] = np.clip(drawn[:, 1:], terms.lower, terms.upper)
    intercepts = drawn[:, 0] + base_rate_shift(content, np.array(learned.gathered))
    return Weights(terms, drawn[:, 1:].astype(np.float32), intercepts.astype(np.float32), learned.scale)


def base_rate_shift(content: Content, gathered: Array) -> Array:
    """Per class, in nats, what turns odds among cases as they were gathered into odds among those who ask.

    Raises `ContentError` where a class has no base rate.
    """
    asked = {one.id: one.share for one in content.base_rates}
    missing = [one for one in CLASSES if one not in asked]
    if missing:
        raise ContentError(f"weights: base-rates.yaml: no share for {', '.join(missing)}")
    shift: Array = np.log(np.array([asked[one] for one in CLASSES])) - np.log(gathered)
    return shift
