"""Lets go of the files of readers who have left, and stops the work on them.

Streamlit keeps the session of a reader who is gone until others come and go, and its memory until rubbish is collected.
A file of somebody else's data must not lie about for so long.
"""

from __future__ import annotations

import asyncio
import time
import weakref
from collections.abc import Callable
from typing import Protocol

from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

GRACE_SECONDS = 130.0
"""How long a reader may be away. Streamlit takes one back whose connection broke off for two minutes at most."""
LOOK_SECONDS = 10.0


class Owner(Protocol):
    """Whatever holds files of one reader."""

    def forget(self) -> None: ...


class Owners:
    """Who holds files, by the session of their reader, and since when readers are away."""

    def __init__(self) -> None:
        self._owners: weakref.WeakValueDictionary[str, Owner] = weakref.WeakValueDictionary()
        self._away: dict[str, float] = {}

    def note(self, session: str, owner: Owner) -> None:
        """Note that this holds files of the reader of this session."""
        self._owners[session] = owner

    def forget_absent(self, now: float, is_there: Callable[[str], bool]) -> None:
        """Forget the files of those who have been away for too long at this time, in seconds."""
        for session, owner in list(self._owners.items()):
            if is_there(session):
                self._away.pop(session, None)
            elif now - self._away.setdefault(session, now) > GRACE_SECONDS:
                owner.forget()
                del self._owners[session]
        for session in [session for session in self._away if session not in self._owners]:
            del self._away[session]


OWNERS = Owners()
"""Those of this server."""


def note_owner(owner: Owner) -> None:
    """Note that this holds files of the reader whose session runs this."""
    context = get_script_run_ctx()
    if context is not None:
        OWNERS.note(context.session_id, owner)


async def watch() -> None:
    """Look again and again who has left."""
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        OWNERS.forget_absent(time.monotonic(), runtime.get_instance().is_active_session)
