"""One word for one thing: the terms that a translation keeps to, and what in it departs from them.

`content/locales/{lang}/terms.yaml` holds, for each concept, the term chosen, the English words that it stands for, and
forms to avoid with the reason. `python -m advisor.translations.terms nl` lists what departs; a test keeps that empty.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import Field, StringConstraints, TypeAdapter

from advisor.content.entries import Entry, Id, Named
from advisor.content.load import CONTENT_DIR, load_entries
from advisor.translations.messages import Translation, translations

FOLDER = CONTENT_DIR / "locales"

Words = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


class Avoided(Entry):
    """A form that must not stand in the translation."""

    form: Words
    """Matched as whole words, in capitals or not; `*` at either end stands for the rest of a word."""
    why: Words


class Exempt(Entry):
    """English messages that hold the English term and need not hold the one chosen."""

    messages: Annotated[tuple[Words, ...], Field(min_length=1)]
    """Each the beginning of a message."""
    why: Words


class WordChoice(Named):
    """A concept with the term chosen for it."""

    id: Id
    term: Words
    english: tuple[Words, ...] = ()
    """Where a message holds one of these words, in the singular or the plural, its translation holds the term."""
    forms: tuple[Words, ...] = ()
    """Inflected forms that count as the term, and other words that may stand in its place."""
    names: tuple[Words, ...] = ()
    """Names and phrases that are left alone, in English and in the translation."""
    avoid: tuple[Avoided, ...] = ()
    exempt: tuple[Exempt, ...] = ()


@dataclass(frozen=True, slots=True)
class Departure:
    """Where a translation departs from a choice, and how."""

    where: str
    choice: str
    text: str
    problem: str

    def __str__(self) -> str:
        return f"{self.where}: {self.choice}: {self.problem}: {self.text}"


def word_choices(code: str, folder: Path = FOLDER) -> tuple[WordChoice, ...]:
    """The choices of a language, in the order of the file. Raises `ContentError` with file, entry and field."""
    return load_entries(folder / code / "terms.yaml", WordChoice)


def departures(code: str) -> Iterator[Departure]:
    """All that a language holds against its choices, in its catalogues and in the texts of `content/templates/`."""
    choices = word_choices(code)
    entries = list(translations(code))
    texts = [(entry.where, form) for entry in entries for form in entry.forms] + list(template_texts(code))
    yield from avoided(choices, texts)
    yield from lacking(choices, entries)


def avoided(choices: Iterable[WordChoice], texts: Iterable[tuple[str, str]]) -> Iterator[Departure]:
    """Texts, each with its place, that hold a form to avoid."""
    told = list(texts)
    for choice in choices:
        for avoided_term in choice.avoid:
            form = _pattern(avoided_term.form)
            for where, text in told:
                if form.search(_bare(text, choice)):
                    yield Departure(where, choice.id, text, f'not "{avoided_term.form}" ({avoided_term.why})')


def lacking(choices: Iterable[WordChoice], entries: Iterable[Translation]) -> Iterator[Departure]:
    """Translations without the term chosen for an English word that the message holds."""
    entries_read = list(entries)
    for choice in choices:
        if not choice.english:
            continue
        english = re.compile("|".join(_pattern(word, plural=True).pattern for word in choice.english), re.IGNORECASE)
        chosen = tuple(form.casefold() for form in (choice.term, *choice.forms))
        excused = tuple(begin for exempt in choice.exempt for begin in exempt.messages)
        for entry in entries_read:
            if not english.search(_bare(entry.text, choice)) or entry.text.startswith(excused):
                continue
            for form in entry.forms:
                if not any(term in form.casefold() for term in chosen):
                    yield Departure(entry.where, choice.id, form, f'without "{choice.term}" for: {entry.text}')


def unused_exemptions(code: str) -> Iterator[str]:
    """Exemptions that excuse no message any more."""
    texts = [entry.text for entry in translations(code)]
    for choice in word_choices(code):
        for exempt in choice.exempt:
            for begin in exempt.messages:
                if not any(text.startswith(begin) for text in texts):
                    yield f"{choice.id}: {begin}"


def template_texts(code: str, folder: Path = CONTENT_DIR / "templates") -> Iterator[tuple[str, str]]:
    """The texts of the sample rows that are written in this language, each with its file and entry."""
    for file in sorted(folder.rglob("*.yaml")):
        for entry in yaml.safe_load(file.read_text("utf-8")):
            if str(entry["id"]).endswith(code):
                yield from ((f"{file.name}: {entry['id']}", text) for text in _strings(entry))


def _strings(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for part in value.values():
                yield from _strings(part)
        case list():
            for part in value:
                yield from _strings(part)


def _bare(text: str, choice: WordChoice) -> str:
    """The text without placeholders and without the names that are left alone."""
    names = "|".join(map(re.escape, choice.names))
    return re.sub(rf"\{{\w*\}}{'|' if names else ''}{names}", "·", text, flags=re.IGNORECASE)


def _pattern(words: str, *, plural: bool = False) -> re.Pattern[str]:
    """Whole words, whatever their capitals; `*` for the rest of a word."""
    inside = re.escape(words.strip("*")).replace(r"\ ", r"\s+")
    before = r"\w*" if words.startswith("*") else ""
    after = r"\w*" if words.endswith("*") else "s?" if plural else ""
    return re.compile(rf"(?<!\w){before}{inside}{after}(?!\w)", re.IGNORECASE)


def schemas() -> dict[str, str]:
    """The JSON Schema that the files name on their first line, by file name; a test keeps the file equal to it."""
    made = TypeAdapter(list[WordChoice]).json_schema()
    return {"word_choices.json": json.dumps(made, indent=2) + "\n"}


def main(arguments: list[str] | None = None) -> int:
    """List what departs from the choices of the languages named. Returns 1 if anything does."""
    found = [one for code in (arguments if arguments is not None else sys.argv[1:]) for one in departures(code)]
    sys.stdout.writelines(f"{one}\n" for one in found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
