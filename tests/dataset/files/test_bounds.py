"""Files that others' machines must be spared: each limit is kept, said in numbers, and holds for every kind of file."""

from __future__ import annotations

import gzip
import io
import json
import sys
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from advisor.dataset import Unusable, Workers, convert, inspect, open_source, repair, split
from advisor.dataset.duplicates import find
from advisor.dataset.duplicates.find import Duplicates, Entry, Hit, leaks, told_leaks
from advisor.dataset.files import bounds, parquet
from advisor.dataset.files.bounds import APP, NONE, Beyond, Bounds
from advisor.dataset.inspection.profile import Numbers
from advisor.dataset.rag.files import score_file, write
from advisor.language import language

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

LINE = b'{"text": "the same"}\n'
FEW = Bounds(unpacked=100_000, times=200, columns=20, compared=300, remembered=300)


def chat(n: int) -> str:
    return json.dumps({"messages": [{"role": "user", "content": f"{n}?"}, {"role": "assistant", "content": "a"}]})


def rows_of(data: bytes, name: str, bounds: Bounds) -> int:
    return sum(len(batch.rows) for batch in open_source(data, name, bounds=bounds).batches())


def table(columns: dict[str, Any], **how: Any) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out, **how)
    return out.getvalue()


def said(beyond: pytest.ExceptionInfo[Unusable], code: str = "en") -> str:
    return beyond.value.text(language(code))


@pytest.mark.parametrize("pack", [gzip.compress, zstd.compress], ids=["gzip", "zstd"])
def test_what_unpacks_to_too_many_times_its_size_is_read_no_further(
    pack: Callable[[bytes], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    packed = pack(LINE * 20_000)
    assert rows_of(packed, "rows.jsonl", APP) == 20_000, "equal rows of a small file are no attack"
    monkeypatch.setattr(bounds, "FROM", 100_000)
    with pytest.raises(Beyond) as beyond:
        rows_of(packed, "rows.jsonl", APP)
    assert said(beyond) == "The file unpacks to more than 200 times its size, which is the most that is read here."
    assert rows_of(packed, "rows.jsonl", NONE) == 20_000


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstd.compress], ids=["plain", "gzip", "zstd"])
@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("rows.jsonl", LINE * 6_000),
        ("rows.json", b"[" + LINE.strip() + b",\n" + (LINE.strip() + b",\n") * 6_000 + b"]"),
        ("rows.csv", b"a,b\n" + b"12345,67890\n" * 10_000),
        ("one.jsonl", b'{"text": "' + b"x" * 400_000 + b'"}\n'),
    ],
)
def test_no_more_is_unpacked_than_the_bound(pack: Callable[[bytes], bytes], name: str, data: bytes) -> None:
    with pytest.raises(Beyond) as beyond:
        rows_of(pack(data), name, FEW)
    assert "more than 100 kB unpacked" in said(beyond)


@pytest.mark.parametrize("pack", [gzip.compress, zstd.compress], ids=["gzip", "zstd"])
def test_members_and_frames_count_together(pack: Callable[[bytes], bytes]) -> None:
    part = pack(LINE * 1_000)
    with pytest.raises(Beyond):
        rows_of(part * 6, "rows.jsonl", FEW)
    assert rows_of(part * 4, "rows.jsonl", FEW) == 4_000


def test_a_window_that_takes_much_memory_is_refused_with_what_to_do() -> None:
    streamed = zstd.ZstdCompressor(options={zstd.CompressionParameter.window_log: 30})
    packed = streamed.compress(LINE, zstd.ZstdCompressor.FLUSH_BLOCK)
    with pytest.raises(Unusable, match="window of more than 128 MB"):
        open_source(packed, "rows.jsonl")


def wide(columns: int) -> dict[str, bytes]:
    names = [f"c{n}" for n in range(columns)]
    return {
        "rows.csv": (",".join(names) + "\n" + ",".join("1" * columns) + "\n").encode(),
        "quoted.csv": (",".join(f'"{name}"' for name in names) + "\n").encode(),
        "record.csv": b'a,b\n"x\ny",' + b"1," * (columns - 2) + b"\n",
        "rows.jsonl": json.dumps(dict.fromkeys(names, 1)).encode(),
        "rows.json": json.dumps([dict.fromkeys(names, 1)]).encode(),
        "rows.parquet": table({name: [1] for name in names}),
    }


