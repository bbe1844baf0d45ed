"""The course: lessons that can be read, and what is said of a lesson that cannot."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from pydantic import ValidationError

from advisor.content.course import Figure, Lesson, unknown_names
from advisor.content.load import CONTENT_DIR, ContentError, _entries, load

COURSE = CONTENT_DIR / "lessons" / "course"
WORDS = (150, 330)
"""Of the text of a lesson."""


def written() -> dict[str, Any]:
    row: dict[str, Any] = yaml.safe_load(next(COURSE.glob("*-tokens.yaml")).read_text("utf-8"))[0]
    return deepcopy(row)


@pytest.mark.parametrize("lesson", load().lessons, ids=lambda lesson: lesson.id)
def test_a_lesson_is_short(lesson: Lesson) -> None:
    assert WORDS[0] <= sum(len(text.split()) for text in lesson.text) <= WORDS[1]


def test_the_right_answer_is_not_always_in_the_same_place() -> None:
    places = {[one.right for one in lesson.question.choices].index(True) for lesson in load().lessons}
    assert len(places) > 1


def test_no_figure_serves_two_lessons_and_none_is_left_over() -> None:
    assert sorted(lesson.figure for lesson in load().lessons) == sorted(get_args(Figure))


def test_every_source_of_the_reading_list_is_taught_by_a_lesson_and_has_a_page() -> None:
    listed = {resource.id for resource in load().resources if not resource.belongs_to}
    assert {name for lesson in load().lessons for name in lesson.reading} == listed


def _no_right_one(row: dict[str, Any]) -> None:
    for choice in row["question"]["choices"]:
        choice.pop("right", None)


def _two_choices(row: dict[str, Any]) -> None:
    row["question"]["choices"] = row["question"]["choices"][:2]


def _typed_figure(row: dict[str, Any]) -> None:
    row["text"][0] += " It costs {price}."


def _idle_fact(row: dict[str, Any]) -> None:
    row["facts"]["idle"] = "azure.gpt-4.1-mini.host-hour"


def _twice(row: dict[str, Any]) -> None:
    row["scores"] = ["training"]


def _open_brace(row: dict[str, Any]) -> None:
    row["text"][0] += " {"


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_no_right_one, "one of the choices, and one alone"),
        (_two_choices, "at least 3 items"),
        (_typed_figure, r"\{price\} stands in the text"),
        (_idle_fact, "idle is named and stands nowhere"),
        (_twice, "training: named twice"),
        (_open_brace, "opens or closes no name"),
    ],
)
def test_a_lesson_that_cannot_be_taught_is_refused(spoil: Callable[[dict[str, Any]], None], said: str) -> None:
    row = written()
    Lesson.model_validate(row)
    spoil(row)
    with pytest.raises(ValidationError, match=said):
        Lesson.model_validate(row)


def test_the_refusal_names_file_and_lesson() -> None:
    row = written()
    _two_choices(row)
    file = COURSE / "3-tokens.yaml"
    with pytest.raises(ContentError, match=r"course/3-tokens\.yaml: tokens: question\.choices"):
        _entries({Path(file): [row]}, Lesson)


def test_a_lesson_names_only_what_there_is() -> None:
    known = {"facts": [], "sources": ["own"]}
    lesson = Lesson.model_validate({**written(), "sources": ["own", "nobody"]})
    said = list(unknown_names([lesson], known))
    assert 'tokens: sources: there is no "nobody" in content/' in said
    assert 'tokens: facts: there is no "azure.gpt-4.1-mini.ft-training" in content/' in said
    assert not any('"own"' in one for one in said)
