"""Work apart from the page, and the one pool of processes that large files share."""

from __future__ import annotations

import errno
import logging
import threading

import pytest

from advisor.dataset.source import Source, Unusable, open_source
from advisor.dataset.workers import Workers
from advisor.ui import pool, work
from advisor.ui.held import Upload
from advisor.ui.pool import WAITING, Pool
from advisor.ui.work import Stopped, Work

LEAST = 100


@pytest.fixture
def small() -> Source:
    return open_source(b'{"text": "a"}\n', "small.jsonl")


@pytest.fixture
def large() -> Source:
    return open_source(b'{"text": "a"}\n' * 20, "large.jsonl")


@pytest.fixture
def lender() -> Pool:
    return Pool(Workers(processes=2, least=LEAST))


def ended(one: Work[object]) -> Work[object]:
    one.thread.join(30)
    assert not one.running
    return one


def test_a_small_file_never_waits_and_a_large_one_has_its_turn(lender, small, large):
    held, let_go = threading.Event(), threading.Event()

    def first(work: Work[str]) -> str:
        with lender.lent(work, large) as workers:
            held.set()
            let_go.wait(30)
            return "first" if workers else "none"

    def second(work: Work[str]) -> str:
        with lender.lent(work, large) as workers:
            return "second" if workers else "none"

    def third(work: Work[str]) -> str:
        with lender.lent(work, small, None) as workers:
            return "alone" if workers is None else "pool"

    one = Work(first, 1)
    held.wait(30)
    two, three = Work(second, 1), Work(third, 1)
    assert ended(three).result == "alone"
    for _ in range(100):
        if two.step == WAITING:
            break
        two.thread.join(0.05)
    assert two.step == WAITING
    assert two.running
    let_go.set()
    assert (ended(one).result, ended(two).result, two.step) == ("first", "second", "")


def test_who_waits_can_be_stopped(lender, large):
    with lender.lent(Work(lambda work: None, 1), large):
        waits = Work(lambda work: lender.lent(work, large).__enter__(), 1)
        waits.stop()
        assert ended(waits).result is None
    assert not waits.failed


def test_processes_end_when_nobody_has_needed_them_for_a_while(monkeypatch, large):
    closed = threading.Event()
    workers = Workers(processes=2, least=LEAST)
    monkeypatch.setattr(workers, "close", closed.set)
    monkeypatch.setattr(pool, "IDLE_SECONDS", 0.0)
    with Pool(workers).lent(Work(lambda work: None, 1), large):
        assert not closed.wait(0.05)
    assert closed.wait(30)


def test_work_that_is_stopped_reads_no_further():
    file = Upload.of("rows.jsonl", b'{"text": "a"}\n' * 100_000)
    go = threading.Event()

    def read(work: Work[int]) -> int:
        go.wait(30)
        return sum(len(batch.rows) for batch in work.source(file).batches())

    one = Work(read, file.size)
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
    def broken(work: Work[None]) -> None:
        raise error

    with caplog.at_level(logging.CRITICAL, work.log.name):
        one = ended(Work(broken, 1))
    assert (one.problem.message if one.problem else "", one.failed) == (problem, failed)


def test_a_check_ends_with_the_server(lender, large):
    began, ended_too = threading.Event(), threading.Event()

    def check(work: Work[None]) -> None:
        with lender.lent(work, large):
            began.set()
            ended_too.wait(30)
            raise RuntimeError("cannot schedule new futures after shutdown")

    one = Work(check, 1)
    began.wait(30)
    lender.end()
    ended_too.set()
    assert not ended(one).failed
