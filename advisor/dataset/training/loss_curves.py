"""What two curves of loss say: whether a training learnt, learnt by heart, or could have gone on.

It needs nothing but Python: the kits take this file along.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Reading = Literal["good", "overfitted", "going_on", "nothing_learnt"]
NOTICED = 0.02
"""Share by which a loss has to change to count as more than noise. Our choice."""
VALIDATION = ("full_valid_loss", "valid_loss")
"""Columns of results.csv with the loss on rows that are not trained on, the better one first."""


@dataclass(frozen=True)
class Point:
    """The losses after a step."""

    step: int
    training: float
    validation: float


def points(lines: Iterable[str]) -> list[Point]:
    """The steps of a results.csv at which both losses were measured. Raises `ValueError` where the columns are missing.

    Where the loss on all validation rows was measured, only that counts.
    """
    rows = list(csv.DictReader(lines))
    columns = set(rows[0]) if rows else set()
    if not {"step", "train_loss"} <= columns or not columns & {*VALIDATION}:
        raise ValueError("no columns step, train_loss and full_valid_loss or valid_loss")
    for name in VALIDATION:
        found = [
            Point(int(float(row["step"])), training, validation)
            for row in rows
            if (training := _loss(row.get("train_loss"))) is not None
            and (validation := _loss(row.get(name))) is not None
        ]
        if found:
            return found
    return []


def _loss(text: str | None) -> float | None:
    """A loss; None for a step at which none was measured, which stands as nothing or below nought."""
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if value >= 0 else None


def lowest(curve: Sequence[Point]) -> Point:
    """Where the loss on rows that are not trained on is lowest: the first of these."""
    return min(curve, key=lambda point: point.validation)


def read(curve: Sequence[Point]) -> Reading:
    """What the curves say. Raises `ValueError` for fewer than two points."""
    if len(curve) < 2:
        raise ValueError("two points at least")
    first, last, best = curve[0], curve[-1], lowest(curve)
    if last.validation > best.validation * (1 + NOTICED) and last.training < first.training:
        return "overfitted"
    if best.validation > first.validation * (1 - NOTICED):
        return "nothing_learnt"
    if last.validation < curve[-2].validation * (1 - NOTICED):
        return "going_on"
    return "good"
