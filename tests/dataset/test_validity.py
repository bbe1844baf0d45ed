"""Every rule is shown to fire on a row that breaks it and nothing else."""

import csv
import io
import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.dataset import validity
from advisor.dataset.finding import Finding
from advisor.dataset.formats import FormatId
from advisor.dataset.validity import check
from advisor.language import language

BOM = b"\xef\xbb\xbf"
Row = dict[str, Any]

TOOL = {
    "type": "function",
    "function": {
        "name": "lookup",
        "parameters": {
            "type": "object",
            "properties": {"id": {"type": "string"}},
            "required": ["id"],
            "additionalProperties": False,
        },
    },
}


def user(text: str = "Hello?") -> Row:
    return {"role": "user", "content": text}


def said(text: str = "Yes.") -> Row:
    return {"role": "assistant", "content": text}


def call(arguments: Any = '{"id": "7"}', id_: Any = "c1", name: str = "lookup") -> Row:
    function = {"name": name, "arguments": arguments}
    return {"role": "assistant", "content": None, "tool_calls": [{"id": id_, "type": "function", "function": function}]}


def result(id_: str = "c1") -> Row:
    return {"role": "tool", "tool_call_id": id_, "content": "{}"}


def chat(*messages: Row, **extra: Any) -> Row:
    return {"messages": list(messages), **extra}


GOOD: dict[str, Row] = {
    "openai_chat": chat({"role": "system", "content": "Be brief."}, user(), said()),
    "azure_chat": chat(user(), call(), result(), said(), tools=[TOOL]),
    "openai_dpo": {
        "input": {"messages": [user()]},
        "preferred_output": [said("Yes.")],
        "non_preferred_output": [said("No.")],
    },
    "azure_rft": {**chat(user()), "reference_answer": "4"},
    "trl_conversational": chat(user(), call({"id": "7"}), result(), said(), tools=[TOOL]),
    "trl_prompt_completion": {"prompt": [user()], "completion": [said()]},
    "trl_preference": {"prompt": [user()], "chosen": [said("Yes.")], "rejected": [said("No.")]},
    "alpaca": {"instruction": "Add.", "input": "2 and 2", "output": "4", "history": [["a", "b"]]},
    "sharegpt": {"conversations": [{"from": "human", "value": "2+2?"}, {"from": "gpt", "value": "4"}]},
    "evaluation_jsonl": {"id": "t1", "prompt": "2+2?", "gold": "4", "base_output": "", "tuned_output": ""},
}


def written(rows: list[Any], form: str) -> bytes:
    if form in ("alpaca", "sharegpt"):
        return json.dumps(rows).encode()
    lines = "".join(json.dumps(row) + "\n" for row in rows).encode()
    return (BOM if form.startswith("azure") else b"") + lines


def rows(form: str) -> list[Row]:
    """Twelve rows that keep all rules of the format; what must differ from row to row does."""
    made = []
    for number in range(12):
        row = deepcopy(GOOD[form])
        if "reference_answer" in row:
            row["reference_answer"] = str(number)
        if "id" in row:
            row["id"] = f"t{number}"
        made.append(row)
    return made


def findings(form: str, row: Any) -> tuple[Finding, ...]:
    """What is found in a file whose third row is this one."""
    made: list[Any] = rows(form)
    made[2] = row
    return check(written(made, form), form)  # type: ignore[arg-type]


@pytest.mark.parametrize("form", GOOD)
def test_a_file_that_keeps_the_rules_has_no_findings(form: FormatId) -> None:
    assert check(written(rows(form), form), form) == ()


TWO_CALLS = {**call(), "tool_calls": [*call()["tool_calls"], *call(id_="c2")["tool_calls"]]}
IMAGE = {"type": "image_url", "image_url": {"url": "https://example.org/a.png"}}

