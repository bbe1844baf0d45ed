"""The commands that write a training file anew."""

from __future__ import annotations

import gzip
import json
from codecs import BOM_UTF8
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner, Result

from advisor.cli.main import app
from advisor.cli.rewrite import left_out
from advisor.dataset.files.source import open_source
from advisor.language import language


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments])


def said(n: int, answer: str = "") -> dict[str, object]:
    return {
        "messages": [
            {"role": "user", "content": f"What of {n * 7919} and {n * 104729}?"},
            {"role": "assistant", "content": answer or f"It is {n * 15485863} of {n}."},
        ]
    }


@pytest.fixture
def chat(tmp_path: Path) -> Path:
    file = tmp_path / "train.jsonl"
    file.write_text("\n".join(json.dumps(said(n)) for n in range(1, 41)), "utf-8")
    return file


def rows(file: Path) -> list[object]:
    return [row.value for batch in open_source(file).batches() for row in batch.rows]


def test_a_repair_shows_what_it_changes_and_leaves_the_original_alone(tmp_path):
    file, out, aside = tmp_path / "train.jsonl", tmp_path / "fixed.jsonl", tmp_path / "aside.jsonl"
    shouted = json.dumps(said(2)).replace('"user"', '"User"')
    file.write_text("\n".join([json.dumps(said(1)), shouted, "", "{"]), "utf-8")
    before = file.read_bytes()
    result = run("repair", file, out, "--platform", "azure", "--rejected", aside)
    assert result.exit_code == 1, result.output
    assert out.read_bytes().startswith(BOM_UTF8)
    assert rows(out) == [said(1), said(2)]
    assert aside.read_bytes().strip() == b"{"
    assert "line 2, messages[0].role: capitalised-role" in result.output
    assert "line 4 is left out" in result.output
    assert file.read_bytes() == before


@pytest.mark.parametrize("command", [("repair",), ("convert", "--to", "csv_pairs")])
def test_rows_left_out_beyond_those_named_are_counted(command, tmp_path):
    file = tmp_path / "train.jsonl"
    file.write_text("\n".join([json.dumps({"prompt": "Who?", "completion": "Me."}), *["{"] * 23]), "utf-8")
    result = run(*command, file, tmp_path / f"out.{'csv' if command[0] == 'convert' else 'jsonl'}")
    assert result.output.count("23 rows are left out: ") == 1
    assert "    lines 2, 3, 4, 5, 6 and 18 more" in result.output.splitlines()


def test_rows_left_out_are_named_under_their_reason_and_those_not_listed_are_counted():
    said = [*left_out([(2, "cut"), (4, "blank"), (9, "cut")], 5, "row", language("en"))]
    assert said == ["  2 rows are left out: cut", "    rows 2, 9", "  row 4 is left out: blank", "  and 2 more"]


def test_a_repair_says_where_to_look_for_what_it_leaves(tmp_path):
    file, out = tmp_path / "train.jsonl", tmp_path / "my rows.jsonl"
    file.write_text(json.dumps({"prompt": "Who?", "completion": ""}), "utf-8")
    assert f"advisor check '{out}' lists it." in run("repair", file, out).output
    assert run("check", out).exit_code == 1


def test_leaks_and_personal_data_go_only_when_asked(tmp_path):
    file, held, out = tmp_path / "train.jsonl", tmp_path / "held.jsonl", tmp_path / "fixed.jsonl"
    file.write_text(
        "\n".join(json.dumps(one) for one in (said(1), said(2), said(3, "Mail a@an-example.org."))), "utf-8"
    )
    held.write_text(json.dumps(said(2)), "utf-8")
    assert "There was nothing to repair." in run("repair", file, out).output
    result = run("repair", file, out, "--drop-leaks", held, "--mask-private")
    assert result.exit_code == 0, result.output
    assert rows(out) == [said(1), said(3, "Mail [email].")]
    assert "line 2: leak-exact" in result.output
    assert run("repair", file, held, "--drop-leaks", held).exit_code == 2


def test_there_may_be_nothing_to_repair(chat, tmp_path):
    result = run("repair", chat, tmp_path / "fixed.jsonl")
    assert "There was nothing to repair." in result.output
    assert (tmp_path / "fixed.jsonl").read_bytes() == chat.read_bytes()


def test_a_split_puts_every_row_into_one_part_and_is_the_same_for_the_same_seed(chat, tmp_path):
    result = run("split", chat, "-o", tmp_path / "parts", "--seed", 3)
    assert result.exit_code == 0, result.output
    parts = {name: rows(tmp_path / "parts" / f"{name}.jsonl") for name in ("train", "validation", "test")}
    assert sum(map(len, parts.values())) == 40
    assert len(parts["train"]) == 32
    run("split", chat, "-o", tmp_path / "again", "--seed", 3)
    assert rows(tmp_path / "again" / "test.jsonl") == parts["test"]


def test_two_shares_make_two_parts(chat, tmp_path):
    parts = tmp_path / "parts"
    run("split", chat, "-o", parts, "--shares", "0.75,0.25")
    assert (len(rows(parts / "validation.jsonl")), (parts / "test.jsonl").exists()) == (10, False)


