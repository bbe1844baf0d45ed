"""What of a reader's answers is believed, over published cases: of one that reads well, and of those that do not.

Their answers are a person's (`content/evidence/cases.yaml`); the quotes are sentences of the text, or are spoilt.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest

from advisor.content.entries import Question
from advisor.content.evidence import EvidenceCase, evidence_cases
from advisor.content.load import load
from advisor.interview.answers_file import read_situation
from advisor.pilot.endpoint import Client, Completion, Endpoint, Usage
from advisor.pilot.intake import INSTRUCTIONS, Filled, Intake, asked_of, read
from tests.pilot.reading import empty, form

CONTENT = load()
CASES = evidence_cases()[::7]
"""A seventh of them: 20."""
Quoting = Callable[[EvidenceCase, int], str]
"""The words that a reader gives for its answer, by case and the answer's place among those of the case."""


class Reader:
    """Answers each portion without any server."""

    endpoint = Endpoint("https://reader.example.org/v1", "scripted")

    def __init__(self, told: dict[str, Any]) -> None:
        self.told = told

    def complete(self, messages: Any, schema: Any, **_: Any) -> Completion:
        body = {"response_format": {"json_schema": {"schema": schema}}}
        answers = {key: self.told.get(key, empty(fields)) for key, fields in form(body).items()}
        return Completion(json.dumps(answers), "stop", Usage(), 0.0, 0.0)


def sentences(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"(?<=[.;?!])\s", text) if len(part.split()) > 3]


def given(question: Question, value: Any) -> dict[str, Any]:
    """An answer in the form that is asked for."""
    if question.type == "number":
        low, high = value if isinstance(value, tuple) else (value, value)
        return {"low": low, "high": high}
    return {"answer": list(value) if isinstance(value, tuple) else value}


def told(case: EvidenceCase, quoting: Quoting, numbers: bool = True) -> dict[str, Any]:
    answers = read_situation(case.answers, CONTENT).answers
    asked = {question.id: question for question in asked_of(CONTENT) if question.type != "text"}
    known = [key for key, value in answers.items() if value is not None and key in asked]
    if not numbers:
        known = [key for key in known if asked[key].type != "number"]
    return {key: {**given(asked[key], answers[key]), "quote": quoting(case, at)} for at, key in enumerate(known)}


def readings(quoting: Quoting, numbers: bool = True) -> Iterator[tuple[dict[str, Any], Intake]]:
    for case in CASES:
        answers = told(case, quoting, numbers)
        yield answers, read(case.facts, cast(Client, Reader(answers)), CONTENT)


def nth_sentence(case: EvidenceCase, at: int) -> str:
    """Sentences by turns, so that no more answers rest on one than may."""
    parts = sentences(case.facts)
    return parts[at % len(parts)]


def test_of_one_that_quotes_the_text_every_choice_is_believed() -> None:
    said = kept = 0
    for answers, intake in readings(nth_sentence, numbers=False):
        assert not intake.dropped
        said, kept = said + len(answers), kept + len(intake.filled)
    assert said == kept > 200


def spoilt(case: EvidenceCase, at: int) -> str:
    """One word of the quote is another."""
    words = nth_sentence(case, at).split()
    words[len(words) // 2] = "therefore"
    return " ".join(words)


def of_another_case(case: EvidenceCase, at: int) -> str:
    others = [other for other in CASES if other.id != case.id]
    return next(part for part in sentences(others[at % len(others)].facts) if part not in case.facts)


def of_the_instructions(case: EvidenceCase, at: int) -> str:
    return sentences(INSTRUCTIONS)[at % len(sentences(INSTRUCTIONS))]


def nothing(case: EvidenceCase, at: int) -> str:
    return "   "


def one_word(case: EvidenceCase, at: int) -> str:
    return "the"


@pytest.mark.parametrize("quoting", [spoilt, of_another_case, of_the_instructions, nothing, one_word])
def test_of_one_that_quotes_what_is_not_there_nothing_is_believed(quoting: Quoting) -> None:
    dropped = 0
    for answers, intake in readings(quoting):
        assert not intake.filled
        assert len(intake.dropped) == len(answers)
        dropped += len(intake.dropped)
    assert dropped > 200


def test_of_one_that_gives_one_sentence_for_all_no_more_is_believed_than_a_sentence_may_answer() -> None:
    for answers, intake in readings(lambda case, _: sentences(case.facts)[0], numbers=False):
        assert len(answers) > 4
        assert not intake.filled


def test_numbers_that_do_not_stand_in_their_quote_are_dropped_or_marked_and_none_is_used_unseen() -> None:
    outcomes: Counter[str] = Counter()
    for answers, intake in readings(nth_sentence):
        numbers = {one.question: one for one in intake.filled if "low" in answers[one.question]}
        for key in (key for key in answers if "low" in answers[key]):
            outcomes[fate(numbers.get(key), answers[key])] += 1
    assert outcomes["used unseen"] == 0
    assert outcomes["dropped"] > 20
    assert outcomes["marked"] + outcomes["stated"] > 0


def fate(one: Filled | None, answer: dict[str, Any]) -> str:
    """What became of a number."""
    if one is None:
        return "dropped"
    if one.worked_out:
        return "marked"
    digits = re.findall(r"\d[\d,.]*", one.quote.text)
    standing = {float(number.replace(",", "").rstrip(".")) for number in digits if number.rstrip(".,")}
    return "stated" if {answer["low"], answer["high"]} <= standing else "used unseen"
