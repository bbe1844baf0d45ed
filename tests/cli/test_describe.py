"""The command that reads answers out of a text: what it says before it sends, what it prints, what it writes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from advisor.cli.main import app
from tests.pilot.reading import form
from tests.pilot.server import Reply, serving

BRIEF = "Letters must go to one of 14 desks.\nNobody keeps a test set. Ask j.jansen@woonbond.nl about the 900 letters."
TOLD = {
    "task": {"quote": "go to one of 14 desks", "answer": "classification"},
    "evaluation_set": {"quote": "Nobody keeps a test set", "answer": "no"},
    "labelled_examples": {"quote": "the 900 letters", "low": 900, "high": 1800},
    "requests_per_month": {"quote": "about the 900 letters", "low": 900, "high": 1800},
    "harm": {"quote": "nobody is harmed", "answer": "low"},
}


def answered(body: Any) -> Reply:
    """A model that fills in what it was told to and leaves the rest open."""
    said = {}
    for key, fields in form(body).items():
        names = fields["properties"]
        empty = {
            "quote": "",
            "answer": "unknown" if "enum" in names.get("answer", {}) else [],
            "low": None,
            "high": None,
        }
        said[key] = TOLD.get(key, {name: empty[name] for name in names})
    return Reply(json.dumps(said))


def run(*arguments: object, **more: Any) -> Result:
    return CliRunner().invoke(app, ["describe", *map(str, arguments)], **more)


@pytest.fixture
def brief(tmp_path: Path) -> Path:
    file = tmp_path / "brief.txt"
    file.write_text(BRIEF, "utf-8")
    return file


def test_it_says_what_goes_where_and_sends_nothing_until_somebody_agrees(brief: Path) -> None:
    with serving(answered) as server:
        asked = run(brief, "--base-url", server.address, "--model", "small")
        assert not server.asked
    assert asked.exit_code == 2
    assert not asked.stdout
    said = " ".join(asked.stderr.split())
    assert f"to {server.address.split('/')[2]}, which is this machine, to the model small: 16 requests" in said
    assert "E-mail address (1)" in said
    assert "135 million parameters" in said
    assert "add --yes to agree" in said


def test_answers_stand_beside_their_words_and_go_into_a_file_that_is_advised_on(brief: Path, tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    rows.write_text("".join(json.dumps({"text": f"Letter {n}", "label": "abc"[n % 3]}) + "\n" for n in range(12)))
    out = tmp_path / "answers.yaml"
    with serving(answered) as server:
        where = ["--base-url", server.address, "--model", "small", "--yes"]
        told = run(brief, *where, "--data", rows, "-o", out)
        told_bodies = server.bodies()
        sent = json.dumps(told_bodies)
        as_json = json.loads(run(brief, *where, "--json").stdout)
    assert told.exit_code == 0, told.stderr
    assert "Letter 3" not in sent
    asked = {key for body in told_bodies for key in form(body)}
    assert "labelled_examples" not in asked
    assert {"task", "evaluation_set"} <= asked
    assert f"the model small: {len(told_bodies)} requests" in " ".join(told.stderr.split())
    said = " ".join(told.stdout.split())
    assert "“Nobody keeps a test set”, line 2" in said
    assert "worked out from these words, or guessed" in said
    assert "low: these words do not stand in the text" in said
    assert "Measured in the data:" in said
    advised = CliRunner().invoke(app, ["advise", str(out), "--fields", "verdict"])
    assert advised.exit_code == 0, advised.stderr
    kept = out.read_text("utf-8")
    assert "task: classification" in kept
    assert "labelled_examples: 12" in kept  # counted in the rows, not read in the text
    assert {one["question"]: one["answer"] for one in as_json["answers"]} == {
        "task": "classification", "evaluation_set": "no", "labelled_examples": [900.0, 1800.0],
        "requests_per_month": [900.0, 1800.0],
    }  # fmt: skip
    assert [one["question"] for one in as_json["dropped"]] == ["harm"]
    assert [BRIEF[one["start"] : one["end"]] for one in as_json["answers"]] == [
        one["quote"] for one in as_json["answers"]
    ]


def test_without_a_model_it_names_the_questions_that_the_text_may_be_about(brief: Path) -> None:
    said = run(brief)
    assert said.exit_code == 0
    assert "nothing was sent" in said.stdout
    assert "(evaluation_set)" in said.stdout
    assert json.loads(run(brief, "--json").stdout)["questions"][-1]["line"] == 2


def test_what_cannot_be_read_is_refused_with_why(tmp_path: Path) -> None:
    file = tmp_path / "brief.txt"
    for data, why in ((b"  \n", "no text"), (b"\xff\xfe", "not UTF-8"), (b"word " * 5_000, "at most 20,000 are read")):
        file.write_bytes(data)
        done = run(file, "--base-url", "http://127.0.0.1:9/v1", "--model", "small", "--yes")
        assert done.exit_code == 2
        assert why in " ".join(done.stderr.split())
    file.write_text("Fine.")
    assert "must begin with" in run(file, "--base-url", "ftp://x", "--model", "small").stderr
    assert "need answers" in run(file, "-o", tmp_path / "out.yaml").stderr
