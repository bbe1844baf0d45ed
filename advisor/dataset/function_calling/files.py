"""Files of examples with tool calls: read, and written as conversations, one row after the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO

from advisor.content.load import load
from advisor.dataset.files.source import Source
from advisor.dataset.files.writers import as_json
from advisor.dataset.function_calling.rows import Plan, chat_row, demand_goal, example, in_rows, parameters_of
from advisor.dataset.place import Unit
from advisor.dataset.records import LeftOut, Reading
from advisor.dataset.row import Note, Unusable
from advisor.dataset.rows.tool_definitions import Definition

ENOUGH_ROWS = 10
"""Rows below which a vendor refuses the file (fact `openai.minimum-examples`)."""


@dataclass(frozen=True)
class Written:
    """What was made of a file of examples."""

    rows: int
    without_call: int
    """Rows that answer without a tool."""
    calls: Mapping[str, int]
    """Calls of each tool, in the order of the definitions; 0 for one that no row calls."""
    notes: tuple[Note, ...]
    left_out: tuple[LeftOut, ...]
    """Examples that cannot be used, in order, each with what to do."""
    left_out_rows: int
    unit: Unit = "line"
    """What the lines count: lines, or rows of a JSON list or of Parquet."""


def write(source: Source, tools: Sequence[Definition], out: BinaryIO, plan: Plan | None = None) -> Written:
    """Write the rows of `advisor.dataset.function_calling.rows.build` as JSON lines; what cannot be used is left out.

    Raises `Unusable` for a file that holds no example at all, and as `demand_goal` does.
    """
    plan = plan or Plan()
    demand_goal(plan)
    known, definitions = parameters_of(tools), in_rows(tools, plan)
    reading = Reading(load())
    called: Counter[str] = Counter()
    rows = without = size = 0
    for _, record in reading.records(source, partial(example, definitions=known)):
        line = as_json(chat_row(record, definitions, plan.instruction)) + b"\n"
        size += len(line)
        source.bounds.demand_written(size)
        out.write(line)
        rows += 1
        without += not record["calls"]
        called.update(call["tool"] for call in record["calls"])
    if not rows and not reading.left_out_rows:
        raise Unusable("There are no examples: each has a question, the call of a tool with its result, and an answer.")
    calls = {name: called[name] for name in known}
    notes = tuple(_notes(rows, without, calls))
    return Written(rows, without, calls, notes, tuple(reading.left_out), reading.left_out_rows, source.unit)


def _notes(rows: int, without: int, calls: Mapping[str, int]) -> list[Note]:
    """What to think of before training."""
    notes: list[Note] = []
    if not rows:
        return notes
    if not without:
        notes.append(
            Note("Every row calls a tool, so the model learns to call one always. Add questions that need none.")
        )
    never = [name for name, n in calls.items() if not n]
    if never:
        notes.append(Note("No row calls {tools}. The model learns nothing of when to call it.", tools=", ".join(never)))
    if rows < ENOUGH_ROWS:
        notes.append(Note("With fewer than {n} rows a training does not start.", n=ENOUGH_ROWS))
    return notes
