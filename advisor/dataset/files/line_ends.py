"""How the lines of a file end: in LF, or in CR and LF as Windows writes them, and which are the fewer where both do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

MOST_NAMED = 5
"""Lines that are named of each kind."""


@dataclass
class LineEnds:
    """Counts and first lines of each kind."""

    windows: int = 0
    """Lines that end in CR and LF."""
    others: int = 0
    windows_lines: list[int] = field(default_factory=list)
    """The first of them."""
    other_lines: list[int] = field(default_factory=list)
    """The first of the others."""

    def add(self, texts: Sequence[bytes | None], first: int) -> int:
        """Take in lines without their LF, of which the first has this number; how many end in CR."""
        if not any(texts) and len(self.other_lines) == MOST_NAMED:  # empty lines, of which a file may have millions
            self.others += len(texts)
            return 0
        ended = [raw is not None and raw.endswith(b"\r") for raw in texts]
        n = sum(ended)
        self.windows += n
        self.others += len(ended) - n
        for kind, kept, there in ((True, self.windows_lines, n), (False, self.other_lines, len(ended) - n)):
            if there and (room := MOST_NAMED - len(kept)):
                kept.extend([line for line, text in enumerate(ended, start=first) if text is kind][:room])
        return n

    def take(self, other: LineEnds, before: int) -> None:
        """Add those of a later stretch, which begins after so many lines."""
        self.windows += other.windows
        self.others += other.others
        for mine, its in ((self.windows_lines, other.windows_lines), (self.other_lines, other.other_lines)):
            mine.extend([line + before for line in its][: MOST_NAMED - len(mine)])

    def fewer(self, lines: int) -> tuple[bool, int, list[int]] | None:
        """Of a file of so many lines: whether the fewer end as on Windows, how many, and the first of them.

        None where all end alike; the last line may have no end.
        """
        if not self.windows or not self.others or (self.others == 1 and self.other_lines == [lines]):
            return None
        if self.windows <= self.others:
            return True, self.windows, self.windows_lines
        return False, self.others, self.other_lines
