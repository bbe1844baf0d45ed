"""What every store of rooms does, over SQLite and over PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, inspect, select, text

from advisor.content.load import load
from advisor.language import language
from advisor.workshop import location, migrations
from advisor.workshop.debate import DESCRIBED, Step, act, steps_of
from advisor.workshop.store import (
    KEPT_SECONDS,
    MOST_RECEIPTS,
    NoRoomLeft,
    Room,
    RoomGone,
    Store,
    Unreachable,
    Unsupported,
    engine_of,
    open_store,
)
from advisor.workshop.tables import NEWEST, metadata, receipts

PLAN = next(plan for plan in load().workshops if plan.minutes == 40)
DAY = date(2026, 11, 30)
ADDED = (
    ("receipt", "n"), ("room", "story_name"), ("room", "story"), ("participant", "hidden"),
    ("participant", "link_hash"), ("vote", "hidden"),
)  # fmt: skip
"""Columns that later steps of the database added."""


def opened(store: Store, at: str = "lobby") -> Room:
    """A new room, led to the first step of this kind."""
    code, _ = store.open_room("Tuesday", "nl", steps_of(PLAN), DAY, "abc")
    return led(store, store.room(code), at)


def led(store: Store, room: Room, to: str) -> Room:
    """The room, led on to the next step of this kind."""
    while room.step.kind != to:
        room = done(store, room, "next")
    return room


def done(store: Store, room: Room, action: str) -> Room:
    assert store.move(room, act(room.state, action, room.steps, store.clock()))
    return store.room(room.code)


def test_a_room_is_as_it_was_opened(store):
    code, secret = store.open_room("Tuesday <b>", "nl", steps_of(PLAN), DAY, "abc")
    room = store.room(code)
    assert (room.title, room.lang, room.day, room.content_version, room.version) == ("Tuesday <b>", "nl", DAY, "abc", 1)
    assert room.steps == steps_of(PLAN)
    assert room.cases == PLAN.cases
    assert store.leads(room, secret)
    assert (room.expires - room.created).total_seconds() == KEPT_SECONDS


def test_secrets_are_nowhere_in_the_database(store):
    code, secret = store.open_room("Tuesday", "nl", steps_of(PLAN), DAY, "abc")
    store.join(store.room(code), "token-of-ann", "Ann", "nl")
    with store.engine.connect() as connection:
        rows = [str(row) for table in metadata.sorted_tables for row in connection.execute(table.select()).all()]
    assert rows
    assert not [row for row in rows if secret in row or "token-of-ann" in row]


def test_only_who_has_a_link_leads(store):
    room, other = opened(store), opened(store)
    second = store.add_facilitator(room)
    assert store.leads(room, second)
    for wrong in ("", "x", second[:-1], second.swapcase()):
        assert not store.leads(room, wrong)
    assert not store.leads(other, second)


def test_two_who_lead_at_once_move_the_room_once(store):
    room = opened(store)
    state = act(room.state, "next", room.steps, store.clock())
    assert store.move(room, state)
    assert not store.move(room, state)
    assert store.room(room.code).state.step == 1


def test_a_browser_is_one_person_however_often_it_joins(store):
    room = opened(store)
    first, again = store.join(room, "t1", "Ann", "en"), store.join(room, "t1", "Bob", "nl")
    assert first == again == store.participant(room, "t1")
    assert store.join(room, "t2", "", "nl").id != first.id
    assert list(store.people(room).values()) == ["Ann", ""]
    assert store.count_people(room) == 2
    store.speak(first, "nl")
    assert store.participant(room, "t1").lang == "nl"
    assert store.participant(opened(store), "t1") is None


def test_a_vote_counts_once_and_the_last_one_counts(store):
    room = opened(store, "first")
    ann, ballot = store.join(room, "t1", "", "en"), room.step.key
    assert store.vote(room, ann, ballot, "dont", 3, "because", "1") == "counted"
    assert store.vote(room, ann, ballot, "dont", 3, "because", "1") == "again"
    assert store.tally(room, ballot) == {"dont": 1}
    assert store.vote(room, ann, ballot, "not_yet", 1, "", "2") == "counted"
    # The first one, sent again by a phone that did not hear that it was counted, takes the second one's place no more.
    assert store.vote(room, ann, ballot, "dont", 3, "because", "1") == "again"
    assert store.tally(room, ballot) == {"not_yet": 1}
    assert store.own_votes(ann)[ballot].choice == "not_yet"


def test_two_tabs_are_one_vote(store):
    room = opened(store, "first")
    people = [store.join(room, "t1", "", "en") for _ in range(2)]
    for person, number in zip(people, "12", strict=True):
        store.vote(room, person, room.step.key, "dont", 0, "", number)
    assert store.tally(room, room.step.key) == {"dont": 1}


def test_a_closed_vote_takes_the_late_and_changes_nothing(store):
    room = opened(store, "first")
    ballot = room.step.key
    ann, bob = store.join(room, "t1", "", "en"), store.join(room, "t2", "", "en")
    store.vote(room, ann, ballot, "dont", 0, "", "1")
    talking = done(store, room, "next")
    assert store.vote(room, ann, ballot, "fine_tune", 0, "", "2") == "closed"
    assert store.vote(room, bob, ballot, "fine_tune", 0, "", "1") == "counted"
    assert store.tally(room, ballot) == {"dont": 1, "fine_tune": 1}
    shown = led(store, talking, "shift")
    cora = store.join(room, "t3", "", "en")
    assert store.vote(room, cora, ballot, "dont", 0, "", "1") == "closed"
    assert store.vote(room, cora, "nothing", "dont", 0, "", "2") == "closed"
    assert sum(store.tally(shown, ballot).values()) == 2


def test_a_vote_refused_may_come_again_when_the_vote_is_open_again(store):
    room = opened(store, "pairs")
    ballot = room.steps[room.state.step - 1].key
    ann = store.join(room, "t1", "", "en")
    store.vote(room, ann, ballot, "dont", 0, "", "1")
    assert store.vote(room, ann, ballot, "not_yet", 0, "", "2") == "closed"
    done(store, done(store, room, "back"), "open")
    assert store.vote(room, ann, ballot, "not_yet", 0, "", "2") == "counted"


def test_what_people_type_is_kept_as_it_is(store):
    room = opened(store, "first")
    nasty = "'; DROP TABLE vote; -- <script>alert(1)</script> \u202e {x} %s é 漢"
    ann = store.join(room, "t1", nasty, "en")
    store.vote(room, ann, room.step.key, "dont", 0, nasty, "1")
    assert store.people(room) == {ann.id: nasty}
    assert store.votes(room)[0].why == nasty


def test_what_was_counted_by_hand_is_kept_apart_from_votes(store):
    room, other = opened(store, "first"), opened(store)
    ballot = room.step.key
    store.vote(room, store.join(room, "t1", "", "en"), ballot, "dont", 0, "", "1")
    assert store.hand_counts(room) == {}
    for counts in ({"fine_tune": 1, "dont": 1}, {"dont": 7, "fine_tune": 0}):  # the second in place of the first
        assert store.count_by_hand(room, ballot, counts)
    assert store.count_by_hand(room, "entry", {"dont": 3})
    assert [*store.hand_counts(room).items()] == [("entry", {"dont": 3}), (ballot, {"fine_tune": 0, "dont": 7})]
    assert store.tally(room, ballot) == {"dont": 1}
    assert len(store.votes(room)) == 1
    assert store.hand_counts(other) == {}
    assert store.room(room.code).version == room.version + 3
    assert store.count_by_hand(room, ballot, {})
    assert store.hand_counts(room) == {"entry": {"dont": 3}}
    store.delete(room)
    assert store.hand_counts(room) == {}
    assert not store.count_by_hand(room, ballot, {"dont": 1})


def test_an_answer_is_taken_and_given_back_and_moves_the_room(store):
    room, other = opened(store), opened(store)
    store.pick(room, "ask:x:task", "qa")
    store.pick(room, "ask:x:task", "summary")
    assert store.picks(room) == {"ask:x:task": "summary"}
    assert store.picks(other) == {}
    assert store.room(room.code).version == room.version + 2
    store.pick(room, "ask:x:task", "")
    assert store.picks(room) == {}
    store.delete(room)
    store.pick(room, "ask:x:task", "qa")
    assert store.picks(room) == {}


def test_what_is_hidden_stays_so_until_it_is_shown_again(store):
    room, other = opened(store, "first"), opened(store, "first")
    ann, bob = store.join(room, "t1", "rude", "en"), store.join(room, "t2", "Bob", "en")
    for person, number in ((ann, "1"), (bob, "1")):
        store.vote(room, person, room.step.key, "dont", 0, "rude text", number)
    store.hide(other, ann.id, "", True)  # who leads another room hides nothing here
    store.hide(room, ann.id, "", True)
    store.hide(room, ann.id, room.step.key, True)
    assert [*store.people(room).values()] == ["", "Bob"]
    assert [(one.nickname, one.hidden) for one in store.named(room)] == [("rude", True), ("Bob", False)]
    assert [(vote.why, vote.shown_why) for vote in store.votes(room)] == [("rude text", ""), ("rude text", "rude text")]
    assert store.tally(room, room.step.key) == {"dont": 2}
    store.vote(room, ann, room.step.key, "not_yet", 0, "rude again", "2")
    assert store.own_votes(ann)[room.step.key].shown_why == ""
    store.hide(room, ann.id, "", False)
    store.hide(room, ann.id, room.step.key, False)
    assert [*store.people(room).values()] == ["rude", "Bob"]
    assert store.own_votes(ann)[room.step.key].shown_why == "rude again"
    assert store.room(room.code).version == room.version + 4
    assert store.room(other.code).version == other.version


def test_somebodys_own_page_is_found_by_its_secret_alone(store):
    room, other = opened(store), opened(store)
    ann, bob = store.join(room, "t1", "Ann", "en"), store.join(room, "t2", "Bob", "nl")
    assert store.linked(room, "") is None
    store.give_link(ann, "secret-of-ann")
    store.give_link(bob, "secret-of-bob")
    assert store.linked(room, "secret-of-ann") == ann
    assert store.linked(room, "secret-of-bob") == bob
    assert store.linked(other, "secret-of-ann") is None
    for wrong in ("", "t1", "secret-of", "SECRET-OF-ANN"):
        assert store.linked(room, wrong) is None
    with store.engine.connect() as connection:
        rows = [str(row) for table in metadata.sorted_tables for row in connection.execute(table.select()).all()]
    assert not [row for row in rows if "secret-of" in row]
    store.delete(room)
    assert store.linked(room, "secret-of-ann") is None


def test_a_described_case_and_a_vote_of_several_answers_are_kept(store):
    longest = "retrieval_use+instructions+edge_cases"
    steps = (Step("lobby"), Step("ask", DESCRIBED, about="gap"), Step("end"))
    code, _ = store.open_room("Tuesday", "nl", steps, DAY, "abc", ("Ours", "One line\u2028two <b>"))
    room = led(store, store.room(code), "ask")
    assert (room.story_name, room.story, room.steps) == ("Ours", "One line\u2028two <b>", steps)
    ann = store.join(room, "t1", "", "en")
    assert store.vote(room, ann, room.step.key, longest, 0, "", "1") == "counted"
    assert store.tally(room, room.step.key) == {longest: 1}
    assert store.count_by_hand(room, room.step.key, {"cost": 4, "style": 0})
    assert store.hand_counts(room) == {room.step.key: {"cost": 4, "style": 0}}


def test_a_team_answers_many_ballots_each_once(store):
    steps = (Step("lobby"), Step("own"), Step("wall"), Step("end"))
    code, _ = store.open_room("Tuesday", "nl", steps, DAY, "abc")
    room = led(store, store.room(code), "own")
    ann = store.join(room, "t1", "", "en")
    for number, (ballot, choice) in enumerate([("own", "team"), ("own:task", "qa"), ("own:gap", "cost")]):
        assert store.vote(room, ann, ballot, choice, 0, "", str(number)) == "counted"
    assert store.vote(room, ann, "own:task", "qa", 0, "", "1") == "again"
    assert store.vote(room, ann, "own:task", "summary", 0, "", "9") == "counted"
    assert {ballot: vote.choice for ballot, vote in store.own_votes(ann).items()} == {
        "own": "team", "own:task": "summary", "own:gap": "cost",
    }  # fmt: skip
    led(store, room, "wall")
    assert store.vote(room, ann, "own:gap", "style", 0, "", "10") == "closed"


def test_a_database_of_before_hand_counts_keeps_its_votes(store, make_store):
    room = opened(store, "first")
    store.vote(room, store.join(room, "t1", "", "en"), room.step.key, "dont", 0, "", "1")
    with store.engine.begin() as connection:
        connection.execute(text("DROP TABLE hand_count"))
        connection.execute(text("DROP TABLE pick"))
        for table, column in ADDED:
            connection.execute(text(f"ALTER TABLE {table} DROP COLUMN {column}"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    later = make_store()
    assert later.tally(room, room.step.key) == {"dont": 1}
    assert later.count_by_hand(room, room.step.key, {"dont": 2})
    assert later.hand_counts(room) == {room.step.key: {"dont": 2}}


def test_a_burst_of_votes_loses_none_and_counts_none_twice(store):
    room = opened(store, "first")
    people = [store.join(room, f"burst-{n}", "", "en") for n in range(60)]

    def vote(n: int) -> str:
        person = people[n % 60]
        return store.vote(room, person, room.step.key, "dont" if n % 2 else "not_yet", 1, "", str(n // 60 % 2))

    with ThreadPoolExecutor(16) as threads:
        told = [*threads.map(vote, range(180))]
    assert told.count("again") == 60
    assert sum(store.tally(room, room.step.key).values()) == 60


def test_votes_that_meet_the_closing_are_counted_or_told_so(store):
    room = opened(store, "first")
    ballot = room.step.key
    people = [store.join(room, f"meet-{n}", "", "en") for n in range(30)]
    revealed = act(room.state, "reveal", room.steps, store.clock())
    with ThreadPoolExecutor(8) as threads:
        votes = [threads.submit(store.vote, room, one, ballot, "dont", 0, "", "1") for one in people[:15]]
        moved = threads.submit(store.move, room, revealed)
        votes += [threads.submit(store.vote, room, one, ballot, "dont", 0, "", "1") for one in people[15:]]
        told = [vote.result() for vote in votes]
    assert moved.result()
    assert set(told) <= {"counted", "closed"}
    assert store.tally(room, ballot).get("dont", 0) == told.count("counted")


def test_a_deleted_room_leaves_nothing(store):
    room, other = opened(store, "first"), opened(store)
    ann = store.join(room, "t1", "Ann", "en")
    store.vote(room, ann, room.step.key, "dont", 0, "", "1")
    store.delete(room)
    assert store.room(room.code) is None
    assert not store.move(room, room.state)
    assert store.vote(room, ann, room.step.key, "dont", 0, "", "2") == "gone"
    with store.engine.connect() as connection:
        for table in metadata.sorted_tables:
            if "room_id" in table.c:
                assert not connection.execute(table.select().where(table.c.room_id == room.id)).all()
        assert not connection.execute(text("SELECT * FROM receipt WHERE participant_id = :id"), {"id": ann.id}).all()
    assert store.room(other.code)


def test_rooms_end_after_thirty_days(store):
    room = opened(store)
    store.clock.now += KEPT_SECONDS - 1
    assert store.room(room.code)
    store.clock.now += 2
    assert store.room(room.code) is None
    assert store.versions([room.code]) == {}
    assert store.purge() >= 1
    assert store.purge() == 0


def test_versions_tell_of_moves(store):
    room, other = opened(store), opened(store)
    done(store, room, "next")
    assert store.versions([room.code, other.code, "CCCCCC"]) == {room.code: 2, other.code: 1}


def test_another_process_sees_the_same(store, make_store):
    room = opened(store, "first")
    other = make_store()
    ann = other.join(other.room(room.code), "t1", "Ann", "en")
    other.vote(room, ann, room.step.key, "dont", 2, "so", "1")
    assert store.tally(room, room.step.key) == {"dont": 1}


def test_there_is_an_end_to_people_and_rooms(store, monkeypatch):
    room = opened(store)
    monkeypatch.setattr("advisor.workshop.store.MOST_PEOPLE", 1)
    store.join(room, "t1", "", "en")
    with pytest.raises(NoRoomLeft):
        store.join(room, "t2", "", "en")
    monkeypatch.setattr("advisor.workshop.store.MOST_ROOMS", 1)
    with pytest.raises(NoRoomLeft):
        opened(store)


def test_a_taken_code_is_not_given_twice(store, monkeypatch):
    room = opened(store)
    codes = iter([room.code, "CDFHJK"])
    monkeypatch.setattr("advisor.workshop.store.new_code", lambda: next(codes))
    assert opened(store).code == "CDFHJK"


# Migrations


def test_the_steps_make_the_tables_that_the_program_knows(store):
    inspector = inspect(store.engine)
    for table in metadata.sorted_tables:
        columns = {column["name"]: column for column in inspector.get_columns(table.name)}
        assert columns.keys() == {column.name for column in table.columns}
        assert {name for name, one in columns.items() if one["nullable"]} == {
            column.name for column in table.columns if column.nullable
        }
        made = {frozenset(one["column_names"]) for one in inspector.get_unique_constraints(table.name)}
        wanted = {
            frozenset(column.name for column in one.columns)
            for one in table.constraints
            if type(one).__name__ == "UniqueConstraint"
        }
        assert wanted <= made
    with store.engine.connect() as connection:
        assert migrations.at_step(connection) == NEWEST


def test_the_newest_step_is_the_last_one():
    folder = migrations.FOLDER / "versions"
    assert max(file.name for file in folder.glob("s*.py")).startswith(f"s{NEWEST}_")


def test_a_program_that_was_rolled_back_works_on_what_a_later_one_left(store, make_store):
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        connection.execute(text("ALTER TABLE room ADD COLUMN later_idea VARCHAR(9) DEFAULT 'x' NOT NULL"))
        connection.execute(text("ALTER TABLE vote ADD COLUMN later_thought TEXT"))
    try:
        earlier = make_store()
        room = opened(earlier, "first")
        ann = earlier.join(room, "t1", "Ann", "en")
        assert earlier.vote(room, ann, room.step.key, "dont", 2, "so", "1") == "counted"
        assert earlier.votes(room)[0].why == "so"
    finally:
        emptied(store)
        make_store()


def emptied(store: Store) -> None:
    with store.engine.begin() as connection:
        metadata.drop_all(connection)
        connection.execute(text("DROP TABLE alembic_version"))


def test_processes_that_begin_together_take_the_steps_once(store, make_store: Callable[[], Store]):
    emptied(store)
    with ThreadPoolExecutor(4) as threads:
        stores = [one.result() for one in [threads.submit(make_store) for _ in range(4)]]
    assert opened(stores[0]).version == 1


# Where rooms are kept


@pytest.fixture
def nowhere(monkeypatch, tmp_path):
    """No database is named, and nothing is in the user's folder."""
    monkeypatch.delenv(location.DATABASE, raising=False)
    file = tmp_path / "deep" / "rooms.sqlite3"
    monkeypatch.setattr("advisor.workshop.store.data_file", lambda: file)
    monkeypatch.setattr("advisor.workshop.location.data_file", lambda: file)
    return file