@pytest.mark.parametrize("name", list(wide(1)))
def test_no_more_columns_or_fields_are_read_than_the_bound(name: str) -> None:
    with pytest.raises(Beyond) as beyond:
        rows_of(wide(21)[name], name, FEW)
    assert "more than 20 " in said(beyond)
    assert rows_of(wide(20)[name], name, FEW) >= 1 - name.endswith("csv")


def test_commas_within_quotes_are_no_columns() -> None:
    assert rows_of(b'a,b\n"' + b"," * 50 + b'","\n' + b"," * 50 + b'"\n', "rows.csv", FEW) == 1


def test_numbers_of_a_limit_are_written_as_the_reader_writes_them() -> None:
    with pytest.raises(Beyond) as beyond:
        APP.demand_columns(2_001)
    assert said(beyond, "nl") == "De tabel heeft meer dan 2.000 kolommen, en meer worden hier niet gelezen."
    with pytest.raises(Beyond) as beyond:
        APP.demand_size(1_200_000_001, 1_200_000_001)
    assert "1,2 GB" in said(beyond, "nl")


def test_a_text_kept_once_in_a_dictionary_counts_as_often_as_it_stands_there() -> None:
    data = table({"text": ["x" * 100_000] * 300})
    assert len(data) < 200_000
    with pytest.raises(Beyond):
        rows_of(data, "rows.parquet", Bounds(unpacked=5_000_000))
    tracemalloc.start()
    assert rows_of(data, "rows.parquet", NONE) == 300
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 80_000_000


def test_a_long_list_packed_small_is_not_made() -> None:
    data = table({"list": [[7] * 1_500_000]}, compression="zstd")
    assert len(data) < 100_000
    with pytest.raises(Beyond):
        rows_of(data, "rows.parquet", APP)


def test_sizes_that_a_parquet_file_lies_about_do_not_count() -> None:
    data = table(
        {"text": [f"{n} " * 40 for n in range(3_000)]}, use_dictionary=False, compression="zstd", write_statistics=False
    )
    honest = parquet.parquet_size(io.BytesIO(data))
    assert honest > 500_000
    about = pq.ParquetFile(io.BytesIO(data)).metadata.row_group(0).column(0)
    told = varint(about.total_uncompressed_size)
    footer = len(data) - 8 - int.from_bytes(data[-8:-4], "little")
    lying = data[:footer] + data[footer:].replace(told, varint(1, len(told)))
    assert pq.ParquetFile(io.BytesIO(lying)).metadata.row_group(0).column(0).total_uncompressed_size == 1
    assert parquet.parquet_size(io.BytesIO(lying)) == honest
    with pytest.raises(Beyond):
        rows_of(lying, "rows.parquet", Bounds(unpacked=honest - 1))


def varint(n: int, length: int = 1) -> bytes:
    """A number as Thrift's compact protocol writes it, in so many bytes at least."""
    n <<= 1
    found = []
    while n or len(found) < length:
        found.append(n & 127)
        n >>= 7
    return bytes([part | 128 for part in found[:-1]] + found[-1:])


@pytest.mark.parametrize("how", [{}, {"data_page_version": "2.0"}, {"use_dictionary": False}, {"compression": "none"}])
def test_rows_of_parquet_are_the_same_with_bounds_and_without(how: dict[str, Any]) -> None:
    columns = {
        "messages": [json.loads(chat(n % 7))["messages"] for n in range(1_000)],
        "n": list(range(1_000)),
        "tags": [["a", None], None, [], ["b"], ["c"]] * 200,
        "bytes": [b"x", b"y", None, b"\xff", b""] * 200,
    }
    data = table(columns, **how, row_group_size=300)

    def read(bounds: Bounds) -> list[Any]:
        batches = open_source(data, "a.parquet", bounds=bounds).batches()
        return [(row.line, row.value) for batch in batches for row in batch.rows]

    assert read(APP) == read(NONE)
    assert [line for line, _ in read(APP)] == list(range(1, 1_001))


