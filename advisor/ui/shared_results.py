"""What many readers ask for is computed once and shared, also while it is being computed.

`functools.lru_cache` computes a result again for everyone who asks before it is there: a link sent to sixty people, who
open it in the same second, sixty times. And it counts results, not bytes.
"""

from __future__ import annotations

import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from contextlib import suppress
from typing import Generic, TypeVar

V = TypeVar("V")

ENTRY = 500
"""Bytes that an entry takes beside its key and its result, roughly."""
AT_ONCE = max(2, os.cpu_count() or 1)
"""Results of one kind that are computed at the same time: more at once would only make all of them later, and need the
memory of all of them."""

PAUSE = 0.05
"""Seconds before a result is computed that nobody has asked for yet: what was asked for is sent first."""
BUSY = 0.03
"""Processor seconds of the server in such a pause from which it has others to answer: nobody's wait is made longer by
what may never be asked for. The end of a run takes a third of it."""


class Shared(Generic[V]):
    """A function whose results are kept, as many as fit into `most_bytes`; `weigh` says how many bytes one takes.

    Whoever asks for what is being computed waits for it. What the function raises reaches all who wait and is not kept.
    If the thread that computes is told to end instead, as Streamlit ends that of a reader who has moved on, the next of
    those who wait computes it. The arguments are the key, so they have to be hashable; calls with other arguments run
    beside each other, `at_once` of them. A result is shared by threads, so nobody may change it.
    """

    def __init__(
        self, compute: Callable[..., V], *, most_bytes: int, weigh: Callable[[V], int], at_once: int = AT_ONCE
    ) -> None:
        self.compute, self._weigh, self.most_bytes = compute, weigh, most_bytes
        self.kept: OrderedDict[tuple[Hashable, ...], tuple[V, int]] = OrderedDict()
        self._coming: dict[tuple[Hashable, ...], Future[V]] = {}
        self._lock = threading.Lock()
        self._turns = threading.BoundedSemaphore(at_once)
        self._bytes = 0

    def __call__(self, *key: Hashable) -> V:
        while True:
            with self._lock:
                if key in self.kept:
                    self.kept.move_to_end(key)
                    return self.kept[key][0]
                coming = self._coming.get(key)
                if coming is None:
                    mine = self._coming[key] = Future()
                    break
            try:
                return coming.result()
            except _Abandoned:
                continue
        return self._computed(key, mine)

    def ahead(self, *key: Hashable) -> None:
        """Compute a result that somebody will probably ask for next, beside what else goes on; not where anything of
        this kind is being computed already, nor while the server is busy.
        """
        with self._lock:
            if key in self.kept or self._coming:
                return
        threading.Thread(target=self._unasked, args=key, daemon=True).start()

    def _unasked(self, *key: Hashable) -> None:
        used = time.process_time()
        time.sleep(PAUSE)
        if time.process_time() - used > BUSY:
            return
        with suppress(Exception):  # whoever asks gets it
            self(*key)

    def __len__(self) -> int:
        return len(self.kept)

    @property
    def bytes(self) -> int:
        """What the results that are kept weigh together, with their keys."""
        return self._bytes

    def clear(self) -> None:
        """Forget what is kept."""
        with self._lock:
            self.kept.clear()
            self._bytes = 0

    def _computed(self, key: tuple[Hashable, ...], coming: Future[V]) -> V:
        try:
            with self._turns:
                value = self.compute(*key)
            weight = ENTRY + self._weigh(value) + sum(len(part) for part in key if isinstance(part, str))
        except BaseException as error:
            with self._lock:
                del self._coming[key]
            coming.set_exception(error if isinstance(error, Exception) else _Abandoned())
            raise
        with self._lock:
            del self._coming[key]
            self._keep(key, value, weight)
        coming.set_result(value)
        return value

    def _keep(self, key: tuple[Hashable, ...], value: V, weight: int) -> None:
        """Keep a result if it fits at all; what was asked for longest ago makes room."""
        if weight > self.most_bytes:
            return
        self.kept[key] = (value, weight)
        self._bytes += weight
        while self._bytes > self.most_bytes:
            _, (_, gone) = self.kept.popitem(last=False)
            self._bytes -= gone


class _Abandoned(Exception):
    """Whoever was computing has been told to end."""
