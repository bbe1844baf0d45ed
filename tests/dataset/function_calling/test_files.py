"""Files of examples become rows that pass the data check and convert to the formats that carry tool calls."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from advisor.cli.main import app
from advisor.dataset import inspect, open_source
from advisor.dataset.conversion import convert
from advisor.dataset.function_calling.definitions import read_tools
from advisor.dataset.function_calling.files import Written, write
from advisor.dataset.function_calling.rows import Plan
from advisor.dataset.row import Unusable
from advisor.dataset.sample_calls import sample_examples, sample_tools
from advisor.language import language

TOOLS = read_tools(sample_tools("en"))
CARRYING = ("openai_chat", "azure_chat", "trl_conversational", "sharegpt")


def made(text: str, plan: Plan | None = None) -> tuple[Written, bytes]:
    out = io.BytesIO()
    return write(open_source(io.BytesIO(text.encode()), ""), TOOLS, out, plan), out.getvalue()


@pytest.mark.parametrize("code", ["en", "nl"])
@pytest.mark.parametrize(
    "plan", [Plan(), Plan("tokens", "undescribed", short_rows=True), Plan("tokens", "none", short_rows=True)]
)
def test_the_rows_pass_the_check_and_convert_with_their_calls(code: str, plan: Plan) -> None:
    out = io.BytesIO()
    source = open_source(io.BytesIO(sample_examples(code).encode()), "")
    done = write(source, read_tools(sample_tools(code)), out, plan)
    assert (done.rows, done.without_call, done.left_out_rows, done.notes) == (14, 4, 0, ())
    for platform in ("openai", "azure"):
        found = inspect(open_source(io.BytesIO(out.getvalue()), "rows.jsonl"), platform=platform)
        assert found.recognition.form.id == "openai_tools"
        assert found.counts.keys() <= {"few-rows", "missing-byte-order-mark"}, found.counts
    for target in CARRYING:
        converted = io.BytesIO()
        result = convert(open_source(io.BytesIO(out.getvalue()), "rows.jsonl"), target, converted)
        assert (result.rows, result.left_out_rows) == (14, 0)
        assert not [loss.id for loss in result.losses if "tool" in loss.id], target
        assert b"204518" in converted.getvalue()


def test_a_table_holds_an_example_a_row_and_what_is_wrong_is_named_by_its_line() -> None:
    table = (
        "question,tool,arguments,result,answer\n"
        'Where is 1?,find_order,"{""order_id"": ""1""}","{""status"": ""sent""}",It is sent.\n'
        "Thanks,,,,You are welcome.\n"
        "Where is 2?,find_order,{},sent,It is sent.\n"
    )
    done, rows = made(table)
    assert (done.rows, done.without_call, dict(done.calls)) == (
        2,
        1,
        {"find_order": 1, "check_stock": 0, "book_repair": 0},
    )
    assert [(row.line, "missing: order_id" in row.why.text(language())) for row in done.left_out] == [(4, True)]
    assert [str(note).split(".")[0] for note in done.notes] == [
        "No row calls check_stock, book_repair",
        "With fewer than 10 rows a training does not start",
    ]
    assert json.loads(rows.splitlines()[0])["messages"][2]["content"] == '{"status": "sent"}'


def test_rows_that_all_call_are_warned_of() -> None:
    calling = [line for line in sample_examples("en").splitlines() if '"tool"' in line or '"calls"' in line]
    done, _ = made("\n".join(calling))
    assert any("learns to call one always" in str(note) for note in done.notes)


def test_a_file_without_examples_is_refused_and_one_with_bad_ones_is_told_of() -> None:
    with pytest.raises(Unusable):
        made("")
    done, rows = made('{"question": "a"}\n[1]\n')
    assert (done.rows, done.left_out_rows, rows) == (0, 2, b"")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "tools.json").write_text(sample_tools("en"), "utf-8")
    (tmp_path / "examples.jsonl").write_text(sample_examples("en"), "utf-8")
    return tmp_path


def run(folder: Path, *more: Any) -> Result:
    files: Iterable[Path] = (folder / "tools.json", folder / "examples.jsonl", folder / "rows.jsonl")
    return CliRunner().invoke(app, ["tool-rows", *map(str, files), *map(str, more)])


def test_the_command_writes_the_rows_and_the_definitions_for_use(folder: Path) -> None:
    sent = folder / "sent.json"
    done = run(folder, "--goal", "tokens", "--requests", 30_000, "--definitions", sent)
    assert done.exit_code == 0
    assert "14 rows, of which 4 answer without a tool" in done.output
    assert "For 30,000 requests a month" in " ".join(done.output.split())
    assert "description" not in sent.read_text("utf-8")
    assert len((folder / "rows.jsonl").read_bytes().splitlines()) == 14
    told = json.loads(run(folder, "--goal", "tokens", "--in-use", "none", "--requests", 10, "--json").output)
    assert told["saved_a_request"] == told["tokens"]["full"]
    assert told["saved_a_month"]["as_json"] == 10 * told["tokens"]["full"]["as_json"]
    assert told["counted"]["encoding"] == "o200k_base"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--goal", "qualty"], "Did you mean quality?"),
        (["--goal", "tokens", "--in-use", "full"], "--in-use"),
        (["--short-rows"], "--short-rows is for --goal tokens"),
        (["--encoding", "p50k"], "--encoding"),
        (["--requests", "0"], "--requests"),
    ],
)
def test_the_command_refuses_what_does_not_fit(folder: Path, more: list[str], said: str) -> None:
    done = run(folder, *more)
    assert (done.exit_code, said in done.output) == (2, True)
    assert not (folder / "rows.jsonl").exists()


def test_the_command_names_each_fault_of_the_tools_and_each_example_left_out(folder: Path) -> None:
    with (folder / "examples.jsonl").open("a", encoding="utf-8") as file:
        file.write('\n{"question": "a", "answer": "b", "tool": "find_order", "arguments": {}, "result": "c"}\n')
    done = run(folder, "--lang", "nl")
    assert done.exit_code == 1
    assert "regel 15" in done.output
    assert "ontbreekt: order_id" in done.output
    assert run(folder, "--allow-loss").exit_code == 0
    (folder / "tools.json").write_text('[{"type": "function", "function": {"name": "a b"}}, 3]', "utf-8")
    refused = run(folder)
    assert refused.exit_code == 2
    assert refused.output.count("tools[") == 2


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ('{"question": "q", "question": "z", "answer": "a"}', 'The key "question" appears twice'),
        (
            '{"question": "q", "answer": "a", "tool": "find_order", "arguments": "{\\"a\\": 1, \\"a\\": 2}"}',
            'the arguments of "find_order" have a key twice',
        ),
        ('{"question": "q", "answer": NaN}', "JSON has no NaN or Infinity."),
        ('{"question": "q", "answer": "a", "tool": "find_order", "result": {"n": Infinity}}', "JSON has no NaN"),
    ],
)
def test_a_row_of_which_a_part_is_lost_is_left_out(row: str, why: str) -> None:
    done, _ = made(f'{row}\n{{"question": "q", "question": "q", "answer": "a"}}')
    assert [left.line for left in done.left_out] == [1]
    assert why in done.left_out[0].why.text(language("en"))
    assert done.rows == 1
