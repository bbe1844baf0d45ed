"""Memory goes back to the system: what a room of readers needed for a minute is not held for the days after."""

from __future__ import annotations

import ctypes

M_ARENA_MAX = -8
"""The parameter of `mallopt`, from malloc.h of the GNU C library."""
ARENAS = 2


def bound() -> bool:
    """Let all threads share a few pools of memory. Returns whether the system's C library can be told.

    Streamlit runs each click in a thread of its own. The GNU C library gives threads pools of their own, eight a core,
    and a pool keeps what once lay in it: 450 MB after 60 verdicts, of which 55 were in use. With two it was 290 MB. Pools
    that exist stay, so this comes first. Other C libraries have no such pools, and no such parameter.
    """
    try:
        return bool(ctypes.CDLL(None).mallopt(M_ARENA_MAX, ARENAS))
    except (AttributeError, OSError, TypeError):  # TypeError: Windows has no library without a name
        return False
