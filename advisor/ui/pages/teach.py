"""Teach: open a room on this server, in which people vote on published cases by phone, or print one."""

from __future__ import annotations

import os
from datetime import date
from functools import partial
from ipaddress import ip_address
from urllib.parse import urlsplit

import streamlit as st

from advisor.cases import level_name
from advisor.content.entries import Workshop
from advisor.content.load import Content
from advisor.language import LANGUAGES, Language
from advisor.ui.parts.markup import heading, html, joined, link, note, plain, show, visible
from advisor.ui.session import Session, content
from advisor.workshop.debate import DESCRIBED, debatable
from advisor.workshop.opening import ADDRESS, MOST_STORY, MOST_TITLE, USUAL_MINUTES, Opened, open_room
from advisor.workshop.programme import MODES, USUAL, Wishes, expected_minutes, programme

OPENED = "workshop-opened"
BUTTONS = ("open-room",)


def draw(session: Session) -> None:
    """The form that opens a room, and then its links."""
    lang = session.lang
    heading(
        lang("Teach: a room that argues, votes and learns why"),
        back=link(lang("Learn"), "learn", session, classes="back"),
        below=lang(
            "People join by phone, without an account. They vote on a published case, talk, vote again, and see what "
            "the advisor says and what came out."
        ),
    )
    opened = st.session_state.get(OPENED)
    if not _base()[1]:
        warning = lang(
            "This app answers to this machine alone, so phones cannot reach the room. Start it by the command advisor "
            "workshop to let them in."
        )
        show(note(warning), key="alone")
    if isinstance(opened, Opened):
        _links(opened, lang)
        with st.expander(plain(lang("Another room, or a workshop on paper"))):
            _form(session)
    else:
        _form(session)


def _form(session: Session) -> None:
    from advisor.workshop.store import NoRoomLeft, Unreachable  # here, since most readers open no room

    lang, known = session.lang, content()
    show(html("<h2>{}</h2>", lang("Open a room")))
    title = st.text_input(plain(lang("What the room is called")), max_chars=MOST_TITLE, key="room-title")
    code = st.selectbox(
        plain(lang("Language of the room")),
        list(LANGUAGES),
        index=list(LANGUAGES).index(session.code),
        format_func=lambda code: visible(LANGUAGES[code]),
        key="room-language",
    )
    plans = {plan.minutes: plan for plan in known.workshops}
    minutes = st.radio(
        plain(lang("How long")),
        list(plans),
        index=list(plans).index(USUAL_MINUTES),
        format_func=lambda minutes: plain(_plan(minutes, known, lang)),
        key="room-plan",
    )
    plan = plans[minutes or USUAL_MINUTES]
    wishes, story = _wishes(plan, known, lang)
    whole = expected_minutes(programme(plan, wishes, known), known)
    said = lang("This takes {n} minutes by our plan. The minutes are our suggestion.", n=lang.number(round(whole)))
    show(html('<p class="quiet">{}</p>', said), key="minutes")
    if st.button(plain(lang("Open the room")), key="open-room", type="primary"):
        try:
            st.session_state[OPENED] = open_room(
                title or lang("Workshop"), code or session.code, plan, wishes, session.day, known, story
            )
        except NoRoomLeft:
            show(note(lang("There are as many rooms here as there may be. Delete one first.")))
        except Unreachable as error:
            show(note(error.text(lang)))
        else:
            st.rerun()
    paper = lang(
        "Without phones or a network: cases to hand out, cards to hold up, a score sheet and a guide. No room is "
        "opened; what was counted can be entered in one later."
    )
    show(html("<h2>{}</h2><p>{}</p>", lang("A workshop on paper"), paper))
    st.download_button(
        plain(lang("Print pack (PDF)")),
        partial(_print_pack, title or lang("Workshop"), plan, wishes, session.day, code or session.code),
        file_name="workshop.pdf",
        mime="application/pdf",
        on_click="ignore",
        key="print-pack",
    )


