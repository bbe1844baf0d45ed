"""What surrounds every page: header, the state of the verdict, footer; and how one gets from page to page.

Which pages there are is in `advisor.ui.pages.registry`: add one there.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import streamlit as st

from advisor.language import LANGUAGES, Language
from advisor.ui.advice import advise, glance
from advisor.ui.navigation import PART, TURNED, pressed, resume, told_of, turn_back, turn_to
from advisor.ui.navigation import go as leave
from advisor.ui.pages import start
from advisor.ui.pages.find import FIND, add_what_you_know
from advisor.ui.pages.registry import Page, pages
from advisor.ui.pages.verdict.rooms import tabs, take_typed
from advisor.ui.parts import browser, notices
from advisor.ui.parts.markup import Markup, html, joined, link, show
from advisor.ui.parts.progress import strip
from advisor.ui.parts.question_fields import keep
from advisor.ui.session import LINKED, Session, arrive, current_session, own_parameters, settle, stepped_to, turn

MINE = ("interview", "verdict")
"""Parts of the app that are about the reader's own answers."""


def run() -> None:
    """One run of the script: take over the address, follow a link if one was clicked, draw the page."""
    turned = turn()
    session = arrive()
    go = browser.followed()
    if go and go.lang in LANGUAGES:
        session.code = go.lang
    lang = session.lang
    targets = _streamlit_pages(lang)
    st.session_state[TURNED] = False
    # After a step in the history, what was pressed belongs to other answers: the page itself sees to it.
    shown = st.session_state.get("shown")
    if turned == turn():
        _leave(shown, go, session)
    turn_back(stepped_to())
    current = st.navigation(told_of(targets, shown), position="hidden")
    path = st.session_state["shown"] = current.url_path
    own = own_parameters()
    page = pages(lang)[path]
    if page.questions:
        session.keep_later()
    elif page.part == "verdict":
        session.keep_owners()
    session.newer = None
    top = _place("", anew=False)
    stands = "status" if page.strip else "tabs" if page.part == "verdict" and session.situation.answers else ""
    # A strip that is not there yet would push the page down when it comes, so then it is drawn before the page. One
    # that is there stays until it is drawn anew: then the page need not wait for it. Nor need a question wait for its
    # header.
    there = st.session_state.get("stands") == stands
    st.session_state["stands"] = stands
    late = there and session.situation.known()
    header_late = there and bool(shown) and bool(page.questions)
    if not header_late:
        _header(top, session, path, page, own)
    above = _place(stands, anew=not there)
    if stands == "tabs":
        with above:
            tabs(path, session)
    elif stands and not late:
        _strip(above, path, session)
    try:
        with _place("wide" if page.wide else "narrow", anew=st.session_state[TURNED]):
            notices.draw(session)
            if page.questions:
                # Drawn as a part of the frame, the buttons of one question are those of the next: a browser keeps them.
                page.draw(session)
            else:
                current.run()
    finally:
        if header_late:
            _header(top, session, path, page, own)
    if stands == "status" and late:
        _strip(above, path, session)
    _footer(lang)
    settle(session, own)
    shown_part = "".join(own.get(name, "") for name in ("case", "id", "kit", "run"))
    shown_part += st.session_state.pop(PART, "")
    problem = st.session_state.pop("problem", 0)
    late_go = browser.arrived(f"{path}?{shown_part}", session.code, stands == "tabs", problem, own.get("figures", ""))
    if late_go and not go and _elsewhere(late_go, path) and late_go.page in targets:
        session.code = late_go.lang if late_go.lang in LANGUAGES else session.code
        leave(late_go.page, session, **late_go.own)


def _elsewhere(go: browser.Go, shown: str) -> bool:
    """Whether a link leads to another page than the one that is shown, or to the same with other parameters."""
    return go.page != shown or go.own != {name: own for name, own in own_parameters().items() if name in LINKED}


def _leave(shown: str | None, go: browser.Go | None, session: Session) -> None:
    """Where a link or a button of the page that is shown leads to another, have this run draw that one.

    A press that comes to a problem is left to the page, which says what it is. So is one after a session was lost.
    """
    page = pages(session.lang).get(shown) if shown is not None else None
    if shown is None or page is None:
        return
    if go and _elsewhere(go, shown) and go.page in st.session_state["pages"]:
        take_typed(shown, session)
        for question in page.questions or (start.asked() if not shown else ()):
            keep(question, session, among=len(page.questions) > 1)
        turn_to(go.page, session, **go.own)
    elif page.leads and not go and (press := pressed(*page.buttons)):
        led = page.leads(press, session)
        if not led.problem:
            turn_to(led.page, session)


def _place(key: str, *, anew: bool) -> st.delta_generator.DeltaGenerator:
    """A container of the frame: it keeps what it holds until that is drawn again, or is empty at first if `anew`."""
    place = st.empty() if anew else st
    return place.container(key=key or None)


def _strip(place: st.delta_generator.DeltaGenerator, path: str, session: Session) -> None:
    """How far the interview is, and which way it leans."""
    with place:
        if not session.situation.known():
            strip(session, None)
        else:
            # The page before the verdict shows what the verdict will: the same figure, and then no wait.
            strip(session, advise(session) if path == "check" else glance(session))


def _streamlit_pages(lang: Language) -> dict[str, st.Page]:
    """The pages as Streamlit knows them. To make them is a fifth of the work of a click, so a session keeps them."""
    if st.session_state.get("pages-in") != lang.code:
        st.session_state["pages"] = {
            path: st.Page(partial(_draw, page), title=_title(page, lang), url_path=path or "start", default=not path)
            for path, page in pages(lang).items()
        }
        st.session_state["pages-in"] = lang.code
    kept: dict[str, st.Page] = st.session_state["pages"]
    return kept


def _draw(page: Page) -> None:
    page.draw(current_session())


def _title(page: Page, lang: Language) -> str:
    return f"{page.title} – {lang('Fine-Tune Advisor')}"


def _header(
    place: st.delta_generator.DeltaGenerator, session: Session, path: str, page: Page, own: dict[str, str]
) -> None:
    lang = session.lang
    menu = {
        "interview": (lang("Interview"), resume(session)),
        "verdict": (lang("Verdict"), "verdict"),
        "data": (lang("Your data"), "data"),
        "learn": (lang("Learn"), "learn"),
    }
    nav = joined(
        html("<li>{}</li>", link(name, target, session, classes="here" if part == page.part else ""))
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
            add_what_you_know(path, session) if path not in ("", FIND) and page.part in MINE else Markup(),
            switches,
        ),
        place=place,
    )


def _switch(code: str, path: str, session: Session, own: dict[str, str]) -> Markup:
    """A link to this page, with all that was entered, in another language."""
    switch = link(LANGUAGES[code], path, replace(session, code=code), classes="language", **own)
    return switch.replace(html("<a "), html('<a lang="{}" hreflang="{}" ', code, code), 1)


def _footer(lang: Language) -> None:
    themes = (("System", lang("As the device")), ("Light", lang("Light")), ("Dark", lang("Dark")))
    buttons = joined(html('<button type="button" data-theme="{}">{}</button>', theme, name) for theme, name in themes)
    stays = lang(
        "Nothing leaves the computer that runs this app, unless you agree to what is sent: no account, no tracking."
    )
    shared = lang("Whoever has the address of this page can read your answers.")
    show(
        html(
            '<div class="foot"><p>{} {}</p><div class="themes" role="group" aria-label="{}">{}</div></div>',
            stays,
            shared,
            lang("Appearance"),
            buttons,
        ),
    )
