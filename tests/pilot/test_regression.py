"""The classifier on vectors, against what scikit-learn said of the same points."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from advisor.pilot import regression
from advisor.pilot.regression import fit

RECORDED = json.loads((Path(__file__).parent / "scikit_learn.json").read_text("utf-8"))
"""Points that were drawn, and the shares that LogisticRegression gave to other ones; `record_scikit_learn.py`."""


def test_shares_are_those_of_scikit_learn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(regression, "STRENGTHS", (RECORDED["strength"],))
    model = fit(RECORDED["points"], RECORDED["labels"])
    scores = np.asarray(RECORDED["others"]) @ model.weights + model.bias
    shares = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    assert list(model.labels) == RECORDED["classes"]
    assert np.abs(shares - np.asarray(RECORDED["shares"])).max() < 2e-3


def test_noise_is_held_small_and_a_clear_difference_is_learned() -> None:
    random = np.random.default_rng(5)
    labels = ["a", "b"] * 30
    noise = random.normal(size=(60, 20))
    assert fit(noise, labels).strength >= 0.1
    clear = noise.copy()
    clear[:, 0] += np.where(np.array(labels) == "a", 4, -4)
    model = fit(clear, labels)
    assert model.predict([[4.0, *[0.0] * 19], [-4.0, *[0.0] * 19]]) == ["a", "b"]


def test_a_rare_label_weighs_as_much() -> None:
    points = [[1.0]] * 95 + [[-1.0]] * 5 + [[-1.0]] * 4
    model = fit(points, ["a"] * 95 + ["b"] * 5 + ["a"] * 4)
    assert model.predict([[-1.0]]) == ["b"]


def test_one_label_is_nothing_to_learn() -> None:
    with pytest.raises(ValueError, match="two labels"):
        fit([[1.0], [2.0]], ["a", "a"])
