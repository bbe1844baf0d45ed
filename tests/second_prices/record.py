"""Read the second source anew: `make second-prices`, or `make second-prices VERSION=1.110.2`.

Downloads a release of litellm into a temporary folder, without installing it, and keeps of its table of prices what
stands beside ours.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

from advisor.content.load import load
from tests.second_prices.compare import END, FIELDS, RECORDED, names, their_name

TABLE = "litellm/model_prices_and_context_window_backup.json"


def downloaded(version: str | None, folder: Path) -> Path:
    """The package of a version, or the newest, as a file; nothing is installed."""
    wanted = f"litellm=={version}" if version else "litellm"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet", "--no-deps"]
    subprocess.run([*pip, "--only-binary", ":all:", "--dest", str(folder), wanted], check=True)
    return next(folder.glob("litellm-*.whl"))


def kept(table: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What stands beside ours: prices, the end, and where they say to have it from."""
    known = names()
    models = {their_name(model, known["providers"]) for model in load().models}
    wanted = sorted(models | {*known["facts"].values(), *known["tuned"].values()})
    fields = (*FIELDS.values(), END, "source")
    return {name: {key: table[name][key] for key in fields if key in table[name]} for name in wanted if name in table}


def main() -> int:
    """Download, read and write."""
    with tempfile.TemporaryDirectory() as folder:
        wheel = downloaded(sys.argv[1] if len(sys.argv) > 1 else None, Path(folder))
        with zipfile.ZipFile(wheel) as package:
            table = json.loads(package.read(TABLE))
    version = wheel.name.split("-")[1]
    record = {"version": version, "day": date.today().isoformat(), "models": kept(table)}
    RECORDED.write_text(json.dumps(record, indent=1, sort_keys=True) + "\n", "utf-8")
    print(f"litellm {version}: {len(record['models'])} models are kept in {RECORDED.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