BROKEN_CHATS: list[tuple[Row, str, str]] = [
    ({"prompt": "a", "completion": "b"}, "messages", "missing; a row is"),
    (chat(), "messages", "not empty"),
    ({"messages": "hello"}, "messages", "expected a list"),
    (chat(user(), said(), "x"), "messages[2]", "role and content"),  # type: ignore[arg-type]
    (chat({"role": "human", "content": "a"}, user(), said()), "messages[0].role", '"human" is not one of'),
    (chat({"role": ["a"], "content": "a"}, user(), said()), "messages[0].role", "is not one of"),
    (chat({"role": "user"}, said()), "messages[0].content", "content is missing"),
    (chat({"role": "user", "content": 7}, said()), "messages[0].content", "must be text"),
    (chat(user(" "), said()), "messages[0].content", "empty"),
    (chat(user(), {**said(), "mood": "glad"}), "messages[1].mood", "not known"),
    (chat(user(), {**said(), "weight": 2}), "messages[1].weight", "0 or 1"),
    (chat(user(), {**said(), "weight": True}), "messages[1].weight", "0 or 1"),
    (chat({**user(), "weight": 1}, said()), "messages[0].weight", "only messages of the assistant"),
    (chat(user(), {**said(), "weight": 0}), "messages", "every answer has weight 0"),
    (chat({**user(), "name": 7}, said()), "messages[0].name", "must be text"),
    (chat(said()), "messages", "no message of the role user"),
    (chat(user()), "messages", "no message of the role assistant"),
    (chat(user(), said(), user()), "messages", "the last message must be"),
    (
        chat({"role": "system", "content": "a"}, {"role": "system", "content": "b"}, user(), said()),
        "messages",
        "more than one",
    ),
    (chat(user("x" * 300_000), said()), "messages", "the end is cut off"),
    (chat({"role": "user", "content": [{"type": "sound"}]}, said()), "messages[0].content[0]", "text or image_url"),
    (
        chat({"role": "user", "content": [{"type": "image_url", "image_url": 3}]}, said()),
        "messages[0].content[0]",
        "text or image_url",
    ),
    (chat(user(), {"role": "assistant", "content": [IMAGE]}), "messages[1].content[0]", "only a user sends images"),
    (chat(user(), said(), parallel_tool_calls="yes", tools=[TOOL]), "parallel_tool_calls", "true or false"),
    (chat(user(), said(), tools=[]), "tools", "not empty"),
    (chat(user(), said(), tools=[{"name": "lookup"}]), "tools[0]", "expected type function"),
    (
        chat(user(), said(), tools=[{"type": "function", "function": {"name": "look up"}}]),
        "tools[0]",
        "a name of letters",
    ),
    (
        chat(user(), said(), tools=[{"type": "function", "function": {"name": "a", "parameters": {"type": "thing"}}}]),
        "tools[0].function.parameters",
        "not a JSON Schema",
    ),
    (chat(user(), call(), result(), said()), "messages[1].tool_calls[0]", "has no tools"),
    (
        chat(user(), call(name="other"), result(), said(), tools=[TOOL]),
        "messages[1].tool_calls[0].function.name",
        "not among",
    ),
    (
        chat(user(), call({"id": "7"}), result(), said(), tools=[TOOL]),
        "messages[1].tool_calls[0].function.arguments",
        "must be text",
    ),
    (
        chat(user(), call("{id: 7}"), result(), said(), tools=[TOOL]),
        "messages[1].tool_calls[0].function.arguments",
        "not JSON",
    ),
    (
        chat(user(), call("[]"), result(), said(), tools=[TOOL]),
        "messages[1].tool_calls[0].function.arguments",
        "an object with",
    ),
    (
        chat(user(), call("{}"), result(), said(), tools=[TOOL]),
        "messages[1].tool_calls[0].function.arguments",
        "'id' is a required",
    ),
    (
        chat(user(), call('{"id": "7", "x": 1}'), result(), said(), tools=[TOOL]),
        "messages[1].tool_calls[0].function.arguments",
        "'x' was unexpected",
    ),
    (chat(user(), call(id_=None), said(), tools=[TOOL]), "messages[1].tool_calls[0].id", "needs an id"),
    (chat(user(), call(), said(), tools=[TOOL]), "messages[2]", "call c1 is not answered before"),
    (chat(user(), call(), result("c2"), said(), tools=[TOOL]), "messages[2].tool_call_id", "no open tool call"),
    (chat(user(), result(), said()), "messages[1].tool_call_id", "no open tool call"),
    (chat(user(), TWO_CALLS, result("c1"), tools=[TOOL]), "messages", "call c2 is not answered"),
    (
        chat(user(), call(), result(), call(), result(), said(), tools=[TOOL]),
        "messages[3].tool_calls[0].id",
        "stands twice",
    ),
    (chat({**user(), "tool_calls": []}, said()), "messages[0].tool_calls", "only an assistant"),
    (chat(user(), {**said(), "tool_calls": 7}), "messages[1].tool_calls", "expected a list"),
    (
        chat(user(), {**said(), "tool_calls": [7]}, tools=[TOOL]),
        "messages[1].tool_calls[0]",
        "expected an object with an id",
    ),
]


