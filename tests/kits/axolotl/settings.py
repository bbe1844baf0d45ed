"""The files of settings for Axolotl, and what its schema made of them when it was last asked."""

from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path

from tests.kits.unpacked import kit_bytes

RECORD = Path(__file__).parent / "verdicts.json"


def settings() -> dict[str, bytes]:
    """The files of the kit, by name."""
    with zipfile.ZipFile(io.BytesIO(kit_bytes("axolotl", task="rewriting"))) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name.startswith("configs/")}


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
