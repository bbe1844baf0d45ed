"""Jobs that take a while: they run apart from the page, which shows how far they are and can stop them."""

from __future__ import annotations

import errno
import logging
import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from advisor.dataset.files.bounds import APP
from advisor.dataset.files.source import Source, Unusable, open_source
from advisor.dataset.inspection.processes import Workers
from advisor.ui.files.stored import Account, StoredFile, Upload, visitor

PATIENCE_SECONDS = 0.6
"""How long the page waits for what comes of a small file, so that it is there at once."""
REFRESH_SECONDS = 0.5
"""How often the page says anew how far the work is."""

log = logging.getLogger(__name__)

T = TypeVar("T")


class Stopped(Exception):
    """The reader has stopped the work, or has left."""


class BackgroundJob(Generic[T]):
    """A job on a reader's files, in a thread of its own that begins at once.

    `do` is given this job and returns what comes of it. It may raise `Unusable` for a file that cannot be used, and
    lets `Stopped` pass. `total` is how many bytes it will read in all, of these files, which it holds until `close`.
    Raises `Gone` where one of them is held no longer. What is made goes on the account.
    """

    def __init__(
        self, do: Callable[[BackgroundJob[T]], T], total: int, *files: Upload | None, account: Account | None = None
    ) -> None:
        self._stored = [file.stored for file in files if file]
        for stored in self._stored:
            stored.share()
        self._made: list[StoredFile] = []
        self._account = account or visitor()
        self._lock = threading.Lock()
        self._closed = self._ended = False
        self.total = total
        self.bytes_read = 0
        self.step = ""
        """What it is at; the page has the words."""
        self.workers: Workers | None = None
        """Other processes that take part, while they are lent to this."""
        self.result: T | None = None
        self.problem: Unusable | None = None
        self.failed = False
        """It broke off for a reason that is ours; the log has it."""
        self.told = False
        """Whether what came of it has been shown."""
        self.started = time.monotonic()
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self._run, args=(do,), name="work", daemon=True)
        self.thread.start()

    @property
    def running(self) -> bool:
        return self.thread.is_alive()

    @property
    def share(self) -> float:
        """How far it is, from 0 to 1."""
        return min(self.bytes_read / max(self.total, 1), 1.0)

    @property
    def megabytes_a_second(self) -> float:
        return self.bytes_read / 1e6 / max(time.monotonic() - self.started, 1e-3)

    def stop(self) -> None:
        self.stopping.set()

    def close(self) -> None:
        """Stop, and let go of all files, what was made too: at once, or as soon as the work has ended."""
        self.stop()
        with self._lock:
            self._closed = True
            if self._ended:
                self._release()

    def _release(self) -> None:
        for stored in (*self._stored, *self._made):
            stored.close()
        self._stored, self._made = [], []

    def store(self, data: bytes = b"") -> StoredFile:
        """A file to write to, which is held until `close`, or where this breaks off. Raises `Full`."""
        stored = StoredFile(data, self._account)
        self._made.append(stored)
        return stored

    @property
    def unwanted(self) -> bool:
        """Whether it is to end: it was stopped, or its reader has left."""
        return self.stopping.is_set()

    def source(self, file: Upload) -> Source:
        """A file to read; what is read of it counts, and reading it ends when the work is stopped."""
        return open_source(file.stored.opened(self.count), file.name, bounds=APP)

    def count(self, n: int) -> None:
        """Note that so many bytes were read. Raises `Stopped`."""
        self.bytes_read += n
        if self.unwanted:
            raise Stopped

    def _run(self, do: Callable[[BackgroundJob[T]], T]) -> None:
        try:
            self._do(do)
        finally:
            with self._lock:
                self._ended = True
                if self._closed:
                    self._release()
                elif self.result is None:
                    for stored in self._made:
                        stored.close()
                    self._made = []

    def _do(self, do: Callable[[BackgroundJob[T]], T]) -> None:
        try:
            self.result = do(self)
        except Unusable as error:
            self.problem = error
        except Stopped:
            pass
        except Exception as error:
            if isinstance(error, OSError) and error.errno == errno.ENOSPC:
                self.problem = Unusable("There is no room left on this server for the file.")
            elif not self.stopping.is_set():
                log.exception("work on a training file broke off")
                self.failed = True
