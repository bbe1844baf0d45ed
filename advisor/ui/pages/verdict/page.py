"""The pages of the verdict: the brief, which stands alone, and the rooms behind it, of which only one is drawn."""

from __future__ import annotations

import streamlit as st

from advisor import wording
from advisor.engine.advice import Advice
from advisor.ui.advice import advise
from advisor.ui.navigation import page_of
from advisor.ui.pages.verdict import downloads
from advisor.ui.pages.verdict.plan import plan
from advisor.ui.pages.verdict.rooms import Room, above
from advisor.ui.parts.markup import Words, badge, heading, html, link, show
from advisor.ui.session import Session, content


def draw(session: Session) -> None:
    """The brief: one sentence, the plan, and what one takes along."""
    if not session.situation.answers:
        _nothing_yet(session)
        return
    advice = advise(session)
    _sentence(advice, session)
    plan(advice, session)
    downloads.report(advice, session)


def draw_room(room: Room, session: Session) -> None:
    """A room: its answer in a sentence, and then what it holds."""
    if not session.situation.answers:
        _nothing_yet(session)
        return
    advice = advise(session)
    with st.container(key="room"):
        heading(room.answer(advice, session), above=above(advice, session.lang), below=room.lead(advice, session.lang))
    for part in room.parts:
        part(advice, session)


def _nothing_yet(session: Session) -> None:
    lang = session.lang
    heading(lang("No verdict yet"), below=lang("Answer a few questions first; each answer you skip counts as unknown."))
    show(html('<p class="empty">{}</p>', link(lang("Begin"), "", session)))


def _sentence(advice: Advice, session: Session) -> None:
    """The verdict and the plan in one headline, and below it what the headline cannot hold."""
    lang = session.lang
    name = wording.project(advice)
    day = lang("Verdict of {date}", date=lang.date(advice.at))
    heading(wording.first_said(advice, content(), lang), above=f"{name} · {day}" if name else day)
    for warning in (wording.beyond_facts(advice, lang), *wording.gone_models(advice, content(), lang)):
        if warning:
            show(html('<p class="problem" role="note">{}</p>', warning))
    words = Words(lang)
    if reservations := wording.reservations(advice, content(), lang):
        show(html("<p>{}</p>", words(reservations)))
    # That it is provisional is said beside the question to answer.
    if advice.provisional and advice.next_question:
        asked = content().question(advice.next_question.question)
        target = link(lang(asked.text), page_of(asked), session, **{"from": "verdict"})
        mark = badge(lang("provisional"), "turn")
        show(html("<p>{} {} {}</p>", mark, lang("The answer that matters most:"), target), key="provisional")
