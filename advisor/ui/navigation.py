"""Which page comes next and which came before: what is asked in any case, then what can still change the verdict.

Which pages there are is in `advisor.ui.pages.registry`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NoReturn

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from advisor.content.entries import Question, QuestionPage
from advisor.content.load import Content
from advisor.engine.agenda import group_of, most_telling, must_ask
from advisor.interview.address import encode
from advisor.interview.situation import Situation, Value
from advisor.ui.advice import advise, all_that_matter, glance, matters
from advisor.ui.session import Session, content, unpacked
from advisor.ui.shared_results import Shared

PART = "part"
"""Says in the state of a session, for one run, which part of a page is drawn that has several, one in place of another:
the focus goes to its heading as it does on another page.
"""
TURNED = "turned"
"""Says in the state of a session whether this run draws another page than the one on which it began."""


def page_of(question: Question) -> str:
    """The path of a question's page."""
    return f"q-{question.id.replace('_', '-')}"


def go(page: str, session: Session, **own: str) -> NoReturn:
    """Leave this run for another page, with the session in its address."""
    st.switch_page(st.session_state["pages"][page], query_params=session.address(**own))


@dataclass(frozen=True)
class Led:
    """What a press of a button came to: another page, or what is wrong with what was given."""

    page: str = ""
    problem: str = ""


def pressed(*keys: str) -> str:
    """Which of these buttons was pressed to begin this run; nothing for none, or where its press has led here."""
    if st.session_state.get(TURNED):
        return ""
    return next((key for key in keys if st.session_state.get(key) is True), "")


def turn_to(page: str, session: Session, **own: str) -> None:
    """Have this run draw another page than the one that the browser shows, with the session in its address. Ask for it
    before `st.navigation`.

    `st.switch_page` ends a run, waits and begins the script anew: half the time of a click. Where Streamlit has changed
    in what this rests on, it is asked nevertheless.
    """
    try:
        there = st.session_state["pages"][page]._script_hash
        turned = get_script_run_ctx().pages_manager.set_script_intent  # type: ignore[union-attr]
    except AttributeError:
        go(page, session, **own)
    st.query_params.from_dict(session.address(**own))
    turned(there, "")
    st.session_state[TURNED] = True


def told_of(pages: Mapping[str, st.Page], shown: str | None) -> list[st.Page]:
    """The pages that Streamlit has to know in this run: the first, the one that the browser shows, and the one that it
    asks for.

    Streamlit sends all it knows to the browser with every run, twice: of all pages that was 31 KB, three quarters of
    what a click sends. Where it has changed in what this rests on, it is told of every page.
    """
    try:
        manager = get_script_run_ctx().pages_manager  # type: ignore[union-attr]
        there, name = manager.intended_page_script_hash, manager.intended_page_name
        asked = [path for path, page in pages.items() if (page._script_hash == there if there else path == name)]
    except AttributeError:
        return list(pages.values())
    return [pages[path] for path in dict.fromkeys(("", shown, *asked)) if path is not None and path in pages]


def turn_back(page: str) -> None:
    """Have this run draw the page to which the browser has stepped in its history, where Streamlit asks for the first
    one instead: the browser was not told of that page in this session, or not lately.
    """
    try:
        pages, manager = st.session_state["pages"], get_script_run_ctx().pages_manager  # type: ignore[union-attr]
        if page in pages and manager.intended_page_script_hash == pages[""]._script_hash:
            manager.set_script_intent(pages[page]._script_hash, "")
    except AttributeError:
        return


def page_for(question: Question, session: Session) -> str:
    """The path of the page that asks a question: that of its group while another of the group is open too."""
    group = group_of(question.id, content())
    if group and sum(_is_open(member, session) for member in group.questions) > 1:
        return group_page(group)
    return page_of(question)


def group_page(group: QuestionPage) -> str:
    """The path of the page on which questions are asked together."""
    return f"qs-{group.id}"


def following(session: Session) -> str:
    """The page after this one: the next of what everybody like this is asked, then what tells most, while the verdict
    is not stable.
    """
    for question in must_ask(session.situation, content()):
        if _is_asked(question.id, session):
            return page_for(question, session)
    telling = next_telling(session)
    return page_for(telling, session) if telling else "check"


def prepare(packed: str, at: date, skipped: tuple[str, ...], deep: bool) -> str:
    """Work out what the page after these answers shows; its address."""
    session = Session(situation=unpacked(packed), packed=packed, skipped=skipped, deep=deep, at=at)
    page = following(session)
    glance(session)
    if page == "check":
        all_that_matter(session)
        advise(session)
    return page


prepared: Shared[str] = Shared(prepare, most_bytes=1_000_000, weigh=len)


def think_ahead(answers: Mapping[str, Value], session: Session) -> None:
    """Have ready what the next page needs if these are the answers that a press gives."""
    situation = session.situation
    for question, answer in answers.items():
        situation = situation.with_answer(question, answer)
    skipped = tuple(question for question in session.skipped if question not in answers)
    prepared.ahead(encode(situation), session.day, skipped, session.deep)


def next_telling(session: Session) -> Question | None:
    """The question that the engine would ask; None where the interview ends."""
    wanted = most_telling(glance(session), (*session.situation.answers, *session.skipped), session.deep)
    return content().question(wanted) if wanted else None


def next_in_depth(session: Session) -> Question | None:
    """The open question that can move the verdict most, however stable it is; None when none can."""
    wanted = most_telling(glance(session), (*session.situation.answers, *session.skipped), on=True)
    return content().question(wanted) if wanted else None


def before(questions: Sequence[Question], session: Session) -> str:
    """The page before these questions: that of the one answered or skipped before them, or the start."""
    walk = walked(session.situation, session.skipped, content())
    ids, here = [entry.id for entry in walk], {question.id for question in questions}
    place = next((place for place, key in enumerate(ids) if key in here), len(ids))
    asked = [entry.id for entry in must_ask(session.situation, content())]
    if place == len(ids) and questions[0].id in asked:
        earlier = asked[: asked.index(questions[0].id)]
        place = sum(key in earlier or (key not in asked and walk[at].type == "text") for at, key in enumerate(ids))
    return _seen_at(walk[place - 1], ids) if place else ""


def _seen_at(question: Question, seen: Sequence[str]) -> str:
    """The page on which a question was asked: that of its group where another of the group was answered too."""
    group = group_of(question.id, content())
    if group and sum(member in seen for member in group.questions) > 1:
        return group_page(group)
    return page_of(question)


def walked(situation: Situation, skipped: tuple[str, ...], known: Content) -> list[Question]:
    """The questions answered or skipped: the name and other texts, what is asked in any case in its order, then the
    others in the order of answering.
    """
    by_id = {question.id: question for question in known.questions}
    seen = [key for key in dict.fromkeys((*situation.answers, *skipped)) if key in by_id]
    texts = [key for key in seen if by_id[key].type == "text"]
    asked = [entry.id for entry in must_ask(situation, known) if entry.id in seen]
    return [by_id[key] for key in dict.fromkeys((*texts, *asked, *seen))]


def resume(session: Session) -> str:
    """Where the interview goes on: the start if nothing is answered, else the next open question or the check."""
    return following(session) if session.situation.answers or session.skipped else ""


def _is_asked(question: str, session: Session) -> bool:
    """Whether a question is open and an answer to it can change anything."""
    return _is_open(question, session) and matters(question, session)


def _is_open(question: str, session: Session) -> bool:
    return question not in session.situation.answers and question not in session.skipped
