"""Add something you know: look for the question that it answers, by plain words, and come back to where you were."""

from __future__ import annotations

import streamlit as st

from advisor.content.entries import Question
from advisor.interview.search import found
from advisor.ui.advice import glance
from advisor.ui.navigation import page_of
from advisor.ui.pages.question import returning
from advisor.ui.parts.markup import Markup, heading, html, joined, link, plain, show
from advisor.ui.session import Session, content, turn
from advisor.wording import labels

FIND = "add"
"""The path of this page."""
MOST_LETTERS = 200
SUGGESTED = 5
"""Open questions that are listed before anything was looked for."""


def add_what_you_know(path: str, session: Session) -> Markup:
    """The link to this page from another one."""
    return link(session.lang("Add something I know"), FIND, session, classes="add", **{"from": path})


def draw(session: Session) -> None:
    """The page."""
    lang, came_from = session.lang, returning()
    back = link(lang("Back"), came_from, session, classes="back")
    heading(
        lang("What do you know?"),
        back=back,
        below=lang(
            "Say it in a few words; we look for the question that it answers, and bring you back here after it."
        ),
    )
    text = st.text_input(
        plain(lang("A few words")),
        key=f"looked-for:{session.code}{turn()}",
        max_chars=MOST_LETTERS,
        placeholder=lang("for example: GDPR, price per answer, labels"),
        autocomplete="off",
    )
    hits = found(text or "", content())
    if hits:
        show(_list(hits, came_from, session), key="found")
    elif (text or "").strip():
        message = lang("No question is about “{text}”. Try another word, or a shorter one.", text=text)
        show(html('<p class="empty" role="status">{}</p>', message), key="found")
    else:
        telling = [content().question(entry.question) for entry in glance(session).open_questions[:SUGGESTED]]
        if telling:
            show(html("<h2>{}</h2>", lang("What would tell most")))
            show(_list(telling, came_from, session), key="found")


def _list(questions: tuple[Question, ...] | list[Question], came_from: str, session: Session) -> Markup:
    """Links to questions, each with what was answered."""
    lang, answers = session.lang, session.situation.answers
    rows = joined(
        html(
            '<li>{}<span class="quiet">{}</span></li>',
            link(lang(question.text), page_of(question), session, **{"from": came_from}),
            labels.answer(question, answers[question.id], lang) if question.id in answers else lang("Not answered"),
        )
        for question in questions
    )
    return html('<ul class="doors">{}</ul>', rows)
