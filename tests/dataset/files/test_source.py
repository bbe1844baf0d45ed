from __future__ import annotations

import ast
import contextlib
import csv
import gzip
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from advisor.content.load import load
from advisor.dataset import Source, Unusable, open_source
from advisor.dataset.files import unpacking
from advisor.dataset.files.json_stream import Values, lines
from advisor.dataset.files.source import BLANKS, Container, Encoding, Row
from advisor.dataset.row import EVIDENCE
from advisor.translations.messages import placeholders

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PACKED = {None: lambda data: data, "gzip": gzip.compress, "zstd": zstd.compress}
MARKS = {"utf-8": "utf-8", "utf-8-sig": "utf-8-sig", "utf-16-le": "utf-16-le", "utf-16-be": "utf-16-be"}
CHAT = {"messages": [{"role": "user", "content": "Hoi, één vraag"}, {"role": "assistant", "content": 'Ja: "goed" 🙂'}]}


def rows(source: Source, **limits: int) -> list[Row]:
    return [row for batch in source.batches(**limits) for row in batch.rows]


def read(data: bytes, name: str = "rows.jsonl", **options: Any) -> list[Row]:
    return rows(open_source(data, name, **options))


def checks(data: bytes, name: str = "rows.jsonl") -> list[tuple[int, str, str]]:
    """(line, check, field) of every fault of a row."""
    return [(row.line, fault.check, fault.field) for row in read(data, name) for fault in row.faults]


def file_checks(data: bytes, name: str = "rows.jsonl") -> list[str]:
    source = open_source(data, name)
    rows(source)
    return [fault.check for fault in source.faults]


# Every container, compression and encoding

texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)
values = st.lists(
    st.dictionaries(st.sampled_from(["prompt", "completion", "a b", "é"]), texts | st.lists(st.integers()), min_size=1),
    min_size=1,
    max_size=12,
)


@given(values, st.sampled_from(list(PACKED)), st.sampled_from(list(MARKS)), st.booleans(), st.booleans())
def test_every_row_of_jsonl_comes_back_on_its_line(
    made: list[Any], packing: Any, encoding: Encoding, windows: bool, ascii_only: bool
) -> None:
    end = "\r\n" if windows else "\n"
    text = end.join(json.dumps(row, ensure_ascii=ascii_only) for row in made)
    mark = "\ufeff" if encoding.startswith("utf-16") else ""
    source = open_source(PACKED[packing]((mark + text).encode(encoding)), "rows.jsonl")
    assert [(row.line, row.value, row.faults) for row in rows(source)] == [
        (line, row, ()) for line, row in enumerate(made, start=1)
    ]
    assert (source.compression, source.encoding, source.container) == (packing, encoding, "jsonl")
    assert source.crlf == (len(made) - 1 if windows else 0)


@given(values, st.sampled_from(list(PACKED)), st.sampled_from([None, 1]), st.integers(1, 40))
def test_every_entry_of_an_array_comes_back(made: list[Any], packing: Any, indent: int | None, piece: int) -> None:
    text = json.dumps(made, indent=indent, ensure_ascii=False)
    found = read(PACKED[packing](text.encode()), "rows.json")
    assert [(row.line, row.value, row.faults) for row in found] == [(n, row, ()) for n, row in enumerate(made, start=1)]
    split = [text.encode()[at : at + piece] for at in range(0, len(text.encode()), piece)]
    assert [json.loads(part or b"") for some in Values(iter(split)) for part in some] == made


@given(
    st.lists(st.tuples(texts, texts), min_size=1, max_size=12),
    st.sampled_from(list(PACKED)),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16-le"]),
    st.sampled_from([",", "\t"]),
)
def test_every_record_of_a_table_comes_back_on_its_line(
    made: list[tuple[str, str]], packing: Any, encoding: Encoding, delimiter: str
) -> None:
    made = [(f"{one}\n{other}", other) for one, other in made]  # each record takes two lines
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerows([("input", "output"), *made])
    mark = "\ufeff" if encoding.startswith("utf-16") else ""
    name = "rows.csv" if delimiter == "," else "rows.tsv"
    source = open_source(PACKED[packing]((mark + stream.getvalue()).encode(encoding)), name)
    assert [(row.line, row.value, row.faults) for row in rows(source)] == [
        (2 * place, {"input": one, "output": other}, ()) for place, (one, other) in enumerate(made, start=1)
    ]


