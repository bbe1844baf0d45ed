"""Writes what scikit-learn's logistic regression says of drawn points: `pip install scikit-learn` elsewhere, and run
this there.

    python tests/pilot/record_scikit_learn.py
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression

STRENGTH = 0.01


def main() -> None:
    random = np.random.default_rng(20261130)
    labels = np.array(["a"] * 30 + ["b"] * 12 + ["c"] * 8)
    centres = {"a": (1, 0, 0), "b": (0, 1, 0.5), "c": (-1, 0.5, 1)}
    points = np.array([centres[label] for label in labels]) + random.normal(0, 0.8, (len(labels), 3))
    others = random.normal(0, 1, (20, 3))
    # Its loss is a sum over weighted points: C = 1 / (strength x sum of weights), and the weights sum to their number.
    model = LogisticRegression(C=1 / (STRENGTH * len(labels)), class_weight="balanced", max_iter=10_000, tol=1e-10)
    model.fit(points, labels)
    told = {
        "version": sklearn.__version__,
        "strength": STRENGTH,
        "points": points.round(6).tolist(),
        "labels": labels.tolist(),
        "others": others.round(6).tolist(),
        "classes": model.classes_.tolist(),
        "shares": model.predict_proba(others).round(6).tolist(),
    }
    Path(__file__).with_name("scikit_learn.json").write_text(json.dumps(told) + "\n", "utf-8")


if __name__ == "__main__":
    main()
