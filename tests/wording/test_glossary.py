"""Words that are explained where they stand."""

from __future__ import annotations

import re
from functools import cache

import pytest

from advisor.content.entries import Term
from advisor.content.load import load
from advisor.language import LANGUAGES, language
from advisor.translations import messages
from advisor.wording import glossary

CONTENT = load()
EN = language("en")
EXPLAINED = [term for term in CONTENT.terms if term.words]
WANTED = (
    "deciban", "odds", "held-up", "median", "logarithmic-axis", "encoder", "learning-rate", "percentile", "p95", "lora",
    "epoch", "embedding", "token", "distillation",
)  # fmt: skip


@cache
def every_text() -> list[str]:
    """Every text but those of the glossary itself."""
    others = messages.content_messages(CONTENT.model_copy(update={"terms": ()}))
    found = (*others, *messages.code_messages())
    return [text for entry in found for text in (entry.text, entry.plural) if text]


@cache
def all_texts(code: str) -> str:
    return "\n".join(map(language(code), every_text()))


def ids(text: str, code: str = "en") -> list[str]:
    return [term.id for *_, term in glossary.found(text, CONTENT, language(code))]


@pytest.mark.parametrize("name", WANTED)
def test_what_readers_asked_about_is_explained_in_place(name: str) -> None:
    assert name in {term.id for term in EXPLAINED}


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("term", EXPLAINED, ids=lambda term: term.id)
def test_each_word_to_be_explained_stands_in_some_text(term: Term, code: str) -> None:
    """A word that no text has would be explained nowhere: the form is wrong, or the texts use another word."""
    assert any(
        re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", all_texts(code), re.IGNORECASE)
        for word in glossary.words(term, language(code))
    )


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_word_leads_to_two_terms(code: str) -> None:
    words = [word.casefold() for term in EXPLAINED for word in glossary.words(term, language(code))]
    assert sorted(words) == sorted(set(words))


def test_words_are_found_whole_and_in_any_case() -> None:
    text = "Medians, in decibans; odds of a scenario"
    assert ids(text) == ["median", "deciban", "odds", "scenario"]
    assert [text[begin:end] for begin, end, _ in glossary.found(text, CONTENT, EN)] == [
        "Medians",
        "decibans",
        "odds",
        "scenario",
    ]
    assert ids("lora-sft, tokenizer, Goddess") == []
    assert ids("QLoRA and LoRA") == ["qlora", "lora"]
    assert ids("de mediaan, in deciban", "nl") == ["median", "deciban"]
