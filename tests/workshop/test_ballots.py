"""What may be answered on a ballot, and what it says of a project."""

from __future__ import annotations

import pytest

from advisor import read_situation
from advisor.content.load import load
from advisor.language import language
from advisor.workshop.ballots import (
    AND,
    NONE,
    TEAM,
    UNKNOWN,
    answers_of,
    choices,
    most,
    parts,
    quiz_of,
    quiz_texts,
    read_choice,
    right_choice,
    toggled,
)
from advisor.workshop.debate import Step
from advisor.workshop.step_words import choice_names
from advisor.workshop.tables import MOST_CHOICE

CONTENT = load()
QUESTIONS = [*dict.fromkeys(key for entry in CONTENT.must_asks for key in entry.questions)]
GAP = Step("ask", "x", about="gap")


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_choice_of_a_question_is_an_answer_with_a_name(question):
    step = Step("own", about=question)
    offered = choices(step, CONTENT)
    assert UNKNOWN in offered
    names = choice_names(step, CONTENT, language("nl"))
    assert len({*names.values()}) == len(offered) > 2
    assert not {*names.values()} & {*offered}
    for choice in offered:
        answers = answers_of({question: choice}, CONTENT)
        assert [*read_situation(answers, CONTENT).answers] == [question]
        assert (answers[question] is None) == (choice == UNKNOWN)


def test_bands_follow_each_other_and_stay_within_what_may_be_answered():
    for entry in CONTENT.bands:
        question = CONTENT.question(entry.id)
        assert question.minimum <= entry.edges[0]
        assert entry.edges[-1] <= question.maximum
    assert {entry.id for entry in CONTENT.bands} == {key for key in QUESTIONS if CONTENT.question(key).type == "number"}
    assert answers_of({"labelled_examples": "50..500"}, CONTENT) == {"labelled_examples": (50.0, 500.0)}


def test_as_many_answers_as_a_vote_holds_and_no_more():
    ids = [choice for choice in choices(GAP, CONTENT) if choice not in (NONE, UNKNOWN)]
    longest = sorted(ids, key=len, reverse=True)
    assert most(GAP, CONTENT) == 3
    assert len(AND.join(longest[:3])) <= MOST_CHOICE < len(AND.join(longest[:4]))
    assert read_choice(GAP, {*ids[:3]}, CONTENT) == AND.join(ids[:3])
    assert read_choice(GAP, {*ids[:4]}, CONTENT) is None
    assert answers_of({"gap": AND.join(ids[:2])}, CONTENT) == {"gap": (ids[0], ids[1])}


@pytest.mark.parametrize(
    "picked", [set(), {""}, {"nothing"}, {"cost", "nothing"}, {NONE, "cost"}, {UNKNOWN, NONE}, {"cost", "x" * 9_000}]
)
def test_what_is_no_answer_is_refused(picked):
    assert read_choice(GAP, picked, CONTENT) is None


def test_none_and_unknown_stand_alone():
    assert answers_of({"gap": read_choice(GAP, {NONE}, CONTENT)}, CONTENT) == {"gap": ()}
    assert answers_of({"gap": read_choice(GAP, {UNKNOWN}, CONTENT)}, CONTENT) == {"gap": None}


def test_an_answer_is_put_in_and_taken_out():
    assert toggled(GAP, (), "cost", CONTENT) == "cost"
    assert parts(toggled(GAP, ("cost",), "style", CONTENT)) == ("style", "cost")
    assert toggled(GAP, ("style", "cost"), "cost", CONTENT) == "style"
    assert toggled(GAP, ("cost",), "cost", CONTENT) == ""
    assert toggled(GAP, ("cost", "style"), NONE, CONTENT) == NONE
    assert toggled(GAP, (NONE,), "cost", CONTENT) == "cost"
    assert toggled(GAP, ("style", "format", "cost"), "labels", CONTENT) is None


def test_what_an_older_room_answered_and_is_asked_no_more_is_left_out():
    assert answers_of({"gone": "yes", "task": "gone", "citations": "yes"}, CONTENT) == {"citations": "yes"}
    assert choices(Step("ask", "x", about="gone"), CONTENT) == choices(Step("quiz", about="gone"), CONTENT) == ()


def test_a_team_has_one_choice_and_a_debate_its_own():
    assert choices(Step("own"), CONTENT) == (TEAM,)
    assert choices(Step("first", "x"), CONTENT) == Step("first", "x").choices
    assert choices(Step("monday"), CONTENT) == ("1", "2", "3")


def test_each_question_of_the_quiz_has_one_right_choice_among_four():
    places = set()
    for quiz in CONTENT.quiz:
        step = Step("quiz", about=quiz.id)
        texts = quiz_texts(quiz, CONTENT)
        assert len({*texts.values()}) == 4
        right = next(term.term for term in CONTENT.terms if term.id == quiz.term) if quiz.term else quiz.right
        assert texts[right_choice(quiz)] == right
        assert quiz_of(step, CONTENT) is quiz
        places.add(right_choice(quiz))
    assert len(places) > 2  # nobody learns that it is always the first
