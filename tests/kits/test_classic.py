"""The kit of the notebook's checks: its script counts what the notebook counts, and `advisor check --classic`."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from advisor.dataset import Unusable, open_source
from advisor.dataset.notebook import COUNTERS, classic
from advisor.dataset.tokens.exact import encoder
from tests.kits.unpacked import kit_bytes, unpack
from tests.kits.unpacked import run as run_script

ROLES = {"s": "system", "u": "user", "a": "assistant"}


def conversation(roles: str, sizes: list[int]) -> dict[str, Any]:
    """Messages of so many tokens."""
    pairs = zip(roles, sizes, strict=True)
    return {"messages": [{"role": ROLES[role], "content": " ".join(["hello"] * n)} for role, n in pairs]}


TOY = [
    conversation("ua", [11, 4]),
    conversation("sa", [8, 9]),
    conversation("sua", [10, 10, 10]),
    conversation("suauauaua", [10, 10, 7, 8, 7, 8, 7, 8, 7]),
    conversation("sua", [9, 8, 8_000]),
]
"""Five conversations with the figures that are published of the notebook's toy file."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return unpack(kit_bytes("classic", task="agent"), tmp_path)


def run(folder: Path, rows: list[Any], *arguments: str) -> Any:
    assert encoder("cl100k_base") is not None  # which unpacks the vocabulary and points tiktoken to it
    (folder / "mine.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    where = os.environ["TIKTOKEN_CACHE_DIR"]
    return run_script(folder, "notebook_checks.py", "mine.jsonl", *arguments, TIKTOKEN_CACHE_DIR=where)


@pytest.mark.parametrize(
    ("limit", "too_long", "billable", "charged"), [(4_096, 1, 4_306, 86_120), (16_385, 0, 8_242, 164_840)]
)
def test_the_published_figures_of_the_toy_file(
    folder: Path, limit: int, too_long: int, billable: int, charged: int
) -> None:
    done = run(folder, TOY, "--limit", str(limit))
    assert done.returncode == 0, done.stderr
    said = done.stdout.splitlines()
    assert said[:-1] == [
        "Examples: 5",
        "No errors found",
        "Examples without a system message: 1",
        "Examples without a user message: 1",
        "Messages per example: 2 to 9, mean 3.8, median 3.0, p10 2.0, p90 6.6",
        "Tokens per example: 26 to 8032, mean 1648.4, median 45.0, p10 26.8, p90 4863.6",
        "Tokens of the assistant per example: 4 to 8000, mean 1610.2, median 10.0, p10 6.0, p90 4811.2",
        f"Examples longer than {limit} tokens, which would be cut: {too_long}",
        f"Tokens billed for one pass: {billable}",
        "Passes, by the notebook's rule: 20",
        f"Tokens billed in all: {charged}",
    ]


ANSWER = {"role": "assistant", "content": "a"}
ODD = [
    {"messages": [ANSWER]},
    {"messages": [{"role": "user", "content": "", "name": "x"}, ANSWER]},
    {"messages": [{"role": "user", "content": "b", "tool_calls": "c"}, ANSWER]},
    {"messages": [{"role": "tool", "content": "d"}, ANSWER]},
    {"messages": [{"role": "user", "content": "e"}]},
]


def test_it_counts_errors_and_tokens_as_the_advisor_does(folder: Path) -> None:
    done = run(folder, ODD)
    assert done.returncode == 0, done.stderr
    source = open_source("\n".join(map(json.dumps, ODD)).encode(), "rows.jsonl")
    ours = classic(row for batch in source.batches() for row in batch.rows)
    found = {name: int(n) for name, n in re.findall(r"^  (\w+): (\d+)$", done.stdout, re.MULTILINE)}
    assert {name: found.get(name, 0) for name in COUNTERS} == ours.counters
    assert f"Tokens billed in all: {ours.charged}\n" in done.stdout


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([ANSWER], "statistics, at line 1: KeyError('messages')"),
        ([*TOY[:1], {"messages": [{"role": "user", "content": "<|endoftext|>"}, ANSWER]}], "statistics, at line 2"),
        ([*TOY[:1], {"messages": [{"role": "assistant", "content": None}]}], "statistics, at line 2"),
    ],
)
def test_it_stops_where_the_notebook_stops_and_says_so(folder: Path, rows: list[Any], said: str) -> None:
    done = run(folder, rows)
    assert done.returncode == 1
    assert "Examples: " in done.stdout
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_lines_that_are_no_json_and_a_file_without_any_stop_it(folder: Path) -> None:
    (folder / "mine.jsonl").write_text('{"messages": []}\n{"a": ', "utf-8")
    assert "line 2 is no JSON" in run_script(folder, "notebook_checks.py", "mine.jsonl").stderr
    (folder / "mine.jsonl").write_text("", "utf-8")
    assert "there is none" in run_script(folder, "notebook_checks.py", "mine.jsonl").stderr


def test_the_sample_rows_pass_and_what_no_longer_holds_is_told_in_both_languages(tmp_path: Path) -> None:
    assert encoder("cl100k_base") is not None
    for code, clean, holds in (
        ("en", "No errors found", "No longer holds:"),
        ("nl", "Geen fouten", "Geldt niet meer:"),
    ):
        made = unpack(kit_bytes("classic", code=code, task="dialogue"), tmp_path / code)
        done = run_script(made, "notebook_checks.py", TIKTOKEN_CACHE_DIR=os.environ["TIKTOKEN_CACHE_DIR"])
        assert done.returncode == 0, done.stderr
        assert clean in done.stdout
        assert (made / "README.md").read_text("utf-8").count(holds) == 3


def test_it_holds_no_evaluation_and_takes_no_file(folder: Path) -> None:
    assert not (folder / "evaluation").exists()
    assert "openai" not in (folder / "requirements.txt").read_text("utf-8")
    with pytest.raises(Unusable, match="reads any file"):
        kit_bytes("classic", data=b'{"messages": []}')
