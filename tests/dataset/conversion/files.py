"""Converts rows in memory, and reads what was written."""

from __future__ import annotations

import io
import json
from typing import Any

from advisor.content.load import load
from advisor.dataset import Conversion, convert, open_source
from advisor.dataset.checks import check_row
from advisor.dataset.conversion import TARGETS
from advisor.dataset.formats.reading import conversation
from advisor.dataset.formats.recognition import recognise
from advisor.dataset.platforms import platform, platforms
from advisor.dataset.row import Row

SEVERITIES = {check.id: check.severity for check in load().checks}


def lines(*rows: Any) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def converted(
    data: bytes, to: str, name: str = "rows.jsonl", container: str | None = None, **more: Any
) -> tuple[bytes, Conversion]:
    out = io.BytesIO()
    done = convert(open_source(data, name), to, out, container=container, **more)
    return out.getvalue(), done


def file_name(to: str, container: str | None = None) -> str:
    return f"rows.{container or TARGETS[to].container}"


def read(data: bytes, to: str, container: str | None = None) -> list[Row]:
    return [row for batch in open_source(data, file_name(to, container)).batches() for row in batch.rows]


def written(rows: list[Any], to: str, container: str | None = None, **more: Any) -> list[Any]:
    """The rows converted to the format, decoded."""
    data, _ = converted(lines(*rows), to, container=container, **more)
    return [row.value for row in read(data, to, container)] if rows else []


def errors(rows: list[Row], form: str | None = None) -> list[str]:
    """Errors that reading and checking find in rows of one file, for the platform that the format is named after."""
    form = form or recognise(rows).format
    named = next((name for name in platforms() if form.startswith(name)), None)
    limits = platform(named) if named else None
    found = []
    for row in rows:
        faults = (*row.faults, *check_row(row, conversation(row.value, form), form, limits))
        found += [f"{fault.check} {fault.field}" for fault in faults if SEVERITIES[fault.check] == "error"]
    return found
