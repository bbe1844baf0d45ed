"""Published comparisons: counted by study, shown with an address, and silent where they are few."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor import situation
from advisor.content.evidence import Comparison, comparisons_of
from advisor.engine.advice import StudyDifference
from advisor.engine.comparisons import ALIKE, FEWEST, TASKS, comparisons, counted, differences, interval

EMPTY = {"n_labels": "", "n_train": "", "params_b": "", "n_test": "", "note": "", "caution": ""}


def arm(method: str, score: float, **changes: Any) -> Comparison:
    large = method == "zero_shot"
    known = {
        "study": "Made2024", "source_url": "https://example.org/made", "year": 2024, "task_type": "classification",
        "task_name": "mail", "domain": "mail", "language": "en", "metric": "accuracy", "score": score,
        "method": method, "model": "large" if large else "small", "model_class": "frontier" if large else "small_open",
        "knowledge_needed": "in_input", "opened": "yes",
    }  # fmt: skip
    return Comparison.model_validate({**known, **EMPTY, **changes})


def found(*arms: Comparison, against: Any = "prompted_large", metric: Any = "right") -> tuple[StudyDifference, ...]:
    return differences(arms, against, metric)


def test_each_side_takes_its_best_and_a_study_its_median() -> None:
    """Mail: 90 - 80 = 10; news: 60 - 70 = -10; tax: 75 - 71 = 4. The median of the three is 4."""
    (study,) = found(
        arm("sft_small", 85), arm("encoder", 90, model_class="encoder"), arm("zero_shot", 80), arm("few_shot", 99),
        arm("sft_small", 60, task_name="news"), arm("zero_shot", 70, task_name="news"),
        arm("distill", 75, task_name="tax"), arm("zero_shot", 71, task_name="tax"),
    )  # fmt: skip
    assert (study.study, study.year, study.url, study.points) == ("Made", 2024, "https://example.org/made", 4)
    assert [(pair.dataset, pair.points) for pair in study.datasets] == [("mail", 10), ("tax", 4), ("news", -10)]
    all_of = counted((study,), "classification")
    assert (all_of.better, all_of.worse, all_of.alike, all_of.share) == (1, 0, 0, None), "three data sets are one study"


def test_an_arm_in_doubt_wins_nothing_and_hides_nobody() -> None:
    assert found(arm("sft_small", 90), arm("zero_shot", 80))
    assert not found(arm("sft_small", 90), arm("zero_shot", 80, caution="not same test set"))
    assert not found(arm("sft_small", 90), arm("zero_shot", 80), arm("zero_shot", 95, caution="not same test set"))
    (study,) = found(arm("sft_small", 90), arm("zero_shot", 80), arm("zero_shot", 70, caution="not same test set"))
    assert study.points == 10


@pytest.mark.parametrize(
    "change",
    [
        {"metric": "ROUGE-L"},
        {"task_name": "other"},
        {"model_class": "large_open"},
        {"method": "rag"},
        {"source_url": "notes, GitHub copy"},
    ],
)
def test_what_is_not_alike_is_not_compared(change: dict[str, Any]) -> None:
    assert not found(arm("sft_small", 90), arm(**{"method": "zero_shot", "score": 80.0, **change}))


def test_likeness_to_a_reference_is_kept_apart_from_being_right() -> None:
    arms = arm("sft_small", 90, metric="ROUGE-L"), arm("zero_shot", 80, metric="ROUGE-L")
    assert not found(*arms)
    assert found(*arms, metric="likeness")
    asked = comparisons(situation(task="summary", answer_kind="open"))
    assert asked
    assert asked.metric == "likeness"


def test_who_may_use_no_large_model_sees_small_ones_compared() -> None:
    here = comparisons(situation(task="classification", large_model="ruled_out"))
    there = comparisons(situation(task="classification"))
    assert here
    assert there
    assert (here.against, there.against) == ("prompted_small", "prompted_large")
    assert here.studies != there.studies


@pytest.mark.parametrize("answers", [{}, {"task": None}, {"task": "assistant"}])
def test_an_unknown_kind_of_task_is_like_nothing(answers: dict[str, Any]) -> None:
    assert comparisons(situation(**answers)) is None


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("large_model", ["short", "ruled_out"])
def test_whatever_is_shown_has_an_address_and_nothing_against_it(task: str, large_model: str) -> None:
    arms = {
        (one.task_name, one.metric, one.model, one.score): one for kind in TASKS[task] for one in comparisons_of(kind)
        if one.counts
    }  # fmt: skip
    shown = comparisons(situation(task=task, large_model=large_model))
    assert shown
    for study in shown.studies:
        assert study.url.startswith("https://")
        for pair in study.datasets:
            for model, score in ((pair.trained_model, pair.trained), (pair.prompted_model, pair.prompted)):
                assert arms[pair.dataset, pair.metric, model, score].address


def test_few_studies_say_nothing() -> None:
    for task in TASKS:
        shown = comparisons(situation(task=task))
        assert shown
        assert (shown.share is None) == (len(shown.studies) < FEWEST)
        assert shown.better + shown.worse + shown.alike == len(shown.studies)


def test_the_interval_is_that_of_wilson() -> None:
    """Of 4 in 6, z = 1.2816: (4 + 0.8212) / (6 + 1.6424) = 0.6308, and 0.2215 either way."""
    band = interval(4, 6)
    assert (band.p10, band.p50, band.p90) == pytest.approx((0.4094, 0.6667, 0.8523), abs=0.0005)


studies = st.lists(
    st.floats(-100, 100).map(
        lambda points: StudyDifference(study="S", year=2024, url="https://example.org", points=points, datasets=())
    ),
    max_size=30,
)


@given(studies, st.floats(-100, 100))
def test_one_more_study_never_lowers_the_count_of_the_side_that_it_favours(
    known: list[StudyDifference], points: float
) -> None:
    more = StudyDifference(study="New", year=2025, url="https://example.org", points=points, datasets=())
    before, after = counted(tuple(known), "qa"), counted((*known, more), "qa")
    assert after.better == before.better + (points > ALIKE)
    assert after.worse == before.worse + (points < -ALIKE)
    assert after.alike == before.alike + (-ALIKE <= points <= ALIKE)


@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_share_and_stays_within_0_and_1(counts: tuple[int, int]) -> None:
    band = interval(*counts)
    assert band.p10 is not None
    assert band.p50 is not None
    assert band.p90 is not None
    assert 0 <= band.p10 <= band.p50 <= band.p90 <= 1
