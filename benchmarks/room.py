"""A workshop of 300 phones on one process: `python -m benchmarks.room` (`--phones`, `--far`, `--arrive`, `--beside`).

Each phone loads the page with its style and script, joins, and waits for the next step as the script does, by a request
that is held. Somebody leads: a first vote for which people take their time, and a second one at which all vote in the
same moment. "Step" is how long it takes from the press of whoever leads until a phone has the next page; "count" how
long after the last vote was answered its count stands on the page of whoever leads. At the end the votes in the
database are compared with those that phones were told of: none may be lost, and none counted twice.

Before that, a few phones far away come to a room that is at its first case, each over a slow line of its own: "first
case" is how long it takes from the address to a page with the case on it, with its style, for people who press Join as
soon as they can.

The server has the first processor core, the phones the second. `--beside` opens as many sessions of Streamlit's
hello-world page on the same core afterwards, and measures what they wait for and take.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import os
import random
import re
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from urllib.parse import urlencode

from markupsafe import escape
from websockets.exceptions import WebSocketException

from advisor.cli.serve import HOST, free_port
from advisor.content.load import Content, load
from advisor.wording import VERDICTS
from advisor.workshop.case_texts import case_texts
from advisor.workshop.debate import act, steps_of
from advisor.workshop.location import DATABASE
from advisor.workshop.opening import plan_of
from advisor.workshop.store import Store, engine_of
from benchmarks import machine
from benchmarks.app import memory_mb, served
from benchmarks.load import PEOPLE, SERVER, Told, processor_seconds, said, server, spread
from benchmarks.upload import watched
from benchmarks.visitor import Visitor

AIMS = {
    "first case": 3000.0,
    "join": 500.0,
    "vote": 100.0,
    "burst": 100.0,
    "at once": 0.0,
    "step": 1000.0,
    "count": 1000.0,
}
"""95th percentiles in milliseconds that are aimed at; `count` is for the page of whoever leads."""
AIM_MEMORY_MB = 400
THINK_SECONDS = {"vote": 10.0, "burst": 2.0, "at once": 0.0}
"""The longest that anybody takes before the first vote, and before the second when they hear "vote now"; and what no
room does, all in the same moment. Assumptions.
"""


BITS_A_SECOND = 480_000
ROUND_TRIP_SECONDS = 0.3
"""A poor mobile network."""


class Line:
    """A slow line to a port: what is sent waits for what was sent before it, and takes half a round trip.

    A connection is open after one round trip, as TCP has it; that TCP begins slowly is not modelled: no answer of a
    room is longer than what it sends at once.
    """

    def __init__(self, port: int) -> None:
        self.to = port
        self.free = {"up": 0.0, "down": 0.0}
        """When all that was sent so far has left, by direction."""
        self.carrying: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def open(self) -> AsyncIterator[int]:
        """The port on which the line begins."""
        server = await asyncio.start_server(self._connected, HOST, 0)
        yield int(server.sockets[0].getsockname()[1])
        server.close()
        await asyncio.gather(*self.carrying)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(ROUND_TRIP_SECONDS)
        there, back = await asyncio.open_connection(HOST, self.to)
        for way in (self._carry(reader, back, "up"), self._carry(there, writer, "down")):
            self.carrying.add(asyncio.create_task(way))

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: str) -> None:
        loop = asyncio.get_running_loop()
        with suppress(ConnectionError):
            while data := await reader.read(2**16):
                self.free[way] = max(loop.time(), self.free[way]) + len(data) * 8 / BITS_A_SECOND
                loop.call_at(self.free[way] + ROUND_TRIP_SECONDS / 2, writer.write, data)
        loop.call_at(max(loop.time(), self.free[way]) + ROUND_TRIP_SECONDS / 2, writer.close)


@dataclass
class Phone:
    """A browser of somebody in the room: one connection that it keeps for pages, and one on which it waits."""

    port: int
    code: str
    cookie: str = ""
    version: int = 0
    page: str = ""
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
            "Accept-Encoding: gzip",
            *([f"Cookie: {self.cookie}"] if self.cookie else []),
            *(["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"] if body else []),
        ]
        writer.write("\r\n".join([*head, "", ""]).encode() + body)
        lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        if "set-cookie" in headers:
            self.cookie = headers["set-cookie"].partition(";")[0]
        text = await reader.readexactly(int(headers.get("content-length", 0)))
        if headers.get("content-encoding") == "gzip":
            text = gzip.decompress(text)
        return int(lines[0].split()[1]), text.decode()

    async def come(self) -> None:
        """Load the page with its style, join, and load the page of the step that the room is at: all that it needs."""
        _, page = await self.ask(f"/room/{self.code}")
        await self._file(page, ".css")
        await self.ask(f"/room/{self.code}/join", {"nickname": "", "lang": "en"})
        _, self.page = await self.ask(f"/room/{self.code}")

    async def join(self) -> None:
        """Come in, and load the script."""
        await self.come()
        await self._file(self.page, ".js")
        found = re.search(r'data-version="(\d+)"', self.page)
        assert found, self.page[:300]
        self.version = int(found[1])

    async def _file(self, page: str, end: str) -> None:
        """Load a file of a page, over the connection that is free once the page is there."""
        found = re.search(rf"static/[\w-]+{re.escape(end)}", page)
        assert found, page[:300]
        status, _ = await self.ask(f"/room/{found[0]}")
        assert status == 200, status

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


async def far(port: int, store: Store, content: Content, asked: argparse.Namespace, told: Told) -> None:
    """A few come to a room that somebody has led to its first case, all at once, each over a slow line."""
    code, secret = opened(store, content)
    lead = Phone(port, code)
    await lead.ask(f"/room/{code}/lead?key={secret}")
    await lead.ask(f"/room/{code}/lead")
    lead.close()
    while (room := store.room(code)) and room.step.kind != "case":
        assert store.move(room, act(room.state, "next", room.steps, store.clock()))
    assert room is not None
    texts = case_texts(room.step.case, room.day, "en", content)
    assert texts is not None

    async def come() -> None:
        async with Line(port).open() as near:
            phone = Phone(near, code)
            await timed("first case", phone.come(), told)
            phone.close()
        assert str(escape(texts.facts)) in phone.page, phone.page[:300]

    await asyncio.gather(*(come() for _ in range(asked.far)))


def opened(store: Store, content: Content) -> tuple[str, str]:
    plan = plan_of(10, content)
    assert plan is not None
    return store.open_room("Benchmark", "en", steps_of(plan), date.today(), content.version)


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
        code, secret = opened(store, content)
        command = [sys.executable, "-m", "advisor", "app", "--no-browser", "--port", str(port)]
        with served(command, port) as (process, _):
            pinned(process.pid)
            asyncio.run(Phone(port, code).ask(f"/room/{code}"))  # the first one waits for imports
            asyncio.run(far(port, store, content, asked, told))
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
    given_up = (OSError, TimeoutError, WebSocketException)

    async def one(port: int, rng: random.Random) -> Visitor | None:
        await asyncio.sleep(rng.uniform(0, asked.arrive))
        visitor = Visitor(port)
        begun = time.perf_counter()
        try:
            await visitor.open()
        except given_up:
            told.errors["never opened"] += 1
            return None
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
            except given_up:  # it gives up on some when all press at once
                told.errors["lost"] += 1

        await asyncio.gather(*(click(visitor) for visitor in visitors if visitor))

    with server(ours=False) as (pid, port):
        begun = processor_seconds(pid)
        with watched(pid) as most:
            asyncio.run(all_of_them(port))
        told.work, told.peak_mb, told.end_mb = processor_seconds(pid) - begun, most[0], memory_mb(pid)
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--phones", type=int, default=300)
    parser.add_argument("--far", type=int, default=25, help="phones that come over a slow line")
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
