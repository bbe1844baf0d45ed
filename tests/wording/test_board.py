"""For and against training: by the reader's own answers, and on the right side."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from advisor import advise, situation
from advisor.content.load import load
from advisor.language import LANGUAGES, language
from advisor.wording.board import Board, board

AT = date(2026, 11, 30)
ANSWERS: dict[str, Any] = {"task": "rewriting", "gap": ["style"], "prompt_tried": "good", "prompt_result": "near"}


def made(code: str = "en", **more: Any) -> Board:
    found = board(advise(situation(**{**ANSWERS, **more}), AT), load(), language(code))
    assert found is not None
    return found


def sentences(points: Any) -> list[str]:
    return [point.because for point in points]


def test_what_holds_training_up_stands_against_it_and_goes_once_it_is_there() -> None:
    gate = "Without test cases nobody can tell a better model from a worse one"
    without = made(evaluation_set="no")
    assert any(gate in one for one in sentences(without.cons))
    assert not any(gate in one for one in sentences(without.pros))
    assert not any(gate in one for one in sentences(made(evaluation_set="yes").cons))


def test_facts_that_change_speak_against_training() -> None:
    changing = made(gap=["knowledge"], knowledge_source="private", knowledge_changes="weekly")
    told = " ".join(said for point in changing.cons for said in point.said)
    assert load().question("knowledge_changes").text in told
    assert load().question("knowledge_changes").text not in " ".join(
        said for point in made().cons for said in point.said
    )


@pytest.mark.parametrize("code", sorted(LANGUAGES))
def test_every_point_rests_on_an_answer_that_is_repeated(code: str) -> None:
    found = made(code, evaluation_set="no", labelled_examples=640)
    assert found.pros
    assert found.cons
    lang = language(code)
    asked = [lang(one.text).rstrip(".") for one in load().questions]
    for point in (*found.pros, *found.cons):
        assert point.said
        assert all(any(said.startswith(question) for question in asked) for said in point.said)


def test_a_number_below_the_middle_says_that_it_counts_the_other_way() -> None:
    low = made(labelled_examples=60)
    told = [point for point in (*low.pros, *low.cons) if "The more good examples" in point.because]
    assert told
    assert all("it counts the other way" in point.premise for point in told)
    high = made(labelled_examples=50_000)
    told = [point for point in (*high.pros, *high.cons) if "The more good examples" in point.because]
    assert told
    assert not any("it counts the other way" in point.premise for point in told)
