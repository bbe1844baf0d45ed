"""Adding a platform takes its content alone: what it says is honoured by checks, offered by the command line."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from advisor.content.load import Content, load
from advisor.dataset.files.source import open_source
from advisor.dataset.inspection.inspect import Inspection, inspect
from advisor.dataset.platforms import platforms
from advisor.home import CONTENT_DIR, PACKAGE
from tests.dataset.checks.rows import chat, edited

LIMITS = """
- id: acme
  name: Acme Tuning
  methods: [sft]
  roles: [system, user, assistant]
  formats: [openai_chat, prompt_completion]
  containers: [jsonl]
  byte_order_mark: refused
  columns:
    openai_chat: [messages]
  alternating: true
  strict_keys: true
  over_length: refused
  reserved: ["ACME:"]
  minimum_rows: acme.minimum-examples
  example_tokens: acme.example-tokens
  file_size: acme.file-size
"""
FACT = """
- id: acme.{name}
  platform: acme
  field: {name}
  value: {value}
  unit: {unit}
  source: https://acme.example/tuning
  seen: "2026-11-28"
  confidence: official
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The content with a platform more, and the facts that its figures come from."""
    home = tmp_path_factory.mktemp("acme")
    folder = home / "content"
    shutil.copytree(CONTENT_DIR, folder)
    with (folder / "platforms.yaml").open("a", encoding="utf-8") as file:
        file.write(LIMITS)
    figures = (("minimum-examples", 5, "examples"), ("example-tokens", 60, "tokens"), ("file-size", 1, "MB"))
    facts = "".join(FACT.format(name=name, value=value, unit=unit) for name, value, unit in figures)
    (folder / "facts" / "dated" / "acme.yaml").write_text(facts, "utf-8")
    return folder


@pytest.fixture(scope="module")
def content(folder: Path) -> Content:
    return load(folder)


TWICE = {"messages": [*chat()["messages"][:2], *chat()["messages"][1:]]}
"""The user speaks twice in a row."""
ROWS = [chat(user=f"Which day comes after day {n} of the week?", assistant=f"Day {n + 1}.") for n in range(8)]


def inspected(rows: list[dict[str, Any]], content: Content, start: bytes = b"", **more: Any) -> Inspection:
    data = start + "\n".join(map(json.dumps, rows)).encode()
    return inspect(open_source(data, "train.jsonl"), platform="acme", content=content, **more)


def test_a_file_that_keeps_its_rules_is_sound(content: Content) -> None:
    assert platforms(content)[-1] == "acme"
    assert not inspected(ROWS, content).counts


@pytest.mark.parametrize(
    ("check", "row"),
    [
        ("example-not-taken", chat(assistant=f"Day {', '.join(map(str, range(80)))}.")),
        ("reserved-word", chat(user="ACME: which day comes after Monday?")),
        ("role-not-allowed", edited("messages.0.role", "developer")),
        ("turns-not-alternating", TWICE),
        ("column-not-read", chat() | {"id": 7}),
        ("unknown-key", edited("messages.2.mood", "glad")),
    ],
)
def test_what_it_refuses_in_a_row_is_found(check: str, row: dict[str, Any], content: Content) -> None:
    found = inspected([*ROWS, row], content)
    assert [(finding.check, finding.line) for finding in found.findings] == [(check, 9)]
    assert "Acme Tuning" in str(found.findings[0].values) or check == "unknown-key"


def test_what_it_refuses_of_a_file_is_found(content: Content) -> None:
    assert inspected(ROWS[:4], content).counts == {"too-few-rows": 1}
    assert inspected(ROWS, content, b"\xef\xbb\xbf").counts == {"byte-order-mark-refused": 1}
    assert inspected(ROWS, content, method="dpo").counts["method-not-offered"] == 1
    texts = [{"text": f"Day {n}."} for n in range(8)]
    assert inspected(texts, content, form="trl_text").counts == {"format-not-read": 1}
    table = b"prompt,completion\n" + b"".join(b"Day %d?,Day %d.\n" % (n, n + 1) for n in range(8))
    found = inspect(open_source(table, "train.csv"), platform="acme", content=content)
    assert found.counts == {"container-not-read": 1}


def test_the_command_line_offers_it(folder: Path, tmp_path: Path) -> None:
    home = folder.parent
    shutil.copytree(PACKAGE, home / "advisor", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "train.jsonl").write_text("\n".join(map(json.dumps, ROWS[:4])), "utf-8")

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "advisor", *arguments],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(home)},
            capture_output=True,
            text=True,
            check=False,
        )

    told = json.loads(run("check", "train.jsonl", "--platform", "acme", "--json").stdout)
    assert told["platform"] == "acme"
    assert [finding["message"] for finding in told["findings"]] == [
        "The file has 4 rows; Acme Tuning needs at least 5."
    ]
    refused = run("check", "train.jsonl", "--platform", "nobody")
    assert refused.returncode == 2
    assert "acme" in refused.stderr
    written = run("repair", "train.jsonl", "repaired.jsonl", "--platform", "acme")
    assert written.returncode == 0, written.stderr
