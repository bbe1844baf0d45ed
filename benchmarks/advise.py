"""How long an advice takes on one core: `python -m benchmarks.advise [--runs 50] [--profile]`.

A full advice has scenarios, shares, costs, times, flips and the next question. Each run advises on another
situation (one number differs), so that nothing is answered from a cache. On a busy machine look at the processor time,
and at how many times that of the baseline it is: a fixed number of small NumPy calls, in the same run.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from statistics import median

# One core, said before any library counts them.
for _name in ("POLARS_MAX_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})

import numpy as np  # noqa: E402
import polars as pl  # noqa: E402

from advisor import Situation, advise, advise_many, glance, read_situation, situation  # noqa: E402
from advisor.content.evidence import evidence_cases  # noqa: E402
from advisor.content.load import load  # noqa: E402
from benchmarks import machine  # noqa: E402

AT = date(2026, 11, 22)
AIM_MS = 60
AIM_FIRST_MS = 700
AIM_MANY_S = 8
CASE = load().cases[0]
FIRST = (
    "import time; from datetime import date; from advisor import advise, situation;"
    "advise(situation(), date(2026, 11, 22)); print(time.process_time())"
)
"""A process that advises once, and says what of the processor it took since it began."""
FIRST_RUNS = 5
BASELINE_CALLS = 3_000
"""Small NumPy calls of the baseline: about a twelfth of an advice."""


def main() -> None:
    """Measure and print the table, or with --profile where the time goes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=50)
    parser.add_argument("--rows", type=int, default=10_000, help="use cases in the portfolio")
    parser.add_argument("--profile", action="store_true", help="print what twenty advices spend their time on")
    options = parser.parse_args()
    if options.profile:
        profile()
        return
    advice = advise(known(0), AT)
    full = timed(lambda run: advise(known(run), AT), options.runs)
    blank = timed(lambda run: advise(situation(day_rate=400 + run), AT), options.runs)
    short = timed(lambda run: glance(known(run), AT), options.runs)
    published = [read_situation(case.answers) for case in (*load().cases, *evidence_cases())]
    cases = timed(lambda run: advise(published[run % len(published)], AT), len(published))
    first = started(FIRST_RUNS)
    frame = portfolio(options.rows)
    many = timed(lambda _: advise_many(frame, AT), 1)
    print(machine.describe("polars", "numpy", "typst"), "(one core used)")
    known_answers = f"full advice, {advice.scenarios:,} scenarios, {len(CASE.answers)} answers"
    base = timed(baseline, options.runs)
    rows = [
        ("what", "median", "p95", "processor", "times the baseline", "aim"),
        base.row("the baseline", base),
        full.row(known_answers, base, f"{AIM_MS} ms"),
        cases.row(f"full advice, each of {len(published)} published cases", base, f"{AIM_MS} ms"),
        blank.row("full advice, nothing known", base, f"{AIM_MS} ms"),
        short.row("glance for an interview page", base),
        first.row("first advice of a process, imports included", base, f"{AIM_FIRST_MS} ms"),
        many.row(f"{options.rows:,} use cases in one table", base, f"{AIM_MANY_S} s for 10,000"),
        *reports(options.runs, base),
    ]
    print(machine.table(rows))
    print(f"full advice: {'within' if median(full.processor) * 1000 <= AIM_MS else 'OVER'} the aim, by processor time")


def baseline(_: int) -> None:
    """Work of a fixed size and of the kind that an advice is made of."""
    column = np.linspace(0.0, 1.0, 2048)
    for _call in range(BASELINE_CALLS):
        column = np.where(column > 0.5, column, 0.5)


def started(runs: int) -> Times:
    """The times of processes that advise once."""
    times = Times([], [])
    for _ in range(runs):
        clock = time.perf_counter()
        times.processor.append(float(subprocess.check_output([sys.executable, "-c", FIRST])))
        times.clock.append(time.perf_counter() - clock)
    return times


def known(run: int) -> Situation:
    """The answers of a published case, with another number of examples in each run."""
    return situation(**{**CASE.answers, "labelled_examples": 500 + run})


def portfolio(rows: int) -> pl.DataFrame:
    """Use cases that differ in volume and examples, in the cells of a CSV file."""
    return pl.DataFrame(
        {
            "project": [f"use case {row}" for row in range(rows)],
            "gap": "cost|latency",
            "evaluation_set": [("no", "partial", "yes")[row % 3] for row in range(rows)],
            "labelled_examples": [str(row % 3000) for row in range(rows)],
            "requests_per_month": [f"{1000 + row}..{5000 + 7 * row}" for row in range(rows)],
        }
    )


def reports(runs: int, base: Times) -> list[tuple[str, ...]]:
    """Rows for the PDF: the first of a process, which loads fonts, and later ones."""
    from advisor.report import render

    advices = [advise(known(run), AT) for run in range(min(runs, 10) + 1)]
    cold = timed(lambda _: render(advices[0]), 1)
    warm = timed(lambda run: render(advices[1 + run % (len(advices) - 1)]), min(runs, 10))
    return [cold.row("PDF report, first of a process", base), warm.row("PDF report", base)]


@dataclass(frozen=True)
class Times:
    """Seconds of each run, by the clock and of the processor."""

    clock: list[float]
    processor: list[float]

    def row(self, what: str, base: Times, aim: str = "") -> tuple[str, ...]:
        """What was measured, the median and the 95th percentile by the clock, the median of the processor, and how many
        times that of the baseline it is.
        """
        middle, high = machine.spread(self.clock)
        times = f"{median(self.processor) / median(base.processor):.2f}"
        return what, middle, high if len(self.clock) > 1 else "", machine.spread(self.processor)[0], times, aim


def timed(work: Callable[[int], object], runs: int) -> Times:
    """The times of `runs` runs, after one run that does not count if there are several."""
    if runs > 1:
        work(runs)
    times = Times([], [])
    for run in range(runs):
        clock, processor = time.perf_counter(), time.process_time()
        work(run)
        times.clock.append(time.perf_counter() - clock)
        times.processor.append(time.process_time() - processor)
    return times


def profile() -> None:
    """Print the functions in which twenty advices spend most time of their own."""
    advise(known(0), AT)
    with cProfile.Profile() as watched:
        for run in range(1, 21):
            advise(known(run), AT)
    pstats.Stats(watched).sort_stats("tottime").print_stats(25)


if __name__ == "__main__":
    main()
