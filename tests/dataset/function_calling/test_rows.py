"""Rows with tool calls: whole conversations, for two goals, and what keeps an example from becoming one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from advisor.dataset.function_calling.definitions import read_tools, tokens
from advisor.dataset.function_calling.rows import Plan, build, example, parameters_of
from advisor.dataset.function_calling.words import advice, saved, saving
from advisor.dataset.row import Note, Unusable
from advisor.dataset.sample_calls import sample_tools
from advisor.language import language

TOOLS = read_tools(sample_tools("en"))
KNOWN = parameters_of(TOOLS)
ASKED = {
    "question": "Where is order 204518?",
    "tool": "find_order",
    "arguments": {"order_id": "204518"},
    "result": {"status": "sent"},
    "answer": "It has been sent.",
}
TWO = {
    "question": "Where is order 1, and have you lights?",
    "calls": [
        {"tool": "find_order", "arguments": {"order_id": "1"}, "result": "not found"},
        {"tool": "check_stock", "arguments": {"article": "lights"}, "result": {"pieces": 5}},
    ],
    "answer": "I cannot find order 1; we have 5 lights.",
}
THANKS = {"question": "Thanks!", "answer": "You are welcome."}


def test_a_row_is_the_whole_conversation() -> None:
    row, both, none = build([ASKED, TWO, THANKS], TOOLS, Plan(instruction="You help."))
    asked, question, call, result, answer = row["messages"]
    assert (asked["content"], question["content"], answer["content"]) == (
        "You help.",
        ASKED["question"],
        ASKED["answer"],
    )
    (made,) = call["tool_calls"]
    assert made["function"]["name"] == "find_order"
    assert json.loads(made["function"]["arguments"]) == {"order_id": "204518"}
    assert result == {"role": "tool", "tool_call_id": made["id"], "content": '{"status": "sent"}'}
    assert [message["role"] for message in both["messages"]] == [
        "system",
        "user",
        "assistant",
        "tool",
        "tool",
        "assistant",
    ]
    assert both["messages"][3]["content"] == "not found"
    assert [message["role"] for message in none["messages"]] == ["system", "user", "assistant"]
    assert row["tools"] == both["tools"] == none["tools"] == list(TOOLS)


@pytest.mark.parametrize(
    ("plan", "in_rows", "in_use"),
    [
        (Plan(), "full", "full"),
        (Plan("quality", "names", short_rows=True), "full", "full"),
        (Plan("tokens"), "full", "undescribed"),
        (Plan("tokens", "names", short_rows=True), "names", "names"),
        (Plan("tokens", "none", short_rows=True), "names", "none"),
    ],
)
def test_the_goals_want_opposite_things_of_the_definitions(plan: Plan, in_rows: str, in_use: str) -> None:
    assert (plan.trained, plan.sent) == (in_rows, in_use)
    (row,) = build([ASKED], TOOLS, plan)
    assert ("description" in json.dumps(row["tools"])) == (in_rows == "full")
    assert advice(plan, language("nl"))


def test_what_a_plan_saves_is_told_a_request_and_a_month() -> None:
    counted = tokens(TOOLS)
    assert saved(counted, Plan()) == (0, 0)
    plan = Plan("tokens", "none")
    assert saved(counted, plan) == (counted[0].as_text, counted[0].as_openai)
    assert "a month" not in saving(counted, plan, None, language())
    month = f"{counted[0].as_openai * 30_000:,}"
    assert month in saving(counted, plan, 30_000, language())
    with pytest.raises(Unusable, match="Nothing is saved"):
        build([ASKED], TOOLS, Plan("tokens", "full"))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"question": " "}, 'the example has no "question"'),
        ({"answer": None}, 'the example has no "answer"'),
        ({"tool": "findorder"}, 'there is no tool "findorder"; did you mean find_order?'),
        ({"tool": "<b>rm -rf</b>"}, 'there is no tool "<b>rm -rf</b>": define it'),
        ({"tool": ""}, 'there are arguments or a result, and no "tool"'),
        ({"arguments": "{order"}, 'the arguments of "find_order" are no JSON: write them as {"name": "value"}'),
        ({"arguments": [1]}, 'the arguments of "find_order" are array: write an object'),
        ({"arguments": {"order_id": 204518}}, '"order_id" is number and should be string'),
        ({"arguments": {}}, "missing: order_id"),
        ({"arguments": {"order_id": "1", "x": 1, "y": 2}}, "no argument of this tool: x, y"),
        ({"arguments": {"order_id": "1"}, "result": float("nan")}, "holds NaN or Infinity"),
        ({"result": None}, 'the call of "find_order" has no "result"'),
        ({"calls": "find_order"}, '"calls" is string: write a list'),
        ({"calls": [3]}, 'call 1 has no "tool"'),
    ],
)
def test_what_cannot_be_used_says_what_where_and_what_to_do(change: dict[str, Any], said: str) -> None:
    found = example({**ASKED, **change}, KNOWN)
    assert isinstance(found, Note)
    assert said in found.text(language())
    assert found.text(language("nl")) != found.text(language())
    with pytest.raises(Unusable, match="Example 2: "):
        build([THANKS, {**ASKED, **change}], TOOLS)


def test_what_is_missing_is_told_once_and_within_what_it_is_missing() -> None:
    inner = {"type": "object", "properties": {"city": {"enum": ["Ghent", "Delft"]}}, "required": ["city", "street"]}
    known = {"send": {"type": "object", "properties": {"to": inner}, "required": ["to"]}}
    call = {**ASKED, "tool": "send", "arguments": {"to": {"city": "Paris"}}}
    found = example(call, known)
    assert isinstance(found, Note)
    said = found.text(language())
    assert said.count("missing: to.street") == 1
    assert '"to.city" is "Paris", which is none of "Ghent", "Delft"' in said


def test_a_definition_that_would_hold_up_the_check_is_cut_short() -> None:
    doubling: dict[str, Any] = {"l0": {"type": "string"}}
    for level in range(1, 40):
        doubling[f"l{level}"] = {"anyOf": [{"$ref": f"#/$defs/l{level - 1}"}] * 2}
    known = {"slow": {"type": "object", "properties": {"x": {"$ref": "#/$defs/l39"}}, "$defs": doubling}}
    found = example({**ASKED, "tool": "slow", "arguments": {"x": 3}}, known)
    assert isinstance(found, Note)
    assert "the definition cannot be followed (too many references)" in found.text(language())
