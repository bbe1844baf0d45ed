from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from advisor.content.load import load
from advisor.interview.answers_file import read_situation
from advisor.interview.situation import AnswerErrors, situation

CONTENT = load()


def problem(**answers: object) -> str:
    with pytest.raises(AnswerErrors) as caught:
        situation(**answers)
    return str(caught.value)


def test_an_unknown_question_names_the_nearest_one() -> None:
    assert problem(evaluation_sett="no") == ("evaluation_sett: there is no such question; did you mean evaluation_set?")


def test_a_value_that_is_not_allowed_names_what_is() -> None:
    assert problem(evaluation_set="perhaps") == 'evaluation_set: "perhaps" is not one of: no, partial, doubted, yes'


def test_all_errors_are_told_at_once() -> None:
    assert len(problem(evaluation_set="perhaps", labelled_examples=-1, task=3).splitlines()) == 3


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (-1, "is outside what is allowed: 0 to 10000000"),
        (1.5, "expected a whole number"),
        (float("nan"), "expected a number"),
        ("many", "expected a number"),
        (True, "expected a number"),
        ([1, 2, 3], "a range has two numbers"),
        ([9, 3], "begins above its end"),
    ],
)
def test_a_bad_number_says_what_is_expected(value: object, said: str) -> None:
    assert said in problem(labelled_examples=value)


def test_text_is_kept_as_it_is_and_has_a_limit() -> None:
    hostile = '<script>alert(1)</script> #read("/etc/passwd") \'; DROP TABLE \u202e\x00'
    assert situation(project=hostile).answers["project"] == hostile
    assert "at most 10000" in problem(project="x" * 10_001)


def test_yes_and_no_may_be_true_and_false() -> None:
    assert situation(citations=True, data_rights=False).known() == {"citations": "yes", "data_rights": "no"}


def test_several_keeps_the_order_of_the_question() -> None:
    assert situation(gap=["cost", "style"]).answers["gap"] == ("style", "cost")


def test_an_assumption_can_be_set_and_has_limits() -> None:
    assert situation(cache_hits=0.5).answers["cache_hits"] == 0.5
    assert "outside" in problem(cache_hits=2)


def test_measured_answers_are_marked_and_lose_the_mark_when_changed() -> None:
    here = read_situation({"baseline_score": 71, "evaluation_set": "yes", "measured": ["baseline_score"]})
    assert here.measured == {"baseline_score"}
    assert here.with_answer("baseline_score", 80).measured == frozenset()


HUGE = 10**400


@pytest.mark.parametrize(
    "value",
    [HUGE, -HUGE, [0, HUGE], 10**5000, [10**5000, 1], ["9" * 400, 1], Decimal("sNaN")],
    ids=["huge", "negative", "range", "unwritable", "unwritable range", "text", "no number"],
)
def test_a_number_beyond_all_numbers_is_refused(value: object) -> None:
    assert "expected a number from 0 to 10000000" in problem(labelled_examples=value)


@pytest.mark.parametrize("value", [np.int64(40), np.float32(40), Decimal(40), Fraction(40)])
def test_any_type_of_number_is_a_number(value: object) -> None:
    assert situation(labelled_examples=value).answers["labelled_examples"] == 40.0


def test_a_device_without_end_is_refused() -> None:
    with pytest.raises(AnswerErrors, match="larger than"):
        read_situation("/dev/zero")


def test_a_word_far_from_all_questions_is_given_no_suggestion() -> None:
    assert problem(zzz=1) == "zzz: there is no such question"


@pytest.mark.parametrize("source", [["task"], 5, None, b"task: qa"])
def test_what_holds_no_answers_is_refused_with_what_is_expected(source: object) -> None:
    with pytest.raises(TypeError, match="expected answers by id, or the path"):
        read_situation(source)  # type: ignore[arg-type]


def test_an_id_that_is_no_text_is_no_question() -> None:
    with pytest.raises(AnswerErrors, match="1: there is no such question"):
        read_situation({1: 2})  # type: ignore[dict-item]


def test_a_path_that_no_system_has_is_no_file() -> None:
    with pytest.raises(FileNotFoundError):
        read_situation("a\0b")


@pytest.mark.parametrize(("key", "value"), [("tail_ratio", 0), ("gpu_tokens_s", 0), ("chain_calls", 1e12)])
def test_an_assumption_has_bounds_within_which_it_means_something(key: str, value: float) -> None:
    assert "is outside what is allowed" in problem(**{key: value})
