"""Lets go of the files of readers who have left, and stops the work on them.

Streamlit keeps the session of a reader who is gone until others come and go, and its memory until rubbish is collected.
A file of somebody else's data must not lie about for so long.
"""

from __future__ import annotations

import asyncio
import time
import weakref
from typing import Protocol

from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

GRACE_SECONDS = 130.0
"""How long a reader may be away. Streamlit takes one back whose connection broke off for two minutes at most."""
LOOK_SECONDS = 10.0


class Owner(Protocol):
    """Whatever holds files of one reader."""

    def forget(self) -> None: ...


_owners: weakref.WeakValueDictionary[str, Owner] = weakref.WeakValueDictionary()
_away: dict[str, float] = {}
"""Sessions whose reader is away, and since when."""


def note_owner(owner: Owner) -> None:
    """Note that this holds files of the reader of this session."""
    context = get_script_run_ctx()
    if context is not None:
        _owners[context.session_id] = owner


def forget_absent(now: float) -> None:
    """Forget the files of those who have been away for too long at this time, in seconds."""
    for session, owner in list(_owners.items()):
        if runtime.get_instance().is_active_session(session):
            _away.pop(session, None)
        elif now - _away.setdefault(session, now) > GRACE_SECONDS:
            owner.forget()
            del _owners[session]
    for session in [owner for owner in _away if owner not in _owners]:
        del _away[session]


async def watch() -> None:
    """Look again and again who has left."""
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        forget_absent(time.monotonic())
