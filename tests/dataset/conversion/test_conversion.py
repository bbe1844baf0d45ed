from __future__ import annotations

import io
import json
from codecs import BOM_UTF8
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.dataset import Unusable, convert, open_source
from advisor.dataset.conversion import TARGETS, Unsuitable, losses
from advisor.dataset.conversion.conversion import MOST_LEFT_OUT
from advisor.dataset.formats.losses import LOSSES
from advisor.dataset.formats.recognition import UnknownFormat, recognise
from advisor.dataset.formats.registry import FORMATS
from advisor.language import language
from tests.dataset.checks.any_rows import ROWS
from tests.dataset.checks.rows import WEATHER, called
from tests.dataset.conversion.files import converted, errors, lines, read, written
from tests.dataset.format_examples import EXAMPLES, IMAGE

ASK = {"role": "user", "content": "Hi"}
SAY = {"role": "assistant", "content": "Hello"}
CHAT = {"messages": [ASK, SAY]}
CSV = b"system,input,output\r\nBe kind,Hi,Hello\r\n,How?,Well\r\n"


def lost(row: Any, to: str, container: str | None = None, **more: Any) -> dict[str, int]:
    _, done = converted(lines(row), to, container=container, **more)
    return {loss.id: loss.rows for loss in done.losses}


def why(row: Any, to: str, **more: Any) -> str:
    _, done = converted(lines(row, row), to, **more)
    assert done.rows == 0
    assert [one.line for one in done.left_out] == [1, 2]
    return done.left_out[1].why.text(language("en"))


@pytest.mark.parametrize("form", FORMATS)
def test_each_format_becomes_each_other_or_says_why_not(form: str) -> None:
    row = EXAMPLES.get(form, {})
    for to, target in TARGETS.items():
        lacking = target.preference and "rejected" not in FORMATS[form].holds
        if not FORMATS[form].holds or lacking or (target.verdict and not FORMATS[form].says_verdict):
            with pytest.raises(Unsuitable):
                converted(lines(row), to, form=form)
            continue
        data, done = converted(lines(row), to, form=form)
        assert done.rows + done.left_out_rows == 1
        if done.rows:
            assert recognise(read(data, to)).format in target.forms
            assert {loss.note for loss in done.losses} <= set(losses(form, to))


def test_which_examples_are_written() -> None:
    """Where nothing is asked and answered there is nothing to write."""
    forms = {form for form in FORMATS if FORMATS[form].holds and converted(lines(EXAMPLES[form]), "alpaca")[1].rows}
    assert FORMATS.keys() - forms == {
        "openai_tools",
        "trl_conversational",
        "openai_rft",
        "google_chat",
        "trl_stepwise",
        "autotrain_reward",
        "autotrain_tokens",
        "autotrain_table",
        "embedding_lists",
        "embedding_texts",
        "trl_prompt_only",
        "trl_text",
        "unknown",
    }


