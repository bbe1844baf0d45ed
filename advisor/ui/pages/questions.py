"""Questions that belong together on one page, a card each; what is left open becomes "I don't know"."""

from __future__ import annotations

import streamlit as st

from advisor.content.entries import Question, QuestionPage
from advisor.language import Language
from advisor.ui.navigation import Led, before, following, think_ahead
from advisor.ui.pages.question import NEXT, SKIP, answered, buttons, follow, helped, returning, side_name
from advisor.ui.parts.markup import Markup, heading, html, joined, link, show
from advisor.ui.parts.question_fields import ask, given
from advisor.ui.session import Session, content


def draw(group: QuestionPage, session: Session) -> None:
    """The page of a group of questions."""
    lang, came_from = session.lang, returning()
    questions = [content().question(key) for key in group.questions]
    back = link(lang("Back"), came_from or before(questions, session), session, classes="back")
    heading(
        lang(group.title),
        back=back,
        above=side_name(questions[0].side, lang),
        below=lang(group.help),
        kind="asks",
    )
    problem = st.container()
    with st.container(key="cards"):
        for question in questions:
            _card(question, session)
    press = buttons(lang)
    show(_why(questions, lang) + answered(questions, session))
    if press:
        follow(leads(group, press, session), problem, session)
    elif not returning():
        entered = ((question.id, given(question, session, among=True)) for question in questions)
        think_ahead({key: None if one.problem else one.value for key, one in entered}, session)


def leads(group: QuestionPage, press: str, session: Session) -> Led:
    """Take what a press of a button means for the answers, and say where it leads or what is wrong."""
    lang = session.lang
    entered = {key: given(content().question(key), session, among=True) for key in group.questions}
    wrong = next((key for key, one in entered.items() if one.problem and not one.empty), None)
    if press != SKIP and wrong:
        return Led(problem=f"{lang(content().question(wrong).text)} {entered[wrong].problem}")
    if press == NEXT and all(one.empty for one in entered.values()):
        return Led(problem=lang("Answer at least one of these, or say that you don't know."))
    session.forget(*group.questions)
    if press == SKIP:
        left = [key for key in group.questions if key not in session.situation.answers]
        session.skipped = (*(key for key in session.skipped if key not in left), *left)
    else:
        situation = session.situation
        for key, one in entered.items():
            situation = situation.with_answer(key, one.value)
        session.answer(situation)
        session.skipped = tuple(key for key in session.skipped if key not in group.questions)
    return Led(returning() or following(session))


def _card(question: Question, session: Session) -> None:
    """One of the questions, with its field."""
    with st.container(key=f"card-{question.id}"):
        name, hint = session.lang(question.text), helped(question, session)
        show(html('<h2>{}</h2><p class="hint">{}</p>', name, hint))
        ask(question, session, among=True)


def _why(questions: list[Question], lang: Language) -> Markup:
    rows = joined(html("<p>{}</p>", lang(question.why)) for question in questions if question.why)
    return html('<details class="why"><summary>{}</summary>{}</details>', lang("Why we ask"), rows)
