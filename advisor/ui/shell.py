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
from advisor.ui.navigation import PART, TURNED, Led, group_page, page_of, pressed, resume, told_of, turn_back, turn_to
from advisor.ui.navigation import go as leave
from advisor.ui.pages import (
    cases,
    check,
    decision,
    find,
    for_and_against,
    learn,
    lesson,
    lost,
    own_words,
    portal_form,
    question,
    questions,
    resources,
    start,
    starter_kits,
    teach,
    tutorial,
    who_tunes,
)
from advisor.ui.pages.find import FIND, add_what_you_know
from advisor.ui.pages.verdict import page
from advisor.ui.pages.verdict.rooms import BRIEF, KIT, rooms, tabs, take_typed
from advisor.ui.parts import browser, notices
from advisor.ui.parts.markup import Markup, html, joined, link, show
from advisor.ui.parts.progress import strip
from advisor.ui.parts.question_fields import keep
from advisor.ui.session import (
    LINKED,
    Session,
    arrive,
    content,
    current_session,
    own_parameters,
    settle,
    stepped_to,
    turn,
)

TRY_IT = "try-it"
"""The path of the page of pilots, which loads what reads files."""
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
    buttons: tuple[str, ...] = ()
    """Buttons that lead to another page, by their keys."""
    leads: Callable[[str, Session], Led] | None = None
    """What a press of one of them comes to."""


@cache
def entries(lang: Language) -> dict[str, Entry]:
    """Every page by its path in the address; the first is the one without a path."""
    asked = {
        page_of(entry): Entry(
            lang(entry.text),
            partial(question.draw, entry),
            strip=True,
            questions=(entry,),
            buttons=question.BUTTONS,
            leads=partial(question.leads, entry),
        )
        for entry in content().questions
    }
    together = {
        group_page(group): Entry(
            lang(group.title),
            partial(questions.draw, group),
            strip=True,
            questions=tuple(content().question(key) for key in group.questions),
            buttons=question.BUTTONS,
            leads=partial(questions.leads, group),
        )
        for group in content().pages
    }
    behind = {
        path: Entry(room.name, partial(page.draw_room, room), wide=True, part="verdict")
        for path, room in rooms(lang).items()
    }
    taught = {one.page: Entry(lang(one.title), partial(lesson.draw, one), part="learn") for one in content().lessons}
    pages = {
        "": Entry(lang("Should you fine-tune?"), start.draw, buttons=start.BUTTONS, leads=start.leads),
        **asked,
        **together,
        "check": Entry(lang("Check your answers"), check.draw, strip=True, buttons=check.BUTTONS, leads=check.leads),
        FIND: Entry(lang("Add something I know"), find.draw, strip=True),
        own_words.DESCRIBE: Entry(lang("Describe it in your own words"), own_words.draw),
        BRIEF: Entry(lang("The verdict"), page.draw, wide=True, part="verdict"),
        **behind,
        KIT: Entry(lang("Start"), starter_kits.draw, wide=True, part="verdict"),
        TRY_IT: Entry(lang("Try it on your own rows"), _try_it, wide=True, part="data"),
        "data": Entry(lang("Your data"), _data, wide=True, part="data"),
        "tool-rows": Entry(lang("Rows with tool calls"), _tool_rows, wide=True, part="data"),
        "learn": Entry(lang("Learn"), learn.draw, part="learn"),
        **taught,
        "who-tunes": Entry(lang("Who still tunes what"), who_tunes.draw, wide=True, part="learn"),
        "decision": Entry(lang("How the advisor decides, and how often it is right"), decision.draw, part="learn"),
        "glossary": Entry(lang("Glossary"), learn.draw_glossary, part="learn"),
        "reading": Entry(lang("Reading list"), resources.draw, part="learn"),
        "resource": Entry(lang("A source of the lesson"), resources.draw_resource, part="learn"),
        "for-and-against": Entry(lang("For and against"), for_and_against.draw, wide=True, part="learn"),
        "tutorial": Entry(lang("Tutorial: train on ten rows"), tutorial.draw, part="learn"),
        "portal-form": Entry(lang("Rehearse the form of the portal"), portal_form.draw, part="learn"),
        "teach": Entry(lang("Teach: a room that votes"), teach.draw, part="learn"),
        "cases": Entry(lang("Published cases"), cases.draw, part="learn"),
        "case": Entry(lang("A published case"), cases.draw_case, part="learn"),
    }
    titles = {path: entry.title for path, entry in pages.items()}
    return {**pages, "lost": Entry(lang("There is no such page"), partial(lost.draw, titles), part=None)}


