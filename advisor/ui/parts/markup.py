"""HTML made from data. Every value goes through `esc`, so that what a user typed is text and never markup."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from urllib.parse import urlencode

import streamlit as st

from advisor.content.entries import Term
from advisor.content.load import load
from advisor.language import Language
from advisor.ui.session import Session, current_session
from advisor.wording.glossary import found

CONTROLS = {code: chr(0x2400 + code) for code in range(32) if chr(code) not in "\t\n"} | {0x7F: "\u2421"}
DIRECTIONS = {
    code: f"\\u{code:04X}" for code in (0x200E, 0x200F, 0x061C, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
}
"""Signs that nobody sees but that reorder what is shown: they are written out, so that text reads as it was typed."""
MARKDOWN = re.compile(r"[\\`*_\[\]~$<]|^[#>+-](?= )|^\d+[.)](?= )|:(?=[\w/+-]+:)")
"""What Streamlit's Markdown takes for more than a letter. Nothing else is escaped, since a label is also read out."""

COMPOUND = re.compile(r"(?<![\w-])\w{1,8}-\w{1,10}(?![\w-])")
"""A short word with a hyphen, such as fine-tuned: a heading does not break inside it."""


def visible(text: object) -> str:
    """The text with control characters and signs of writing direction made visible."""
    return str(text).translate(CONTROLS | DIRECTIONS)


def esc(text: object) -> str:
    """The text as HTML that shows it literally."""
    return html.escape(visible(text), quote=True)


def plain(text: object) -> str:
    """The text as Markdown that shows it literally, for labels of widgets, which are Markdown."""
    return MARKDOWN.sub(lambda found: f"{found[0][:-1]}\\{found[0][-1]}", visible(text))


class Words:
    """Text as HTML in which the field's words explain themselves: by pointer, by Tab and by touch (`browser.TERMS`).

    Each word is explained where it first stands; one `Words` serves one section of a page.
    """

    def __init__(self, lang: Language) -> None:
        self._lang = lang
        self._known = load()
        self._seen: set[str] = set()

    def __call__(self, text: object) -> str:
        said, at, parts = str(text), 0, []
        for begin, end, term in found(said, self._known, self._lang):
            if term.id not in self._seen:
                self._seen.add(term.id)
                parts += [esc(said[at:begin]), self._term(said[begin:end], term)]
                at = end
        return "".join([*parts, esc(said[at:])])

    def _term(self, word: str, term: Term) -> str:
        name, meaning = self._lang(term.term), self._lang(term.definition)
        return (
            f'<span class="term"><button type="button" aria-expanded="false" aria-description="{esc(meaning)}">'
            f'{esc(word)}</button><span class="meaning" popover="manual" aria-hidden="true">'
            f"<strong>{esc(name)}</strong> {esc(meaning)}</span></span>"
        )


def show(markup: str, *, key: str | None = None) -> None:
    """Put markup on the page. The caller has escaped what is data."""
    if key is None:
        st.html(markup)
        return
    with st.container(key=key):
        st.html(markup)


def link(text: object, page: str, session: Session, *, classes: str = "", hidden: str = "", **own: str) -> str:
    """A link to another page of the app, with the session in its address; `hidden` is read out but not shown."""
    target = f"./{page}?{urlencode(session.address(**own))}"
    extra = f'<span class="unseen"> {esc(hidden)}</span>' if hidden else ""
    kind = f' class="{esc(classes)}"' if classes else ""
    return f'<a href="{esc(target)}" data-go="{esc(page)}"{kind}>{esc(text)}{extra}</a>'


def outside(text: object, url: str | None) -> str:
    """A link out of the app, or the text alone where there is no https address."""
    if not url or not url.startswith("https://"):
        return esc(text)
    return f'<a href="{esc(url)}" target="_blank" rel="noopener noreferrer">{esc(text)}</a>'


def heading(text: object, *, above: object = "", below: object = "") -> None:
    """The one h1 of a page, which takes the focus when the page changes."""
    eyebrow = f'<p class="eyebrow">{esc(above)}</p>' if above else ""
    lead = f'<p class="lead">{Words(current_session().lang)(below)}</p>' if below else ""
    title = COMPOUND.sub(r'<span class="whole">\g<0></span>', esc(text))
    st.html(f'<div class="heading">{eyebrow}<h1 id="content" tabindex="-1">{title}</h1>{lead}</div>')


def section(text: object, anchor: str, below: object = "") -> None:
    """A section's h2, with the id that links on the same page point to."""
    lead = f'<p class="lead">{Words(current_session().lang)(below)}</p>' if below else ""
    st.html(f'<div class="section" id="{esc(anchor)}"><h2>{esc(text)}</h2>{lead}</div>')


def note(text: object, *, title: object = "") -> str:
    head = f"<strong>{esc(title)}</strong> " if title else ""
    return f'<p class="note">{head}{esc(text)}</p>'


def badge(text: object, kind: str = "") -> str:
    return f'<span class="badge {esc(kind)}">{esc(text)}</span>'


def table(
    head: Sequence[object],
    rows: Iterable[Sequence[str]],
    *,
    caption: object,
    numbers: Iterable[int] = (),
    kind: str = "",
) -> str:
    """A table whose cells are markup already; `numbers` are the columns to align on the right.

    On a phone each row becomes a card, with the head of the column before each cell.
    """
    right = set(numbers)
    heads = "".join(
        f'<th scope="col" role="columnheader"{" class=num" if place in right else ""}>{esc(title)}</th>'
        for place, title in enumerate(head)
    )
    body = []
    for row in rows:
        cells = [f'<th scope="row" role="rowheader">{row[0]}</th>']
        for place, cell in enumerate(row[1:], start=1):
            kind_of = " class=num" if place in right else ""
            cells.append(f'<td role="cell" data-head="{esc(head[place])}"{kind_of}><div>{cell}</div></td>')
        body.append(f'<tr role="row">{"".join(cells)}</tr>')
    return (
        f'<table role="table" class="data {esc(kind)}"><caption>{esc(caption)}</caption><thead role="rowgroup">'
        f'<tr role="row">{heads}</tr></thead><tbody role="rowgroup">{"".join(body)}</tbody></table>'
    )


def shares(parts: Sequence[tuple[str, float, str]], label: object) -> str:
    """A bar of shares that add up to one: kind, share, name. Its parts differ in pattern too: it reads in grey."""
    bars = "".join(
        f'<span class="part {esc(kind)}" style="width:{100 * share:.2f}%" title="{esc(name)}"></span>'
        for kind, share, name in parts
        if share > 0
    )
    return f'<div class="shares" role="img" aria-label="{esc(label)}">{bars}</div>'


def meter(share: float, label: object, kind: str = "") -> str:
    """One share between 0 and 1 as a bar."""
    width = 100 * min(max(share, 0.0), 1.0)
    bar = f'<span style="width:{width:.1f}%"></span>'
    return f'<div class="meter {esc(kind)}" role="img" aria-label="{esc(label)}">{bar}</div>'
