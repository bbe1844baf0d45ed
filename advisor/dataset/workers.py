"""Other processes that check the stretches of a large file; what they find is put together in the order of the file."""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Generator, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from types import TracebackType
from typing import NamedTuple

from advisor.content import load
from advisor.dataset.fast_tokens import counts
from advisor.dataset.jsonrows import LONGEST
from advisor.dataset.part import Part, Task, part_of, undisturbed
from advisor.dataset.record import Batch, Fault
from advisor.dataset.source import Source
from advisor.dataset.streams import Stored, gathered, in_utf_8, unpacked

LEAST = 32_000_000
"""Bytes of a file that are worth the second or two in which processes start, if they have not started yet."""
STRETCH = 4_000_000
"""Bytes that a process is given at a time."""

Parts = Generator[tuple[Part, int, int], None, None]
"""Parts in order, each with the lines that stand before it and the bytes of the file read up to its end."""


class Stretch(NamedTuple):
    """What a process says of the lines that it was given."""

    part: Part
    lines: int
    crlf: int
    wide: bool
    """Whether there are characters beyond ASCII, in UTF-8 as it should be; `invalid`: bytes that are no UTF-8."""
    invalid: bool


class Workers:
    """Processes that are started when they are first needed, and ended by `close` or at the end of a `with` block.

    They are started afresh (spawned), so a script that uses them needs `if __name__ == "__main__":`. Not for use by
    several threads at once.
    """

    def __init__(self, processes: int = 2, least: int = LEAST, stretch: int = STRETCH) -> None:
        self.processes = processes
        self.least = least
        self.stretch = stretch
        self._pool: ProcessPoolExecutor | None = None

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
        """Start the processes and have them load what they need, before there is work."""
        for ready in [self._started().submit(_loaded, encoding) for _ in range(self.processes)]:
            ready.result()

    def worth(self, source: Source) -> bool:
        """Whether a file is large enough, and made of lines, which can be told apart without reading them."""
        return self.processes > 1 and source.container == "jsonl" and (source.size or 0) >= self.least

    def parts(self, source: Source, task: Task) -> Parts:
        """What `part_of` finds in the whole file. Leaves in `source` what reading it leaves there.

        Raises `Unusable`, and `BrokenProcessPool` where processes cannot be had.
        """
        pool = self._started()
        alone = task._replace(threads=1)
        waiting: deque[tuple[Future[Stretch], int]] = deque()
        before = crlf = 0
        wide = invalid = False

        def done() -> tuple[Part, int, int]:
            nonlocal before, crlf, wide, invalid
            future, read = waiting.popleft()
            found = future.result()
            given = found.part, before, read
            before += found.lines
            crlf += found.crlf
            wide |= found.wide
            invalid |= found.invalid
            source.lines, source.crlf = before, crlf
            return given

        try:
            for text, read in _stretches(source, self.stretch):
                waiting.append((pool.submit(_checked, text, source.line_end, alone), read))
                if len(waiting) > self.processes + 1:
                    yield done()
            while waiting:
                yield done()
        except BaseException:
            for future, _ in waiting:
                future.cancel()
            if getattr(pool, "_broken", False):
                self._pool = None
            raise
        if invalid and not wide:
            source.faults.append(Fault("latin-1"))
        if crlf:
            source.faults.append(Fault("crlf", values={"n": crlf}))

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(self.processes, multiprocessing.get_context("spawn"))
        return self._pool


def _loaded(encoding: str) -> bool:
    load()
    counts([""], encoding)
    return True


def _stretches(source: Source, size: int) -> Iterator[tuple[bytes, int]]:
    """The text of a file of lines in UTF-8, cut after line ends, and the bytes of the file read up to there."""
    source.faults = [fault for fault in source.faults if fault.check in ("byte-order-mark", "utf-16", "latin-1")]
    source.lines = source.crlf = 0
    with source.stored.opened() as stream:
        pieces = gathered(unpacked(stream, source.compression, source.size or 0, source.faults))
        held: list[bytes] = []
        length = open_length = 0  # of what is held, and of its last line, which has no end yet
        for piece in in_utf_8(pieces, source.encoding, source.bom):
            cut = piece.rfind(source.line_end) + 1
            if cut and length + cut >= size:
                yield b"".join([*held, piece[:cut]]), source.stored.position(stream)
                held, length, open_length = [piece[cut:]], len(piece) - cut, len(piece) - cut
                continue
            if not cut and open_length > LONGEST:
                continue  # a line that is too long for anybody is not held: only its beginning is passed on
            held.append(piece)
            length += len(piece)
            open_length = len(piece) - cut if cut else open_length + len(piece)
        if length:
            yield b"".join(held), source.stored.position(stream)


def _checked(text: bytes, line_end: bytes, task: Task) -> Stretch:
    """Run by a process: what is found in some lines."""
    source = Source("", len(text), None, "utf-8", "jsonl", Stored(text), line_end=line_end)
    part = Part()
    wide = invalid = False
    batches = source.batches()
    with undisturbed():
        while True:
            with part.timed("read"):
                batch = next(batches, None)
            if batch is None:
                break
            part.take(part_of(batch.rows, task))
            if not (wide and invalid):
                now_wide, now_invalid = _signs(batch)
                wide, invalid = wide or now_wide, invalid or now_invalid
    return Stretch(part, source.lines, source.crlf, wide, invalid)


def _signs(batch: Batch) -> tuple[bool, bool]:
    """Whether rows have characters beyond ASCII, and whether rows have bytes that are no UTF-8."""
    wide = invalid = False
    for row in batch.rows:
        if any(fault.check == "invalid-utf-8" for fault in row.faults):
            invalid = True
        elif row.raw and not row.raw.isascii():
            wide = True
    return wide, invalid
