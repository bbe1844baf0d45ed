"""Rooms full of people, beside Streamlit's own hello-world page: `python -m benchmarks.load [part ...]`.

Parts: `rooms` (25, 100 and 300 people who think for six seconds between clicks), `link` (one link that sixty people
open at once), `verdicts` (150 different links one after another, and a PDF from every seventh), `pdfs` (100 reports),
`uploads` (20 files handed in and checked at once). Without a part: all of them, in about ten minutes.

Each part has a server of its own, on the first processor core, and people on the second (`visitor.py`), so that one
does not slow the other. Beside it stands a page with a title and a button, served by `streamlit run` with the options
that it has by default, on the same core in the same run: on a busy machine only the ratio to it says something. "Work"
is the processor time of the server for one of the things counted; "late" is how late the people's own core was (95th
percentile): where that is near the times themselves, the core of the people was the limit, and not the server.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles

from advisor import encode, situation
from advisor.cli.serve import HOST, free_port
from advisor.content.load import load
from benchmarks import chats, machine
from benchmarks.app import memory_mb, served
from benchmarks.upload import watched
from benchmarks.visitor import Visitor

HELLO = """
import streamlit as st
st.title(f"Question {st.session_state.get('n', 0)}")
if st.button("I don't know", key="unknown"):
    st.session_state["n"] = st.session_state.get("n", 0) + 1
    st.rerun()
