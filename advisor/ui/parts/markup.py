"""HTML made from data: a template with its values, so that what a user typed is text and never markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Self
from urllib.parse import urlencode

import markupsafe
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

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
UNSEEN = CONTROLS | DIRECTIONS
NUMBERS = (int, float)
MARKDOWN = re.compile(r"[\\`*_\[\]~$<]|^[#>+-](?= )|^\d+[.)](?= )|:(?=[\w/+-]+:)")
"""What Streamlit's Markdown takes for more than a letter. Nothing else is escaped, since a label is also read out."""

COMPOUND = re.compile(r"(?<![\w-])(\w{1,8}-\w{1,10})(?![\w-])")
"""A short word with a hyphen, such as fine-tuned: a heading does not break inside it."""


def visible(text: object) -> str:
    """The text with control characters and signs of writing direction made visible."""
    return str(text).translate(UNSEEN)


class Markup(markupsafe.Markup):
    """Text that is HTML. Whatever else is joined to it is escaped, with the signs that nobody sees made visible.

    The type checker keeps it apart from text: what takes `Markup` refuses a `str`. It is made of a template that is
    written out (ruff refuses any other, S704), see `html`.
    """

    @classmethod
    def escape(cls, s: object, /) -> Self:
        """The text as HTML that shows it literally; what is HTML already as it is."""
        return s if isinstance(s, cls) else cls(markupsafe.escape(visible(s)))


def html(template: str, /, *values: object) -> Markup:
    """The template with a value at each `{}`: markup as it is, a number by its format, anything else literally."""
    literal = (value if type(value) in NUMBERS else Markup.escape(value) for value in values)
    return Markup(template.format(*literal))  # noqa: S704


def joined(parts: Iterable[object], between: str = "") -> Markup:
    """Markup and text in a row, the text shown literally."""
    return Markup.escape(between).join(map(Markup.escape, parts))


def folded(title: object, *inside: object, opened: bool = False) -> Markup:
    """Figures and what they rest on, behind a tap."""
    state = html(" open") if opened else Markup()
    return html('<details class="figures"{}><summary>{}</summary>{}</details>', state, title, joined(inside))


def esc(text: object) -> Markup:
    """The text as HTML that shows it literally."""
    return Markup.escape(text)


def plain(text: object) -> str:
    """The text as Markdown that shows it literally, for labels of widgets, which are Markdown."""
    return MARKDOWN.sub(lambda match: f"{match[0][:-1]}\\{match[0][-1]}", visible(text))


class Words:
    """Text as HTML in which the field's words explain themselves: by pointer, by Tab and by touch (`terms.js`).

    Each word is explained where it first stands; one `Words` serves one section of a page.
    """

    def __init__(self, lang: Language) -> None:
        self._lang = lang
        self._known = load()
        self._seen: set[str] = set()

    def __call__(self, text: object) -> Markup:
        template, at, parts = str(text), 0, []
        for begin, end, term in found(template, self._known, self._lang):
            if term.id not in self._seen:
                self._seen.add(term.id)
                parts += [template[at:begin], self._term(template[begin:end], term)]
                at = end
        return joined([*parts, template[at:]])

    def _term(self, word: str, term: Term) -> Markup:
        name, meaning = self._lang(term.term), self._lang(term.definition)
        return html(
            '<span class="term"><button type="button" aria-expanded="false" aria-description="{}">'
            '{}</button><span class="meaning" popover="manual" aria-hidden="true">'
            "<strong>{}</strong> {}</span></span>",
            meaning,
            word,
            name,
            meaning,
        )


def show(markup: Markup, *, key: str | None = None, place: DeltaGenerator | None = None) -> None:
    """Put markup on the page, or at a place kept on it. Raises `TypeError` for text, which may not be escaped."""
    if not isinstance(markup, Markup):
        raise TypeError("this is text, not markup: put it into a template with `html`")
    if key is None:
        (place or st).html(markup)
        return
    with st.container(key=key):
        st.html(markup)


def link(
    text: object,
    page: str,
    session: Session,
    *,
    classes: str = "",
    hidden: str = "",
    current: str = "",
    **own: str,
) -> Markup:
    """A link to a page of the app, with the session in its address; `hidden` is read out but not shown, and `current`
    says of what the link is the current one.
    """
    target = f"./{page}?{urlencode(session.address(**own))}"
    extra = html('<span class="unseen"> {}</span>', hidden) if hidden else Markup()
    kind = html(' class="{}"', classes) if classes else Markup()
    mark = html(' aria-current="{}"', current) if current else Markup()
    return html('<a href="{}" data-go="{}"{}{}>{}{}</a>', target, page, kind, mark, text, extra)


