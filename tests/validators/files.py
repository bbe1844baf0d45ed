"""The files that the validators judge: those of the public reports, and the templates of several answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from advisor.content.load import load
from advisor.dataset.template.build import template_files
from advisor.interview.situation import Situation, situation
from advisor.language import language

FINDINGS = Path(__file__).parent.parent / "dataset" / "findings"
DATA = (".jsonl", ".json", ".csv", ".parquet")
ANSWERS: dict[str, Situation] = {
    "classification": situation(task="classification", label_count=8),
    "questions": situation(task="qa", refusal_share=30, citations="yes"),
    "tools": situation(task="agent", gap=["tools"]),
    "style": situation(task="assistant", gap=["style", "safety"], answer_kind="comparative"),
    "reasoning": situation(task="reasoning", answer_kind="checkable"),
}
"""Chosen so that every shape of rows is among their templates."""


def files() -> Iterator[tuple[str, bytes]]:
    """The name and the bytes of each, in one order."""
    for path in sorted(FINDINGS.iterdir()):
        if path.suffix in DATA:
            yield f"findings/{path.name}", path.read_bytes()
    content = load()
    for name, here in ANSWERS.items():
        for file, data in sorted(template_files(here, None, content, language("en")).items()):
            if file.startswith(("train/", "evaluation/")) and file.endswith(DATA) and "definitions_" not in file:
                yield f"template/{name}/{file}", data
