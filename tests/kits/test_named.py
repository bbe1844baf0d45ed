"""Kits with a person's own labels and words: in rows, prompt, evaluation and every file that holds them."""

from __future__ import annotations

import ast
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from advisor.cli.main import app
from advisor.content.load import load
from advisor.dataset import inspect, open_source
from advisor.dataset.scoring import Tally
from advisor.interview.answers_file import write_yaml
from advisor.interview.situation import situation
from advisor.kits.build import Unfit
from advisor.kits.registry import KITS
from tests.kits.server import serving
from tests.kits.unpacked import kit_bytes, right_answers, run, scored, unpack

CONTENT = load()
LABELLED = sorted(name for name, kit in KITS.items() if kit.measures and name != "retrieval")
HOSTILE = [
    'He said "no"', "{{ env.SECRET }}", "<script>alert(1)</script>", "=cmd|' /C calc'!A0", "a, b; c", "`tick` | pipe",
    "yes", "null", "- {x: y}", "# no comment", "C++", "C#", "C", "!!", "-1", "1",
    "\\n \\u0041", "שלום", "🚲", "{answer}",
]  # fmt: skip
"""None of them is what it looks like: each is a label."""
MANY = [f"label number {n}" for n in range(300)]


def opened(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def made(kit: str, code: str = "en", **answers: Any) -> dict[str, bytes]:
    return opened(kit_bytes(kit, code=code, task="classification", **answers))


def read(files: dict[str, bytes], name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in files[name].decode("utf-8-sig").splitlines()]


def texts(value: Any) -> set[str]:
    """Every text within a row, whichever form it has."""
    if isinstance(value, str):
        return {value}
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return {text for part in parts for text in texts(part)}


FEW = ["urgent", "spam"]


@pytest.mark.on_push(10)
@pytest.mark.parametrize(
    ("kit", "given"),
    [*((kit, HOSTILE) for kit in LABELLED), *((kit, some) for kit in ("openai", "structured") for some in (MANY, FEW))],
)
def test_every_label_that_a_person_named_has_a_row_and_stands_everywhere_as_it_is(kit: str, given: list[str]) -> None:
    code = ("en", "nl")[(len(kit) + len(given)) % 2]
    try:
        files = made(kit, code, label_names=given, refusal_share=20, field_words=HOSTILE)
    except Unfit:
        assert kit == "small_model"
        return
    assert json.loads(files["kit.json"])["labels"] == given
    rows = read(files, "data/seeds.jsonl" if kit == "small_model" else "data/train.jsonl")
    cases = read(files, "evaluation/evaluation_set.jsonl")
    assert texts(rows) >= set(given)
    assert {case["gold"] for case in cases} <= {*given, cases[0]["decline"][0]}
    for answer, low, high in ((None, 100, 100), ("Perhaps.", 0, 49), ("", 0, 0)):
        tally = Tally()
        for case in cases:
            tally.add(case, case["gold"] if answer is None else answer)
        assert tally.score is not None
        assert low <= tally.score <= high
    found = inspect(
        open_source(files["data/train.jsonl"], "train.jsonl"),
        platform=KITS[kit].platform,
        validation=open_source(files["data/validation.jsonl"], "validation.jsonl"),
    )
    wrong = {name for name in found.counts if CONTENT.check(name).severity == "error"} | {"leak-exact", "leak-near"}
    assert not wrong & found.counts.keys()
    for name, data in files.items():
        match name.rpartition(".")[2]:
            case "json":
                json.loads(data)
            case "yaml":
                yaml.safe_load(data)
            case "py":
                ast.parse(data)


@pytest.mark.parametrize(("labels", "container"), [(["-1", "0", "1"], "jsonl"), (["low", "high"], "csv")])
def test_no_table_for_spreadsheets_changes_a_label(labels: list[str], container: str) -> None:
    files = made("autotrain", label_names=labels, refusal_share=0)
    source = open_source(files[f"autotrain_labels/train.{container}"], f"train.{container}")
    assert {row.value["target"] for batch in source.batches() for row in batch.rows} == set(labels)


def test_words_of_the_field_stand_in_rows_test_and_prompt_in_the_readers_language() -> None:
    for code, about in (("en", "(about own risk)"), ("nl", "(over own risk)")):
        files = made("openai", code, field_words="policy number; own risk")
        for name in ("data/train.jsonl", "evaluation/evaluation_set.jsonl"):
            asked = [
                next(one["content"] for one in row["messages"] if one["role"] == "user") for row in read(files, name)
            ]
            assert all("policy number" in text or "own risk" in text for text in asked)
            assert any(about in text for text in asked)
        assert "policy number, own risk" in files["system_prompt.txt"].decode()


def test_labels_that_were_counted_and_not_named_have_names_to_replace_and_names_go_before_the_count() -> None:
    counted = made("few_shot", label_names="a, b", label_count=4)
    assert json.loads(counted["kit.json"])["labels"] == ["a", "b", "label_3", "label_4"]
    assert "You named 2 of 4 labels" in counted["README.md"].decode()
    named = made("few_shot", label_names="a, b, c", label_count=2)
    assert json.loads(named["kit.json"])["labels"] == ["a", "b", "c"]
    assert "You counted 2 labels and named 3" in named["README.md"].decode()


def test_labels_that_words_cannot_tell_apart_are_compared_to_the_sign() -> None:
    cases = read(made("prompting", label_names="C., C!, D"), "evaluation/evaluation_set.jsonl")
    assert {case["metric"] for case in cases if case["expects_answer"]} == {"exact"}
    tally = Tally()
    for case in cases:
        tally.add(case, "C!" if case["gold"] == "C." else "C.")
    assert tally.score == 0


def test_a_server_is_asked_with_hostile_labels_and_its_answers_are_scored(tmp_path: Path) -> None:
    folder = unpack(kit_bytes("structured", task="classification", refusal_share=0, label_names=HOSTILE), tmp_path)
    with serving(right_answers(folder)) as server:
        for script in ("baseline", "structured"):
            done = run(folder, f"{script}.py", address=server.address)
            assert done.returncode == 0, done.stderr
            assert scored(folder, script) == 100
        (schema,) = {
            json.dumps(body["response_format"])
            for body in server.bodies("/chat/completions")
            if "response_format" in body
        }
    assert json.loads(schema)["json_schema"]["schema"]["properties"]["answer"]["enum"] == HOSTILE


def command(*arguments: object) -> Any:
    return CliRunner().invoke(app, [str(one) for one in arguments])


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    file = tmp_path / "answers.yaml"
    file.write_text(write_yaml(situation(task="classification")), "utf-8")
    return file


@pytest.mark.parametrize("name", ["kit", "template"])
def test_the_commands_take_labels_and_words(name: str, answers: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.zip"
    done = command(name, answers, "-o", out, "--labels", "urgent, spam", "--words", "own risk")
    assert done.exit_code == 0, done.output
    files = opened(out.read_bytes())
    assert "The labels are: urgent, spam." in files["system_prompt.txt"].decode()
    assert "(about own risk)" in "".join(data.decode() for name, data in files.items() if name.endswith(".jsonl"))
    answers.write_text(
        write_yaml(situation(task="classification", label_names=["urgent", "spam"], field_words="own risk"))
    )
    again = tmp_path / "again.zip"
    assert command(name, answers, "-o", again).exit_code == 0
    assert again.read_bytes() == out.read_bytes()


@pytest.mark.parametrize(
    ("option", "said"),
    [
        (["--labels", "urgent, Urgent"], "“urgent” and “Urgent” look alike"),
        (["--labels", "urgent, spam, urgent"], "“urgent” stands there twice"),
        (["--labels", "urgent"], "2 names at least are wanted"),
        (["--words", "x" * 81], "has 81 characters"),
        (["--labels", "a, a", "--lang", "nl"], "‘a’ staat er twee keer"),
    ],
)
def test_names_that_cannot_be_used_are_refused_and_nothing_is_written(
    option: list[str], said: str, answers: Path, tmp_path: Path
) -> None:
    done = command("kit", answers, "-o", tmp_path / "out.zip", *option)
    assert done.exit_code == 2
    assert said in " ".join(done.output.split())
    assert not (tmp_path / "out.zip").exists()


def test_labels_are_refused_where_no_text_gets_one(tmp_path: Path) -> None:
    file = tmp_path / "answers.yaml"
    file.write_text(write_yaml(situation(task="dialogue")), "utf-8")
    done = command("template", file, "-o", tmp_path / "out.zip", "--labels", "a, b")
    assert done.exit_code == 2
    assert "no text gets a label" in done.output
