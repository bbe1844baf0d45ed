"""What holds where a file is checked beside a validation file, and where its stretches are checked elsewhere.

Each function raises `AssertionError` where something does not hold, and `Unusable` for a file that cannot be read.
"""

from __future__ import annotations

import io
import json
import pickle
from collections import Counter
from collections.abc import Generator
from typing import Any

from advisor.dataset import Inspection, Source, inspect, open_source, repair
from advisor.dataset.inspection.chunk import Task
from advisor.dataset.inspection.parallel import Parts, Stretch, checked, in_order
from advisor.dataset.inspection.processes import stretch_texts
from advisor.dataset.row import Row
from fuzz.found import TOLD, bare, check_words, other_place, rows_of, seen

LEAKS = ("leak-exact", "leak-near")


def check_held(data: bytes, name: str, held: bytes, held_name: str, platform: str | None) -> None:
    """Leaks are found where they are, and nothing else of what is found is otherwise."""
    alone = inspect(open_source(data, name), platform=platform)
    both = inspect(open_source(data, name), platform=platform, validation=open_source(held, held_name))
    others = [one for one in both.findings if one.check not in LEAKS]
    assert seen(others) == seen(alone.findings), seen(others) ^ seen(alone.findings)
    assert {check: n for check, n in both.counts.items() if check not in LEAKS} == alone.counts
    trained, tested = rows_of(open_source(data, name)), rows_of(open_source(held, held_name))
    assert both.profile.validation_rows == len(tested)
    check_leaks(both, trained, tested)
    check_words(both)


def check_leaks(found: Inspection, trained: list[Row], tested: list[Row]) -> None:
    """Each row that is said to leak does; rows of equal values are said to."""
    form = found.recognition.format
    training, validation = ({row.line: row for row in rows} for rows in (trained, tested))
    leaked: Counter[int] = Counter()
    exact = set()
    for one in found.findings:
        if one.check not in LEAKS:
            continue
        assert one.line in validation, one
        mine, its = validation[one.line], training[other_place(one)]
        leaked[one.line] += 1
        said, said_too = bare(mine, form), bare(its, form)
        if one.check == "leak-exact":
            exact.add(one.line)
            assert said == said_too or sorted_text(mine) == sorted_text(its), one
        else:
            first, second = (
                {text[at : at + 4] for at in range(len(text))} for text in ("".join(said), "".join(said_too))
            )
            assert said[0] == said_too[0] or len(first & second) > 0.3 * len(first | second), one
    assert set(leaked.values()) <= {1}, "a row is said to leak twice"
    assert found.profile.leaked == len(leaked)
    known = {repr(row.value) for row in trained if row.value is not None}
    for row in tested:
        assert row.value is None or repr(row.value) not in known or row.line in exact, row


def sorted_text(row: Row) -> str:
    return json.dumps(row.value, sort_keys=True)


def check_drop(data: bytes, name: str, held: bytes, held_name: str, platform: str | None, asked: int) -> None:
    """Rows of the validation file are gone from a repaired file, others stay, and nothing is left to repair."""
    ask = {"drop_duplicates": bool(asked & 1), "mask_private": bool(asked & 2)}
    out = io.BytesIO()
    done = repair(open_source(data, name), out, platform=platform, drop_leaks=open_source(held, held_name), **ask)
    rows = rows_of(open_source(data, name))
    blank = sum(row.value is None and any(fault.check == "blank-line" for fault in row.faults) for row in rows)
    gone = done.rows_left_out + done.duplicates + done.leaks
    assert done.rows + gone + blank == len(rows), (done, len(rows), blank)
    made = out.getvalue()
    if not done.rows or not made.strip(b"\xef\xbb\xbf \r\n"):
        return
    called, form = f"rows.{done.container}", done.form
    left = inspect(open_source(made, called), form=form, validation=open_source(held, held_name))
    assert "leak-exact" not in left.counts, [one for one in left.findings if one.check == "leak-exact"]
    twice = io.BytesIO()
    again = repair(
        open_source(made, called), twice, platform=platform, form=form, drop_leaks=open_source(held, held_name), **ask
    )
    assert not again.changed, ("what was repaired is repaired again", again.counts, done.counts)
    assert twice.getvalue() == made


class Elsewhere:
    """An engine that checks each stretch as another process would: with what is sent there, and what is sent back."""

    def __init__(self, stretch: int) -> None:
        self.stretch = stretch

    def worth(self, source: Source) -> bool:
        return source.container == "jsonl"

    def parts(self, source: Source, task: Task) -> Parts:
        return in_order(source, self._stretches(source, task._replace(beside=False)))

    def _stretches(self, source: Source, task: Task) -> Generator[Stretch, None, None]:
        for text, read in stretch_texts(source, self.stretch):
            yield sent(checked(*sent((text, source.line_end, task, read))))


def sent(value: Any) -> Any:
    return pickle.loads(pickle.dumps(value))


def check_elsewhere(
    data: bytes, name: str, held: bytes, held_name: str, platform: str | None, stretch: int, **how: Any
) -> None:
    """Wherever the stretches of a file are cut and checked, the same is found."""
    one, other = (open_source(data, name, **how) for _ in range(2))
    tested, tested_too = (open_source(held, held_name) if held else None for _ in range(2))
    here = inspect(one, platform=platform, validation=tested)
    there = inspect(other, platform=platform, validation=tested_too, workers=Elsewhere(stretch))
    for what in (*TOLD, "skipped", "cancelled"):
        assert getattr(here, what) == getattr(there, what), (what, getattr(here, what), getattr(there, what))
    assert (one.lines, one.crlf, one.faults) == (other.lines, other.crlf, other.faults)
