"""Which questions can change something for somebody: shown by people for whom it is plain."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

import pytest

from advisor import glance, situation
from advisor.content.entries import Question, Rule
from advisor.content.load import Content, load
from advisor.dataset.template.design import template_design
from advisor.engine.bearing import bearing

CONTENT = load()
AT = date(2026, 11, 22)


def idle(names: Collection[str], content: Content = CONTENT, **answers: Any) -> set[str]:
    """Of these questions, those whose answer changes nothing."""
    asked = [content.question(name) for name in names]
    return set(names) - bearing(situation(content, **answers), content, AT, asked)


def test_every_question_that_we_ask_matters_to_somebody_who_has_said_nothing() -> None:
    names = {question.id for question in CONTENT.questions}
    of_a_tuned_model = {"tuned_how"}
    assert not idle(of_a_tuned_model, tuned_model="plateau")
    assert not idle(names - of_a_tuned_model), (
        "nothing reads the answer: remove the question, and write it down in content/retired.yaml"
    )


def test_a_question_that_nobody_reads_is_idle_until_something_reads_it() -> None:
    colour = Question(id="colour", type="yes_no", side="goal", text="Is it red?")
    rule = Rule(id="red", when="colour = 'yes'", advice="A.", because="R.", sources=("own",), evidence="expert")
    unread = CONTENT.model_copy(update={"questions": (*CONTENT.questions, colour), "version": "unread"})
    read = unread.model_copy(update={"rules": (*CONTENT.rules, rule), "version": "read"})
    assert idle(["colour"], unread) == {"colour"}
    assert not idle(["colour"], read)


TRAINING = ("teacher_allowed", "tracking", "reuse")
"""Questions about a training that is not to be."""


def test_who_can_never_train_is_not_asked_about_training() -> None:
    assert idle(TRAINING, data_rights="no") == set(TRAINING)
    assert not idle(TRAINING, data_rights="yes")
    assert not idle(("citations", "output_tokens", "requests_per_month", "language"), data_rights="no")


@pytest.mark.parametrize(
    ("question", "for_nothing", "for_something"),
    [
        ("openai_customer", {"hosting": "on_premises"}, {"hosting": "anywhere"}),
        ("target_score", {"evaluation_set": "no"}, {"evaluation_set": "yes"}),
        ("label_count", {"task": "qa"}, {"task": "classification"}),
        ("multi_label", {"task": "extraction"}, {"task": "classification"}),
        ("rare_language", {"language": "english"}, {"language": "mixed"}),
        ("retrieved_examples", {"prompt_tried": "basic"}, {"prompt_tried": "good"}),
    ],
)
def test_a_question_is_asked_of_those_to_whom_it_matters(
    question: str, for_nothing: dict[str, Any], for_something: dict[str, Any]
) -> None:
    assert idle([question], **for_nothing) == {question}
    assert not idle([question], **for_something)


def test_what_only_the_template_reads_matters_too() -> None:
    asked = [CONTENT.question("refusal_share")]
    here = situation(data_rights="no")
    assert not bearing(here, CONTENT, AT, asked)
    assert bearing(here, CONTENT, AT, asked, [lambda other: template_design(other, None, CONTENT)]) == {"refusal_share"}


def test_what_changes_figures_alone_is_no_open_question_of_the_verdict() -> None:
    here, asked = situation(task="qa", citations="yes"), [CONTENT.question("passage_tokens")]
    assert bearing(here, CONTENT, AT, asked) == {"passage_tokens"}
    assert not bearing(here, CONTENT, AT, asked, figures=False)


def test_what_only_goes_along_with_what_decides_is_no_open_question() -> None:
    """How often facts change goes along with the task, which is open; but here there is nothing to look up."""
    told = {entry.question for entry in glance(situation(rag_tried="not_needed", citations="no"), AT).open_questions}
    assert "task" in told
    assert "knowledge_changes" not in told
    told = {entry.question for entry in glance(situation(rag_tried="no", citations="no"), AT).open_questions}
    assert "knowledge_changes" in told
