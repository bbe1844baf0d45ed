"""What surrounds every page: header, the state of the verdict, footer; and how one gets from page to page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Literal

import streamlit as st

from advisor.content.entries import Question
from advisor.language import LANGUAGES, Language
from advisor.ui.advice import advise, glance
from advisor.ui.navigation import go as leave
from advisor.ui.navigation import group_page, page_of, resume
from advisor.ui.pages import (
    cases,
    check,
    decision,
    find,
    learn,
    lost,
    question,
    questions,
    start,
    starter_kits,
    who_tunes,
)
from advisor.ui.pages.find import FIND, add_what_you_know
from advisor.ui.pages.verdict import page
from advisor.ui.pages.verdict.rooms import BRIEF, rooms, tabs, take_typed
from advisor.ui.parts import browser, notices
from advisor.ui.parts.markup import Markup, html, joined, link, show
from advisor.ui.parts.progress import strip
from advisor.ui.session import Session, arrive, content, current_session, own_parameters, settle

MINE = ("interview", "verdict")
"""Parts of the app that are about the reader's own answers."""


@dataclass(frozen=True)
class Entry:
    """A page: its title, what draws it, and whether the state of the verdict stands above it."""

    title: str
    draw: Callable[[Session], None]
    strip: bool = False
    wide: bool = False
    questions: tuple[Question, ...] = ()
    """What it asks."""
    part: Literal["interview", "verdict", "data", "learn"] | None = "interview"
    """The entry of the menu that is marked while the page is shown."""


@cache
def entries(lang: Language) -> dict[str, Entry]:
    """Every page by its path in the address; the first is the one without a path."""
    asked = {
        page_of(entry): Entry(lang(entry.text), partial(question.draw, entry), strip=True, questions=(entry,))
        for entry in content().questions
    }
    together = {
        group_page(group): Entry(
            lang(group.title),
            partial(questions.draw, group),
            strip=True,
            questions=tuple(content().question(key) for key in group.questions),
        )
        for group in content().pages
    }
    behind = {
        path: Entry(room.name, partial(page.draw_room, room), wide=True, part="verdict")
        for path, room in rooms(lang).items()
    }
    pages = {
        "": Entry(lang("Should you fine-tune?"), start.draw),
        **asked,
        **together,
        "check": Entry(lang("Check your answers"), check.draw, strip=True),
        FIND: Entry(lang("Add something I know"), find.draw, strip=True),
        BRIEF: Entry(lang("The verdict"), page.draw, wide=True, part="verdict"),
        **behind,
        "kit": Entry(lang("Start"), starter_kits.draw, wide=True, part="verdict"),
        "data": Entry(lang("Your data"), _data, wide=True, part="data"),
        "learn": Entry(lang("Learn"), learn.draw, part="learn"),
        "who-tunes": Entry(lang("Who still tunes what"), who_tunes.draw, wide=True, part="learn"),
        "decision": Entry(lang("How the advisor decides, and how often it is right"), decision.draw, part="learn"),
        "glossary": Entry(lang("Glossary"), learn.draw_glossary, part="learn"),
        "reading": Entry(lang("Reading list"), learn.draw_reading, part="learn"),
        "cases": Entry(lang("Published cases"), cases.draw, part="learn"),
        "case": Entry(lang("A published case"), cases.draw_case, part="learn"),
    }
    titles = {path: entry.title for path, entry in pages.items()}
    return {**pages, "lost": Entry(lang("There is no such page"), partial(lost.draw, titles), part=None)}


