"""What the engine said is kept for all readers, within bounds, and without what it was computed from."""

from __future__ import annotations

import gc
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import numpy as np
import polars as pl
import pytest

from advisor import Advice, advise, encode, glance, situation
from advisor.ui import advice
from advisor.ui import session as sessions
from advisor.ui.pages.verdict import brief_words, downloads
from advisor.ui.session import Session

ROOM = 60
GIVEN = {"goal": "measurable", "evaluation_set": "yes", "requests_per_month": [1_000, 2_500]}


@pytest.fixture(autouse=True)
def nothing_kept():
    engine = (advice.glances, advice.packed_advices, advice.advices, advice.supposed_advices)
    every = (*engine, downloads.renderings, downloads.templates)
    for one in (*every, sessions.situations):
        one.clear()


@pytest.fixture
def session() -> Session:
    made = Session(at=date(2026, 11, 22))
    made.answer(situation(**GIVEN))
    return made


@pytest.mark.parametrize(
    ("kept", "ask"),
    [
        ("packed_advices", advice.advise),
        ("glances", advice.glance),
    ],
)
def test_a_link_opened_by_sixty_people_is_computed_once(monkeypatch, session, kept, ask):
    cache, calls, ready = getattr(advice, kept), [], threading.Barrier(ROOM, timeout=60)
    compute = cache.compute
    monkeypatch.setattr(cache, "compute", lambda *key: calls.append(key) or compute(*key))

    def open_link(_: int) -> object:
        ready.wait()
        return ask(session)

    with ThreadPoolExecutor(ROOM) as threads:
        got = list(threads.map(open_link, range(ROOM)))
    assert calls == [(session.packed, session.day)]
    assert all(one is got[0] for one in got)


def test_a_report_that_sixty_people_ask_for_is_set_once(monkeypatch, session):
    calls, ready = [], threading.Barrier(ROOM, timeout=60)
    compute = downloads.renderings.compute
    monkeypatch.setattr(downloads.renderings, "compute", lambda *key: calls.append(key) or compute(*key))

    def fetch(_: int) -> bytes:
        ready.wait()
        return downloads.rendering("pdf", session)()

    with ThreadPoolExecutor(ROOM) as threads:
        got = set(threads.map(fetch, range(ROOM)))
    assert len(calls) == len(got) == 1
    assert got.pop().startswith(b"%PDF-")


def test_what_is_shared_is_what_the_engine_says(session):
    assert advice.advise(session) == advise(session.situation, session.day)
    assert advice.glance(session) == glance(session.situation, session.day)
    assert advice.advise_at(session.packed, session.day) == advice.advise(session)


def test_the_advice_on_other_answers_is_on_those_and_that_on_the_answers_stays(session):
    session.suppose({"requests_per_month": 9_000_000.0, "budget_month": 50.0})
    assert advice.advise_if_at(encode(session.supposed), session.day) == advise(
        session.supposed, session.day, whole=False
    )
    assert advice.advise(session) == advise(session.situation, session.day)


def test_what_is_kept_holds_no_scenarios(session):
    advice.advise(session), advice.glance(session)
    every = (advice.glances.kept, advice.packed_advices.kept, advice.advices.kept)
    held = [type(one) for one in reachable(*every)]
    assert Advice in held
    assert not [one for one in held if issubclass(one, (np.ndarray, pl.DataFrame, pl.Series, pl.Expr))]


def test_a_button_for_a_report_holds_the_answers_and_no_advice(session):
    """Streamlit keeps the sessions of readers who have left, and with each the buttons of its last page."""
    advice.advise(session)
    for button in (downloads.rendering("pdf", session), downloads.template(session)):
        assert {type(one) for one in reachable(button.args)} <= {tuple, str, date}


@pytest.mark.parametrize(
    "cache",
    [
        advice.glances,
        advice.packed_advices,
        advice.advices,
        advice.supposed_advices,
        brief_words.brief_words,
        downloads.renderings,
    ],
)
def test_the_bytes_of_what_is_kept_are_bounded(cache):
    assert cache.most_bytes <= 24_000_000


def test_an_advice_takes_about_the_bytes_that_are_counted_for_it(session):
    sizes = [one.__sizeof__() for one in reachable(advice.advise(session)) if not isinstance(one, type)]
    assert advice.ADVICE_BYTES / 2 < sum(sizes) < advice.ADVICE_BYTES * 2


def test_the_words_of_a_brief_take_about_the_bytes_that_are_counted_for_them(session):
    sizes = [one.__sizeof__() for one in reachable(brief_words.words_of(session)) if not isinstance(one, type)]
    assert brief_words.BYTES / 2 < sum(sizes) < brief_words.BYTES * 2


def test_a_link_with_a_long_text_weighs_as_much():
    for number in range(40):
        sessions.unpacked(encode(situation(goal_text=f"{number} " + "語" * 9_000)))
        assert sessions.situations.bytes <= 8_000_000
    text = sessions.unpacked(encode(situation(goal_text="語" * 9_000)))
    assert sessions.weight(text) > 9_000


def reachable(*begin: object) -> list[object]:
    """All objects that these lead to, except modules, classes and functions."""
    seen: dict[int, object] = {}
    waiting = list(begin)
    while waiting:
        one = waiting.pop()
        if id(one) in seen or isinstance(one, type) or hasattr(one, "__code__"):
            continue
        seen[id(one)] = one
        waiting += gc.get_referents(one)
    return list(seen.values())
