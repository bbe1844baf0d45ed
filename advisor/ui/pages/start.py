"""The first page: what it should do, with which an interview begins, and other ways to begin."""

from __future__ import annotations

import streamlit as st

from advisor.content.entries import Question
from advisor.engine.agenda import WORK, interview_length
from advisor.interview.answers_file import parse, read_situation
from advisor.interview.situation import MAX_ANSWERS, AnswerErrors, Situation
from advisor.language import Language
from advisor.ui.navigation import Led, following, go, pressed
from advisor.ui.pages.own_words import DESCRIBE
from advisor.ui.pages.question import UNKNOWN, follow
from advisor.ui.parts.browser import opened_file
from advisor.ui.parts.markup import heading, html, joined, link, show
from advisor.ui.parts.question_fields import ask, given
from advisor.ui.session import Session, bounded, content

NAME = "project"
"""The question for what the use case is called."""
GO_ON, AFRESH, BEGIN = "continue", "afresh", "begin"
BUTTONS = (GO_ON, AFRESH, BEGIN, UNKNOWN)
"""The buttons, by their keys."""


def draw(session: Session) -> None:
    """The start page."""
    lang = session.lang
    heading(
        lang("Should you fine-tune? And if not, what instead?"),
        below=lang("Say what it should do, and get a verdict with its reasons, costs and sources."),
    )
    if session.situation.answers:
        _go_on(session)
    else:
        _begin(session)
    _what_you_get(lang)
    _other_ways(session)


def _go_on(session: Session) -> None:
    """The ways on for somebody who has answered something."""
    lang = session.lang
    n = len(session.situation.answers)
    with st.container(key="actions", horizontal=True):
        label = lang.plural("Continue with {n} answer", "Continue with your {n} answers", n)
        st.button(label, type="primary", key=GO_ON)
        st.button(lang("Begin afresh"), type="tertiary", key=AFRESH)
    if press := pressed(GO_ON, AFRESH):
        go(leads(press, session).page, session)


def _begin(session: Session) -> None:
    """What it should do, and what it is called."""
    lang, work, name = session.lang, content().question(WORK), content().question(NAME)
    problem = st.container()
    with st.container(key="work"):
        describe = link(lang("Describe it in your own words"), DESCRIBE, session)
        way = html('<p class="way">{} {}</p>', lang("Choose what comes closest, or:"), describe)
        show(html('<h2 class="first">{}</h2>{}', lang(work.text), way))
        ask(work, session)
        show(html('<h2 class="first">{} <small>{}</small></h2>', lang(name.text), lang("(may stay empty)")))
        ask(name, session, among=True)
    with st.container(key="actions", horizontal=True):
        st.button(lang("Begin"), type="primary", key=BEGIN)
        st.button(lang("I don't know yet"), key=UNKNOWN)
    length = interview_length(session.situation, content())
    text = lang(
        "Half of the interviews take {usual} questions or fewer, nine in ten take {most} or fewer. Yours ends once "
        "what your work calls for was asked and more answers would hardly change the verdict.",
        usual=length.usual,
        most=length.most,
    )
    show(html('<p class="quiet">{}</p>', text))
    if press := pressed(BEGIN, UNKNOWN):
        follow(leads(press, session), problem, session)


def leads(press: str, session: Session) -> Led:
    """Take what a press of a button means for the answers, and say where it leads or what is wrong."""
    if press == AFRESH:
        session.restart(Situation({}))
        return Led("")
    if press == GO_ON:
        return Led(following(session))
    chosen = given(content().question(WORK), session)
    called = given(content().question(NAME), session, among=True)
    if called.problem and not called.empty:
        return Led(problem=called.problem)
    if press == BEGIN and chosen.problem:
        return Led(problem=chosen.problem)
    begun = Situation({}) if called.empty else Situation({}).with_answer(NAME, called.value)
    session.restart(begun.with_answer(WORK, None if press == UNKNOWN else chosen.value))
    return Led(following(session))


def asked() -> tuple[Question, ...]:
    """The questions of this page."""
    return content().question(WORK), content().question(NAME)


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
