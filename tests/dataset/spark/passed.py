"""Whether the tests with Spark run again: where anything changed of what they rest on since they passed.

PySpark is half a gigabyte, comes as a source package, and needs Java, while most changes touch nothing that Spark runs.
So `passed.json` keeps when they passed, with which Python, and a digest of the checker of training files, its command
and notebook, the README's example, the tests, and the locks. `make test-spark` runs them where one differs, and
writes down that they passed; `make test-spark ALL=1` runs them anyway.

It imports nothing that has to be installed: `.ci/run` asks it whether Java is needed.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
RECORD = HERE / "passed.json"
PYTHON = ".".join(map(str, sys.version_info[:2]))
RESTS_ON = (
    "advisor/dataset/**/*.py",
    "advisor/cli/check*.py",
    "benchmarks/chats.py",
    "content/checks.yaml",
    "content/notebooks/check_on_databricks.py",
    "requirements-dev.lock",
    "tests/dataset/spark/files.py",
    "tests/dataset/spark/with_spark.py",
    "tests/dataset/spark/requirements.lock",
)
EXAMPLE = re.compile(r"^```py\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def _parts() -> Iterator[tuple[str, bytes]]:
    for pattern in RESTS_ON:
        for path in sorted(ROOT.glob(pattern)):
            yield path.relative_to(ROOT).as_posix(), path.read_bytes()
    yield "README.md", "".join(EXAMPLE.findall((ROOT / "README.md").read_text("utf-8"))).encode()


def digest() -> str:
    """Of all that the tests rest on."""
    whole = hashlib.sha256()
    for name, data in _parts():
        whole.update(f"{name}\0{hashlib.sha256(data).hexdigest()}\n".encode())
    return whole.hexdigest()


def changed() -> str:
    """Why the tests have to run again; empty where all is as it was."""
    known = json.loads(RECORD.read_text("utf-8")) if RECORD.exists() else None
    if known is None:
        return "no record says that they passed"
    if known["python"] != PYTHON:
        return f"they passed with Python {known['python']}"
    return "" if known["digest"] == digest() else f"something that they rest on changed since {known['day']}"


def main(*arguments: str) -> int:
    """Say whether they have to run, with status 1 where they do; or, after `passed`, write down that they did."""
    if arguments == ("passed",):
        record = {"day": datetime.now(UTC).date().isoformat(), "python": PYTHON, "digest": digest()}
        RECORD.write_text(json.dumps(record, indent=1) + "\n", "utf-8")
        return 0
    why = "all were asked for" if "all" in arguments else changed()
    print(f"tests with Spark: {why or 'all that they rest on is as it was when they passed'}", file=sys.stderr)
    return 1 if why else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