@pytest.mark.parametrize(("row", "field", "message"), BROKEN_CHATS)
def test_a_broken_conversation_is_found_in_its_line_and_field(row: Row, field: str, message: str) -> None:
    found = findings("openai_chat", row)
    assert any(one.line == 3 and one.field == field and message in one.text(language("en")) for one in found), found


def test_a_row_may_end_in_a_tool_call() -> None:
    assert findings("openai_chat", chat(user(), call(), tools=[TOOL])) == ()


def test_images_and_weights_in_their_place_are_fine() -> None:
    text = {"type": "text", "text": "What is this?"}
    row = chat({"role": "user", "content": [text, IMAGE]}, {**said(), "weight": 0}, user(), {**said(), "weight": 1})
    assert findings("openai_chat", row) == ()


def test_a_reference_to_another_document_is_not_followed() -> None:
    tool = {"type": "function", "function": {"name": "lookup", "parameters": {"$ref": "http://127.0.0.1:9/schema"}}}
    found = findings("openai_chat", chat(user(), call(), result(), said(), tools=[tool]))
    assert [one.field for one in found] == ["messages[1].tool_calls[0].function.arguments"]
    assert "cannot be used" in found[0].message


def test_trl_wants_arguments_as_an_object_and_needs_no_ids() -> None:
    text = chat(user(), call(), result(), said(), tools=[TOOL])
    assert [one.field for one in findings("trl_conversational", text)] == [
        "messages[1].tool_calls[0].function.arguments"
    ]
    plain = chat(
        user(), call({"id": "7"}, id_=None), {"role": "tool", "name": "lookup", "content": "{}"}, said(), tools=[TOOL]
    )
    assert findings("trl_conversational", plain) == ()


def changed(form: str, change: Callable[[Row], object]) -> Row:
    row = deepcopy(GOOD[form])
    change(row)
    return row


