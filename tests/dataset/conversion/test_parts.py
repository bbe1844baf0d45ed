"""What a conversion leaves out of a message is called by its name, and nothing goes without a word."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from advisor.dataset import Conversion, convert, open_source
from advisor.dataset.conversion.conversion import Unsuitable
from advisor.language import language

EN = language("en")
SAY = {"role": "assistant", "content": "At six."}


def converted(row: Any, to: str) -> tuple[Conversion, str]:
    out = io.BytesIO()
    return convert(open_source(json.dumps(row).encode(), "rows.jsonl"), to, out), out.getvalue().decode("utf-8-sig")


def asked(*parts: Any) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": [{"type": "text", "text": "When?"}, *parts]}, SAY]}


def google(*parts: Any) -> dict[str, Any]:
    return {"contents": [{"role": "user", "parts": [{"text": "When?"}]}, {"role": "model", "parts": [*parts]}]}


def bedrock(*parts: Any) -> dict[str, Any]:
    said = [{"role": "user", "content": [*parts]}, {"role": "assistant", "content": [{"text": "At six."}]}]
    return {"schemaVersion": "bedrock-conversation-2024", "messages": said}


IMAGE = {"type": "image_url", "image_url": {"url": "https://example.com/a.png", "detail": "high"}}
NAMED = (
    (asked({"type": "input_audio", "input_audio": {"data": "AA", "format": "wav"}}), "openai_chat", "input_audio"),
    (asked(IMAGE), "alpaca", "detail"),
    (google({"executableCode": {"code": "1 + 1"}}, {"text": "At six."}), "openai_chat", "executableCode"),
    (google({"text": "It is Monday.", "thought": True}, {"text": "At six."}), "openai_chat", "thought"),
    (bedrock({"text": "When?"}, {"document": {"name": "hours"}}), "openai_chat", "document"),
    (bedrock({"text": "When?"}, {"cachePoint": {"type": "default"}}), "prompt_completion", "cachePoint"),
    ({"messages": [{"role": "user", "content": "When?"}, {**SAY, "refusal": "No."}]}, "sharegpt", "refusal"),
    ({**asked(), "tools": [], "parallel_tool_calls": False}, "trl_conversational", "parallel_tool_calls"),
    ({"input": "When?", "output": "At six.", "answer": "At nine."}, "alpaca", "answer"),
)


@pytest.mark.parametrize(("row", "to", "name"), NAMED, ids=[name for *_, name in NAMED])
def test_what_is_left_out_is_called_by_its_name(row: Any, to: str, name: str) -> None:
    done, _ = converted(row, to)
    assert done.rows == 1
    said = [loss.text(EN) for loss in done.losses]
    assert any(one.startswith("fields that are not known here are left out: ") and name in one for one in said)
    assert not any("images are left out" in one for one in said)


def test_a_thought_does_not_become_part_of_the_answer() -> None:
    _, made = converted(google({"text": "It is Monday.", "thought": True}, {"text": "At six."}), "openai_chat")
    assert json.loads(made)["messages"][-1]["content"] == "At six."


def test_calls_of_google_keep_their_ids() -> None:
    call = {"functionCall": {"id": "a7", "name": "bus", "args": {}}}
    row = google(call)
    row["contents"] += [
        {"role": "user", "parts": [{"functionResponse": {"id": "a7", "name": "bus", "response": {"line": 7}}}]},
        {"role": "model", "parts": [{"text": "Line 7."}]},
    ]
    done, made = converted(row, "openai_chat")
    called, answered = json.loads(made)["messages"][1:3]
    assert called["tool_calls"][0]["id"] == answered["tool_call_id"] == "a7"
    assert not done.losses


def test_calls_as_parts_are_not_called_images() -> None:
    done, _ = converted(bedrock({"toolResult": {"toolUseId": "1", "content": []}}), "openai_chat")
    assert [one.why.text(EN) for one in done.left_out] == ["it calls tools in a form that is not read here"]


def test_a_file_of_which_nothing_can_be_read_is_not_called_of_an_unknown_format() -> None:
    with pytest.raises(Unsuitable, match="No row of the file could be read"):
        convert(open_source(b'{"messages": [\n', "rows.jsonl"), "alpaca", io.BytesIO())
