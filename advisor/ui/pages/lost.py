"""The page for a mistyped address: it says so, and leads on."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

import streamlit as st

from advisor.ui.parts.markup import esc, heading, link, show
from advisor.ui.session import Session

ALIKE = 0.7
"""From which likeness of two names, between 0 and 1, the one may be meant by the other."""
WAYS = ("", "check", "verdict", "data", "learn")
"""Pages that lead to all the others; the second and third only where there are answers."""


def draw(titles: Mapping[str, str], session: Session) -> None:
    """Says that there is no such page; `titles` are those of all pages by their path."""
    lang = session.lang
    wanted = st.query_params.get("missing", "")[:60].strip()
    said = lang("There is no page “{name}”", name=wanted) if wanted else lang("There is no such page")
    heading(said, below=lang("The address may have been mistyped or cut short."))
    if session.situation.answers:
        kept = lang.plural(
            "Your answer is still here.", "Your {n} answers are still here.", len(session.situation.answers)
        )
        st.html(f"<p>{esc(kept)}</p>")
    near = [path for path in [_meant(wanted, titles)] if path]
    ways = [
        *near,
        *(path for path in WAYS if path not in near and (path not in WAYS[1:3] or session.situation.answers)),
    ]
    rows = "".join(f"<li>{link(titles[path], path, session)}</li>" for path in ways)
    show(f'<h2>{esc(lang("Where you can go on"))}</h2><ul class="doors">{rows}</ul>', key="ways")


def _meant(wanted: str, titles: Mapping[str, str]) -> str:
    """The page whose path or title is much like what was typed; empty where none is."""
    by_name = {name: path for path, title in titles.items() if path for name in (title.casefold(), path)}
    typed = wanted.casefold()
    spoken = typed.replace("-", " ").replace("_", " ")
    near = get_close_matches(typed, by_name, n=1, cutoff=ALIKE) or get_close_matches(spoken, by_name, n=1, cutoff=ALIKE)
    return by_name[near[0]] if near else ""