def outside(text: object, url: str | None) -> Markup:
    """A link out of the app, or the text alone where there is no https address."""
    if not url or not url.startswith("https://"):
        return esc(text)
    return html('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>', url, text)


def heading(
    text: object,
    *,
    above: object = "",
    below: object = "",
    back: Markup | None = None,
    kind: str = "",
    more: object = "",
) -> None:
    """The one h1 of a page, which takes the focus when the page changes; `back` is a link that stands above it, and
    `more` follows. Each piece of markup costs a browser as much as ten of its lines, so they are one.
    """
    eyebrow = html('<p class="eyebrow">{}</p>', above) if above else Markup()
    lead = html('<p class="lead">{}</p>', Words(current_session().lang)(below)) if below else Markup()
    title = joined(
        html('<span class="whole">{}</span>', part) if place % 2 else part
        for place, part in enumerate(COMPOUND.split(str(text)))
    )
    behind = html('<p class="way-back">{}</p>', back) if back else Markup()
    show(
        html(
            '{}<div class="heading {}">{}<h1 id="content" tabindex="-1">{}</h1>{}</div>{}',
            behind,
            kind,
            eyebrow,
            title,
            lead,
            more,
        )
    )


def section(text: object, anchor: str, below: object = "") -> None:
    """A section's h2, with the id that links on the same page point to."""
    lead = html('<p class="lead">{}</p>', Words(current_session().lang)(below)) if below else Markup()
    show(html('<div class="section" id="{}"><h2>{}</h2>{}</div>', anchor, text, lead))


def note(text: object, *, title: object = "") -> Markup:
    head = html("<strong>{}</strong> ", title) if title else Markup()
    return html('<p class="note">{}{}</p>', head, text)


def badge(text: object, kind: str = "") -> Markup:
    return html('<span class="badge {}">{}</span>', kind, text)


def table(
    head: Sequence[object],
    rows: Iterable[Sequence[object]],
    *,
    caption: object,
    numbers: Iterable[int] = (),
    kind: str = "",
) -> Markup:
    """A table of texts and markup; `numbers` are the columns to align on the right.

    On a phone each row becomes a card, with the head of the column before each cell.
    """
    right = set(numbers)
    heads = joined(
        html('<th scope="col" role="columnheader"{}>{}</th>', " class=num" if place in right else "", title)
        for place, title in enumerate(head)
    )
    body = []
    for row in rows:
        cells = [html('<th scope="row" role="rowheader">{}</th>', row[0])]
        for place, cell in enumerate(row[1:], start=1):
            kind_of = " class=num" if place in right else ""
            cells.append(html('<td role="cell" data-head="{}"{}><div>{}</div></td>', head[place], kind_of, cell))
        body.append(html('<tr role="row">{}</tr>', joined(cells)))
    return html(
        '<table role="table" class="data {}"><caption>{}</caption><thead role="rowgroup">'
        '<tr role="row">{}</tr></thead><tbody role="rowgroup">{}</tbody></table>',
        kind,
        caption,
        heads,
        joined(body),
    )


Shares = Sequence[tuple[str, float, str]]
"""Shares that add up to one: kind, share, name."""


def shares(parts: Shares, leader: str, label: object) -> Markup:
    """A bar of shares, that of the `leader` first and solid. Its parts differ in pattern too: it reads in grey."""
    bars = joined(
        html('<span class="{}" style="width:{:.2f}%" title="{}"></span>', _part(kind, leader), 100 * share, name)
        for kind, share, name in leading(parts, leader)
        if share > 0
    )
    return html('<div class="shares" role="img" aria-label="{}">{}</div>', label, bars)


def legend(parts: Shares, leader: str, lang: Language) -> Markup:
    """What the parts of a bar of shares stand for, in the same order, each with its share."""
    rows = joined(
        html('<li><span class="{}"></span>{} <strong>{}</strong></li>', _part(kind, leader), name, lang.percent(share))
        for kind, share, name in leading(parts, leader)
    )
    return html('<ul class="legend">{}</ul>', rows)


def leading(parts: Shares, leader: str) -> Shares:
    """The same with the part of the `leader` first."""
    return sorted(parts, key=lambda part: part[0] != leader)


def _part(kind: str, leader: str) -> str:
    return f"part {kind} leader" if kind == leader else f"part {kind}"


def meter(share: float, label: object, kind: str = "") -> Markup:
    """One share between 0 and 1 as a bar."""
    width = 100 * min(max(share, 0.0), 1.0)
    bar = html('<span style="width:{:.1f}%"></span>', width)
    return html('<div class="meter {}" role="img" aria-label="{}">{}</div>', kind, label, bar)
