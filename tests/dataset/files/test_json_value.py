from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from advisor.dataset.files.json_value import read_json, read_many, text_of, windows_1252
from advisor.dataset.rows.depth import DEEPEST, too_deep


class Pairs(list[tuple[str, Any]]):
    """An object whose keys may stand twice."""


SIGNS = st.characters(exclude_categories=["Cs"]) | st.sampled_from('":\\{}[], \n\x00\x7f\x85\x9f')
texts = st.text(SIGNS, max_size=6)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.lists(st.tuples(texts, inner), max_size=3).map(Pairs),
    max_leaves=10,
)


def written(value: Any, ascii_only: bool, colon: str) -> str:
    """JSON of a value in which pairs are objects."""
    if isinstance(value, Pairs):
        parts = (f"{json.dumps(k, ensure_ascii=ascii_only)}{colon}{written(v, ascii_only, colon)}" for k, v in value)
        return "{" + ",".join(parts) + "}"
    if isinstance(value, list):
        return "[" + ",".join(written(part, ascii_only, colon) for part in value) + "]"
    return json.dumps(value, ensure_ascii=ascii_only)


def repeats(value: Any) -> int:
    """Objects and lists counted, how many keys stand more than once in their object; what JSON drops is not seen."""
    if isinstance(value, Pairs):
        keys = [key for key, _ in value]
        return len({key for key in keys if keys.count(key) > 1}) + sum(repeats(part) for part in dict(value).values())
    return sum(map(repeats, value)) if isinstance(value, list) else 0


@given(
    st.lists(values.map(lambda value: Pairs([("v", value)])), max_size=4),
    st.booleans(),
    st.sampled_from([":", ": ", " :\t"]),
)
@example([Pairs([("\\", 1), ("\\", 2)])], False, ":")
@example([Pairs([("a", ": x"), ("b", 1), ("b", 2)])], False, " :\t")
@example([Pairs([("a", '\\":'), ("a", 2)])], False, ":")
def test_rows_read_together_are_what_they_are_alone(made: list[Any], ascii_only: bool, colon: str) -> None:
    raws = [written(value, ascii_only, colon).encode() for value in made]
    found = read_many(raws)
    assert found == [read_json(raw) for raw in raws]
    assert [value for value, _ in found] == [json.loads(raw) for raw in raws]
    for value, (_, faults) in zip(made, found, strict=True):
        assert sum(fault.check == "duplicate-key" for fault in faults) == repeats(value)
        assert not {"invalid-json", "python-literal", "truncated-json"} & {fault.check for fault in faults}


@pytest.mark.parametrize("chats", [False, True])
@pytest.mark.parametrize(
    "raw",
    [rb'{"a": 1, "a": 2, "b": "\u003a"}', rb'{"messages": [{"role": "tool", "role": "user", "content": "\u003A"}]}'],
)
def test_an_escaped_colon_at_the_start_of_a_text_hides_no_key_that_stands_twice(raw: bytes, chats: bool) -> None:
    found = [read_json(raw), *read_many([raw], chats)]
    assert [[fault.check for fault in faults] for _, faults in found] == [["duplicate-key"]] * 2


@given(st.lists(st.binary(max_size=30) | st.text(SIGNS, max_size=30).map(str.encode), max_size=5))
def test_bytes_read_together_are_what_they_are_alone(raws: list[bytes]) -> None:
    assert read_many(raws) == [read_json(raw) for raw in raws]


@given(st.binary(max_size=60))
def test_a_value_that_is_given_is_what_json_reads(raw: bytes) -> None:
    value, faults = read_json(raw)
    if not faults:
        assert value == json.loads(raw)
    assert not too_deep(value)


@given(values.map(lambda value: Pairs([("v", value)])), st.data())
def test_a_row_cut_short_is_told(value: Any, data: st.DataObject) -> None:
    raw = written(value, True, ":").encode()
    cut = data.draw(st.integers(1, len(raw) - 1))
    checks = [fault.check for fault in read_json(raw[:cut])[1]]
    assert len(checks) == 1
    assert checks[0] in ("truncated-json", "trailing-comma", "invalid-json")


def test_the_deepest_row_is_read_and_one_deeper_is_not() -> None:
    for extra, readable in ((0, True), (1, False)):
        raw = b'{"a":' * (DEEPEST - 1 + extra) + b"{}" + b"}" * (DEEPEST - 1 + extra)
        assert (read_json(raw)[0] is not None) is readable
        assert (read_many([b"{}", raw])[1][0] is not None) is readable


@given(st.binary(max_size=40))
def test_any_bytes_have_a_text(raw: bytes) -> None:
    text_of(raw)
    assert len(windows_1252(raw)) == len(raw)


def test_windows_1252_keeps_what_latin_1_has() -> None:
    assert windows_1252("café €“".encode("cp1252")) == "café €“"


def test_what_python_thinks_of_a_row_is_not_printed() -> None:
    code = "from advisor.dataset.files.json_value import read_json; read_json(b\"{'a': 1if 1 else 2}\")"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == ""
