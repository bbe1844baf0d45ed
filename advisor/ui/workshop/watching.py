"""What keeps phones away from the database: a room is read once for all, and who waits for its next step waits here.

A phone asks for the next step and is answered when it comes, or after `HOLD_SECONDS` that none came: plain requests,
which any proxy lets through, and which a phone that slept simply sends again. Another process may lead the same room:
one look a moment for all rooms that are waited for tells of that.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from threading import RLock
from typing import Any, TypeVar

from starlette.concurrency import run_in_threadpool

from advisor.content.load import load
from advisor.workshop.own_case import Team, teams_of
from advisor.workshop.room_answers import Agreed, agreed, passed_over
from advisor.workshop.store import Participant, Room, Store, Vote

HOLD_SECONDS = 20.0
"""How long a phone's request is held: proxies give up after 30 to 60."""
LOOK_SECONDS = 0.25
"""How often the database is asked whether another process moved a room."""
FRESH_SECONDS = 0.5
"""How long what was read of a room will do. Its own process forgets it with each step."""

MOST_MET = 10_000
MOST_KNOWN = 50
"""Rooms whose people are kept in memory."""
KNOWN_SECONDS = 60.0
"""How long it will do who somebody is: that changes by their language alone."""

Read = TypeVar("Read")


def _by_person(votes: Iterable[Vote]) -> dict[int, dict[str, Vote]]:
    people: dict[int, dict[str, Vote]] = {}
    for vote in votes:
        people.setdefault(vote.participant, {})[vote.ballot] = vote
    return people


@dataclass
class _Kept:
    """What was read of one room, by kind, and when."""

    lock: Any = field(default_factory=RLock)  # what is read may rest on something else that is kept
    held: dict[object, tuple[float, object]] = field(default_factory=dict)


class Watching:
    """The rooms of a store as this process last read them, and who waits for their next step."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._kept: dict[str, _Kept] = {}
        self._known: dict[int, dict[str, tuple[float, Participant]]] = {}
        """Who is in a room by their tokens, and when that was read."""
        self._waiting: defaultdict[str, dict[asyncio.Future[None], int]] = defaultdict(dict)
        self._looking: asyncio.Task[None] | None = None
        self._met: OrderedDict[str, None] = OrderedDict()
        """The codes of rooms that this process has seen."""

    def room(self, code: str) -> Room | None:
        """The room of this code, half a second old at most."""
        room = self._read(code, "room", lambda: self.store.room(code))
        if room:
            self._met[code] = None
            if len(self._met) > MOST_MET:
                self._met.popitem(last=False)
        return room

    def was(self, code: str) -> bool:
        """Whether there was a room of this code. Its phones ask on when it is gone, and guess nothing."""
        return code in self._met

    async def find(self, code: str) -> Room | None:
        """The same, without leaving the event loop where it was read just now."""
        kept = self._kept.get(code)
        at, room = kept.held.get("room", (-FRESH_SECONDS, None)) if kept else (-FRESH_SECONDS, None)
        if isinstance(room, Room) and time.monotonic() - at < FRESH_SECONDS:
            return room
        return await run_in_threadpool(self.room, code)

    async def person(self, room: Room, token: str) -> Participant | None:
        """Who has this token, without leaving the event loop where that is known."""
        at, person = self._known.get(room.id, {}).get(token, (0.0, None))
        if person and time.monotonic() - at <= KNOWN_SECONDS:
            return person
        return await run_in_threadpool(self.participant, room, token)

    def votes(self, room: Room) -> tuple[Vote, ...]:
        return self._read(room.code, ("votes", room.version), lambda: self.store.votes(room))

    def hands(self, room: Room) -> dict[str, dict[str, int]]:
        """What was counted by hand, on paper: by ballot, how many chose what."""
        return self._read(room.code, ("hands", room.version), lambda: self.store.hand_counts(room))

    def agreed(self, room: Room) -> dict[str, Agreed]:
        """What the room answered together, by question."""

        def read() -> dict[str, Agreed]:
            return agreed(room.steps, self.votes(room), self.hands(room), self.store.picks(room), load())

        return self._read(room.code, ("agreed", room.version), read)

    def over(self, room: Room) -> frozenset[str]:
        """The steps that are passed over, by what the room has answered."""
        if all(step.kind != "ask" for step in room.steps):
            return frozenset()
        return passed_over(room.steps, self.agreed(room), load())

    def teams(self, room: Room) -> tuple[Team, ...]:
        return self._read(room.code, ("teams", room.version), lambda: teams_of(self.votes(room), load()))

    def own_votes(self, room: Room, person: Participant) -> dict[str, Vote]:
        """Somebody's votes by ballot, as of the last step: all are read once for everybody."""
        by_person = self._read(room.code, ("by person", room.version), lambda: _by_person(self.votes(room)))
        return by_person.get(person.id, {})

    def participant(self, room: Room, token: str) -> Participant | None:
        """Who has this token; in which language they read may be a while old where another process was told of it."""
        known = self._known.setdefault(room.id, {})
        at, person = known.get(token, (0.0, None))
        if person is None or time.monotonic() - at > KNOWN_SECONDS:
            person = self.store.participant(room, token)
            if person:
                known[token] = (time.monotonic(), person)
        return person

    def speak(self, room: Room, token: str, person: Participant, lang: str) -> None:
        """Note the language of somebody's pages."""
        self.store.speak(person, lang)
        self._known.get(room.id, {}).pop(token, None)

    def people(self, room: Room) -> int:
        return self._read(room.code, "people", lambda: self.store.count_people(room))

    def tally(self, room: Room, ballot: str) -> dict[str, int]:
        return self._read(room.code, ("tally", ballot), lambda: self.store.tally(room, ballot))

    def _read(self, code: str, what: object, read: Callable[[], Read]) -> Read:
        kept = self._kept.setdefault(code, _Kept())
        with kept.lock:  # the first reads, and the others wait for it
            at, value = kept.held.get(what, (-FRESH_SECONDS, None))
            if time.monotonic() - at >= FRESH_SECONDS:
                value = read()
                kept.held[what] = (time.monotonic(), value)
        if value is None:
            self._kept.pop(code, None)  # a code that somebody guessed takes no memory
        return value  # type: ignore[return-value]

    def moved(self, code: str) -> None:
        """Forget what was read of a room, and answer all who wait for it. Called on the event loop."""
        self._kept.pop(code, None)
        if len(self._known) > MOST_KNOWN:
            self._known.clear()
        self._wake(code, None)

    async def changed(self, code: str, version: int, seconds: float = HOLD_SECONDS) -> None:
        """Wait until the room is no more at this version, or for so many seconds."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[code][future] = version
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        try:
            await asyncio.wait_for(future, seconds)
        except TimeoutError:
            pass
        finally:
            waiting = self._waiting[code]
            waiting.pop(future, None)
            if not waiting:
                del self._waiting[code]

    def _wake(self, code: str, version: int | None) -> None:
        for future, seen in self._waiting.get(code, {}).items():
            if seen != version and not future.done():
                future.set_result(None)

    async def _look(self) -> None:
        while self._waiting:
            codes = [*self._waiting]
            versions = await run_in_threadpool(self.store.versions, codes)
            for code in codes:
                if any(seen != versions.get(code) for seen in self._waiting.get(code, {}).values()):
                    self._kept.pop(code, None)
                    self._wake(code, versions.get(code))
            await asyncio.sleep(LOOK_SECONDS)
