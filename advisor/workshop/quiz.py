"""The quiz of a room: what is said after a question, and how many somebody had right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from advisor.content.entries import Source
from advisor.content.load import Content
from advisor.language import Language
from advisor.workshop.ballots import quiz_of, right_choice
from advisor.workshop.debate import Step
from advisor.workshop.store import Vote


@dataclass(frozen=True)
class Explained:
    """Why the right answer is right."""

    why: str
    """Empty where the words explain it."""
    words: tuple[tuple[str, str], ...]
    """Each word that stood to choose, and what it means; the right one first."""
    sources: tuple[Source, ...]
    """None: our glossary."""


def explained(question: str, content: Content, lang: Language) -> Explained:
    quiz = next(quiz for quiz in content.quiz if quiz.id == question)
    terms = {term.id: term for term in content.terms}
    words = tuple((lang(terms[word].term), lang(terms[word].definition)) for word in quiz.words())
    return Explained(lang(quiz.why) if quiz.why else "", words, tuple(map(content.source, quiz.sources)))


@dataclass(frozen=True)
class Score:
    """How many of the questions that were answered, and shown, somebody had right."""

    right: int
    answered: int


def score(own: Mapping[str, Vote], steps: Iterable[Step], revealed: Iterable[str], content: Content) -> Score:
    shown = {*revealed}
    answered = [
        own[step.key].choice == right_choice(quiz)
        for step in steps
        if step.key in shown and step.key in own and (quiz := quiz_of(step, content))
    ]
    return Score(sum(answered), len(answered))
