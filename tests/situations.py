"""Random situations for property tests."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from advisor.content.entries import Question
from advisor.content.load import load
from advisor.interview.situation import Situation, situation

CONTENT = load()


def values(question: Question) -> st.SearchStrategy[Any]:
    """Values that the question allows, among them "I don't know"."""
    match question.type:
        case "text":
            allowed: st.SearchStrategy[Any] = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40)
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
