"""Shares: of a hundred teams with answers like these, how many end with each option.

A softmax over the published outcomes of sums of terms, fitted to published cases around what experts say
(`advisor.engine.fit`), corrected for how cases were gathered. Options inside an outcome share its mass by what experts
say. A share is no chance of success, and orders options only among those that are open.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np

from advisor.content.load import Content, ContentError
from advisor.engine.scenarios import Array, Mask, Scenarios
from advisor.engine.terms import CLASSES, MEMBERS, Terms, compile_terms

SHUT = np.float32(-1e9)
"""Score of a class that is closed: its share is nought."""


@dataclass(frozen=True)
class Weights:
    """Weights ready to apply: sets x terms x classes and sets x classes, in nats (float32)."""

    terms: Terms
    weights: Array
    intercepts: Array
    scale: float

    @cached_property
    def mean(self) -> tuple[Array, Array]:
        """The means of the sets: weights as classes x terms, and intercepts as classes x 1."""
        weights = np.ascontiguousarray(self.weights.mean(axis=0).T)
        return weights, self.intercepts.mean(axis=0)[:, np.newaxis]

    @cached_property
    def of_sets(self) -> tuple[Array, Array]:
        """Weights as sets x classes x terms, and intercepts as sets x classes x 1."""
        return np.ascontiguousarray(self.weights.swapaxes(1, 2)), self.intercepts[:, :, np.newaxis]

    def inside(self, places: Sequence[int]) -> tuple[Array, Array]:
        """What experts say of options at these places: options x terms and options x 1, in nats (float32)."""
        key = tuple(places)
        if key not in self._inside:
            effects, start = self.terms.effects[:, places].T, self.terms.start[places, np.newaxis]
            self._inside[key] = (self.scale * effects).astype(np.float32), (self.scale * start).astype(np.float32)
        return self._inside[key]

    @cached_property
    def _inside(self) -> dict[tuple[int, ...], tuple[Array, Array]]:
        """What `inside` said."""
        return {}


def shares(scenarios: Scenarios, shut: Mask | None = None, off: frozenset[str] = frozenset()) -> Array:
    """Rows x options, each row adding up to 1: the shares among the options that are not shut.

    `shut` is rows x options; where everything is shut a row is all noughts. Terms named in `off` add nothing. Raises
    `ContentError` if no weights have been fitted.
    """
    loaded = weights(scenarios.content)
    values = loaded.terms.values(scenarios).T
    if off:
        values = np.where(np.isin(loaded.terms.ids, sorted(off))[:, np.newaxis], np.float32(0.0), values)
    logits = _logits(values, loaded, scenarios.count)
    return _options(logits, values, loaded, None if shut is None else ~shut.T, scenarios.content).T


def _logits(values: Array, loaded: Weights, count: int) -> Array:
    """Classes x rows, of terms x rows. Neighbouring rows, which the sequences spread well, take the same set of
    weights.
    """
    sets, (terms, rows) = len(loaded.weights), values.shape
    if count % sets or count == sets:
        weights, intercepts = loaded.mean
        logits: Array = weights @ values + intercepts
        return logits
    weights, intercepts = loaded.of_sets
    blocks = values.reshape(terms, -1, sets, count // sets)
    by_set = _moved(blocks, (0, 2, 1)).reshape(terms, sets, -1).swapaxes(0, 1)
    logits = weights @ by_set + intercepts
    return _moved(logits.reshape(sets, -1, *blocks.shape[1::2]), (1, 2, 0)).reshape(-1, rows)


def _moved(blocks: Array, axes: tuple[int, int, int]) -> Array:
    """The first three axes in another order. What lies along the last one is moved as one piece, which is quicker."""
    pieces = np.ascontiguousarray(blocks).view((np.void, blocks.itemsize * blocks.shape[3]))[..., 0]
    moved: Array = np.ascontiguousarray(pieces.transpose(axes)).view(blocks.dtype)
    return moved


def _softmax(logits: Array, open_: Mask | None) -> Array:
    """Of classes or options x rows, the shares of each row; noughts where all is closed."""
    held = logits if open_ is None else logits + SHUT * ~open_
    raised = np.exp(held - np.maximum.reduce(held))
    if open_ is not None:
        raised *= open_
    total = np.add.reduce(raised)
    divided: Array = raised / np.where(total > 0, total, np.float32(1.0))
    return divided


def _options(logits: Array, values: Array, loaded: Weights, is_open: Mask | None, content: Content) -> Array:
    """Options x rows: the share of each class, divided over its options that are open."""
    order = {option.id: place for place, option in enumerate(content.options)}
    members = [[order[option] for option in MEMBERS[one]] for one in CLASSES]
    any_open = None if is_open is None else np.array([np.logical_or.reduce(is_open[places]) for places in members])
    classes = _softmax(logits, any_open)
    found: Array = np.empty((len(order), len(classes[0])), dtype=np.float32)
    for share, places in zip(classes, members, strict=True):
        if len(places) == 1:
            found[places[0]] = share
        else:
            # Cases do not tell these apart, so experts do.
            effects, start = loaded.inside(places)
            said = effects @ values + start
            found[places] = share * _softmax(said, None if is_open is None else is_open[places])
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
