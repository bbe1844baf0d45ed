"""What short commands cost: `python -m benchmarks.commands [--runs 7] [--against /other/.venv/bin/python]`.

Each is a process of its own, whose processor time (user and system) is what counts: a terminal waits for it, and a
script pays it every time. Python alone and what the engine cannot do without are measured in turn with the commands,
so that figures of a busy machine can be compared with each other. `--against` names the Python of another checkout.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from advisor.content.load import load
from advisor.interview.answers_file import write_yaml
from advisor.interview.situation import situation
from benchmarks import machine

AT = "2026-11-22"
ROW = '{"messages": [{"role": "user", "content": "Q"}, {"role": "assistant", "content": "A"}]}\n'
BASELINES = {"python -c pass": ["-c", "pass"], "import polars, pydantic": ["-c", "import polars, pydantic.main"]}


def main() -> None:
    """Measure all in turn, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument(
        "--against", metavar="PYTHON", help="Python of another checkout, measured in turn with this one"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        commands = BASELINES | made(Path(folder))
        pythons = [sys.executable, *([options.against] if options.against else [])]
        times: dict[tuple[str, str], list[float]] = {}
        for run in range(options.runs + 1):
            for name, command in commands.items():
                for python in pythons:
                    seconds = processor([python, *command])
                    if run:  # the first fills what is kept between starts
                        times.setdefault((name, python), []).append(seconds)
    print(machine.describe("polars", "numpy", "pydantic", "typer"))
    head = ("command", "processor, median", "least", *(["of the other", "ratio"] if options.against else []))
    print(machine.table([head, *(row(name, times, pythons) for name in commands)]))


def made(folder: Path) -> dict[str, list[str]]:
    """The commands, with the files that they read."""
    answers, rows = folder / "answers.yaml", folder / "train.jsonl"
    answers.write_text(write_yaml(situation(**load().cases[0].answers)), "utf-8")
    rows.write_text(ROW * 50, "utf-8")
    words = {
        "advisor --help": ["--help"],
        "advisor advise FILE": ["advise", str(answers), "--at", AT],
        "advisor advise FILE --lang nl": ["advise", str(answers), "--at", AT, "--lang", "nl"],
        "advisor questions": ["questions"],
        "advisor facts": ["facts", "--at", AT],
        "advisor cases": ["cases", "--at", AT],
        "advisor check FILE, 50 rows": ["check", str(rows)],
    }
    return {name: ["-m", "advisor", *given] for name, given in words.items()}


def processor(command: Sequence[str]) -> float:
    """Seconds of the processor that a process takes, its own and the system's."""
    before = os.times()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def row(name: str, times: dict[tuple[str, str], list[float]], pythons: Sequence[str]) -> list[str]:
    """One line of the table."""
    ours, *other = (times[name, python] for python in pythons)
    cells = [name, f"{median(ours):.2f} s", f"{min(ours):.2f} s"]
    for one in other:
        cells += [f"{median(one):.2f} s", f"{median(ours) / median(one):.2f}"]
    return cells


if __name__ == "__main__":
    main()