BROKEN_ROWS: list[tuple[str, Callable[[Row], object], str, str]] = [
    ("openai_dpo", lambda row: row.pop("input"), "input", "missing"),
    ("openai_dpo", lambda row: row.update(score=1), "score", "not known"),
    ("openai_dpo", lambda row: row.update(input=7), "input.messages", "expected a list"),
    ("openai_dpo", lambda row: row["input"]["messages"].append(said()), "input.messages", "must be the user's"),
    ("openai_dpo", lambda row: row.update(preferred_output=[]), "preferred_output", "not empty"),
    ("openai_dpo", lambda row: row.update(preferred_output=[user()]), "preferred_output", "role assistant"),
    ("openai_dpo", lambda row: row.update(preferred_output=[user(), said()]), "preferred_output", "only messages of"),
    ("openai_dpo", lambda row: row.update(non_preferred_output=[said("Yes.")]), "non_preferred_output", "the same"),
    (
        "openai_dpo",
        lambda row: row.update(preferred_output=[{"role": "assistant", "content": [{"type": "text", "text": "a"}]}]),
        "preferred_output",
        "text only",
    ),
    ("azure_rft", lambda row: row.pop("messages"), "messages", "missing"),
    ("azure_rft", lambda row: row["messages"].append(said()), "messages", "rewarded"),
    ("azure_rft", lambda row: row.pop("reference_answer"), "reference_answer", "missing"),
    ("azure_rft", lambda row: row.update(level=3), "level", "differ from those of the first row"),
    ("trl_prompt_completion", lambda row: row.pop("completion"), "completion", "missing"),
    ("trl_prompt_completion", lambda row: row.update(prompt="a"), "prompt", "must all be text"),
    ("trl_prompt_completion", lambda row: row.update(prompt="", completion="b"), "prompt", "empty"),
    ("trl_prompt_completion", lambda row: row["prompt"].append(said()), "prompt", "must be the user's"),
    ("trl_prompt_completion", lambda row: row["completion"].append(user()), "completion", "only messages of"),
    ("trl_preference", lambda row: row.update(rejected=row["chosen"]), "rejected", "the same"),
    ("trl_preference", lambda row: row.update(prompt="a", chosen="b", rejected="b"), "rejected", "the same"),
    ("alpaca", lambda row: row.pop("instruction"), "instruction", "not empty"),
    ("alpaca", lambda row: row.update(output=" "), "output", "not empty"),
    ("alpaca", lambda row: row.update(input=None), "input", "may be empty"),
    ("alpaca", lambda row: row.update(history=[["a"]]), "history", "pairs"),
    ("sharegpt", lambda row: row.update(conversations=[]), "conversations", "not empty"),
    ("sharegpt", lambda row: row["conversations"].reverse(), "conversations[0].from", "is not one of"),
    ("sharegpt", lambda row: row["conversations"].pop(), "conversations", "end with an answer"),
    ("sharegpt", lambda row: row["conversations"][1].update(value=""), "conversations[1].value", "not empty"),
    ("evaluation_jsonl", lambda row: row.update(gold=""), "gold", "not empty"),
    ("evaluation_jsonl", lambda row: row.pop("base_output"), "base_output", "may be empty"),
    ("evaluation_jsonl", lambda row: row.update(id="t0"), "id", "stands twice"),
]


@pytest.mark.parametrize(("form", "change", "field", "message"), BROKEN_ROWS)
def test_a_broken_row_is_found_in_its_line_and_field(
    form: str, change: Callable[[Row], object], field: str, message: str
) -> None:
    found = findings(form, changed(form, change))
    assert any(one.line == 3 and one.field == field and message in one.text(language("en")) for one in found), found


def test_a_grader_field_that_never_differs_is_a_warning() -> None:
    found = check(written([GOOD["azure_rft"]] * 10, "azure_rft"), "azure_rft")
    assert [(one.line, one.field, one.severity) for one in found] == [(None, "reference_answer", "warning")]


# Files


def test_azure_needs_the_byte_order_mark() -> None:
    data = written(rows("azure_chat"), "azure_chat").removeprefix(BOM)
    assert [one.line for one in check(data, "azure_chat")] == [None]
    assert "EF BB BF" in check(data, "azure_chat")[0].message
    assert check(data, "openai_chat") == ()


@pytest.mark.parametrize("form", GOOD)
def test_nine_rows_are_too_few(form: FormatId) -> None:
    found = check(written(rows(form)[:9], form), form)
    assert [one.values for one in found] == [{"n": 9, "least": 10}]
    assert check(written(rows(form)[:9], form), form, least=9) == ()


