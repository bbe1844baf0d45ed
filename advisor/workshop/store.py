"""Where rooms and votes are kept: one interface, over SQLite on this machine or PostgreSQL for several processes.

`open_store` finds the database: the one that `ADVISOR_DATABASE_URL` names, or a file in the folder that the system has
for a user's data. Nothing is made before somebody opens a room. Every method is one transaction; none knows of a page.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Lock
from typing import Any, Literal

from sqlalchemy import Connection, Engine, create_engine, delete, event, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from advisor.language import Language
from advisor.workshop import migrations
from advisor.workshop.codes import hashed, new_code, new_secret, same
from advisor.workshop.debate import State, Step, read_steps, shows, takes, write_steps
from advisor.workshop.location import DATABASE, data_file, database
from advisor.workshop.tables import facilitators, hand_counts, participants, picks, receipts, rooms, votes

KEPT_SECONDS = 30 * 24 * 3600.0
"""How long a room is kept."""
WAIT_SECONDS = 10.0
"""How long a write waits for another one, of SQLite."""
MOST_PEOPLE = 1_000
"""In one room. Assumption: no hall is larger."""
MOST_ROOMS = 500
"""In one database, so that nobody fills it by opening rooms. Assumption."""
CODE_TRIES = 20
MOST_RECEIPTS = 20
"""Numbers of counted votes that are kept of a person. A phone holds back one vote of a ballot and sends it until it
is answered, so one that comes again is the last one, or a few older where tabs of one browser vote at once. That 20
are enough for those is an assumption: a vote that comes again after 20 changes would count as a new one."""
SUPPORTED = ("sqlite", "postgresql")


class NoRoomLeft(Exception):
    """There are as many rooms, or as many people in one, as there may be."""


class RoomGone(Exception):
    """The room was deleted, or its time is over."""


class Unreachable(Exception):
    """The database of rooms cannot be opened; where it lies, and what it or the system says."""

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(f"{where}: {problem}")
        self.where = where
        self.problem = problem

    def text(self, lang: Language) -> str:
        return lang("The rooms at {where} cannot be opened ({problem}).", where=self.where, problem=self.problem)


class Unsupported(Unreachable):
    """The database of rooms is of a kind that this program does not know."""

    def text(self, lang: Language) -> str:
        return lang(
            "{where} names a database of a kind that rooms cannot be kept in ({kind}). PostgreSQL and SQLite are "
            "supported.",
            where=self.where,
            kind=self.problem,
        )


@dataclass(frozen=True)
class Room:
    """A room as it stood when it was read."""

    id: int
    code: str
    title: str
    lang: str
    steps: tuple[Step, ...]
    day: date
    """The day of the advice that the room gets, whenever it meets."""
    content_version: str
    state: State
    version: int
    """Higher by one with each action of whoever leads."""
    created: datetime
    expires: datetime
    story_name: str = ""
    story: str = ""
    """A case that whoever leads described, see `advisor.workshop.debate.DESCRIBED`."""

    @property
    def step(self) -> Step:
        return self.steps[self.state.step]

    @property
    def shows(self) -> tuple[str, ...]:
        """The ballots whose votes this step shows by itself."""
        return shows(self.step, self.steps)

    @property
    def cases(self) -> tuple[str, ...]:
        """Ids of the cases, in order."""
        return tuple(dict.fromkeys(step.case for step in self.steps if step.case))


@dataclass(frozen=True)
class Participant:
    id: int
    nickname: str
    """What they call themselves; may be empty."""
    lang: str


@dataclass(frozen=True)
class Vote:
    participant: int
    ballot: str
    choice: str
    confidence: int
    """1 to 3, see `advisor.workshop.debate.CONFIDENCES`; 0 where none was given."""
    why: str
    cast: datetime
    hidden: bool = False
    """Whoever leads has hidden what was written."""

    @property
    def shown_why(self) -> str:
        """What was written, as others may read it."""
        return "" if self.hidden else self.why


@dataclass(frozen=True)
class Named:
    """What somebody calls themselves, and whether whoever leads has hidden it."""

    participant: int
    nickname: str
    hidden: bool


Receipt = Literal["counted", "again", "closed", "gone"]
"""Of a vote: it counts; it had been counted before; it came too late; the room, or this person in it, is no more."""


class Store:
    """Rooms and votes in one database. Methods may be called from any thread."""

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.time) -> None:
        """A store over a database that may still be empty. Takes the steps that it lacks."""
        self.engine = engine
        self.clock = clock
        """Seconds since 1970."""
        if engine.dialect.name == "sqlite":
            _listen(engine)
        self._writing = engine.execution_options(writes=True)
        self._turn = Lock() if engine.dialect.name == "sqlite" else nullcontext()
        with self._write() as connection:
            migrations.upgrade(connection)
        self._file = _file_of(engine)

    @contextmanager
    def _write(self) -> Iterator[Connection]:
        """A transaction that writes. SQLite has one at a time; who waits in line need not try again and again."""
        with self._turn, self._writing.begin() as connection:
            yield connection

    def open_room(
        self,
        title: str,
        lang: str,
        steps: Iterable[Step],
        day: date,
        content_version: str,
        story: tuple[str, str] = ("", ""),
    ) -> tuple[str, str]:
        """Open a room; returns its code and the secret of whoever leads it. `story` is a case that they described: its
        name, and what it is about. Raises `NoRoomLeft`.
        """
        now = self.clock()
        self.purge()
        secret = new_secret()
        values = {
            "title": title, "lang": lang, "steps": write_steps(tuple(steps)), "day": day.isoformat(),
            "content_version": content_version, "version": 1, "created": now, "expires": now + KEPT_SECONDS,
            "story_name": story[0], "story": story[1],
            **_columns(State(entered=now)),
        }  # fmt: skip
        for _ in range(CODE_TRIES):
            code = new_code()
            try:
                with self._write() as connection:
                    if connection.execute(select(func.count()).select_from(rooms)).scalar_one() >= MOST_ROOMS:
                        raise NoRoomLeft
                    room = connection.execute(insert(rooms).values(code=code, **values)).inserted_primary_key
                    assert room is not None
                    _add_facilitator(connection, room[0], secret)
            except IntegrityError:
                continue  # the code is taken
            return code, secret
        raise NoRoomLeft

    def room(self, code: str) -> Room | None:
        """The room of this code; None where there is none, or none any more."""
        with self.engine.connect() as connection:
            row = connection.execute(select(rooms).where(rooms.c.code == code)).mappings().one_or_none()
        return _room(row) if row and row["expires"] > self.clock() else None

    def versions(self, codes: Iterable[str]) -> dict[str, int]:
        """The version of each of these rooms that there still is."""
        wanted = select(rooms.c.code, rooms.c.version).where(rooms.c.code.in_([*codes]), rooms.c.expires > self.clock())
        with self.engine.connect() as connection:
            return {row.code: row.version for row in connection.execute(wanted)}

    def leads(self, room: Room, secret: str) -> bool:
        """Whether this is a secret of somebody who leads the room, which must be there still."""
        wanted = (
            select(facilitators.c.secret_hash)
            .join(rooms)
            .where(rooms.c.id == room.id, rooms.c.code == room.code, rooms.c.expires > self.clock())
        )
        with self.engine.connect() as connection:
            kept = connection.execute(wanted).scalars().all()
        return sum(same(secret, one) for one in kept) > 0  # a sum, so that each is compared

    def add_facilitator(self, room: Room) -> str:
        """Another secret to lead the room with."""
        secret = new_secret()
        with self._write() as connection:
            _add_facilitator(connection, room.id, secret)
        return secret

    def move(self, room: Room, state: State) -> bool:
        """Bring a room into a state; False where somebody else moved it since it was read, or deleted it."""
        moved = (
            update(rooms)
            .where(rooms.c.id == room.id, rooms.c.version == room.version)
            .values(version=room.version + 1, **_columns(state))
        )
        with self._write() as connection:
            return connection.execute(moved).rowcount == 1

    def join(self, room: Room, token: str, nickname: str, lang: str) -> Participant:
        """Let a browser in, by the token in its cookie: the second time it is the same person.

        Raises `NoRoomLeft`, and `RoomGone`.
        """
        known = {"room_id": room.id, "token_hash": hashed(token)}
        with self._write() as connection:
            self._present(connection, room)
            inside = select(func.count()).select_from(participants).where(participants.c.room_id == room.id)
            if connection.execute(inside).scalar_one() >= MOST_PEOPLE:
                raise NoRoomLeft
            self._add(connection, participants, {**known, "nickname": nickname, "lang": lang})
        joined = self.participant(room, token)
        if joined is None:
            raise RoomGone  # in the moment since
        return joined

    def _present(self, connection: Connection, room: Room) -> Mapping[Any, Any]:
        """The room as it stands, which nobody moves or deletes before this transaction ends. Raises `RoomGone`.

        Also the code has to be the same: SQLite gives the number of a deleted room to the next one. The lock is
        one that others share: it keeps PostgreSQL from closing a vote halfway; SQLite has one writer at a time.
        """
        there = (rooms.c.id == room.id, rooms.c.code == room.code, rooms.c.expires > self.clock())
        row = connection.execute(select(rooms).where(*there).with_for_update(read=True)).mappings().one_or_none()
        if row is None:
            raise RoomGone
        return row

    def participant(self, room: Room, token: str) -> Participant | None:
        wanted = select(participants.c.id, participants.c.nickname, participants.c.lang).where(
            participants.c.room_id == room.id, participants.c.token_hash == hashed(token)
        )
        with self.engine.connect() as connection:
            row = connection.execute(wanted).one_or_none()
        return Participant(*row) if row else None

    def give_link(self, participant: Participant, secret: str) -> None:
        """Have a secret lead to somebody's own page."""
        linked = update(participants).where(participants.c.id == participant.id).values(link_hash=hashed(secret))
        with self._write() as connection:
            connection.execute(linked)

    def linked(self, room: Room, secret: str) -> Participant | None:
        """Whose own page this secret leads to."""
        wanted = select(participants.c.id, participants.c.nickname, participants.c.lang).where(
            participants.c.room_id == room.id, participants.c.link_hash == hashed(secret)
        )
        with self.engine.connect() as connection:
            row = connection.execute(wanted).one_or_none()
        return Participant(*row) if row else None

    def speak(self, participant: Participant, lang: str) -> None:
        """Note the language of somebody's pages."""
        with self._write() as connection:
            connection.execute(update(participants).where(participants.c.id == participant.id).values(lang=lang))

    def vote(
        self, room: Room, participant: Participant, ballot: str, choice: str, confidence: int, why: str, vote_id: str
    ) -> Receipt:
        """Count a vote by where the room stands now. One that comes again, by its number, changes nothing."""
        cast = {"choice": choice, "confidence": confidence, "why": why, "cast_at": self.clock()}
        own = {"room_id": room.id, "ballot": ballot, "participant_id": participant.id}
        mine = receipts.c.participant_id == participant.id
        inside = select(participants.c.id).where(participants.c.id == participant.id, participants.c.room_id == room.id)
        with self._write() as connection:
            try:
                row = self._present(connection, room)
            except RoomGone:
                return "gone"
            if connection.execute(inside).one_or_none() is None:
                return "gone"
            numbered = {"participant_id": participant.id, "vote_id": vote_id}
            last = connection.execute(select(func.max(receipts.c.n)).where(mine)).scalar_one() or 0
            if not self._add(connection, receipts, {**numbered, "n": last + 1}):
                return "again"
            connection.execute(delete(receipts).where(mine, receipts.c.n <= last + 1 - MOST_RECEIPTS))
            read = _room(row)
            taken = takes(read.state, read.steps, ballot)
            if taken == "open":
                added = _upsert(connection).insert(votes).values(**own, **cast)
                connection.execute(added.on_conflict_do_update(index_elements=[*own], set_=cast))
                return "counted"
            counted = taken == "late" and self._add(connection, votes, {**own, **cast})
            if not counted:  # then it may come again, when the vote is open again
                connection.execute(delete(receipts).filter_by(**numbered))
            return "counted" if counted else "closed"

    @staticmethod
    def _add(connection: Connection, table: Any, values: Mapping[str, object]) -> bool:
        """Add a row; False where there is one of the same key."""
        added = _upsert(connection).insert(table).values(**values).on_conflict_do_nothing()
        return connection.execute(added, execution_options={"preserve_rowcount": True}).rowcount == 1

    def own_votes(self, participant: Participant) -> dict[str, Vote]:
        """Somebody's votes by ballot."""
        return {vote.ballot: vote for vote in self._votes(votes.c.participant_id == participant.id)}

    def votes(self, room: Room) -> tuple[Vote, ...]:
        """Every vote of a room, in the order in which they came."""
        return self._votes(votes.c.room_id == room.id)

    def _votes(self, which: Any) -> tuple[Vote, ...]:
        wanted = select(
            votes.c.participant_id, votes.c.ballot, votes.c.choice, votes.c.confidence, votes.c.why, votes.c.hidden,
            votes.c.cast_at,
        )  # fmt: skip
        with self.engine.connect() as connection:
            rows = connection.execute(wanted.where(which).order_by(votes.c.cast_at, votes.c.id)).all()
        return tuple(Vote(*row[:5], datetime.fromtimestamp(row.cast_at, UTC), row.hidden) for row in rows)

    def tally(self, room: Room, ballot: str) -> dict[str, int]:
        """How many voted for what; what nobody voted for is left out."""
        wanted = (
            select(votes.c.choice, func.count().label("n"))
            .where(votes.c.room_id == room.id, votes.c.ballot == ballot)
            .group_by(votes.c.choice)
        )
        with self.engine.connect() as connection:
            return {row.choice: row.n for row in connection.execute(wanted)}

    def count_by_hand(self, room: Room, ballot: str, counts: Mapping[str, int]) -> bool:
        """Keep what was counted by hand on a ballot in place of what was kept of it; without counts nothing is.

        Votes by phone stay as they are. False where the room was deleted meanwhile.
        """
        moved = update(rooms).where(rooms.c.id == room.id).values(version=rooms.c.version + 1)
        of_ballot = {"room_id": room.id, "ballot": ballot}
        with self._write() as connection:
            if connection.execute(moved).rowcount == 0:
                return False
            connection.execute(delete(hand_counts).filter_by(**of_ballot))
            if counts:
                kept = [{**of_ballot, "choice": choice, "n": n} for choice, n in counts.items()]
                connection.execute(insert(hand_counts), kept)
        return True

    def hand_counts(self, room: Room) -> dict[str, dict[str, int]]:
        """What was counted by hand: by ballot, how many chose what; in the order of the steps and their choices."""
        wanted = select(hand_counts.c.ballot, hand_counts.c.choice, hand_counts.c.n)
        with self.engine.connect() as connection:
            rows = connection.execute(wanted.where(hand_counts.c.room_id == room.id)).all()
        places = {step.key: [*step.choices] for step in room.steps if step.votes}
        counts: dict[str, dict[str, int]] = {ballot: {} for ballot in places}
        for row in sorted(rows, key=lambda row: _place(places.get(row.ballot, []), row.choice)):
            counts.setdefault(row.ballot, {})[row.choice] = row.n
        return {ballot: found for ballot, found in counts.items() if found and ballot in places}

    def pick(self, room: Room, ballot: str, choice: str) -> None:
        """Take an answer on a ballot, whatever most people chose; an empty one goes by them again."""
        moved = update(rooms).where(rooms.c.id == room.id).values(version=rooms.c.version + 1)
        of_ballot = {"room_id": room.id, "ballot": ballot}
        with self._write() as connection:
            if connection.execute(moved).rowcount == 0:
                return
            connection.execute(delete(picks).filter_by(**of_ballot))
            if choice:
                connection.execute(insert(picks).values(**of_ballot, choice=choice))

    def picks(self, room: Room) -> dict[str, str]:
        """The answers that whoever leads took, by ballot."""
        wanted = select(picks.c.ballot, picks.c.choice).where(picks.c.room_id == room.id)
        with self.engine.connect() as connection:
            return {row.ballot: row.choice for row in connection.execute(wanted)}

    def hide(self, room: Room, participant: int, ballot: str, hidden: bool) -> None:
        """Hide what somebody wrote on a ballot, or their nickname where none is named; or show it again."""
        moved = update(rooms).where(rooms.c.id == room.id).values(version=rooms.c.version + 1)
        person = update(participants).where(participants.c.room_id == room.id, participants.c.id == participant)
        vote = update(votes).where(
            votes.c.room_id == room.id, votes.c.participant_id == participant, votes.c.ballot == ballot
        )
        with self._write() as connection:
            if connection.execute((vote if ballot else person).values(hidden=hidden)).rowcount:
                connection.execute(moved)

    def named(self, room: Room) -> tuple[Named, ...]:
        """Who is in a room, in the order in which they joined."""
        wanted = select(participants.c.id, participants.c.nickname, participants.c.hidden)
        with self.engine.connect() as connection:
            rows = connection.execute(wanted.where(participants.c.room_id == room.id).order_by(participants.c.id)).all()
        return tuple(Named(*row) for row in rows)

    def people(self, room: Room) -> dict[int, str]:
        """Who is in a room: what they call themselves, by their numbers; nothing where that was hidden."""
        return {one.participant: "" if one.hidden else one.nickname for one in self.named(room)}

    def count_people(self, room: Room) -> int:
        wanted = select(func.count()).select_from(participants).where(participants.c.room_id == room.id)
        with self.engine.connect() as connection:
            return connection.execute(wanted).scalar_one()

    def delete(self, room: Room) -> None:
        """Delete a room and all that belongs to it, at once."""
        with self._write() as connection:
            connection.execute(delete(rooms).where(rooms.c.id == room.id))

    def purge(self) -> int:
        """Delete the rooms whose time is over; returns how many there were."""
        with self._write() as connection:
            return connection.execute(delete(rooms).where(rooms.c.expires <= self.clock())).rowcount

    def in_place(self) -> bool:
        """Whether the database is still where it was opened: a file may be removed, or replaced, under a program."""
        return self._file == _file_of(self.engine)

    def close(self) -> None:
        self.engine.dispose()


