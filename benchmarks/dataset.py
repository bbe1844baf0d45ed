"""How fast a training file is checked: `python -m benchmarks.dataset [--large] [--runs 3] [--profile]`.

Chat files of 10 MB and 100 MB are made, and with --large one of 1 GB: one of varied text and one whose system prompts
repeat. Each thing measured is a process of its own, warmed up on a small file before its clock starts, and all take
turns, so that a busy machine slows all alike. There: trust the processor's time, and ratios. Beside them stand a file
whose rows call tools and one in Parquet, each read and checked alone.

- *notebook*: the algorithm of OpenAI's cookbook notebook: json for each line, tiktoken for each message, its counters;
  lines at which it would stop are passed over.
- *tokenizer*: the exact and fast tokenizer alone, on all texts of the file in memory.
- *read*: the rows alone, decoded, with what is wrong with reading them.
- *check*: everything, in one process, and with two more that share the work.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import multiprocessing
import os
import pstats
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

from advisor.content.load import HOME
from advisor.dataset import Workers, inspect, open_source
from advisor.dataset.notebook import KEYS, ROLES
from advisor.dataset.tokens import exact
from advisor.dataset.tokens.fast import counts
from benchmarks import chats, machine

ENCODING = "cl100k_base"
"""The notebook's."""
PROCESSES = 2
ROWS = 12_000
WARM = 200_000
MB = 1_000_000
WHATS = ("notebook", "tokenizer", "read", "check", "check, two processes")


def main() -> None:
    """Measure and print the tables, or with --profile where the time goes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--large", action="store_true", help="also a file of 1 GB; takes minutes")
    parser.add_argument("--sizes", type=int, nargs="*", default=[10, 100], help="in MB")
    parser.add_argument("--runs", type=int, default=3, help="of each; the median counts")
    parser.add_argument("--profile", action="store_true", help="print what checking 10 MB spends its time on")
    parser.add_argument("--child", nargs=3, metavar=("WHAT", "FILE", "WARM"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        what, file, warm = options.child
        print(json.dumps(measured(what, Path(file), Path(warm))))
        return
    with tempfile.TemporaryDirectory() as folder:
        warm = Path(folder) / "warm.jsonl"
        chats.write(warm, WARM, seed=9)
        if options.profile:
            profile(Path(folder), warm)
            return
        print(machine.describe("tiktoken", "toktok-rs", "msgspec", "numpy", "pyarrow"))
        for size in [*options.sizes, *([1_000] if options.large else [])]:
            for repeated in (False, True):
                file = Path(folder) / "chats.jsonl"
                chats.write(file, size * MB, repeated=repeated)
                kind = "system prompts repeat" if repeated else "varied text"
                print(f"\n{size} MB, {kind}\n")
                print(compared(file, warm, 1 if size >= 1_000 else options.runs))
        size = min(options.sizes, default=10) * MB
        chats.write_tools(Path(folder) / "tools.jsonl", size)
        chats.write_parquet(Path(folder) / "chats.parquet", size)
        print(
            f"\n{other_kinds([Path(folder) / name for name in ('tools.jsonl', 'chats.parquet')], warm, options.runs)}"
        )
        file = Path(folder) / "rows.jsonl"
        with file.open("w", encoding="utf-8") as out:
            for _, (line, _) in zip(range(ROWS), chats.rows(1 << 40), strict=False):
                out.write(f"{line}\n")
        one = [run("check", file, warm) for _ in range(options.runs)]
        wall, processor = (median(times[name] for times in one) for name in ("wall", "processor"))
        print(f"\n{ROWS:,} rows, one process: {wall:.2f} s by the clock, {processor:.2f} s of the processor (aim: 1 s)")


def compared(file: Path, warm: Path, runs: int) -> str:
    """A table of all that is measured on one file."""
    size = file.stat().st_size / MB
    results: dict[str, list[dict[str, float]]] = {what: [] for what in WHATS}
    for _ in range(runs):
        for what in WHATS:
            results[what].append(run(what, file, warm))
    middle = {
        what: {name: median(one[name] for one in some) for name in ("wall", "processor", "memory")}
        for what, some in results.items()
    }
    rows = [("what", "s", "processor s", "MB/s", "times the notebook", "by processor", "of the tokenizer", "peak MB")]
    base, alone = middle["notebook"], middle["tokenizer"]
    for what, one in middle.items():
        rows.append(
            (
                what,
                f"{one['wall']:.2f}",
                f"{one['processor']:.2f}",
                f"{size / one['wall']:.1f}",
                f"{base['wall'] / one['wall']:.1f}x",
                f"{base['processor'] / one['processor']:.1f}x",
                f"{alone['wall'] / one['wall']:.2f}",
                f"{one['memory']:.0f}",
            )
        )
    return machine.table(rows)


def other_kinds(files: Sequence[Path], warm: Path, runs: int) -> str:
    """A table of files of other kinds than plain conversations: the processor's seconds to read and to check each."""
    rows = [("file", "MB", "read: processor s", "check: processor s", "peak MB")]
    for file in files:
        read, checked = ([run(what, file, warm) for _ in range(runs)] for what in ("read", "check"))
        seconds = (f"{median(times['processor'] for times in all_times):.2f}" for all_times in (read, checked))
        peak = median(times["memory"] for times in checked)
        rows.append((file.name, f"{file.stat().st_size / MB:.1f}", *seconds, f"{peak:.0f}"))
    return machine.table(rows)


