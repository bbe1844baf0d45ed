"""Opens training files: which compression, encoding and container they have, and their rows in batches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from advisor.dataset.record import Batch, Fault, Note, Row, Unusable

__all__ = ["Batch", "Compression", "Container", "Encoding", "Fault", "Note", "Row", "Source", "Unusable"]

Compression = Literal["gzip", "zstd"]
Encoding = Literal["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "latin-1"]
Container = Literal["jsonl", "json", "csv", "tsv", "parquet"]


@dataclass
class Source:
    """A file that can be read once or more, from its start each time."""

    name: str
    size: int | None
    """Bytes as stored; None for a stream of unknown length."""
    compression: Compression | None
    encoding: Encoding
    container: Container
    bom: bool = False
    faults: list[Fault] = field(default_factory=list)
    """What is wrong with the file as a whole; complete once all batches were read."""
    lines: int = 0
    """Line ends seen so far, and how many of them are CRLF."""
    crlf: int = 0

    def batches(self, rows: int = 2_000, most_bytes: int = 8_000_000) -> Iterator[Batch]:
        """The rows in order, at most so many at a time. Raises `Unusable`."""
        raise NotImplementedError
