"""Files of questions with passages become rows that answer or decline; files of predictions become five classes."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from advisor.cli.main import app
from advisor.dataset import Source, Unusable, open_source
from advisor.dataset.rag.files import holds_predictions, score_file, write
from advisor.dataset.rag.rows import build
from advisor.language import language

PASSAGE = "The library closes at six."


def question(n: int, answer: str | None) -> dict[str, Any]:
    return {"question": f"Question {n}?", "context": PASSAGE, "answer": answer}


QUESTIONS = [question(n, f"Answer {n}" if n % 3 else None) for n in range(60)]
PREDICTIONS = [
    {"answer": "six", "prediction": "At six."},
    {"gold": ["six", "18:00"], "prediction": "At 18:00."},
    {"answers": {"text": ["six"], "answer_start": [22]}, "prediction": "I don't know."},
    {"answer": "six", "prediction": "At nine."},
    {"answer": "", "prediction": "At nine."},
    {"answer": "a guess", "is_impossible": True, "prediction": "At nine."},
    {"question": "Who?", "expects_answer": False, "prediction": "I don't know"},
]
CLASSES = ["correct", "correct", "skipped", "wrong", "hallucination", "hallucination", "correct_refusal"]


def source(*rows: Any, name: str = "rows.jsonl") -> Source:
    text = "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows)
    return open_source(text.encode(), name)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments])


@pytest.mark.parametrize("seed", [0, 1])
def test_a_file_gives_the_rows_that_its_records_give(seed):
    out = io.BytesIO()
    done = write(source(*QUESTIONS), out, 0.2, seed=seed)
    made = build(QUESTIONS, 0.2, seed=seed)
    assert [json.loads(line) for line in out.getvalue().splitlines()] == list(made.rows)
    assert (done.rows, done.refusals, done.share, done.spare) == (50, 10, 0.2, 10)
    assert done.notes == made.notes


def test_rows_that_cannot_be_used_are_left_out_and_named():
    squad = {"question": "Q", "context": "C", "answers": {"text": ["a", "b"], "answer_start": [0, 1]}}
    out = io.BytesIO()
    done = write(source(question(1, "A"), {"question": "Q"}, "", '{"question', [], squad), out, 0)
    assert [(one.line, one.why.text(language())) for one in done.left_out] == [
        (2, 'the row has no "context"'),
        (4, "The JSON breaks off before it is complete."),
        (5, "the row is no object"),
    ]
    said = [json.loads(line)["messages"][-1]["content"] for line in out.getvalue().splitlines()]
    assert sorted(said) == ["A", "a"]


def test_a_table_and_another_language():
    text = 'question,context,answer,is_impossible\nQ,C,\'=1+1,no\nR,C,,\nS,C,"{""text"": [""x""]}",false\nT,C,y,true\n'
    out = io.BytesIO()
    write(open_source(text.encode(), "rows.csv"), out, 0.5, lang=language("nl"))
    rows = [json.loads(line)["messages"] for line in out.getvalue().splitlines()]
    assert sorted(row[-1]["content"] for row in rows) == ["=1+1", "Weet ik niet", "Weet ik niet", "x"]
    assert rows[0][0]["content"].startswith("Antwoord alleen")


@pytest.mark.parametrize(("rows", "share"), [([{"a": 1}], 0.2), (QUESTIONS, 1.2), (QUESTIONS, float("nan"))])
def test_no_rows_can_be_made(rows, share):
    with pytest.raises(Unusable):
        write(source(*rows), io.BytesIO(), share)


def test_predictions_are_scored_whatever_names_what_is_right():
    done = score_file(source(*PREDICTIONS, {"prediction": "x"}, {"answer": "six"}))
    assert list(done.classes.classes) == CLASSES
    assert list(done.lines) == [1, 2, 3, 4, 5, 6, 7]
    assert [one.line for one in done.left_out] == [8, 9]
    assert sum(done.classes.percentages.values()) == 100


@pytest.mark.parametrize(
    ("row", "wanted"),
    [(PREDICTIONS[0], True), ({"prediction": "x"}, False), (QUESTIONS[0], False), ([1], False), (PREDICTIONS[6], True)],
)
def test_predictions_are_recognised(row, wanted):
    first = next(source(row).batches())
    assert holds_predictions(first.rows) is wanted


def test_an_answer_marked_as_bad_is_left_out():
    rows = [{"question": f"Q{n}?", "context": "C", "answer": "A", "kto_tag": n % 2} for n in range(4)]
    out = io.BytesIO()
    done = write(open_source("\n".join(map(json.dumps, rows)).encode(), "rows.jsonl"), out, 0)
    assert (done.rows, [one.line for one in done.left_out]) == (2, [1, 3])


def test_the_command_for_rows(tmp_path):
    file, out = tmp_path / "questions.jsonl", tmp_path / "rows.jsonl"
    file.write_text("\n".join(map(json.dumps, QUESTIONS)) + '\n{"question": "Q"}')
    result = run("rag-rows", file, out, "--refusals", 0.25, "--seed", 3, "--sentence", "No idea.")
    assert result.exit_code == 1, result.output  # a row was left out
    assert "53 rows, of which 25% decline" in result.output
    assert 'line 61 is left out: the row has no "context"' in result.output
    assert out.read_text().count('"No idea."') == 13
    shown = json.loads(run("rag-rows", file, out, "--refusals", 0.25, "--seed", 3, "--json").output)
    assert (shown["rows"], shown["refusals"], shown["left_out_rows"]) == (53, 13, 1)


def test_the_command_for_predictions(tmp_path):
    file = tmp_path / "predictions.jsonl"
    file.write_text("\n".join(map(json.dumps, PREDICTIONS)))
    said = run("rag-score", file)
    assert said.exit_code == 0, said.output
    assert "7 predictions" in said.output
    assert "Of the questions that have an answer: 50% right answer; 25% declined" in said.output
    assert run("rag-score", file, "--lang", "nl").output.count("Geweigerd, terwijl er een antwoord is") == 1
    shown = json.loads(run("rag-score", file, "--json").output)
    assert [one["class"] for one in shown["rows"]] == CLASSES
    assert sum(one["percent"] for one in shown["classes"].values()) == 100
    exact = json.loads(run("rag-score", file, "--json", "--exact").output)
    assert exact["classes"]["wrong"]["rows"] == 3


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["rag-score", "FILE"], "No row has a prediction"),
        (["rag-score", "NONE"], "There is no such file"),
        (["rag-rows", "FILE", "FILE"], "the original stays as it is"),
        (["rag-rows", "FILE", "OUT", "--refusals", "3"], "from 0 to 1"),
    ],
)
def test_what_cannot_be_done_is_refused(tmp_path, arguments, words):
    names = {"FILE": tmp_path / "rows.jsonl", "OUT": tmp_path / "out.jsonl", "NONE": tmp_path / "none.jsonl"}
    names["FILE"].write_text("\n".join(map(json.dumps, QUESTIONS)))
    result = run(*(names.get(one, one) for one in arguments))
    assert result.exit_code == 2, result.output
    assert words in result.stderr
    assert not names["OUT"].exists()
