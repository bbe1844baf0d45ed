import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.content.load import load
from advisor.dataset.template.design import MAX_GOAL, Shape, plain, template_design
from advisor.interview.situation import situation
from tests.fixtures import sample_advice

CONTENT = load()


@pytest.mark.parametrize(
    ("answers", "shapes"),
    [
        ({}, ("sft",)),
        ({"task": "qa"}, ("rag",)),
        ({"task": "agent"}, ("tools",)),
        ({"task": "classification", "data_shape": ["labels"]}, ("sft",)),
        ({"task": "summary", "gap": ["preference"]}, ("sft", "preference")),
        ({"task": "reasoning", "answer_kind": "checkable"}, ("sft", "rft")),
        (
            {"task": "qa", "gap": ["tools"], "data_shape": ["preferences", "grader"]},
            ("rag", "tools", "preference", "rft"),
        ),
        ({"task": "rewriting", "rag_tried": "misused"}, ("sft", "rag")),
        ({"task": "rewriting", "rag_tried": "not_needed"}, ("sft",)),
    ],
)
def test_answers_choose_the_kinds_of_rows(answers: dict[str, object], shapes: tuple[Shape, ...]) -> None:
    assert template_design(situation(**answers), None, CONTENT).shapes == shapes


@pytest.mark.parametrize(("option", "shape"), [("rag_sft", "rag"), ("dpo", "preference"), ("rft", "rft")])
def test_the_advised_option_brings_its_kind_of_rows(option: str, shape: Shape) -> None:
    here = situation(task="summary")
    assert shape not in template_design(here, None, CONTENT).shapes
    assert shape in template_design(here, sample_advice().model_copy(update={"option": option}), CONTENT).shapes


@pytest.mark.parametrize(
    ("answers", "task"),
    [
        ({"gap": ["labels"]}, "classification"),
        ({"gap": ["tools"]}, "agent"),
        ({"gap": ["style"]}, "rewriting"),
        ({"data_shape": ["chat"]}, "dialogue"),
        ({"task": None}, "assistant"),
    ],
)
def test_without_a_task_the_other_answers_suggest_one(answers: dict[str, object], task: str) -> None:
    made = template_design(situation(**answers), None, CONTENT)
    assert (made.task, made.task_assumed) == (task, True)


def test_a_range_of_refusals_counts_as_its_middle() -> None:
    assert template_design(situation(refusal_share=[10, 30]), None, CONTENT).refusal_share == pytest.approx(0.2)


def test_an_unknown_refusal_share_is_the_middle_of_the_usual_and_is_marked() -> None:
    made = template_design(situation(refusal_share=None), None, CONTENT)
    assert made.refusal_assumed
    assert made.refusal_share == pytest.approx((2 * 25) ** 0.5 / 100)  # geometric middle of the declared 2 to 25 %


@pytest.mark.parametrize(
    ("answers", "goal"),
    [
        ({"gap": ["tools"]}, "quality"),
        ({"gap": ["tools", "cost"]}, "quality"),
        ({"gap": ["cost"], "task": "agent"}, "tokens"),
        ({"prompt_room": "costly", "task": "agent"}, "tokens"),
        ({"task": "agent"}, "quality"),
    ],
)
def test_tool_rows_serve_one_of_two_goals(answers: dict[str, object], goal: str) -> None:
    assert template_design(situation(**answers), None, CONTENT).tool_goal == goal


@given(st.text(st.characters(exclude_categories=())))
def test_a_users_text_becomes_one_short_line_that_can_be_encoded(text: str) -> None:
    line = plain(text, MAX_GOAL)
    line.encode()
    assert len(line) <= MAX_GOAL
    assert len(line.splitlines()) <= 1
    assert plain(line, MAX_GOAL) == line


@pytest.mark.parametrize(
    ("text", "line"),
    [("a\x00b\n c\u202ed", "ab cd"), ("x" * 9, "xxxx…"), (None, ""), ("a\ud800", "a"), ("\u200bé", "\u200bé")],
)
def test_signs_that_break_or_reorder_a_line_are_taken_out(text: str | None, line: str) -> None:
    assert plain(text, 5) == line
