"""Scores of answers: a good, a bad and an empty model, whatever the metric, and the command that says so."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from advisor.cli.main import app
from advisor.dataset import Unusable, open_source
from advisor.dataset.rag.rows import score as rag_score
from advisor.dataset.scored_file import score_file
from advisor.dataset.scoring import CLASSES, METRICS, Tally, answer_text, class_of, score

SENTENCE = "That is not in the text."
FIELDS = json.dumps({"item": "wheel", "day": "Tuesday", "parts": [1, 2]})


def row(metric: str, gold: Any, **more: Any) -> dict[str, Any]:
    return {"metric": metric, "gold": gold, "expects_answer": True, "decline": [SENTENCE], **more}


@pytest.mark.parametrize(
    ("case", "good", "bad"),
    [
        (row("exact", "SELECT 1"), " SELECT 1\n", "select 1"),
        (row("normalised", "two days"), "It is Two days!", "It is two weeks, not a day."),
        (row("last_line", "7"), "150 / 24 = 6.25\nAnswer: 7", "7 is near\nAnswer: 6"),
        (row("label", "repair"), "Repair.", "repair or complaint"),
        (row("contains", "AB-12"), "It is AB-12.", "It is ab-12."),
        (row("number", 1200, tolerance=0.01), "some 1,210", "some 1,213"),
        (row("number", "0"), "It is 0", "It is 0.01"),
        (row("pattern", "billing", pattern=r"topic: (\w+)"), "topic: Billing", "billing"),
        (row("label", "repair", structured=True), '{"answer": "repair"}', "repair"),
        (row("number", "7", structured=True), '{"answer": 7}', '{"answer": 8}'),
        (row("json", FIELDS), f"```json\n{FIELDS}\n```", '{"colour": "red"}'),
        (row("likeness", "The shop opens at nine."), "the shop opens at nine", "Perhaps."),
        (row("classes", "at six"), "At six.", "At nine."),
        (row("classes", None, expects_answer=False), f"Sorry. {SENTENCE}", "At nine."),
        (row("declines", None, expects_answer=False), SENTENCE, "Of course."),
        (row("declines", None), "Of course.", SENTENCE),
    ],
)
def test_what_is_right_scores_one_what_is_wrong_nothing_and_silence_nothing(
    case: dict[str, Any], good: str, bad: str
) -> None:
    assert (score(case, good), score(case, bad)) == (1, 0)
    assert (score(case, ""), score(case, " \n")) == (0, 0)


def test_json_counts_the_fields_of_either_side() -> None:
    assert score(row("json", FIELDS), '{"item": "Wheel", "day": "Monday", "parts": [1, 2]}') == 3 / 4
    assert score(row("json", '{"a": 1}'), '{"a": 1, "b": 2}') == 1 / 2
    assert score(row("json", '{"a": 1}'), '{"a": true}') == 0
    assert score(row("json", '{"a": 1}'), "no JSON") == 0
    assert score(row("json", "{}"), "{}") == 1
    assert score(row("json", '{"a": 1}'), "[" * 100_000) == 0


def test_calls_of_tools_are_compared_however_they_come() -> None:
    call = {"name": "find", "arguments": {"id": "7"}}
    wanted = row("json", json.dumps([call]))
    sent = {"id": "c", "type": "function", "function": {"name": "find", "arguments": '{"id": "7"}'}}
    assert (
        score(wanted, answer_text([sent]))
        == score(wanted, answer_text([call]))
        == score(wanted, answer_text(call))
        == 1
    )
    assert score(wanted, answer_text("find 7")) == 0


def test_likeness_grows_with_the_words_in_common() -> None:
    gold = row("likeness", "one two three four")
    scores = [score(gold, said) or 0 for said in ("one", "one two", "one, two, three", "One two three four.")]
    assert scores == sorted(scores)
    assert scores[-1] == 1


def test_a_rubric_waits_for_a_person_and_counts_in_no_score() -> None:
    tally = Tally()
    tally.add(row("rubric", "x"), "anything")
    assert tally.score is None
    tally.add(row("exact", "x"), "x")
    assert (tally.score, len(tally.scores)) == (100, 2)


def test_an_unknown_metric_is_named() -> None:
    with pytest.raises(ValueError, match='no metric "bleu"'):
        score(row("bleu", "x"), "x")


ANSWERS = st.sampled_from(["At six.", "At nine.", SENTENCE, "", "Perhaps at six"])


@given(st.lists(st.tuples(st.booleans(), ANSWERS), min_size=1, max_size=40))
def test_five_classes_sum_to_a_hundred_and_are_those_of_rag_tuning_but_for_silence(
    cases: list[tuple[bool, str]],
) -> None:
    tally = Tally()
    for expects, answer in cases:
        case = row("classes", "six", expects_answer=expects)
        tally.add(case, answer)
        record = {"gold": "six", "expects_answer": expects, "prediction": answer}
        if answer:
            assert class_of(case, answer) == rag_score([record], SENTENCE).classes[0]
    assert sum(tally.percent.values()) == 100
    assert tuple(tally.percent) == CLASSES
    right = sum(tally.classes[name] for name in ("correct", "correct_refusal"))
    assert tally.score == pytest.approx(100 * right / len(cases))
    assert tally.empty == sum(not answer for _, answer in cases)


def lines(*rows: Any) -> bytes:
    return "\n".join(one if isinstance(one, str) else json.dumps(one) for one in rows).encode()


def run(data: bytes, *arguments: str) -> Any:
    return CliRunner().invoke(app, ["score", "-", *arguments], input=data)


GOOD = [row("label", "repair", prediction="Repair"), row("label", "order", prediction="order")]


def test_the_command_scores_a_file_and_says_what_it_left_out() -> None:
    data = lines(*GOOD, row("label", "order", prediction=""), {"gold": "x"}, "[1]", row("rubric", "x", prediction="y"))
    said = run(data)
    assert said.exit_code == 0
    assert "4 answers, score 66.7 (with 95% confidence 21 to 94)" in said.output
    assert "1 answer is empty and scores 0." in said.output
    assert "1 answer waits for a person" in said.output
    assert 'line 4 is left out: the row has no "prediction"' in said.output
    told = json.loads(run(data, "--json").output)
    assert [one["score"] for one in told["scores"]] == [1, 1, 0, None]
    assert (told["score"], told["left_out_rows"], told["empty"]) == (66.67, 2, 1)


def test_the_metric_and_the_field_can_be_named() -> None:
    table = b"gold,said\r\nSix,'=6\r\nsix,six\r\n"
    told = json.loads(run(table, "--by", "exact", "--field", "said", "--json").output)
    assert told["score"] == 50
    told = json.loads(run(lines({"gold": "six", "tuned_output": "at six"}), "--by", "normalised", "--json").output)
    assert told["score"] == 100


@pytest.mark.parametrize("metric", METRICS)
def test_every_metric_can_be_asked_for_by_name(metric: str) -> None:
    done = score_file(open_source(lines({"gold": "six", "prediction": "six"}), "rows.jsonl"), metric)
    assert done.metrics == {metric: 1}


@pytest.mark.parametrize(
    ("data", "arguments", "said"),
    [
        (lines({"gold": "x", "prediction": "x"}), (), "name one with --by"),
        (lines({"gold": "x", "prediction": "x"}), ("--by", "bleu"), "There is no metric bleu; there are exact"),
        (lines({"prediction": "x"}), ("--by", "exact"), "neither what is right"),
        (lines({"gold": "x", "prediction": "x", "pattern": "(a"}), ("--by", "pattern"), "cannot be read"),
        (lines({"gold": "1", "prediction": "1", "tolerance": "-"}), ("--by", "number"), "cannot be read"),
        (lines(*GOOD), ("--field", "said"), 'the row has no "said"'),
    ],
)
def test_what_cannot_be_scored_is_said_with_what_to_do(data: bytes, arguments: tuple[str, ...], said: str) -> None:
    done = run(data, *arguments)
    assert done.exit_code == 2
    assert said in done.output


def test_a_file_without_answers_cannot_be_scored() -> None:
    with pytest.raises(Unusable, match="No row can be scored"):
        score_file(open_source(lines({"gold": "x"}), "rows.jsonl"))
