"""What an engine is: it has the stretches of a large file checked elsewhere, and hands back what was found in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterable
from concurrent.futures import Future
from contextlib import closing
from typing import NamedTuple, Protocol, TypeVar

from advisor.dataset.files.line_ends import LineEnds
from advisor.dataset.files.source import Source
from advisor.dataset.files.unpacking import Stored
from advisor.dataset.inspection.chunk import Part, Task, part_of, undisturbed

Parts = Generator[tuple[Part, int, int], None, None]
"""Parts in order, each with the lines that stand before it and the bytes of the file read up to its end."""

Result = TypeVar("Result")


class Engine(Protocol):
    """Checks a file in several places at once. What is found does not depend on the engine."""

    def worth(self, source: Source) -> bool:
        """Whether this engine takes the file; otherwise the process that asks checks it by itself."""

    def parts(self, source: Source, task: Task) -> Parts:
        """What `part_of` finds in the whole file. Leaves in `source` what reading it leaves there.

        Raises `Unusable`.
        """


class Stretch(NamedTuple):
    """What was found in some whole lines of a file."""

    part: Part
    lines: int
    ends: LineEnds
    wide: bool
    broken: bool
    """As of the `Source`."""
    read: int
    """Bytes of the file up to its end."""


def checked(text: bytes, line_end: bytes, task: Task, read: int) -> Stretch:
    """What is found in some whole lines, in UTF-8; `read` are the bytes of the file up to their end."""
    source = Source("", len(text), None, "utf-8", "jsonl", Stored(text), line_end=line_end, bounds=task.bounds)
    part = Part()
    batches = source.batches(chats=True)
    with undisturbed():
        while True:
            with part.timed("read"):
                batch = next(batches, None)
            if batch is None:
                break
            part.take(part_of(batch.rows, task))
    part.pass_over(source.passed_over)
    return Stretch(part, source.lines, source.ends, source.wide, source.broken, read)


def in_order(source: Source, stretches: Generator[Stretch, None, None]) -> Parts:
    """The parts of a file's stretches, which come in its order. Leaves in `source` what reading it leaves there."""
    source.restart()
    with closing(stretches):
        for stretch in stretches:
            before = source.lines
            source.lines += stretch.lines
            source.ends.take(stretch.ends, before)
            source.wide |= stretch.wide
            source.broken |= stretch.broken
            yield stretch.part, before, stretch.read
    source.conclude()


def in_turn(futures: Iterable[Future[Result]], ahead: int) -> Generator[Result, None, None]:
    """The results in order, with at most `ahead` more on their way; those are given up where this is closed."""
    waiting: deque[Future[Result]] = deque()
    try:
        for future in futures:
            waiting.append(future)
            if len(waiting) > ahead:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()
