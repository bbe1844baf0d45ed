"""Before a run: which difference so many rows can tell apart. Exact for McNemar's test, nothing simulated.

The test looks at rows on which two arms differ. How many those are nobody knows before: `DIFFERING` is an assumption,
and after a run it is counted.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import numpy.typing as npt

from advisor.pilot.statistics import ALPHA

POWER = 0.8
"""Chance with which a difference that is there is to be shown."""
DIFFERING = (0.1, 0.2, 0.4)
"""Share of the rows on which two arms differ: of arms that are much alike, usual, and very different. Assumption."""
STEPS = 30
"""Halvings, until the difference is known to far less than a row."""


def power(n: int, difference: float, differing: float, comparisons: int = 1) -> float:
    """The chance that the exact test of McNemar shows a difference between two arms on `n` rows, where they differ on
    the share `differing` of rows. `comparisons` share the level of 5 % (Bonferroni, which Holm never falls below).
    """
    from scipy.special import bdtr, gammaln  # here, since importing it takes a tenth of a second

    if not 0 <= difference <= differing <= 1:
        raise ValueError("arms cannot be further apart than the share of rows on which they differ")
    if differing == 0:
        return 0.0
    sizes = np.arange(n + 1)
    logs = gammaln(n + 1) - gammaln(sizes + 1) - gammaln(n - sizes + 1)
    with np.errstate(divide="ignore"):
        rest = 0.0 if differing == 1 else math.log1p(-differing)
        chances = np.exp(logs + sizes * math.log(differing) + (n - sizes) * rest)
    if differing == 1:
        chances = (sizes == n).astype(float)
    better = (differing + difference) / (2 * differing)
    few = _critical(n, ALPHA / comparisons)
    told = few >= 0
    up, down = (np.where(told, bdtr(np.maximum(few, 0), sizes, share), 0.0) for share in (1 - better, better))
    return float((chances * (up + down)).sum())


def smallest_difference(n: int, differing: float, comparisons: int = 1) -> float | None:
    """The smallest difference (0 to 1) that `n` rows show with a chance of 80 %; None where they show none."""
    if n == 0 or power(n, differing, differing, comparisons) < POWER:
        return None
    low, high = 0.0, differing
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (low, middle) if power(n, middle, differing, comparisons) >= POWER else (middle, high)
    return high


def rows_needed(difference: float, differing: float, comparisons: int = 1, most: int = 10_000) -> int | None:
    """The fewest rows that show a difference with a chance of 80 %, to within a fiftieth; None for more than `most`."""
    low, high = 1, 8
    while power(high, difference, differing, comparisons) < POWER:
        low, high = high, high * 2
        if high > most:
            return None
    while high - low > max(1, high // 50):
        middle = (low + high) // 2
        low, high = (low, middle) if power(middle, difference, differing, comparisons) >= POWER else (middle, high)
    return high


@cache
def _critical(n: int, level: float) -> npt.NDArray[np.int64]:
    """For each number of rows on which arms differ, up to `n`: how many of them at most may favour one arm so that the
    test shows it is worse. -1: none would do.
    """
    from scipy.special import bdtr

    few, k = np.full(n + 1, -1), -1
    for size in range(1, n + 1):  # with a row more, at most one more may favour the other arm
        if 2 * (k + 1) < size and 2 * bdtr(k + 1, size, 0.5) <= level:
            k += 1
        few[size] = k
    return few