def run(what: str, file: Path, warm: Path) -> dict[str, float]:
    """What one process measured of itself."""
    command = [sys.executable, "-m", "benchmarks.dataset", "--child", what, str(file), str(warm)]
    found: dict[str, float] = json.loads(subprocess.check_output(command, cwd=HOME))
    return found


def measured(what: str, file: Path, warm: Path) -> dict[str, float]:
    """Seconds by the clock and of the processor, and peak memory in MB; those of other processes are added up."""
    with Workers(PROCESSES, least=0) as workers:
        work = prepared(what, file, warm, workers)
        others = [child.pid for child in multiprocessing.active_children() if child.pid]
        clock, processor = time.perf_counter(), time.process_time() + sum(map(_processor, others))
        work()
        wall = time.perf_counter() - clock
        used = time.process_time() + sum(map(_processor, others)) - processor
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 + sum(map(_memory, others))
    return {"wall": wall, "processor": used, "memory": memory}


def _processor(process: int) -> float:
    """Seconds of the processor that another process has taken; for Linux."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _memory(process: int) -> float:
    """Most memory that another process has held, in MB; for Linux."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def prepared(what: str, file: Path, warm: Path, workers: Workers) -> Callable[[], object]:
    """The work to be measured, warmed up."""
    if what == "notebook":
        notebook(warm)
        return lambda: notebook(file)
    if what == "tokenizer":
        counts([WHATS[0]], ENCODING)
        some = texts(file)
        return lambda: [counts(batch, ENCODING) for batch in some]
    if what == "read":
        rows(warm)
        return lambda: rows(file)
    if what == "check":
        inspect(open_source(warm), encoding=ENCODING)
        return lambda: inspect(open_source(file), encoding=ENCODING)
    workers.start(ENCODING)
    inspect(open_source(warm), encoding=ENCODING, workers=workers)
    return lambda: inspect(open_source(file), encoding=ENCODING, workers=workers)


def rows(file: Path) -> int:
    """Read the file alone, as a check does."""
    return sum(len(batch.rows) for batch in open_source(file).batches(chats=True))


def texts(file: Path) -> list[list[str]]:
    """All texts of the messages, some thousands at a time."""
    found: list[list[str]] = []
    for batch in open_source(file).batches():
        said = [row.value["messages"] for row in batch.rows if isinstance(row.value, dict)]
        found.append([one["content"] for some in said for one in some if isinstance(one.get("content"), str)])
    return found


def notebook(file: Path) -> tuple[Counter[str], int]:
    """The notebook's loop over the file: its counters, and its tokens."""
    encoder = exact.encoder(ENCODING)
    assert encoder is not None
    dataset = []
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            try:
                dataset.append(json.loads(line))
            except ValueError:
                continue
    errors: Counter[str] = Counter()
    for example in dataset:
        if not isinstance(example, dict):
            errors["data_type"] += 1
            continue
        messages = example.get("messages", None)
        if not messages:
            errors["missing_messages_list"] += 1
            continue
        for message in messages:
            if "role" not in message or "content" not in message:
                errors["message_missing_key"] += 1
            if any(key not in KEYS for key in message):
                errors["message_unrecognized_key"] += 1
            if message.get("role", None) not in ROLES:
                errors["unrecognized_role"] += 1
            content = message.get("content", None)
            if (not content and not message.get("function_call", None)) or not isinstance(content, str):
                errors["missing_content"] += 1
        if not any(message.get("role", None) == "assistant" for message in messages):
            errors["example_missing_assistant_message"] += 1
    total = 0
    for example in dataset:
        length = assistant = 3
        for message in example["messages"]:
            length += 3
            for key, value in message.items():
                length += len(encoder.encode(value)) if isinstance(value, str) else 0
                length += key == "name"
        for message in example["messages"]:
            if message["role"] == "assistant" and isinstance(message.get("content"), str):
                assistant += len(encoder.encode(message["content"]))
        total += length
    return errors, total


def profile(folder: Path, warm: Path) -> None:
    """Print the functions in which checking 10 MB spends most time of its own."""
    file = folder / "chats.jsonl"
    chats.write(file, 10 * MB)
    inspect(open_source(warm))
    with cProfile.Profile() as watched:
        inspect(open_source(file))
    pstats.Stats(watched).sort_stats("tottime").print_stats(30)


if __name__ == "__main__":
    main()
