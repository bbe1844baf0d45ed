"""Each of the 20 rows of the lesson's reading list is shown by tests that there are: `make lesson` runs them.

`python -m tests.test_lesson_rows` prints them, for pytest; those that need packages of their own are left to
`make test-kits`.
"""

from __future__ import annotations

import ast
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from advisor.content.load import load

ROOT = Path(__file__).resolve().parent.parent
ROWS: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "tests" / "lesson_rows.yaml").read_text("utf-8"))
APART = "tests/kits/environments/"
"""Tests there need packages that the advisor has not."""


@cache
def names_in(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def test_every_row_of_the_lesson_has_a_page_and_tests_that_show_it() -> None:
    rows = [resource for resource in load().resources if not resource.belongs_to]
    assert list(ROWS) == [resource.row for resource in rows]
    assert len(rows) == 20
    assert all(resource.does for resource in rows)


@pytest.mark.parametrize("row", ROWS)
def test_the_tests_that_are_named_are_there(row: str) -> None:
    assert ROWS[row]["shows"].endswith(".")
    for node in ROWS[row]["tests"]:
        file, _, name = node.partition("::")
        assert name in names_in(file), node


if __name__ == "__main__":
    sys.stdout.write(" ".join(node for row in ROWS.values() for node in row["tests"] if not node.startswith(APART)))