st.download_button("A file", lambda: b"%PDF-1.7", file_name="hello.pdf", key="report")
"""
ROOMS = (25, 100, 300)
SERVER, PEOPLE = 0, 1
"""Processor cores."""
HEAD = ("what", "this app", "hello world", "ratio", "work", "ratio", "errors", "late", "memory: peak, end")
TICK = 0.05
KNOWN = 0.8
"""Share of the questions with answers to choose from to which people know the answer."""


@dataclass
class Told:
    """What came of a part: seconds by what was done, errors by name, and what the server took for it."""

    times: dict[str, list[float]] = field(default_factory=dict)
    errors: Counter[str] = field(default_factory=Counter)
    late: list[float] = field(default_factory=list)
    work: float = 0.0
    peak_mb: float = 0.0
    end_mb: float = 0.0

    def add(self, what: str, seconds: float) -> None:
        self.times.setdefault(what, []).append(seconds)


@dataclass(frozen=True)
class Asked:
    """How much is measured."""

    rooms: tuple[int, ...]
    seconds: float
    think: float
    people: int
    verdicts: int
    pdfs: int
    uploads: int
    megabytes: float


Part = Callable[[int, Told, Asked], Awaitable[None]]


def main() -> None:
    """Measure and print a table for each part: median and 95th percentile of what people waited for."""
    asked, parts = options()
    with suppress(AttributeError, OSError):  # a system that does not pin, or one with a single core
        os.sched_setaffinity(0, {PEOPLE})
    print(machine.describe("streamlit", "websockets"))
    for name in parts:
        runs = (
            [(f"{people} people", room(people)) for people in asked.rooms] if name == "rooms" else [(name, PARTS[name])]
        )
        for title, part in runs:
            rows = lines(title, run(part, asked, ours=True), run(beside(part), asked, ours=False))
            print(machine.table([HEAD, *rows]), end="\n\n", flush=True)


def options() -> tuple[Asked, list[str]]:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", nargs="*", metavar="part", help="what to measure; all if none is named")
    parser.add_argument("--rooms", type=int, nargs="+", default=ROOMS, help="how many people sit in each room")
    parser.add_argument("--seconds", type=float, default=60, help="how long a room is watched")
    parser.add_argument("--think", type=float, default=6, help="seconds between clicks, on average")
    parser.add_argument("--people", type=int, default=60, help="who open one link at once")
    parser.add_argument("--verdicts", type=int, default=150)
    parser.add_argument("--pdfs", type=int, default=100)
    parser.add_argument("--uploads", type=int, default=20)
    parser.add_argument("--megabytes", type=float, default=2, help="size of each file handed in")
    given = parser.parse_args()
    amounts = vars(given)
    parts = amounts.pop("part") or ["rooms", *PARTS]
    if unknown := set(parts) - {"rooms", *PARTS}:
        parser.error(f"no such part: {', '.join(sorted(unknown))}; there are: rooms, {', '.join(PARTS)}")
    return Asked(**{**amounts, "rooms": tuple(given.rooms)}), list(parts)


def run(part: Part, asked: Asked, *, ours: bool) -> Told:
    """A part of the load on a fresh server."""
    told = Told()
    with server(ours) as (pid, port):
        begun = processor_seconds(pid)
        with watched(pid) as most:
            asyncio.run(_watched(part(port, told, asked), told))
        told.work, told.peak_mb, told.end_mb = processor_seconds(pid) - begun, most[0], memory_mb(pid)
    return told


async def _watched(part: Awaitable[None], told: Told) -> None:
    """Note meanwhile how late this process is itself."""

    async def tick() -> None:
        while True:
            due = time.perf_counter() + TICK
            await asyncio.sleep(TICK)
            told.late.append(time.perf_counter() - due)

    ticking = asyncio.create_task(tick())
    await part
    ticking.cancel()


@contextmanager
def server(ours: bool) -> Iterator[tuple[int, int]]:
    """Process and port of a server that is warm, on its own core."""
    port = free_port(HOST)
    with tempfile.TemporaryDirectory() as folder:
        hello = Path(folder) / "hello.py"
        hello.write_text(HELLO)
        options = ["--server.port", str(port), "--server.address", HOST, "--server.headless", "true"]
        command = (
            [sys.executable, "-m", "advisor", "app", "--no-browser", "--port", str(port)]
            if ours
            else [sys.executable, "-m", "streamlit", "run", str(hello), *options, "--browser.gatherUsageStats", "false"]
        )
        # A page of its own folder, so that it does not find this project's configuration.
        before = os.getcwd()  # noqa: PTH109
        os.chdir(folder)
        try:
            with served(command, port, "/healthz" if ours else "/_stcore/health") as (process, _):
                with suppress(AttributeError, OSError):
                    for thread in Path(f"/proc/{process.pid}/task").iterdir():
                        os.sched_setaffinity(int(thread.name), {SERVER})
                asyncio.run(_warmed(port, ours))
                yield process.pid, port
        finally:
            os.chdir(before)


async def _warmed(port: int, ours: bool) -> None:
    """The first readers wait for imports; they are not counted."""
    for page in ("", "verdict") if ours else ("",):
        first = Visitor(port, page, f"lang=en&a={encode(situation(goal='measurable'))}")
        await first.open()
        if page or not ours:
            await first.fetch("report")
        await first.close()


def processor_seconds(pid: int) -> float:
    """Processor time that a process has used, where the system tells."""
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        return 0.0
    fields = stat.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def room(people: int) -> Part:
    """People who click through the interview, read the verdict, and begin anew."""

    async def part(port: int, told: Told, asked: Asked) -> None:
        end = time.perf_counter() + asked.seconds
        seats = [_person(port, told, asked, random.Random(seat), end) for seat in range(people)]
        await asyncio.gather(*seats)

    return part


async def _person(port: int, told: Told, asked: Asked, rng: random.Random, end: float) -> None:
    await asyncio.sleep(rng.random() * asked.think)
    while time.perf_counter() < end:
        visitor = Visitor(port)
        try:
            told.add("open", await visitor.open())
            while visitor.has("unknown") and time.perf_counter() < end:
                await asyncio.sleep(asked.think * (0.5 + rng.random()))
                await _answer(visitor, told, rng)
            if not visitor.has("unknown"):
                await asyncio.sleep(asked.think)
                reader = Visitor(port, "verdict", visitor.query)
                told.add("verdict", await reader.open())
                await reader.close()
        except Exception as error:  # whatever it is, it is counted and shown
            told.errors[type(error).__name__] += 1
        finally:
            await visitor.close()


async def _answer(visitor: Visitor, told: Told, rng: random.Random) -> None:
    """Choose one of the answers and go on, if it is a question with answers to choose from; else do not know."""
    shown = [one.radio for one in visitor.elements if one.WhichOneof("type") == "radio"]
    number = any(one.WhichOneof("type") in ("number_input", "text_input") for one in visitor.elements)
    known = bool(shown) and not number and rng.random() < KNOWN
    if known:
        told.add("click", await visitor.choose(shown[0].id, rng.choice(shown[0].options)))
    told.add("click", await visitor.click("continue" if known else "unknown"))


def links(number: int, seed: int = 1) -> list[str]:
    """Addresses of different verdicts: random answers to four to twelve questions."""
    rng = random.Random(seed)
    questions = [one for one in load().questions if one.type in ("choice", "yes_no")]
    found = []
    for _ in range(number):
        asked = rng.sample(questions, rng.randint(4, 12))
        found.append(f"lang=en&a={encode(situation(**{one.id: rng.choice(one.values) for one in asked}))}")
    return found


async def link(port: int, told: Told, asked: Asked) -> None:
    """One link that all open at once."""
    people = [Visitor(port, "verdict", links(1, seed=60)[0]) for _ in range(asked.people)]
    await asyncio.gather(*(_opened(one, told) for one in people))


async def _opened(visitor: Visitor, told: Told) -> None:
    try:
        told.add("open", await visitor.open())
    except Exception as error:
        told.errors[type(error).__name__] += 1
    finally:
        await visitor.close()


async def verdicts(port: int, told: Told, asked: Asked) -> None:
    """Different verdicts one after another, each with its charts, and some with a report."""
    for place, query in enumerate(links(asked.verdicts)):
        visitor = Visitor(port, "verdict", query)
        told.add("open", await visitor.open())
        if place % 7 == 0:
            await visitor.fetch("report")
        await visitor.close()


async def pdfs(port: int, told: Told, asked: Asked) -> None:
    """Reports, asked for by ten people at a time."""
    waiting = iter(links(asked.pdfs, seed=100))

    async def reader() -> None:
        for query in waiting:
            visitor = Visitor(port, "verdict", query)
            try:
                await visitor.open()
                begun = time.perf_counter()
                made = await visitor.fetch("report")
                told.add("report", time.perf_counter() - begun)
                told.errors["no PDF"] += not made.startswith(b"%PDF")
            except Exception as error:
                told.errors[type(error).__name__] += 1
            finally:
                await visitor.close()

    await asyncio.gather(*(reader() for _ in range(10)))


async def uploads(port: int, told: Told, asked: Asked) -> None:
    """Training files handed in and checked, all at once."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "chats.jsonl"
        chats.write(file, int(asked.megabytes * 1_000_000))
        data = file.read_bytes()
    await asyncio.gather(*(_handed_in(port, told, data) for _ in range(asked.uploads)))


