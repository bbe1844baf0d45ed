"""Random situations for property tests."""

from __future__ import annotations

from random import Random
from typing import Any

from hypothesis import strategies as st

from advisor.content.entries import Question
from advisor.content.load import load
from advisor.interview.situation import Situation, situation

CONTENT = load()
OFTEN = ("gap", "requests_per_month", "evaluation_set", "latency_limit", "budget_month", "labelled_examples", "task")
COMPLAINTS: tuple[list[str], ...] = (["cost"], ["cost", "latency"], ["latency"], ["cost", "format"], ["knowledge"])


def values(question: Question) -> st.SearchStrategy[Any]:
    """Values that the question allows, among them "I don't know"."""
    match question.type:
        case "text" if question.names:
            allowed: st.SearchStrategy[Any] = st.sampled_from([["repair", "order"], "invoice, order; other", "a\nB"])
        case "text":
            allowed = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40)
        case "number":
            assert question.minimum is not None
            assert question.maximum is not None
            numbers: st.SearchStrategy[float] = (
                st.integers(int(question.minimum), int(question.maximum)).map(float)
                if question.integer
                else st.floats(question.minimum, question.maximum, allow_subnormal=False)
            )
            allowed = numbers | st.tuples(numbers, numbers).map(sorted)
        case "several":
            allowed = st.lists(st.sampled_from(question.values), unique=True)
        case _:
            allowed = st.sampled_from(question.values)
    return st.none() | allowed


@st.composite
def situations(draw: st.DrawFn, exclude: tuple[str, ...] = (), most: int = 12) -> Situation:
    """Situations with up to `most` answers."""
    questions = [question for question in CONTENT.questions if question.id not in exclude]
    chosen = draw(st.lists(st.sampled_from(questions), max_size=most, unique_by=lambda question: question.id))
    return situation(**{question.id: draw(values(question)) for question in chosen})


def random_situation(random: Random) -> Situation:
    """Up to 14 answers; what complains and limits is answered often, since that is what must hold."""
    asked = [question for question in CONTENT.questions if question.id in OFTEN and random.random() < 0.7]
    others = [question for question in CONTENT.questions if question not in asked and not question.names]
    asked += random.sample(others, random.randint(0, 8))
    return situation(**{question.id: _value(question, random) for question in asked})


def _value(question: Question, random: Random) -> object:
    match question.type:
        case "text":
            return "A text"
        case "number":
            assert question.minimum is not None
            assert question.maximum is not None
            low = max(question.minimum, 0.01)
            number = low * (max(question.maximum, low) / low) ** random.random()
            number = min(question.maximum, max(question.minimum, number))
            return float(round(number)) if question.integer else number
        case "several" if question.id == "gap":
            return random.choice(COMPLAINTS)
        case "several":
            return [value for value in question.values if random.random() < 0.3]
        case _:
            return random.choice(question.values)
