"""Files made to cost much, checked as the app does: `python -m benchmarks.bounds [--megabytes 800]`.

Each is checked in a process of its own; memory is the most that it held (resident set). Rows that differ by a number
are the worst for finding duplicates, since so many fit into a file. Takes an hour for 800 MB.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks import machine

KINDS: dict[str, Callable[[int], str]] = {
    "equal rows": lambda n: '{"text": "the same"}\n',
    "different rows": lambda n: f'{{"a":{n}}}\n',
}
AT_ONCE = 100_000
CHECK = """
import resource, sys
from pathlib import Path
from advisor.dataset.files.bounds import APP
from advisor.dataset.inspection.inspect import inspect
from advisor.dataset.files.source import open_source
found = inspect(open_source(Path(sys.argv[1]), bounds=APP))
used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
print(found.profile.rows, found.counts.get("exact-duplicate", 0), used, round(found.seconds["duplicates"]))
"""


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=800)
    asked = parser.parse_args()
    rows = [("what", "rows", "equal to one before", "seconds", "of these for duplicates", "memory, MB")]
    with tempfile.TemporaryDirectory() as folder:
        for what, line in KINDS.items():
            file = Path(folder) / "rows.jsonl"
            with file.open("w") as out:
                for block in blocks(line, asked.megabytes * 1_000_000):
                    out.write(block)
            begun = time.perf_counter()
            told = subprocess.run([sys.executable, "-c", CHECK, file], capture_output=True, text=True, check=True)
            taken = time.perf_counter() - begun
            read, equal, used, compared = told.stdout.split()
            rows.append((what, read, equal, f"{taken:.0f}", compared, used))
    print(machine.describe("numpy"))
    print(machine.table(rows))


def blocks(line: Callable[[int], str], size: int) -> Iterator[str]:
    """Lines of so many bytes in all, or a few more."""
    n = 0
    while size > 0:
        block = "".join(map(line, range(n, n + AT_ONCE)))
        yield block
        n, size = n + AT_ONCE, size - len(block)


if __name__ == "__main__":
    main()
