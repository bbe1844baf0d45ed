"""Runs the prepared pilots with what answers at `OPENAI_BASE_URL`, and prints what they show: `make demo-pilots`."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "content" / "pilot"
SETS = ("sentiment", "support-intents")
CHAT_MODEL, EMBEDDING_MODEL = "smollm2-135m-instruct", "all-minilm-l6-v2"
"""As `benchmarks.demo.server` calls them, which cannot be imported here: it needs packages of its own."""
MOST_TOKENS = 32
"""Of one answer: a label and the form around it."""


def advisor(*arguments: object) -> None:
    subprocess.run([sys.executable, "-m", "advisor", "pilot", *map(str, arguments)], check=True)


def pilot(name: str, rows: int, folder: Path) -> None:
    """Plan, run and report the pilot of a prepared set; the file of one that was run before makes way."""
    file = folder / f"{name}.pilot"
    file.unlink(missing_ok=True)
    prompts = [part for prompt in sorted(DATA.glob(f"{name}.prompt-*.txt")) for part in ("--prompt", prompt)]
    advisor(
        "plan", DATA / f"{name}.held-out.jsonl", "--examples", DATA / f"{name}.examples.jsonl", *prompts,
        "--output", file, "--rows", rows, "--model", CHAT_MODEL, "--embedding-model", EMBEDDING_MODEL,
        "--max-tokens", MOST_TOKENS,
    )  # fmt: skip
    advisor("run", file, "--yes")
    advisor("report", file)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.demo.pilots", description=__doc__)
    parser.add_argument("--rows", type=int, default=100, help="held-out rows of each set, at most")
    parser.add_argument("--folder", type=Path, default=ROOT / "out" / "demo", help="where the pilots are kept")
    parser.add_argument("sets", nargs="*", choices=[*SETS, []], help="which; without any, both")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    for name in asked.sets or SETS:
        print(f"\n{name}", flush=True)
        pilot(name, asked.rows, asked.folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