def test_a_conversion_says_what_it_lost(tmp_path):
    file = tmp_path / "train.jsonl"
    weighed = said(1)
    weighed["messages"][1]["weight"] = 1  # type: ignore[index]
    file.write_text(json.dumps(weighed) + "\n" + json.dumps(said(2)), "utf-8")
    shown = json.loads(run("convert", file, tmp_path / "rows.json", "--to", "alpaca", "--json").output)
    assert (shown["from"], shown["to"], shown["rows"], shown["left_out"]) == ("openai_chat", "alpaca", 2, [])
    assert [one["id"] for one in shown["lost"]] in ([], ["weight"])
    assert rows(tmp_path / "rows.json")[1]["output"] == said(2)["messages"][1]["content"]  # type: ignore[index]


def test_a_conversion_and_back_gives_the_same_rows(chat, tmp_path):
    run("convert", chat, tmp_path / "rows.json", "--to", "sharegpt")
    run("convert", tmp_path / "rows.json", tmp_path / "back.jsonl", "--to", "openai_chat")
    assert rows(tmp_path / "back.jsonl") == rows(chat)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["convert", "FILE", "OUT", "--to", "nothing"], ["--to", "alpaca"]),
        (["convert", "FILE", "FILE", "--to", "alpaca"], ["the original stays as it is"]),
        (["repair", "FILE", "FILE"], ["the original stays as it is"]),
        (["repair", "FILE", "OUT", "--platform", "nowhere"], ["nowhere"]),
        (["split", "FILE", "-o", "OUT", "--shares", "a,b"], ["--shares"]),
        (["split", "FILE", "-o", "OUT", "--shares", "0.9,0.9"], ["--shares"]),
        (["split", "NONE", "-o", "OUT"], ["none.jsonl"]),
    ],
)
def test_what_cannot_be_done_is_refused_and_leaves_no_file_behind(chat, tmp_path, arguments, words):
    names = {"FILE": chat, "OUT": tmp_path / "out.d", "NONE": tmp_path / "none.jsonl"}
    result = run(*(names.get(one, one) for one in arguments))
    assert result.exit_code == 2, result.output
    assert all(word in result.stderr for word in words)
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and path != chat]


ENDINGS = {
    "repair": ["repair", "FILE", "OUT"],
    "split": ["split", "FILE", "-o", "DIR", "--shares", "0.5,0.5"],
    "convert": ["convert", "FILE", "OUT", "--to", "alpaca"],
    "rag-rows": ["rag-rows", "FILE", "OUT", "--refusals", "0"],
}
"""The commands that write a training file anew."""


def question(n: int) -> dict[str, object]:
    return {"question": f"What is {n * 7919} in {n}?", "context": f"It is {n * 15485863}.", "answer": f"{n * 104729}"}


def endings(command: str, tmp_path: Path, lines: list[str], *options: str) -> tuple[Result, list[Path]]:
    """What a command says of a file with these lines, and which files it leaves behind."""
    file, folder = tmp_path / "train.jsonl", tmp_path / "made"
    file.write_text("\n".join(lines), "utf-8")
    folder.mkdir(exist_ok=True)
    names = {"FILE": file, "OUT": folder / "out.jsonl", "DIR": folder}
    result = run(*(names.get(one, one) for one in ENDINGS[command]), *options)
    return result, sorted(folder.iterdir())


@pytest.mark.parametrize("command", ENDINGS)
@pytest.mark.parametrize(
    ("lines", "options", "status", "last"),
    [
        ([1, 2, 3], (), 0, ""),
        ([1, 2, "{"], (), 1, "1 row was left out, so the exit status is 1. With --allow-loss it is 0."),
        ([1, 2, "{"], ("--allow-loss",), 0, "1 row was left out."),
    ],
)
def test_rows_left_out_show_in_the_last_line_and_in_the_exit_status(command, lines, options, status, last, tmp_path):
    texts = [json.dumps(question(one)) if isinstance(one, int) else one for one in lines]
    result, made = endings(command, tmp_path, texts, *options)
    assert result.exit_code == status, result.output
    assert made
    assert (result.stdout.splitlines()[-1] == last) if last else "left out" not in result.stdout


@pytest.mark.parametrize("command", ENDINGS)
def test_where_no_row_is_left_no_file_is_and_an_older_one_stays(command, tmp_path):
    lines = ["{", "["]
    if command in ("convert", "rag-rows"):  # rows that the command can read, and cannot use
        lines = [json.dumps({**question(1), "answer": None, "is_impossible": command == "rag-rows"})]
    result, made = endings(command, tmp_path, lines, "--allow-loss")
    assert (result.exit_code, made) == (2, []), result.output
    assert result.stdout.splitlines()[-1].startswith("Nothing was written to ")
    older = tmp_path / "made" / ("train.jsonl" if command == "split" else "out.jsonl")
    older.write_text("older", "utf-8")
    assert endings(command, tmp_path, lines)[1] == [older]
    assert older.read_text("utf-8") == "older"


