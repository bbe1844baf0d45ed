"""Which page comes next and which came before: the nine questions, then the ones that can still change the verdict."""

from __future__ import annotations

from typing import NoReturn

import streamlit as st

from advisor.content.entries import Question
from advisor.content.load import Content
from advisor.interview.situation import Situation, quick_path
from advisor.ui.advice import glance, matters
from advisor.ui.session import Session, content


def page_of(question: Question) -> str:
    """The path of a question's page."""
    return f"q-{question.id.replace('_', '-')}"


def go(page: str, session: Session, **own: str) -> NoReturn:
    """Leave this run for another page, with the session in its address."""
    st.switch_page(st.session_state["pages"][page], query_params=session.address(**own))


def following(session: Session) -> str:
    """The page after this one: the next quick question left open, then, in depth, what can move the verdict most."""
    open_quick = next((question for question in quick_path(content()) if _is_asked(question.id, session)), None)
    if open_quick:
        return page_of(open_quick)
    if session.deep and (best := next_in_depth(session)):
        return page_of(best)
    return "check"


def next_in_depth(session: Session) -> Question | None:
    """The open question that can move the verdict most; None when none can."""
    wanted = next(
        (
            open_question.question
            for open_question in glance(session).open_questions
            if _is_open(open_question.question, session)
        ),
        None,
    )
    return content().question(wanted) if wanted else None


def before(question: Question, session: Session) -> str:
    """The page before a question: the one answered or skipped before it, or the start."""
    walk = walked(session.situation, session.skipped, content())
    ids = [question.id for question in walk]
    place = ids.index(question.id) if question.id in ids else len(ids)
    if question.quick and question.id not in ids:
        place = sum(1 for earlier in walk if earlier.quick and earlier.quick < question.quick)
    return page_of(walk[place - 1]) if place else ""


def walked(situation: Situation, skipped: tuple[str, ...], known: Content) -> list[Question]:
    """The questions answered or skipped: quick ones in their order, then the others in the order of answering."""
    by_id = {question.id: question for question in known.questions}
    seen = [key for key in dict.fromkeys((*situation.answers, *skipped)) if key in by_id]
    quick = [entry for entry in quick_path(known) if entry.id in seen]
    return quick + [by_id[key] for key in seen if not by_id[key].quick]


def resume(session: Session) -> str:
    """Where the interview goes on: the start if nothing is answered, else the next open question or the check."""
    return following(session) if session.situation.answers or session.skipped else ""


def _is_asked(question: str, session: Session) -> bool:
    """Whether a question is open and an answer to it can change anything."""
    return _is_open(question, session) and matters(question, session)


def _is_open(question: str, session: Session) -> bool:
    return question not in session.situation.answers and question not in session.skipped
