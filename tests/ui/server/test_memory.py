"""Memory goes back to the system."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import pytest

from advisor.content.load import HOME
from advisor.ui.server import memory

glibc = pytest.mark.skipif(
    not hasattr(__import__("ctypes").CDLL(None) if sys.platform == "linux" else None, "malloc_info"),
    reason="only the GNU C library has pools of memory, and tells how many",
)
POOLS = """
import ctypes, sys, threading
library = ctypes.CDLL(None)
sys.path.insert(0, {home!r})
{first}
ready, read = threading.Barrier(17), threading.Event()
def hold():
    library.malloc.restype = ctypes.c_void_p
    library.malloc(5_000)
    ready.wait()
    read.wait()
threads = [threading.Thread(target=hold) for _ in range(16)]
for one in threads: one.start()
ready.wait()
library.fdopen.restype = ctypes.c_void_p
library.fdopen.argtypes = [ctypes.c_int, ctypes.c_char_p]
library.malloc_info.argtypes = [ctypes.c_int, ctypes.c_void_p]
library.malloc_info(0, library.fdopen(1, b"w"))
library.fflush(None)
read.set()
"""


def pools(first: str) -> int:
    """Pools of memory that 16 threads have in a process that does this first."""
    code = POOLS.format(home=str(HOME), first=first)
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, timeout=120, cwd=HOME)
    return told.stdout.count(b"<heap nr=")


@glibc
def test_the_threads_of_the_app_share_two_pools_of_memory():
    assert pools("") > memory.ARENAS + 1
    assert pools("import app") <= memory.ARENAS + 1  # numpy's threads may have taken one before


@pytest.mark.parametrize("found", [AttributeError, OSError, TypeError])
def test_a_system_that_cannot_be_told_is_left_alone(monkeypatch, found):
    def library(_: None) -> None:
        raise found

    monkeypatch.setattr(memory.ctypes, "CDLL", library)
    assert memory.bound() is False
    assert memory.give_back() is False


@pytest.mark.parametrize(
    ("used", "times"),
    [
        ([0, 0.1, 0.2, 0.3], 0),  # nobody was there
        ([0, 15, 30, 45], 0),  # readers are there all the time
        ([0, 15, 15.1, 15.2], 1),  # they have left, and it is done once
        ([0, 15, 15.1, 30, 30.1], 2),
    ],
)
def test_memory_is_given_back_once_it_is_quiet(monkeypatch, used, times):
    given = []
    monkeypatch.setattr(memory, "give_back", lambda: given.append(1))
    with pytest.raises(Ended):
        asyncio.run(memory.watch(Clock(used)))
    assert len(given) == times


class Ended(Exception):
    """The clock of a test has shown all its times."""


class Clock(memory.Clock):
    """Shows given times of the processor, one at a time, and never lets anybody wait."""

    def __init__(self, times: list[float]) -> None:
        self.times = iter(times)

    def used(self) -> float:
        try:
            return next(self.times)
        except StopIteration as end:
            raise Ended from end

    async def wait(self, seconds: float) -> None:
        assert seconds == memory.QUIET_SECONDS
