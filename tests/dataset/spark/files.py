"""Training files for both engines, and what a check of them comes to."""

from __future__ import annotations

import json
import random

from advisor.content.load import load
from advisor.dataset.check_json import check_dict
from advisor.dataset.inspection.inspect import Inspection
from advisor.language import language
from benchmarks.chats import DEFECTS, rows


def chats(size: int, seed: int = 1) -> list[bytes]:
    """Rows of chats, half of them spoilt, in which every third text has signs of several bytes."""
    rng = random.Random(seed)
    spoil = list(DEFECTS.values())
    lines = []
    for at, (line, check) in enumerate(rows(size, seed=seed)):
        row = None if check else json.loads(line)
        if row and at % 3 == 0:
            row["messages"][0]["content"] = "東京 😀 é " * 40
        lines.append((rng.choice(spoil)(row) if row and at % 2 else line).encode())
    return lines


def shown(found: Inspection) -> str:
    """The check as JSON, without the times."""
    said = check_dict(found, load(), language("en"))
    del said["seconds"]
    return json.dumps(said)
