from __future__ import annotations

from typing import Any

import pytest

from advisor.dataset.formats.reading import Call, Turn, conversation
from tests.dataset.format_examples import ASK, EXAMPLES, IMAGE, SAY, call


def roles(value: Any, form: str) -> list[tuple[str, str, str]]:
    return [(turn.role, turn.text, turn.field) for turn in conversation(value, form).messages]


@pytest.mark.parametrize(
    ("form", "asked", "answer"),
    [
        ("openai_chat", "Hi", "Hello"),
        ("openai_tools", "Hi", 'look {"q": "x"}'),
        ("trl_conversational", "Hi", 'look {"q": "x"}'),
        ("openai_vision", "What?", "Hello"),
        ("openai_dpo", "Hi", "Hello"),
        ("openai_rft", "Hi", ""),
        ("google_chat", "Hi", ""),
        ("list_of_strings", "Hi", "Hello"),
        ("sharegpt", "Hi", "Hello"),
        ("sharegpt_preference", "Hi", "Hello"),
        ("alpaca", "Greet", "Hello"),
        ("alpaca_preference", "Greet\n\nAnn", "Hello"),
        ("alpaca_kto", "Greet", "Hello"),
        ("databricks_instruction", "Hi", "Hello"),
        ("trl_preference", "Hi", "Hello"),
        ("trl_stepwise", "1+1+1", "2\n3"),
        ("trl_unpaired", "Hi", "Hello"),
        ("trl_prompt_completion", "Hi", "Hello"),
        ("trl_prompt_only", "Hi", ""),
        ("trl_text", "", "Once upon a time"),
        ("prompt_completion", "Hi", "Hello"),
        ("evaluation", "Hi", "Hello"),
        ("autotrain_dpo", "Hi", "Hello"),
        ("autotrain_reward", "", "Hello"),
        ("autotrain_qa", "Who?\n\nAnn", "Ann"),
        ("autotrain_tokens", "Ann left", '["PER", "O"]'),
        ("autotrain_chat", "Hi", "Hello"),
        ("autotrain_text", "Fine", "good"),
        ("autotrain_table", "1\n3", "0"),
        ("databricks_text_label", "Fine", "1"),
        ("text_label", "Fine", "good"),
        ("azureml_text_label", "Fine\n\nGood", "same"),
        ("azureml_summary", "Long", "Short"),
        ("azureml_translation", "Hi", "Hoi"),
        ("rag", "Who?\n\nAnn left", ""),
        ("csv_pairs", "Hi", "Hello"),
        ("unknown", "", ""),
    ],
)
def test_what_is_asked_and_what_is_learned(form: str, asked: str, answer: str) -> None:
    said = conversation(EXAMPLES[form], form)
    assert (said.prompt_text, said.target_text) == (asked, answer)


@pytest.mark.parametrize("form", ["openai_dpo", "sharegpt_preference", "alpaca_preference", "trl_preference"])
def test_the_rejected_answer_comes_last(form: str) -> None:
    said = conversation(EXAMPLES[form], form)
    assert said.rejected_text == ("Hello" if form == "openai_dpo" else "Go")
    assert said.messages[-1].field.startswith(("non_preferred_output", "rejected"))


def test_a_conversation_names_roles_fields_weights_and_calls() -> None:
    rules = {"role": "system", "content": "Be kind"}
    muted = {"role": "assistant", "content": "Hm", "weight": 0, "name": "Bo"}
    said = conversation(
        {"messages": [rules, ASK, SAY, ASK, call('{"q": "x"}'), muted], "tools": [{"a": 1}]}, "openai_tools"
    )
    assert said.messages[5] == Turn("assistant", "Hm", "messages[5].content", 0, (), "Bo")
    assert said.messages[4].calls == (Call("look", '{"q": "x"}', "1", "messages[4].tool_calls[0]"),)
    assert said.system == "Be kind"
    assert said.prompt_text == "user: Hi\nassistant: Hello\nuser: Hi"
    assert said.target_text == 'look {"q": "x"}'
    assert said.tools == ({"a": 1},)


def test_images_are_seen_and_text_parts_are_read() -> None:
    parts = [{"type": "text", "text": "Look"}, IMAGE, {"type": "text", "text": "here"}]
    said = conversation({"messages": [{"role": "user", "content": parts}, SAY]}, "openai_vision")
    assert (said.messages[0].text, said.messages[0].has_image, said.has_image) == ("Look\nhere", True, True)
    assert not said.messages[1].has_image


