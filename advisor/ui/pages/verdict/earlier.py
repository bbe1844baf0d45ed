"""What changed since an earlier advice, which the reader brings along as a link or as a saved file."""

from __future__ import annotations

import streamlit as st

from advisor import wording
from advisor.content.freshness import TooEarly
from advisor.engine.advice import Advice
from advisor.engine.changes import MOST_CHARACTERS, NoAdvice, Saved, compare, read_saved, saved
from advisor.language import Language
from advisor.ui.parts.browser import opened_file
from advisor.ui.parts.markup import html, joined, plain, show
from advisor.ui.session import Session, content

EARLIER = "earlier"
"""In the session's state: the advice that the reader brought along."""


def earlier(advice: Advice, session: Session) -> None:
    """Folded: a field for a link or for what was saved, a file in its place, and what changed."""
    lang = session.lang
    with st.expander(plain(lang("What changed since an earlier advice")), key="earlier"):
        label = plain(lang("The link to it, or what was saved of it as JSON"))
        text = st.text_area(label, key=f"earlier-text:{session.code}", height=90)
        with st.container(key="earlier-actions", horizontal=True, vertical_alignment="center"):
            pressed = st.button(lang("Compare"), key="compare")
            opened = opened_file(lang("Open a saved file (JSON)"), MOST_CHARACTERS)
        if opened is not None:
            _take(opened["text"], session)
        elif pressed:
            _take(text, session)
        before = st.session_state.get(EARLIER)
        if isinstance(before, Saved):
            _changes(before, advice, lang)


def _take(text: str | None, session: Session) -> None:
    """Keep the advice that a text holds, or say why it holds none."""
    lang = session.lang
    st.session_state.pop(EARLIER, None)
    try:
        if text is None or len(text) > MOST_CHARACTERS:
            raise NoAdvice(lang("This is too large for a saved advice."))
        if not text.strip():
            raise NoAdvice(lang("Paste a link or a saved advice first, or open a file."))
        st.session_state[EARLIER] = _read(text, session)
    except NoAdvice as error:
        show(html('<p class="meant" role="alert"><span class="wrong">{}</span></p>', error))


def _read(text: str, session: Session) -> Saved:
    try:
        return read_saved(text, session.day, content())
    except TooEarly as error:
        raise NoAdvice(error.text(session.lang)) from error
    except NoAdvice as error:
        sentence = session.lang(
            "This is neither a link with answers nor an advice saved as JSON. Copy the whole address of a verdict, or "
            "take the report as JSON."
        )
        raise NoAdvice(sentence) from error


def _changes(before: Saved, advice: Advice, lang: Language) -> None:
    """First which advice it was and what it was made with, then a sentence for each change."""
    whole, *each = wording.changes(compare(before, saved(advice), content()), content(), lang)
    rows = joined(html("<li>{}</li>", sentence) for sentence in each)
    made = lang("The earlier advice is of {date}.", date=lang.date(before.at))
    listed = html("<ul>{}</ul>", rows)
    show(
        html('<div role="status"><p>{} {} {}</p>{}</div>', made, _other_content(before, advice, lang), whole, listed),
        key="earlier-changes",
    )


def _other_content(before: Saved, advice: Advice, lang: Language) -> str:
    """Says that prices, facts or weights were others then; empty where they were these."""
    content_other = before.content_version != advice.content_version
    weights_other = before.weights_version != advice.weights_version
    match content_other, weights_other:
        case True, True:
            return lang("It was made with other prices and facts, and other weights, than this one.")
        case True, False:
            return lang("It was made with other prices and facts than this one.")
        case False, True:
            return lang("It was made with other weights than this one.")
        case _:
            return ""
