"""Everything that is wrong with a file as a whole: each check of files is asked in turn."""

from __future__ import annotations

from collections.abc import Iterator

from advisor.dataset.checks import balance, limits, preference, reading, structure
from advisor.dataset.checks.registry import CHECKS
from advisor.dataset.checks.subject import File, FileFacts
from advisor.dataset.platforms import Platform
from advisor.dataset.row import Fault

GROUPS = (reading, structure, preference, limits, balance)
"""The modules that register checks of files."""


def check_file(facts: FileFacts, platform: Platform | None = None, method: str | None = None) -> Iterator[Fault]:
    """What is wrong with the file. Without a platform only what holds everywhere."""
    file = File(facts, platform, method)
    for check in CHECKS.files:
        yield from check.look(file)
