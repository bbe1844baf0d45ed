"""What the scripts of a kit say, in the reader's language: they call `say("…")`, and words.json translates."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from advisor.kits.evaluation import SCRIPTS
from advisor.kits.kit import Row
from advisor.language import Language

SAY = "say"
"""The function of words.py that translates."""


def messages_in(source: str) -> Iterator[str]:
    """The texts that a script says, in English, as they stand in it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == SAY:
            yield from (part.value for part in _choices(node.args[0]) if isinstance(part.value, str))


def _choices(argument: ast.expr) -> Iterator[ast.Constant]:
    """The texts that an argument can be: a literal, or one of two by a condition."""
    match argument:
        case ast.Constant():
            yield argument
        case ast.IfExp(body=one, orelse=other):
            yield from (*_choices(one), *_choices(other))


def script_words(names: Iterable[str], lang: Language) -> Row:
    """What words.json holds for scripts of these names; empty where they speak the reader's language already."""
    texts = {text: lang(text) for name in names for text in messages_in((SCRIPTS / name).read_text("utf-8"))}
    translated = {english: text for english, text in sorted(texts.items()) if text != english}
    return {"decimal": lang.number(0.5).strip("05"), "texts": translated} if translated else {}
