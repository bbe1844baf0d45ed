import csv
import io
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.dataset.files.container import Container, TextContainer
from advisor.dataset.files.writers import (
    FORMULA_STARTS,
    RowWriter,
    Unwritable,
    csv_table,
    guarded,
    json_lines,
    json_list,
    record_writer,
    unguarded,
)
from advisor.dataset.row import Fault, Row
from advisor.dataset.rows.cells import cell

TEXTS = st.text(st.characters(exclude_categories=("Cs",)))
ROWS = [Row(1, b'{"a":  1}', {"a": 1}), Row(2, None, {"a": "\u00e9"}), Row(3, b'{"a":\n 2}', {"a": 2})]


def copied(container: TextContainer, rows: list[Row], columns: tuple[str, ...] = (), **options: Any) -> bytes:
    out = io.BytesIO()
    writer = RowWriter(out, container, **options)
    for row in rows:
        writer.write(row, columns)
    writer.close(columns)
    assert writer.rows == len(rows)
    return out.getvalue()


def recorded(
    container: Container, *batches: list[dict[str, Any]], columns: dict[str, str] | None = None, mark: bool = False
) -> bytes:
    out = io.BytesIO()
    writer = record_writer(out, container, columns or {}, mark=mark)
    for batch in batches:
        for record in batch:
            writer.write(record)
        writer.flush()
    writer.close()
    return out.getvalue()


def test_a_copied_line_keeps_its_bytes_and_one_of_several_lines_becomes_one() -> None:
    assert copied("jsonl", ROWS) == b'{"a":  1}\n{"a": "\xc3\xa9"}\n{"a": 2}\n'
    assert copied("jsonl", ROWS[:1], last_end=False) == b'{"a":  1}'
    assert copied("jsonl", []) == b""


def test_a_line_whose_value_lost_something_is_written_as_its_text() -> None:
    row = Row(1, b'{"a": 1,\n"a": 2}', {"a": 2}, (Fault("duplicate-key"),))
    assert copied("jsonl", [row]) == b'{"a": 1, "a": 2}\n'


def test_a_copied_list_keeps_the_lines_of_its_entries() -> None:
    assert copied("json", ROWS) == b'[\n{"a":  1},\n{"a": "\xc3\xa9"},\n{"a":\n 2}\n]\n'
    assert copied("json", []) == b"[]\n"


def test_a_copied_table_quotes_only_what_must_be() -> None:
    rows = [Row(1, None, {"a": "=1", "b": None}), Row(2, None, {"a": 'x,"y"', "b": [1, "\u00e9"]})]
    assert copied("csv", rows, ("a", "b")) == 'a,b\n=1,\n"x,""y""","[1, ""\u00e9""]"\n'.encode()
    assert copied("tsv", rows[:1], ("a", "b"), delimiter="\t") == b"a\tb\n=1\t\n"
    assert copied("csv", [], ("a", "b")) == b"a,b\n"
    assert copied("csv", []) == b""


@pytest.mark.parametrize("container", ["jsonl", "json", "csv", "tsv"])
def test_the_mark_stands_once_at_the_start(container: TextContainer) -> None:
    marked, plain = copied(container, ROWS, ("a",), mark=True), copied(container, ROWS, ("a",))
    assert marked == b"\xef\xbb\xbf" + plain


def test_half_a_character_becomes_a_question_mark_where_rows_are_copied() -> None:
    assert copied("csv", [Row(1, None, {"a": "x\ud800"})], ("a",)) == b"a\nx?\n"
    assert copied("jsonl", [Row(1, None, {"a": "x\ud800"})]) == b'{"a": "x?"}\n'


def test_records_as_json() -> None:
    batches = ([{"a": "\u00e9"}, {"a": None}], [], [{"a": [1]}])
    assert recorded("jsonl", *batches) == b'{"a": "\xc3\xa9"}\n{"a": null}\n{"a": [1]}\n'
    assert recorded("jsonl", *batches, mark=True) == b"\xef\xbb\xbf" + recorded("jsonl", *batches)
    assert recorded("json", *batches) == b'[\n{"a": "\xc3\xa9"},\n{"a": null},\n{"a": [1]}\n]\n'
    assert recorded("json") == b"[]\n"


