"""The fit: what it writes matches the cases, families never straddle folds, and it learns what is planted."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from advisor.content import evidence
from advisor.content.entries import Learned
from advisor.content.load import CONTENT_DIR, LEARNED, load
from advisor.engine import fit
from advisor.engine.measure import calibration, constant, pair, score
from advisor.engine.terms import CLASSES, TRAINING, compile_terms

CONTENT = load()
FOUND = Learned.model_validate_json((CONTENT_DIR / LEARNED).read_bytes())


def test_the_weights_were_fitted_to_the_cases_and_terms_as_they_are() -> None:
    assert FOUND.evidence == evidence.digest(), "cases or terms have changed: run `make weights`"
    assert tuple(one.id for one in FOUND.terms) == compile_terms(CONTENT).ids


def test_fitting_again_gives_the_weights_that_are_written_down() -> None:
    """Digits beyond the second may differ with the machine's arithmetic."""
    made = fit.material(CONTENT)
    fitted = made.taught(made.examples.teaching, made.known)
    written = np.array([one.weights for one in FOUND.terms])
    assert fitted.weights == pytest.approx(written, abs=0.05)
    assert fitted.scale == pytest.approx(FOUND.scale, abs=0.02)
    again = fit.predict(made.whole, fitted)
    assert score(made.examples.cases, again).brier == pytest.approx(FOUND.scores["in_sample"].brier, abs=0.005)


def test_another_case_or_term_changes_the_digest(tmp_path: Path) -> None:
    for name in ("cases", "evidence", "weights"):
        shutil.copytree(CONTENT_DIR / name, tmp_path / name)
    before = evidence.digest(tmp_path)
    assert before == evidence.digest()
    for name in ("cases/retrieval.yaml", "evidence/cases.yaml", "weights/terms.yaml"):
        text = (tmp_path / name).read_text("utf-8")
        (tmp_path / name).write_text(text + "\n", "utf-8")
        assert evidence.digest(tmp_path) != before
        (tmp_path / name).write_text(text, "utf-8")


def test_cases_of_one_family_lie_in_one_fold_and_weigh_one_at_most() -> None:
    cases = fit.examples(CONTENT)
    fold = fit.folds(cases.families)
    for family in set(cases.families):
        mine = np.array([one == family for one in cases.families])
        assert len(set(fold[mine])) == 1
        assert cases.weights[mine].sum() <= 1 + 1e-9
    assert np.bincount(fold).min() >= 10


def test_not_yet_is_no_class_and_its_cases_teach_only_what_they_would_also_support() -> None:
    assert "not_yet" not in CLASSES
    cases = fit.examples(CONTENT)
    for row, case in enumerate(cases.cases):
        if case.outcome == "not_yet":
            assert cases.targets[row].max(initial=0) <= fit.ACCEPTABLE
    alone = [row for row, case in enumerate(cases.cases) if case.outcome == "not_yet" and not case.acceptable]
    assert alone
    assert not set(alone) & set(cases.teaching)


def test_a_copy_hides_some_answers_and_always_the_same() -> None:
    cases = fit.examples(CONTENT).cases
    whole = sum(len(one.answers) for one in fit.situations(cases, CONTENT, 0))
    first, again, other = (fit.situations(cases, CONTENT, copy) for copy in (1, 1, 2))
    kept = sum(len(one.answers) for one in first)
    assert [one.answers for one in first] == [one.answers for one in again]
    assert [one.answers for one in first] != [one.answers for one in other]
    assert kept / whole == pytest.approx(1 - fit.HIDDEN, abs=0.03)


def planted() -> tuple[np.ndarray, np.ndarray, fit.Prior]:
    """200 made-up cases in which the first of two terms always means reinforcement, and the second nothing."""
    random = np.random.default_rng(3)
    held = (random.random((200, 4, 2)) < 0.5).astype(np.float32)
    held[:, :, 0] = held[:, :1, 0]
    targets = np.zeros((200, len(CLASSES)))
    outcome = np.where(held[:, 0, 0] > 0, CLASSES.index("rft"), random.integers(0, 3, 200))
    targets[np.arange(200), outcome] = 1
    none = np.zeros((2, len(CLASSES)))
    free = np.full_like(none, np.inf)
    return held, targets, fit.Prior(none, np.ones_like(none), np.zeros(len(CLASSES)), -free, free)


def test_a_planted_effect_is_found_and_a_term_without_one_stays_small() -> None:
    held, targets, known = planted()
    learned = fit.fit(held, targets, np.ones(200), known).weights
    assert learned[0, CLASSES.index("rft")] - learned[0, 0] > 3
    assert np.ptp(learned[1]) < np.ptp(learned[0]) / 3


