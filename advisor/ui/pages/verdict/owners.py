"""Who does a step, and by when: two fields beside it. Both travel in the address and in the report."""

from __future__ import annotations

import streamlit as st

from advisor.interview.address import MAX_OWNER, Owners
from advisor.ui.parts.markup import plain
from advisor.ui.session import MOST_LINK, Session, owned, turn


def of_plan(step: str) -> str:
    """The key of a step of the plan among the owners; a step keeps its owner wherever it stands."""
    return f"plan-{step}"


def fields(key: str, who: str, when: str, session: Session) -> str:
    """Draw the two fields, labelled `who` and `when`, and keep what stands in them; what is wrong with it, if it is
    not kept.
    """
    lang = session.lang
    owner, day = session.owners.get(key, ("", ""))
    named = _field(who, lang("Owner"), owner, f"owner:{key}:{session.code}")
    by = _field(when, lang("By when"), day, f"due:{key}:{session.code}")
    for label, text in ((who, named), (when, by)):
        if len(text) > MAX_OWNER:
            return lang(
                "{field}: {n} characters, {over} too many. It is not kept.",
                field=label,
                n=lang.number(len(text), 9),
                over=lang.number(len(text) - MAX_OWNER, 9),
            )
    length = session.length(owners={**session.owners, key: (named, by)})
    if length > MOST_LINK and (named, by) != session.owners.get(key):
        return lang(
            "{field} makes the link to your answers longer than mail and proxies let pass. It is not kept: shorten it.",
            field=who,
        )
    session.own(key, named, by)
    return ""


def typed(session: Session) -> Owners:
    """Owners and dates with what stands in fields that this run has not drawn yet, or does not draw, since another
    page was asked for.
    """
    kinds = {"owner": 0, "due": 1}
    names: dict[str, list[str]] = {}
    for name, text in st.session_state.items():
        kind, _, rest = str(name).partition(":")
        if kind in kinds and isinstance(text, str) and rest.endswith(f":{session.code}{turn()}"):
            names.setdefault(rest.rpartition(":")[0], ["", ""])[kinds[kind]] = text.strip()
    owners = session.owners
    for key, (owner, day) in names.items():
        more = owned(owners, key, owner, day)
        if max(len(owner), len(day)) <= MAX_OWNER and session.length(owners=more) <= MOST_LINK:
            owners = more
    return owners


def _field(label: str, hint: str, text: str, key: str) -> str:
    said = st.text_input(
        plain(label), text, key=f"{key}{turn()}", placeholder=hint, label_visibility="collapsed", width=150
    )
    return (said or "").strip()
