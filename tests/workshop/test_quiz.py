"""The quiz: what is said after a question, and somebody's own score."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from advisor.content.load import load
from advisor.language import language
from advisor.workshop.ballots import right_choice
from advisor.workshop.debate import Step
from advisor.workshop.quiz import Score, explained, score
from advisor.workshop.store import Vote

CONTENT = load()
STEPS = [Step("quiz", about=quiz.id) for quiz in CONTENT.quiz]
NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)


def test_only_what_was_shown_counts_for_the_score():
    rights = [right_choice(quiz) for quiz in CONTENT.quiz]
    chosen = [rights[0], "1" if rights[1] != "1" else "2", rights[2]]
    own = {step.key: Vote(1, step.key, choice, 0, "", NOON) for step, choice in zip(STEPS, chosen, strict=False)}
    assert score(own, STEPS, [step.key for step in STEPS[:2]], CONTENT) == Score(1, 2)
    assert score(own, STEPS, [step.key for step in STEPS], CONTENT) == Score(2, 3)
    assert score(own, STEPS, [], CONTENT) == Score(0, 0)


@pytest.mark.parametrize("code", ["en", "nl"])
def test_every_question_is_explained_and_names_who_says_so(code):
    for quiz in CONTENT.quiz:
        told = explained(quiz.id, CONTENT, language(code))
        assert bool(told.why) == bool(told.sources) == (not told.words)
        assert not quiz.term or told.words[0][0] not in told.words[0][1]  # a definition does not give its word away
