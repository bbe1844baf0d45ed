"""The page for a mistyped address: it says so, and leads on."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from advisor.suggest import near
from advisor.ui.parts.markup import heading, html, joined, link, show
from advisor.ui.session import Session

WAYS = ("", "check", "verdict", "data", "learn")
"""Pages that lead to all the others; the second and third only where there are answers."""


def draw(titles: Mapping[str, str], session: Session) -> None:
    """Says that there is no such page; `titles` are those of all pages by their path."""
    lang = session.lang
    wanted = st.query_params.get("missing", "")[:60].strip()
    title = lang("There is no page “{name}”", name=wanted) if wanted else lang("There is no such page")
    heading(title, below=lang("The address may have been mistyped or cut short."))
    if session.situation.answers:
        kept = lang.plural(
            "Your answer is still here.", "Your {n} answers are still here.", len(session.situation.answers)
        )
        show(html("<p>{}</p>", kept))
    meant = [path for path in [_meant(wanted, titles)] if path]
    ways = [
        *meant,
        *(path for path in WAYS if path not in meant and (path not in WAYS[1:3] or session.situation.answers)),
    ]
    rows = joined(html("<li>{}</li>", link(titles[path], path, session)) for path in ways)
    show(html('<h2>{}</h2><ul class="doors">{}</ul>', lang("Where you can go on"), rows), key="ways")


def _meant(wanted: str, titles: Mapping[str, str]) -> str:
    """The page whose path or title is much like what was typed; empty where none is."""
    by_name = {name: path for path, title in titles.items() if path for name in (title, path)}
    return next((by_name[name] for name in near(wanted, by_name)), "")
