"""Processes that end in the middle of a vote: nothing that a phone was told is lost, and nothing counts twice."""

from __future__ import annotations

import http.client
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from threading import Semaphore
from urllib.parse import urlencode

import pytest

from advisor.content.load import load
from advisor.wording import VERDICTS
from advisor.workshop.debate import act, steps_of
from advisor.workshop.location import DATABASE
from advisor.workshop.opening import plan_of
from advisor.workshop.store import Room, Store, engine_of
from tests.ui.server.process import PATIENCE_SECONDS, Process, any_port, app, ask
from tests.ui.server.site import Site

FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
Ask = Callable[..., http.client.HTTPResponse]


@dataclass
class Phone:
    """Somebody in the room; `ask` sends their requests."""

    code: str
    ask: Ask
    cookie: str = ""
    tls_alone: bool = False
    """The browser may send the cookie over TLS alone."""
    statuses: list[int] = field(default_factory=list)

    def send(self, path: str, **form: str) -> tuple[int, bytes]:
        """A form that is sent until there is an answer, as the script of the page does."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            try:
                answer = self._answer(f"/room/{self.code}/{path}", "POST", urlencode(form).encode())
            except (ConnectionError, http.client.HTTPException):
                continue
            self.statuses.append(answer.status)
            if answer.status < 500:
                return answer.status, answer.content
        raise TimeoutError(self.statuses)

    def wait(self, version: int) -> int:
        """The status of the request that is held until the room is at another version."""
        return self._answer(f"/room/{self.code}/live?at={version}", "GET").status

    def _answer(self, target: str, method: str, body: bytes | None = None) -> http.client.HTTPResponse:
        cookie = {"Cookie": self.cookie} if self.cookie else {}
        answer = self.ask(target, method, headers={**FORM, **cookie, "X-Forwarded-Proto": "https"}, body=body)
        if given := answer.headers["set-cookie"]:
            self.cookie, self.tls_alone = given.partition(";")[0], "secure" in given.lower()
        return answer


def opened(store: Store) -> str:
    plan = plan_of(10, load())
    return store.open_room("Tuesday", "en", steps_of(plan), date(2026, 11, 30), load().version)[0]


def led_to(kind: str, store: Store, code: str) -> Room:
    """The room, once somebody has led it to this step."""
    while (room := store.room(code)).step.kind != kind:
        assert store.move(room, act(room.state, "next", room.steps, store.clock()))
    return room


def killed(process: Process) -> None:
    assert process.process
    process.process.kill()
    process.process.wait()


@pytest.mark.deep
def test_a_process_that_starts_anew_goes_on_where_a_killed_one_stopped(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'rooms.sqlite3'}"
    store, port, log = Store(engine_of(url)), any_port(), tmp_path / "app.log"
    code = opened(store)
    people = [Phone(code, lambda *given, **more: ask(port, *given, **more)) for _ in range(6)]
    with app(port, log, **{DATABASE: url}) as process:
        for person in people:
            assert person.send("join", nickname="", lang="en")[0] == 303
            assert not person.tls_alone  # nobody said that a proxy is to be believed
        room = led_to("first", store, code)
        vote = {"ballot": room.step.key, "choice": "dont", "why": "so"}
        for number, person in enumerate(people[:4]):
            status, told = person.send("vote", **vote, vote=str(number))
            assert (status, b"Your vote" in told) == (200, True)
        killed(process)
    assert store.tally(room, room.step.key) == {"dont": 4}
    # Phones send again what they heard nothing of: three of them had been counted.
    with app(port, log, **{DATABASE: url}):
        for number, person in enumerate(people[1:], 1):
            status, told = person.send("vote", **vote, vote=str(number))
            assert (status, b"Your vote" in told) == (200, True)
    assert store.tally(room, room.step.key) == {"dont": 6}
    assert store.count_people(room) == 6
    assert "Traceback" not in log.read_text()
    store.close()


@pytest.fixture
def site(cluster, tmp_path: Path) -> Iterator[Site]:
    """The README's nginx before two processes on one PostgreSQL."""
    one = Site(tmp_path)
    with one.apart:
        one.start_apps(**{DATABASE: cluster.url})
        with one.nginx:
            yield one


@pytest.mark.skipif(sys.platform != "linux", reason="phones need networks of their own: Linux has all of 127/8")
def test_phones_go_on_through_the_other_process_when_one_is_killed_in_the_middle_of_a_vote(cluster, site: Site) -> None:
    store = Store(engine_of(cluster.url))
    code = opened(store)
    people = [Phone(code, site.get_from(f"127.0.{n}.1")) for n in range(1, 41)]
    with ThreadPoolExecutor(16) as pool, ThreadPoolExecutor(len(people)) as held:
        assert {status for status, _ in pool.map(lambda one: one.send("join", nickname="", lang="en"), people)} == {303}
        assert all(one.tls_alone for one in people)
        assert {ports[0] for _, ports in site.asked()} == set(site.apps)  # each process has some of them
        room = led_to("first", store, code)
        waiting = [held.submit(one.wait, room.version) for one in people]
        answered = Semaphore(0)

        def voted(number: int) -> bool:
            choice = VERDICTS[number % 3]
            status, told = people[number].send("vote", ballot=room.step.key, choice=choice, vote=str(number))
            answered.release()
            return (status, b"Your vote" in told) == (200, True)

        voting = [pool.submit(voted, number) for number in range(len(people))]
        for _ in range(len(people) // 3):
            assert answered.acquire(timeout=PATIENCE_SECONDS)
        killed(site.processes[site.apps[0]])
        assert all(one.result() for one in voting)
        assert store.tally(room, room.step.key) == Counter(VERDICTS[number % 3] for number in range(len(people)))
        assert store.count_people(room) == len(people)
        # Whoever waited for the next step at the process that is gone has it from the other.
        led_to("pairs", store, code)
        assert {one.result() for one in waiting} == {200}
    assert {status for one in people for status in one.statuses} == {200, 303}
    assert any(len(ports) == 2 and status == 200 for status, ports in site.asked())
    assert "Traceback" not in (site.folder / f"{site.apps[1]}.log").read_text()
    store.close()
