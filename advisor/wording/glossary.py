"""Where words of the glossary stand in a text, so that they can be explained there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from advisor.content.entries import Term
from advisor.content.load import Content
from advisor.language import Language


def words(term: Term, lang: Language) -> list[str]:
    """The words at which the term is explained, in the reader's language; none for one that only the glossary has."""
    return [word for word in lang(term.words).split(", ") if word] if term.words else []


def found(text: str, content: Content, lang: Language) -> Iterator[tuple[int, int, Term]]:
    """Begin, end and term of each word of the text that is to be explained, from left to right."""
    forms = _forms(content, lang)
    for match in _pattern(content, lang).finditer(text):
        yield match.start(), match.end(), forms[match[0].casefold()]


@lru_cache(maxsize=8)
def _forms(content: Content, lang: Language) -> dict[str, Term]:
    return {word.casefold(): term for term in content.terms for word in words(term, lang)}


@lru_cache(maxsize=8)
def _pattern(content: Content, lang: Language) -> re.Pattern[str]:
    """Whole words, the longest first; what stands in a longer word or in a name such as `lora-sft` is none."""
    longest = sorted(_forms(content, lang), key=len, reverse=True)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, longest))})(?![\w-])", re.IGNORECASE)
