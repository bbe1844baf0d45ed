"""The expected score: as calculated by hand, as wide as it was measured, and silent where little is known."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor import advise, situation
from advisor.content.load import load
from advisor.engine.advice import Band
from advisor.engine.comparisons import FEWEST, TASKS, studies_of
from advisor.engine.expected_score import OPTIONS, chances, expected_scores

CONTENT = load()
SORTING = {"task": "classification", "evaluation_set": "yes", "large_model": "short", "small_model": "near"}


def band(**answers: Any) -> Band:
    scores = expected_scores(situation(**{**SORTING, **answers}))
    assert len({score.score for score in scores}) == 1
    return scores[0].score


@pytest.mark.parametrize(
    ("scores", "low", "middle", "high"),
    [
        # ln(4) = 1.3863, ln(1.5) = 0.4055: 0.25 + 0.6 x 1.3863 + 0.4 x 0.4055 = 1.2440; odds 3.469, 1.155, 10.42
        ({"large_score": 80, "small_score": 60}, 53.6, 77.6, 91.2),
        # 0.1 + 0.95 x 1.3863 = 1.4170; odds of that, of 0.2170 and of 2.6170: 4.125, 1.242, 13.69
        ({"large_score": 80}, 55.4, 80.5, 93.2),
        # 0.65 + 0.5 x 0.4055 = 0.8527; odds of that, of -0.9973 and of 2.7027: 2.346, 0.3689, 14.92
        ({"small_score": 60}, 26.9, 70.1, 93.7),
        # all right counts as 99.5: ln(199) = 5.2933; 0.1 + 0.95 x 5.2933 = 5.1286, less and more 1.2
        ({"large_score": 100}, 98.1, 99.4, 99.8),
    ],
)
def test_it_is_what_one_calculates_by_hand(scores: dict[str, float], low: float, middle: float, high: float) -> None:
    expected = band(**scores)
    assert (expected.p10, expected.p50, expected.p90) == pytest.approx((low, middle, high), abs=0.06)


def test_the_chance_is_the_part_of_the_curve_above_the_target() -> None:
    """In logits: 2.1972 less 1.2440 is 0.9532, or 1.1106 deviations of 1.1 / 1.2816 = 0.8583; above it: 13.3 %."""
    scores = expected_scores(situation(**SORTING, large_score=80, small_score=60, target_score=90))
    assert [score.option for score in scores] == list(OPTIONS)
    for score in scores:
        assert score.chance is not None
        assert score.chance.p10 == score.chance.p90 == pytest.approx(0.1334, abs=0.0005)
        assert score.rests_on == ("large_score", "small_score", "target_score")


def test_one_in_ten_reaches_the_upper_end_of_the_range() -> None:
    upper = band(large_score=72, small_score=40).p90
    (first, *_) = expected_scores(situation(**SORTING, large_score=72, small_score=40, target_score=upper))
    assert first.chance
    assert first.chance.p50 == pytest.approx(0.1, abs=0.001)


@pytest.mark.parametrize(
    "answers",
    [
        {"task": "classification"},
        {"task": "classification", "target_score": 90, "baseline_score": 70},
        {"large_score": 80, "target_score": 90},
        {"task": "assistant", "large_score": 80, "target_score": 90},
        {"task": "summary", "large_score": 80, "small_score": 60, "target_score": 90},
    ],
)
def test_what_is_not_known_is_not_guessed(answers: dict[str, Any]) -> None:
    assert expected_scores(situation(**answers)) == ()
    assert set(chances(expected_scores(situation(**answers)), CONTENT).values()) == {None}


def test_without_a_target_there_is_a_score_and_no_chance() -> None:
    scores = expected_scores(situation(**SORTING, large_score=80))
    assert {score.chance for score in scores} == {None}
    assert {score.rests_on for score in scores} == {("large_score",)}


def test_only_what_ends_in_a_small_tuned_model_has_a_chance() -> None:
    here = situation(**{**SORTING, "task": "sql_code"}, large_score=80, target_score=0)
    known = chances(expected_scores(here), CONTENT)
    assert list(known) == [option.id for option in CONTENT.options]
    assert {option for option, chance in known.items() if chance} == {"sft", "distill"}, "an encoder writes no code"


def test_scores_are_asked_where_enough_studies_say_what_they_mean() -> None:
    enough = [task for task in TASKS if studies_of(task) >= FEWEST]
    assert enough == ["classification", "extraction", "sql_code"]
    listed = f"task IN ({', '.join(map(repr, enough))})"
    for name in ("large_score", "small_score"):
        assert listed in str(CONTENT.question(name).when)


def test_scores_change_nothing_else_and_stand_among_what_the_figures_rest_on() -> None:
    at = date(2026, 11, 22)
    without = advise(situation(**SORTING), at, scenarios=256)
    told = advise(situation(**SORTING, large_score=[90, 95], target_score=80), at, scenarios=256)
    plain = advise(situation(**SORTING, target_score=80), at, scenarios=256)
    assert told.basis["large_score"].value == [90, 95]
    changed: Any = dict.fromkeys(("expected_scores", "answers", "basis", "arrives", "worth_usd_month"), True)
    changed["ranking"] = {"__all__": {"chance"}}
    assert told.model_dump(exclude=changed) == plain.model_dump(exclude=changed)
    assert without.expected_scores == plain.expected_scores == ()


def test_what_a_teacher_cannot_do_is_not_learned_from_it() -> None:
    """Distillation stood in plans with a large model that scored 60 on the person's own cases where 90 was wanted."""
    dear = {**SORTING, "gap": ["cost", "latency"], "large_model": "good", "target_score": 85, "task": "extraction"}
    shares = []
    for score in (None, 95, 88, 85, 82, 60):
        advice = advise(situation(**dear, large_score=score), date(2026, 11, 22), scenarios=256)
        distill = next(result for result in advice.ranking if result.option == "distill")
        shares.append(distill.share)
        assert ("distill" in {step.id for step in advice.plan}) <= (score is None or score >= 85)
    assert shares[0] == pytest.approx(shares[1], abs=0.001)
    assert shares[1:] == sorted(shares[1:], reverse=True)
    assert shares[0] > 0.1
    assert shares[-1] == 0
    assert shares[2] > shares[3] > shares[4] > 0, "a score of a hundred cases has no edge"


points = st.integers(0, 100)
ranges = points | st.tuples(points, points).map(sorted)


@given(ranges, st.none() | ranges, ranges)
def test_every_band_is_in_order_and_within_its_scale(large: Any, small: Any, target: Any) -> None:
    for score in expected_scores(situation(**SORTING, large_score=large, small_score=small, target_score=target)):
        assert score.chance
        for one, highest in ((score.score, 100), (score.chance, 1)):
            assert one.p10 is not None
            assert one.p50 is not None
            assert one.p90 is not None
            assert 0 <= one.p10 <= one.p50 <= one.p90 <= highest


@given(points, points, points, st.integers(1, 40))
def test_a_better_prompt_raises_the_score_and_a_higher_target_lowers_the_chance(
    large: int, small: int, target: int, more: int
) -> None:
    def of(large: int, small: int, target: int) -> tuple[float, float]:
        (first, *_) = expected_scores(situation(**SORTING, large_score=large, small_score=small, target_score=target))
        assert first.chance
        return first.score.p50 or 0.0, first.chance.p50 or 0.0

    score, chance = of(large, small, target)
    assert of(min(100, large + more), small, target) >= (score, chance)
    assert of(large, min(100, small + more), target)[0] >= score
    assert of(large, small, min(100, target + more))[1] <= chance
