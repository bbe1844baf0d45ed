"""What follows a failure, measured: ways to say it, on the cases that say what was tried and fell short.

Each way sees a case as it was before the failure, is told what failed, and says what comes next; what failed is never
said again. All are out of fold by family, and what has weights of its own fits them on the other folds.

Of all 175 cases, too, it was tried to choose the second step by what sources accept together: the share of each outcome
times how often its cases accept an option and not the first one, as if so many further cases of each outcome accepted
nothing else. With 50, 20, 10, 5, 3, 2 and 1 of these, first or second was right in -1, 1, 0, 1, 1, 3 and 3 cases more,
none of which is beyond chance (5 won and 2 lost at most). By how often it is right after any first option that is
wrong, weighed by the share of that option, 5 is best, and gives one more. Those with 1 or 2 gained partly by training
on facts without retrieval where retrieval had failed, which experts advise against; with the options that build on the
failed one kept as they were, they gained one. It is not used.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import minimize

from advisor.content.entries import Case, Score
from advisor.content.evidence import EvidenceCase
from advisor.engine.measure import fixed, pair, score, score_lines
from advisor.engine.scenarios import Array, Mask
from advisor.engine.terms import CLASSES, TRAINING, Class

FAILED: dict[Class, dict[str, tuple[str, ...]]] = {
    "prompting": {"prompt_tried": ("good",), "prompt_result": ("near", "poor")},
    "rag": {"rag_tried": ("misses", "misused")},
    "finetune_sft": {"tuned_model": ("plateau", "brittle")},
}
"""The answers that say that an outcome was tried and fell short."""
ALWAYS: tuple[Class, Class] = ("rag", "finetune_sft")
"""The pair that always said does best on all of these cases."""
SPREAD = {"nested": 1.0, "sequential": 0.5}
"""Standard deviation around nought of the weights of a way that has its own, in nats. With 0.25, 1 and 2 neither did
better.
"""
FLOOR = 1e-6
"""Least share whose logarithm is taken."""


@dataclass(frozen=True)
class Seen:
    """A case with some of its answers."""

    id: str
    answers: dict[str, Any]


@dataclass(frozen=True)
class Failures:
    """Cases with what failed in each: rows are cases."""

    cases: tuple[Case | EvidenceCase, ...]
    failed: Mask
    """Cases x classes."""
    before: tuple[Seen, ...]
    """Without the answers that say that something failed."""

    @property
    def rows(self) -> Array:
        """Places of the cases in which something failed."""
        return np.flatnonzero(self.failed.any(axis=1))


def failures(cases: Sequence[Case | EvidenceCase]) -> Failures:
    """What failed in each case, and the case as it was before."""
    failed = np.array([[_fell_short(one, case.answers) for one in CLASSES] for case in cases])
    return Failures(tuple(cases), failed, tuple(Seen(case.id, _before(case.answers)) for case in cases))


def _fell_short(failed: Class, answers: Mapping[str, Any]) -> bool:
    signs = FAILED.get(failed, {})
    return bool(signs) and all(answers.get(question) in said for question, said in signs.items())


def _before(answers: Mapping[str, Any]) -> dict[str, Any]:
    told = {question for one, signs in FAILED.items() if _fell_short(one, answers) for question in signs}
    return {question: value for question, value in answers.items() if question not in told}


def scores_after(
    known: Failures, before: Array, told: Array, targets: Array, weights: Array, fold: Array
) -> dict[str, Score]:
    """Every way, from shares out of fold (cases x classes): before the failure, and told of it as an answer.

    scenarios: each scenario hands the share of what failed to the others in it, and counts as much as that was unlikely
    in it; nested: the same, and what is like that which failed is taken to fail with it; sequential: the same, with a
    weight for each pair of what failed and what follows; answers: the failure is one more answer.
    """
    # A nest is what needs no training, retrieval, or training; retrieval stands alone.
    nest = np.where(TRAINING, 2, np.array([one == "rag" for one in CLASSES]).astype(int))
    like = (known.failed.astype(float) @ (nest[:, np.newaxis] == nest)) > 0
    tried = [CLASSES.index(one) for one in FAILED]
    shape = (len(tried), len(CLASSES))

    def nested(point: Array, rows: Array) -> Array:
        return point[0] * (like & ~known.failed)[rows]

    def sequential(point: Array, rows: Array) -> Array:
        moved: Array = known.failed[rows][:, tried].astype(float) @ point.reshape(shape)
        return moved

    learn = (targets, weights, fold)
    ways = {
        "scenarios": before,
        "nested": _learned(known, before, nested, 1, SPREAD["nested"], *learn),
        "sequential": _learned(known, before, sequential, shape[0] * shape[1], SPREAD["sequential"], *learn),
        "answers": told,
    }
    rows = known.rows
    cases = [known.cases[row] for row in rows]
    found = {name: score(cases, _without(shares, known.failed)[rows]) for name, shares in ways.items()}
    return found | {"always": fixed(cases, ALWAYS), "best_pair": pair(cases)}


def _without(shares: Array, failed: Mask) -> Array:
    left = np.where(failed, 0.0, shares)
    divided: Array = left / np.maximum(left.sum(axis=1, keepdims=True), FLOOR)
    return divided


def _learned(
    known: Failures,
    before: Array,
    moves: Callable[[Array, Array], Array],
    count: int,
    spread: float,
    targets: Array,
    weights: Array,
    fold: Array,
) -> Array:
    """Shares moved by weights that saw no case of the same fold: the most likely ones, normal around nought."""
    found = before.copy()

    def moved(point: Array, rows: Array) -> Array:
        logits = np.log(_without(before, known.failed)[rows] + FLOOR) + moves(point, rows)
        raised = np.exp(logits - logits.max(axis=1, keepdims=True))
        divided: Array = raised / raised.sum(axis=1, keepdims=True)
        return divided

    for held_out in np.unique(fold):
        # An outcome that had failed before teaches nothing of what else follows.
        left = np.where(known.failed, 0.0, targets)
        rows = known.rows[(fold[known.rows] != held_out) & (left[known.rows].sum(axis=1) > 0)]

        def loss(point: Array, rows: Array = rows, left: Array = left) -> float:
            hit = (moved(point, rows) * left[rows]).sum(axis=1)
            return float(-(weights[rows] * np.log(hit + FLOOR)).sum() + 0.5 * (point**2).sum() / spread**2)

        point = minimize(loss, np.zeros(count), method="L-BFGS-B").x
        mine = known.rows[fold[known.rows] == held_out]
        found[mine] = moved(point, mine)
    return found


def table(scores: Mapping[str, Score]) -> list[str]:
    """A line for each way, for whoever fits."""
    return score_lines("after a failure", scores, {"always": "always RAG, SFT"})
