from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from advisor.dataset.files.source import open_source
from advisor.dataset.inspection.inspect import inspect
from advisor.dataset.inspection.profile import MOST_SYSTEMS, Profile, Tally, script
from advisor.dataset.inspection.texts import Conversations, Sizes
from advisor.dataset.notebook import classic
from advisor.dataset.row import Row
from advisor.dataset.tokens import exact


def profiled(*rows: Any, **options: Any) -> Profile:
    data = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()
    return inspect(open_source(data, "rows.jsonl"), **options).profile


def chat(asked: str, answer: str, system: str = "", **fields: Any) -> dict[str, Any]:
    said = [{"role": "user", "content": asked}, {"role": "assistant", "content": answer}]
    return {"messages": [{"role": "system", "content": system}, *said] if system else said, **fields}


def count(text: str, encoding: str = "o200k_base") -> int:
    return exact.count(text, encoding).tokens


def test_tokens_are_those_of_the_notebook() -> None:
    rows = [chat(f"How many are {n} and {n}?", f"{2 * n}, I think.", "Be brief.") for n in range(20)]
    rows[3]["messages"][1]["name"] = "Ann"
    data = "\n".join(map(json.dumps, rows)).encode()
    source = open_source(data, "rows.jsonl")
    expected = classic([row for batch in source.batches() for row in batch.rows]).tokens
    found = profiled(*rows, encoding="cl100k_base").tokens
    assert expected is not None
    assert found is not None
    assert (found.least, found.most, found.mean) == (expected.least, expected.most, expected.mean)


def test_instructions_question_and_answer_are_counted_apart() -> None:
    found = profiled(chat("What is it?", "A very long answer to it.", "Be kind."))
    assert found.system_tokens is not None
    assert found.prompt_tokens is not None
    assert found.answer_tokens is not None
    assert found.system_tokens.total == count("Be kind.")
    assert found.prompt_tokens.total == count("What is it?")
    assert found.answer_tokens.total == count("A very long answer to it.")


def test_a_question_of_several_turns_is_their_sum() -> None:
    row = chat("What is it?", "A bird.", "Be kind.")
    row["messages"] += [{"role": "user", "content": "Which one?"}, {"role": "assistant", "content": "A heron."}]
    found = profiled(row)
    assert found.prompt_tokens is not None
    assert found.answer_tokens is not None
    assert found.prompt_tokens.total == sum(map(count, ("What is it?", "A bird.", "Which one?")))
    assert found.answer_tokens.total == count("A heron.")


def test_an_answer_that_calls_a_tool_is_counted() -> None:
    call = {"id": "1", "type": "function", "function": {"name": "look", "arguments": '{"q": "x"}'}}
    row = {
        "messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": None, "tool_calls": [call]}]
    }
    found = profiled(row)
    assert found.answer_tokens is not None
    assert found.answer_tokens.total == count('look {"q": "x"}')
    assert found.with_tools == 0


def test_rows_are_counted_whether_or_not_they_can_be_read() -> None:
    data = b'{"messages": []}\n{\n\n' + json.dumps(chat("Hi there", "Ho there")).encode()
    found = inspect(open_source(data, "rows.jsonl")).profile
    assert (found.rows, found.readable, found.answered) == (4, 2, 1)


def test_short_answers_that_come_again_are_labels() -> None:
    rows = [chat(f"Is {n} even?", "yes" if n % 3 else "no") for n in range(30)]
    assert profiled(*rows).labels == {"yes": 20, "no": 10}
    assert (
        profiled(
            *rows, chat("Why?", "Because it can be divided by two without anything that is left over, see?")
        ).labels
        == {}
    )
    assert profiled(*(chat(f"Say {n}", f"{n}") for n in range(30))).labels == {}


def test_system_prompts_duplicates_and_finds_are_counted() -> None:
    rows = [chat(f"Question number {n} about it", f"Write to ann{n}@an-example.org", f"Be {n % 2}.") for n in range(4)]
    found = profiled(*rows, rows[0])
    assert (found.systems, found.with_system, found.duplicates) == (2, 5, 1)
    assert found.private == {"email": 5}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello", "latin"),
        ("één", "latin"),
        ("", "other"),
        ("12 + 3", "other"),
        ("Москва", "cyrillic"),
        ("в London", "latin"),
        ("東京 A", "east_asian"),
        ("안녕하세요", "korean"),
        ("γειά", "greek"),
        ("नमस्ते", "indic"),
    ],
)
def test_the_script_is_that_of_most_letters(text: str, expected: str) -> None:
    assert script(text) == expected


def tally(*rows: Any) -> Tally:
    made = Tally()
    said = Conversations([Row(line, None, row) for line, row in enumerate(rows, 1)], "openai_chat")
    made.add(said, Sizes(*(np.full(len(rows), size) for size in (10, 1, 2, 3))), [False] * len(rows))
    return made


def test_parts_together_are_the_whole() -> None:
    rows = [chat(f"{n}?", "yes" if n % 2 else "no", f"Be {n % 3}.", ref=4, kind=n) for n in range(40)]
    whole, parts = tally(*rows), Tally()
    for start in range(0, 40, 7):
        parts.take(tally(*rows[start : start + 7]))
    assert vars(parts) == vars(whole)
    assert whole.constants.keys() == {"ref"}


def test_a_field_that_misses_once_is_not_constant() -> None:
    first, second = tally(chat("a", "b", ref=1)), tally(chat("c", "d"))
    first.take(second)
    assert not first.constants
    second.take(tally(chat("e", "f", ref=1)))
    assert not second.constants


def test_unreadable_rows_make_no_field_inconstant() -> None:
    made = tally(None, chat("a", "b", ref=1))
    made.take(tally(None, 3))
    made.take(tally(chat("c", "d", ref=1)))
    assert made.constants.keys() == {"ref"}


def test_system_prompts_beyond_the_most_are_not_kept() -> None:
    made = tally(*(chat("a", "b", f"Be {n}.") for n in range(MOST_SYSTEMS + 5)))
    made.take(tally(chat("a", "b", "Be 0."), chat("a", "b", "Be new.")))
    assert len(made.systems) == MOST_SYSTEMS
    assert sum(made.systems.values()) == MOST_SYSTEMS + 1
