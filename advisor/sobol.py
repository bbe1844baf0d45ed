"""Points of a scrambled Sobol sequence, kept in a file from one start of the program to the next.

Importing `scipy.stats`, which draws them, takes longer than everything else that a short command does.
"""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import numpy as np
import numpy.typing as npt
from xxhash import xxh3_128_digest

from advisor.cache_folder import cache_folder, keep

Points = npt.NDArray[np.float64]

KEPT = 4
"""Files that are kept, each for another number of dimensions; a further one takes the place of the oldest."""
_DIGEST = len(xxh3_128_digest(b""))


def points(dimensions: int, count: int, seed: int) -> Points:
    """The first points in the unit cube, shape (count, dimensions); equal for equal seeds and version of SciPy."""
    folder = cache_folder("points")
    file = folder and folder / f"sobol-{version('scipy')}-{seed}-{dimensions}.f8"
    kept = _read(file, dimensions) if file else np.empty((0, dimensions))
    if len(kept) >= count:
        return kept[:count]
    drawn = draw(dimensions, count, seed)
    if file:
        _write(file, drawn)
    return drawn


def draw(dimensions: int, count: int, seed: int) -> Points:
    """The points themselves."""
    from scipy.stats import qmc  # here, since importing it takes more than a second

    drawn: Points = qmc.Sobol(dimensions, rng=seed).random(count)
    return drawn


def _read(file: Path, dimensions: int) -> Points:
    """The points in a file; none where it is missing, or holds something else than was written."""
    try:
        held = file.read_bytes()
    except OSError:
        held = b""
    content = held[_DIGEST:]
    sound = len(held) > _DIGEST and held[:_DIGEST] == xxh3_128_digest(content)
    return np.frombuffer(content if sound else b"", "<f8").reshape(-1, dimensions)


def _write(file: Path, found: Points) -> None:
    """Keep the points if that can be done; without the file they are drawn again next time."""
    content = found.astype("<f8").tobytes()
    try:
        keep(file, xxh3_128_digest(content) + content)
        files = sorted(file.parent.glob("sobol-*"), key=lambda one: one.stat().st_mtime, reverse=True)
        for old in files[KEPT:]:
            old.unlink(missing_ok=True)
    except OSError:
        return
