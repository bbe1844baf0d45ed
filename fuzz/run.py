"""Fuzzes the checker of training files, guided by coverage, and keeps every input for which something does not hold.

`make fuzz` does these two, in an environment of its own:

    .venv-fuzz/bin/python -m fuzz.run seeds FOLDER
    .venv-fuzz/bin/python -m fuzz.run HARNESS KEPT FOLDER -max_total_time=600 -max_len=16384 -timeout=60

HARNESS is one of: `bytes` (any bytes, as a file of any name, checked), `actions` (any bytes, repaired, split,
converted, counted as the notebook does), `rows` (nearly sound rows of every format, all of it), `pairs` (any bytes, as
a file and its validation file, and checked in stretches as by several processes), `pair-rows` (the same of nearly sound
rows). KEPT is the folder for the inputs, each with the traceback; one input for each place in the code. What follows is
for libFuzzer. What must hold is in `found.py`, `made.py` and `beside.py`; what was found, in `record.md`.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["advisor.dataset"]):
    from advisor.dataset import Unusable, convert, open_source
    from advisor.dataset.conversion import Unsuitable
    from fuzz.harnesses import METHODS, NAMES, PLATFORMS, WRITTEN, act, built, check, paired, paired_rows
    from tests.dataset.checks.defects import DEFECTS

SECONDS = 5
"""Of processor time that one input may take; it is at most 64 KB."""
LONGEST = 1 << 16
HARNESSES: dict[str, Callable[[bytes], None]] = {
    "bytes": check,
    "actions": act,
    "rows": lambda data: built(atheris.FuzzedDataProvider(data)),
    "pairs": paired,
    "pair-rows": lambda data: paired_rows(atheris.FuzzedDataProvider(data)),
}


class Watch:
    """Runs a harness and keeps the inputs for which something does not hold; goes on after each."""

    def __init__(self, harness: Callable[[bytes], None], kept: Path) -> None:
        self.harness = harness
        self.kept = kept
        self.found: dict[str, int] = {}
        self.refused = self.slowest = 0.0
        self.runs = 0
        kept.mkdir(parents=True, exist_ok=True)

    def __call__(self, data: bytes) -> None:
        data = data[:LONGEST]
        self.runs += 1
        start = time.process_time()
        try:
            self.harness(data)
        except (Unusable, Unsuitable):
            self.refused += 1
        except Exception as error:
            self.keep(data, error)
        spent = time.process_time() - start
        self.slowest = max(self.slowest, spent)
        if spent > SECONDS:
            self.keep(data, TimeoutError(f"{spent:.1f} seconds"))

    def keep(self, data: bytes, error: Exception) -> None:
        """One input for each place where something went wrong."""
        places = traceback.extract_tb(error.__traceback__)[-3:]
        wrong = f"{type(error).__name__} {[(place.name, place.lineno) for place in places]}"
        mark = hashlib.sha256(wrong.encode()).hexdigest()[:12]
        self.found[mark] = self.found.get(mark, 0) + 1
        smaller = self.kept / f"{mark}.input"
        if not smaller.exists() or len(data) < smaller.stat().st_size:
            smaller.write_bytes(data)
            told = "".join(traceback.format_exception(error))
            (self.kept / f"{mark}.txt").write_text(f"{told}\n{data[:2000]!r}\n", "utf-8", "backslashreplace")
            print(f"KEPT {mark} {wrong}: {str(error)[:300]!r}", flush=True)

    def summary(self) -> str:
        return f"runs {self.runs}, refused {self.refused:.0f}, slowest {self.slowest:.2f} s, kept {self.found}"


def seeds(folder: Path) -> None:
    """One small file for each defect and each format, under every harness's own head."""
    for case in DEFECTS.values():
        name = NAMES.index(case.name)
        platform, method = PLATFORMS.index(case.platform), METHODS.index(case.method)
        if len(case.data) > 8_000:
            continue
        _put(folder, bytes([name, platform, method]) + case.data)
        for action in (0, 3, 4, 6):
            _put(folder, bytes([name, action, platform]) + case.data)
        held = case.held or case.data
        cut = -(-len(case.data) * 255 // len(case.data + held))
        for action in range(3):
            _put(folder, bytes([name, name, action, 37, cut]) + case.data + held)
    sound = next(iter(DEFECTS.values())).data
    for place, (to, container) in enumerate(WRITTEN):
        out = io.BytesIO()
        try:
            convert(open_source(sound, "rows.jsonl"), to, out, container=container)
        except Unsuitable:
            continue
        _put(folder, bytes([0, 0, 0]) + out.getvalue())
        _put(folder, bytes([0, place % 8, place]) + out.getvalue())
    for data in (sound, b"input,output\na,b\n"):
        _put(folder, b"\0\0\0" + gzip.compress(data, mtime=0))
        _put(folder, b"\0\0\0" + data.decode().encode("utf-16"))


def _put(folder: Path, data: bytes) -> None:
    (folder / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)


def main() -> None:
    if sys.argv[1] == "seeds":
        folder = Path(sys.argv[2])
        folder.mkdir(parents=True, exist_ok=True)
        seeds(folder)
        return
    watch = Watch(HARNESSES[sys.argv[1]], Path(sys.argv[2]))
    for known in sorted(Path(sys.argv[3]).iterdir())[:40]:  # what is loaded at first use is no part of the measure
        watch(known.read_bytes())
    watch.slowest = 0.0

    def told(data: bytes) -> None:
        watch(data)
        if watch.runs % 500 == 0:
            print(watch.summary(), flush=True)

    atheris.Setup([sys.argv[0], *sys.argv[3:]], told)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
