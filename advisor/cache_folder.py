"""Where files are kept that can be made again at any time, such as unpacked vocabularies.

The folder is the one that the system has for such files: `~/.cache`, `~/Library/Caches`, `%LOCALAPPDATA%`, or
`XDG_CACHE_HOME` where that is set.
"""

from __future__ import annotations

import os
import tempfile
from functools import cache
from importlib.metadata import version
from pathlib import Path

from xxhash import xxh3_128, xxh3_128_digest

_DIGEST = len(xxh3_128_digest(b""))


@cache
def installed(package: str) -> str:
    """The version of a package that is installed; what is kept belongs to it."""
    return version(package)


@cache
def cache_folder(name: str) -> Path | None:
    """A folder that only this user writes to; None where there can be none, as with a home that is read-only."""
    from platformdirs import user_cache_path  # here, since a help text needs no folder

    try:
        folder = user_cache_path("fine-tune-advisor", appauthor=False) / name
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


def digest(*parts: bytes) -> str:
    """A name for what is made of these parts: another where a part differs, or where one ends."""
    hashed = xxh3_128()
    for part in parts:
        hashed.update(len(part).to_bytes(8, "big") + part)
    return hashed.hexdigest()


def read_kept(file: Path) -> memoryview | None:
    """What `write_kept` wrote to a file; None where it is missing, or holds something else."""
    try:
        stored = memoryview(file.read_bytes())
    except OSError:
        return None
    content = stored[_DIGEST:]
    return content if len(stored) > _DIGEST and stored[:_DIGEST] == xxh3_128_digest(content) else None


def write_kept(file: Path, content: bytes, most: int, among: str = "*") -> None:
    """Keep content if that can be done, and of the files named like `among` the newest `most`."""
    try:
        keep(file, xxh3_128_digest(content) + content)
        files = sorted(file.parent.glob(among), key=lambda one: one.stat().st_mtime, reverse=True)
        for old in files[most:]:
            old.unlink(missing_ok=True)
    except OSError:
        return