@given(
    st.lists(st.fixed_dictionaries({"prompt": texts, "n": st.integers(0, 9)}), min_size=1),
    st.sampled_from(list(PACKED)),
)
def test_every_row_of_parquet_comes_back(made: list[Any], packing: Any) -> None:
    stream = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(made), stream)
    found = read(PACKED[packing](stream.getvalue()), "rows.parquet")
    assert [(row.line, row.value) for row in found] == list(enumerate(made, start=1))


def test_parquet_leaves_out_the_empty_fields_of_structures() -> None:
    stream = io.BytesIO()
    call = {"role": "assistant", "content": None, "tool_calls": [{"id": "1"}]}
    pq.write_table(pa.Table.from_pylist([{"messages": [{"role": "user", "content": "a"}, call]}]), stream)
    assert read(stream.getvalue(), "x.parquet")[0].value == {"messages": [{"role": "user", "content": "a"}, call]}


@pytest.mark.parametrize("path", ["arguments", "call.arguments", "calls[0].arguments", "calls[0].function.properties"])
def test_keys_that_parquet_filled_up_are_told_wherever_they_lie(path: str) -> None:
    filled: Any = {"city": None, "n": 1}
    for key in reversed(path.split(".")):
        filled = {key.removesuffix("[0]"): [filled] if key.endswith("[0]") else filled}
    stream = io.BytesIO()
    pq.write_table(pa.Table.from_pylist([filled, {"name": "a"}], pa.Table.from_pylist([filled]).schema), stream)
    found = read(stream.getvalue(), "x.parquet")
    assert [(fault.check, fault.field, fault.values) for row in found for fault in row.faults] == [
        (f"null-filled-{'parameters' if path.endswith('properties') else 'arguments'}", path, {"keys": "city"})
    ]


def test_a_text_named_as_arguments_are_is_no_object_with_keys() -> None:
    stream = io.BytesIO()
    made = [{"calls": [{"arguments": '{"city": null}', "id": None}]}, {"calls": [{"arguments": None, "id": "1"}]}]
    pq.write_table(pa.Table.from_pylist(made), stream)
    found = read(stream.getvalue(), "x.parquet")
    assert [(row.value, row.faults) for row in found] == [
        ({"calls": [{"arguments": '{"city": null}'}]}, ()),
        ({"calls": [{"id": "1"}]}, ()),
    ]


def test_control_characters_in_parquet_are_told_whatever_the_field() -> None:
    stream = io.BytesIO()
    pq.write_table(pa.table({"text": ["a", "b\0"], "name": ["\x1a", "c"]}), stream)
    assert checks(stream.getvalue(), "x.parquet") == [(1, "control-character", "name"), (2, "nul-character", "text")]


# What no file may do


@given(st.binary(max_size=400), st.sampled_from(["a.jsonl", "a.json", "a.csv", "a.tsv", "a.parquet", "a.jsonl.gz", ""]))
@example(b"\x1f\x8b\x08junk", "a.jsonl.gz")
@example(b"PAR1PAR1", "a.parquet")
@example(b'"a\n' * 3, "a.csv")
@example(b"\xff\xfe\x00", "a.jsonl")
def test_no_bytes_crash_it(data: bytes, name: str) -> None:
    with contextlib.suppress(Unusable):
        found = read(data, name)
        assert [row.line for row in found] == sorted(row.line for row in found)
        assert all(len(fault.evidence) <= EVIDENCE for row in found for fault in row.faults)


@given(st.text('{}[]",:\\ntru01 \n\r\ud800\0', max_size=60), st.sampled_from(["jsonl", "json", "csv", "tsv"]))
def test_no_text_crashes_a_container(text: str, container: Container) -> None:
    with contextlib.suppress(Unusable):
        read(text.encode("utf-8", "surrogatepass"), container=container)


