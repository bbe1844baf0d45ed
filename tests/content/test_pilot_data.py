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


def rows(name: str, part: str) -> list[list[dict[str, str]]]:
    """The turns of each row: instruction, text, label."""
    return [json.loads(line)["messages"] for line in file(name, part).read_text("utf-8").splitlines()]


def checked(name: str, examples: bytes | Path) -> Inspection:
    held_out = open_source(file(name, "held-out"))
    source = open_source(examples, "rows.jsonl") if isinstance(examples, bytes) else open_source(examples)
    return inspect(source, validation=held_out)


@pytest.mark.parametrize("name", LABELS)
def test_the_projects_own_check_finds_nothing_in_a_prepared_set(name: str) -> None:
    found = checked(name, file(name, "examples"))
    assert found.recognition.format == "openai_chat"
    assert not found.counts


def test_it_would_find_a_held_out_row_that_stands_among_the_examples_but_for_a_word() -> None:
    turns = rows("sentiment", "held-out")[0]
    turns[1]["content"] = turns[1]["content"].replace(" the ", " this ", 1)
    leak = json.dumps({"messages": turns}).encode() + b"\n"
    assert "leak-near" in checked("sentiment", file("sentiment", "examples").read_bytes() + leak).counts


@pytest.mark.parametrize(("name", "labels"), LABELS.items())
def test_each_label_has_a_fair_share_of_both_parts_and_the_instruction_is_the_same(name: str, labels: int) -> None:
    asked = set()
    for part, least in (("examples", 200), ("held-out", 95)):
        instructions, texts, right = zip(*rows(name, part), strict=True)
        asked |= {turn["content"] for turn in instructions}
        counts = Counter(turn["content"] for turn in right)
        assert len(counts) == labels
        assert len({turn["content"] for turn in texts}) == counts.total() >= least
        assert max(counts.values()) - min(counts.values()) <= 1
    assert len(asked) == 1
