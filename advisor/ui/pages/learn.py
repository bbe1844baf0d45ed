"""Learn: the page that leads to the others, the glossary, and what became of the lesson's reading list."""

from __future__ import annotations

from urllib.parse import urlsplit

import streamlit as st

from advisor.content.entries import Resource
from advisor.content.sources import seen
from advisor.language import Language
from advisor.ui.parts.markup import Markup, Words, badge, esc, heading, html, joined, link, outside, show
from advisor.ui.session import Session, content


def draw(session: Session) -> None:
    """The page that leads to the others."""
    lang = session.lang
    heading(
        lang("Learn to judge it yourself"),
        below=lang("Published cases, the words, and the sources of a lesson on fine-tuning."),
    )
    known = content()
    # The ways on from here. Each leads to a page of `entries` in `advisor.ui.shell`, which says what draws it.
    doors = [
        (
            "cases",
            lang("Published cases"),
            lang.plural(
                "{n} real project: decide before you see what came out.",
                "{n} real projects: decide before you see what came out.",
                len(known.cases),
            ),
        ),
        (
            "who-tunes",
            lang("Who still tunes what"),
            lang("Every vendor, way of tuning and model that we know of, on any day, and what ends next."),
        ),
        (
            "decision",
            lang("How the advisor decides, and how often it is right"),
            lang("What it weighs, where each number stands, and how it did on cases that it had not seen."),
        ),
        (
            "glossary",
            lang("Glossary"),
            lang.plural("{n} term in a sentence or two.", "{n} terms, each in a sentence or two.", len(known.terms)),
        ),
        (
            "reading",
            lang("Reading list"),
            lang.plural(
                "{n} source of a lesson on fine-tuning, and what it is today.",
                "{n} sources of a lesson on fine-tuning, and what they are today.",
                len(known.resources),
            ),
        ),
    ]
    cells = joined(html("<li>{}<span>{}</span></li>", link(title, page, session), text) for page, title, text in doors)
    show(html('<ul class="doors">{}</ul>', cells), key="doors")


def draw_glossary(session: Session) -> None:
    """Every term, by its first letter, with a search field."""
    lang = session.lang
    back = link(lang("Learn"), "learn", session, classes="back")
    heading(lang("Glossary"), back=back, below=lang("What the words in the questions and in the verdict mean."))
    wanted = (st.text_input(lang("Search the glossary"), key=f"search:{session.code}") or "").strip().casefold()
    terms = sorted(content().terms, key=lambda term: lang(term.term).casefold())
    matching = [
        term
        for term in terms
        if not wanted or any(wanted in text.casefold() for text in (lang(term.term), lang(term.definition), *term.also))
    ]
    if not matching:
        show(html('<p class="empty">{}</p>', lang("No term matches. Try a shorter word.")))
        return
    rows = joined(
        html(
            '<div id="term-{}"><dt>{}{}</dt><dd>{}</dd></div>',
            term.id,
            lang(term.term),
            _also(term.also, lang),
            lang(term.definition),
        )
        for term in matching
    )
    show(html('<dl class="terms">{}</dl>', rows), key="terms")


def _also(names: tuple[str, ...], lang: Language) -> Markup:
    return html(' <span class="also">{}</span>', lang("also: {names}", names=", ".join(names))) if names else Markup()


def state_name(state: str, lang: Language) -> str:
    """What became of a resource."""
    return {
        "live": lang("as it was"),
        "moved": lang("moved"),
        "superseded": lang("replaced"),
        "dormant": lang("no longer kept up"),
        "broken": lang("gone"),
        "not_verified": lang("not checked"),
    }[state]


def draw_reading(session: Session) -> None:
    """The lesson's resources, each with its state on the day it was last looked at."""
    lang = session.lang
    back = link(lang("Learn"), "learn", session, classes="back")
    heading(
        lang("Reading list"), back=back, below=lang("What a lesson on fine-tuning pointed to, and what is there today.")
    )
    if not content().resources:
        show(html('<p class="empty">{}</p>', lang("The list is empty.")))
        return
    words = Words(lang)
    rows = joined(_resource(resource, words, lang) for resource in content().resources)
    show(html('<ol class="reading">{}</ol>', rows), key="reading")


def _resource(resource: Resource, words: Words, lang: Language) -> Markup:
    url = resource.current_url or resource.original_url
    where = urlsplit(url).hostname or ""
    title = esc(resource.title) if resource.state == "broken" else outside(resource.title, url)
    when = seen(resource.seen.isoformat(), lang)
    return html(
        '<li><p class="what">{} {}</p><p>{}</p><p>{}</p><p class="quiet">{}{}{}</p></li>',
        title,
        badge(state_name(resource.state, lang), resource.state),
        words(lang(resource.now)),
        words(lang(resource.uses)),
        where,
        " · " if where else "",
        when,
    )