def entries(*values: Any) -> list[Entry]:
    return [Entry(line, {"v": value}, "", "", "") for line, value in enumerate(values, 1)]


def compared(values: list[Any], most: int | None, batch: int) -> Duplicates:
    found = Duplicates(most)
    some = entries(*values)
    for start in range(0, len(some), batch):
        found.add(some[start : start + batch])
    return found


@pytest.mark.parametrize("batch", [1, 3, 50])
def test_equal_rows_are_not_kept(batch: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(find, "STEP", 10)
    found = compared(["a", "b"] + ["a"] * 98, None, batch)
    assert len(found.records()) == 2
    assert found.found() == [Hit("exact-duplicate", line, 1) for line in range(3, 101)]


def test_parts_of_a_file_are_put_together_as_if_they_were_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(find, "STEP", 5)
    rng = np.random.default_rng(1)
    values = [f"row {n}" for n in rng.integers(0, 60, 300)]
    for most in (None, 20):
        whole = compared(values, most, 7)
        parts = Duplicates(most)
        for start in range(0, 300, 37):
            parts.extend(compared(values[start : start + 37], None, 4), start)
        assert whole.told(10) == parts.told(10)
        assert whole.found() == parts.found()
        assert (whole.uncompared, whole.repeats) == (parts.uncompared, parts.repeats)


def test_different_rows_beyond_the_bound_are_counted_and_said() -> None:
    rows = [chat(n) for n in range(400)]
    data = "\n".join([*rows, rows[5], rows[5], rows[390]]).encode()
    found = inspect(open_source(data, "rows.jsonl", bounds=FEW))
    assert found.counts["exact-duplicate"] == 2
    [why] = [one.why.text(language("nl")) for one in found.skipped if "exact-duplicate" in one.checks]
    assert "de eerste 300 verschillende rijen" in why
    assert why.endswith(": 101")
    assert inspect(open_source(data, "rows.jsonl")).counts["exact-duplicate"] == 3


def test_what_other_processes_find_beyond_the_bound_is_the_same() -> None:
    rows = [json.dumps({"text": f"row {n % 500}"}) for n in range(1_500)]
    data = "\n".join(rows).encode()
    alone = inspect(open_source(data, "rows.jsonl", bounds=FEW))
    with Workers(2, least=0, stretch=5_000) as workers:
        together = inspect(open_source(data, "rows.jsonl", bounds=FEW), workers=workers)
    assert (alone.counts, alone.findings, alone.profile) == (together.counts, together.findings, together.profile)
    assert [one.why.values for one in alone.skipped] == [one.why.values for one in together.skipped]


def test_memory_for_duplicates_does_not_grow_with_equal_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(find, "MOST_REPEATS", 1_000)
    one = find.records_of(entries("a", "b", "c"))
    found = Duplicates(1_000)
    part = np.concatenate([one] * 40_000)

    def more() -> None:
        rows = Duplicates()
        rows._waiting = [part.copy()]
        found.extend(rows)

    more()
    tracemalloc.start()
    for _ in range(10):
        more()
    told = found.told(100)
    left, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert told.counts == {"exact-duplicate": 11 * 120_000 - 3}
    assert len(told.hits) == 100
    assert left < 1_000_000
    assert most < 5 * part.nbytes


def test_memory_for_duplicates_does_not_grow_with_different_rows() -> None:
    found = Duplicates(5_000)
    sizes = []
    for start in range(0, 400_000, 50_000):
        rows = np.zeros(50_000, find.RECORD)
        rows["line"] = np.arange(start, start + 50_000) + 1
        rows["exact"] = np.stack([rows["line"], rows["line"]], axis=1).view("V16").ravel()
        more = Duplicates()
        more._waiting = [rows]
        found.extend(more)
        found.records()
        sizes.append(len(found.records()) * find.RECORD.itemsize)
    assert set(sizes) == {5_000 * find.RECORD.itemsize}
    assert found.uncompared == 395_000


def test_all_memory_for_duplicates_of_the_app_is_within_half_a_gigabyte() -> None:
    """What a row takes while it is compared with others, measured on fewer rows, times as many as are kept."""
    rows = np.zeros(40_000, find.RECORD)
    rng = np.random.default_rng(2)
    rows["line"] = np.arange(40_000)
    for name in ("exact", "ordered", "prompt", "answer"):
        rows[name] = rng.integers(0, 1 << 62, (40_000, 2)).view("V16").ravel()
    rows["size"] = rows["prompt_size"] = 100
    rows["sketch"] = rng.integers(0, 256, rows["sketch"].shape)
    training, held = Duplicates(), Duplicates()
    training._waiting, held._waiting = [rows[:32_000].copy()], [rows[32_000:].copy()]
    training.records(), held.records()
    tracemalloc.start()
    training.told(1_000)
    told_leaks(held, training, 1_000)
    most = tracemalloc.get_traced_memory()[1] + rows.nbytes
    tracemalloc.stop()
    assert APP.compared
    assert most / 40_000 * (APP.compared + APP.compared // 4) < 512_000_000


def test_leaks_of_equal_rows_are_counted_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(find, "MOST_REPEATS", 2)
    training = compared(["a", "b"], 100, 10)
    held = compared(["c", "a", "a", "a", "a", "a"], 100, 10)
    told = told_leaks(held, training, 3)
    assert told.counts == {"leak-exact": 5}
    assert told.rows == 5
    assert [hit.line for hit in told.hits] == [2, 3, 4]
    assert leaks(compared(["c", "a", "a"], None, 1), training) == [Hit("leak-exact", 2, 1), Hit("leak-exact", 3, 1)]


def test_numbers_counted_by_value_have_the_same_quantiles() -> None:
    rng = np.random.default_rng(3)
    given = rng.integers(0, 50, 997)
    numbers = Numbers()
    for start in range(0, 997, 31):
        numbers.add(given[start : start + 31])
    shares = (0, 0.05, 0.1, 0.5, 0.9, 0.95, 1)
    assert numbers.quantiles(shares) == pytest.approx(np.quantile(given, shares).tolist())
    assert len(numbers) == 997
    assert len(numbers.counted()[0]) == 50


CHAT = [chat(n) for n in range(301)]
PASSAGES = [json.dumps({"question": f"{n}?", "context": "c", "answer": "a", "prediction": "a"}) for n in range(301)]


@pytest.mark.parametrize("n", [300, 301])
@pytest.mark.parametrize(
    ("rows", "job"),
    [
        (CHAT, lambda source: split(source, {"train": io.BytesIO()}, {"train": 1.0})),
        (CHAT, lambda source: repair(source, io.BytesIO(), drop_duplicates=True)),
        (CHAT[:1], lambda source: repair(open_source(CHAT[0].encode()), io.BytesIO(), drop_leaks=source)),
        (PASSAGES, lambda source: write(source, io.BytesIO(), 0.0)),
        (PASSAGES, score_file),
    ],
)
def test_what_remembers_every_row_says_for_how_many(rows: list[str], job: Callable[[Any], Any], n: int) -> None:
    data = "\n".join((rows if len(rows) > 1 else CHAT)[:n]).encode()
    source = open_source(data, "rows.jsonl", bounds=FEW)
    if n <= 300:
        job(source)
        return
    with pytest.raises(Beyond) as beyond:
        job(source)
    assert "300 rows at most" in said(beyond)


def test_jobs_that_do_not_remember_rows_hold_to_the_other_bounds() -> None:
    data = b'{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}\n' * 2_000
    for job in (
        lambda: convert(open_source(data, "a.jsonl", bounds=FEW), "alpaca", io.BytesIO()),
        lambda: repair(open_source(data, "a.jsonl", bounds=FEW), io.BytesIO()),
    ):
        with pytest.raises(Beyond):
            job()


def test_names_of_columns_do_not_blow_a_table_up() -> None:
    names = ",".join("n" * 4_000 + str(n) for n in range(10))
    data = (names + "\n" + ",".join("1" * 10) + "\n" * 2 + (",".join("1" * 10) + "\n") * 60).encode()
    with pytest.raises(Beyond, match="would be made"):
        repair(open_source(data, "a.csv", bounds=FEW), io.BytesIO(), platform="openai")
