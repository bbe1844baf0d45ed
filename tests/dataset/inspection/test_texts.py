from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.dataset.files.plain_chat import PlainRow
from advisor.dataset.files.source import open_source
from advisor.dataset.inspection.texts import Conversations, Texts
from advisor.dataset.row import Row
from advisor.dataset.rows.order import order
from advisor.dataset.tokens import exact
from advisor.dataset.tokens.fast import counts

ENCODING = "o200k_base"


def row(*said: tuple[str, str], **more: Any) -> dict[str, Any]:
    return {"messages": [{"role": role, "content": text} for role, text in said], **more}


PLAIN = row(("system", "Be brief."), ("user", "What is a ship?"), ("assistant", "A large boat."))
LONG = row(("user", "One?"), ("assistant", "1"), ("user", "And two?"), ("assistant", "2"))
CALLING = {
    "messages": [
        {"role": "user", "content": "Weather?", "name": "jan"},
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [
                {"id": "a", "type": "function", "function": {"name": "weather", "arguments": '{"in": "Ee"}'}}
            ],
        },
        {"role": "tool", "tool_call_id": "a", "content": "Rain"},
        {"role": "assistant", "content": "It rains."},
    ]
}


def read(*values: Any, chats: bool = True) -> list[Row]:
    """The rows as a file gives them."""
    source = open_source(b"".join(json.dumps(value).encode() + b"\n" for value in values), "rows.jsonl")
    return [row for batch in source.batches(chats=chats) for row in batch.rows]


def made(*values: Any) -> Texts:
    return Texts(Conversations(read(*values) if values else [], "openai_chat"))


def count(text: str) -> int:
    return exact.count(text, ENCODING).tokens


@pytest.mark.parametrize("value", [PLAIN, LONG, CALLING, {"messages": []}, None])
def test_a_row_has_the_size_of_its_texts_with_the_overhead_of_a_chat(value: Any) -> None:
    texts = made(value)
    size = texts.sizes(counts(texts.texts, ENCODING)).all[0]
    messages = value["messages"] if value else []
    inside = sum(count(one["content"] or "") + count(one["role"]) for one in messages)
    inside += sum(count(call["function"]["arguments"]) for one in messages for call in one.get("tool_calls", ()))
    names = [one["name"] for one in messages if "name" in one]
    overhead = exact.chat_overhead(len(messages), len(names)).tokens if messages else 0
    assert size == inside + sum(map(count, names)) + overhead


def test_the_parts_of_a_row_have_sizes_of_their_own() -> None:
    texts = made(PLAIN, LONG)
    sizes = texts.sizes(counts(texts.texts, ENCODING))
    assert sizes.system.tolist() == [count("Be brief."), 0]
    assert sizes.prompt.tolist() == [count("What is a ship?"), count("One?") + count("1") + count("And two?")]
    assert sizes.answer.tolist() == [count("A large boat."), count("2")]


def test_a_text_that_stands_in_several_rows_is_kept_once() -> None:
    texts = made(PLAIN, row(("system", "Be brief."), ("user", "Why?"), ("assistant", "So.")))
    assert texts.texts.count("Be brief.") == 1
    assert [texts.texts[place] for place in texts.again] == ["Be brief."]
    assert texts.rows_with([texts.texts.index("Be brief.")]) == {0: [0], 1: [0]}
    assert texts.rows_with([texts.texts.index("So.")]) == {1: [2]}
    assert texts.rows_with([]) == {}


def test_no_rows_have_no_sizes() -> None:
    texts = made()
    assert all(len(size) == 0 for size in texts.sizes(np.zeros(0, np.int64)))


ROLES = st.sampled_from(["system", "developer", "user", "assistant", "tool"])
TURNS = st.lists(st.tuples(ROLES, st.sampled_from(["", "a", "b c", "é", " "])), min_size=1, max_size=7)


@given(st.lists(TURNS, min_size=1, max_size=5))
def test_a_plain_conversation_is_understood_as_any_other_row_is(said: list[list[tuple[str, str]]]) -> None:
    values = [row(*turns) for turns in said]
    quick, slow = (Conversations(read(*values, chats=chats), "openai_chat") for chats in (True, False))
    assert all(isinstance(one, PlainRow) for one in quick.rows)
    assert not any(isinstance(one, PlainRow) for one in slow.rows)
    for name in ("lengths", "starts", "roles", "turns", "systems", "questions", "answers"):
        assert getattr(quick, name) == getattr(slow, name)
    assert [*map(quick.view, range(len(values)))] == [*map(slow.view, range(len(values)))]
    texts = [Texts(each) for each in (quick, slow)]
    sizes = (each.sizes(counts(each.texts, ENCODING)) for each in texts)
    assert all((one == other).all() for one, other in zip(*sizes, strict=True))
    blank, same = ([*each.rows_with(each.blank()).items()] for each in texts)
    assert blank == same


@given(TURNS)
def test_each_answer_follows_on_the_last_that_the_user_said(turns: list[tuple[str, str]]) -> None:
    pairs: list[tuple[str, str]] = []
    asked = ""
    for role, text in turns:
        asked = text if role == "user" else asked
        pairs += [(text, asked)] if role == "assistant" else []
    for chats in (True, False):
        assert Conversations(read(row(*turns), chats=chats), "openai_chat").answers_in(0) == pairs


def test_a_long_conversation_takes_no_more_than_its_share_of_time_and_is_not_kept() -> None:
    turns = [("user" if place % 2 else "assistant", "a") for place in range(100_000)]
    kept = order.cache_info().currsize
    said = Conversations(read(row(*turns)), "openai_chat")
    assert len(said.answers_in(0)) == 50_000
    assert order.cache_info().currsize == kept
