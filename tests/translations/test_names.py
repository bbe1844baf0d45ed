"""One name for one thing: no text that a user reads calls an option by another name than its own."""

from __future__ import annotations

import re

import pytest

from advisor.content.load import load
from advisor.language import LANGUAGES, language
from advisor.translations import messages
from advisor.wording import labels, method_name
from tests.translations.known import known_messages

CONTENT = load()
TERMS = {option.id: option.term for option in CONTENT.options if option.term}
ALIASES = {
    "en": r"few-shot|(?-i:\b(SFT|DPO|RFT|RAG|Distil)\b)|(supervised|reinforcement) tuning|reinforcement run\b"
    r"|continue a tune|direct preference optimi[sz]ation",
    "nl": r"few-shot|(?-i:\b(SFT|DPO|RFT|RAG)\b)|supervised (fine-)?(tunen|tuning)|reinforcement[ -](fine-)?tuning"
    r"|preference-tuning|voorkeurstraining",
}
"""What an option is also called in the field or was called here once."""
INTRODUCED = re.compile(r"\((few-shot|SFT|DPO|RFT|RAG|RAG with SFT|RAG met SFT)\)")
"""The field's term may stand in brackets behind the name."""


def texts(code: str) -> list[tuple[str, str]]:
    """Every text that a user can meet in this language, with where it stands; the names of publications are no texts
    of ours.
    """
    if code == "en":
        found = known_messages().values()
        return [(entry.where, text) for entry in found for text in (entry.text, entry.plural or "")]
    return [(entry.where, form) for entry in messages.translations(code) for form in entry.forms]


def is_term(text: str, code: str) -> bool:
    """Whether this is the field's term itself, which is shown in brackets or as the name of a file's method."""
    lang = language(code)
    return text in {lang(term) for term in TERMS.values()}


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_text_calls_an_option_by_another_name(code: str) -> None:
    banned = re.compile(ALIASES[code], re.IGNORECASE)
    found = [
        f"{where}: {text}"
        for where, text in texts(code)
        if banned.search(INTRODUCED.sub("", text)) and not is_term(text, code)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_method_of_a_route_is_called_as_the_option_that_uses_it(code: str) -> None:
    lang = language(code)
    for method in ("sft", "dpo", "rft", "encoder", "continue"):
        assert method_name(method, lang) == labels.in_sentence(labels.option_name(method, CONTENT, lang))


@pytest.mark.parametrize("code", LANGUAGES)
def test_an_assumption_about_an_option_bears_its_name(code: str) -> None:
    lang = language(code)
    for option in CONTENT.options:
        assert lang(CONTENT.assumption(f"{option.id}_days").text).endswith(f": {lang(option.name)}")


def test_the_fields_term_stands_in_brackets_where_an_option_is_introduced() -> None:
    lang = language("en")
    assert labels.option_with_term("few_shot", CONTENT, lang) == "Examples in the prompt (few-shot)"
    assert labels.option_with_term("distill", CONTENT, lang) == "Distillation to a small model"
    assert labels.option_name("few_shot", CONTENT, lang) == "Examples in the prompt"


def test_no_two_options_share_a_name() -> None:
    for code in LANGUAGES:
        names = [labels.option_name(option.id, CONTENT, language(code)) for option in CONTENT.options]
        assert len(set(names)) == len(names)
