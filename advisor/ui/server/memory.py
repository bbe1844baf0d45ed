"""Memory goes back to the system: what a room of readers needed for a minute is not held for the days after."""

from __future__ import annotations

import asyncio
import ctypes
import gc
import time

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8
"""Parameters of `mallopt`, from malloc.h of the GNU C library."""
ARENAS = 2
LARGE = 1 << 20
"""Bytes from which an array gets pages of its own, which go back to the system with it."""
HELD = 64 << 20
"""Bytes that a pool holds when they are free, until it is quiet: an advice frees and asks for so many again and again,
and pages from the system took a tenth of its time.
"""
QUIET_SECONDS = 20
QUIET = 0.1
"""Share of one processor below which the server counts as quiet."""
WORTH_SECONDS = 2.0
"""Processor time after which there is something to give back."""


def bound() -> bool:
    """Let all threads share a few pools of memory. Returns whether the system's C library can be told.

    Streamlit runs each click in a thread of its own. The GNU C library gives threads pools of their own, eight a core,
    and a pool keeps what once lay in it: 450 MB after 60 verdicts, of which 55 were in use; with two pools it was 290.
    Pools that exist stay, so this comes first. Other C libraries have no such pools, and no such parameter.
    """
    try:
        tell = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):  # TypeError: Windows has no library without a name
        return False
    told = ((M_ARENA_MAX, ARENAS), (M_MMAP_THRESHOLD, LARGE), (M_TRIM_THRESHOLD, HELD))
    return all(bool(tell(parameter, value)) for parameter, value in told)


def give_back() -> bool:
    """Drop what only refers to itself, and give unused pages of the pools back to the system. Returns whether there
    were any.
    """
    gc.collect()
    try:
        return bool(ctypes.CDLL(None).malloc_trim(0))
    except (AttributeError, OSError, TypeError):
        return False


class Clock:
    """How much of the processor was used, in seconds, and a wait for some seconds to pass."""

    def used(self) -> float:
        return time.process_time()

    async def wait(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


async def watch(clock: Clock | None = None) -> None:
    """Give memory back whenever readers have been busy and it is quiet again: it takes a fifth of a second, once."""
    clock = clock or Clock()
    given = seen = clock.used()
    while True:
        await clock.wait(QUIET_SECONDS)
        now = clock.used()
        if now - seen < QUIET * QUIET_SECONDS and now - given > WORTH_SECONDS:
            await asyncio.to_thread(give_back)
            given = now
        seen = now
