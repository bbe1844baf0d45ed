"""What a pilot adds to a request: `python -m benchmarks.pilot` (`--requests`, `--rounds`).

The same requests go to the same server, which runs in a process of its own: by the bare SDK in as many threads, which
reads each answer as it streams, and by a pilot, which reserves their cost, keeps request and answer in its file, and
counts. "Processor" is the time that either takes of a processor, a request; "wall" what passes, a request. The
smallest of several rounds counts: on a busy machine all others measure the neighbours.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import openai

from advisor.kits.kit import Row
from advisor.pilot import Arm, Divided, Metric, Pilot, Setup
from tests.pilot.server import Reply, serving

AIM_MS = 5.0
"""Most that a pilot may add to a request, of a processor and by the clock."""
AT_ONCE = 20
ANSWER = "This is an answer of a usual length, with some twenty words in it, which come one by one as models do."


@dataclass(frozen=True)
class Took:
    """Milliseconds a request."""

    processor: float
    wall: float


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    rows = [_row(n) for n in range(asked.requests)]
    bare, piloted = [], []
    with _served() as address:
        _bare(address, rows[:AT_ONCE])  # imports, and connections of the server
        for _ in range(asked.rounds):
            bare.append(_bare(address, rows))
            piloted.append(_piloted(address, rows))
    late = 0
    print(f"{asked.requests} requests, {AT_ONCE} at once, milliseconds a request, least of {asked.rounds} rounds")
    for name in ("processor", "wall"):
        sdk, pilot = (min(getattr(one, name) for one in some) for some in (bare, piloted))
        late += pilot - sdk > AIM_MS
        print(f"{name:>10}: SDK {sdk:.2f}, pilot {pilot:.2f}, added {pilot - sdk:.2f} (aim {AIM_MS:g})")
    return 1 if late else 0


def _row(n: int) -> Row:
    text = f"Question {n}: is what stands here of the length that questions of customers usually have, or longer?"
    messages = [{"role": "system", "content": "Answer the question."}, {"role": "user", "content": text}]
    return {"id": f"row-{n:05d}", "messages": messages, "gold": "yes", "metric": "normalised", "decline": []}


def _bare(address: str, rows: list[Row]) -> Took:
    with openai.OpenAI(base_url=address, api_key="none", max_retries=0) as client:

        def ask(row: Row) -> str:
            stream: Any = client.chat.completions.create(
                model="small",
                messages=row["messages"],
                max_tokens=64,
                temperature=0.0,
                stream=True,
                stream_options={"include_usage": True},
            )
            return "".join(choice.delta.content or "" for chunk in stream for choice in chunk.choices)

        with ThreadPoolExecutor(AT_ONCE) as pool, _timed(len(rows)) as took:
            assert all(answer.strip() == ANSWER for answer in pool.map(ask, rows))
    return took[0]


def _piloted(address: str, rows: list[Row]) -> Took:
    arms = (Arm(id="as_is", kind="as_is"),)
    setup = Setup(
        base_url=address,
        model="small",
        arms=arms,
        metric=Metric(name="normalised"),
        most_tokens=64,
        budget_tokens=10**9,
    )
    with tempfile.TemporaryDirectory() as folder:
        pilot = Pilot.create(Path(folder) / "pilot.sqlite", setup, Divided(tuple(rows), (), setup.metric))
        consent = pilot.consent(AT_ONCE)
        with _timed(len(rows)) as took:
            done = pilot.run(consent, concurrency=AT_ONCE)
        assert (done.state, done.failed) == ("done", 0), done
        pilot.close()
    return took[0]


@contextmanager
def _timed(n: int) -> Iterator[list[Took]]:
    took: list[Took] = []
    processor, wall = time.process_time(), time.perf_counter()
    yield took
    took.append(Took((time.process_time() - processor) * 1000 / n, (time.perf_counter() - wall) * 1000 / n))


@contextmanager
def _served() -> Iterator[str]:
    """The address of a server in a process of its own."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    try:
        yield ours.recv()
    finally:
        ours.send(None)
        process.join(10)


def _serve(pipe: Connection) -> None:
    with serving(Reply(ANSWER)) as server:
        pipe.send(server.address)
        pipe.recv()


if __name__ == "__main__":
    sys.exit(main())