def run() -> None:
    """One run of the script: take over the address, follow a link if one was clicked, draw the page."""
    turned = turn()
    session = arrive()
    go = browser.followed()
    if go and go.lang in LANGUAGES:
        session.code = go.lang
    lang = session.lang
    all_pages = entries(lang)
    targets = _pages(lang)
    st.session_state[TURNED] = False
    # After a step in the history, what was pressed belongs to other answers: the page itself sees to it.
    shown = st.session_state.get("shown")
    if turned == turn():
        _leave(shown, go, session)
    turn_back(stepped_to())
    current = st.navigation(told_of(targets, shown), position="hidden")
    path = st.session_state["shown"] = current.url_path
    own = own_parameters()
    entry = all_pages[path]
    if entry.questions:
        session.keep_later()
    elif entry.part == "verdict":
        session.keep_owners()
    session.newer = None
    top = _place("", anew=False)
    stands = "status" if entry.strip else "tabs" if entry.part == "verdict" and session.situation.answers else ""
    # A strip that is not there yet would push the page down when it comes, so then it is drawn before the page. One
    # that is there stays until it is drawn anew: then the page need not wait for it. Nor need a question wait for its
    # header.
    there = st.session_state.get("stands") == stands
    st.session_state["stands"] = stands
    late = there and session.situation.known()
    header_late = there and bool(shown) and bool(entry.questions)
    if not header_late:
        _header(top, session, path, entry, own)
    above = _place(stands, anew=not there)
    if stands == "tabs":
        with above:
            tabs(path, session)
    elif stands and not late:
        _strip(above, path, session)
    try:
        with _place("wide" if entry.wide else "narrow", anew=st.session_state[TURNED]):
            notices.draw(session)
            if entry.questions:
                # Drawn as a part of the frame, the buttons of one question are those of the next: a browser keeps them.
                entry.draw(session)
            else:
                current.run()
    finally:
        if header_late:
            _header(top, session, path, entry, own)
    if stands == "status" and late:
        _strip(above, path, session)
    _footer(lang)
    settle(session, own)
    entry_of = "".join(own.get(name, "") for name in ("case", "id", "kit", "run"))
    entry_of += st.session_state.pop(PART, "")
    problem = st.session_state.pop("problem", 0)
    late_go = browser.arrived(f"{path}?{entry_of}", session.code, stands == "tabs", problem, own.get("figures", ""))
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
    entry = entries(session.lang).get(shown) if shown is not None else None
    if shown is None or entry is None:
        return
    if go and _elsewhere(go, shown) and go.page in st.session_state["pages"]:
        take_typed(shown, session)
        for one in entry.questions or (start.asked() if not shown else ()):
            keep(one, session, among=len(entry.questions) > 1)
        turn_to(go.page, session, **go.own)
    elif entry.leads and not go and (press := pressed(*entry.buttons)):
        led = entry.leads(press, session)
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


def _try_it(session: Session) -> None:
    """The page of pilots, which reads files of rows, too."""
    from advisor.ui.pages.try_it import page

    page.draw(session)


def _tool_rows(session: Session) -> None:
    """The page that makes rows with tool calls, which reads files of examples, too."""
    from advisor.ui.pages.data import tool_rows

    tool_rows.draw(session)


def _title(entry: Entry, lang: Language) -> str:
    return f"{entry.title} – {lang('Fine-Tune Advisor')}"


def _header(
    place: st.delta_generator.DeltaGenerator, session: Session, path: str, entry: Entry, own: dict[str, str]
) -> None:
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
