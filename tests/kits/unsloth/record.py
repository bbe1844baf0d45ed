"""Let Unsloth train on the kit's rows, with a tiny model on a processor, and write down how: `make test-unsloth`.

Unsloth brings PyTorch and versions of its own, so it is no part of the tests: `verdict.json` has what came of it, with
digests of the script and the settings.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from advisor.kits.unsloth import LOADED
from tests.kits.unpacked import kit_bytes, unpack

ROOT = Path(__file__).resolve().parents[3]
RECORD = Path(__file__).parent / "verdict.json"
PYTHON = ROOT / ".venv-kits" / "unsloth" / "bin" / "python"
TINY = ROOT / "tests" / "kits" / "environments" / "tiny_model.py"
LOADED_AGAIN = """
import importlib.metadata, json, sys
from peft import PeftModel
from transformers import AutoModelForCausalLM
base, adapter = sys.argv[1:]
named = json.load(open(f"{adapter}/adapter_config.json"))["base_model_name_or_path"]
model = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(base), adapter)
learnt = sum(bool(one.abs().sum() > 0) for name, one in model.named_parameters() if "lora_B" in name)
assert "unsloth" not in sys.modules
print(json.dumps({"named": named == base, "learnt": learnt,
                  **{name: importlib.metadata.version(name) for name in ("unsloth", "trl", "transformers", "peft")}}))
"""


def judged() -> dict[str, str]:
    """Digests of what the verdict is about."""
    with zipfile.ZipFile(io.BytesIO(kit_bytes("unsloth", task="rewriting"))) as archive:
        files = {name: archive.read(name) for name in ("train_unsloth.py", *_settings())}
    return {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}


def _settings() -> list[str]:
    return [f"configs/unsloth-{kind}.yaml" for kind in LOADED]


def _run(folder: Path, *command: Any, **environment: str) -> str:
    kept = {name: os.environ[name] for name in ("PATH", "HOME")}
    done = subprocess.run(
        [PYTHON, *command], cwd=folder, env={**kept, "HF_HUB_OFFLINE": "1", **environment},
        capture_output=True, text=True, check=False, timeout=900,
    )  # fmt: skip
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    return done.stdout


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder, tiny = unpack(kit_bytes("unsloth", task="rewriting"), Path(name) / "kit"), Path(name) / "tiny"
        _run(folder, TINY, tiny, folder)
        script = "train_unsloth.py"
        checks = [
            next(
                line
                for line in _run(folder, script, one, "--check", MODEL_NAME=str(tiny)).splitlines()
                if "Rows:" in line
            )
            for one in _settings()
        ]
        said = _run(folder, script, _settings()[0], "num_train_epochs=1", MODEL_NAME=str(tiny))
        again = json.loads(_run(folder, "-c", LOADED_AGAIN, tiny, folder / "out" / "unsloth-lora").splitlines()[-1])
    told = {**again, "checks": checks, "saved": said.strip().splitlines()[-1], "files": judged()}
    RECORD.write_text(json.dumps(told, indent=2) + "\n", "utf-8")
    print(json.dumps(told, indent=2))


if __name__ == "__main__":
    main()
