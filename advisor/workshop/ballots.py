"""What may be answered on a ballot: the choices, as ids that a vote holds, and what they say of a project."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from hashlib import sha256
from itertools import pairwise

from advisor.content.course import QuizQuestion
from advisor.content.entries import Question
from advisor.content.load import Content
from advisor.interview.situation import Value
from advisor.language import Language
from advisor.wording import labels
from advisor.workshop.debate import CONFIDENCES, Step
from advisor.workshop.tables import MOST_CHOICE

UNKNOWN = "unknown"
NONE = "none"
"""None of these, of a question with several answers."""
TEAM = "team"
"""The one choice of the first ballot of a team, which has its name as the reason."""
AND, TO = "+", ".."
"""Between several answers, and between the ends of a band."""


def question_of(step: Step, content: Content) -> Question | None:
    """The question of the interview that a step asks; None where it asks another, or one that there is no more."""
    if step.kind not in ("ask", "own"):
        return None
    return next((question for question in content.questions if question.id == step.about), None)


def quiz_of(step: Step, content: Content) -> QuizQuestion | None:
    """The question of the quiz that a step asks; None where it asks none, or one that there is no more."""
    return next((one for one in content.quiz if step.kind == "quiz" and one.id == step.about), None)


def choices(step: Step, content: Content) -> tuple[str, ...]:
    """The choices of a step or of one of its ballots; nothing where nobody votes."""
    question, quiz = question_of(step, content), quiz_of(step, content)
    if question:
        return _answers(question, content)
    if quiz:
        return tuple(place for place, _ in _placed(quiz))
    if step.kind == "monday":
        return tuple(map(str, CONFIDENCES))
    return (TEAM,) if step.kind == "own" and not step.about else step.choices


def _answers(question: Question, content: Content) -> tuple[str, ...]:
    match question.type:
        case "yes_no":
            return ("yes", "no", UNKNOWN)
        case "number":
            return (*(f"{low:.15g}{TO}{high:.15g}" for low, high in _bands(question, content)), UNKNOWN)
        case "several":
            return (*(choice.id for choice in question.choices), NONE, UNKNOWN)
        case _:
            return (*(choice.id for choice in question.choices), UNKNOWN)


def _bands(question: Question, content: Content) -> Iterable[tuple[float, float]]:
    return next((pairwise(entry.edges) for entry in content.bands if entry.id == question.id), ())


def most(step: Step, content: Content) -> int:
    """How many of the choices a vote may name: of several answers as many as the database holds together."""
    question = question_of(step, content)
    if question is None or question.type != "several":
        return 1
    lengths = sorted((len(choice.id) for choice in question.choices), reverse=True)
    return max(n for n in range(1, len(lengths) + 1) if sum(lengths[:n]) + (n - 1) * len(AND) <= MOST_CHOICE)


def parts(choice: str) -> tuple[str, ...]:
    """The choices that a vote names."""
    return tuple(choice.split(AND))


def read_choice(step: Step, picked: Collection[str], content: Content) -> str | None:
    """The choice that a vote holds, of those that were picked; None where they are no answer to this ballot."""
    known = choices(step, content)
    ordered = [choice for choice in known if choice in picked]
    alone = {NONE, UNKNOWN} & {*ordered}
    if not ordered or len(ordered) < len({*picked}) or (alone and len(ordered) > 1):
        return None
    return AND.join(ordered) if len(ordered) <= most(step, content) else None


def toggled(step: Step, chosen: Collection[str], choice: str, content: Content) -> str | None:
    """What is held with one of several answers put in, or taken out; empty where nothing is left, None where there is
    room for no more.
    """
    if choice in chosen:
        return AND.join(one for one in chosen if one != choice)
    alone = choice in (NONE, UNKNOWN)
    kept = [] if alone else [one for one in chosen if one not in (NONE, UNKNOWN)]
    return read_choice(step, [*kept, choice], content)


def answer(question: Question, choice: str) -> Value:
    """What a choice says of a project, as the engine takes it; None where it is unknown."""
    if choice == UNKNOWN:
        return None
    match question.type:
        case "number":
            low, _, high = choice.partition(TO)
            return float(low), float(high)
        case "several":
            return () if choice == NONE else parts(choice)
        case _:
            return choice


def answers_of(chosen: Mapping[str, str], content: Content) -> dict[str, Value]:
    """Choices by questions as answers; what this program does not ask, or allow, any more is left out."""
    known = {question.id: question for question in content.questions}
    return {
        key: answer(known[key], choice)
        for key, choice in chosen.items()
        if key in known and {*parts(choice)} <= {*_answers(known[key], content)}
    }


def _placed(quiz: QuizQuestion) -> list[tuple[str, int]]:
    """The places of the choices of a question of the quiz, and which of them each is: 0 is the right one.

    The order is the question's own, the same for all, since a room talks of the second one.
    """
    order = sorted(range(4), key=lambda which: sha256(f"{quiz.id} {which}".encode()).digest())
    return [(str(place), which) for place, which in enumerate(order, 1)]


def right_choice(quiz: QuizQuestion) -> str:
    return next(place for place, which in _placed(quiz) if which == 0)


def quiz_texts(quiz: QuizQuestion, content: Content) -> dict[str, str]:
    """What the choices of a question of the quiz say, in English, by choice."""
    terms = {term.id: term.term for term in content.terms}
    said = [terms[word] for word in quiz.words()] or [quiz.right or "", *quiz.wrong]
    return {place: said[which] for place, which in _placed(quiz)}


def answer_name(question: Question, choice: str, content: Content, lang: Language) -> str:
    """What an answer is called."""
    answers = answers_of({question.id: choice}, content)
    return labels.answer(question, answers[question.id], lang) if answers else choice
