"""What a figure rests on: an answer, a measurement, a prior, an assumption or a dated fact, each with its source."""

from __future__ import annotations

from collections.abc import Iterable

from advisor.engine.advice import Advice
from advisor.ui.parts.markup import Markup, Words, html, joined, outside, table
from advisor.ui.session import Session, content
from advisor.wording import SourceText, labels

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
    lang = session.lang
    entries = [advice.basis[key] for key in dict.fromkeys(keys) if key in advice.basis]
    if not entries:
        return Markup()
    entries.sort(key=lambda entry: ORDER.index(entry.kind))
    words = Words(lang)
    rows = [
        [
            words(labels.basis_name(entry, content(), lang)),
            words(labels.basis_value(entry, content(), lang)),
            outside(labels.basis(entry, content(), lang), entry.url),
        ]
        for entry in entries
    ]
    title = lang.plural("The figure that this rests on", "The {n} figures that this rests on", len(rows))
    cells = table([lang("Figure"), lang("Value"), lang("From")], rows, caption=title, kind="basis")
    return html('<details class="figures"><summary>{}</summary>{}</details>', title, cells)
