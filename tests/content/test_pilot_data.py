"""The prepared data sets of the pilot, held to what the project asks of everybody's: its own check finds nothing."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from advisor.content.load import CONTENT_DIR
from advisor.dataset import Inspection, inspect, open_source

FOLDER = CONTENT_DIR / "pilot"
LABELS = {"sentiment": 2, "support-intents": 16}
"""How many labels each set has."""


def file(name: str, part: str) -> Path:
    return FOLDER / f"{name}.{part}.jsonl"


def rows(name: str, part: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in file(name, part).read_text("utf-8").splitlines()]


def checked(name: str, examples: bytes | Path) -> Inspection:
    held_out = open_source(file(name, "held-out"))
    source = open_source(examples, "rows.jsonl") if isinstance(examples, bytes) else open_source(examples)
    return inspect(source, validation=held_out)


@pytest.mark.parametrize("name", LABELS)
def test_the_projects_own_check_finds_nothing_in_a_prepared_set(name: str) -> None:
    found = checked(name, file(name, "examples"))
    assert found.recognition.format == "text_label"
    assert not found.counts


def test_it_would_find_a_held_out_row_that_stands_among_the_examples_with_another_end() -> None:
    text = rows("sentiment", "held-out")[0]["text"].removesuffix(".") + "!"
    leak = json.dumps({"text": text, "label": "positive"}).encode() + b"\n"
    assert "leak-near" in checked("sentiment", file("sentiment", "examples").read_bytes() + leak).counts


@pytest.mark.parametrize(("name", "labels"), LABELS.items())
def test_each_label_has_a_fair_share_of_both_parts(name: str, labels: int) -> None:
    for part, least in (("examples", 200), ("held-out", 95)):
        counts = Counter(row["label"] for row in rows(name, part))
        assert len(counts) == labels
        assert counts.total() >= least
        assert max(counts.values()) - min(counts.values()) <= 1