def test_nothing_is_made_before_a_room_is_opened(nowhere):
    assert open_store() is None
    assert not location.in_use()
    assert not nowhere.parent.exists()
    store = open_store(make=True)
    assert opened(store)
    assert location.in_use()
    assert nowhere.stat().st_mode & 0o077 == 0
    assert open_store() is store
    store.close()


def test_a_database_that_cannot_be_opened_says_where_and_no_password(monkeypatch, nowhere):
    nowhere.parent.write_text("a file where the folder would be")
    with pytest.raises(Unreachable, match="rooms\\.sqlite3"):
        open_store(make=True)
    monkeypatch.setenv(location.DATABASE, "postgresql://me:secret@/rooms?host=/nowhere")
    with pytest.raises(Unreachable) as raised:
        open_store()
    assert "secret" not in str(raised.value)
    monkeypatch.setenv(location.DATABASE, "no address")
    with pytest.raises(Unreachable):
        open_store()


def test_a_database_of_another_kind_is_told_what_is_supported(monkeypatch):
    monkeypatch.setenv(location.DATABASE, "mysql://me:secret@host/rooms")
    with pytest.raises(Unsupported) as raised:
        open_store()
    for code in ("en", "nl"):
        said = raised.value.text(language(code))
        assert all(word in said for word in (location.DATABASE, "mysql", "PostgreSQL", "SQLite"))
        assert "secret" not in said
        assert "pip" not in said