def test_a_file_of_512_mb_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    data = written(rows("openai_chat"), "openai_chat")
    monkeypatch.setattr(validity, "MAX_BYTES", len(data))
    assert [one.values for one in check(data, "openai_chat")] == [{"n": len(data), "most": len(data)}]
    monkeypatch.setattr(validity, "MAX_BYTES", len(data) + 1)
    assert check(data, "openai_chat") == ()


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"\n", "the line is empty"),
        (b'{"messages": [],}\n', "this is not JSON"),
        (b'{"messages": NaN}\n', "NaN"),
        (b"[1, 2]\n", "one object in braces"),
        (b"[" * 100_000 + b"\n", "endless nesting"),
        (b'{"messages": "\xff"}\n', "not UTF-8"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(line: bytes, message: str) -> None:
    good = written(rows("openai_chat"), "openai_chat").splitlines(keepends=True)
    found = check(b"".join([*good[:4], line, *good[4:]]), "openai_chat")
    assert [one.line for one in found] == [5]
    assert message in found[0].message


@pytest.mark.parametrize(
    ("data", "line"), [(b"[{]", 1), (b"[\n\n{]", 3), (b"{}", None), (b"[NaN]", None), (b"[" + b"7," * 11 + b"7]", 1)]
)
def test_an_array_that_cannot_be_read_is_named(data: bytes, line: int | None) -> None:
    assert check(data, "alpaca", least=0)[0].line == line


def table(header: str, *lines: str) -> bytes:
    return "\r\n".join([header, *lines]).encode()


PAIRS = [f"question {number},answer" for number in range(10)]


@pytest.mark.parametrize(
    ("data", "line", "field", "message"),
    [
        (table("input,target", *PAIRS), 1, "output", "column is missing"),
        (b"", 1, "input", "column is missing"),
        (table("input,output", *PAIRS[:9]), None, "", "at least 10"),
        (table("input,output", *PAIRS, "a"), 12, "", "cells in this row: 1; in the header: 2"),
        (table("input,output", *PAIRS, " ,b"), 12, "input", "empty"),
        (table("input,output", *PAIRS, "a,=1+1"), 12, "output", "formula"),
        (table("input,output", *PAIRS, 'a,"b'), 12, "", "not CSV"),
    ],
)
def test_a_broken_table_is_found(data: bytes, line: int | None, field: str, message: str) -> None:
    found = check(data, "csv")
    assert [(one.line, one.field) for one in found] == [(line, field)]
    assert message in found[0].text(language("en"))


def test_the_line_of_a_row_counts_the_breaks_inside_cells() -> None:
    data = table("input,output", *PAIRS, '"two\r\nlines",b', "a,")
    assert [(one.line, one.field) for one in check(data, "csv")] == [(14, "output")]


def test_passage_tables_say_true_or_false() -> None:
    lines = [f"question {number},passage,answer,true" for number in range(10)]
    data = table("question,context,answer,is_impossible", *lines, "a,b,c,maybe")
    assert [(one.line, one.field) for one in check(data, "rag_csv")] == [(12, "is_impossible")]


def test_test_cases_have_an_id_of_their_own() -> None:
    data = table("id,prompt,gold,base_output,tuned_output", "t1,a,b,,", "t1,c,d,,")
    assert [(one.line, one.field) for one in check(data, "evaluation_csv", least=1)] == [(3, "id")]


# Robustness

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
FORMS = sorted(validity.ROW_RULES)


def near(row: Any, draw: st.DrawFn) -> Any:
    """The row with one part replaced by any JSON value."""
    if isinstance(row, dict) and row and draw(st.integers(0, 4)):
        key = draw(st.sampled_from(sorted(row)))
        return {**row, key: near(row[key], draw)}
    if isinstance(row, list) and row and draw(st.integers(0, 4)):
        place = draw(st.integers(0, len(row) - 1))
        return [*row[:place], near(row[place], draw), *row[place + 1 :]]
    return draw(JSON)


@st.composite
def broken_rows(draw: st.DrawFn) -> tuple[str, Any]:
    form = draw(st.sampled_from(sorted(GOOD)))
    return form, near(GOOD[form], draw)


@given(broken_rows())
def test_whatever_stands_in_a_row_the_check_ends_with_findings_that_can_be_read(made: tuple[str, Any]) -> None:
    form, row = made
    for finding in findings(form, row):
        assert finding.text(language("nl"))


@given(st.binary(max_size=200), st.sampled_from([*FORMS, *validity.COLUMNS]))
def test_any_bytes_can_be_checked(data: bytes, form: FormatId) -> None:
    for finding in check(data, form):
        assert finding.text(language("en"))


@given(st.lists(st.text(), max_size=4))
def test_a_table_with_any_cells_can_be_checked(cells: list[str]) -> None:
    stream = io.StringIO()
    csv.writer(stream).writerows([["input", "output"], cells])
    check(stream.getvalue().encode(errors="replace"), "csv")
