"""What each way to ask sends."""

from __future__ import annotations

import pytest

from advisor.dataset.scoring import plain_answer
from advisor.pilot.arms import Arm, messages_for, question, spread

ROW = {
    "messages": [
        {"role": "system", "content": "Name the topic."},
        {"role": "user", "content": "Hello"},
        {"role": "assistant", "content": "Hello, what is it?"},
        {"role": "user", "content": "Where is my parcel?"},
    ],
    "gold": "delivery",
}
SHOWN = [{"messages": [{"role": "user", "content": "I paid twice"}], "gold": "billing"}]


def test_as_it_is_a_row_is_sent_as_it_is() -> None:
    assert messages_for(Arm(id="a", kind="as_is"), ROW) == ROW["messages"]
    assert question(ROW["messages"]) == "Where is my parcel?"


def test_a_prompt_takes_the_place_of_the_system_message() -> None:
    sent = messages_for(Arm(id="a", kind="prompt", system="One word."), ROW)
    assert sent == [{"role": "system", "content": "One word."}, *ROW["messages"][1:]]
    assert messages_for(Arm(id="a", kind="prompt", system=" "), ROW) == ROW["messages"][1:]


@pytest.mark.parametrize(("structured", "told"), [(False, "billing"), (True, '{"answer":"billing"}')])
def test_examples_stand_before_the_conversation_in_the_form_that_is_asked_for(structured: bool, told: str) -> None:
    sent = messages_for(Arm(id="a", kind="few_shot", shots=1, structured=structured), ROW, SHOWN)
    assert [one["role"] for one in sent] == ["system", "user", "assistant", "user", "assistant", "user"]
    assert sent[2]["content"].replace(" ", "") == told


def test_passages_stand_above_the_question() -> None:
    sent = messages_for(Arm(id="a", kind="rag", passages=2), ROW, (), ["One.", "Two."])
    assert sent[-1]["content"] == "One.\n\nTwo.\n\nWhere is my parcel?"
    assert ROW["messages"][-1]["content"] == "Where is my parcel?"


def test_few_examples_show_many_labels() -> None:
    examples = [{"gold": gold} for gold in "aaaabbc"]
    assert [one["gold"] for one in spread(examples, 4)] == ["a", "b", "c", "a"]
    assert len(spread(examples, 99)) == 7


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ('{"answer": "billing"}', "billing"),
        ('{"answer": 3}', "3"),
        ('{"a": 1, "b": 2}', '{"a": 1, "b": 2}'),
        ("billing", None),
        ('{"answer": "bill', None),
    ],
)
def test_a_schema_that_wraps_is_taken_off(text: str, plain: str | None) -> None:
    assert plain_answer(text) == plain
