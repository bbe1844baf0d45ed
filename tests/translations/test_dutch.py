"""What can be checked of the Dutch without an ear for it: signs, numbers, capitals, and English that was left over."""

from __future__ import annotations

import re
from functools import cache

import pytest

from advisor.translations import messages
from advisor.translations.terms import template_texts
from tests.translations.known import known_messages

ENTRIES = tuple(messages.translations("nl"))

ENGLISH = ("the", "and", "with", "that", "this", "which", "from", "are", "your", "were", "been", "does", "than", "when")
"""Words that no Dutch sentence holds."""
LEFT_AS_THEY_ARE = ("from and value", "from en value", "not_")
"""Names of fields, which are English in every language."""
PROPER = re.compile(
    r"Amerikaans\w*|Arabisch|Chinees|Cookbook|Cyrillisch|Duits|Engels\w*|Frans|Fries|Grieks|Hebreeuws|Indisch|Japans|Koreaans|"
    r"Latijns|Microsofts|Nederlandse?|Papiaments|Pools|Roemeens|Staten|Thais|Verenigde"
)
"""Names of languages, countries and titles that have a capital in Dutch and not in the English message."""
ISO_DAY = re.compile(r"\b20\d\d-\d\d-\d\d\b")
LONG_DAY = re.compile(r"\b\d{1,2} [A-Za-z]{3,9} 20\d\d\b")
VERSION = re.compile(r"(?<=[A-Z])\w* \d\.\d\b|\b\d+\.\d+\.\d+\b|\b[A-Z]\w+ \d\.\d\b")
"""A model's or package's name holds its number as the maker writes it: Gemini 3.5, trl 1.16.0."""
NUMBER = re.compile(r"(?<![\w.,-])\d[\d.,]*\d|(?<![\w.,-])\d(?![\w.-])")


EXAMPLES = ("0.8,0.1,0.1", "1200..2500", "Python 3.11")
"""Numbers as a command or a file wants them, whatever the language."""


@cache
def pairs() -> tuple[tuple[str, str, str], ...]:
    """Place, English and Dutch of every form, the plural beside the plural."""
    made = []
    for entry in ENTRIES:
        known = known_messages().get(entry.text)
        english = (entry.text, (known and known.plural) or entry.text)
        made += [(entry.where, english[min(n, 1)], form) for n, form in enumerate(entry.forms)]
    return tuple(made)


def listed(found: list[tuple[str, str]]) -> str:
    return "\n".join(f"{where}: {text}" for where, text in found)


def test_spaces_are_single_and_none_stands_at_an_end() -> None:
    found = [(where, dutch) for where, _, dutch in pairs() if "  " in dutch or dutch != dutch.strip()]
    assert not found, listed(found)


@pytest.mark.parametrize(
    ("sign", "instead"),
    [
        (r"[“”]", "‘ and ’ around what is quoted"),
        (r"\w'\w", "’ as an apostrophe: scenario’s, zo’n"),
        (r"(\d|\}) %", "no space before %: 95%"),
        (r"(?<!;)(?<!gebruik) - | -- |—", "no dash: a colon, a comma or brackets"),
        (r"\$\d", "an amount in words or in the way of the program: 0,20 dollar, US$ 12"),
        (r"(?<!\])\.\.\.(?!,|\}|\])", "…"),
    ],
)
def test_signs_are_those_that_dutch_readers_use(sign: str, instead: str) -> None:
    found = [(where, dutch) for where, _, dutch in pairs() if re.search(sign, dutch)]
    assert not found, f"{instead}:\n{listed(found)}"


def test_no_english_is_left_over() -> None:
    words = re.compile(rf"(?<![\w-])(?:{'|'.join(ENGLISH)})(?![\w-])")
    found = []
    for where, english, dutch in pairs():
        bare = re.sub("|".join(map(re.escape, LEFT_AS_THEY_ARE)), "·", re.sub(r"\{\w*\}|`[^`]*`", "·", dutch))
        if words.search(bare) and dutch != english:
            found.append((where, dutch))
    assert not found, listed(found)


def test_a_message_of_several_words_differs_from_the_english() -> None:
    """What is the same in both languages is a name, or a word that Dutch has borrowed."""
    words = re.compile(rf"(?<![\w-])(?:{'|'.join(ENGLISH)}|of|a|an|for)(?![\w-])", re.IGNORECASE)
    found = [(where, dutch) for where, english, dutch in pairs() if english == dutch and words.search(english)]
    assert not found, listed(found)


def test_sentences_end_as_in_english() -> None:
    ends = ".?!:…"
    found = []
    for where, english, dutch in pairs():
        last, ours = english.rstrip("”\"’'")[-1:], dutch.rstrip("”\"’'")[-1:]
        if (last in ends or ours in ends) and last != ours:
            found.append((where, dutch))
    assert not found, listed(found)


def test_numbers_are_the_same_and_written_the_dutch_way() -> None:
    found = []
    for where, english, dutch in pairs():
        theirs = NUMBER.findall(VERSION.sub("·", LONG_DAY.sub("·", ISO_DAY.sub("·", english.replace("$", "")))))
        ours = NUMBER.findall(VERSION.sub("·", LONG_DAY.sub("·", ISO_DAY.sub("·", dutch))))
        as_dutch = [number.translate(str.maketrans(".,", ",.")) for number in theirs]
        if sorted(ours) != sorted(as_dutch) and not any(example in dutch for example in EXAMPLES):
            found.append((where, f"{ours} for {theirs}: {dutch}"))
    assert not found, listed(found)


def test_dates_are_written_out() -> None:
    found = [(where, dutch) for where, _, dutch in pairs() if ISO_DAY.search(dutch) and "zoals 2026-11-22" not in dutch]
    assert not found, listed(found)


def test_only_names_have_capitals_inside_a_sentence_or_heading() -> None:
    inside = re.compile(r"(?<=[a-zà-ü,;] )[A-Z][a-zà-ü]+")
    found = []
    for where, english, dutch in pairs():
        extra = [word for word in inside.findall(dutch) if word not in english and not PROPER.fullmatch(word)]
        found += [(where, f"{word}: {dutch}") for word in extra]
    assert not found, listed(found)


def test_a_count_has_two_forms_that_keep_the_count() -> None:
    lacking = []
    for entry in ENTRIES:
        known = known_messages().get(entry.text)
        if known and known.plural:
            if len(entry.forms) != 2:
                lacking.append((entry.where, entry.text))
            elif "{n}" in known.plural and "{n}" not in entry.forms[1]:
                lacking.append((entry.where, entry.forms[1]))
    assert not lacking, listed(lacking)


def test_placeholders_are_those_of_the_english() -> None:
    found = []
    for where, english, dutch in pairs():
        if messages.placeholders(english) | {"n"} != messages.placeholders(dutch) | {"n"}:
            found.append((where, dutch))
    assert not found, listed(found)


def test_the_sample_rows_are_clean_too() -> None:
    words = re.compile(r"(?<![\w-])(?:the|and|with|which|your)(?![\w-])")
    found = [
        (where, text)
        for where, text in template_texts("nl")
        if "  " in text or text != text.strip() or words.search(text) or re.search(r"\d %", text)
    ]
    assert not found, listed(found)
