"""The turn of each file, by its size unpacked, and the processes that check large ones, lent to one work at a time.

Small files never wait. Those of some megabytes share room for so many of them, and large ones come one after another,
whatever is done with them. The processes start when the first large file comes, and end when none has come for a
while, or with the server.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from advisor.dataset.files.parquet import parquet_size
from advisor.dataset.files.unpacking import compression_of, unpacked
from advisor.dataset.inspection.processes import MOST_PROCESSES, Workers
from advisor.dataset.row import Unusable
from advisor.ui.files.background import BackgroundJob, Stopped
from advisor.ui.files.stored import Upload

SMALL = 4_000_000
"""Bytes unpacked up to which a file never waits. Checking them needs 24 times as much memory at most."""
LOOK_SECONDS = 0.2
"""How often a check that waits looks whether it is still wanted."""
IDLE_SECONDS = 600.0
"""How long processes stay without work. Each holds some 150 MB."""

WAITING = "waiting"
"""What a check is at while another one has the pool."""


class Lane:
    """Room for work on so many bytes at once; who comes first is first."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._taken = 0
        self._waiting: deque[object] = deque()
        self._changed = threading.Condition()

    @contextmanager
    def place(self, n: int, job: BackgroundJob[Any]) -> Iterator[None]:
        """Room for so many bytes, or all that there is; waits for it. Raises `Stopped` meanwhile."""
        n = min(n, self._room)
        me = object()
        with self._changed:
            self._waiting.append(me)
            try:
                before = job.step
                while self._waiting[0] is not me or self._taken + n > self._room:
                    job.step = WAITING
                    self._changed.wait(LOOK_SECONDS)
                    job.count(0)
                job.step = before
                self._taken += n
            finally:
                self._waiting.remove(me)
                self._changed.notify_all()
        try:
            yield
        finally:
            with self._changed:
                self._taken -= n
                self._changed.notify_all()


class Pool:
    """Processes that take part in one check at a time, and the order in which files that are not small have a turn."""

    def __init__(self, workers: Workers, small: int = SMALL) -> None:
        self._workers = workers
        self._small = small
        self._middle, self._large = Lane(workers.least), Lane(1)
        self._busy = threading.Lock()
        self._ending: threading.Timer | None = None
        self._ended = False

    @contextmanager
    def turn(self, job: BackgroundJob[Any], *files: Upload | None) -> Iterator[None]:
        """Waits until it is the turn of these files; a large one is lent the processes. Raises `Stopped` meanwhile."""
        n = sum(unpacked_size(file, job, self._workers.least) for file in files if file)
        if n <= self._small:
            yield
        elif n <= self._workers.least:
            with self._middle.place(n, job):
                yield
        else:
            with self._large.place(1, job), self._lent(job):
                yield

    @contextmanager
    def _lent(self, job: BackgroundJob[Any]) -> Iterator[None]:
        self._busy.acquire()
        if self._ending:
            self._ending.cancel()
        job.workers = self._workers
        try:
            yield
        except Exception as error:
            if self._ended:
                raise Stopped from error
            raise
        finally:
            job.workers = None
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


def unpacked_size(file: Upload, job: BackgroundJob[Any], most: int) -> int:
    """Bytes of a file once it is unpacked; more than `most` where that is so, however many. Raises `Stopped`.

    A packed file is unpacked for it, and not held. Whatever is wrong with it is left to those who read it.
    """
    if file.size > most:
        return file.size
    stream = file.stored.opened(lambda n: job.count(0))
    start = stream.read(4)
    stream.seek(0)
    compression = compression_of(start)
    if compression is None:
        return parquet_size(stream) if start == b"PAR1" else file.size
    n = 0
    with suppress(Unusable):
        for chunk in unpacked(stream, compression, file.size, []):
            if not n and chunk.startswith(b"PAR1"):
                return most + 1
            n += len(chunk)
            if n > most:
                break
    return n


POOL = Pool(Workers(processes=min(os.cpu_count() or 1, MOST_PROCESSES)))