@pytest.mark.parametrize(
    ("form", "row", "media"),
    [
        (
            "openai_vision",
            {"messages": [{"role": "user", "content": [IMAGE | {"image_url": {"url": "u", "detail": "low"}}]}]},
            [("image", "u")],
        ),
        (
            "openai_vision",
            {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": "u"}]}]},
            [("image", "u")],
        ),
        (
            "openai_chat",
            {"messages": [{"role": "user", "content": [{"type": "image", "image": "a.png"}]}]},
            [("image", "a.png")],
        ),
        (
            "openai_chat",
            {"messages": [{"role": "user", "content": [{"type": "image"}]}], "images": ["a.png"]},
            [("image", ""), ("image", "a.png")],
        ),
        (
            "openai_chat",
            {"messages": [{"role": "user", "content": [{"type": "input_audio", "input_audio": {"data": "AA"}}]}]},
            [("audio", "AA")],
        ),
        (
            "openai_chat",
            {
                "messages": [
                    {
                        "role": "user",
                        "content": [
                            {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AA"}}
                        ],
                    }
                ]
            },
            [("image", "AA")],
        ),
        (
            "bedrock_chat",
            {
                "messages": [
                    {
                        "role": "user",
                        "content": [
                            {"text": "Hi"},
                            {"image": {"format": "png", "source": {"s3Location": {"uri": "s3://b/a.png"}}}},
                        ],
                    }
                ]
            },
            [("image", "s3://b/a.png")],
        ),
        (
            "google_chat",
            {
                "contents": [
                    {
                        "role": "user",
                        "parts": [{"text": "Hi"}, {"fileData": {"mimeType": "image/jpeg", "fileUri": "gs://b/a.jpg"}}],
                    }
                ]
            },
            [("image", "gs://b/a.jpg")],
        ),
        (
            "google_chat",
            {
                "contents": [
                    {
                        "role": "user",
                        "parts": [{"text": "Hi"}, {"inlineData": {"mimeType": "application/pdf", "data": "AA"}}],
                    }
                ]
            },
            [("file", "AA")],
        ),
        (
            "sharegpt",
            {"conversations": [{"from": "human", "value": "<image>Hi"}], "images": ["a.png"], "videos": []},
            [("image", "a.png")],
        ),
        (
            "alpaca",
            {"instruction": "Hi", "output": "Ho", "images": ["a.png", "b.png"], "audios": ["c.wav"]},
            [("image", "a.png"), ("image", "b.png"), ("audio", "c.wav")],
        ),
        (
            "trl_prompt_completion",
            {"prompt": "Hi", "completion": "Ho", "images": '["a.png"]', "image": None},
            [("image", "a.png")],
        ),
        (
            "openai_chat",
            {"messages": [{"role": "user", "content": [{"type": "text", "text": "Hi", "image_url": None}]}]},
            [],
        ),
    ],
)
def test_each_format_shows_its_files(form: str, row: dict[str, Any], media: list[tuple[str, str]]) -> None:
    said = conversation(row, form)
    assert [*said.media] == media
    assert said.has_image == ("image" in dict(media))


@pytest.mark.parametrize("form", ["trl_unpaired", "alpaca_kto", "messages_kto", "sharegpt_kto"])
def test_a_bad_answer_is_no_target(form: str) -> None:
    row = EXAMPLES[form]
    key = next(key for key in ("kto_tag", "label") if key in row)
    good, bad = conversation(row | {key: True}, form), conversation(row | {key: "false"}, form)
    assert (good.target_text, good.rejected_text) == ("Hello", "")
    assert (bad.target_text, bad.rejected_text, bad.prompt_text) == ("", "Hello", good.prompt_text)


def test_sharegpt_speakers_get_the_usual_names() -> None:
    parts = [
        {"from": "system", "value": "Be kind"},
        {"from": "human", "value": "Hi"},
        {"from": "function_call", "value": '{"name": "look"}'},
        {"from": "observation", "value": "42"},
        {"from": "gpt", "value": "It is 42"},
    ]
    said = conversation({"conversations": parts, "system": "Rules"}, "sharegpt")
    assert [turn.role for turn in said.messages] == ["system", "system", "user", "assistant", "tool", "assistant"]
    assert said.system == "Rules\nBe kind"
    assert said.messages[1].field == "conversations[0].value"


def test_alpaca_keeps_history_and_input_apart() -> None:
    row = {"system": "S", "instruction": "Now", "input": "this", "output": "done", "history": [["a", "b"]]}
    assert roles(row, "alpaca") == [
        ("system", "S", "system"),
        ("user", "a", "history[0][0]"),
        ("assistant", "b", "history[0][1]"),
        ("user", "Now", "instruction"),
        ("context", "this", "input"),
        ("assistant", "done", "output"),
    ]


def test_an_implicit_prompt_is_what_both_conversations_begin_with() -> None:
    worse = {"role": "assistant", "content": "Go"}
    said = conversation({"chosen": [ASK, SAY], "rejected": [ASK, worse]}, "trl_preference")
    assert (said.prompt_text, said.target_text, said.rejected_text) == ("Hi", "Hello", "Go")
    assert [turn.field for turn in said.messages] == ["chosen[0].content", "chosen[1].content", "rejected[1].content"]


def test_lists_that_a_table_holds_as_text_are_read() -> None:
    assert roles({"messages": '[{"role": "user", "content": "Hi"}]'}, "openai_chat") == [
        ("user", "Hi", "messages[0].content")
    ]
    assert conversation({"tokens": '["Ann"]', "tags": '["PER"]'}, "autotrain_tokens").label == ["PER"]


def test_bedrock_and_google_keep_instructions_apart() -> None:
    bedrock = {"system": [{"text": "S"}], "messages": [{"role": "user", "content": [{"text": "Hi"}]}]}
    assert conversation(bedrock, "openai_chat").system == "S"
    google = {"systemInstruction": {"role": "system", "parts": [{"text": "S"}]}, **EXAMPLES["google_chat"]}
    assert conversation(google, "google_chat").system == "S"


def test_labels_are_given_as_written() -> None:
    assert conversation(EXAMPLES["trl_unpaired"], "trl_unpaired").label is True
    assert conversation(EXAMPLES["rag"], "rag").label is True
    assert conversation(EXAMPLES["openai_rft"], "openai_rft").label == "Hello"
    assert conversation({"messages": [ASK], "score": 3}, "openai_rft").label == 3


def test_every_text_of_an_unknown_row_is_seen() -> None:
    assert roles({"a": {"b": ["x", 1, "y"]}, "c": "z"}, "unknown") == [
        ("text", "x", "a.b[0]"),
        ("text", "y", "a.b[2]"),
        ("text", "z", "c"),
    ]


def test_what_is_no_object_says_nothing() -> None:
    assert conversation([ASK], "openai_chat").messages == ()
