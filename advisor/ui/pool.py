"""The processes that check large files: one pool for all readers of this server, lent to one check at a time.

They start when the first large file comes, and end when none has come for a while, or with the server. Small files, and
files that cannot be divided, never wait for them.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from advisor.dataset.commands import MOST_PROCESSES
from advisor.dataset.source import Source
from advisor.dataset.workers import Workers
from advisor.ui.work import Stopped, Work

LOOK_SECONDS = 0.2
"""How often a check that waits looks whether it is still wanted."""
IDLE_SECONDS = 600.0
"""How long processes stay without work. Each holds some 150 MB."""

WAITING = "waiting"
"""What a check is at while another one has the pool."""


class Pool:
    """Processes that take part in one check at a time."""

    def __init__(self, workers: Workers) -> None:
        self._workers = workers
        self._busy = threading.Lock()
        self._ending: threading.Timer | None = None
        self._ended = False

    @contextmanager
    def lent(self, work: Work[Any], *sources: Source | None) -> Iterator[Workers | None]:
        """The processes, if one of the files is worth them; waits until they are free. Raises `Stopped` meanwhile."""
        if not any(source and self._workers.worth(source) for source in sources):
            yield None
            return
        before, work.step = work.step, WAITING
        while not self._busy.acquire(timeout=LOOK_SECONDS):
            if work.unwanted:
                raise Stopped
        work.step = before
        if self._ending:
            self._ending.cancel()
        try:
            yield self._workers
        except Exception as error:
            if self._ended:
                raise Stopped from error
            raise
        finally:
            self._busy.release()
            self._ending = threading.Timer(IDLE_SECONDS, self.close)
            self._ending.daemon = True
            self._ending.start()

    def close(self) -> None:
        """End the processes, unless they are at work; the next large file starts them again."""
        if self._busy.acquire(blocking=False):
            try:
                self._workers.close()
            finally:
                self._busy.release()

    def end(self) -> None:
        """End the processes, also at work: the server ends. What they were to do is stopped."""
        self._ended = True
        self._workers.close()


POOL = Pool(Workers(processes=min(os.cpu_count() or 1, MOST_PROCESSES)))