def test_a_file_that_disappears_is_made_anew_and_its_rooms_are_gone(nowhere):
    store = open_store(make=True)
    room = opened(store)
    nowhere.unlink()
    assert not store.in_place()
    assert open_store() is None
    anew = open_store(make=True)
    assert anew is not store
    assert anew.room(room.code) is None
    assert anew.room(opened(anew).code)
    anew.close()


def test_of_one_person_the_last_few_votes_are_known_again(store):
    room = opened(store, "first")
    ann, ben = (store.join(room, token, "", "en") for token in ("t1", "t2"))
    store.vote(room, ben, room.step.key, "dont", 0, "", "1")
    sent = [str(n) for n in range(3 * MOST_RECEIPTS)]
    for number in sent:
        assert store.vote(room, ann, room.step.key, "dont", 0, "", number) == "counted"
    kept = select(func.count()).select_from(receipts).where(receipts.c.participant_id == ann.id)
    with store.engine.connect() as connection:
        assert connection.execute(kept).scalar_one() == MOST_RECEIPTS
    for number in sent[-MOST_RECEIPTS:]:
        assert store.vote(room, ann, room.step.key, "not_yet", 0, "", number) == "again"
    assert store.vote(room, ben, room.step.key, "not_yet", 0, "", "1") == "again"
    assert store.tally(room, room.step.key) == {"dont": 2}


