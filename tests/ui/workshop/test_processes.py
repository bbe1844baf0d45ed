"""Processes that end in the middle of a vote: nothing that a phone was told is lost, and nothing counts twice."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from urllib.parse import urlencode

import pytest

from advisor.content.load import load
from advisor.workshop.debate import act, steps_of
from advisor.workshop.location import DATABASE
from advisor.workshop.opening import plan_of
from advisor.workshop.store import Store, engine_of
from tests.ui.server.process import Process, any_port, app, ask
from tests.workshop.postgres import Cluster

FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}


class Phone:
    """Somebody in the room, who asks the process on this port."""

    def __init__(self, code: str) -> None:
        self.code, self.cookie = code, ""

    def send(self, port: int, path: str, **form: str) -> tuple[int, bytes]:
        headers = {**FORM, **({"Cookie": self.cookie} if self.cookie else {})}
        answer = ask(port, f"/room/{self.code}/{path}", "POST", headers, urlencode(form).encode())
        self.cookie = (answer.headers["set-cookie"] or self.cookie).partition(";")[0]
        return answer.status, answer.content


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request, tmp_path):
    """A database of its own; one file for a process that is started anew, PostgreSQL for two beside each other."""
    cluster = Cluster() if request.param == "postgresql" else None
    if cluster:
        cluster.start()
    one = Store(engine_of(cluster.url if cluster else f"sqlite:///{tmp_path / 'rooms.sqlite3'}"))
    yield one
    one.close()
    if cluster:
        cluster.remove()


def killed(process: Process) -> None:
    assert process.process
    process.process.kill()
    process.process.wait()


def test_a_process_that_is_killed_in_the_middle_of_a_vote_loses_no_vote(store: Store, tmp_path: Path) -> None:
    plan = plan_of(10, load())
    code, _ = store.open_room("Tuesday", "en", steps_of(plan), date(2026, 11, 30), load().version)
    url = store.engine.url.render_as_string(hide_password=False)
    first, second = any_port(), any_port()
    people = [Phone(code) for _ in range(6)]
    with app(first, tmp_path / "first.log", **{DATABASE: url}) as process:
        for person in people:
            assert person.send(first, "join", nickname="", lang="en")[0] == 303
        room = store.room(code)
        while room.step.kind != "first":
            assert store.move(room, act(room.state, "next", room.steps, store.clock()))
            room = store.room(code)
        vote = {"ballot": room.step.key, "choice": "dont", "why": "so"}
        for number, person in enumerate(people[:4]):
            status, told = person.send(first, "vote", **vote, vote=str(number))
            assert (status, b"Your vote" in told) == (200, True)
        killed(process)
    assert store.tally(room, room.step.key) == {"dont": 4}
    # Phones send again what they heard nothing of, to whichever process answers: three of them had been counted.
    with app(second, tmp_path / "second.log", **{DATABASE: url}):
        for number, person in enumerate(people[1:], 1):
            status, told = person.send(second, "vote", **vote, vote=str(number))
            assert (status, b"Your vote" in told) == (200, True)
    assert store.tally(room, room.step.key) == {"dont": 6}
    assert store.count_people(room) == 6
    for log in ("first.log", "second.log"):
        assert "Traceback" not in (tmp_path / log).read_text()
