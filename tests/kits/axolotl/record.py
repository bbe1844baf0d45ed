"""Ask Axolotl's own schema about the kit's settings, and write down what it says: `make test-axolotl`.

The schema imports PyTorch, so it is no part of the tests: `verdicts.json` has what it said, with digests of the files.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.kits.axolotl.settings import RECORD, digest, settings

ROOT = Path(__file__).resolve().parents[3]
PYTHON = ROOT / ".venv-kits" / "trl" / "bin" / "python"
PACKAGE = ROOT / ".venv-kits" / "axolotl"
ASKED = """
import importlib.metadata, json, sys, yaml
from axolotl.utils.schemas.config import AxolotlInputConfig
from axolotl.utils.schemas.datasets import SFTDataset
known = {*AxolotlInputConfig.model_fields}
files = json.load(sys.stdin)
def verdict(text):
    given = yaml.safe_load(text)
    read = AxolotlInputConfig(**given).model_dump(exclude_none=True, mode="json")
    rows = [name for one in (*given["datasets"], *given["test_datasets"]) for name in one]
    return {
        "unknown": sorted({*given} - known) + sorted({*rows} - {*SFTDataset.model_fields}),
        "otherwise": sorted(name for name in given if name not in ("datasets", "test_datasets")
                            and read.get(name) != given[name]),
    }
version = importlib.metadata.version("axolotl")
print(json.dumps({"axolotl": version, "files": {name: verdict(text) for name, text in files.items()}}))
"""


def main() -> None:
    files = settings()
    asked = json.dumps({name: data.decode() for name, data in files.items()})
    done = subprocess.run(
        [PYTHON, "-c", ASKED], input=asked, env={"PYTHONPATH": str(PACKAGE), "HOME": str(PACKAGE)},
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    if done.returncode:
        sys.exit(done.stderr)
    told = json.loads(done.stdout.splitlines()[-1])
    for name, data in files.items():
        told["files"][name]["digest"] = digest(data)
    RECORD.write_text(json.dumps(told, indent=2) + "\n", "utf-8")
    print(json.dumps(told, indent=2))


if __name__ == "__main__":
    main()
