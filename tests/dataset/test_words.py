"""What is said of a check is said in one place, and alike on the screen and in the terminal."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import advisor
from advisor.content.load import load
from advisor.dataset import words
from advisor.language import language


@pytest.mark.parametrize("code", ["en", "nl"])
def test_a_name_differs_with_its_place_in_a_sentence_by_its_capital_alone(code: str) -> None:
    lang = language(code)
    for severity in words.SEVERITIES:
        assert words.severity_name(severity, lang, capital=True) == words.severity_name(severity, lang).capitalize()
    for state in ("ok", "look", "stop"):
        assert words.state_name(state, lang, capital=True) == words.state_name(state, lang).capitalize()


def test_the_worst_is_told_first_and_then_the_most_frequent() -> None:
    counts = {"html": 90, "echo": 2, "cut-off": 2, "repetition": 3, "no-user": 1}
    assert [check for check, _ in words.ranked(counts, load())] == ["no-user", "repetition", "cut-off", "echo", "html"]


def test_nobody_else_says_how_bad_a_finding_is_or_where_it_stands() -> None:
    package = Path(advisor.__file__).parent
    own = {"remark", "Remark", "fix first", "Fix first", "{place} of the validation file", "Ready to train on"}
    said = {
        module.relative_to(package).as_posix()
        for module in package.rglob("*.py")
        for node in ast.walk(ast.parse(module.read_text("utf-8")))
        if isinstance(node, ast.Constant) and node.value in own
    }
    assert said == {"dataset/words.py"}
