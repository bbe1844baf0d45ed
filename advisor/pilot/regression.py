"""A classifier on vectors of texts: logistic regression with several classes, fitted by conjugate gradients.

How strongly its weights are held small is chosen by cross-validation on the examples alone. SciPy's L-BFGS wakes the
threads of its BLAS at every step, which takes twenty times as long on a busy machine; its conjugate gradients do not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]

STRENGTHS = (1e-4, 1e-3, 1e-2, 1e-1, 1.0)
"""Weights of the squared size beside the mean loss, from hardly held to firmly."""
FOLDS = 5
MOST_STEPS = 500
FLAT = 1e-4
"""Slope at which a fit ends: labels change no more."""


@dataclass(frozen=True)
class Classifier:
    """Says a label of a vector."""

    labels: tuple[str, ...]
    weights: Floats
    """Dimensions x labels."""
    bias: Floats
    strength: float
    """The one of `STRENGTHS` that did best."""

    def predict(self, vectors: npt.ArrayLike) -> list[str]:
        """The likeliest label of each vector."""
        scores = np.asarray(vectors, float) @ self.weights + self.bias
        return [self.labels[place] for place in scores.argmax(axis=1)]


def fit(vectors: npt.ArrayLike, labels: Sequence[str], seed: int = 0) -> Classifier:
    """Fit to examples; rare labels weigh as much as frequent ones. Raises `ValueError` for fewer than two labels."""
    data = np.asarray(vectors, float)
    names = tuple(sorted(set(labels)))
    if len(names) < 2:
        raise ValueError("a classifier needs two labels")
    targets = np.array([names.index(label) for label in labels])
    strength = _best_strength(data, targets, len(names), seed)
    weights, bias = _fitted(data, targets, len(names), strength)
    return Classifier(names, weights, bias, strength)


def _best_strength(data: Floats, targets: Places, classes: int, seed: int) -> float:
    """The strength with the least mean loss on examples left out; the firmest of equal ones."""
    folds = _folds(targets, seed)
    count = int(folds.max()) + 1
    if count < 2:
        return STRENGTHS[len(STRENGTHS) // 2]
    losses = dict.fromkeys(sorted(STRENGTHS, reverse=True), 0.0)
    for fold in range(count):
        out, start = folds == fold, None
        for strength in losses:  # from the firmest on: what is found is near to what is found next
            start = _fitted(data[~out], targets[~out], classes, strength, start)
            logs = _log_shares(data[out] @ start[0] + start[1])
            losses[strength] -= float(logs[np.arange(int(out.sum())), targets[out]].sum())
    return min(losses, key=lambda strength: (losses[strength], -strength))


def _folds(targets: Places, seed: int) -> Places:
    """The fold of each example: each label is dealt out over all folds."""
    random, folds = np.random.default_rng(seed), np.zeros(len(targets), int)
    at = 0
    for label in np.unique(targets):
        places = random.permutation(np.flatnonzero(targets == label))
        folds[places] = (np.arange(len(places)) + at) % min(FOLDS, len(targets))
        at += len(places)
    return folds


def _fitted(
    data: Floats, targets: Places, classes: int, strength: float, start: tuple[Floats, Floats] | None = None
) -> tuple[Floats, Floats]:
    """Weights and bias of the least loss, looked for from `start` on."""
    from scipy.optimize import minimize  # here, since importing it takes a fifth of a second

    n, dimensions = data.shape
    counts = np.bincount(targets, minlength=classes)
    weight = (1 / np.maximum(counts, 1))[targets]
    weight /= weight.sum()
    wanted = np.zeros((n, classes))
    wanted[np.arange(n), targets] = 1

    def loss(flat: Floats) -> tuple[float, Floats]:
        weights, bias = flat[: dimensions * classes].reshape(dimensions, classes), flat[dimensions * classes :]
        logs = _log_shares(data @ weights + bias)
        apart = (np.exp(logs) - wanted) * weight[:, None]
        value = -float((weight * logs[np.arange(n), targets]).sum()) + strength / 2 * float((weights**2).sum())
        gradient = data.T @ apart + strength * weights
        return value, np.concatenate([gradient.ravel(), apart.sum(axis=0)])

    first = np.concatenate([part.ravel() for part in start]) if start else np.zeros((dimensions + 1) * classes)
    found = minimize(loss, first, jac=True, method="CG", options={"maxiter": MOST_STEPS, "gtol": FLAT}).x
    return found[: dimensions * classes].reshape(dimensions, classes), found[dimensions * classes :]


def _log_shares(scores: Floats) -> Floats:
    """Logarithms of the shares that scores come to (softmax)."""
    scores = scores - scores.max(axis=1, keepdims=True)
    logs: Floats = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    return logs
