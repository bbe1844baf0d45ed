"""Whole advices on cases: what is told is what an advice says, and what stands written is what they come to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from advisor import advise
from advisor.content import evidence
from advisor.content.load import load
from advisor.engine import fit
from advisor.engine.evaluate import SCENARIOS, Told, score_told, tell
from advisor.engine.reasons import class_of

CONTENT = load()


@dataclass(frozen=True)
class Known:
    outcome: str
    acceptable: tuple[str, ...] = ()


def test_what_is_told_is_what_the_advice_says() -> None:
    """Three questions: one that is not yet, and two that say different things."""
    asked = [one for one in fit.everyday() if one.id in ("e1-01", "e1-03", "e2-46")]
    situations = fit.situations(asked, CONTENT, 0)
    told = tell(situations, CONTENT, fit.JUDGED)
    for situation, one in zip(situations, told, strict=True):
        advice = advise(situation, fit.JUDGED, scenarios=SCENARIOS)
        assert one.first == ("not_yet" if advice.verdict == "not_yet" else class_of(advice.option))
        planned = [class_of(step.id) for step in advice.plan if step.kind == "option"]
        assert one.options == tuple(dict.fromkeys(planned))
        assert one.ends_in_training == pytest.approx(advice.ends_in_training, abs=1e-4)
    assert len({one.first for one in told}) > 1


def test_a_wait_counts_as_said_first_and_weights_count_cases() -> None:
    waits = Told("not_yet", ("finetune_sft", "rag"), 0.9)
    sure = Told("rag", ("rag", "prompting"), 0.2)
    assert waits.said == ("not_yet", "finetune_sft")
    assert Told("rag", (), 0.0).said == ("rag", "rag")
    cases = [Known("finetune_sft"), Known("prompting", ("rag",))]
    score = score_told(cases, [waits, sure])
    assert (score.acceptable, score.first_two, score.yes_no) == (0.5, 1.0, 1.0)
    assert score.brier == pytest.approx((0.1**2 + 0.2**2) / 2)
    assert score_told(cases, [waits, sure], np.array([0.0, 1.0])).acceptable == 1.0


def test_advices_are_as_good_as_is_written() -> None:
    """Of the questions from forums, which are judged in a second: `make weights` writes them down with all others."""
    assert CONTENT.learned is not None
    now = score_told(fit.everyday(), tell(fit.situations(fit.everyday(), CONTENT, 0), CONTENT, fit.JUDGED))
    written = CONTENT.learned.scores["advice_everyday"]
    assert now.cases == written.cases == len([one for one in evidence.everyday() if one in fit.everyday()])
    for name in ("acceptable", "first_two", "yes_no", "brier"):
        assert getattr(now, name) == pytest.approx(getattr(written, name), abs=0.05), "run `make weights`"


def test_whole_advices_are_better_than_fixed_answers_on_cases_they_had_not_seen() -> None:
    assert CONTENT.learned is not None
    scores = CONTENT.learned.scores
    assert scores["advice"].acceptable > scores["best_constant"].acceptable + 0.2
    assert scores["advice"].first_two > scores["best_pair"].first_two + 0.1
    assert scores["advice"].brier < scores["best_constant"].brier - 0.05
    assert scores["advice_in_sample"].acceptable >= scores["advice"].acceptable
    assert sum(one.cases for one in CONTENT.learned.advice_calibration) == scores["advice"].cases
