"""What a figure rests on: an answer, a measurement, a prior, an assumption or a dated fact, each with its source."""

from __future__ import annotations

from collections.abc import Iterable

from advisor.engine.advice import Advice
from advisor.ui.parts.markup import Words, esc, outside, table
from advisor.ui.session import Visit, content
from advisor.wording import SourceText, labels

ORDER = ("measured", "answer", "fact", "assumption", "content", "prior")


def sources(texts: Iterable[SourceText], here: Visit) -> str:
    """Sources as links, each with the day it was seen."""
    seen = [_source(one, here) for one in texts]
    return f'<p class="quiet">{esc(here.lang("Source:"))} {"; ".join(seen)}</p>' if seen else ""


def _source(one: SourceText, here: Visit) -> str:
    details = one.details(here.lang)
    return outside(one.title, one.url) + (f" ({esc(details)})" if details else "")


def rests_on(keys: Iterable[str], advice: Advice, here: Visit) -> str:
    """A closed list of all that the figures above rest on."""
    lang = here.lang
    entries = [advice.basis[key] for key in dict.fromkeys(keys) if key in advice.basis]
    if not entries:
        return ""
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
    return f'<details class="figures"><summary>{esc(title)}</summary>{cells}</details>'
