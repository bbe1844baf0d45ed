"""Asks the validators for their verdicts and writes them into record.json: `make test-validators`.

Each is installed by its own lock file into an environment of its own under .venv-validators, since no two of them agree
on their dependencies. One that cannot be installed or run keeps the verdicts that are on record, and is named.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from tests.validators.files import files

HERE = Path(__file__).parent
RECORD = HERE / "record.json"
LOCKS = HERE / "environments"
ENVIRONMENTS = Path(".venv-validators")
VALIDATORS = ("together", "mistral", "llamafactory", "datasets")


def main() -> int:
    """Write the record; 1 where a validator could not be asked."""
    old = json.loads(RECORD.read_text("utf-8")) if RECORD.exists() else {}
    record: dict[str, Any] = {"files": {}, "validators": {}}
    failed = []
    with tempfile.TemporaryDirectory() as folder:
        paths = {}
        for name, data in files():
            paths[name] = path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            record["files"][name] = hashlib.sha256(data).hexdigest()
        for validator in VALIDATORS:
            before = old.get("validators", {}).get(validator, {})
            try:
                told = asked(validator, paths)
            except (OSError, subprocess.CalledProcessError) as error:
                failed.append(validator)
                sys.stdout.write(f"{validator} was not asked: {str(getattr(error, 'stderr', '') or error)[-500:]}\n")
                record["validators"][validator] = before
                continue
            same = before and {**before, "date": ""} == {**told, "date": ""}
            record["validators"][validator] = before if same else told
            sys.stdout.write(
                f"{validator} {told['version']}: {changes(before.get('verdicts', {}), told['verdicts'])}\n"
            )
    RECORD.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return 1 if failed else 0


def asked(validator: str, paths: Mapping[str, Path]) -> dict[str, Any]:
    """What one validator says of the files, its version and the day.

    Raises OSError where it is not installed, and CalledProcessError where it stops.
    """
    python = next((one for one in ENVIRONMENTS.glob(f"{validator}/*/python*") if one.stem == "python"), None)
    if python is None:
        raise FileNotFoundError(f"there is no environment {ENVIRONMENTS / validator}")
    done = subprocess.run(
        [python.absolute(), LOCKS / validator / "verdict.py"],
        input="\n".join(str(path) for path in paths.values()),
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"HF_HOME": str(next(iter(paths.values())).parent.parent / "hub")},
    )
    told = json.loads(done.stdout.splitlines()[-1])
    verdicts = {name: told["verdicts"][str(path)] for name, path in paths.items()}
    return {"version": told["version"], "date": date.today().isoformat(), "verdicts": verdicts}


def changes(before: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """In one sentence, how many verdicts differ from those on record."""
    changed = [name for name, verdict in now.items() if before.get(name) != verdict]
    return f"{len(now)} files, {len(changed)} verdicts not as on record" + "".join(
        f"\n  {name}" for name in changed[:20]
    )


if __name__ == "__main__":
    sys.exit(main())
