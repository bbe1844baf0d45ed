"""Points of a scrambled Sobol sequence and their normal deviates, kept in files from one start of the program to the
next.

Importing the parts of SciPy that make them takes longer than everything else that a short command does.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from advisor.cache_folder import cache_folder, installed, read_kept, write_kept

Points = npt.NDArray[np.float64]

KEPT = 4
"""Files of each kind that are kept, each for another number of dimensions; a further one takes the place of the oldest.
"""
EDGE = 1e-9
"""Points keep so far from 0 and 1, where a normal deviate is infinite."""


def points(dimensions: int, count: int, seed: int) -> Points:
    """The first points in the unit cube, shape (count, dimensions); equal for equal seeds and version of SciPy."""
    return _kept("sobol", dimensions, count, seed, draw)


def normals(dimensions: int, count: int, seed: int) -> Points:
    """The standard normal deviates at `points`, shape (count, dimensions)."""
    return _kept("normal", dimensions, count, seed, deviates)


def _kept(kind: str, dimensions: int, count: int, seed: int, make: Callable[[int, int, int], Points]) -> Points:
    folder = cache_folder("points")
    file = folder and folder / f"{kind}-{installed('scipy')}-{seed}-{dimensions}.f8"
    kept = np.frombuffer((file and read_kept(file)) or b"", "<f8").reshape(-1, dimensions)
    if len(kept) >= count:
        return kept[:count]
    made = make(dimensions, count, seed)
    if file:
        write_kept(file, made.astype("<f8").tobytes(), KEPT, f"{kind}-*")
    return made


def draw(dimensions: int, count: int, seed: int) -> Points:
    """The points themselves."""
    from scipy.stats import qmc  # here, since importing it takes more than a second

    drawn: Points = qmc.Sobol(dimensions, rng=seed).random(count)
    return drawn


def deviates(dimensions: int, count: int, seed: int) -> Points:
    """The normal deviates themselves."""
    return normal(inside(points(dimensions, count, seed)))


def inside(sequence: Points) -> Points:
    """The points moved off 0 and 1 by `EDGE`."""
    return np.clip(sequence, EDGE, 1 - EDGE)


def normal(u: Points) -> Points:
    """The standard normal deviate at each probability, in an array of the same shape."""
    from scipy.special import ndtri  # here, since importing it takes a third of a second

    values: Points = ndtri(u)
    return values
