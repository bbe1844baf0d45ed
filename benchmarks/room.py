"""A workshop of 300 phones on one process: `python -m benchmarks.room` (`--phones`, `--arrive`, `--beside`).

Each phone loads the page with its style and script, joins, and waits for the next step as the script does, by a request
that is held. Somebody leads: a first vote for which people take their time, and a second one at which all vote in the
same moment. "Step" is how long it takes from the press of whoever leads until a phone has the next page; "count" how
long after the last vote was answered its count stands on the page of whoever leads. At the end the votes in the
database are compared with those that phones were told of: none may be lost, and none counted twice.

The server has the first processor core, the phones the second. `--beside` opens as many sessions of Streamlit's
hello-world page on the same core afterwards, and measures what they wait for and take.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import re
import sys
import tempfile
import time
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from urllib.parse import urlencode

from websockets.exceptions import WebSocketException

from advisor.cli.serve import HOST, free_port
from advisor.content.load import load
from advisor.wording import VERDICTS
from advisor.workshop.debate import steps_of
from advisor.workshop.location import DATABASE
from advisor.workshop.opening import plan_of
from advisor.workshop.store import Store, engine_of
from benchmarks import machine
from benchmarks.app import memory_mb, served
from benchmarks.load import PEOPLE, SERVER, Told, processor_seconds, said, server, spread
from benchmarks.upload import watched
from benchmarks.visitor import Visitor

AIMS = {"join": 500.0, "vote": 100.0, "burst": 100.0, "at once": 0.0, "step": 1000.0, "count": 1000.0}
"""95th percentiles in milliseconds that are aimed at; `count` is for the page of whoever leads."""
AIM_MEMORY_MB = 400
THINK_SECONDS = {"vote": 10.0, "burst": 2.0, "at once": 0.0}
"""The longest that anybody takes before the first vote, and before the second when they hear "vote now"; and what no
room does, all in the same moment. Assumptions.
"""


@dataclass
class Phone:
    """A browser of somebody in the room: one connection that it keeps for pages, and one on which it waits."""

    port: int
    code: str
    cookie: str = ""
    version: int = 0
    streams: dict[str, tuple[asyncio.StreamReader, asyncio.StreamWriter]] = field(default_factory=dict)

    async def ask(self, path: str, form: dict[str, str] | None = None, by: str = "page") -> tuple[int, str]:
        """Status and text of an answer. Cookies are kept; a connection that was left idle and closed is opened anew."""
        try:
            return await self._asked(path, form, by)
        except (asyncio.IncompleteReadError, ConnectionError):
            del self.streams[by]
            return await self._asked(path, form, by)

    async def _asked(self, path: str, form: dict[str, str] | None, by: str) -> tuple[int, str]:
        if by not in self.streams:
            self.streams[by] = await asyncio.open_connection(HOST, self.port)
        reader, writer = self.streams[by]
        body = urlencode(form).encode() if form is not None else b""
        head = [
            f"{'GET' if form is None else 'POST'} {path} HTTP/1.1",
            f"Host: {HOST}:{self.port}",
            f"Accept: {'text/html' if by == 'page' else 'application/json'}",
            *([f"Cookie: {self.cookie}"] if self.cookie else []),
            *(["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"] if body else []),
        ]
        writer.write("\r\n".join([*head, "", ""]).encode() + body)
        lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        if "set-cookie" in headers:
            self.cookie = headers["set-cookie"].partition(";")[0]
        text = await reader.readexactly(int(headers.get("content-length", 0)))
        return int(lines[0].split()[1]), text.decode()

    async def join(self) -> None:
        """Load the page and its files, join, and load the page of the lobby."""
        _, page = await self.ask(f"/room/{self.code}")
        await self.ask(f"/room/{self.code}/join", {"nickname": "", "lang": "en"})
        _, page = await self.ask(f"/room/{self.code}")
        await asyncio.gather(*(self.ask(f"/room/{name}", by=name) for name in re.findall(r"static/[\w.-]+", page)))
        found = re.search(r'data-version="(\d+)"', page)
        assert found, page[:300]
        self.version = int(found[1])

    async def next_step(self) -> None:
        """Wait until the room is at another step, and have its page."""
        while True:
            status, text = await self.ask(f"/room/{self.code}/live?at={self.version}", by="live")
            if status == 200:
                self.version = json.loads(text)["version"]
                return
            assert status == 204, status

    async def vote(self, ballot: str, choice: str, number: str) -> None:
        form = {"ballot": ballot, "choice": choice, "confidence": "2", "why": "because of it", "vote": number}
        status, text = await self.ask(f"/room/{self.code}/vote", form, by="vote")
        assert status == 200, status
        assert "Your vote" in text, text[:200]

    def close(self) -> None:
        for _, writer in self.streams.values():
            writer.close()


async def debate(port: int, store: Store, code: str, secret: str, asked: argparse.Namespace, told: Told) -> None:
    """The room from the first who joins to how it moved."""
    phones = [Phone(port, code) for _ in range(asked.phones)]
    lead = Phone(port, code)
    await lead.ask(f"/room/{code}/lead?key={secret}")
    room = store.room(code)
    assert room is not None
    rng = random.Random(1)

    async def joined(phone: Phone) -> None:
        await asyncio.sleep(rng.uniform(0, asked.arrive))
        await timed("join", phone.join(), told)

    await asyncio.gather(*map(joined, phones))
    version = 1

    async def go_on() -> None:
        """Press Next, and wait until every phone has the next page."""
        nonlocal version
        waiting = [asyncio.create_task(phone.next_step()) for phone in phones]
        await asyncio.sleep(0.5)
        begun = time.perf_counter()
        pressed = lead.ask(f"/room/{code}/lead/act", {"action": "next", "version": str(version)}, by="act")
        for task in waiting:
            task.add_done_callback(lambda _: told.add("step", time.perf_counter() - begun))
        status, text = await pressed
        assert status == 200, status
        version = json.loads(text)["version"]
        await asyncio.gather(*waiting)

    async def counted(n: int) -> None:
        """Wait until the page of whoever leads says that so many have voted."""
        while True:
            _, text = await lead.ask(f"/room/{code}/lead/live?at={version}", by="live")
            if json.loads(text)["count"].startswith(f"{n} of"):
                return

    async def voted(phone: Phone, seat: int, ballot: str, think: float, what: str) -> None:
        await asyncio.sleep(rng.uniform(0, think))
        await timed(what, phone.vote(ballot, VERDICTS[seat % 3], f"{what}-{seat}"), told)

    for what, think in THINK_SECONDS.items():
        step = room.steps[store.room(code).state.step]
        while not step.votes or (what == "burst" and step.kind == "first"):
            await go_on()
            step = room.steps[store.room(code).state.step]
        sent = [voted(phone, seat, step.key, think, what) for seat, phone in enumerate(phones)]
        showing = asyncio.create_task(counted(len(phones)))
        await asyncio.gather(*sent)
        await timed("count", showing, told)
        tally = store.tally(room, step.key)
        assert sum(tally.values()) == len(phones), tally
    await go_on()
    for phone in (*phones, lead):
        phone.close()


async def timed(what: str, doing: Awaitable[None], told: Told) -> None:
    begun = time.perf_counter()
    await doing
    told.add(what, time.perf_counter() - begun)


def ours(asked: argparse.Namespace) -> Told:
    """The workshop, on a fresh server with a database of its own."""
    told, port = Told(), free_port(HOST)
    with tempfile.TemporaryDirectory() as folder:
        url = os.environ[DATABASE] = f"sqlite:///{Path(folder) / 'rooms.sqlite3'}"
        store, content = Store(engine_of(url)), load()
        plan = plan_of(10, content)
        assert plan is not None
        code, secret = store.open_room("Benchmark", "en", steps_of(plan), date.today(), content.version)
        command = [sys.executable, "-m", "advisor", "app", "--no-browser", "--port", str(port)]
        with served(command, port) as (process, _):
            pinned(process.pid)
            asyncio.run(Phone(port, code).ask(f"/room/{code}"))  # the first one waits for imports
            begun, told.end_mb = processor_seconds(process.pid), memory_mb(process.pid)
            with watched(process.pid) as most:
                asyncio.run(debate(port, store, code, secret, asked, told))
            told.work, told.peak_mb = processor_seconds(process.pid) - begun, most[0]
        store.close()
    return told


def pinned(pid: int) -> None:
    with suppress(AttributeError, OSError):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            os.sched_setaffinity(int(thread.name), {SERVER})


def hello(asked: argparse.Namespace) -> Told:
    """As many people who open Streamlit's hello-world page in the same time, press its button, and stay."""
    told = Told()

    async def one(port: int, rng: random.Random) -> Visitor:
        await asyncio.sleep(rng.uniform(0, asked.arrive))
        visitor = Visitor(port)
        begun = time.perf_counter()
        await visitor.open()
        told.add("join", time.perf_counter() - begun)
        return visitor

    async def all_of_them(port: int) -> None:
        rng = random.Random(1)
        visitors = await asyncio.gather(*(one(port, rng) for _ in range(asked.phones)))
        begun = time.perf_counter()

        async def click(visitor: Visitor) -> None:
            try:
                await visitor.click("unknown")
                told.add("burst", time.perf_counter() - begun)
                await visitor.close()
            except (OSError, TimeoutError, WebSocketException):  # it gives up on some when all press at once
                told.errors["lost"] += 1

        await asyncio.gather(*map(click, visitors))

    with server(ours=False) as (pid, port):
        begun = processor_seconds(pid)
        with watched(pid) as most:
            asyncio.run(all_of_them(port))
        told.work, told.peak_mb, told.end_mb = processor_seconds(pid) - begun, most[0], memory_mb(pid)
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--phones", type=int, default=300)
    parser.add_argument("--arrive", type=float, default=20, help="seconds in which all of them join")
    parser.add_argument("--beside", action="store_true", help="measure as many sessions of hello world, too")
    asked = parser.parse_args()
    with suppress(AttributeError, OSError):  # a system that does not pin, or one with a single core
        os.sched_setaffinity(0, {PEOPLE})
    print(machine.describe("streamlit", "sqlalchemy"))
    told, other = ours(asked), hello(asked) if asked.beside else Told()
    rows = [("what", "times", "median / 95th percentile", "aim, 95th", "hello world")]
    for what, times in told.times.items():
        (middle, high), (hello_middle, hello_high) = spread(times), spread(other.times.get(what, []))
        beside = f"{hello_middle:.0f} / {hello_high:.0f} ms" if what in other.times else ""
        rows.append(
            (
                what,
                str(len(times)),
                f"{middle:.0f} / {high:.0f} ms",
                f"{AIMS[what]:.0f} ms" if AIMS[what] else "",
                beside,
            )
        )
    memory = f"{other.peak_mb:.0f} MB" if asked.beside else ""
    work = f"{other.work:.1f} s" if asked.beside else ""
    rows.append(("memory before anybody joins", "", f"{told.end_mb:.0f} MB", "", ""))
    rows.append(("memory, peak", "", f"{told.peak_mb:.0f} MB", f"{AIM_MEMORY_MB} MB", memory))
    rows.append(("lost", "", "none", "none", said(other.errors) if asked.beside else ""))
    rows.append(("processor time of the server", "", f"{told.work:.1f} s", "", work))
    print(machine.table(rows))


if __name__ == "__main__":
    main()
