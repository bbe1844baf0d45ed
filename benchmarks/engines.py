"""What sharing the work costs: `python -m benchmarks.engines [--size 100] [--runs 3]`. Needs Java.

One chat file is checked on as many cores by processes of this machine and by Spark inside it, in turns: *cold* is the
whole command, *warm* a pass after one over a small file. Spark cannot win here; what counts is how little is lost to
it, since that is lost once on a cluster too, while its executors share the rest.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from advisor.content.load import HOME
from advisor.dataset import Spark, Workers, inspect, open_source
from advisor.dataset.inspection.parallel import Engine
from advisor.dataset.inspection.spark import started
from benchmarks import chats, machine

CORES = 2
ENGINES = ("local", "spark")
MB = 1_000_000


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=100, help="of the file, in MB")
    parser.add_argument("--runs", type=int, default=3, help="of each; the median counts")
    parser.add_argument("--warm", nargs=3, metavar=("ENGINE", "FILE", "SMALL"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    os.environ["MASTER"] = f"local[{CORES}]"
    if options.warm:
        engine, file, small = options.warm
        print(warm(engine, Path(file), Path(small)))
        return
    times: dict[tuple[str, str], list[float]] = {(engine, how): [] for engine in ENGINES for how in ("cold", "warm")}
    with tempfile.TemporaryDirectory() as folder:
        file, small = Path(folder) / "chats.jsonl", Path(folder) / "small.jsonl"
        chats.write(file, options.size * MB)
        chats.write(small, 2 * MB, seed=9)
        for _ in range(options.runs):
            for engine in ENGINES:
                times[engine, "cold"].append(cold(engine, file))
                command = [sys.executable, "-m", "benchmarks.engines", "--warm", engine, str(file), str(small)]
                times[engine, "warm"].append(float(subprocess.check_output(command, cwd=HOME)))
    middle = {what: median(some) for what, some in times.items()}
    rows = [("engine", "cold s", "times local", "warm s", "times local", "MB/s warm")]
    for engine in ENGINES:
        by_how = [(middle[engine, how], middle[engine, how] / middle["local", how]) for how in ("cold", "warm")]
        speed = f"{options.size / middle[engine, 'warm']:.1f}"
        rows.append((engine, *(text for one, ratio in by_how for text in (f"{one:.1f}", f"{ratio:.2f}")), speed))
    print(machine.describe("pyspark", "pyarrow"))
    print(f"\n{options.size} MB, {CORES} processes of each engine\n\n{machine.table(rows)}")


def cold(engine: str, file: Path) -> float:
    """Seconds of the command, from its start to its end."""
    clock = time.perf_counter()
    command = [sys.executable, "-m", "advisor", "check", str(file), "--engine", engine, "--json"]
    json.loads(subprocess.run(command, check=False, capture_output=True).stdout)
    return time.perf_counter() - clock


def warm(engine: str, file: Path, small: Path) -> float:
    """Seconds of a pass over the file, after one over a small file."""
    if engine == "spark":
        with started() as session:
            return passed(Spark(session), file, small)
    with Workers(CORES, least=0) as workers:
        return passed(workers, file, small)


def passed(workers: Engine, file: Path, small: Path) -> float:
    """Seconds of the second of two passes."""
    for one in (small, file):
        clock = time.perf_counter()
        inspect(open_source(one), workers=workers)
    return time.perf_counter() - clock


if __name__ == "__main__":
    main()