def _wishes(plan: Workshop, known: Content, lang: Language) -> tuple[Wishes, tuple[str, str]]:
    """What the room is to do, and the case that whoever leads described for it."""
    names = {
        "debate": lang("Debate published cases"),
        "together": lang("Answer the questions for one case together"),
        "own": lang("Own projects: a verdict for each team"),
        "quiz": lang("Quiz of words and traps"),
        "ticket": lang("What everybody will do on Monday"),
    }
    modes = st.multiselect(
        plain(lang("What the room does")),
        list(MODES),
        default=list(USUAL),
        format_func=lambda mode: plain(names[mode]),
        key="room-modes",
    )
    chosen = tuple(mode for mode in MODES if mode in modes) or USUAL
    cards = {case.id: card for case, card in debatable(known)}

    def case_name(case: str) -> str:
        if case == DESCRIBED:
            return plain(lang("One that I describe"))
        return plain(f"{lang(cards[case].title)} ({level_name(cards[case].level, lang)})")

    cases: list[str] = []
    if "debate" in chosen:
        fitting = {step.case for step in programme(plan, Wishes(chosen), known) if step.kind == "first"}
        cases = st.multiselect(
            plain(lang("Cases, in this order")),
            list(cards),
            default=[case for case in plan.cases if case in fitting],
            format_func=case_name,
            key="-".join(("room-cases", plan.id, *(mode for mode in chosen if mode != "debate"))),
        )
    if "together" not in chosen:
        return Wishes(chosen, cases), ("", "")
    left = [case for case in cards if case not in cases]
    together = st.selectbox(
        plain(lang("Case to answer together")),
        [DESCRIBED, *left],
        index=1 + (left.index(plan.together) if plan.together in left else 0),
        format_func=case_name,
        key="room-together",
    )
    if together != DESCRIBED:
        return Wishes(chosen, cases, together), ("", "")
    name = st.text_input(plain(lang("What the case is called")), max_chars=MOST_TITLE, key="room-story-name")
    story = st.text_area(plain(lang("The case, in a few sentences")), max_chars=MOST_STORY, key="room-story")
    return Wishes(chosen, cases, DESCRIBED), (name or lang("Our case"), story)


def _print_pack(title: str, plan: Workshop, wishes: Wishes, day: date, code: str) -> bytes:
    from advisor.report.pdf import paper_pdf  # here, since most readers print nothing
    from advisor.workshop.print_pack import print_pack

    return paper_pdf(print_pack(title, plan, wishes, day, code, content()))


def _plan(minutes: int, known: Content, lang: Language) -> str:
    plan = next(plan for plan in known.workshops if plan.minutes == minutes)
    return lang("{n} minutes, {cases}", n=minutes, cases=lang.plural("{n} case", "{n} cases", len(plan.cases)))


def _links(opened: Opened, lang: Language) -> None:
    from advisor.ui.workshop.documents import qr_picture
    from advisor.workshop.codes import in_halves

    base = _base()[0]
    address = opened.join(base)
    ways = ((opened.lead(base), lang("Lead the room")), (f"{address}/screen", lang("Page for the projector")))
    rows = joined(html('<li><a href="{}" target="_blank" rel="noopener">{}</a></li>', *way) for way in ways)
    show(
        html(
            '<section class="outcome" role="status"><h2>{}</h2><p>{}</p><p class="what">{}</p>{}<ul>{}</ul>'
            '<p class="quiet">{}</p></section>',
            lang("The room is open"),
            address,
            in_halves(opened.code),
            qr_picture(address, lang("QR code of the room")),
            rows,
            lang("Keep the link to lead the room to yourself: whoever has it leads, and it is shown only here."),
        ),
        key="opened-room",
    )


def _base() -> tuple[str, bool]:
    """The address of this server as phones reach it, as far as it is known, and whether they do."""
    configured = os.environ.get(ADDRESS, "")
    here = urlsplit(str(st.context.url or ""))
    base = f"{here.scheme}://{here.netloc}{here.path.rpartition('/')[0]}" if here.netloc else configured
    local = here.hostname is None or _is_local(here.hostname)
    return (configured or base, bool(configured)) if local else (base, True)


def _is_local(name: str) -> bool:
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"