def run() -> None:
    """One run of the script: take over the address, follow a link if one was clicked, draw the page."""
    session = arrive()
    go = browser.followed_link()
    if go and go.lang in LANGUAGES:
        session.code = go.lang
    lang = session.lang
    all_pages = entries(lang)
    targets = _pages(lang)
    current = st.navigation(list(targets.values()), position="hidden")
    path = current.url_path
    if go and go.page != path and go.page in targets:
        take_typed(path, session)
        leave(go.page, session, **go.own)
    own = own_parameters()
    entry = all_pages[path]
    if entry.questions:
        session.keep_later()
    elif entry.part == "verdict":
        session.keep_owners()
    session.newer = None
    _header(session, path, entry, own)
    if entry.part == "verdict" and session.situation.answers:
        with st.container(key="tabs"):
            tabs(path, session)
    above = st.container(key="status") if entry.strip else None
    # A strip that is not there yet would push the page down when it comes, so then it is drawn before the page; one
    # that is there stays until it is drawn anew, so then the page need not wait for it.
    late = above and st.session_state.get("strip") and session.situation.known()
    st.session_state["strip"] = entry.strip
    if above and not late:
        _strip(above, path, session)
    with st.container(key="wide" if entry.wide else "narrow"):
        notices.draw(session)
        current.run()
    if above and late:
        _strip(above, path, session)
    _footer(lang)
    settle(session, own)
    browser.arrived(f"{path}?{own.get('case', '')}", session.code, st.session_state.pop("problem", 0))


def _strip(place: st.delta_generator.DeltaGenerator, path: str, session: Session) -> None:
    """How far the interview is, and which way it leans."""
    with place:
        if not session.situation.known():
            strip(session, None)
        else:
            # The page before the verdict shows what the verdict will: the same figure, and then no wait.
            strip(session, advise(session) if path == "check" else glance(session))


def _pages(lang: Language) -> dict[str, st.Page]:
    """The pages as Streamlit knows them. To make them is a fifth of the work of a click, so a session keeps them."""
    if st.session_state.get("pages-in") != lang.code:
        st.session_state["pages"] = {
            path: st.Page(partial(_draw, entry), title=_title(entry, lang), url_path=path or "start", default=not path)
            for path, entry in entries(lang).items()
        }
        st.session_state["pages-in"] = lang.code
    kept: dict[str, st.Page] = st.session_state["pages"]
    return kept


def _draw(entry: Entry) -> None:
    entry.draw(current_session())


def _data(session: Session) -> None:
    """The page of training data. What checks it loads pyarrow, which no other page needs."""
    from advisor.ui.pages.data import page

    page.draw(session)


def _title(entry: Entry, lang: Language) -> str:
    return f"{entry.title} – {lang('Fine-Tune Advisor')}"


def _header(session: Session, path: str, entry: Entry, own: dict[str, str]) -> None:
    lang = session.lang
    menu = {
        "interview": (lang("Interview"), resume(session)),
        "verdict": (lang("Verdict"), "verdict"),
        "data": (lang("Your data"), "data"),
        "learn": (lang("Learn"), "learn"),
    }
    nav = joined(
        html("<li>{}</li>", link(name, target, session, classes="here" if part == entry.part else ""))
        for part, (name, target) in menu.items()
    )
    switches = joined(_switch(code, path, session, own) for code in LANGUAGES if code != session.code)
    show(
        html(
            '<a class="skip" href="#content">{}</a><div class="top">{}<nav aria-label="{}"><ul>{}</ul></nav>{}{}</div>',
            lang("Skip to content"),
            link(lang("Fine-Tune Advisor"), "", session, classes="brand"),
            lang("Pages"),
            nav,
            add_what_you_know(path, session) if path not in ("", FIND) and entry.part in MINE else Markup(),
            switches,
        ),
        key="top",
    )


def _switch(code: str, path: str, session: Session, own: dict[str, str]) -> Markup:
    """A link to this page, with all that was entered, in another language."""
    switch = link(LANGUAGES[code], path, replace(session, code=code), classes="language", **own)
    return switch.replace(html("<a "), html('<a lang="{}" hreflang="{}" ', code, code), 1)


def _footer(lang: Language) -> None:
    themes = (("System", lang("As the device")), ("Light", lang("Light")), ("Dark", lang("Dark")))
    buttons = joined(html('<button type="button" data-theme="{}">{}</button>', theme, name) for theme, name in themes)
    stays = lang("Nothing leaves this machine: no account, no tracking, no call to a model.")
    shared = lang("The address of this page holds your answers; share it only with people who may read them.")
    show(
        html(
            '<div class="foot"><p>{} {}</p><div class="themes" role="group" aria-label="{}">{}</div></div>',
            stays,
            shared,
            lang("Appearance"),
            buttons,
        ),
        key="foot",
    )
