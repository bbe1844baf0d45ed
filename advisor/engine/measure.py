"""How often a way to decide was right: scores on cases with a known outcome."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from types import MappingProxyType
from typing import Protocol

import numpy as np

from advisor.content.entries import CalibrationBin, Score
from advisor.engine.scenarios import Array
from advisor.engine.terms import CLASSES, TRAINING

BINS = (0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0)
"""Edges of the calibration table."""
TUNES = frozenset(one for one, tunes in zip(CLASSES, TRAINING, strict=True) if tunes)


class Judged(Protocol):
    """A case or question with an outcome."""

    @property
    def outcome(self) -> str: ...
    @property
    def acceptable(self) -> tuple[str, ...]: ...


def score(cases: Sequence[Judged], shares: Array) -> Score:
    """Of cases x classes: the outcome with the largest share is the first option."""
    order = np.argsort(-shares, axis=1, kind="stable")
    said = [tuple(CLASSES[place] for place in row[:2]) for row in order]
    return score_of(cases, said, shares[:, TRAINING].sum(axis=1))


def constant(cases: Sequence[Judged]) -> Score:
    """The best that one fixed answer does; its share of training is how often cases ended so."""
    trained = float(np.mean([one.outcome in TUNES for one in cases]))
    options = [score_of(cases, [(one, one)] * len(cases), np.full(len(cases), trained)) for one in CLASSES]
    return max(options, key=lambda one: one.acceptable)


def pair(cases: Sequence[Judged]) -> Score:
    """The best that two fixed answers do."""
    trained = float(np.mean([one.outcome in TUNES for one in cases]))
    fixed = [order for two in combinations(CLASSES, 2) for order in (two, two[::-1])]
    options = [score_of(cases, [two] * len(cases), np.full(len(cases), trained)) for two in fixed]
    return max(options, key=lambda one: (one.first_two, one.acceptable))


def fixed(cases: Sequence[Judged], pair: tuple[str, str]) -> Score:
    """What one fixed answer, and a second behind it, does."""
    trained = float(np.mean([one.outcome in TUNES for one in cases]))
    return score_of(cases, [pair] * len(cases), np.full(len(cases), trained))


def score_of(
    cases: Sequence[Judged], told: Iterable[tuple[str, str]], trained: Array, weights: Array | None = None
) -> Score:
    """Of what was said first and second of each case, and the share that ends in training; every case counts the same
    unless there are `weights`.
    """
    right = [{one.outcome, *one.acceptable} for one in cases]
    pairs = list(told)
    tuned = np.array([one.outcome in TUNES for one in cases])
    return Score(
        cases=len(cases),
        acceptable=_share((two[0] in fine for two, fine in zip(pairs, right, strict=True)), weights),
        first_two=_share((bool(fine & {*two}) for two, fine in zip(pairs, right, strict=True)), weights),
        yes_no=_share((trained > 0.5) == tuned, weights),
        brier=_share((trained - tuned) ** 2, weights),
    )


def _share(right: Iterable[float], weights: Array | None) -> float:
    return round(float(np.average(list(right), weights=weights)), 4)


def calibration(cases: Sequence[Judged], shares: Array) -> tuple[CalibrationBin, ...]:
    """By classes of what was said of training, 0 to 1: what was said on average, and how often it came so."""
    happened = np.array([one.outcome in TUNES for one in cases])
    place = np.digitize(shares, BINS[1:-1])
    return tuple(
        CalibrationBin(
            said=round(float(shares[place == row].mean()), 3),
            happened=round(float(happened[place == row].mean()), 3),
            cases=int((place == row).sum()),
        )
        for row in range(len(BINS) - 1)
        if (place == row).any()
    )


def score_lines(title: str, scores: Mapping[str, Score], names: Mapping[str, str] = MappingProxyType({})) -> list[str]:
    """A head and a line for each way to decide, for whoever fits; `names` has those not called by their key."""
    lines = [f"{title:22}{'cases':>7}{'accept.':>9}{'first 2':>9}{'yes/no':>9}{'Brier':>9}"]
    for key, score in scores.items():
        name = names.get(key, key)
        lines.append(
            f"{name:22}{score.cases:7}{score.acceptable:9.3f}{score.first_two:9.3f}{score.yes_no:9.3f}{score.brier:9.3f}"
        )
    return lines
