import re

import polars as pl
import pytest

from advisor.content.entries import Question
from advisor.content.load import load
from advisor.language import LANGUAGES, language

QUESTIONS = {question.id: question for question in load().questions}
COMPARED = re.compile(r"(\w+)\s*(?:=|<>|!=)\s*'([^']*)'")
LISTED = re.compile(r"(\w+)\s+(?:NOT\s+)?IN\s*\(([^)]*)\)", re.IGNORECASE)

each_question = pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS.keys())


def literals(condition: str) -> list[tuple[str, str]]:
    """Pairs of a column and a word that it is compared with."""
    listed = [(column, word) for column, words in LISTED.findall(condition) for word in re.findall(r"'([^']*)'", words)]
    return COMPARED.findall(condition) + listed


def test_all_questions_of_the_curriculum_are_asked() -> None:
    asked = {number for question in QUESTIONS.values() for number in question.covers}
    assert asked == {f"Q{number}" for number in range(1, 43)}


@each_question
def test_a_question_says_how_to_answer_and_why_it_is_asked(question: Question) -> None:
    assert question.help
    assert question.why
    assert question.help != question.why
    for text in (question.text, question.help, question.why):
        assert len(text) <= 330, f"{len(text)} characters are too many to read on one page: {text}"
        assert "  " not in text


@each_question
def test_a_choice_is_short_and_its_meaning_is_one_line(question: Question) -> None:
    for choice in question.choices:
        assert len(choice.text) <= 80
        assert len(choice.means or "") <= 110
        assert choice.means is None or choice.means.endswith((".", "?"))


@pytest.mark.parametrize("code", LANGUAGES)
@each_question
def test_labels_differ_in_every_language(question: Question, code: str) -> None:
    lang = language(code)
    labels = [lang(choice.text) for choice in question.choices]
    assert len(set(labels)) == len(labels), "radio buttons with the same label cannot be told apart"


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_two_questions_read_the_same(code: str) -> None:
    lang = language(code)
    texts = [lang(question.text) for question in QUESTIONS.values()]
    assert len(set(texts)) == len(texts)


@each_question
def test_a_condition_names_columns_and_choices_that_exist(question: Question) -> None:
    if question.when is None:
        return
    owner = {column: other for other in QUESTIONS.values() for column in other.columns}
    columns = pl.sql_expr(question.when).meta.root_names()
    assert columns
    assert set(columns) <= set(owner)
    assert question.id not in {owner[column].id for column in columns}, "a question cannot hang on itself"
    for column, word in literals(question.when):
        assert word in owner[column].values, f"{column} is never '{word}'"


def test_conditions_are_read_as_the_test_thinks() -> None:
    assert literals("a = 'x' OR b <> 'y' AND c IN ('p', 'q') AND d") == [("a", "x"), ("b", "y"), ("c", "p"), ("c", "q")]


@each_question
def test_a_question_names_sources_that_exist(question: Question) -> None:
    known = {source.id for source in load().sources}
    assert set(question.sources) <= known
