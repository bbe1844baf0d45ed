"""A field for a number: a text field with a numeric keyboard, and a line that says how it was read.

The line has its place before it says anything, so that nothing moves when a field is left.
"""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from advisor.interview.number_input import Read, Reading, Wanted, read, shown, text_of
from advisor.language import LANGUAGES, Language, language
from advisor.ui.parts.markup import Markup, esc, html, joined, plain, show
from advisor.ui.session import current_session, turn
from advisor.wording.inputs import said_back

PREFIX = "number"
"""Begins the key of every field for a number; by it the browser knows them (see `advisor.ui.parts.browser`)."""


def field_key(name: str, code: str) -> str:
    """The key of a field in a language: what is typed is read by the customs of that language."""
    return f"{PREFIX}-{name}-{code}{turn()}"


def typed(name: str, lang: Language) -> str | None:
    """What stands in a field of this language, or stood there when its page was left; None where it was not drawn."""
    key = field_key(name, lang.code)
    state = st.session_state.get(key, current_session().drafted(key))
    return state if isinstance(state, str) else None


def field(
    label: str,
    wanted: Wanted,
    name: str,
    value: Reading | None,
    lang: Language,
    *,
    hidden: bool = False,
    width: int | None = None,
) -> str:
    """Draw a field that begins with what was typed in another language a moment ago, else with `value`; its text."""
    text = st.text_input(
        plain(label),
        _begin(wanted, name, value, lang),
        key=field_key(name, lang.code),
        autocomplete="off",
        label_visibility="collapsed" if hidden else "visible",
        width=width or "stretch",
    )
    return (text or "").strip()


def text(wanted: Wanted, name: str, value: Reading | None, lang: Language) -> str:
    """What a field will hold that is still to be drawn."""
    standing = typed(name, lang)
    return (_begin(wanted, name, value, lang) if standing is None else standing).strip()


def _begin(wanted: Wanted, name: str, value: Reading | None, lang: Language) -> str:
    """What a field begins with in which nothing was typed yet."""
    begin = current_session().drafted(field_key(name, lang.code))
    if isinstance(begin, str):
        return begin
    begin = _typed_elsewhere(wanted, name, lang)
    if begin is not None:
        return begin
    return "" if value is None else text_of(value, wanted, lang)


def _typed_elsewhere(wanted: Wanted, name: str, lang: Language) -> str | None:
    """What was typed in another language, written by the customs of this one."""
    for code in LANGUAGES:
        text = typed(name, language(code))
        if code == lang.code or text is None:
            continue
        value = read(text, wanted, language(code)).value
        return text if value is None else text_of(value, wanted, lang)
    return None


def reading(number: Read, text: str, name: str, wanted: Wanted, lang: Language) -> Markup:
    """How a text was read, as markup: what it is, a choice of what it may be, or what is wrong; nothing for no text."""
    if not text:
        return Markup()
    if number.problem:
        return html('<span class="wrong">{}</span>', number.problem_text(lang))
    if number.value is not None:
        return esc(lang("That is: {quantity}", quantity=said_back(number.value, wanted, lang)))
    target = f"st-key-{field_key(name, lang.code)}"
    choices = joined(
        (
            html(
                '<button type="button" class="reading" data-field="{}" data-reading="{}">{}</button>',
                target,
                text_of(read_as, wanted, lang),
                _short(read_as, wanted, lang),
            )
            for read_as in number.readings
        ),
        " ",
    )
    asked = lang("“{text}”: which do you mean?", text=text[:40])
    return html('<span class="wrong">{}</span> <span class="readings">{}</span>', asked, choices)


def _short(value: Reading, wanted: Wanted, lang: Language) -> str:
    """A reading on its button: the label of the field has the unit."""
    return shown(value, replace(wanted, unit=wanted.unit if wanted.unit in ("%", "share") else ""), lang)


def line(markup: Markup) -> None:
    """The line under a field, with its place kept where it says nothing."""
    show(html('<p class="meant" role="status">{}</p>', markup or html("&nbsp;")))


def whole(label: str, most: int, name: str, last: int, lang: Language) -> int | None:
    """A field for a whole number from 0, with its line; None while what stands in it is not understood."""
    number, error = bare(label, most, name, last, lang)
    line(error)
    return number


def bare(label: str, most: int, name: str, last: int, lang: Language) -> tuple[int | None, Markup]:
    """A field for a whole number from 0 without a line of its own: the number, and what a line is to say as markup."""
    wanted = Wanted(0, most, "", integer=True)
    text = field(label, wanted, name, last, lang)
    reading_of_text = read(text, wanted, lang, ranges=False)
    good = isinstance(reading_of_text.value, float) and reading_of_text.value == _plainly(text)
    error = Markup() if good else reading(reading_of_text, text or " ", name, wanted, lang)
    return int(reading_of_text.value) if isinstance(reading_of_text.value, float) else None, error


def _plainly(text: str) -> float | None:
    """The number that plain digits are: of them nothing needs to be said."""
    return float(text) if text.isascii() and text.isdigit() else None
