"""The worked answer files that the README and the lessons use: each can be read, and says what its name promises."""

import csv
from pathlib import Path
from typing import Any

import pytest

from advisor.content.load import CONTENT_DIR, load
from advisor.interview.answers_file import parse_cell, read_situation
from advisor.interview.situation import Situation

FOLDER = CONTENT_DIR / "examples"
CONTENT = load()


def example(name: str) -> Situation:
    return read_situation(FOLDER / f"{name}.yaml")


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.yaml")), ids=lambda file: file.stem)
def test_an_example_is_read_without_an_error_and_explains_itself(file: Path) -> None:
    assert read_situation(file).answers
    assert file.read_text("utf-8").split("\n")[1].startswith("# ")


def portfolio() -> list[tuple[str, dict[str, Any]]]:
    with (FOLDER / "portfolio.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream, strict=True))
    return [(row.pop("id"), {key: parse_cell(cell, key, CONTENT) for key, cell in row.items()}) for row in rows]


def test_every_row_of_the_portfolio_is_a_situation() -> None:
    rows = portfolio()
    assert len(rows) >= 6
    assert len({name for name, _ in rows}) == len(rows)
    for _, answers in rows:
        assert read_situation(answers).answers


def test_the_portfolio_shows_lists_ranges_and_unknowns() -> None:
    values = [value for _, answers in portfolio() for value in read_situation(answers).answers.values()]
    assert any(isinstance(value, tuple) and len(value) > 1 and isinstance(value[0], str) for value in values)
    assert any(isinstance(value, tuple) and isinstance(value[0], float) for value in values)
    assert None in values


def test_the_few_shot_example_sends_4120_tokens_and_gets_5() -> None:
    answers = example("few-shot-at-scale").answers
    tokens = [answers[part] for part in ("instruction_tokens", "example_tokens", "question_tokens")]
    assert sum(tokens) == 4_120  # type: ignore[arg-type]
    assert (answers["output_tokens"], answers["requests_per_month"]) == (5, 30_000_000)


def test_the_unknown_example_asks_every_question_and_answers_none() -> None:
    answers = example("all-unknown").answers
    assert set(answers) == {question.id for question in CONTENT.questions}
    assert set(answers.values()) == {None}