def test_records_as_a_table_are_quoted_guarded_and_say_what_they_lose() -> None:
    out = io.BytesIO()
    writer = record_writer(out, "csv", {"a": "text", "b": "text"})
    losses = [[*writer.write({"b": b, "a": a})] for a, b in [("x", 'y"'), ("=1", "'=1"), ("1\r\n2", "\u00e9")]]
    writer.close()
    assert losses == [[], ["formula"], ["line_ends"]]
    assert out.getvalue() == '"a","b"\r\n"x","y"""\r\n"\'=1","\'\'=1"\r\n"1\n2","\u00e9"\r\n'.encode()


def test_records_as_parquet_have_one_group_of_rows_a_batch() -> None:
    columns = {"said": "messages", "ok": "boolean", "pairs": "pairs"}
    record = {"said": [{"role": "user", "content": "\u00e9"}], "ok": True, "pairs": [["a", "b"]]}
    file = pq.ParquetFile(io.BytesIO(recorded("parquet", [record, record], [record], columns=columns)))
    assert file.read().to_pylist() == [record] * 3
    assert file.num_row_groups == 2
    assert pq.read_table(io.BytesIO(recorded("parquet", columns=columns))).num_rows == 0


@pytest.mark.parametrize("container", ["jsonl", "json", "csv", "parquet"])
def test_a_record_that_a_file_cannot_hold_is_refused_and_the_rest_is_sound(container: Container) -> None:
    out = io.BytesIO()
    writer = record_writer(out, container, {"a": "text"})
    with pytest.raises(Unwritable, match="half a character"):
        writer.write({"a": "\ud800"})
    writer.write({"a": "x"})
    writer.close()
    assert out.getvalue() == recorded(container, [{"a": "x"}], columns={"a": "text"})


def test_json_holds_no_nan() -> None:
    with pytest.raises(Unwritable, match="JSON cannot hold"):
        recorded("jsonl", [{"a": float("nan")}])
    with pytest.raises(ValueError, match="not JSON compliant"):
        json_lines([{"a": float("nan")}])


def test_whole_files_of_json_stay_readable_in_every_script() -> None:
    assert json_lines([{"a": "é 漢 𝄞"}], mark=True).decode() == '\ufeff{"a": "é 漢 𝄞"}\n'
    assert json_list([{"a": "é"}]).decode() == '[\n {\n  "a": "é"\n }\n]\n'


def test_a_table_for_spreadsheets() -> None:
    assert csv_table(("a", "b"), [("=1", "x")]) == b'"a","b"\r\n"\'=1","x"\r\n'
    assert csv_table(("a", "b"), [("x,y", "")], quote_all=False, mark=True) == b'\xef\xbb\xbfa,b\r\n"x,y",\r\n'


@given(st.lists(TEXTS, min_size=2, max_size=2))
def test_a_table_reads_back_and_holds_no_formula(cells: list[str]) -> None:
    header, row = csv.reader(io.StringIO(csv_table(("a", "b"), [cells]).decode(), newline=""))
    assert header == ["a", "b"]
    assert [unguarded(text) for text in row] == cells
    assert not any(text.lstrip().startswith(FORMULA_STARTS) or text.startswith(FORMULA_STARTS) for text in row)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1", "'=1"])
def test_a_formula_is_guarded(text: str) -> None:
    assert guarded(text) == f"'{text}"
    assert unguarded(guarded(text)) == text
    assert guarded("1 = 1") == unguarded("1 = 1") == "1 = 1"


def test_a_cell_is_text_or_json() -> None:
    assert [cell(value) for value in (None, "x", ["é"], {"a": None}, 1, 1.5, True)] == [
        "", "x", '["é"]', '{"a": null}', "1", "1.5", "True",
    ]  # fmt: skip
