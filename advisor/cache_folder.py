"""Where files are kept that can be made again at any time, such as unpacked vocabularies."""

from __future__ import annotations

import os
import tempfile
from functools import cache
from pathlib import Path


@cache
def cache_folder(name: str) -> Path | None:
    """A folder that only this user writes to; None where there can be none, as with a home that is read-only."""
    try:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
        folder = base / "fine-tune-advisor" / name
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except (OSError, RuntimeError):  # the latter where nobody knows the user's home
        return None


def keep(file: Path, content: bytes) -> None:
    """Write a file beside and rename it, so that another process never reads half of it. Raises `OSError`."""
    handle, written = tempfile.mkstemp(dir=file.parent)
    beside = Path(written)
    try:
        with os.fdopen(handle, "wb") as part:
            part.write(content)
        beside.replace(file)  # once it is closed: Windows renames no open file
    finally:
        beside.unlink(missing_ok=True)
