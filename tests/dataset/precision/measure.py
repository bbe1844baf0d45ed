"""Runs the checks of texts again over the public files whose finds were read, and counts how many are still right.

Clone the repositories of `files.csv` into one folder, each as `owner+name`, then:

    python -m tests.dataset.precision.measure FOLDER

`verdicts.csv` has a row for each find that somebody read: where it stands, whether it was right (it spoils training, or
must be looked at by whoever knows the data), whether it was found when the reading began, and whether it is found now.
Of what was found most (marks of HTML in one translated file, the placeholders of one file, e-mail addresses) a part was
read, taken at equal steps: out of sample, at most twenty finds of a check in one file. Lines are
those that `advisor check` gives: entries of JSON lists, lines of JSONL.

The column `sample` says what a verdict is worth. in: the checks were mended while this file was read; taught: the file
was new to the checks when it was read, and a check that did badly there was then mended, so that its finds there count
as in-sample from then on; out: nothing was mended after it, so that this is what to expect of other files.
"""

from __future__ import annotations

import csv
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from advisor.dataset import inspect, open_source

HERE = Path(__file__).parent


class Verdict(NamedTuple):
    """A find that somebody read."""

    repository: str
    commit: str
    path: str
    line: str
    field: str
    check: str
    sample: str
    verdict: str
    found_before: str
    found_now: str

    @property
    def place(self) -> tuple[str, ...]:
        return self[:6]


def verdicts() -> list[Verdict]:
    with (HERE / "verdicts.csv").open(encoding="utf-8", newline="") as file:
        return [Verdict(**row) for row in csv.DictReader(file)]


def files() -> list[dict[str, str]]:
    with (HERE / "files.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


IN, OUT = ("in", "taught"), ("out",)
"""The samples that count as in-sample now, and those that do not."""


def counted(read: list[Verdict], column: str, samples: tuple[str, ...] = (*IN, *OUT)) -> dict[str, tuple[int, int]]:
    """For each check how many of its finds were right, and how many there were; `column`: when they were found."""
    found = [one for one in read if getattr(one, column) == "yes" and one.sample in samples]
    finds = Counter(one.check for one in found)
    right = Counter(one.check for one in found if one.verdict == "right")
    return {check: (right[check], finds[check]) for check in sorted(finds)}


def first_sight(read: list[Verdict]) -> dict[str, tuple[int, int]]:
    """For each check what its first reading out of sample gave, before anything was mended after it."""
    taught = {one.check for one in read if one.sample == "taught"}
    first = [one for one in read if one.sample == ("taught" if one.check in taught else "out")]
    return counted(first, "found_before")


def found_in(folder: Path) -> set[tuple[str, ...]]:
    """The places of all finds in the files as they stand in clones."""
    places = set()
    with patch("advisor.dataset.inspection.inspect.MOST_OF_A_KIND", 100_000):
        for one in files():
            clone = folder / one["repository"].replace("/", "+")
            show = ["git", "-C", str(clone), "show", f"{one['commit']}:{one['path']}"]
            data = subprocess.run(show, capture_output=True, check=True).stdout
            for find in inspect(open_source(data, Path(one["path"]).name)).findings:
                where = one["repository"], one["commit"], one["path"]
                places.add((*where, str(find.line), find.field, find.check))
    return places


def main(folder: Path) -> None:
    places, read = found_in(folder), verdicts()
    now = [one._replace(found_now="yes" if one.place in places else "no") for one in read]
    columns = {
        "in, before": counted(read, "found_before", ("in",)),
        "in, now": counted(now, "found_now", IN),
        "out, first": first_sight(read),
        "out, now": counted(now, "found_now", OUT),
    }
    print(f"{'check':20}", *(f"{name:>11}" for name in columns))
    for check in sorted({one.check for one in read}):
        texts = ["{} of {}".format(*figures[check]) if check in figures else "-" for figures in columns.values()]
        print(f"{check:20}", *(f"{text:>11}" for text in texts))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