async def _handed_in(port: int, told: Told, data: bytes) -> None:
    visitor = Visitor(port, "data")
    try:
        await visitor.open()
        begun = time.perf_counter()
        await visitor.hand_in("chats.jsonl", data)
        told.add("hand in", time.perf_counter() - begun)
        await visitor.click("check-data")
        while "what verdict" not in visitor.text():
            await visitor.look_again()
        told.add("hand in and check", time.perf_counter() - begun)
    except Exception as error:
        told.errors[type(error).__name__] += 1
    finally:
        await visitor.close()


PARTS: dict[str, Part] = {"link": link, "verdicts": verdicts, "pdfs": pdfs, "uploads": uploads}


def beside(part: Part) -> Part:
    """What the hello-world page is asked for meanwhile: the same, where it has something like it, else clicks."""
    return _twenty_clicks if part is uploads else part


async def _twenty_clicks(port: int, told: Told, asked: Asked) -> None:
    async def one() -> None:
        visitor = Visitor(port)
        await visitor.open()
        told.add("click", await visitor.click("unknown"))
        await visitor.close()

    await asyncio.gather(*(one() for _ in range(asked.uploads)))


def lines(title: str, ours: Told, theirs: Told) -> list[tuple[str, ...]]:
    """Rows of the table. Where hello world does nothing like it, its click or its opening stands beside."""
    rows: list[tuple[str, ...]] = []
    done, hello_done = (sum(map(len, one.times.values())) for one in (ours, theirs))
    work, hello_work = 1000 * ours.work / max(1, done), 1000 * theirs.work / max(1, hello_done)
    for what, times in ours.times.items():
        other = next((theirs.times[name] for name in (what, "open", "click") if name in theirs.times), [])
        (middle, high), (hello_middle, hello_high) = spread(times), spread(other)
        first = not rows
        rows.append(
            (
                f"{title}: {what}, {len(times)} times",
                f"{middle:.0f} / {high:.0f} ms",
                f"{hello_middle:.0f} / {hello_high:.0f} ms",
                f"{ratio(middle, hello_middle)} / {ratio(high, hello_high)}",
                f"{work:.0f} and {hello_work:.0f} ms" if first else "",
                ratio(work, hello_work) if first else "",
                f"{said(ours.errors)} and {said(theirs.errors)}" if first else "",
                f"{spread(ours.late)[1]:.0f} and {spread(theirs.late)[1]:.0f} ms" if first else "",
                f"{ours.peak_mb:.0f}, {ours.end_mb:.0f}; {theirs.peak_mb:.0f}, {theirs.end_mb:.0f} MB" if first else "",
            )
        )
    return rows


def spread(times: list[float]) -> tuple[float, float]:
    """Median and 95th percentile of seconds, in milliseconds."""
    if not times:
        return 0.0, 0.0
    high = quantiles(times, n=20)[-1] if len(times) > 1 else times[0]
    return 1000 * median(times), 1000 * high


def ratio(ours: float, theirs: float) -> str:
    return f"{ours / theirs:.1f}" if theirs else "–"


def said(errors: Counter[str]) -> str:
    return ", ".join(f"{count} {name}" for name, count in errors.items() if count) or "none"


if __name__ == "__main__":
    main()
