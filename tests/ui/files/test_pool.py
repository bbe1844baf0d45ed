"""Work apart from the page, and the one pool of processes that large files share."""

from __future__ import annotations

import errno
import gzip
import io
import logging
import sys
import threading

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from advisor.dataset.files.source import Unusable
from advisor.dataset.inspection.processes import Workers
from advisor.ui.files import background as job
from advisor.ui.files import pool
from advisor.ui.files.background import BackgroundJob, Stopped
from advisor.ui.files.pool import WAITING, Pool
from advisor.ui.files.stored import Upload

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

LEAST = 100
PATIENCE_SECONDS = 60


@pytest.fixture
def small() -> Upload:
    return Upload.of("small.jsonl", b'{"text": "a"}\n')


@pytest.fixture
def large() -> Upload:
    return Upload.of("large.jsonl", b'{"text": "a"}\n' * 20)


@pytest.fixture
def lender() -> Pool:
    return Pool(Workers(processes=2, least=LEAST), small=20)


def ended(one: BackgroundJob[object]) -> BackgroundJob[object]:
    one.thread.join(PATIENCE_SECONDS)
    assert not one.running
    return one


def test_a_small_file_never_waits_and_a_large_one_has_its_turn(lender, small, large):
    held, let_go = threading.Event(), threading.Event()

    def first(job: BackgroundJob[str]) -> str:
        with lender.turn(job, large):
            held.set()
            let_go.wait(PATIENCE_SECONDS)
            return "first" if job.workers else "none"

    def second(job: BackgroundJob[str]) -> str:
        with lender.turn(job, large):
            return "second" if job.workers else "none"

    def third(job: BackgroundJob[str]) -> str:
        with lender.turn(job, small, None):
            return "alone" if job.workers is None else "pool"

    one = BackgroundJob(first, 1)
    assert held.wait(PATIENCE_SECONDS)
    two, three = BackgroundJob(second, 1), BackgroundJob(third, 1)
    assert ended(three).result == "alone"
    while two.step != WAITING:
        assert two.running
        two.thread.join(0.01)
    let_go.set()
    assert (ended(one).result, ended(two).result, two.step) == ("first", "second", "")


ROWS = b'{"text": "a"}\n' * 20


@pytest.mark.parametrize(
    "data",
    [ROWS, gzip.compress(ROWS), zstd.compress(ROWS), zstd.compress(ROWS[:150]) + zstd.compress(ROWS[150:])],
    ids=["plain", "gzip", "zstd", "frames"],
)
def test_a_file_waits_by_its_size_unpacked(lender, data):
    job = BackgroundJob(lambda job: None, 1)
    ended(job)
    assert pool.unpacked_size(Upload.of("rows.jsonl", data), job, 1_000) == len(ROWS)
    assert pool.unpacked_size(Upload.of("rows.jsonl", data), job, LEAST) > LEAST
    with lender.turn(job, Upload.of("rows.jsonl", data)):
        assert job.workers


def test_tables_of_parquet_wait_by_what_their_pages_hold(lender):
    out = io.BytesIO()
    pq.write_table(pa.table({"text": ["the same"] * 5_000}), out)
    job = ended(BackgroundJob(lambda job: None, 1))
    assert len(out.getvalue()) < 2_000
    assert pool.unpacked_size(Upload.of("a.parquet", out.getvalue()), job, 5_000) > 80_000
    assert pool.unpacked_size(Upload.of("a.parquet.gz", gzip.compress(out.getvalue())), job, 50_000) > 50_000
    assert pool.unpacked_size(Upload.of("a.parquet", out.getvalue()[:400]), job, 5_000) == 0


def test_files_of_some_size_share_room_and_come_in_order(lender):
    middle = Upload.of("middle.jsonl", b'{"text": "a"}\n' * 4)
    at_once, most, order = [], [], []
    go = threading.Event()

    def one(job: BackgroundJob[None]) -> None:
        with lender.turn(job, middle):
            at_once.append(job)
            most.append(sum(middle.size for _ in at_once))
            order.append(job)
            go.wait(PATIENCE_SECONDS)
            at_once.remove(job)

    jobs = []
    for place in range(5):
        jobs.append(BackgroundJob(one, 1))
        while len(order) < 1 or (place and jobs[-1].step != WAITING):
            jobs[-1].thread.join(0.01)
    go.set()
    for each in jobs:
        ended(each)
    assert order == jobs
    assert max(most) <= LEAST


def test_who_waits_can_be_stopped(lender, large):
    with lender.turn(BackgroundJob(lambda job: None, 1), large):
        waits = BackgroundJob(lambda job: lender.turn(job, large).__enter__(), 1)
        waits.stop()
        assert ended(waits).result is None
    assert not waits.failed


def test_processes_end_when_nobody_has_needed_them_for_a_while(monkeypatch, large):
    closed = threading.Event()
    workers = Workers(processes=2, least=LEAST)
    monkeypatch.setattr(workers, "close", closed.set)
    monkeypatch.setattr(pool, "IDLE_SECONDS", 0.0)
    with Pool(workers, small=20).turn(BackgroundJob(lambda job: None, 1), large):
        assert not closed.wait(0.05)
    assert closed.wait(PATIENCE_SECONDS)


def test_work_that_is_stopped_reads_no_further():
    file = Upload.of("rows.jsonl", b'{"text": "a"}\n' * 100_000)
    go = threading.Event()

    def read(job: BackgroundJob[int]) -> int:
        go.wait(PATIENCE_SECONDS)
        return sum(len(batch.rows) for batch in job.source(file).batches())

    one = BackgroundJob(read, file.size)
    one.stop()
    go.set()
    assert ended(one).result is None
    assert one.bytes_read < file.size
    assert not one.failed


@pytest.mark.parametrize(
    ("error", "problem", "failed"),
    [
        (Unusable("The file is empty."), "The file is empty.", False),
        (OSError(errno.ENOSPC, "full"), "There is no room left on this server for the file.", False),
        (RuntimeError("broken"), "", True),
        (Stopped(), "", False),
    ],
)
def test_how_work_breaks_off_is_known(error, problem, failed, caplog):
    def broken(job: BackgroundJob[None]) -> None:
        raise error

    with caplog.at_level(logging.CRITICAL, job.log.name):
        one = ended(BackgroundJob(broken, 1))
    assert (one.problem.message if one.problem else "", one.failed) == (problem, failed)


def test_a_check_ends_with_the_server(lender, large):
    began, ended_too = threading.Event(), threading.Event()

    def check(job: BackgroundJob[None]) -> None:
        with lender.turn(job, large):
            began.set()
            ended_too.wait(PATIENCE_SECONDS)
            raise RuntimeError("cannot schedule new futures after shutdown")

    one = BackgroundJob(check, 1)
    assert began.wait(PATIENCE_SECONDS)
    lender.end()
    ended_too.set()
    assert not ended(one).failed
