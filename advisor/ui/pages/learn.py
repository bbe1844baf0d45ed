"""Learn: the page that leads to the others, and the glossary."""

from __future__ import annotations

import streamlit as st

from advisor.language import Language
from advisor.ui.pages.lesson import minutes, overview
from advisor.ui.parts.markup import Markup, heading, html, joined, link, section, show
from advisor.ui.session import Session, content


def draw(session: Session) -> None:
    """The page that leads to the others."""
    lang = session.lang
    heading(
        lang("Learn to judge it yourself"),
        below=lang("A short course, published cases, the words, and the sources of a lesson on fine-tuning."),
    )
    known = content()
    section(
        lang("The course"),
        "course",
        lang.plural(
            "{n} lesson, {minutes} in all. It has something to try and a question.",
            "{n} lessons, {minutes} in all. Each has something to try and a question.",
            len(known.lessons),
            minutes=minutes(lang),
        ),
    )
    show(overview(session), key="lessons")
    # The ways on from here. Each leads to a page of `advisor.ui.pages.registry`, which says what draws it.
    doors = [
        (
            "cases",
            lang("Published cases"),
            lang.plural(
                "{n} real project: decide before you see what came out.",
                "{n} real projects: decide before you see what came out.",
                len(known.cases) + len(known.retold),
            ),
        ),
        (
            "teach",
            lang("Teach"),
            lang("Open a room: people vote on a case by phone, talk, vote again, and see what came out."),
        ),
        (
            "who-tunes",
            lang("Who still tunes what"),
            lang("Every vendor, way of tuning and model that we know of, on any day, and what ends next."),
        ),
        (
            "tutorial",
            lang("Tutorial: train on ten rows"),
            lang("Two files, the bill, two curves to read, and how it ends."),
        ),
        (
            "try-it",
            lang("Try it on your own rows"),
            lang("Ask a model in several ways: which gets more right, and what it costs. We have rows to try it with."),
        ),
        (
            "tool-rows",
            lang("Rows with tool calls"),
            lang("From your own tools to training rows, checked, and what shorter definitions save."),
        ),
        (
            "for-and-against",
            lang("For and against"),
            lang("What your answers say for training a model, and what against."),
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
                "{n} source of a lesson on fine-tuning: what it taught, and how to do it here.",
                "{n} sources of a lesson on fine-tuning: what each taught, and how to do it here.",
                sum(not resource.belongs_to for resource in known.resources),
            ),
        ),
    ]
    section(lang("Look up and practise"), "more")
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
