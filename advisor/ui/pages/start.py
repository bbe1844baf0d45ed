"""The first page: what this is, and the ways to begin."""

from __future__ import annotations

import streamlit as st

from advisor.interview.answers_file import parse, read_situation
from advisor.interview.situation import MAX_ANSWERS, AnswerErrors, Situation, quick_path
from advisor.language import Language
from advisor.ui.navigation import following, go, page_of
from advisor.ui.parts.browser import opened_file
from advisor.ui.parts.markup import heading, html, joined, link, show
from advisor.ui.session import Session, bounded, content


def draw(session: Session) -> None:
    """The start page."""
    lang = session.lang
    heading(
        lang("Should you fine-tune? And if not, what instead?"),
        below=lang("Answer nine questions and get a verdict with its reasons, costs and sources."),
    )
    first = page_of(quick_path(content())[0])
    with st.container(key="actions", horizontal=True):
        if session.situation.answers:
            n = len(session.situation.answers)
            label = lang.plural("Continue with {n} answer", "Continue with your {n} answers", n)
            if st.button(label, type="primary", key="continue"):
                go(following(session), session)
            if st.button(lang("Begin afresh"), type="tertiary", key="afresh"):
                session.restart(Situation({}))
                go(first, session)
        else:
            if st.button(lang("Start with nine questions"), type="primary", key="quick"):
                session.restart(Situation({}))
                go(first, session)
            if st.button(lang("Answer in depth"), key="deep"):
                session.restart(Situation({}), deep=True)
                go(first, session)
    if not session.situation.answers:
        text = lang(
            "Nine questions take about three minutes. In depth, we go on asking, but only while an answer can still "
            "change the verdict."
        )
        show(html('<p class="quiet">{}</p>', text))
    _what_you_get(lang)
    _other_ways(session)


def _what_you_get(lang: Language) -> None:
    parts = [
        (
            lang("A verdict"),
            lang("Fine-tune, not yet, or don't: with up to three steps, how stable it is and what would change it."),
        ),
        (
            lang("Every option priced"),
            lang(
                "From better prompting to reinforcement fine-tuning: cost and speed as ranges, and how many teams end "
                "there."
            ),
        ),
        (
            lang("Dated sources"),
            lang(
                "Each price and each reason says who says so and when it was seen. What nobody knows is marked unknown."
            ),
        ),
        (lang("Something to start with"), lang("Next steps, a dataset template, and a report as PDF.")),
    ]
    cells = joined(html("<li><strong>{}</strong><span>{}</span></li>", title, text) for title, text in parts)
    show(html('<ul class="gets">{}</ul>', cells), key="gets")


def _other_ways(session: Session) -> None:
    lang = session.lang
    begin = link(lang("Start from a published case"), "cases", session)
    show(html("<h2>{}</h2><p class='way'>{}</p>", lang("Other ways to begin"), begin))
    opened = opened_file(lang("Open a file with answers"), MAX_ANSWERS)
    if opened is None:
        return
    try:
        if opened["text"] is None:
            raise AnswerErrors([])
        situation = read_situation(parse(str(opened["text"]).encode(), str(opened["name"])))
    except AnswerErrors as errors:
        _refuse(errors, str(opened["name"]), lang)
        return
    situation, left_out = bounded(situation)
    session.restart(situation)
    session.left_out = left_out
    go("check", session)


def _refuse(errors: AnswerErrors, name: str, lang: Language) -> None:
    """Say what in the file cannot be used; the answers so far stay as they are."""
    lines = [error.text(lang) for error in errors.errors] or [lang("The file is too large for a file of answers.")]
    shown = joined(html("<li>{}</li>", line) for line in lines[:12])
    if len(lines) > 12:
        shown += html("<li>{}</li>", lang.plural("and {n} more", "and {n} more", len(lines) - 12))
    text = lang(
        "{name} cannot be used. Your answers are as they were. Correct these lines and open it again:", name=name
    )
    st.session_state["problems"] = st.session_state["problem"] = st.session_state.get("problems", 0) + 1
    show(html('<div class="problem" role="alert" tabindex="-1"><p>{}</p><ul>{}</ul></div>', text, shown))
