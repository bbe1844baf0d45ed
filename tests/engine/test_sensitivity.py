from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from advisor import advise, situation
from advisor.content.load import load
from advisor.engine import sensitivity
from advisor.engine.assessment import choose
from advisor.engine.choice import FINE_TUNE, NOT_YET
from advisor.engine.conditions import DERIVED
from advisor.engine.sensitivity import _information, decide

CONTENT = load()
AT = date(2026, 11, 22)


def test_a_column_that_tells_all_tells_the_whole_entropy() -> None:
    table = 500 * np.eye(4, dtype=int)
    assert _information(table[np.newaxis]) == pytest.approx([2.0], abs=0.01)


def test_chance_tells_nothing() -> None:
    random = np.random.default_rng(3)
    tables = random.multinomial(2000, np.full(24, 1 / 24), size=50).reshape(50, 4, 6)
    assert _information(tables).mean() < 0.002


def test_tuning_counts_as_one_whatever_the_method() -> None:
    verdicts, none = np.array([FINE_TUNE] * 6 + [NOT_YET] * 4), np.zeros(11, dtype=bool)
    assert decide(verdicts, np.array([5, 5, 6, 6, 7, 5, 0, 0, 0, 0]), none, none) == (FINE_TUNE, 5, 0.6)


def test_a_question_already_asked_is_not_asked_again() -> None:
    first = advise(situation(), AT).next_question
    assert first is not None
    later = advise(situation(**{first.question: None}), AT)
    assert first.question not in {one.question for one in later.open_questions}


def test_the_interview_ends_when_nothing_left_can_move_the_verdict() -> None:
    """A batch of public texts, prompted well enough: whatever else is answered, nothing beats the prompt."""
    here = situation(
        goal="measurable",
        gap=[],
        task="classification",
        usage="one_off",
        prompt_tried="good",
        prompt_result="good",
        large_model="good",
        evaluation_set="yes",
        success_metric="acceptance",
        rag_tried="not_needed",
        citations="no",
        knowledge_source="general",
        knowledge_changes="never",
        task_changes="rarely",
        labelled_examples=0,
        can_collect_more="no",
        can_generate="no",
        tuned_model="none",
        model="large",
        hosting="anywhere",
    )
    advice = advise(here, AT)
    assert (advice.verdict, advice.option) == ("dont", "prompting")
    assert advice.stability > 0.97
    assert not advice.provisional
    assert advice.next_question is None


def test_asking_the_best_question_first_settles_more_than_asking_the_worst() -> None:
    advice = advise(situation(), AT)
    assert advice.open_questions[0].bits > 5 * advice.open_questions[-1].bits


def test_a_flip_is_what_a_new_advice_says() -> None:
    """Changing the answer and asking again gives the verdict that the flip named, in nearly all cases."""
    situations = [
        situation(evaluation_set="no", labelled_examples=5_000, task="extraction", prompt_tried="good"),
        situation(task="dialogue", gap=["style"], prompt_tried="basic", evaluation_set="partial"),
        situation(task="sql_code", labelled_examples=5_000, prompt_tried="good", prompt_result="poor",
                  evaluation_set="yes", data_checked="all", rag_tried="not_needed"),
    ]  # fmt: skip
    right: list[bool] = []
    for here in situations:
        flips = [flip for flip in advise(here, AT).flips if flip.current is not None and flip.changes_verdict]
        assert flips
        right += [flip.verdict == advise(here.with_answer(flip.question, flip.value), AT).verdict for flip in flips]
    assert np.mean(right) >= 0.85, right


def test_flips_never_repeat_the_present_answer_or_verdict() -> None:
    advice = advise(situation(task="qa", citations="yes", labelled_examples=500), AT)
    for flip in advice.flips:
        assert flip.value != flip.current
        assert (flip.verdict, flip.option) != (advice.verdict, advice.option)


def test_flips_are_the_same_however_many_are_run_again_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each part begins with the situation itself, whose costs the others share where they have the same answers."""
    answered = situation(
        gap=["cost"], requests_per_month=200_000, labelled_examples=900, evaluation_set="yes", task="extraction"
    )
    together = advise(answered, AT).flips
    monkeypatch.setattr(sensitivity, "TOGETHER", 1)
    assert len(together) > 1
    assert advise(answered, AT).flips == together


def test_a_choice_prices_nothing_where_no_bill_limits_it() -> None:
    bare = choose([situation(task="extraction")], CONTENT, AT, 64)
    assert set(bare.scenarios.derived) == {*DERIVED}
    assert not {"bills", "times"} & {*vars(bare)}
