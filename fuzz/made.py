"""What holds for everything that is made of a file, whatever it holds: repaired, split, converted, counted.

Each function raises `AssertionError` where something does not hold, and `Unusable` for a file that cannot be read.
"""

from __future__ import annotations

import gzip
import io
import json
import math
from collections import Counter
from typing import Any

from advisor.dataset import Unusable, convert, inspect, open_source, repair, split
from advisor.dataset.conversion import TARGETS
from advisor.dataset.conversion.conversion import losses
from advisor.dataset.formats.losses import LOSSES
from advisor.dataset.formats.recognition import form_of, recognise
from advisor.dataset.notebook import Notebook
from advisor.dataset.rag.rows import build, score
from advisor.dataset.row import Row
from advisor.language import language
from fuzz.found import CHECKS, CONTENT, PRIVATE, private, rows_of

SPLITS = {"train": 0.7, "validation": 0.3}


def check_repair(data: bytes, name: str, platform: str | None, asked: int, **how: Any) -> None:
    """What is repaired is sound, keeps every row, and has nothing left to repair."""
    source = open_source(data, name, **how)
    out = io.BytesIO()
    ask = {"drop_duplicates": bool(asked & 1), "mask_private": bool(asked & 2)}
    done = repair(source, out, platform=platform, **ask)
    rows = rows_of(open_source(data, name, **how))
    blank = sum(row.value is None and any(fault.check == "blank-line" for fault in row.faults) for row in rows)
    assert done.rows + done.rows_left_out + done.duplicates + blank == len(rows), (done, len(rows), blank)
    made = out.getvalue()
    if not done.changed and not any(fault.check == "broken-archive" for fault in source.faults):
        original = gzip.decompress(data) if source.compression == "gzip" else data
        assert source.compression == "zstd" or made == original, "a sound file is changed"
    for change in done.changes:
        assert not any(private([change.before, change.after, change.field]).values()), change
    if not done.rows or not made.strip(b"\xef\xbb\xbf \r\n"):
        return
    called = f"rows.{done.container}"
    back = open_source(made, called)
    assert back.container == done.container, (back.container, done.container)
    read = rows_of(back)
    assert len(read) == done.rows, (len(read), done.rows)
    twice = io.BytesIO()
    again = repair(open_source(made, called), twice, platform=platform, form=done.form, **ask)
    assert not again.changed, ("what was repaired is repaired again", again.counts, done.counts)
    assert twice.getvalue() == made
    found = inspect(open_source(made, called), form=done.form, platform=platform)
    left = {"blank-line", "trailing-comma", "python-literal", "nan-literal", "invalid-utf-8", "utf-16", "crlf"}
    doubtful = {one.line for one in found.findings if one.check in ("lone-surrogate", "duplicate-key")}
    assert not [one for one in found.findings if one.check in left and one.line not in doubtful], found.counts
    if asked & 2:
        assert not PRIVATE & found.counts.keys(), found.counts


def check_split(data: bytes, name: str, seed: int, **how: Any) -> None:
    """Each row that can be read is in one part, as it was; no part leaks into another."""
    source = open_source(data, name, **how)
    outs = {part: io.BytesIO() for part in SPLITS}
    done = split(source, outs, SPLITS, seed)
    rows = rows_of(open_source(data, name, **how))
    usable = [
        row
        for row in rows
        if isinstance(row.value, dict) and not any(fault.check == "cell-count" for fault in row.faults)
    ]
    blank = sum(any(fault.check == "blank-line" for fault in row.faults) for row in rows if row.value is None)
    assert sum(done.rows.values()) == len(usable)
    assert sum(done.rows.values()) + done.left_out + blank == len(rows)
    parts: list[Row] = []
    for part, out in outs.items():
        if done.rows[part]:
            kind = done.container
            read = rows_of(open_source(out.getvalue(), f"{part}.{kind}", container=kind, encoding="utf-8"))
            assert len(read) == done.rows[part], (part, len(read), done.rows)
            parts += read
    if source.container not in ("csv", "tsv"):  # a table is written anew, and its cells may be other texts then
        same = Counter(repr(row.value) for row in parts)
        assert same == Counter(repr(row.value) for row in usable), "rows were changed"


def check_conversion(data: bytes, name: str, to: str, container: str | None, **how: Any) -> None:
    """Every row is written or named, and what is written is sound where the rows were."""
    source = open_source(data, name, **how)
    out = io.BytesIO()
    done = convert(source, to, out, container=container)
    rows = rows_of(open_source(data, name, **how))
    blank = sum(any(fault.check == "blank-line" for fault in row.faults) for row in rows)
    assert done.rows + done.left_out_rows + blank == len(rows), (done, len(rows))
    for missing in done.left_out:
        assert missing.why.text(language("nl"))
        assert missing.line >= 1
    if all(form_of(row.value) == done.form for row in rows if isinstance(row.value, dict)):
        possible = {*losses(done.form, to, container)} | {LOSSES["apostrophe"]}
        assert {loss.note for loss in done.losses} <= possible, (done.losses, possible)
    if not done.rows:
        return
    called = f"rows.{done.container}"
    read = rows_of(open_source(out.getvalue(), called))
    assert len(read) == done.rows, (len(read), done.rows)
    before = inspect(open_source(data, name, **how), form=done.form)
    if done.left_out_rows or before.severities(CONTENT)["error"]:
        return
    known = recognise(read)
    assert known.format in TARGETS[to].forms, (known, to)
    after = inspect(open_source(out.getvalue(), called), form=known.format)
    wrong = {check: n for check, n in after.counts.items() if CHECKS[check].severity == "error"}
    assert not wrong, (done.form, to, done.container, wrong, [one for one in after.findings if one.check in wrong][:2])


def check_classic(data: bytes, name: str, limit: int, reference: Any, **how: Any) -> None:
    """What the notebook computes is computed; where it stops, that is said."""
    source = open_source(data, name, **how)
    notebook = Notebook()
    rows: list[Row] = []
    for batch in source.batches(rows=3):
        rows += batch.rows
        notebook.add(batch.rows)
    found = notebook.report(limit)
    assert found.examples + found.left_out >= len(rows)
    json.dumps([found.counters, found.charged, found.billable])
    if found.stopped is not None:
        assert found.stopped.text(language("nl"))
    if source.container != "jsonl" or source.line_end != b"\n" or source.compression or source.encoding != "utf-8":
        return
    survived = {"row-too-long", "nested-too-deep"}  # the notebook may read these
    if any(fault.check in survived for row in rows for fault in row.faults):
        return
    try:
        expected = reference(data.decode().removesuffix("\n"), limit)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError):
        assert found.stopped is not None, "the notebook stops"
    else:
        assert found.stopped is None, found.stopped
        assert {name: getattr(found, name) for name in expected} == expected


def check_rag(data: bytes, name: str, share: float, seed: int, **how: Any) -> None:
    """Rows with the share of refusals that was asked for, and five classes that sum to a hundred."""
    records = [row.value for row in rows_of(open_source(data, name, **how)) if isinstance(row.value, dict)]
    try:
        made = build(records, share, seed=seed)
    except Unusable:
        pass
    else:
        assert len(made.rows) + made.left_out == len(records)
        assert not made.rows or math.isclose(made.share, made.refusals / len(made.rows))
    if records:
        table = score(records)
        assert table.total == len(records)
        assert sum(table.percentages.values()) == 100
