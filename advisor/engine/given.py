"""How far off a number may be that a person gave: nobody knows a volume, or a score, to the digit.

A condition compares such a number with a threshold. It is asked of the number as it may be, in each scenario, so that
nothing jumps at the threshold. What bills and times compute with stays the number given.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

CASES = 100
"""Cases that a percentage is taken to have been counted on: as many as the advice asks for. Assumption."""
Z975 = 1.959963984540054
"""97.5th percentile of the standard normal distribution: beyond it, either way, a percentage is not off."""
FACTOR = 2.0
"""Times which a count or a length may be off, either way. Assumption."""
EXACT = 1 / 32
"""Share of the scenarios, in the middle, in which a number is exactly as given: so at a threshold most scenarios take
it as it was said.
"""


def times_off(u: Array) -> Array:
    """The factors by which a count or a length is off at the points `u`, spread evenly on a log scale."""
    away = 2.0 * u - 1.0
    factors: Array = FACTOR ** np.where(np.abs(away) <= EXACT, 0.0, away)
    return factors


def deviates_off(u: Array, z: Array) -> Array:
    """The normal deviates `z` by which a percentage is off at the points `u`."""
    return np.where(np.abs(2.0 * u - 1.0) <= EXACT, 0.0, np.clip(z, -Z975, Z975))


def percentage_off(percent: Array | float, z: Array) -> Array:
    """What a percentage of `CASES` cases is off by `z` deviates: the bounds of the interval of Wilson (1927), which
    stays between 0 and 100.
    """
    share, spare = np.asarray(percent) / 100.0, z**2 / CASES
    half = z * np.sqrt(share * (1.0 - share) / CASES + spare / (4.0 * CASES))
    off: Array = 100.0 * (share + spare / 2.0 + half) / (1.0 + spare)
    return off
