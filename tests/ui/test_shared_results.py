"""What many ask for at once is computed once."""

from __future__ import annotations

import threading
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from advisor.ui import shared_results
from advisor.ui.shared_results import ENTRY, Shared

ROOM = 60
PATIENCE = 30


@pytest.fixture
def waiting(monkeypatch) -> threading.Semaphore:
    """Can be acquired once for each thread that has begun to wait for another."""
    begun = threading.Semaphore(0)

    class Watched(Future):
        def result(self, timeout=None):
            begun.release()
            return super().result(timeout)

    monkeypatch.setattr(shared_results, "Future", Watched)
    return begun


def room(ask, waiting: threading.Semaphore, go: threading.Event) -> list:
    """What sixty get who ask at the same moment; all but one wait before the one goes on."""
    with ThreadPoolExecutor(ROOM) as threads:
        asked = [threads.submit(ask) for _ in range(ROOM)]
        for _ in range(ROOM - 1):
            assert waiting.acquire(timeout=PATIENCE)
        go.set()
        return [one.exception(PATIENCE) or one.result() for one in asked]


def test_sixty_who_ask_at_once_share_one_computation(waiting):
    go, calls = threading.Event(), []

    def compute(key):
        calls.append(key)
        go.wait(PATIENCE)
        return [key]

    results = Shared(compute, most_bytes=10_000, weigh=len)
    got = room(lambda: results("a"), waiting, go)
    assert calls == ["a"]
    assert all(one is got[0] for one in got)
    assert results("a") is got[0]
    assert calls == ["a"]


def test_an_error_reaches_all_who_wait_and_the_next_asks_again(waiting):
    go, calls = threading.Event(), []

    def compute(key):
        calls.append(key)
        go.wait(PATIENCE)
        if len(calls) == 1:
            raise ValueError("not today")
        return key

    results = Shared(compute, most_bytes=10_000, weigh=len)
    got = room(lambda: results("a"), waiting, go)
    assert [str(one) for one in got] == ["not today"] * ROOM
    assert calls == ["a"]
    assert results("a") == "a"
    assert calls == ["a", "a"]


class Ended(BaseException):
    """As Streamlit raises in the thread of a reader who has moved on."""


def test_when_the_one_who_computes_is_ended_another_goes_on(waiting):
    go, calls = threading.Event(), []

    def compute(key):
        calls.append(key)
        go.wait(PATIENCE)
        if len(calls) == 1:
            raise Ended
        return key

    results = Shared(compute, most_bytes=10_000, weigh=len)
    got = room(lambda: results("a"), waiting, go)
    assert sum(isinstance(one, Ended) for one in got) == 1
    assert got.count("a") == ROOM - 1
    assert calls == ["a", "a"]


def test_different_keys_are_computed_beside_each_other():
    together = threading.Barrier(2, timeout=PATIENCE)

    def compute(key):
        together.wait()  # broken, and so an error, if the other one does not come meanwhile
        return key

    results = Shared(compute, most_bytes=10_000, weigh=len, at_once=2)
    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(results, "ab")) == ["a", "b"]


def test_no_more_than_so_many_are_computed_at_once():
    lock, running, most = threading.Lock(), set(), []

    def compute(key):
        with lock:
            running.add(key)
            most.append(len(running))
        threading.Event().wait(0.01)
        with lock:
            running.discard(key)
        return str(key)

    results = Shared(compute, most_bytes=10_000, weigh=len, at_once=2)
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(results, range(8))) == [str(key) for key in range(8)]
    assert max(most) <= 2


def test_what_is_kept_stays_within_its_bytes_and_what_was_asked_for_last_stays():
    calls = []

    def compute(key):
        calls.append(key)
        return bytes(1_000)

    results = Shared(compute, most_bytes=3 * (ENTRY + 1_001), weigh=len)
    for key in "abcadaea":
        results(key)
        assert results.bytes <= 3 * (ENTRY + 1_001)
    assert calls == list("abcde")
    assert len(results) == 3
    results.clear()
    assert (len(results), results.bytes) == (0, 0)


def test_a_long_key_counts_and_what_is_too_large_is_given_but_not_kept():
    results = Shared(lambda key: key[:1], most_bytes=2_000, weigh=len)
    assert results("x" * 5_000) == "x"
    assert (len(results), results.bytes) == (0, 0)
    assert results("y" * 500) == "y"
    assert len(results) == 1


def test_what_is_computed_ahead_is_there_when_it_is_asked_for(monkeypatch):
    monkeypatch.setattr(shared_results, "PAUSE", 0)
    computed, done = [], threading.Event()

    def compute(key: str) -> str:
        computed.append(key)
        if key == "wrong":
            raise ValueError
        return key.upper()

    shared: Shared[str] = Shared(compute, most_bytes=10 * ENTRY, weigh=lambda _: done.set() or 1)
    shared.ahead("next")
    assert done.wait(PATIENCE)
    assert shared("next") == "NEXT"
    shared.ahead("next")
    assert computed == ["next"]


def test_nothing_is_computed_ahead_while_somebody_waits(monkeypatch):
    monkeypatch.setattr(shared_results, "PAUSE", 0)
    begun, go = threading.Event(), threading.Event()
    computed: list[str] = []

    def compute(key: str) -> str:
        computed.append(key)
        begun.set()
        assert go.wait(PATIENCE)
        return key

    shared: Shared[str] = Shared(compute, most_bytes=10 * ENTRY, weigh=lambda _: 1)
    with ThreadPoolExecutor() as threads:
        asked = threads.submit(shared, "asked")
        assert begun.wait(PATIENCE)
        before = threading.active_count()
        shared.ahead("next")
        assert threading.active_count() == before
        go.set()
        assert asked.result(PATIENCE) == "asked"
    assert computed == ["asked"]
