"""Keys that Parquet fills up with null, since other rows have them, are absent, whatever is done with the file."""

from __future__ import annotations

import io
import json
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from advisor.dataset import Unusable, convert, inspect, open_source, repair, split
from tests.dataset.format_examples import EXAMPLES

OF_OTHERS = ("name", "weight", "tool_calls", "tool_call_id", "refusal", "from", "value", "parts", "content", "role")
"""Keys of messages in other rows."""
COLUMNS = ("tools", "system", "images", "history", "parallel_tool_calls")
"""Columns of other rows, which no format demands."""
MIXED = "openai_vision"
"""Parquet cannot hold content that is text in one message and a list in another."""


def filled(value: Any) -> Any:
    """The same with each message having all keys."""
    if isinstance(value, list):
        return [filled(part) for part in value]
    if not isinstance(value, dict):
        return value
    others = OF_OTHERS if value.keys() & {"role", "from"} else ()
    return dict.fromkeys(others) | {key: filled(part) for key, part in value.items()}


def rows_of(form: str) -> list[dict[str, Any]]:
    text = json.dumps(EXAMPLES[form])
    return [json.loads(text.replace('"Hello', f'"Hello from place {n}').replace('"Hi', f'"Case {n}')) for n in range(4)]


def parquet(rows: list[dict[str, Any]]) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist([dict.fromkeys(COLUMNS) | filled(row) for row in rows]), out)
    return out.getvalue()


@pytest.mark.parametrize("form", sorted(EXAMPLES.keys() - {MIXED, "unknown"}))
def test_a_filled_file_is_treated_as_the_one_that_was_written(form: str) -> None:
    rows = rows_of(form)
    plain = b"\n".join(json.dumps(row).encode() for row in rows)
    given = ((plain, "rows.jsonl"), (parquet(rows), "rows.parquet"))
    written, filled_up = (inspect(open_source(*one)) for one in given)
    assert filled_up.recognition.format == written.recognition.format
    assert filled_up.counts == written.counts
    for to in ("openai_chat", "alpaca", "sharegpt", "trl_preference"):
        assert converted(*given[1], to, form) == converted(*given[0], to, form)
    repaired, train = io.BytesIO(), io.BytesIO()
    repair(open_source(*given[1]), repaired, platform="openai")
    same = io.BytesIO()
    repair(open_source(*given[0]), same, platform="openai")
    assert decoded(repaired) == decoded(same)
    split(open_source(*given[1]), {"train": train}, {"train": 1.0})
    assert decoded(train) == rows


def converted(data: bytes, name: str, to: str, form: str) -> object:
    out = io.BytesIO()
    try:
        done = convert(open_source(data, name), to, out, form=form)
    except Unusable as error:
        return str(error)
    return out.getvalue(), done.rows, done.losses, [(one.line, one.why) for one in done.left_out]


def decoded(out: io.BytesIO) -> list[Any]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


@pytest.mark.parametrize(
    ("row", "check"),
    [({"prompt": "Who?", "completion": None}, "null-content"), ({"messages": None, "id": 1}, "messages-not-a-list")],
)
def test_a_column_that_its_format_demands_is_told_where_it_is_null(row: dict[str, Any], check: str) -> None:
    ask = {"role": "user", "content": "Which bus?"}
    sound = {"prompt": "Which bus?", "completion": "Line 4."}
    if "messages" in row:
        sound = {"messages": [ask, {"role": "assistant", "content": "Line 4."}], "id": 1}  # type: ignore[dict-item]
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist([sound, sound, row]), out)
    found = inspect(open_source(out.getvalue(), "rows.parquet"))
    assert [one.line for one in found.findings if one.check == check] == [3]
