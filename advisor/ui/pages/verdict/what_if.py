"""What if: other answers are tried with sliders, beside those given, until they are kept or put back.

What can be tried is `WHAT_IF` in `advisor.ui.session`; the stops of a slider come from the prior of its question.
`python -m benchmarks.app` says how long a move takes.
"""

from __future__ import annotations

from functools import partial
from typing import cast

import streamlit as st

from advisor.engine.advice import Advice
from advisor.interview.number_input import Reading
from advisor.interview.situation import Value
from advisor.language import Language
from advisor.ui.advice import applies
from advisor.ui.pages.verdict.brief_words import think_ahead
from advisor.ui.parts import sliders
from advisor.ui.parts.markup import html, link, show
from advisor.ui.session import WHAT_IF, Session, content, current_session, own_parameters, settle, turn
from advisor.wording.brief import BriefText

HEARD = "what-if-heard"
NEXT = "what-if-next"
"""A question, and the answer to it at which its slider stops next if it is moved on."""
UNREAD = "what-if-unread"
"""Texts that were typed and cannot be read, by question."""


def draw(given: Advice, text: BriefText, session: Session) -> None:
    """The sliders beside a brief. A move draws the brief anew and nothing else; what is kept draws the page."""
    lang, key = session.lang, f"what-if{turn()}"
    names = _names(lang)
    rows = tuple(_slider(name, names[name], given, session) for name in WHAT_IF if applies(name, session))
    words = sliders.Words(
        title=lang("Play with the numbers"),
        how=lang("≈ assumed · empty: unknown"),
        said=lang("Report and other tabs keep to your answers.") if session.what_if.answers else "",
        follows=" ".join((text.headline, *(f"{one.name}: {one.figure.middle}." for one in text.figures))),
        keep=lang("Keep these answers"),
        reset=lang("Back to as answered"),
    )
    heard = st.session_state.get(HEARD, 0)
    moved = sliders.draw(rows, words, lang, heard, bool(session.what_if.answers), key, partial(_take, key))
    if moved.pressed == "keep":
        session.keep()
    if moved.pressed == "reset":
        session.suppose({})
    if moved.pressed:
        st.session_state.pop(UNREAD, None)
        st.rerun()
    # Where the session had been lost, nobody was there to take the move: it came with the first run of this one.
    if moved.n > heard:
        take_moves(moved, session)
        st.rerun()


def note(session: Session) -> None:
    """Write what is tried into the address, so that a reload and a shared link show it."""
    settle(session, own_parameters())


def elsewhere(session: Session) -> None:
    """On a page that keeps to the answers given: say that others are being tried."""
    if not session.what_if.answers:
        return
    lang = session.lang
    said = lang("On the brief you are trying other numbers. This page shows what follows from your answers as given.")
    show(html('<p class="note">{} {}</p>', said, link(lang("Back to the brief"), "verdict", session)))


def _take(key: str) -> None:
    """Take over what was moved, before the run that shows what comes of it."""
    take_moves(sliders.moved(key), current_session())


def take_moves(moved: sliders.Moved, session: Session) -> None:
    """Try what was moved; of what cannot be read, say so at its slider."""
    unread, others, before = dict(st.session_state.get(UNREAD, {})), session.what_if, session.supposed.answers
    for name, move in moved.moves.items():
        if name not in WHAT_IF:
            continue
        unread.pop(name, None)
        empty = isinstance(move, str) and not move.strip()
        value = None if empty else sliders.value_of(move, content().question(name), session.lang).value
        if value is None and not empty:
            unread[name] = str(move)
        else:
            others = others.with_answer(name, value)
            st.session_state[NEXT] = (name, _next(name, move, before.get(name)))
    st.session_state[HEARD], st.session_state[UNREAD] = moved.n, unread
    session.suppose(others.answers)


def _next(name: str, move: int | str, before: Value) -> float | None:
    """Where a slider that was moved stops next in the same direction."""
    places = sliders.stops(content().question(name))
    if not isinstance(move, int) or not isinstance(before, float):
        return None
    place = move + (1 if move > sliders.nearest(before, places) else -1)
    return places[place] if 0 <= place < len(places) else None


def prepare(session: Session) -> None:
    """While the reader looks at what came of a move, find out what will come of the next one."""
    name, value = st.session_state.pop(NEXT, ("", None))
    if value is not None and session.what_if.answers:
        think_ahead(session.situation.overlaid(session.what_if.with_answer(name, value)), session)


def _slider(key: str, label: str, given: Advice, session: Session) -> sliders.Slider:
    question, value = content().question(key), session.supposed.answers.get(key)
    assert question.prior is not None
    assumed = sliders.usual(question.prior)
    if key == "requests_per_month" and session.situation.answers.get(key) is None and given.requests_month.p50:
        assumed = float(f"{given.requests_month.p50:.2g}")
    unread = st.session_state.get(UNREAD, {}).get(key, "")
    return sliders.Slider(question, label, cast(Reading | None, value), assumed, unread)


def _names(lang: Language) -> dict[str, str]:
    """What the sliders are called, in a word or two: the whole question is read out, and shown by the pointer."""
    return {
        "requests_per_month": lang("Requests a month"),
        "labelled_examples": lang("Good examples"),
        "instruction_tokens": lang("Instructions, tokens"),
        "question_tokens": lang("Input, tokens"),
        "output_tokens": lang("Answer, tokens"),
        "latency_limit": lang("Time limit"),
        "budget_month": lang("Monthly running budget"),
        "target_score": lang("Target score"),
    }
