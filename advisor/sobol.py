"""Points of a scrambled Sobol sequence, kept in a file from one start of the program to the next.

Importing `scipy.stats`, which draws them, takes longer than everything else that a short command does.
"""

from __future__ import annotations

import io
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from advisor.cache_folder import cache_folder, keep

Points = npt.NDArray[np.float64]

KEPT = 6
"""Files that are kept; each further one takes the place of the oldest."""


@cache
def points(dimensions: int, count: int, seed: int) -> Points:
    """Points in the unit cube, shape (count, dimensions); the same for the same seed and version of SciPy."""
    folder = cache_folder("points")
    file = folder and folder / f"sobol-{version('scipy')}-{seed}-{count}x{dimensions}.npy"
    found = _read(file, (count, dimensions)) if file else None
    if found is None:
        found = draw(dimensions, count, seed)
        if file:
            _write(file, found)
    return found


def draw(dimensions: int, count: int, seed: int) -> Points:
    """The points themselves."""
    from scipy.stats import qmc  # here, since importing it takes more than a second

    drawn: Points = qmc.Sobol(dimensions, rng=seed).random(count)
    return drawn


def _read(file: Path, shape: tuple[int, int]) -> Points | None:
    """What is kept in the file; None where it is missing or holds something else."""
    try:
        found: Any = np.load(file, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    if not isinstance(found, np.ndarray) or found.shape != shape or found.dtype != np.float64:
        return None
    return found if bool(np.all((found >= 0) & (found <= 1))) else None


def _write(file: Path, found: Points) -> None:
    """Keep the points if that can be done; without the file they are drawn again next time."""
    written = io.BytesIO()
    np.save(written, found, allow_pickle=False)
    try:
        keep(file, written.getvalue())
        files = sorted(file.parent.glob("sobol-*.npy"), key=lambda one: one.stat().st_mtime, reverse=True)
        for old in files[KEPT:]:
            old.unlink(missing_ok=True)
    except OSError:
        return