@given(st.binary(max_size=200))
def test_damage_never_changes_the_rows_before_it(junk: bytes) -> None:
    line = json.dumps(CHAT).encode()
    found = read(line + b"\n" + line + b"\n" + junk)
    assert [row.value for row in found[:2]] == [CHAT, CHAT]


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "a.jsonl"),
        (b" \n\n", "a.jsonl"),
        (b"PK\x03\x04" + bytes(range(256)), "a.xlsx"),
        (bytes(range(32)) * 20, "a.jsonl"),
        (b"PAR1 broken PAR1", "a.parquet"),
        (gzip.compress(gzip.compress(b"{}", mtime=0), mtime=0), "a.jsonl.gz.gz"),
        ("{}".encode("utf-32"), "a.jsonl"),
        (b"just some words", "a.txt"),
    ],
)
def test_an_unusable_file_is_told_in_one_sentence(data: bytes, name: str) -> None:
    with pytest.raises(Unusable) as error:
        read(data, name)
    assert str(error.value).endswith(".")


def test_a_bomb_is_put_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "BOMB_SIZE", 1 << 20)
    with pytest.raises(Unusable, match="500 times"):
        read(gzip.compress(b"0" * (1 << 22)))


def test_a_row_beyond_the_limit_is_passed_over_and_the_next_one_read() -> None:
    long = b'"' + b"x" * 100 + b'"'
    pieces = [b'{"a":1}\n', long[:40], long[40:], b'\n{"b":2}']
    assert [text for some in lines(iter(pieces), 50) for text in some] == [b'{"a":1}', None, b'{"b":2}']


@pytest.mark.parametrize("piece", [1, 3, 7, 1000])
@pytest.mark.parametrize("long", ['"' + 'x\\"\\\\' * 40 + '"', json.dumps([{"a": 1}] * 30), "1" * 120])
def test_an_entry_beyond_the_limit_is_passed_over_and_the_next_one_read(long: str, piece: int) -> None:
    data = f'[{{"a":1}}, {{"b": {long}, "c": []}}, {{"d": "]"}}]'.encode()
    pieces = [data[at : at + piece] for at in range(0, len(data), piece)]
    assert [text for some in Values(iter(pieces), 50) for text in some] == [b'{"a":1}', None, b'{"d": "]"}']


