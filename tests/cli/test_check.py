"""The commands on training files, as a terminal and a script meet them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from random import Random

import pytest
from typer.testing import CliRunner, Result

from advisor.cli.check_text import shared_out
from advisor.cli.main import app

SYLLABLES = [f"{first}{vowel}" for first in "bdfgklmnprstvz" for vowel in ("a", "en", "is", "o", "um")]


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments])


def chat(tmp_path: Path, *rows: object, name: str = "train.jsonl") -> Path:
    file = tmp_path / name
    file.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), "utf-8")
    return file


def said(n: int) -> dict[str, object]:
    """A conversation that shares hardly a word with those of other numbers."""
    drawn = Random(n)
    asked, told = (" ".join(f"{drawn.choice(SYLLABLES)}{drawn.choice(SYLLABLES)}" for _ in range(12)) for _ in range(2))
    return {"messages": [{"role": "user", "content": f"{asked}?"}, {"role": "assistant", "content": f"{told}."}]}


def test_a_sound_file_passes(tmp_path):
    result = run("check", chat(tmp_path, *map(said, range(60))), "--platform", "openai")
    assert result.exit_code == 0, result.output
    assert "train.jsonl: Nothing was found in 60 rows that would stop training." in result.output
    assert "exit status" not in result.output
    assert "Format: OpenAI conversations" in result.output


def test_an_error_ends_with_status_1_and_names_line_field_and_what_to_do(tmp_path):
    bad = {"messages": [{"role": "user", "content": "Hi"}]}
    result = run("check", chat(tmp_path, said(1), bad, "{"))
    assert result.exit_code == 1
    assert "line 2, messages: No message of the assistant. Add the answer that you want" in result.output
    assert "line 3: The JSON breaks off" in result.output


def test_warnings_alone_end_with_status_0(tmp_path):
    result = run("check", chat(tmp_path, said(1), said(1)))
    assert result.exit_code == 0
    assert "exact-duplicate" in result.output


def test_json_holds_one_object_a_finding(tmp_path):
    mail = {
        "messages": [
            {"role": "user", "content": "I am jan@an-example.com"},
            {"role": "assistant", "content": "Hello Jan."},
        ]
    }
    shown = json.loads(run("check", chat(tmp_path, said(1), mail), "--json").output)
    assert set(shown["findings"][0]) == {"id", "severity", "line", "unit", "field", "message", "evidence", "fix"}
    assert [(one["id"], one["line"], one["field"]) for one in shown["findings"]] == [
        ("email", 2, "messages[0].content")
    ]
    assert "jan@an-example.com" not in json.dumps(shown)
    assert shown["counts"] == {"email": 1}
    assert shown["profile"]["rows"] == 2
    assert {"read", "tokens", "checks"} <= set(shown["seconds"])
    assert [one["checks"] for one in shown["not_checked"]][-1] == ["leak-exact", "leak-near"]


def test_leaks_into_the_validation_file_are_found(tmp_path):
    train = chat(tmp_path, *map(said, range(12)))
    held = chat(tmp_path, said(3), said(99), name="valid.jsonl")
    shown = json.loads(run("check", train, "--validation", held, "--json").output)
    assert [(one["id"], one["line"]) for one in shown["findings"]] == [("leak-exact", 1)]
    assert (shown["profile"]["leaked"], shown["profile"]["validation_rows"]) == (1, 2)


def test_the_limit_says_how_many_are_left(tmp_path):
    result = run("check", chat(tmp_path, said(1), *["{"] * 8), "--limit", 3)
    assert result.output.count("    line ") == 3
    assert "and 5 more; --limit shows more" in result.output


def test_what_repeats_is_one_group_with_a_count_and_every_kind_has_its_turn(tmp_path):
    rows = [said(n) | {"note": "x"} for n in range(40)]
    result = run("check", chat(tmp_path, *rows, said(99), "{"), "--platform", "openai", "--limit", 5)
    assert result.output.count("Take the key out if nothing needs it") == 1
    assert "  40 times: The key" in result.output
    assert re.findall(r"^ +line (\d+)", result.output, re.MULTILINE) == ["42", "1", "2", "3"]
    assert "    and 37 more; --limit shows more" in result.output


@pytest.mark.parametrize(
    ("sizes", "limit", "shown"),
    [([1, 9, 2], 0, [0, 0, 0]), ([1, 9, 2], 2, [1, 1, 0]), ([1, 9, 2], 6, [1, 3, 2]), ([1, 9, 2], 99, [1, 9, 2])],
)
def test_a_limit_is_shared_so_that_no_kind_hides_another(sizes, limit, shown):
    assert shared_out(sizes, limit) == shown


@pytest.mark.parametrize(
    ("rows", "first"),
    [
        (("{",), "1 error in 1 row: fix it before training."),
        ((said(1), "{", "{"), "2 errors in 3 rows: fix them before training."),
        ((said(1), said(1), "{"), "1 error and 1 warning in 3 rows: fix the error before training."),
        ((said(1), said(1)), "Nothing in 2 rows would stop training; look at 1 warning first."),
    ],
)
def test_the_first_sentence_says_whether_to_train_and_the_last_why_the_status_is_1(tmp_path, rows, first):
    result = run("check", chat(tmp_path, *rows))
    assert result.output.startswith(f"train.jsonl: {first}\n")
    assert ("exit status is 1" in result.output.splitlines()[-1]) == (result.exit_code == 1) == ("error" in first)


def test_of_what_is_no_training_data_nothing_is_said_but_what_it_is(tmp_path):
    page = tmp_path / "rows.jsonl"
    page.write_text("<!DOCTYPE html>\n<html><body>Not found</body></html>\n", "utf-8")
    result = run("check", page)
    assert result.exit_code == 1
    assert result.output.startswith("rows.jsonl: This is no training data but an HTML page")
    assert "0 rows" not in result.output
    assert "Not checked" not in result.output


def test_several_files_are_checked_one_after_another(tmp_path):
    one, other = chat(tmp_path, said(1)), chat(tmp_path, "{", name="other.jsonl")
    shown = json.loads(run("check", one, other, "--json").output)
    assert [entry["file"] for entry in shown] == ["train.jsonl", "other.jsonl"]
    assert run("check", one, other).exit_code == 1


def test_classic_counts_as_the_notebook_does(tmp_path):
    shown = json.loads(run("check", chat(tmp_path, *map(said, range(5))), "--classic", "--json").output)
    assert (shown["examples"], shown["epochs"], shown["stopped"]) == (5, 20, None)
    assert sum(shown["counters"].values()) == 0
    told = run("check", chat(tmp_path, *map(said, range(5))), "--classic").output
    assert "20 epochs by the notebook's rule, an estimate" in told


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--platform", "nowhere"], ["nowhere", "openai"]),
        (["--method", "magic"], ["--method", "sft"]),
        (["--format", "nothing"], ["--format", "alpaca"]),
        (["--encoding", "p50k"], ["--encoding", "o200k_base"]),
        (["--lang", "xx"], ["--lang"]),
    ],
)
def test_what_there_is_not_is_refused_with_what_there_is(tmp_path, arguments, words):
    result = run("check", chat(tmp_path, said(1)), *arguments)
    assert result.exit_code == 2
    assert all(word in result.stderr for word in words)


@pytest.mark.parametrize(
    ("option", "value"),
    [("--validation", "held.jsonl"), ("--platform", "azure"), ("--method", "sft"), ("--format", "alpaca"),
     ("--encoding", "o200k_base"), ("--limit", 20)],
)  # fmt: skip
def test_an_option_that_the_notebook_has_no_use_for_is_refused_beside_it(tmp_path, option, value):
    result = run("check", chat(tmp_path, said(1)), "--classic", option, value)
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"has no use for {option}." in result.stderr


def test_the_most_tokens_of_an_example_are_refused_without_the_notebook(tmp_path):
    file = chat(tmp_path, said(1))
    result = run("check", file, "--example-tokens", 100)
    assert result.exit_code == 2
    assert "--example-tokens is for --classic only" in result.stderr
    assert run("check", file, "--classic", "--example-tokens", 100).exit_code == 0


def test_a_file_that_is_none_is_refused(tmp_path):
    missing = run("check", tmp_path / "none.jsonl")
    assert missing.exit_code == 2
    assert "none.jsonl: There is no such file. Look at how it is spelled" in missing.stderr
    assert "This is a folder. Name the file" in run("check", tmp_path).stderr
    empty = tmp_path / "empty.jsonl"
    empty.write_bytes(b"")
    result = run("check", empty)
    assert result.exit_code == 2
    assert "empty.jsonl" in result.stderr
    assert "Traceback" not in result.stderr


def test_findings_are_told_in_dutch(tmp_path):
    result = run("check", chat(tmp_path, said(1), said(1)), "--lang", "nl")
    assert "waarschuwing" in result.output
    assert "Duplicate" not in result.output


def test_a_profile_says_what_a_file_holds(tmp_path):
    file = chat(tmp_path, *map(said, range(30)))
    shown = json.loads(run("profile", file, "--json").output)
    assert (shown["format"], shown["rows"], shown["answered"], shown["exact"]) == ("openai_chat", 30, 30, True)
    assert shown["answer_tokens"]["total"] > 0
    assert shown["readiness"]["headline"].startswith("Almost ready: ")
    assert any(one["usd"] and one["sources"] for one in shown["training"]["runs"])
    told = run("profile", file).output
    assert told.startswith("train.jsonl: Almost ready: ")
    assert "measured answer: How many good examples" in told
    assert "What one training run would cost on " in told
    assert "Databricks Foundation Model Fine-tuning takes no jobs since August 14, 2026" in told
    assert "Rows with an answer" in told
    assert "exact, with an estimate of what a chat adds" in told


def test_a_profile_names_what_it_found_and_the_script_in_words(tmp_path):
    mail = {"messages": [{"role": "user", "content": "Who?"}, {"role": "assistant", "content": "ann@an-example.org"}]}
    file = chat(tmp_path, said(1), mail)
    told = run("profile", file).output
    assert "Finds: e-mail address " in told
    assert "Private data: e-mail address (1). A tuned model can repeat it to anyone." in told
    assert "Script of the answers: Latin" in told
    dutch = run("profile", file, "--lang", "nl").output
    assert "Bevindingen: e-mailadres " in dutch
    assert not re.search(r"\d\.\d\b", dutch[dutch.index("Tokens (") : dutch.index("Langer dan")]), "a decimal comma"


def test_labels_that_name_people_are_masked(tmp_path):
    rows = [
        {"text": f"Who wrote letter {n}?", "label": ("ann@an-example.org", "ben@an-example.org")[n % 2]}
        for n in range(30)
    ]
    file = chat(tmp_path, *rows)
    for told in (run("profile", file).output, run("profile", file, "--json").output):
        assert "30" in told
        assert "@an-example.org" not in told
