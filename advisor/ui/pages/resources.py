"""The lesson's reading list: what each of its sources taught, what became of it, and how to do it here."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

import streamlit as st

from advisor.content.entries import Doing, Resource
from advisor.content.sources import seen
from advisor.language import Language
from advisor.ui.parts.markup import Markup, Words, badge, heading, html, joined, link, outside, show
from advisor.ui.session import Session, content

SECONDARY = "S"
"""What the rows of the lesson's second table begin with."""


def state_name(state: str, lang: Language) -> str:
    """What became of a resource."""
    return {
        "live": lang("still there"),
        "moved": lang("moved"),
        "superseded": lang("replaced"),
        "dormant": lang("no longer kept up"),
        "mislinked": lang("wrong link in the lesson"),
        "not_verified": lang("not checked"),
    }[state]


def draw(session: Session) -> None:
    """The two tables of the lesson, a link a row, each with what became of it."""
    lang = session.lang
    heading(
        lang("Reading list"),
        back=link(lang("Learn"), "learn", session, classes="back"),
        below=lang("What a lesson on fine-tuning pointed to. Each has a page: what it taught, and how to do it here."),
    )
    rows = [resource for resource in content().resources if not resource.belongs_to]
    if not rows:
        show(html('<p class="empty">{}</p>', lang("The list is empty.")))
        return
    first = [resource for resource in rows if not _secondary(resource)]
    later = [resource for resource in rows if _secondary(resource)]
    for title, listed in ((lang("Primary sources"), first), (lang("Secondary sources"), later)):
        show(html("<h2>{}</h2>{}", title, _list(listed, session)), key=f"reading-{listed[0].row}")


def _secondary(resource: Resource) -> bool:
    return resource.row.startswith(SECONDARY)


def _list(resources: Iterable[Resource], session: Session) -> Markup:
    rows = joined(
        html(
            "<li>{} {}</li>",
            link(resource.title, "resource", session, id=resource.id),
            badge(state_name(resource.state, session.lang), resource.state),
        )
        for resource in resources
    )
    return html('<ol class="reading">{}</ol>', rows)


def draw_resource(session: Session) -> None:
    """One source: how to do it here, what it taught, what still holds, and where it was and is."""
    lang = session.lang
    wanted = st.query_params.get("id", "")
    every = content().resources
    resource = next((one for one in every if one.id == wanted and not one.belongs_to), None)
    back = link(lang("Reading list"), "reading", session, classes="back")
    if resource is None:
        lost = lang("The link may be cut short; choose one from the list.")
        heading(lang("There is no such source"), back=back, below=lost)
        return
    number = resource.row[1:]
    above = lang("Secondary source {n}", n=number) if _secondary(resource) else lang("Primary source {n}", n=number)
    heading(resource.title, back=back, above=above)
    show(_told(resource, session), key="resource")
    inside = [one for one in every if one.belongs_to == resource.id]
    if inside:
        rows = joined(_inside(one, lang) for one in inside)
        show(html('<h2>{}</h2><ul class="within">{}</ul>', lang("What it links to"), rows), key="within")


def _told(resource: Resource, session: Session) -> Markup:
    lang, words = session.lang, Words(session.lang)
    return html(
        '<p>{} <span class="quiet">{}</span></p><p>{}</p><ul class="does">{}</ul>'
        "<h2>{}</h2><ol>{}</ol><h2>{}</h2><p>{}</p><h2>{}</h2><p>{}</p><ul>{}</ul>"
        '<h2>{}</h2><dl class="addresses"><div><dt>{}</dt><dd>{}</dd></div><div><dt>{}</dt><dd>{}</dd></div></dl>',
        badge(state_name(resource.state, lang), resource.state),
        seen(resource.seen.isoformat(), lang),
        words(lang(resource.now)),
        joined(html("<li>{}</li>", do(doing, session)) for doing in resource.does),
        lang("What it taught"),
        joined(html("<li>{}</li>", words(lang(sentence))) for sentence in resource.taught),
        lang("What still holds"),
        words(lang(resource.holds or "")),
        lang("In this app"),
        words(lang(resource.uses)),
        joined(
            html("<li>{}</li>", link(lang("Lesson: {title}", title=lang(one.title)), one.page, session))
            for one in content().lessons
            if resource.id in one.reading
        ),
        lang("Where it is"),
        lang("Today"),
        _address(resource.current_url or resource.original_url),
        lang("In the lesson"),
        _address(resource.original_url),
    )


def do(doing: Doing, session: Session) -> Markup:
    """The link to where it is done."""
    if doing.kit:
        return link(session.lang(doing.text), doing.page, session, kit=doing.kit)
    return link(session.lang(doing.text), doing.page, session)


def _address(url: str) -> Markup:
    """The address without its tracking code, as a link; what stands behind the host may break anywhere."""
    bare = url.split("?WT.mc_id=", 1)[0]
    parts = urlsplit(bare)
    return outside(f"{parts.hostname}{parts.path}", bare)


def _inside(resource: Resource, lang: Language) -> Markup:
    """A link inside the description of a row."""
    return html(
        '<li>{} {} <span class="quiet">{}</span><br>{}</li>',
        outside(resource.title, resource.current_url),
        badge(state_name(resource.state, lang), resource.state),
        seen(resource.seen.isoformat(), lang),
        lang(resource.now),
    )