def _place(order: Sequence[str], choice: str) -> int:
    return order.index(choice) if choice in order else len(order)


def _file_of(engine: Engine) -> tuple[int, int] | None:
    """Which file a database is in, as the system numbers files; None where it is in none, or the file is gone."""
    if engine.dialect.name != "sqlite" or not engine.url.database:
        return None
    try:
        status = Path(engine.url.database).stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _upsert(connection: Connection) -> Any:
    """The inserts of this database, which may meet a row of the same key."""
    return sqlite if connection.dialect.name == "sqlite" else postgresql


def _add_facilitator(connection: Connection, room: int, secret: str) -> None:
    connection.execute(insert(facilitators).values(room_id=room, secret_hash=hashed(secret)))


def _columns(state: State) -> dict[str, object]:
    return {
        "step": state.step, "open": state.open, "paused": state.paused, "shown": state.shown,
        "revealed": json.dumps(sorted(state.revealed)), "entered": state.entered, "paused_at": state.paused_at,
    }  # fmt: skip


def _room(row: Mapping[Any, Any]) -> Room:
    state = State(
        step=row["step"], open=row["open"], paused=row["paused"], shown=row["shown"],
        revealed=frozenset(json.loads(row["revealed"])), entered=row["entered"], paused_at=row["paused_at"],
    )  # fmt: skip
    return Room(
        id=row["id"], code=row["code"], title=row["title"], lang=row["lang"], steps=read_steps(row["steps"]),
        day=date.fromisoformat(row["day"]), content_version=row["content_version"], state=state,
        version=row["version"], created=datetime.fromtimestamp(row["created"], UTC),
        expires=datetime.fromtimestamp(row["expires"], UTC), story_name=row["story_name"], story=row["story"],
    )  # fmt: skip


