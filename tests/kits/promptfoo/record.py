"""Ask promptfoo itself about three models, and write down its verdicts: `make test-promptfoo`.

It needs Node 22 and 1.6 GB, so it is no part of the tests: `tests/kits/promptfoo/verdicts.json` has what it said, with
digests of the files that it read, and a test says when they are others.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.kits.promptfoo.verdicts import RECORD, TASKS, digest, unpacked
from tests.kits.server import serving
from tests.kits.unpacked import right_answers

MODULES = Path(__file__).resolve().parents[3] / ".venv-kits" / "promptfoo" / "node_modules"


def verdicts(folder: Path, model: str, address: str) -> dict[str, int]:
    """How many cases pass, fail and end in an error."""
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
    counted = json.loads(out.read_text("utf-8"))["results"]["stats"]
    return {name: counted[name] for name in ("successes", "failures", "errors")}


def main() -> None:
    version = json.loads((MODULES / "promptfoo" / "package.json").read_text("utf-8"))["version"]
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
