"""Who waits for a room, and how seldom the database is asked."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace

from advisor.ui.workshop import watching
from advisor.ui.workshop.watching import Watching
from advisor.workshop.store import Participant, Vote


@dataclass
class Counted:
    """A store that counts what it is asked."""

    version: int = 1
    asked: list[str] = field(default_factory=list)

    def room(self, code):
        self.asked.append(code)
        return self if code == "CDFHJK" else None

    def versions(self, codes):
        return {code: self.version for code in codes if code == "CDFHJK"}


def test_a_room_is_read_once_for_all_who_ask_at_once():
    store = Counted()
    rooms = Watching(store)
    assert all(rooms.room("CDFHJK") is store for _ in range(300))
    assert len(store.asked) == 1
    rooms.moved("CDFHJK")
    assert rooms.room("CDFHJK") is store
    assert len(store.asked) == 2


def test_votes_are_read_once_for_all_who_see_the_next_step():
    noon = datetime(2026, 11, 30, tzinfo=UTC)
    votes = tuple(Vote(person, ballot, "dont", 0, "", noon) for person in (1, 2) for ballot in ("first", "second"))
    room, asked = SimpleNamespace(code="CDFHJK", version=7, id=1), []

    def read(_):
        asked.append(1)
        return votes

    rooms = Watching(SimpleNamespace(votes=read))
    for person in (1, 2, 3):
        own = rooms.own_votes(room, Participant(person, "", "en"))
        assert set(own) == ({"first", "second"} if person < 3 else set())
    assert len(asked) == 1


def test_who_somebody_is_is_read_once_until_their_language_changes():
    asked, told = [], []

    def participant(_, token):
        asked.append(token)
        return Participant(1, "Ann", told[-1] if told else "en") if token == "t1" else None

    store = SimpleNamespace(participant=participant, speak=lambda person, lang: told.append(lang))
    rooms, room = Watching(store), SimpleNamespace(id=1)
    people = [rooms.participant(room, "t1") for _ in range(5)]
    assert asked == ["t1"]
    rooms.speak(room, "t1", people[0], "nl")
    assert rooms.participant(room, "t1").lang == "nl"
    assert rooms.participant(room, "made up") is None
    assert "made up" not in rooms._known[1]


def test_codes_that_were_guessed_take_no_memory():
    rooms = Watching(Counted())
    for n in range(50):
        assert rooms.room(str(n)) is None
    assert not rooms._kept


def test_all_who_wait_are_answered_when_the_room_moves_here():
    async def run() -> float:
        rooms, loop = Watching(Counted()), asyncio.get_running_loop()
        waiting = [asyncio.create_task(rooms.changed("CDFHJK", 1, 60)) for _ in range(50)]
        await asyncio.sleep(0)
        begun = loop.time()
        rooms.moved("CDFHJK")
        await asyncio.gather(*waiting)
        return loop.time() - begun

    assert asyncio.run(run()) < 5


def test_all_who_wait_are_answered_when_the_room_moves_in_another_process(monkeypatch):
    monkeypatch.setattr(watching, "LOOK_SECONDS", 0.01)

    async def run() -> None:
        store = Counted()
        rooms = Watching(store)
        waiting = [asyncio.create_task(rooms.changed("CDFHJK", 1, 60)) for _ in range(5)]
        await asyncio.sleep(0)
        store.version = 2
        await asyncio.wait_for(asyncio.gather(*waiting), 30)
        assert not rooms._waiting

    asyncio.run(run())


def test_who_waits_for_a_room_that_ends_is_answered(monkeypatch):
    monkeypatch.setattr(watching, "LOOK_SECONDS", 0.01)
    asyncio.run(asyncio.wait_for(Watching(Counted()).changed("CCCCCC", 1, 60), 30))


def test_nobody_waits_for_ever():
    async def run() -> bool:
        rooms = Watching(Counted())
        await rooms.changed("CDFHJK", 1, 0.01)
        return not rooms._waiting

    assert asyncio.run(run())
