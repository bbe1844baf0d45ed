from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.dataset.files.source import Row
from advisor.dataset.formats.reading import conversation
from advisor.dataset.formats.recognition import FORMATS, UnknownFormat, form_of, recognise
from advisor.language import language
from tests.dataset.format_examples import ASK, EXAMPLES


def rows(*values: Any) -> list[Row]:
    return [Row(line, None, value) for line, value in enumerate(values, start=1)]


def test_every_format_has_an_example_here() -> None:
    assert EXAMPLES.keys() == FORMATS.keys()


@pytest.mark.parametrize("form", EXAMPLES)
def test_each_format_is_recognised(form: str) -> None:
    found = recognise(rows(EXAMPLES[form]))
    assert (found.format, found.share) == (form, 1.0)
    assert found.why[0] == FORMATS[form].why
    assert found.sure is (form != "unknown")


def test_a_minority_is_told_with_its_formats() -> None:
    found = recognise(rows(*[EXAMPLES["openai_chat"]] * 8, EXAMPLES["alpaca"], {"x": 1}, None))
    assert (found.format, found.share, found.sure) == ("openai_chat", 0.8, False)
    assert found.alternatives == ("alpaca", "trl_conversational")
    assert found.why[-1].values == {"n": 8, "total": 10}


def test_conversations_with_and_without_tools_are_one_kind_of_file() -> None:
    found = recognise(rows(EXAMPLES["openai_chat"], EXAMPLES["openai_chat"], EXAMPLES["openai_tools"]))
    assert (found.format, found.share) == ("openai_tools", 1.0)


def test_a_conversation_that_only_lost_its_answer_is_no_reinforcement_row() -> None:
    assert form_of({"messages": [ASK]}) == "openai_chat"


def test_the_user_can_say_otherwise() -> None:
    found = recognise(rows(EXAMPLES["openai_chat"], {"a": 1}), "trl_conversational")
    assert (found.format, found.sure) == ("trl_conversational", False)
    assert recognise(rows(EXAMPLES["openai_chat"], {"a": 1}), "openai_chat").share == 0.5
    with pytest.raises(UnknownFormat, match="openai_chat"):
        recognise([], "nonsense")


def test_no_rows_are_unknown() -> None:
    assert recognise([]).format == recognise(rows(None, [1], "x")).format == "unknown"


def test_the_fields_of_an_unknown_format_are_named() -> None:
    assert recognise(rows({"vraag": "x", "antwoord": "y"})).why[-1].values == {"keys": "vraag, antwoord"}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "role",
                    "content",
                    "text",
                    "type",
                    "function",
                    "arguments",
                    "tool_calls",
                    "from",
                    "value",
                    "messages",
                    "id",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
FIELDS = sorted({key for row in EXAMPLES.values() for key in row} | {"history", "tools", "systemInstruction"})


@given(st.dictionaries(st.sampled_from(FIELDS), json_values, max_size=5) | json_values)
def test_no_value_crashes_recognition_or_any_view(value: Any) -> None:
    assert form_of(value) in FORMATS
    for form in FORMATS:
        said = conversation(value, form)
        assert all(isinstance(turn.text, str) and isinstance(turn.role, str) for turn in said.messages)
        assert isinstance(said.prompt_text + said.target_text + said.system + said.rejected_text, str)


@given(st.sampled_from(sorted(EXAMPLES)), st.sampled_from(FIELDS), json_values)
def test_a_damaged_example_crashes_no_view(form: str, field: str, value: Any) -> None:
    conversation({**EXAMPLES[form], field: value}, form)


def test_names_of_fields_are_shown_without_what_is_private() -> None:
    """A table without a header has the texts of its first row as names."""
    row = Row(1, None, {"jan.de.vries@example.nl": "a", "06-12345678": "b", "Where is my order?": "c"})
    said = str(recognise([row]).why)
    assert "jan.de.vries" not in said
    assert "123456" not in said
    assert "Where is my order?" in said


def test_rows_within_one_object_are_named_with_what_to_do() -> None:
    def said(value: object) -> str:
        return " ".join(note.text(language("en")) for note in recognise([Row(1, b"", value)]).why)

    assert "the rows stand within items: write each" in said({"version": 1, "items": [{"q": "a"}, {"q": "b"}]})
    assert "SQuAD" in said({"data": [{"title": "K", "paragraphs": [{"context": "c", "qas": []}]}]})
    for value in ({"a": [{"q": 1}], "b": [{"q": 2}]}, {"items": []}, {"items": [1, 2]}, {"a": 1}):
        assert "within" not in said(value)


def test_pairs_of_google_are_no_conversations_that_lack_an_answer() -> None:
    said = {"role": "model", "parts": [{"text": "At six."}]}
    pair = {
        "contents": [{"role": "user", "parts": [{"text": "How late?"}]}],
        "completions": [{"score": 1, "completion": said}, {"score": 0, "completion": said}],
    }
    assert recognise(rows(pair)).format == "unknown"
    assert recognise(rows({"contents": [*pair["contents"], said]})).format == "google_chat"
