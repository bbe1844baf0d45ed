"""Ask promptfoo itself about three models, and about the ways to ask of pilots: `make test-promptfoo`.

It needs Node 22 and 1.6 GB, so it is no part of the tests: `verdicts.json` and `pilots.json` beside this file have what
it said, with digests of the files that it read, and a test says when they are others.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from tests.kits.promptfoo.verdicts import HANDED_ON, PILOTS, RECORD, TASKS, digest, unpacked
from tests.kits.server import serving
from tests.kits.unpacked import right_answers
from tests.pilot import server as pilot_server
from tests.pilot.exported import WAYS, model, run, scores
from tests.pilot.exported import unpacked as handed_on

MODULES = Path(__file__).resolve().parents[3] / ".venv-kits" / "promptfoo" / "node_modules"


def verdicts(folder: Path, model: str, address: str) -> dict[str, int]:
    """How many cases pass, fail and end in an error."""
    counted = evaluated(folder, model, address)["stats"]
    return {name: counted[name] for name in ("successes", "failures", "errors")}


def evaluated(folder: Path, model: str, address: str) -> Any:
    """The results that it writes."""
    out = folder / f"{model}.json"
    environment = {
        "PATH": os.pathsep.join([str(MODULES / ".bin"), str(MODULES / "node" / "bin"), os.environ["PATH"]]),
        "HOME": str(folder),
        "OPENAI_API_KEY": "no-key",
        "OPENAI_BASE_URL": address,
        "MODEL": model,
        "PROMPTFOO_CONFIG_DIR": str(folder / ".promptfoo"),
        "PROMPTFOO_DISABLE_REMOTE_GENERATION": "1",
        "PROMPTFOO_DISABLE_TELEMETRY": "1",
        "PROMPTFOO_DISABLE_UPDATE": "1",
        "PROMPTFOO_PYTHON": sys.executable,
    }
    command = ["promptfoo", "eval", "-c", "promptfooconfig.yaml", "--no-cache", "--no-table", "-o", str(out)]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=600
    )
    if not out.exists():
        sys.exit(done.stderr or done.stdout)
    return json.loads(out.read_text("utf-8"))["results"]


def record_pilots(version: str) -> None:
    """The score that it gives each row that a pilot asked, in whose way, of the same model."""
    found = {}
    for name, way in WAYS.items():
        with tempfile.TemporaryDirectory() as place, pilot_server.serving(model) as server:
            one = run(name, Path(place), server)
            folder = handed_on(one, way, Path(place) / "out")
            results = evaluated(folder, "small", server.address)["results"]
            said = {result["vars"]["id"]: result["score"] for result in results}
            found[name] = {"digest": digest(folder, HANDED_ON), "scores": dict(sorted(said.items()))}
            print(name, "as the pilot" if said == scores(one, way) else "other scores than the pilot")
    told = {"promptfoo": version, "day": date.today().isoformat(), "pilots": found}
    PILOTS.write_text(json.dumps(told, indent=2) + "\n", "utf-8")


def main() -> None:
    version = json.loads((MODULES / "promptfoo" / "package.json").read_text("utf-8"))["version"]
    record_pilots(version)
    found = {}
    for task in TASKS:
        with tempfile.TemporaryDirectory() as place:
            folder = unpacked(task, Path(place))
            with serving(right_answers(folder)) as server:
                said = {model: verdicts(folder, model, server.address) for model in ("good", "bad", "empty")}
            found[task] = {"digest": digest(folder), "verdicts": said}
            print(task, said)
    RECORD.write_text(json.dumps({"promptfoo": version, "tasks": found}, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
