"""The pages of the verdict: the brief, which stands alone, and the rooms behind it, of which only one is drawn."""

from __future__ import annotations

import streamlit as st

from advisor.ui.advice import advise
from advisor.ui.pages.verdict import what_if
from advisor.ui.pages.verdict.brief import brief
from advisor.ui.pages.verdict.rooms import Room, above
from advisor.ui.parts.markup import heading, html, link, show
from advisor.ui.session import Session


def draw(session: Session) -> None:
    """The brief: what whoever decides reads, in two screens."""
    if not session.situation.answers:
        _nothing_yet(session)
        return
    brief(session)


def draw_room(room: Room, session: Session) -> None:
    """A room: its answer in a sentence, and then what it holds."""
    if not session.situation.answers:
        _nothing_yet(session)
        return
    advice = advise(session)
    with st.container(key="room"):
        heading(room.answer(advice, session), above=above(advice, session.lang), below=room.lead(advice, session.lang))
    what_if.elsewhere(session)
    for part in room.parts:
        part(advice, session)


def _nothing_yet(session: Session) -> None:
    lang = session.lang
    heading(lang("No verdict yet"), below=lang("Answer a few questions first; each answer you skip counts as unknown."))
    show(html('<p class="empty">{}</p>', link(lang("Begin"), "", session)))