@pytest.mark.parametrize("command", ["convert", "rag-rows"])
def test_json_says_how_a_command_ended(command, tmp_path):
    whole, lacking = json.dumps(question(1)), json.dumps({"question": "Why?", "context": ""})
    shown = json.loads(endings(command, tmp_path, [whole, lacking], "--json")[0].stdout)
    assert (shown["written"], shown["exit_status"], shown["left_out_rows"]) == (True, 1, 1)
    assert shown["conclusion"].startswith("1 row was left out")
    result, made = endings(command, tmp_path, [whole], "--json")
    assert (result.exit_code, json.loads(result.stdout)["conclusion"]) == (0, "")
    assert made


def test_what_a_repair_rejects_is_kept_where_nothing_is_left(tmp_path):
    aside = tmp_path / "aside.jsonl"
    result, made = endings("repair", tmp_path, ["{"], "--rejected", str(aside))
    assert (result.exit_code, made, aside.read_bytes()) == (2, [], b"{\n")


def test_a_part_without_rows_shows_in_the_last_line_and_in_the_exit_status(tmp_path):
    result, made = endings("split", tmp_path, [json.dumps(said(1))] * 3)
    assert result.exit_code == 1
    assert result.stdout.splitlines()[-1].startswith("Without rows: validation.jsonl.")
    assert [one.name for one in made] == ["train.jsonl", "validation.jsonl"]
    assert endings("split", tmp_path, [json.dumps(said(1))] * 3, "--allow-loss")[0].exit_code == 0


@pytest.mark.parametrize(
    ("command", "name"),
    [
        (["repair", "--platform", "openai"], "out.parquet"),
        (["repair", "--platform", "openai"], "out.csv"),
        (["convert", "--to", "openai_chat"], "out.parquet"),
        (["convert", "--to", "alpaca", "--container", "parquet"], "out.jsonl"),
        (["rag-rows"], "out.csv"),
    ],
)
def test_no_file_holds_something_else_than_its_name_says(command, name, tmp_path):
    file = tmp_path / "rows.parquet"
    pq.write_table(pa.Table.from_pylist([{**question(n), **said(n)} for n in range(3)]), file)
    result = run(command[0], file, tmp_path / name, *command[1:])
    assert (result.exit_code, (tmp_path / name).exists()) == (2, False), result.output
    assert "name a file that ends in ." in result.stderr


def test_a_sound_parquet_file_stays_one(tmp_path):
    file, out = tmp_path / "rows.parquet", tmp_path / "out.parquet"
    pq.write_table(pa.Table.from_pylist([said(n) for n in range(3)]), file)
    assert run("repair", file, out).exit_code == 0
    assert out.read_bytes() == file.read_bytes()


def test_rows_of_a_list_are_called_rows_and_lines_of_a_file_lines(tmp_path):
    listed, lined = tmp_path / "rows.json", tmp_path / "rows.jsonl"
    one = [said(1), said(2), said(1), {"messages": [{"role": "user", "content": "Why?"}]}]
    listed.write_text(json.dumps(one, indent=2), "utf-8")
    lined.write_text("\n".join(map(json.dumps, one)), "utf-8")
    for file, word, other in ((listed, "row", "line"), (lined, "line", "row")):
        out = run("check", file).stdout + run("convert", file, tmp_path / f"{word}.jsonl", "--to", "openai_chat").stdout
        assert f"  {word} 3: The row is the same as {word} 1." in out
        assert f"{word} 4 is left out" in out
        assert f"{other} 4" not in out
        found = json.loads(run("check", file, "--json").stdout)["findings"]
        assert {one["unit"] for one in found if one["line"]} == {word}
    leak = run("check", lined, "--validation", listed).stdout
    assert "row 1 of the validation file: Row 1 of the validation file says the same as line 1 of the training" in leak


OTHERS = {
    "html": b"<!DOCTYPE html><html><head><title>Sign in</title></head><body><p>Sign in</p></body></html>\n",
    "lfs": b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"ab" * 32 + b"\nsize 12345\n",
}
"""Files that are no data, and that people hand in as such."""


@pytest.mark.parametrize("kind", OTHERS)
@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("command", [*ENDINGS, "check", "profile", "answers", "rag-score"])
def test_what_is_no_data_is_refused_with_what_it_is(command, packed, kind, tmp_path):
    file, folder = tmp_path / f"train.jsonl{'.gz' if packed else ''}", tmp_path / "made"
    file.write_bytes(gzip.compress(OTHERS[kind]) if packed else OTHERS[kind])
    names = {"FILE": file, "OUT": folder / "out.jsonl", "DIR": folder}
    folder.mkdir()
    result = run(*(names.get(one, one) for one in ENDINGS.get(command, [command, "FILE"])))
    assert result.exit_code in (1, 2)
    assert {"html": "HTML", "lfs": "LFS"}[kind] in result.stdout + result.stderr
    assert [*folder.iterdir()] == []
