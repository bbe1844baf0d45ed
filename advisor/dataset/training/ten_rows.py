"""The tutorial's rows and trainings: ten rows to train on, ten to watch with, and two made-up curves."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from advisor.content.load import CONTENT_DIR
from advisor.dataset.files.source import open_source
from advisor.dataset.files.writers import json_lines
from advisor.dataset.inspection.inspect import inspect
from advisor.dataset.training import loss_curves

FOLDER = CONTENT_DIR / "kits" / "tutorial"
PARTS = ("train", "validation")
CURVES = ("good", "overfitted")
"""The made-up trainings, by what they show."""


@cache
def rows(part: str, code: str) -> tuple[Mapping[str, Any], ...]:
    """The rows of a part in a language."""
    lines = (FOLDER / f"{part}.{code}.jsonl").read_text("utf-8").splitlines()
    return tuple(json.loads(line) for line in lines)


def marked(part: str, code: str) -> bytes:
    """A part as a file that begins with a byte-order mark, as Azure asks for."""
    return json_lines(rows(part, code), mark=True)


def tokens(code: str) -> int:
    """Tokens of the rows to train on; 0 where they cannot be counted."""
    found = inspect(open_source(json_lines(rows("train", code)), "train.jsonl")).profile.tokens
    return found.total if found else 0


@cache
def curve(name: str) -> list[loss_curves.Point]:
    """A made-up training, in the form of Azure's results.csv."""
    return loss_curves.points((FOLDER / f"{name}.csv").read_text("utf-8").splitlines())
