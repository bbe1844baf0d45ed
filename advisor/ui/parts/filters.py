"""What a reader looks for in a list, held in the address alone: a link shows the same, and a step back undoes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import streamlit as st

from advisor.ui.parts.markup import plain, visible
from advisor.ui.session import Session

LONGEST = 80
"""Longest choice that an address may hold, in characters."""


def asked(name: str) -> str:
    """What the address asks for, cut to what a name may have: it can hold anything."""
    return st.query_params.get(name, "")[:LONGEST]


def choice(name: str, label: str, values: Mapping[str, str], now: str, session: Session) -> None:
    """A list of choices, by what the address holds of each; the empty one stands for any."""
    key = f"filter-{name}:{session.code}"
    st.session_state[key] = now
    st.selectbox(
        plain(label),
        list(values),
        format_func=lambda value: visible(values[value]),
        key=key,
        on_change=note,
        args=(name, key),
    )


def note(name: str, key: str) -> None:
    """Write a choice into the address."""
    value = str(st.session_state.get(key) or "").strip()
    if value:
        st.query_params[name] = value
    elif name in st.query_params:
        del st.query_params[name]


def clear(names: Iterable[str]) -> None:
    """Take these choices out of the address."""
    for name in names:
        if name in st.query_params:
            del st.query_params[name]
