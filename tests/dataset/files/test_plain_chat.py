"""Plain conversations are read quickly, and as exactly as everything else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.dataset import open_source
from advisor.dataset.duplicates.find import Duplicates, Entry
from advisor.dataset.files.plain_chat import MOST_TURNS, Chat, Message, PlainRow, chat_of
from advisor.dataset.row import Row

ASK, SAY = {"role": "user", "content": "Why?"}, {"role": "assistant", "content": "So."}
TURNED = {"content": "So.", "role": "assistant"}


def rows(data: bytes, name: str = "rows.jsonl", *, chats: bool = True) -> list[Row]:
    return [row for batch in open_source(data, name).batches(chats=chats) for row in batch.rows]


def one(text: str) -> Row:
    (row,) = rows(text.encode() + b"\n", "rows.jsonl")
    return row


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"messages": [ASK, SAY]}),
        '{ "messages": [ {"role":"user", "content":"a\\u00e9\\n\\"role\\":"} ] }',
        json.dumps({"messages": [{"role": "tool", "content": ""}] * MOST_TURNS}),
    ],
)
def test_a_plain_conversation_is_read_as_one(text: str) -> None:
    row = one(text)
    assert isinstance(row, PlainRow)
    assert row.value == json.loads(text)
    assert row.faults == ()
    assert [(turn.role, turn.content) for turn in row.chat.messages] == [
        (turn["role"], turn["content"]) for turn in row.value["messages"]
    ]


@pytest.mark.parametrize(
    "value",
    [
        {"messages": [ASK, TURNED]},
        {"messages": []},
        {"messages": [{"role": "tool", "content": ""}] * (MOST_TURNS + 1)},
        {"messages": [ASK], "tools": []},
        {"messages": [{**SAY, "weight": 0}]},
        {"messages": [{"role": "narrator", "content": "x"}]},
        {"messages": [{"role": "user", "content": None}]},
        {"messages": [{"role": "user", "content": "\x07"}]},
        {"messages": [{"role": "user"}]},
        {"messages": {"role": "user", "content": "x"}},
        [ASK],
        "text",
    ],
)
def test_anything_else_is_not(value: Any) -> None:
    assert not isinstance(one(json.dumps(value)), PlainRow)


PARTS = st.sampled_from(
    [
        '{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}',
        '{"messages": [{"content": "a", "role": "user"}]}',
        '{"messages": [{"role": "user", "content": "a", "content": "b"}]}',
        '{"messages": [{"role": "user", "role": "user", "content": "a"}]}',
        '{"messages": [], "messages": [{"role": "user", "content": "a"}]}',
        '{"messages": [{"role": "user", "content": "\\"content\\": \\\\"}]}',
        '{"messages": [{"role": "user", "content" : "a"}]}',
        '{"messages": [{ "content": "{", "role": "user"}]}',
        '{"messages": [{"\\u0063ontent": "a", "role": "user"}]}',
        '{"messages": [{"role": "user", "content": ": a"}, {"role": "assistant", "content": ":"}]}',
        '{"messages": [{"role": "user", "content": "\\u0000"}]}',
        '{"messages": [{"role": "user", "content": "\\ud800"}]}',
        '{"messages": [{"role": "user", "content": "a", "weight": 1}]}',
        '{"messages": [{"role": "user", "content": null}]}',
        '{"prompt": "a", "comment": "b", "content": "c"}',
        "[" * 120 + "]" * 120,
        '{"messages": [{"role": "user", "content": "a"}]',
        "7",
        "",
    ]
)


@given(st.lists(PARTS, max_size=12))
def test_rows_are_the_same_whichever_way_they_are_read(lines: list[str]) -> None:
    data = "\n".join(["{}", *lines]).encode()
    quick, slow = rows(data), rows(data, chats=False)
    assert [(row.line, row.raw, row.value, row.faults) for row in quick] == [*map(tuple, slow)]
    for row in quick:
        if isinstance(row, PlainRow):
            assert [[*message] for message in row.value["messages"]] == [["role", "content"]] * len(row.chat.messages)


def test_a_text_that_begins_with_a_colon_slows_nobody() -> None:
    read = rows(json.dumps({"messages": [ASK, {**SAY, "content": ":) thanks"}]}).encode() + b"\n" + b"{}\n")
    assert [type(row) for row in read] == [PlainRow, Row]


def test_a_value_says_the_same_whatever_the_order_of_its_keys() -> None:
    said = Chat([Message("user", "Why?"), Message("assistant", "So.")])
    assert chat_of({"messages": [ASK, SAY]}) == chat_of({"messages": [ASK, TURNED]}) == said
    assert chat_of({"messages": [ASK, {**SAY, "name": "x"}]}) is None
    assert chat_of(None) is None


def test_hashes_do_not_depend_on_how_a_row_was_read() -> None:
    values: list[Any] = [
        {"messages": [ASK, SAY]},
        {"messages": [ASK, TURNED]},
        {"messages": [{"content": "\ud800", "role": "user"}]},
        {"messages": [{"role": "user", "content": "\ud800"}]},
        {"messages": [{"role": "user", "content": [{"type": "text", "text": "x"}]}]},
        {"messages": [{"content": [{"text": "x", "type": "text"}], "role": "user"}]},
    ]

    def found(given: list[Any]) -> Any:
        made = Duplicates()
        made.add([Entry(line, value, "", f"question {line}", f"answer {line}") for line, value in enumerate(given)])
        return [(hit.check, hit.line, hit.other) for hit in made.found()]

    pairs = [("key-order-duplicate", 1, 0), ("key-order-duplicate", 3, 2), ("key-order-duplicate", 5, 4)]
    assert found(values) == pairs
    assert found([chat_of(values[0]), *values[1:]]) == pairs
    assert found([values[0], chat_of(values[0])]) == [("exact-duplicate", 1, 0)]
