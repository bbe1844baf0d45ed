"""What was asked of promptfoo, and the record of what it said."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from tests.kits.unpacked import kit_bytes, unpack

RECORD = Path(__file__).with_name("verdicts.json")
PILOTS = Path(__file__).with_name("pilots.json")
"""What it said of ways to ask that pilots hand on."""
HANDED_ON = ("evaluation/evaluation_set.jsonl",)
"""What decides beside it in what a pilot hands on."""
TASKS = ("classification", "agent")
"""A task with labels, and one with tools."""
READ = ("promptfooconfig.yaml", "promptfoo_case.py")
"""What is promptfoo's own in a kit. The rules of the score have tests of theirs."""


def unpacked(task: str, folder: Path) -> Path:
    return unpack(kit_bytes("prompting", task=task, refusal_share=20), folder)


def digest(folder: Path, more: Sequence[str] = ()) -> str:
    """Of what it reads there, and of what else decides."""
    return hashlib.sha256(b"".join((folder / name).read_bytes() for name in (*READ, *more))).hexdigest()
