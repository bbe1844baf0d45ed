"""Links and files from before a question or a choice was given up: they open, and say by name what is left out."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from advisor import advise, advise_many
from advisor.cli.advice_text import advice_text
from advisor.content.entries import Retired
from advisor.content.load import Content, load
from advisor.engine.advice import advice_data
from advisor.interview.address import decode
from advisor.interview.answers_file import read_situation
from advisor.interview.situation import AnswerErrors
from advisor.language import language
from advisor.wording import labels

LINK = "q1ZKTyxQsopWSs4vLlHSUcpKLErPz1OK1VFKKk1JTy2JTy8oVbIyNTDQUSpJLM5WslIqTAQqy0gsygWyc_LLlWoB"
"""The link of a version that asked for `budget_gpu`, and offered `jargon` at `gap`."""
ANSWERS = {"gap": ["cost", "jargon"], "budget_gpu": 500, "task": "qa", "harm": "low"}


@pytest.fixture(scope="module")
def content() -> Content:
    """Content that has given up a question and a choice."""
    gone = (
        Retired(id="budget_gpu", text="What may a GPU cost?"),
        Retired(id="gap.jargon", text="It does not know our words"),
    )
    return load().model_copy(update={"retired": gone, "version": "retired"})


def test_an_old_link_opens_with_what_is_still_asked(content: Content) -> None:
    here = decode(LINK, content)
    assert dict(here.answers) == {"gap": ("cost",), "task": "qa", "harm": "low"}
    assert here.dropped == ("gap.jargon", "budget_gpu")


def test_an_old_file_opens_too_and_a_slip_of_the_pen_is_still_refused(content: Content) -> None:
    here = read_situation({**ANSWERS, "measured": ["budget_gpu"]}, content)
    assert here.dropped == ("gap.jargon", "budget_gpu")
    assert here.measured == frozenset()
    with pytest.raises(AnswerErrors, match="did you mean task"):
        read_situation({**ANSWERS, "tsk": "qa"}, content)
    with pytest.raises(AnswerErrors, match='"jargn" is not one of'):
        read_situation({"gap": ["cost", "jargn"]}, content)


def test_a_choice_that_was_the_whole_answer_leaves_the_question_open(content: Content) -> None:
    here = read_situation({"gap": ["jargon"], "task": "qa"}, content)
    assert dict(here.answers) == {"task": "qa"}


def test_what_is_left_out_is_named_in_the_words_that_people_knew(content: Content) -> None:
    lang = language("en")
    assert labels.left_out("budget_gpu", content, lang) == "“What may a GPU cost?”"
    said = labels.left_out("gap.jargon", content, lang)
    assert said == "“It does not know our words” at “What goes wrong, or costs too much, today?”"
    assert labels.left_out("nobody_knows", content, lang) == "nobody_knows"
    assert labels.left_out("nobody.knows", content, lang) == "nobody.knows"


def test_command_line_and_json_list_it(content: Content) -> None:
    advice = advise(decode(LINK, content), date(2026, 11, 22), content, scenarios=256)
    assert advice_data(advice)["dropped"] == ["gap.jargon", "budget_gpu"]
    said = " ".join(advice_text(advice, content, language("en")).split())
    assert "left out: “It does not know our words” at “What goes wrong" in said
    assert "“What may a GPU cost?”" in said


def test_a_table_may_still_have_the_column(content: Content) -> None:
    table = pl.DataFrame({"task": ["qa"], "budget_gpu": ["500"]})
    same = advise_many(table.drop("budget_gpu"), date(2026, 11, 22), content, scenarios=64)
    assert advise_many(table, date(2026, 11, 22), content, scenarios=64).equals(same)


def test_of_a_newer_link_the_choices_that_are_known_here_are_kept() -> None:
    here = decode(LINK, load())
    assert here.answers["gap"] == ("cost",)
    assert here.dropped == ("gap.jargon", "budget_gpu")


def test_nothing_is_given_up_and_asked_at_once() -> None:
    known = {question.id for question in load().questions}
    choices = {f"{question.id}.{choice.id}" for question in load().questions for choice in question.choices}
    assert not {entry.id for entry in load().retired} & (known | choices)
    assert all(entry.id.partition(".")[0] in known for entry in load().retired if "." in entry.id)
