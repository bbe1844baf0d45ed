"""Shortcuts of the checks of texts, which find what the whole of a text says."""

from __future__ import annotations

import json
from typing import Any

import pytest

from advisor.content.load import load
from advisor.dataset.checks import check_row
from advisor.dataset.checks.text import TOKEN_SIGNS, echoes
from advisor.dataset.formats.reading import conversation
from advisor.dataset.row import Row
from tests.dataset.format_examples import EXAMPLES

ASKED = "Which of the days comes right after Monday in the week"
LATE = "ΑΣ'" + "ˬ" * 10 + "a and then some more words to say"
"""What the second letter is in lower case depends on what stands more than ten characters after it."""


@pytest.mark.parametrize(
    ("answer", "asked"),
    [
        (ASKED, ASKED),
        (ASKED.upper(), ASKED),
        (f"{ASKED}? Tuesday.", ASKED),
        ("i\u0307zmir ve istanbul nerede", "İzmir ve Istanbul nerede"),
        *[(f"what is {' ' * n}{LATE}", f"what is {' ' * (n + 6)}{LATE}") for n in range(70, 90)],
    ],
)
def test_an_echo_is_found_by_its_first_words(answer: str, asked: str) -> None:
    assert echoes(answer, asked)


@pytest.mark.parametrize("answer", ["Tuesday comes after Monday, and then there is Wednesday.", ASKED[:-9], ""])
def test_an_answer_of_its_own_is_none(answer: str) -> None:
    assert not echoes(answer, ASKED)


def checks(row: dict[str, Any], form: str) -> list[str]:
    raw = json.dumps(row, ensure_ascii=False).encode()
    return [fault.check for fault in check_row(Row(1, raw, row), conversation(row, form), form)]


WITHOUT_A_TEXT = {"unknown", "autotrain_tokens"}
"""A row of words has them one by one."""


@pytest.mark.parametrize("mark", ["<s>", "<bos>", "<|begin_of_text|>", "<｜begin▁of▁sentence｜>", "<BOS_TOKEN>"])
@pytest.mark.parametrize("form", sorted(EXAMPLES.keys() - WITHOUT_A_TEXT))
def test_a_start_mark_is_found_in_every_format_since_its_trainer_puts_its_own_there(form: str, mark: str) -> None:
    row = EXAMPLES[form]
    first = next(turn.text for turn in conversation(row, form).messages if turn.text)
    marked = json.loads(json.dumps(row).replace(f'"{first}', f'"{mark}{first}', 1))
    found = checks(marked, form)
    assert found.count("doubled-start") == 1
    assert "template-token" not in found
    assert "doubled-start" not in checks(row, form)


SPOKEN = (
    "<speak>Hello <break time='1s'/> there.</speak>",
    "<p>One moment <break strength='weak'/> please.</p>",
    "<p>It costs <say-as interpret-as='currency'>$4</say-as> <b>now</b>.</p>",
    "<p><q>Welcome back.</q> <q>Say help for help.</q></p>",
)


@pytest.mark.parametrize("answer", SPOKEN)
def test_marks_for_speaking_are_no_html(answer: str) -> None:
    row = {"messages": [{"role": "user", "content": "What do you say?"}, {"role": "assistant", "content": answer}]}
    assert "html" not in checks(row, "openai_chat")


@pytest.mark.parametrize(
    "answer", ["<p><b>Welcome.</b> Come in.</p>", "<p>He said <q>no</q>.</p>", "<p><q>No.</q> Ha.</p>"]
)
def test_a_paragraph_of_a_page_is_html(answer: str) -> None:
    row = {"messages": [{"role": "user", "content": "What do you say?"}, {"role": "assistant", "content": answer}]}
    assert "html" in checks(row, "openai_chat")


def test_every_mark_of_a_chat_template_holds_a_sign_that_is_looked_for_first():
    marks = load().check("template-token").phrases["any"]
    assert marks
    assert all(any(sign in mark for sign in TOKEN_SIGNS) for mark in marks)