def test_an_archive_cut_short_gives_its_rows_and_says_so() -> None:
    data = b"".join(json.dumps({"n": n, "text": str(n) * 50}).encode() + b"\n" for n in range(20_000))
    for packed in (gzip.compress(data), zstd.compress(data)):
        source = open_source(packed[: len(packed) // 2])
        assert rows(source)[0].value["n"] == 0
        assert [fault.check for fault in source.faults] == ["broken-archive"]


def test_batches_keep_to_their_limits_and_count_bytes() -> None:
    data = b'{"a": 1}\n' * 10
    batches = list(open_source(data, "a.jsonl").batches(rows=4))
    assert [len(batch.rows) for batch in batches] == [4, 4, 2]
    assert batches[-1].bytes_read == len(data)
    assert [len(batch.rows) for batch in open_source(data, "a.jsonl").batches(most_bytes=20)] == [3, 3, 3, 1]


def test_a_source_can_be_read_twice(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_bytes(b"\xef\xbb\xbf" + b'{"a": 1}\r\n' * 3)
    source = open_source(file)
    first, faults = rows(source), list(source.faults)
    assert rows(source) == first
    assert source.faults == faults
    assert [fault.check for fault in faults] == ["byte-order-mark", "crlf"]
    with file.open("rb") as stream:
        assert rows(open_source(stream)) == first


@pytest.mark.parametrize("broken", ["read", "seek"])
def test_a_file_that_fails_at_its_first_byte_cannot_be_read(broken: str) -> None:
    """As on a network drive that is gone; nothing is wrong with what the command writes."""

    class Broken(io.BytesIO):
        def read(self, *size: int | None) -> bytes:
            return super().read(*size) if broken == "seek" else self.fail()

        def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
            return self.fail() if (broken, whence) == ("seek", io.SEEK_END) else super().seek(offset, whence)

        def fail(self) -> Any:
            raise OSError(5, "Input/output error")

    with pytest.raises(Unusable, match="cannot be read"):
        open_source(Broken(b"{}"))


def test_a_pipe_is_copied() -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    assert rows(open_source(Pipe(b'{"a": 1}\n')))[0].value == {"a": 1}


# Defects, one by one; the second file of each pair is sound


@pytest.mark.parametrize(
    ("line", "check", "field"),
    [
        ('{"a": "b', "truncated-json", ""),
        ('{"a": [1, 2', "truncated-json", ""),
        ('{"a": tr', "truncated-json", ""),
        ("", "blank-line", ""),
        ("  ", "blank-line", ""),
        ("{'a': 'b', 'c': None}", "python-literal", ""),
        ('{"a": 1},', "trailing-comma", ""),
        ('{"a": [1,]}', "trailing-comma", ""),
        ('{"a": 1} {"b": 1}', "invalid-json", ""),
        ('{"a": "x" 1}', "invalid-json", ""),
        ('{"a": "\\u00', "truncated-json", ""),
        ("nonsense", "invalid-json", ""),
        ("[1, 2]", "not-an-object", ""),
        ("3", "not-an-object", ""),
        ('{"a": {"b": [NaN]}}', "nan-literal", "a.b[0]"),
        ('{"a": -Infinity}', "nan-literal", "a"),
        ('{"a": 1e999}', "nan-literal", "a"),
        ('{"a": {"k": 1, "k": 2}}', "duplicate-key", "a.k"),
        ('{"k" : 1, "k" : 2}', "duplicate-key", "k"),
        ('{"k\\\\": 1, "k\\\\": ":"}', "duplicate-key", "k\\"),
        ('{"a": "\\u0000"}', "nul-character", "a"),
        ('{"a": ["x", "\\u001b"]}', "control-character", "a[1]"),
        ('{"a": "\x7f"}', "control-character", "a"),
        ('{"a": "\x93"}', "control-character", "a"),
        ('{"a": "\\ud83d"}', "lone-surrogate", "a"),
        ("[" * 101 + "]" * 101, "nested-too-deep", ""),
        ("[" * 5000 + "]" * 5000, "nested-too-deep", ""),
        ("\ufeff{}", "byte-order-mark", ""),
    ],
)
def test_a_defect_is_found_on_its_line_and_nowhere_else(line: str, check: str, field: str) -> None:
    data = "\n".join(['{"a": 1}', line, '{"a": 1}']).encode()
    assert checks(data) == [(2, check, field)]


@pytest.mark.parametrize(
    "line",
    [
        '{"a": "\\ud83d\\ude00 \\t\\n\\u00e9"}',
        '{"a": "say \\"x\\": y", "b": ":", "c" : ": NaN"}',
        '{"a": "{\\"k\\": 1, \\"k\\": 2}"}',
        '{"a\\\\": 1, "b\\\\": 2}',
        '{"a": {"k": 1}, "b": {"k": 1}}',
        '{"a": "«été» 100\xa0€"}',
        '{"n": 123456789012345678901234567890, "x": 1e3}',
        '{"a":' * 99 + "1" + "}" * 99,
    ],
)
def test_what_only_looks_like_a_defect_is_not_flagged(line: str) -> None:
    assert checks(line.encode()) == []
    assert read(line.encode())[0].value == json.loads(line)


def test_a_raw_control_character_is_no_json_but_is_read() -> None:
    row = read(b'{"a": "x\x00y"}')[0]
    assert row.value == {"a": "x\0y"}
    assert [fault.check for fault in row.faults] == ["invalid-json", "nul-character"]


def test_values_that_can_be_told_are_given_with_their_fault() -> None:
    data = b"{'a': None}\n" + b'{"a": NaN}\n{"a": "\\ud800"}\n{"a": 1, "a": 2}\n{"a": 1},\n'
    assert [row.value for row in read(data)] == [{"a": None}, {"a": None}, {"a": "\ufffd"}, {"a": 2}, {"a": 1}]


def test_a_line_that_is_no_utf_8_is_read_as_windows_1252() -> None:
    data = '{"a": "één"}\n'.encode() + b'{"a": "\x93caf\xe9\x94"}\n'
    assert checks(data) == [(2, "invalid-utf-8", "")]
    assert read(data)[1].value == {"a": "“café”"}


def test_a_latin_1_file_is_recognised() -> None:
    data = b'{"a": "\x93caf\xe9\x94"}\n' * 3
    source = open_source(data)
    assert [row.value for row in rows(source)] == [{"a": "“café”"}] * 3
    assert (source.encoding, [fault.check for fault in source.faults]) == ("latin-1", ["latin-1"])


def test_utf_16_without_mark_is_recognised() -> None:
    source = open_source('{"a": "één 🙂"}\n{"a": 2}'.encode("utf-16-le"))
    assert [row.value for row in rows(source)] == [{"a": "één 🙂"}, {"a": 2}]
    assert (source.encoding, source.bom, [fault.check for fault in source.faults]) == ("utf-16-le", False, ["utf-16"])


def test_no_line_end_on_the_last_line_is_no_defect() -> None:
    assert checks(b'{"a": 1}\n{"a": 1}') == checks(b'{"a": 1}\n{"a": 1}\n') == []


def test_lines_may_end_in_carriage_returns() -> None:
    assert [row.value for row in read(b'{"a": 1}\r{"a": 2}\r')] == [{"a": 1}, {"a": 2}]


def test_an_array_in_a_jsonl_file_is_read_and_told() -> None:
    data = json.dumps([CHAT, CHAT]).encode()
    assert [row.value for row in read(data)] == [CHAT, CHAT]
    assert file_checks(data) == ["top-level-array"]
    assert file_checks(data, "rows.json") == []


def test_an_array_cut_short_is_told() -> None:
    data = json.dumps([CHAT, CHAT]).encode()
    assert file_checks(data[:-1], "a.json") == ["truncated-json"]
    assert checks(data[:-9], "a.json") == [(2, "truncated-json", "")]


def test_a_bad_entry_of_an_array_does_not_spoil_the_others() -> None:
    data = b'[{"a": 1}, {"a": NaN}, {"b": "x" 1}, {\'c\': 1}, {"d": "]"}]'
    assert checks(data, "a.json") == [(2, "nan-literal", "a"), (3, "invalid-json", ""), (4, "python-literal", "")]
    assert read(data, "a.json")[4].value == {"d": "]"}


def test_objects_over_several_lines_are_read_by_number() -> None:
    data = (json.dumps(CHAT, indent=2) + "\n" + json.dumps(CHAT, indent=2)).encode()
    assert [(row.line, row.value) for row in read(data)] == [(1, CHAT), (2, CHAT)]


# Tables


def test_a_table_finds_its_delimiter() -> None:
    source = open_source(b"vraag;antwoord\nWat, hoe;Zo\nWie;Hij\n", "a.csv")
    assert [row.value for row in rows(source)] == [
        {"vraag": "Wat, hoe", "antwoord": "Zo"},
        {"vraag": "Wie", "antwoord": "Hij"},
    ]
    assert source.columns == ("vraag", "antwoord")


def test_a_table_of_one_column_needs_its_name_only() -> None:
    assert read(b"text\nHello, you\n", "a.csv") == [
        Row(2, None, {"text": "Hello"}, read(b"text\nHello, you\n", "a.csv")[0].faults)
    ]
    assert [row.value for row in read(b'text\n"Hello, you"\n', "a.csv")] == [{"text": "Hello, you"}]


def test_defects_of_a_table_are_found_on_their_lines() -> None:
    data = b'a,b\n1,2\n3\n\n"x"y,4\n"a\n\nb",5\n\x00,6\n7,8,9\n'
    assert checks(data, "a.csv") == [
        (3, "cell-count", ""),
        (4, "blank-line", ""),
        (5, "invalid-csv", ""),
        (9, "nul-character", "a"),
        (10, "cell-count", ""),
    ]
    assert checks(b'a,b\n1,2\n3,"x\n4,5\n', "a.csv") == [(3, "invalid-csv", "")]


def test_a_column_that_stands_twice_is_told() -> None:
    assert file_checks(b"a,a\n1,2\n", "a.csv") == ["duplicate-key"]
    assert read(b"a,a\n1,2\n", "a.csv")[0].value == {"a": "1", "a_2": "2"}


def test_names_of_columns_that_are_no_utf_8_are_told() -> None:
    assert file_checks("é\xe9,é,a\n1,2,3\n".encode("latin-1").replace(b"\xe9,", "é,".encode()), "a.csv") == [
        "invalid-utf-8"
    ]
    assert file_checks("é,a\n1,2\n".encode(), "a.csv") == []


# Overruling


def test_the_container_and_the_encoding_can_be_overruled() -> None:
    assert [row.value for row in read(b"a|b\n1|2\n", "a.jsonl", container="csv")] == [{"a": "1", "b": "2"}]
    assert read('{"a": "é"}'.encode(), encoding="latin-1")[0].value == {"a": "Ã©"}


def test_the_pieces_of_a_stream_may_fall_anywhere() -> None:
    def pieces(data: bytes) -> Iterator[bytes]:
        return (data[at : at + 1] for at in range(len(data)))

    for encoding in ("utf-8-sig", "utf-16-le", "utf-16-be"):
        data = ("\ufeff" + "é🙂\n").encode(encoding.removesuffix("-sig"))
        assert b"".join(unpacking.in_utf_8(pieces(data), encoding, True)).decode() == "é🙂\n"


def raised(file: Path) -> Iterator[tuple[str, frozenset[str]]]:
    """Check and names of values of every fault that a module makes."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if (
            isinstance(node, ast.Call)
            and getattr(node.func, "id", "") == "Fault"
            and isinstance(node.args[0], ast.Constant)
        ):
            given = [*node.args[3:4], *(word.value for word in node.keywords if word.arg == "values")]
            names = (
                key.value
                for part in given
                if isinstance(part, ast.Dict)
                for key in part.keys
                if isinstance(key, ast.Constant)
            )
            yield str(node.args[0].value), frozenset(map(str, names))


@pytest.mark.parametrize("module", ["unpacking", "json_value", "source", "tables"])
def test_every_fault_of_reading_has_its_words(module: str) -> None:
    checks = {check.id: check for check in load().checks}
    found = list(raised(Path(unpacking.__file__).with_name(f"{module}.py")))
    assert found
    for check, values in found:
        assert placeholders(checks[check].message) <= values


@pytest.mark.parametrize(
    "data",
    [b'{"messages": [\xe9', b'{"a": "\xe9"}\n', b"\xef\xbb\xbf{}\n", b"{}\r\n{}\r\n", b'[{"a": 1}', b"a,a\n1,2\n"],
)
def test_reading_again_finds_the_same(data: bytes) -> None:
    source = open_source(data, "rows.csv" if data[:1] == b"a" else "rows.jsonl")
    faults = []
    for _ in range(2):
        next(source.batches())
        for _ in source.batches():
            pass
        faults.append([fault.check for fault in source.faults])
    assert faults[0] == faults[1] == sorted(set(faults[0]), key=faults[0].index)
    assert faults[0]


# Blank lines, of which a file may have millions


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n", b" \n"])
def test_of_millions_of_blank_lines_only_the_first_become_rows(end: bytes) -> None:
    row = json.dumps(CHAT).encode()
    many = 3 * BLANKS
    source = open_source(row + (end if end != b" \n" else b"\n") + end * many + row, "rows.jsonl")
    read_ = rows(source)
    assert [one.line for one in read_ if one.value] == [1, many + 2]
    assert len(read_) == BLANKS + 2
    assert (source.blanks, source.passed_over, source.lines) == (many, many - BLANKS, many + 2)
    assert rows(source) == read_  # and again


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_of_millions_of_blank_records_of_a_table_only_the_first_become_rows(end: str) -> None:
    many = 3 * BLANKS
    blank = f'a,b{end}1,"2{end}{end}{end}3"{end}' + end * many + f"3,4{end}"
    source = open_source(blank.encode(), "rows.csv")
    read_ = rows(source)
    assert [one.line for one in read_ if one.value] == [2, many + 6]
    assert len(read_) == BLANKS + 2
    assert (source.blanks, source.lines) == (many, many + 6)
