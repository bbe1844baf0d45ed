"""Other processes of this machine that check the stretches of a large file."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Generator, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.synchronize import Semaphore
from types import TracebackType

from advisor.content.load import load
from advisor.dataset.files.json_stream import LONGEST
from advisor.dataset.files.source import Source
from advisor.dataset.files.unpacking import gathered, in_utf_8
from advisor.dataset.inspection.chunk import Task
from advisor.dataset.inspection.parallel import Parts, Stretch, checked, in_order, in_turn

LEAST = 32_000_000
"""Bytes of a file that are worth the second or two in which processes start, if they have not started yet."""
MOST_PROCESSES = 4
"""Each holds up to 350 MB while a large file is checked; small files need none."""
START_SECONDS = 120
STRETCH = 4_000_000
"""Bytes that a process is given at a time."""


class Workers:
    """Processes that are started when they are first needed, and ended by `close` or at the end of a `with` block.

    They end by themselves with the process that started them, also where that one is killed.
    They are started afresh (spawned), so a script that uses them needs `if __name__ == "__main__":`. Not for use by
    several threads at once.
    """

    def __init__(self, processes: int = 2, least: int = LEAST, stretch: int = STRETCH) -> None:
        self.processes = processes
        self.least = least
        self.stretch = stretch
        self._pool: ProcessPoolExecutor | None = None
        self._ready: Semaphore

    def __enter__(self) -> Workers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the processes; later work starts them again."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    def start(self, encoding: str) -> None:
        """Start the processes, if they are not, and have them load what they need before there is work.

        Raises `BrokenProcessPool` where they cannot be had.
        """
        if self._pool is None:
            pool = self._started(encoding)
            for done in [pool.submit(load) for _ in range(self.processes)]:  # each starts one, until all are there
                done.result()
            for _ in range(self.processes):
                if not self._ready.acquire(timeout=START_SECONDS):
                    raise BrokenProcessPool(f"no process was ready after {START_SECONDS} seconds")

    def worth(self, source: Source) -> bool:
        """Whether a file is large enough, and made of lines, which can be told apart without reading them."""
        return self.processes > 1 and source.container == "jsonl" and (source.size or 0) >= self.least

    def parts(self, source: Source, task: Task) -> Parts:
        """What `part_of` finds in the whole file. Leaves in `source` what reading it leaves there.

        Raises `Unusable`, and `BrokenProcessPool` where processes cannot be had.
        """
        return in_order(source, self._stretches(source, task._replace(beside=False)))

    def _stretches(self, source: Source, task: Task) -> Generator[Stretch, None, None]:
        pool = self._started(task.encoding)
        try:
            futures = (
                pool.submit(checked, text, source.line_end, task, read)
                for text, read in stretch_texts(source, self.stretch)
            )
            yield from in_turn(futures, self.processes + 1)
        except BaseException:
            if getattr(pool, "_broken", False):
                self._pool = None
            raise

    def _started(self, encoding: str) -> ProcessPoolExecutor:
        if self._pool is None:
            context = multiprocessing.get_context("spawn")
            self._ready = context.Semaphore(0)
            self._pool = ProcessPoolExecutor(self.processes, context, _prepared, (encoding, self._ready))
        return self._pool


SAMPLE = b'{"messages": [{"role": "user", "content": "Who?"}, {"role": "assistant", "content": "A caf\xc3\xa9."}]}\n'


def _prepared(encoding: str, ready: Semaphore) -> None:
    """Run by a process before all else: what checking loads when it is first done."""
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()
    checked(SAMPLE, b"\n", Task("openai_chat", None, None, encoding, beside=False), len(SAMPLE))
    ready.release()


def _end_with_parent() -> None:
    """Wait for the process that started this one to end, and end at once: it may have had no time to say so."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def stretch_texts(source: Source, size: int, longest: int = LONGEST) -> Iterator[tuple[bytes, int]]:
    """The text of a file of lines in UTF-8, cut after line ends, and the bytes of the file read up to there.

    Of a line beyond `longest` bytes only the beginning is passed on.
    """
    with source.stored.opened() as stream:
        pieces = gathered(source.pieces(stream, source.faults))
        chunks: list[bytes] = []
        length = open_length = 0  # of what is held, and of its last line, which has no end yet
        for piece in in_utf_8(pieces, source.encoding, source.bom):
            cut = piece.rfind(source.line_end) + 1
            if cut and length + cut >= size:
                yield b"".join([*chunks, piece[:cut]]), source.stored.position(stream)
                chunks, length, open_length = [piece[cut:]], len(piece) - cut, len(piece) - cut
                continue
            if not cut and open_length > longest:
                continue  # a line that is too long for anybody is not held
            chunks.append(piece)
            length += len(piece)
            open_length = len(piece) - cut if cut else open_length + len(piece)
        if length:
            yield b"".join(chunks), source.stored.position(stream)
