"""What a figure rests on: an answer, a measurement, a prior, an assumption or a dated fact, each with its source."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from advisor.engine.advice import Advice, Basis
from advisor.ui.parts.markup import Markup, Words, folded, html, joined, link, outside, table
from advisor.ui.session import Session, content
from advisor.wording import FigureText, SourceText, WorkedOut, labels

SITUATION = ("measured", "answer", "prior")
"""Kinds of what the user said, or left open: what the shares of the scenarios rest on."""
ORDER = ("measured", "answer", "fact", "assumption", "content", "prior")


def sources(texts: Iterable[SourceText], session: Session) -> Markup:
    """Sources as links, each with the day it was seen."""
    seen = [_source(text, session) for text in texts]
    return html('<p class="quiet">{} {}</p>', session.lang("Source:"), joined(seen, "; ")) if seen else Markup()


def _source(source: SourceText, session: Session) -> Markup:
    details = source.details(session.lang)
    return outside(source.title, source.url) + (html(" ({})", details) if details else Markup())


def rests_on(keys: Iterable[str], advice: Advice, session: Session) -> Markup:
    """A closed list of all that the figures above rest on."""
    made = _figures(keys, advice, session)
    if made is None:
        return Markup()
    return folded(*made)


def come_about(
    title: str,
    lines: Iterable[WorkedOut],
    keys: Iterable[str],
    advice: Advice,
    session: Session,
    above: Markup,
    *,
    opened: bool = False,
) -> Markup:
    """Behind one tap: `above`, how each line is worked out, and then every figure that went into them, with its value,
    its unit, its source and its day. `keys` are of figures that are in no line. `opened`: the reader came for these.
    """
    lang, words = session.lang, Words(session.lang)
    lines = tuple(lines)
    figures = _figures([*(key for line in lines for key in line.basis), *keys], advice, session)
    rows = [[words(line.name), figure(line.figure), words(line.how)] for line in lines]
    heads = [lang("Line"), lang("Amount"), lang("What is multiplied")]
    how = table(heads, rows, caption=title, numbers=(1,), kind="basis") if rows else Markup()
    basis = figures[1] if figures else Markup()
    if not (rows or figures or above):
        return Markup()
    return folded(title, above, how, basis, opened=opened)


def figures_asked_for() -> str:
    """The option or step whose figures a link asked for."""
    return st.query_params.get("figures", "")


def figure(text: FigureText) -> Markup:
    """The middle of a figure and, smaller, its range."""
    small = html('<span class="spread">{}</span>', text.spread) if text.spread else Markup()
    return html("{}{}", text.middle, small)


def situation_keys(advice: Advice) -> list[str]:
    """What a share of the scenarios rests on: all that the user said, and the priors of what was left open."""
    return [key for key, entry in advice.basis.items() if entry.kind in SITUATION]


def _named(entry: Basis, words: Words, session: Session) -> Markup:
    """The name of a figure; that of an assumption leads to where it can be changed."""
    name = labels.basis_name(entry, content(), session.lang)
    group = next((one.group for one in content().assumptions if one.id == entry.ref), None)
    return link(name, "assumptions", session, group=group) if group else words(name)


def _figures(keys: Iterable[str], advice: Advice, session: Session) -> tuple[str, Markup] | None:
    """A title and a table of all that figures rest on; None where that is nothing."""
    lang = session.lang
    entries = [advice.basis[key] for key in dict.fromkeys(keys) if key in advice.basis]
    if not entries:
        return None
    entries.sort(key=lambda entry: ORDER.index(entry.kind))
    words = Words(lang)
    rows = [
        [
            _named(entry, words, session),
            words(labels.basis_value(entry, content(), lang)),
            outside(labels.basis(entry, content(), lang), entry.url),
        ]
        for entry in entries
    ]
    title = lang.plural("The figure that this rests on", "The {n} figures that this rests on", len(rows))
    return title, table([lang("Figure"), lang("Value"), lang("From")], rows, caption=title, kind="basis")