def test_a_sign_holds_whatever_the_cases_say() -> None:
    held, targets, known = planted()
    upper = known.upper.copy()
    upper[0, CLASSES.index("rft")] = 0.0
    learned = fit.fit(held, targets, np.ones(200), replace(known, upper=upper)).weights
    assert learned[0, CLASSES.index("rft")] <= 0


def test_without_cases_the_prior_stays() -> None:
    held, targets, known = planted()
    effects = np.array([[0.5, -0.5, *[0.0] * 6], [0.0] * 8])
    learned = fit.fit(held, targets, np.full(200, 1e-9), replace(known, effects=effects))
    assert learned.weights == pytest.approx(learned.scale * effects, abs=1e-3)
    assert learned.scale == pytest.approx(fit.SCALE[0], abs=1e-3)


def test_the_gradient_is_that_of_the_loss(monkeypatch: pytest.MonkeyPatch) -> None:
    held, targets, known = planted()
    seen = []

    def check(loss, begin, **kwargs):  # type: ignore[no-untyped-def]
        point = begin + np.random.default_rng(1).normal(0, 0.3, len(begin))
        _, slope = loss(point)
        for place in (0, 3, 9, 17, 24):
            step = np.zeros(len(begin))
            step[place] = 1e-3
            seen.append((slope[place], (loss(point + step)[0] - loss(point - step)[0]) / 2e-3))
        raise StopIteration

    monkeypatch.setattr(fit, "minimize", check)
    with pytest.raises(StopIteration):
        fit.fit(held[:40], targets[:40], np.ones(40), known)
    for said, measured in seen:
        assert said == pytest.approx(measured, rel=2e-2, abs=2e-2)


def test_sets_of_weights_spread_less_where_cases_speak() -> None:
    held, targets, known = planted()
    fitted = fit.fit(held, targets, np.ones(200), known)
    drawn = fit.spread(held, targets, np.ones(200), fitted, known)
    silent = fit.spread(held, targets, np.full(200, 1e-9), fitted, known)
    assert drawn.shape == (fit.SETS, 3, len(CLASSES))
    assert drawn[:, 1].std() < silent[:, 1].std()
    assert silent[:, 1].std() == pytest.approx(fit.DRAWN, rel=0.15)


class TestScores:
    CASES = tuple(
        next(one for one in evidence.evidence_cases() if one.outcome == outcome and not one.acceptable)
        for outcome in ("rag", "dpo", "rft")
    )

    def said(self, *firsts: tuple[str, str]) -> np.ndarray:
        shares = np.zeros((len(firsts), len(CLASSES)))
        for row, (first, second) in enumerate(firsts):
            shares[row, CLASSES.index(first)], shares[row, CLASSES.index(second)] = 0.7, 0.3  # type: ignore[arg-type]
        return shares

    def test_are_those_of_a_hand_count(self) -> None:
        found = score(self.CASES, self.said(("rag", "prompting"), ("rag", "dpo"), ("rft", "dpo")))
        assert (found.acceptable, found.first_two, found.yes_no) == (0.6667, 1.0, 0.6667)
        assert found.brier == pytest.approx((0 + 0.7**2 + 0) / 3, abs=1e-4)

    def test_the_best_fixed_answers_are_found(self) -> None:
        assert constant(self.CASES).acceptable == pytest.approx(1 / 3, abs=1e-4)
        assert pair(self.CASES).first_two == pytest.approx(2 / 3, abs=1e-4)

    def test_calibration_counts_every_case_once(self) -> None:
        found = calibration(
            self.CASES, self.said(("rag", "prompting"), ("rag", "dpo"), ("rft", "dpo"))[:, TRAINING].sum(axis=1)
        )
        assert [(one.said, one.happened, one.cases) for one in found] == [(0.0, 0.0, 1), (0.3, 1.0, 1), (1.0, 1.0, 1)]


def test_the_figures_are_worth_having() -> None:
    """Out of fold by family; no target to tune for: below this, learning would be no better than not learning."""
    scores = FOUND.scores
    assert scores["out_of_fold"].cases == 175
    for other in ("expert_only", "best_constant", "best_pair"):
        assert scores["out_of_fold"].acceptable > scores[other].acceptable
        assert scores["out_of_fold"].first_two > scores[other].first_two
    for other in ("expert_only", "answers_only", "best_constant", "best_pair"):
        assert scores["out_of_fold"].brier < scores[other].brier - 0.01
    assert scores["in_sample"].acceptable >= scores["out_of_fold"].acceptable
    assert scores["with_base_rates"].brier < 0.16
    assert sum(one.cases for one in FOUND.calibration) == 175
    assert TRAINING.sum() == 5
