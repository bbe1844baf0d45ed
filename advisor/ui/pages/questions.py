"""Questions that belong together on one page, a card each; what is left open becomes "I don't know"."""

from __future__ import annotations

import streamlit as st

from advisor.content.entries import Question, QuestionPage
from advisor.language import Language
from advisor.ui.navigation import before, following, go
from advisor.ui.pages.question import answered, helped, returning, say, side_name
from advisor.ui.parts.markup import heading, html, joined, link, show
from advisor.ui.parts.question_fields import Given, ask
from advisor.ui.session import Session, content


def draw(group: QuestionPage, session: Session) -> None:
    """The page of a group of questions."""
    lang, came_from = session.lang, returning()
    questions = [content().question(key) for key in group.questions]
    show(link(lang("Back"), came_from or before(questions, session), session, classes="back"), key="back")
    heading(lang(group.title), above=side_name(questions[0].side, lang), below=lang(group.help))
    problem = st.container()
    given = {question.id: _card(question, session) for question in questions}
    with st.container(key="actions", horizontal=True):
        onward = st.button(lang("Next"), type="primary", key="continue")
        unknown = st.button(lang("I don't know"), key="unknown")
        skip = st.button(lang("Skip for now"), type="tertiary", key="skip")
    _why(questions, lang)
    answered(questions, session)
    wrong = next((key for key, one in given.items() if one.problem and not one.empty), None)
    if (onward or unknown) and wrong:
        say(problem, f"{lang(content().question(wrong).text)} {given[wrong].problem}")
    elif onward and all(one.empty for one in given.values()):
        say(problem, lang("Answer at least one of these, or say that you don't know."))
    elif onward or unknown:
        situation = session.situation
        for key, one in given.items():
            situation = situation.with_answer(key, one.value)
        session.answer(situation)
        session.skipped = tuple(key for key in session.skipped if key not in group.questions)
        go(came_from or following(session), session)
    elif skip:
        left = [key for key in group.questions if key not in session.situation.answers]
        session.skipped = (*(key for key in session.skipped if key not in left), *left)
        go(came_from or following(session), session)


def _card(question: Question, session: Session) -> Given:
    """One of the questions, with its field."""
    with st.container(key=f"card-{question.id}"):
        name, hint = session.lang(question.text), helped(question, session)
        show(html('<h2>{}</h2><p class="hint">{}</p>', name, hint))
        return ask(question, session, among=True)


def _why(questions: list[Question], lang: Language) -> None:
    rows = joined(html("<p>{}</p>", lang(question.why)) for question in questions if question.why)
    show(html('<details class="why"><summary>{}</summary>{}</details>', lang("Why we ask"), rows), key="why")