def _listen(engine: Engine) -> None:
    """Have SQLite write beside reading, wait for its turn, and hold to what belongs together."""

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _: object) -> None:
        connection.isolation_level = None  # transactions begin where SQLAlchemy says so, see below
        for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        # One that is to write waits for its turn at once: a read that turns into a write would be refused instead.
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def engine_of(url: str) -> Engine:
    """An engine for a database. Raises `sqlalchemy.exc.ArgumentError` for what is no address of one, and
    `ModuleNotFoundError` where PostgreSQL is asked for and `psycopg` is not installed.
    """
    read = make_url(url)
    if read.get_backend_name() == "postgresql":
        # A connection that the database ended, as when it was started anew, is replaced when it is next asked for.
        return create_engine(read.set(drivername="postgresql+psycopg"), pool_pre_ping=True, pool_size=10)
    return create_engine(read, connect_args={"timeout": WAIT_SECONDS}, pool_size=10)


def open_store(*, make: bool = False) -> Store | None:
    """The store of this process; None where no room was ever opened, unless it is to be made. Raises `Unreachable`."""
    url = database(os.environ)
    where = DATABASE if url else ""  # the address may hold a password
    try:
        if not url:
            file = data_file()
            where = str(file)
            if not file.exists():
                if not make:
                    return None
                file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                file.touch(mode=0o600)
            url = f"sqlite:///{file}"
        kind = make_url(url).get_backend_name()
        if kind not in SUPPORTED:
            raise Unsupported(where, kind)
        return _opened(url)
    except (OSError, RuntimeError) as error:  # the latter where nobody knows the user's home
        raise Unreachable(where, str(error)) from error
    except ModuleNotFoundError as error:
        raise Unreachable(where, f"{error}; pip install 'fine-tune-advisor[postgres]'") from error
    except SQLAlchemyError as error:
        said = str(getattr(error, "orig", None) or type(error).__name__)
        raise Unreachable(where, said.partition("\n")[0]) from error


_stores: dict[str, Store] = {}
_opening = Lock()


def _opened(url: str) -> Store:
    """The store at this address; opened anew where its file was taken away, and with it the rooms."""
    with _opening:
        known = _stores.get(url)
        if known and known.in_place():
            return known
        if known:
            del _stores[url]
            known.close()  # before another is opened: what is kept beside the file is the old one's
        return _stores.setdefault(url, Store(engine_of(url)))