def test_who_is_of_another_room_does_not_vote(store):
    room, other = opened(store, "first"), opened(store, "first")
    assert store.vote(room, store.join(other, "t1", "", "en"), room.step.key, "dont", 0, "", "1") == "gone"
    assert store.tally(room, room.step.key) == {}


def test_a_room_that_is_over_or_gone_takes_nobody(store):
    code, secret = store.open_room("Tuesday", "nl", steps_of(PLAN), DAY, "abc")
    room = led(store, store.room(code), "first")
    ann = store.join(room, "t1", "", "en")
    store.clock.now += KEPT_SECONDS + 1
    assert not store.leads(room, secret)
    assert store.vote(room, ann, room.step.key, "dont", 0, "", "1") == "gone"
    with pytest.raises(RoomGone):
        store.join(room, "t2", "", "en")
    store.clock.now -= KEPT_SECONDS + 1
    store.delete(room)
    with pytest.raises(RoomGone):
        store.join(room, "t2", "", "en")


def test_a_state_of_the_room_is_read_as_it_was_written(store):
    room = opened(store, "second")
    odd = replace(room.state, paused=True, shown=True, revealed=frozenset({"a", "b"}), entered=1.5, paused_at=2.25)
    assert store.move(room, odd)
    assert store.room(room.code).state == odd


def test_postgresql_that_starts_anew_is_met_again(url, store, request):
    if store.engine.dialect.name != "postgresql":
        assert engine_of(url).dialect.name == "sqlite"
        return
    room = opened(store, "first")
    ann = store.join(room, "t1", "", "en")
    cluster = request.getfixturevalue("cluster")
    cluster.stop()
    cluster.start()
    assert store.vote(room, ann, room.step.key, "dont", 0, "", "1") == "counted"
    assert store.tally(room, room.step.key) == {"dont": 1}
