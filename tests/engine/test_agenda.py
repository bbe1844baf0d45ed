"""What is asked of whom, in what order and until when: what `content/interview/` says, read by the engine."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import pytest

from advisor import situation
from advisor.content.entries import MustAsk
from advisor.content.load import load
from advisor.engine import agenda
from advisor.engine.agenda import ANY, STABLE, TELLING, WORK, left_at_most, most_telling, must_ask
from benchmarks.walks import SEED, walks

CONTENT = load()
QUESTIONS = {question.id: question for question in CONTENT.questions}


def asked(**answers: Any) -> list[str]:
    return [question.id for question in must_ask(situation(**answers), CONTENT)]


def test_everybody_is_asked_what_it_should_do_first_and_about_personal_data_always() -> None:
    for answers in ({}, {"task": "qa"}, {"task": "summary", "gap": ["cost"]}):
        assert asked(**answers)[0] == WORK
        assert "sensitive_data" in asked(**answers)


@pytest.mark.parametrize(
    ("answers", "called"),
    [
        ({"gap": ["cost"]}, {"question_tokens", "output_tokens", "bill_month", "prompt_result", "small_model"}),
        ({"task": "qa"}, {"documents", "knowledge_changes", "citations"}),
        ({"gap": ["style", "knowledge"]}, {"documents", "knowledge_changes", "citations"}),
        ({"task": "classification"}, {"label_count"}),
        ({"sensitive_data": "personal"}, {"hosting"}),
        ({"gap": ["latency"]}, {"latency_limit", "latency_now"}),
    ],
)
def test_an_answer_calls_for_its_own_questions_and_another_does_not(
    answers: dict[str, Any], called: Collection[str]
) -> None:
    assert set(called) <= set(asked(**answers))
    assert not set(called) & set(asked(task="rewriting", gap=["style"], sensitive_data="none"))


def test_another_question_is_asked_by_a_line_of_content_alone() -> None:
    more = MustAsk(id="risk", where={"task": ("reasoning",)}, questions=("harm",))
    content = CONTENT.model_copy(update={"must_asks": (*CONTENT.must_asks, more), "version": "more"})
    assert "harm" in [question.id for question in must_ask(situation(task="reasoning"), content)]
    assert "harm" not in [question.id for question in must_ask(situation(task="qa"), content)]


def test_what_is_named_in_the_content_of_the_interview_exists() -> None:
    for entry in CONTENT.must_asks:
        assert set(entry.questions) <= set(QUESTIONS)
        for key, choices in entry.where.items():
            assert set(choices) <= set(QUESTIONS[key].values), f"{entry.id}: {key}"
    for page in CONTENT.pages:
        assert set(page.questions) <= set(QUESTIONS)
    kinds = {ANY, *QUESTIONS[WORK].values}
    assert {entry.id for entry in CONTENT.lengths} == kinds
    for question in QUESTIONS.values():
        assert not question.examples or ANY in question.examples
        assert set(question.examples) <= kinds
        if question.sets:
            assert question.sets.assumption in {entry.id for entry in CONTENT.assumptions}


def test_a_question_stands_on_one_page_with_others_at_most() -> None:
    together = [key for page in CONTENT.pages for key in page.questions]
    assert len(set(together)) == len(together)
    for page in CONTENT.pages:
        for key in page.questions:
            assert agenda.group_of(key, CONTENT) == page
    assert agenda.group_of("gap", CONTENT) is None


@pytest.mark.deep
def test_nine_in_ten_simulated_interviews_end_at_or_below_the_first_number_they_said() -> None:
    """People whom the number was not made of; few of them, so that three in four is as far as chance goes."""
    walked = [one for group in walks(("qa", "rewriting", "classification"), 8, seed=SEED + 1).values() for one in group]
    within = sum(one.questions <= one.said_first for one in walked)
    assert within >= 0.75 * len(walked)
    assert any(one.questions < one.all_questions for one in walked), "it ends before all that can tell was asked"


@dataclass(frozen=True)
class Open:
    question: str
    bits: float


@dataclass(frozen=True)
class Now:
    stability: float
    open_questions: tuple[Open, ...]


@pytest.mark.parametrize(
    ("stability", "bits", "usually", "on"),
    [
        (STABLE - 0.01, TELLING, "goal", "goal"),
        (STABLE, TELLING, None, "goal"),
        (STABLE - 0.01, TELLING / 2, None, "goal"),
    ],
)
def test_it_ends_where_the_verdict_is_stable_or_nothing_tells_enough_unless_one_wants_to_go_on(
    stability: float, bits: float, usually: str | None, on: str
) -> None:
    now: Any = Now(stability, (Open("goal", bits),))
    assert most_telling(now, ()) == usually
    assert most_telling(now, (), on=True) == on
    assert most_telling(now, ("goal",), on=True) is None


def test_fewer_are_left_with_each_answer_and_never_fewer_than_are_asked_in_any_case() -> None:
    here, before = situation(), left_at_most(situation(), (), CONTENT)
    for question in must_ask(situation(task="rewriting"), CONTENT):
        here = here.with_answer(question.id, "rewriting" if question.id == WORK else None)
        left = left_at_most(here, (), CONTENT)
        assert left <= before
        before = left
    assert left_at_most(situation(task="qa", gap=["cost"]), (), CONTENT) >= len(asked(task="qa", gap=["cost"])) - 2


def test_a_name_is_no_answer_that_counts() -> None:
    assert left_at_most(situation(project="Replies"), (), CONTENT) == left_at_most(situation(), (), CONTENT)
