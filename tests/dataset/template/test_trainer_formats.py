import csv
import io
import json
from typing import Any

import pytest

from advisor.content.load import load
from advisor.dataset.template.design import Shape, template_design
from advisor.dataset.template.examples import Split, split
from advisor.dataset.template.trainer_formats import EVALUATION, FORMATS, Format, tool_definitions
from advisor.interview.situation import situation
from advisor.language import language

CONTENT = load()
EN = language("en")


def made(shape: Shape, code: str = "en", **answers: object) -> Split:
    return split(shape, template_design(situation(**answers), None, CONTENT), language(code))


def written(shape: Shape, file: str, **answers: object) -> Any:
    form = next(form for form in FORMATS[shape] if form.file == file)
    data = form.write(made(shape, **answers).training)
    if file.endswith(".jsonl"):
        return [json.loads(line) for line in data.decode("utf-8-sig").splitlines()]
    return list(csv.DictReader(io.StringIO(data.decode(), newline=""))) if file.endswith(".csv") else json.loads(data)


ALL = [(shape, form) for shape, forms in FORMATS.items() for form in forms]


@pytest.mark.parametrize(("shape", "form"), ALL, ids=lambda one: one.file if isinstance(one, Format) else one)
def test_only_azure_files_begin_with_a_byte_order_mark(shape: Shape, form: Format) -> None:
    data = form.write(made(shape).training)
    assert data.startswith(b"\xef\xbb\xbf") == form.file.startswith("azure")
    assert data.count(b"\xef\xbb\xbf") <= 1


def test_a_chat_row_is_system_user_assistant() -> None:
    row = written("sft", "openai_chat.jsonl", task="classification")[0]
    assert [message["role"] for message in row["messages"]] == ["system", "user", "assistant"]
    assert set(row) == {"messages"}


def test_a_conversation_keeps_its_earlier_turns() -> None:
    chat = written("sft", "openai_chat.jsonl", task="dialogue", refusal_share=0)[1]["messages"]
    assert [message["role"] for message in chat] == ["system", "user", "assistant", "user", "assistant"]
    assert len(written("sft", "sharegpt.json", task="dialogue", refusal_share=0)[1]["conversations"]) == 4
    assert written("sft", "alpaca.json", task="dialogue", refusal_share=0)[1]["history"] == [
        [chat[1]["content"], chat[2]["content"]]
    ]
    assert written("sft", "rows.csv", task="dialogue", refusal_share=0)[1]["input"].startswith("user: ")


def test_arguments_are_text_for_openai_and_an_object_for_trl() -> None:
    def arguments(file: str) -> Any:
        row = written("tools", file, task="agent", refusal_share=0)[0]
        return next(m for m in row["messages"] if "tool_calls" in m)["tool_calls"][0]["function"]["arguments"]

    assert json.loads(arguments("openai_chat.jsonl")) == arguments("trl_conversational.jsonl")
    assert isinstance(arguments("openai_chat.jsonl"), str)


def test_every_tool_call_is_answered_by_its_id() -> None:
    for row in written("tools", "openai_chat.jsonl", task="agent", refusal_share=0):
        asked = [call["id"] for m in row["messages"] for call in m.get("tool_calls", [])]
        answered = [m["tool_call_id"] for m in row["messages"] if m["role"] == "tool"]
        assert asked == answered


def test_shorter_definitions_drop_descriptions_then_parameters() -> None:
    tools = made("tools", task="agent").samples.tools
    full, bare, names = (json.dumps(tool_definitions(tools, detail)) for detail in ("full", "undescribed", "names"))
    assert len(full) > len(bare) > len(names)
    assert "order_id" in bare
    assert "description" not in bare
    assert "order_id" not in names


def test_a_preference_prefers_the_right_answer() -> None:
    openai = written("preference", "openai_dpo.jsonl", task="classification")[0]
    trl = written("preference", "trl_preference.jsonl", task="classification")[0]
    assert set(openai) == {"input", "preferred_output", "non_preferred_output"}
    assert openai["input"]["messages"] == trl["prompt"]
    assert openai["preferred_output"] == trl["chosen"] != trl["rejected"] == openai["non_preferred_output"]


def test_a_preference_about_tools_is_about_the_call() -> None:
    row = written("preference", "openai_dpo.jsonl", task="agent", refusal_share=0)[0]
    assert [message["role"] for message in row["preferred_output"]] == ["assistant"]
    assert row["preferred_output"][0]["tool_calls"]
    assert row["input"]["tools"]


def test_a_reinforcement_row_hides_its_answer() -> None:
    row = written("rft", "openai_rft.jsonl", task="reasoning", refusal_share=0)[0]
    assert row["messages"][-1]["role"] == "user"
    assert row["reference_answer"] == "7"
    assert "Answer: 7" not in json.dumps(row["messages"])


def test_alpaca_keeps_question_and_passage_apart() -> None:
    row = written("rag", "alpaca.json", task="qa", refusal_share=0)[0]
    assert row["input"].startswith("Passage [hb-01]")
    assert row["input"] not in row["instruction"]


def test_a_passage_table_says_what_cannot_be_answered() -> None:
    rows = written("rag", "rows.csv", task="qa", refusal_share=50)
    assert [row["is_impossible"] for row in rows] == ["false", "true"] * 10
    assert list(rows[0]) == ["question", "context", "answer", "is_impossible"]


def test_an_evaluation_set_leaves_room_for_two_models() -> None:
    rows = made("rag", task="qa", refusal_share=50).evaluation
    table, lines = (form.write(rows).decode() for form in EVALUATION)
    assert table.splitlines()[0] == '"id","prompt","gold","base_output","tuned_output"'
    cases = [json.loads(line) for line in lines.splitlines()]
    assert {case["expects_answer"] for case in cases} == {True, False}
    assert {(case["base_output"], case["tuned_output"]) for case in cases} == {("", "")}
