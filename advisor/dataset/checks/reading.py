"""Reading: how the file is written. What cannot be read at all is told where it is read, in `advisor.dataset.files`:
bytes in `unpacking` and `source`, JSON in `json_value`, tables in `tables`, Parquet in `parquet`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from operator import attrgetter

from advisor.dataset.checks.registry import CHECKS
from advisor.dataset.checks.subject import File, Text
from advisor.dataset.checks.values import kind_of
from advisor.dataset.row import Fault, Row, excerpt

SEPARATOR = re.compile("[\u2028\u2029]")
"""Line ends of Unicode at which Python's `splitlines` and JavaScript cut, and JSON does not."""


def not_an_object(row: Row) -> Iterator[Fault]:
    """A row that is no object, unless reading said so."""
    if not any(fault.check == "not-an-object" for fault in row.faults):
        yield Fault("not-an-object", "", "", {"kind": kind_of(row.value)})


@CHECKS.of_texts("line-separator", may=attrgetter("separator"), shows=lambda: SEPARATOR.pattern)
def line_separator(text: Text) -> Iterator[Fault]:
    """A sign at which some programs end a line."""
    if match := SEPARATOR.search(text.text):
        code = f"U+{ord(match[0]):04X}"
        yield Fault("line-separator", text.field, excerpt(text.text, match.start()), {"code": code})


def is_array(file: File) -> bool:
    """Whether a platform that reads lines alone is given one array."""
    containers = file.platform.containers if file.platform else ()
    return file.facts.array and bool(containers) and "json" not in containers


@CHECKS.of_files("top-level-array")
def top_level_array(file: File) -> Iterator[Fault]:
    """Brackets around the rows, where the platform reads lines."""
    if is_array(file):
        yield Fault("top-level-array")


@CHECKS.of_files("missing-byte-order-mark")
def missing_byte_order_mark(file: File) -> Iterator[Fault]:
    """No byte-order mark where the platform asks for one."""
    facts, platform = file.facts, file.platform
    required = platform is not None and platform.byte_order_mark == "required"
    if platform is not None and required and facts.byte_order_mark is False and facts.container == "jsonl":
        yield Fault("missing-byte-order-mark", "", "", {"platform": platform.name})


@CHECKS.of_files("byte-order-mark-refused")
def byte_order_mark_refused(file: File) -> Iterator[Fault]:
    """A byte-order mark where the platform stops at it."""
    if file.platform is not None and file.platform.byte_order_mark == "refused" and file.facts.byte_order_mark:
        yield Fault("byte-order-mark-refused", "", "", {"platform": file.platform.name})


@CHECKS.of_files("byte-order-mark")
def byte_order_mark(file: File) -> Iterator[Fault]:
    """A byte-order mark, where it is not known what the platform makes of it."""
    if file.facts.byte_order_mark and (file.platform is None or file.platform.byte_order_mark == "unknown"):
        yield Fault("byte-order-mark")
