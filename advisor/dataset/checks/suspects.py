"""Which of many texts are worth a look: one pass of RE2 over all of them, which rules out nearly all.

What is ruled out here is clean: neither `advisor.dataset.privacy.find` nor what `advisor.dataset.checks.text` looks for
in single texts would find anything. What is not may be clean all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple

import re2

from advisor.content.load import load
from advisor.dataset.checks.text import CONTROL, ENTITY, FILLERS, GARBLED, SEPARATOR, THOUGHTS
from advisor.dataset.privacy.find import FLAG, matching


class Suspects(NamedTuple):
    """Places of texts that are worth a look: for what is private, and for all else."""

    private: list[int]
    spoilt: list[int]


def suspects(texts: Sequence[bytes]) -> Suspects:
    """The few of many texts, in UTF-8, in which something may be found."""
    either, private, spoilt = _patterns()
    found = Suspects([], [])
    for place in matching(texts, either):
        if private.search(texts[place]):
            found.private.append(place)
        if spoilt.search(texts[place]):
            found.spoilt.append(place)
    return found


@cache
def _patterns() -> tuple[Any, Any, Any]:
    """What finds either, what is private, and what is spoilt."""
    content = load()
    phrases = (
        *FILLERS,
        *_all("placeholder"),
        *_all("template-token"),
        *_all("doubled-start"),
        *(mark for marks in THOUGHTS for mark in marks),
        "\\n",
        *(phrase.replace("'", "\0") for phrase in _all("refusal-as-target")),
    )
    literal = "|".join(_escaped(phrase) for phrase in phrases)
    tags = "|".join(sorted(content.check("html").phrases["any"]))
    signs = "|".join(one.pattern for one in (CONTROL, SEPARATOR, GARBLED))
    spoilt = f"(?i:{literal}|</?(?:{tags})[\\s/>]|{ENTITY.pattern})|\\{{\\{{|\\x00|{signs}"
    either, private, spoilt = (re2.compile(one.encode()) for one in (f"{spoilt}|{FLAG}", FLAG, spoilt))
    return either, private, spoilt


def _all(check: str) -> Iterable[str]:
    return (phrase for phrases in load().check(check).phrases.values() for phrase in phrases)


def _escaped(phrase: str) -> str:
    """A phrase for RE2; a NUL stands for an apostrophe, straight or curved."""
    return re.sub(r"[^A-Za-z0-9 ]", _sign, phrase)


def _sign(found: re.Match[str]) -> str:
    return r"['\x{2019}]" if found[0] == "\0" else f"\\x{{{ord(found[0]):x}}}"
