import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.content.load import load
from advisor.dataset.template.design import SHAPES, Design, Shape, template_design
from advisor.dataset.template.examples import MOST_LABELS, Split, gold, mix, relabelled, split
from advisor.dataset.template.samples import refusals, task_samples
from advisor.interview.situation import situation
from advisor.language import language

CONTENT = load()
EN = language("en")
TASKS = [choice.id for choice in CONTENT.question("task").choices]


def planned(**answers: object) -> Design:
    return template_design(situation(**answers), None, CONTENT)


def made(shape: Shape, **answers: object) -> Split:
    return split(shape, planned(**answers), EN)


@given(st.floats(0, 1), st.integers(0, 30), st.integers(0, 30), st.integers(1, 30))
def test_no_other_mix_of_rows_comes_nearer_to_the_share(share: float, answers: int, refusing: int, least: int) -> None:
    least = min(least, max(answers + refusing, 1))
    if answers + refusing == 0:
        return
    a, r = mix(share, answers, refusing, least)
    assert a <= answers
    assert r <= refusing
    assert a + r >= least
    best = min(
        abs(y / (x + y) - share) for x in range(answers + 1) for y in range(refusing + 1) if x + y >= max(least, 1)
    )
    assert abs(r / (a + r) - share) <= best + 1e-8


@pytest.mark.parametrize(
    ("share", "expected"), [(0, (10, 0)), (0.5, (10, 10)), (1, (0, 10)), (0.2, (8, 2)), (0.1, (9, 1))]
)
def test_round_shares_are_met_exactly(share: float, expected: tuple[int, int]) -> None:
    assert mix(share, 10, 10, 10) == expected


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("task", TASKS)
def test_no_question_stands_in_two_of_training_validation_and_evaluation(shape: Shape, task: str) -> None:
    rows = made(shape, task=task, refusal_share=40)
    asked = [{(row.asked, row.before) for row in part} for part in (rows.training, rows.validation, rows.evaluation)]
    assert sum(map(len, asked)) == len(set.union(*asked))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("share", [0, 20, 50, 100])
def test_the_refusal_share_is_kept_and_refusals_use_one_sentence(shape: Shape, share: int) -> None:
    rows = made(shape, task="summary", refusal_share=share).training
    refusing = [row for row in rows if row.refuses]
    assert len(refusing) / len(rows) == pytest.approx(share / 100)
    assert {row.answer for row in refusing} <= {refusals("en").sentence}
    assert len(rows) >= 10


def test_a_refused_question_comes_with_a_passage_that_does_not_answer_it() -> None:
    rows = made("rag", task="qa", refusal_share=50)
    answers = {sample.input: sample for sample in rows.samples.rows}
    marker = refusals("en").marker
    for row in rows.training:
        sample = answers[row.asked.removeprefix(f"{marker} ")]
        assert sample.context is not None
        assert (sample.context in row.context) == (not row.refuses)
        if row.refuses:
            assert row.worse == sample.output, "the bold answer is the one that the passage does not hold"


def test_refusals_are_spread_over_the_file() -> None:
    kinds = [row.refuses for row in made("sft", task="summary", refusal_share=50).training]
    assert kinds == [False, True] * 10


@pytest.mark.parametrize("shape", SHAPES)
def test_each_row_is_marked_as_a_sample(shape: Shape) -> None:
    for code in ("en", "nl"):
        marker = refusals(code).marker
        rows = split(shape, planned(task="qa"), language(code))
        assert all(row.prompt.startswith(f"{marker} ") for row in (*rows.training, *rows.validation, *rows.evaluation))
        assert all(row.system.startswith(f"{marker} ") for row in rows.training)


def test_citations_name_the_passage() -> None:
    for row in made("rag", task="qa", citations="yes", refusal_share=0).training:
        source = row.answer.rpartition("[")[2].removesuffix("]")
        assert f"[{source}]" in row.context
    assert "[hb" not in made("rag", task="qa", citations="no", refusal_share=0).training[0].answer


@pytest.mark.parametrize("count", [2, 3, 4])
def test_fewer_labels_fold_the_rest_into_the_last_one(count: int) -> None:
    whole = task_samples("classification", "en")
    samples = relabelled(whole, count)
    assert len(samples.labels) == count
    assert samples.labels[-1] == whole.labels[-1]
    assert {sample.output for sample in samples.rows} == set(samples.labels)
    assert all(sample.worse in samples.labels and sample.worse != sample.output for sample in samples.rows)


def test_more_labels_than_samples_are_named_and_have_no_row() -> None:
    whole = task_samples("classification", "en")
    assert relabelled(whole, len(whole.labels)) is whole
    more = relabelled(whole, len(whole.labels) + 2)
    assert more.labels == (*whole.labels[:-1], "label_5", "label_6", whole.labels[-1])
    assert more.rows == whole.rows
    assert len(relabelled(whole, 1_000_000).labels) == MOST_LABELS
    assert relabelled(whole, None) is whole


def test_rows_that_save_tokens_end_at_the_call() -> None:
    saving = made("tools", task="agent", gap=["cost"]).training
    quality = made("tools", task="agent", gap=["tools"]).training
    assert {row.ends_in_call for row in saving if row.calls} == {True}
    assert {row.ends_in_call for row in quality} == {False}


def test_the_expected_result_of_a_tool_row_is_its_calls() -> None:
    row = next(row for row in made("tools", task="agent", refusal_share=0).evaluation if row.calls)
    assert json.loads(gold(row))[0]["name"] == row.calls[0].tool


@pytest.mark.parametrize(
    ("answers", "line"),
    [
        ({"gap": ["style"]}, "Write plainly and warmly"),
        ({"gap": ["safety"]}, "Give no personal data"),
        ({"language": "other"}, "Answer in the language of the message."),
        ({"citations": "yes"}, "in square brackets"),
        ({"refusal_share": 30}, "say exactly"),
    ],
)
def test_answers_shape_the_system_prompt(answers: dict[str, object], line: str) -> None:
    plain = {"task": "qa", "refusal_share": 0}
    assert line in made("rag", **{**plain, **answers}).training[0].system
    if "refusal_share" not in answers:  # rows with passages always say when to refuse
        assert line not in made("rag", **plain).training[0].system


def test_without_refusals_a_prompt_does_not_speak_of_them() -> None:
    assert "say exactly" not in made("sft", task="summary", refusal_share=0).training[0].system


def test_the_system_prompt_is_the_same_in_all_rows() -> None:
    assert len({row.system for row in made("sft", task="classification", refusal_share=30).training}) == 1
