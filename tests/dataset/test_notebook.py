from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from advisor.dataset import open_source
from advisor.dataset.notebook import Classic, Distribution, Notebook, classic, epochs
from advisor.language import language
from tests.dataset.notebook import notebook


def read(data: bytes, limit: int = 16_385) -> Classic:
    notebook = Notebook()
    for batch in open_source(data, "rows.jsonl").batches(rows=2):
        notebook.add(batch.rows)
    return notebook.report(limit)


def jsonl(*rows: Any) -> bytes:
    return "\n".join(json.dumps(row) for row in rows).encode()


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(["<|endoftext|>", "user", ""])
odd = st.none() | st.booleans() | st.integers(0, 1) | st.lists(st.integers(), max_size=1) | st.just({"name": "f"})
messages = st.dictionaries(
    st.sampled_from(["role", "content", "name", "weight", "function_call", "tool_calls"]), texts | odd, max_size=4
)
sound = st.fixed_dictionaries(
    {"role": st.sampled_from(["system", "user", "assistant", "tool"]), "content": texts}, optional={"name": texts}
)
rows = st.fixed_dictionaries({"messages": st.lists(sound, max_size=4)})
odd_rows = st.fixed_dictionaries({}, optional={"messages": st.lists(messages | odd, max_size=3) | texts | odd}) | odd
lines = st.lists(rows.map(json.dumps) | odd_rows.map(json.dumps) | st.just("{'a': 1}"), min_size=1, max_size=8)


@given(st.lists(rows.map(json.dumps), min_size=1, max_size=8) | lines, st.sampled_from([5, 20, 4_096, 16_385]))
@example(['{"messages": [{"role": "assistant", "content": "a", "function_call": NaN}]}'], 20)
@example(['{"messages": []}', '{"messages": ""}'], 20)
@example(['{"messages": [{"role": "user", "content": "\\ud800"}]}'], 20)
def test_equals_the_notebook_and_stops_where_it_stops(made: list[str], limit: int) -> None:
    found = read("\n".join(made).encode(), limit)
    try:
        expected = notebook("\n".join(made), limit)
    except (ValueError, TypeError, KeyError, AttributeError):
        assert found.stopped is not None
        assert found.stopped.text(language("nl"))
    else:
        assert found.stopped is None
        assert {name: getattr(found, name) for name in expected} == expected


# The toy file of the notebook: a file with its published figures


def words(n: int) -> str:
    """A text of so many tokens."""
    return " ".join(["hello"] * n)


def conversation(roles: str, sizes: list[int]) -> dict[str, Any]:
    names = {"s": "system", "u": "user", "a": "assistant"}
    return {"messages": [{"role": names[r], "content": words(n)} for r, n in zip(roles, sizes, strict=True)]}


TOY = jsonl(
    conversation("ua", [11, 4]),  # 26 tokens; no system message
    conversation("sa", [8, 9]),  # 28; no user message
    conversation("sua", [10, 10, 10]),  # 45
    conversation("suauauaua", [10, 10, 7, 8, 7, 8, 7, 8, 7]),  # 111
    conversation("sua", [9, 8, 8_000]),  # 8,032
)


@pytest.mark.parametrize(
    ("limit", "too_long", "billable", "charged"), [(4_096, 1, 4_306, 86_120), (16_385, 0, 8_242, 164_840)]
)
def test_the_published_figures_of_the_toy_file(limit: int, too_long: int, billable: int, charged: int) -> None:
    found = read(TOY, limit)
    assert set(found.counters.values()) == {0}
    assert (found.examples, found.missing_system, found.missing_user) == (5, 1, 1)
    assert found.messages == Distribution(2, 9, 3.8, 3.0, 2.0, pytest.approx(6.6))
    assert found.tokens == Distribution(26, 8_032, 1648.4, 45.0, pytest.approx(26.8), pytest.approx(4863.6))
    assert found.assistant_tokens == Distribution(4, 8_000, 1610.2, 10.0, pytest.approx(6.0), pytest.approx(4811.2))
    assert (found.epochs, found.too_long, found.billable, found.charged) == (20, too_long, billable, charged)
    assert found.exact
    assert found.stopped is None


@pytest.mark.parametrize(
    ("examples", "expected"),
    [
        (0, 0),
        (1, 25),
        (3, 25),
        (4, 25),
        (5, 20),
        (10, 10),
        (25, 4),
        (33, 3),
        (34, 3),
        (50, 3),
        (8_333, 3),
        (8_334, 2),
        (12_500, 2),
        (12_501, 1),
        (100_000, 1),
    ],
)
def test_epochs_follow_the_published_rule(examples: int, expected: int) -> None:
    assert epochs(examples) == expected


def test_each_counter_counts_what_it_names() -> None:
    say = {"role": "assistant", "content": "a"}
    found = read(
        jsonl(
            {"messages": [say]},
            ["no dictionary"],
            {"prompt": "x"},
            {"messages": [{"role": "user"}, say]},
            {"messages": [{**say, "tool_calls": []}]},
            {"messages": [{"role": "tool", "content": "a"}, say]},
            {"messages": [{"role": "assistant", "content": None, "function_call": {"name": "f"}}]},
            {"messages": [{"role": "user", "content": "a"}]},
        )
    )
    assert found.counters == {
        "data_type": 1,
        "missing_messages_list": 1,
        "message_missing_key": 1,
        "message_unrecognized_key": 1,
        "unrecognized_role": 1,
        "missing_content": 2,
        "example_missing_assistant_message": 1,
    }


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b'{"messages": []}\n{"a": ', "it cannot read line 2"),
        (b'\xef\xbb\xbf\n{"messages": []}', "it cannot read line 1"),
        (b'{"prompt": "x"}', "first example"),
        (jsonl({"messages": []}, {"messages": ["a"]}), "checks, at line 2: a message is no object"),
        (jsonl({"messages": []}, {"a": 1}), "statistics, at line 2: there are no messages"),
        (
            jsonl({"messages": [{"role": "assistant", "content": "a", "weight": 1}]}),
            "statistics, at line 1: weight of a message is no text",
        ),
        (jsonl({"messages": [{"role": "user", "content": "a<|endoftext|>"}]}), "holds <|endoftext|>"),
    ],
)
def test_what_stops_the_notebook_is_said_and_the_rest_is_counted(data: bytes, said: str) -> None:
    found = read(data)
    assert found.stopped is not None
    assert said in found.stopped.text(language("en"))


def test_a_row_that_stops_the_notebook_is_left_out_of_its_statistics() -> None:
    found = read(jsonl({"messages": [{"role": "assistant", "content": "a"}]}, {"messages": [{"role": 3}]}) + b"\nx")
    assert (found.examples, found.left_out) == (2, 2)
    assert found.tokens == Distribution(8, 8, 8.0, 8.0, 8.0, 8.0)


def test_no_rows_are_no_crash() -> None:
    found = classic([])
    assert (found.examples, found.epochs, found.charged, found.tokens) == (0, 0, 0, None)
    assert found.stopped is not None


def test_notes_on_a_list_speak_of_rows_and_those_on_lines_of_lines() -> None:
    sound = {"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]}
    bad = {"messages": [{"role": "assistant"}]}
    for data, name, said in (
        (json.dumps([sound, bad], indent=2).encode(), "rows.json", "at its statistics, at row 2:"),
        (jsonl(sound, bad), "rows.jsonl", "at its statistics, at line 2:"),
    ):
        source = open_source(data, name)
        made = Notebook(source.unit)
        for batch in source.batches():
            made.add(batch.rows)
        stopped = made.report().stopped
        assert stopped is not None
        assert said in stopped.text(language("en"))
