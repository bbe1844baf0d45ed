"""How large a difference must be for so many rows to show it, against trials that are drawn."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest, multinomial

from advisor.pilot.power import POWER, power, rows_needed, smallest_difference
from advisor.pilot.statistics import ALPHA, mcnemar


def drawn(n: int, difference: float, differing: float, comparisons: int, trials: int = 4_000) -> float:
    """The share of invented pilots in which the test shows the difference."""
    better = (differing + difference) / 2
    counts = np.random.default_rng(1).multinomial(n, [better, differing - better, 1 - differing], trials)
    return float(np.mean([mcnemar(int(more), int(less)) <= ALPHA / comparisons for more, less, _ in counts]))


@pytest.mark.parametrize(
    ("n", "difference", "differing", "comparisons"),
    [(100, 0.12, 0.2, 1), (50, 0.2, 0.4, 1), (200, 0.1, 0.2, 5), (30, 0.1, 0.1, 1), (100, 0.0, 0.3, 1)],
)
def test_power_is_the_share_of_drawn_pilots_that_show_the_difference(
    n: int, difference: float, differing: float, comparisons: int
) -> None:
    trials = 4_000
    told = power(n, difference, differing, comparisons)
    spread = 4 * np.sqrt(max(told * (1 - told), 0.001) / trials)
    assert drawn(n, difference, differing, comparisons, trials) == pytest.approx(told, abs=spread)


@pytest.mark.parametrize(("difference", "differing", "level"), [(0.4, 0.6, 1), (0.5, 0.5, 3), (0.1, 0.9, 1)])
def test_power_of_few_rows_is_that_of_every_outcome_there_is(difference: float, differing: float, level: int) -> None:
    """Each number of rows that favour the one and the other, with its chance and test by scipy."""
    n, better = 14, (differing + difference) / 2
    told = sum(
        multinomial.pmf([more, less, n - more - less], n, [better, differing - better, 1 - differing])
        for more in range(n + 1)
        for less in range(n + 1 - more)
        if more + less and binomtest(more, more + less).pvalue <= ALPHA / level
    )
    assert 0.01 < told < 0.99
    assert power(n, difference, differing, level) == pytest.approx(told, abs=1e-9)


def test_a_hundred_rows_tell_some_twelve_points_apart() -> None:
    least = smallest_difference(100, 0.2)
    assert least == pytest.approx(0.13, abs=0.01)
    assert power(100, least, 0.2) >= POWER > power(100, least - 0.001, 0.2)


def test_too_few_rows_show_nothing_and_more_comparisons_ask_for_more() -> None:
    assert smallest_difference(5, 0.4) is None
    assert smallest_difference(0, 0.4) is None
    one, ten = smallest_difference(200, 0.2), smallest_difference(200, 0.2, 10)
    assert one is not None
    assert ten is not None
    assert ten > one


def test_rows_needed_are_enough_and_hardly_more_than_enough() -> None:
    rows = rows_needed(0.1, 0.2)
    assert rows is not None
    assert power(rows, 0.1, 0.2) >= POWER
    assert power(int(rows * 0.93), 0.1, 0.2) < POWER
    assert rows_needed(0.001, 0.2) is None


def test_arms_cannot_be_further_apart_than_they_differ() -> None:
    with pytest.raises(ValueError, match="further apart"):
        power(100, 0.3, 0.2)
