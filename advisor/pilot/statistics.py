"""What counts of right answers show: intervals, paired tests, agreement. No package that takes a second to import.

Scores are from 0 to 1, one a row. Where all are 0 or 1 they are counts, and tests are exact; else they are means, by
drawing rows again.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Scores = npt.NDArray[np.float64]

CONFIDENCE = 0.95
Z = 1.959963984540054
"""97.5th percentile of the standard normal distribution."""
ALPHA = 1 - CONFIDENCE
DRAWS = 10_000
"""Times that rows are drawn again, or signs turned."""
AT_ONCE = 2_000_000
"""Numbers that are drawn at once: 16 MB."""


@dataclass(frozen=True)
class Interval:
    """Between which a share or a difference lies with 95 % confidence."""

    low: float
    high: float


@dataclass(frozen=True)
class Paired:
    """One arm against another on the same rows."""

    n: int
    """Rows that both answered."""
    difference: float
    """Mean score of the first less that of the second, -1 to 1."""
    interval: Interval
    p: float
    """That a difference as large or larger comes by chance, where there is none: both ways."""
    only_first: int
    """Rows on which the first scores more."""
    only_second: int
    exact: bool
    """Whether `p` is that of McNemar; else it comes from signs turned at random."""


def wilson(right: int, n: int, z: float = Z) -> Interval:
    """The interval of a share (Wilson, 1927). Raises `ValueError` for no rows."""
    if not 0 <= right <= n or n == 0:
        raise ValueError(f"{right} of {n} is no share")
    share, spare = right / n, z * z / n
    middle = (share + spare / 2) / (1 + spare)
    half = z * math.sqrt(share * (1 - share) / n + spare / (4 * n)) / (1 + spare)
    return Interval(0.0 if right == 0 else middle - half, 1.0 if right == n else middle + half)


def mean_interval(scores: Scores, seed: int = 0) -> Interval:
    """The interval of a mean score: Wilson's where every score is 0 or 1, else by drawing rows again (percentiles)."""
    if _counts(scores):
        return wilson(int(scores.sum()), len(scores))
    return _drawn(scores, seed)


def mcnemar(only_first: int, only_second: int) -> float:
    """The exact two-sided p of McNemar's test: whether rows on which two arms differ fall as a coin would."""
    n, few = only_first + only_second, min(only_first, only_second)
    tail = sum(math.comb(n, k) for k in range(few + 1))
    return min(1.0, 2 * tail / 2**n)


def holm(ps: Sequence[float]) -> list[float]:
    """The p of each of several comparisons, raised so that all hold together (Holm, 1979), in their order."""
    raised, largest = [0.0] * len(ps), 0.0
    for rank, place in enumerate(sorted(range(len(ps)), key=lambda at: ps[at])):
        largest = max(largest, min(1.0, (len(ps) - rank) * ps[place]))
        raised[place] = largest
    return raised


def paired(first: Scores, second: Scores, seed: int = 0) -> Paired:
    """Compare two arms row by row. Counts: exact McNemar and the interval of Newcombe (1998, method 10). Other scores:
    signs turned at random, and rows drawn again. Raises `ValueError` for no rows, or other numbers of them.
    """
    if len(first) != len(second) or len(first) == 0:
        raise ValueError(f"{len(first)} rows cannot be compared with {len(second)}")
    apart = first - second
    more, less = int((apart > 0).sum()), int((apart < 0).sum())
    difference = float(apart.mean())
    if _counts(first) and _counts(second):
        both = int((first * second).sum())
        interval = paired_interval(both, more, less, len(first) - both - more - less)
        return Paired(len(first), difference, interval, mcnemar(more, less), more, less, True)
    return Paired(len(first), difference, _drawn(apart, seed), _by_signs(apart, seed), more, less, False)


def paired_interval(both: int, only_first: int, only_second: int, neither: int) -> Interval:
    """The interval of the difference between two shares of the same rows (Newcombe, 1998, method 10)."""
    n = both + only_first + only_second + neither
    one, other = both + only_first, both + only_second
    p1, p2 = one / n, other / n
    w1, w2 = wilson(one, n), wilson(other, n)
    margins = one * (n - one) * other * (n - other)
    product = both * neither - only_first * only_second
    phi = (max(product - n / 2, 0) if product > 0 else product) / math.sqrt(margins) if margins else 0.0
    down1, up1, down2, up2 = p1 - w1.low, w1.high - p1, p2 - w2.low, w2.high - p2
    below = math.sqrt(max(0.0, down1**2 - 2 * phi * down1 * up2 + up2**2))
    above = math.sqrt(max(0.0, up1**2 - 2 * phi * up1 * down2 + down2**2))
    return Interval(p1 - p2 - below, p1 - p2 + above)


def kappa(first: Sequence[object], second: Sequence[object]) -> float | None:
    """Agreement beyond chance (Cohen, 1960); None where there are no rows, or chance alone would agree on all."""
    n = len(first)
    if n == 0:
        return None
    seen = sum(one == other for one, other in zip(first, second, strict=True)) / n
    chance = sum(
        sum(one == label for one in first) * sum(other == label for other in second) for label in {*first, *second}
    ) / (n * n)
    return None if chance == 1 else (seen - chance) / (1 - chance)


def percentiles(values: Sequence[float]) -> tuple[float, float] | None:
    """The median and the 95th percentile; None of nothing."""
    if not values:
        return None
    median, high = np.quantile(values, (0.5, 0.95))
    return float(median), float(high)


def _counts(scores: Scores) -> bool:
    return bool(np.isin(scores, (0.0, 1.0)).all())


def _drawn(values: Scores, seed: int) -> Interval:
    """Percentiles of the mean of rows drawn again."""
    random = np.random.default_rng(seed)
    n = len(values)
    means = [values[random.integers(0, n, (some, n))].mean(axis=1) for some in _parts(n)]
    low, high = np.quantile(np.concatenate(means), (ALPHA / 2, 1 - ALPHA / 2))
    return Interval(float(low), float(high))


def _by_signs(apart: Scores, seed: int) -> float:
    """The p of differences whose signs are turned at random: the share of means as far from 0, with the one seen."""
    random = np.random.default_rng(seed)
    differ = apart[apart != 0]
    if len(differ) == 0:
        return 1.0
    seen, far = abs(differ.sum()), 0
    for some in _parts(len(differ)):
        sums = np.where(random.random((some, len(differ))) < 0.5, differ, -differ).sum(axis=1)
        far += int((np.abs(sums) >= seen - 1e-12).sum())
    return (far + 1) / (DRAWS + 1)


def _parts(n: int) -> list[int]:
    """`DRAWS` in parts that are drawn at once."""
    most = max(1, AT_ONCE // n)
    return [min(most, DRAWS - done) for done in range(0, DRAWS, most)]