@pytest.mark.parametrize(
    ("to", "expected"),
    [
        ("openai_chat", {"messages": [{"role": "system", "content": "Be kind"}, ASK, SAY]}),
        ("trl_prompt_completion", {"prompt": [{"role": "system", "content": "Be kind"}, ASK], "completion": [SAY]}),
        ("prompt_completion", {"prompt": "Be kind\n\nHi", "completion": "Hello"}),
        ("autotrain_chat", {"text": [{"role": "system", "content": "Be kind"}, ASK, SAY]}),
        ("csv_pairs", {"system": "Be kind", "input": "Hi", "output": "Hello"}),
        ("alpaca", {"system": "Be kind", "instruction": "Hi", "input": "", "output": "Hello", "history": []}),
        (
            "sharegpt",
            {
                "system": "Be kind",
                "conversations": [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Hello"}],
            },
        ),
    ],
)
def test_questions_and_answers_of_a_table_become_anything(to: str, expected: dict[str, Any]) -> None:
    data, done = converted(CSV, to, "rows.csv")
    assert (done.form, done.rows, done.left_out) == ("csv_pairs", 2, ())
    assert read(data, to)[0].value == expected


def test_azure_gets_the_byte_order_mark() -> None:
    for to, row in (
        ("azure_chat", CHAT),
        ("azure_dpo", EXAMPLES["openai_dpo"] | {"preferred_output": [ASK | SAY, SAY]}),
    ):
        data, _ = converted(lines(row), to)
        assert data.startswith(BOM_UTF8 + b"{")
    assert not converted(lines(CHAT), "openai_chat")[0].startswith(BOM_UTF8)


def test_arguments_of_calls_are_text_for_openai_and_objects_for_trl() -> None:
    row = called('{"city":  "Delft"}')
    (trl,) = written([row], "trl_conversational")
    assert trl["messages"][1]["tool_calls"][0]["function"]["arguments"] == {"city": "Delft"}
    (back,) = written([trl], "openai_chat")
    assert back == called('{"city": "Delft"}')
    assert written([row], "openai_chat") == [row], "text that OpenAI takes stays as it is, to the blank"


def test_calls_and_results_without_ids_get_them() -> None:
    row = called({"city": "Delft"})
    del row["messages"][1]["tool_calls"][0]["id"]
    del row["messages"][2]["tool_call_id"]
    (made,) = written([row], "openai_chat")
    assert made == called()


def test_calls_of_the_old_kind_become_tool_calls() -> None:
    old = {
        "messages": [
            ASK,
            {
                "role": "assistant",
                "content": None,
                "function_call": {"name": "weather", "arguments": '{"city": "Delft"}'},
            },
            {"role": "function", "name": "weather", "content": "rain"},
            SAY,
        ],
        "functions": [WEATHER["function"]],
    }
    data, done = converted(lines(old), "openai_chat")
    assert errors(read(data, "openai_chat")) == []
    assert done.losses == ()
    assert json.loads(data)["messages"][2] == {
        "role": "tool",
        "content": "rain",
        "name": "weather",
        "tool_call_id": "call_1",
    }


def test_sharegpt_has_calls_as_turns_of_their_own() -> None:
    (made,) = written([called()], "sharegpt")
    assert [turn["from"] for turn in made["conversations"]] == ["human", "function_call", "observation", "gpt"]
    assert json.loads(made["conversations"][1]["value"]) == {"name": "weather", "arguments": {"city": "Delft"}}
    assert written([made], "openai_chat") == [called()]
    assert lost(called() | {"messages": [*called()["messages"][:1], *renamed()]}, "sharegpt") == {"ids": 1}


def renamed() -> list[Any]:
    text = json.dumps(called()["messages"][1:]).replace("call_1", "another")
    return list(json.loads(text))


@pytest.mark.parametrize("to", ["alpaca", "csv_pairs", "prompt_completion", "autotrain_chat"])
def test_rows_with_calls_are_not_written_where_calls_have_no_place(to: str) -> None:
    assert why(called(), to) == "it calls tools, and the format has no place for that"
    assert lost(CHAT | {"tools": [WEATHER]}, to) == {"tools": 1}


def test_an_unlearned_answer_is_lost_where_there_are_no_weights() -> None:
    muted = {"messages": [ASK, SAY | {"weight": 0}, ASK, SAY | {"weight": 1}]}
    assert lost(muted, "azure_chat") == {}
    assert lost(muted, "sharegpt") == {"weight": 1}
    assert lost(muted, "trl_prompt_completion") == {}, "the question of a pair is not learned either"
    assert lost({"messages": [ASK, SAY | {"weight": 1}]}, "sharegpt") == {}
    (pair,) = written([muted], "trl_prompt_completion")
    assert written([pair], "openai_chat")[0]["messages"][1] == SAY | {"weight": 0}


def test_arguments_nested_too_deep_for_a_row_are_told() -> None:
    deep = called('{"a": [' * 48 + "1" + "]}" * 48)
    assert why(deep, "trl_conversational") == "the arguments of a tool call are nested too deep"
    assert written([deep], "openai_chat") == [deep]


def test_a_weight_is_read_as_it_is_meant() -> None:
    """As text it says the same; what is neither 0 nor 1 is left out, and that is said."""
    for weight, meant in (("0", 0), ("1", 1), (True, 1), (1.0, 1)):
        row = {"messages": [ASK, SAY, ASK, SAY | {"weight": weight}]}
        assert lost(row, "openai_chat") == {}
        assert written([row], "openai_chat")[0]["messages"][3].get("weight", 1) == meant
    assert lost({"messages": [ASK, SAY | {"weight": "half"}]}, "openai_chat") == {"fields": 1}


@pytest.mark.parametrize(
    ("row", "to", "expected"),
    [
        ({"messages": [ASK | {"name": "Ann"}, SAY]}, "sharegpt", {"name": 1}),
        ({"messages": [ASK | {"content": [{"type": "text", "text": "Hi"}, IMAGE]}, SAY]}, "csv_pairs", {"images": 1}),
        (CHAT | {"images": ["a.png"]}, "openai_chat", {"files": 1}),
        (CHAT | {"image": "a.png"}, "alpaca", {}),
        (CHAT | {"audios": ["a.wav"], "images": []}, "trl_prompt_completion", {"files": 1}),
        (CHAT | {"videos": ["a.mp4"]}, "trl_conversational", {}),
        ({"messages": [ASK | {"content": [{"type": "text", "text": "Hi"}, IMAGE]}, SAY]}, "azure_chat", {}),
        ({"messages": [ASK, SAY, ASK, SAY]}, "csv_pairs", {"turns": 1, "earlier": 1}),
        ({"messages": [ASK, SAY, ASK, SAY]}, "trl_prompt_completion", {"earlier": 1}),
        ({"messages": [{"role": "system", "content": "a"}, ASK, SAY]}, "prompt_completion", {"system": 1}),
        ({"messages": [{"role": "developer", "content": "a"}, ASK, SAY]}, "alpaca", {"developer": 1}),
        ({"messages": [ASK, {"role": "system", "content": "a"}, SAY]}, "trl_prompt_completion", {"systems": 1}),
        ({"messages": [ASK, ASK, SAY]}, "sharegpt", {"joined": 1}),
        (CHAT | {"source": "web"}, "openai_chat", {"fields": 1}),
        (EXAMPLES["alpaca"] | {"input": "Ann"}, "openai_chat", {"context": 1}),
        (EXAMPLES["alpaca"] | {"input": "Ann"}, "alpaca", {}),
        (EXAMPLES["trl_preference"], "openai_chat", {"rejected": 1}),
        (EXAMPLES["trl_unpaired"], "openai_chat", {"verdict": 1}),
        (EXAMPLES["text_label"], "openai_chat", {"label": 1}),
        ({"messages": [ASK, SAY | {"content": "=1+1"}]}, "csv_pairs", {"formula": 1}),
        ({"messages": [ASK, SAY | {"content": "a\r\nb"}]}, "csv_pairs", {"line_ends": 1}),
    ],
)
def test_what_is_lost_is_said(row: Any, to: str, expected: dict[str, int]) -> None:
    assert lost(row, to) == expected


@pytest.mark.parametrize(
    ("row", "to", "expected"),
    [
        ({"messages": [ASK]}, "openai_chat", "it has no answer"),
        (CHAT | {"kto_tag": 0}, "openai_chat", "its answer is marked as bad"),
        (EXAMPLES["alpaca"] | {"label": "False"}, "alpaca", "its answer is marked as bad"),
        (EXAMPLES["sharegpt"] | {"kto_tag": "false"}, "openai_chat", "its answer is marked as bad"),
        (EXAMPLES["csv_pairs"] | {"label": False}, "alpaca", "its answer is marked as bad"),
        (EXAMPLES["google_chat"] | {"label": False}, "openai_chat", "its answer is marked as bad"),
        ({"messages": [SAY]}, "trl_prompt_completion", "nothing is asked in it"),
        ({"messages": [SAY, ASK, SAY]}, "sharegpt", "it begins with an answer"),
        ({"messages": [ASK | {"role": "boss"}, SAY]}, "openai_chat", "a message has a role that is not known: boss"),
        ({"messages": [ASK | {"content": [IMAGE]}, SAY]}, "csv_pairs", "a message has an image and no text"),
        (called("{"), "trl_conversational", "the arguments of a tool call are no JSON object"),
        (EXAMPLES["trl_unpaired"] | {"label": False}, "openai_chat", "its answer is marked as bad"),
        (EXAMPLES["openai_dpo"], "trl_preference", "both answers are the same"),
        ({"instruction": "Greet", "output": ""}, "openai_chat", "it has no answer"),
    ],
)
def test_why_a_row_is_left_out(row: Any, to: str, expected: str) -> None:
    assert why(row, to) == expected


def test_a_bad_answer_is_never_one_to_learn_whatever_the_format_of_its_file() -> None:
    """One judged row among others that are not is read as they are; so it is where someone says the format."""
    plain = EXAMPLES["alpaca"]
    rows = [*[plain] * 9, plain | {"output": "Go away", "kto_tag": False}]
    for form in (None, "alpaca"):
        data, done = converted(lines(*rows), "openai_chat", form=form)
        assert (done.rows, [one.line for one in done.left_out]) == (9, [10])
        assert b"Go away" not in data


def test_a_label_that_is_a_class_is_no_verdict() -> None:
    row = EXAMPLES["text_label"] | {"label": "false"}
    assert written([row], "openai_chat")[0]["messages"][-1]["content"] == "false"


def test_fields_that_are_left_out_are_named() -> None:
    _, done = converted(lines(CHAT | {"reference_answer": "x", "label": "billing"}, CHAT | {"label": "late"}), "alpaca")
    (loss,) = done.losses
    assert (loss.id, loss.rows, loss.fields) == ("fields", 2, ("label", "reference_answer"))
    assert loss.text(language("en")) == "fields that are not known here are left out: label, reference_answer"


FILES = {"images": ["a.png", "b.png"], "videos": ["c.mp4"], "audios": ["d.wav"]}


@pytest.mark.parametrize("to", [to for to, target in TARGETS.items() if not target.verdict])
def test_images_videos_and_audios_survive_or_are_named_as_lost(to: str) -> None:
    target = TARGETS[to]
    row = (EXAMPLES["trl_preference"] if target.preference else CHAT) | FILES
    for container in target.containers:
        data, done = converted(lines(row), to, container=container)
        kept = read(data, to, container)[0].value.keys() & FILES.keys()
        assert kept == (target.files if container in ("jsonl", "json") else set())
        assert ("files" in {loss.id for loss in done.losses}) == (kept < FILES.keys())


def test_images_among_the_messages_become_marks_and_names_beside_them() -> None:
    parts = [{"type": "text", "text": "Look"}, IMAGE, {"type": "text", "text": "here"}]
    row = {"messages": [ASK | {"content": parts}, SAY]}
    (made,) = written([row], "sharegpt")
    assert made["conversations"][0]["value"] == "Look\n<image>\nhere"
    assert made["images"] == [IMAGE["image_url"]["url"]]
    (made,) = written([{"messages": [ASK | {"content": [IMAGE]}, SAY]}], "alpaca")
    assert (made["instruction"], made["images"]) == ("<image>", [IMAGE["image_url"]["url"]])
    placed = {"messages": [ASK | {"content": [{"type": "image"}, {"type": "text", "text": "Hi"}]}, SAY]}
    (made,) = written([placed | {"images": ["a.png"]}], "sharegpt")
    assert (made["conversations"][0]["value"], made["images"]) == ("<image>\nHi", ["a.png"])
    assert lost(placed | {"images": ["a.png"]}, "sharegpt") == {}


def test_unreadable_rows_are_left_out_with_their_lines_and_blank_ones_are_none() -> None:
    data, done = converted(lines(CHAT) + b"\n{\n[1]\n" + lines(CHAT), "alpaca")
    assert len(read(data, "alpaca")) == done.rows == 2
    assert [one.line for one in done.left_out] == [3, 4]
    assert all(one.why.text(language("nl")) for one in done.left_out)


def test_only_so_many_rows_left_out_are_kept() -> None:
    n = MOST_LEFT_OUT + 5
    _, done = converted(lines(CHAT, *[{"messages": [ASK]}] * n), "alpaca")
    assert (len(done.left_out), done.left_out_rows) == (MOST_LEFT_OUT, n)


RAG = {"question": "Who?", "context": "Ann left.", "answer": "Ann", "is_impossible": False}
UNKNOWN = RAG | {"answer": None, "is_impossible": True}


def test_a_passage_stands_behind_its_question() -> None:
    (made,) = written([RAG], "openai_chat")
    assert made == {"messages": [ASK | {"content": "Who?\n\nAnn left."}, SAY | {"content": "Ann"}]}
    assert lost(RAG, "trl_prompt_completion") == {"answerable": 1, "context": 1}
    assert written([RAG], "alpaca")[0]["input"] == "Ann left."


def test_a_question_that_cannot_be_answered_gets_the_agreed_sentence() -> None:
    assert written([UNKNOWN], "openai_chat", refusal="I cannot say.")[0]["messages"][1]["content"] == "I cannot say."
    assert written([UNKNOWN], "openai_chat")[0]["messages"][1]["content"]
    assert why({**RAG, "answer": None}, "openai_chat") == "it has no answer"


def test_older_lists_of_strings_become_conversations() -> None:
    assert written([{"messages": ["Hi", "Hello"]}], "azure_chat") == [CHAT]


def test_formulas_in_tables_are_harmless_and_come_back() -> None:
    rows = [{"messages": [ASK | {"content": text}, SAY]} for text in ("=1", "'=1", " -1", "'", "it's", "'' ＝x")]
    data, done = converted(lines(*rows), "csv_pairs")
    assert data.count(b"\"'") == 5
    back, again = converted(data, "openai_chat", "rows.csv")
    assert [json.loads(line) for line in back.splitlines()] == rows
    assert [(loss.id, loss.rows) for loss in again.losses] == [("apostrophe", done.losses[0].rows)]


@pytest.mark.parametrize("container", ["jsonl", "json", "parquet", "csv"])
def test_rows_are_written_by_batches(container: str) -> None:
    rows = [{"messages": [ASK | {"content": f"Question {n}"}, SAY]} for n in range(4_500)]
    told: list[int] = []
    data, done = converted(
        lines(*rows), "csv_pairs", container=container, progress=lambda n, _: bool(told.append(n)) or True
    )
    assert told == [2_000, 4_000, 4_500]
    found = read(data, "csv_pairs", container)
    assert [row.value["input"] for row in found] == [f"Question {n}" for n in range(4_500)]
    assert done.container == container


@pytest.mark.parametrize("container", ["json", "parquet", "csv"])
def test_a_cancelled_conversion_leaves_a_sound_file(container: str) -> None:
    data, done = converted(lines(*[CHAT] * 4_500), "csv_pairs", container=container, progress=lambda *_: False)
    assert done.cancelled
    assert len(read(data, "csv_pairs", container)) == done.rows == 2_000


@pytest.mark.parametrize(("to", "expected"), [("alpaca", []), ("openai_chat", [])])
def test_a_file_of_which_nothing_is_left_is_empty_and_sound(to: str, expected: list[Any]) -> None:
    data, _ = converted(lines({"messages": [ASK]}), to)
    assert json.loads(data or b"[]") == expected


def test_parquet_has_no_place_for_tools() -> None:
    assert lost(CHAT | {"tools": [WEATHER]}, "trl_conversational", "parquet") == {"tools": 1}
    assert why(called(), "trl_conversational", container="parquet").startswith("it calls tools")
    assert LOSSES["calls"] in losses("openai_tools", "trl_conversational", "parquet")
    assert LOSSES["calls"] not in losses("openai_tools", "trl_conversational")


def test_rows_of_another_format_are_read_as_what_they_are() -> None:
    assert written([CHAT, CHAT, EXAMPLES["alpaca"]], "prompt_completion")[2] == {
        "prompt": "Greet",
        "completion": "Hello",
    }


def test_implicit_prompts_are_what_both_answers_begin_with() -> None:
    worse = {"role": "assistant", "content": "Go"}
    (made,) = written([{"chosen": [ASK, SAY], "rejected": [ASK, worse]}], "openai_dpo")
    assert made == {"input": {"messages": [ASK]}, "preferred_output": [SAY], "non_preferred_output": [worse]}


@pytest.mark.parametrize(
    ("form", "to", "container"),
    [
        ("unknown", "alpaca", None),
        ("trl_text", "alpaca", None),
        ("alpaca", "openai_dpo", None),
        ("alpaca", "alpaca", "csv"),
    ],
)
def test_what_cannot_be_converted_says_so_and_writes_nothing(form: str, to: str, container: str | None) -> None:
    out = io.BytesIO()
    with pytest.raises(Unsuitable) as error:
        convert(open_source(lines(CHAT), "a.jsonl"), to, out, form=form, container=container)
    assert isinstance(error.value, Unusable)
    assert error.value.text(language("nl")) != str(error.value)
    assert out.getvalue() == b""


def test_formats_that_there_are_not() -> None:
    for call in (
        lambda: converted(lines(CHAT), "docx"),
        lambda: converted(lines(CHAT), "alpaca", form="docx"),
        lambda: losses("docx", "alpaca"),
        lambda: losses("alpaca", "docx"),
    ):
        with pytest.raises(UnknownFormat, match="docx"):
            call()


def test_what_can_be_lost_is_known_beforehand() -> None:
    assert losses("openai_chat", "azure_chat") == (LOSSES["images"], LOSSES["files"], LOSSES["fields"])
    assert LOSSES["formula"] in losses("alpaca", "csv_pairs")
    assert LOSSES["formula"] not in losses("alpaca", "csv_pairs", "jsonl")


def test_each_loss_and_target_has_its_dutch_words() -> None:
    nl = language("nl")
    for note in (*LOSSES.values(), *(target.title for target in TARGETS.values())):
        assert note.text(nl) != note.message


@given(st.lists(ROWS, min_size=1, max_size=3), st.sampled_from(sorted(FORMATS)), st.booleans(), st.data())
def test_any_rows_are_converted_or_left_out(rows: list[Any], form: str, told: bool, data: st.DataObject) -> None:
    to = data.draw(st.sampled_from(sorted(TARGETS)))
    container = data.draw(st.sampled_from(TARGETS[to].containers))
    try:
        made, done = converted(lines(*rows), to, container=container, form=form if told else None)
    except Unusable:
        return
    assert done.rows + done.left_out_rows == len(rows)
    if done.rows:
        assert len(read(made, to, container)) == done.rows
    if told:  # otherwise rows of other formats are read as what they are
        assert {loss.note for loss in done.losses} <= set(losses(form, to, container))


def test_a_file_that_breaks_off_is_sound_up_to_there() -> None:
    class Breaking(io.BytesIO):
        def read(self, n: int | None = -1, /) -> bytes:
            if self.tell() > 300_000:
                raise OSError("gone")
            return super().read(n)

    out = io.BytesIO()
    with pytest.raises((OSError, Unusable)):
        convert(open_source(Breaking(lines(*[CHAT] * 20_000)), "a.jsonl"), "alpaca", out)
    assert read(out.getvalue(), "alpaca")
