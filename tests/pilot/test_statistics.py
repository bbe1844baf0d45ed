"""Intervals and tests against scipy, hand calculations, numbers recorded from statsmodels, and drawn pilots."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import binomtest

from advisor.pilot.statistics import (
    ALPHA,
    Interval,
    holm,
    kappa,
    mcnemar,
    mean_interval,
    paired,
    paired_interval,
    percentiles,
    wilson,
)

RECORDED = json.loads((Path(__file__).parent / "statsmodels.json").read_text("utf-8"))
"""What statsmodels said of tables that were drawn; `record_statsmodels.py` wrote it."""
TRIALS = 2_000


def test_wilson_is_that_of_scipy() -> None:
    for n in (1, 2, 10, 37, 400):
        for right in {0, 1, n // 3, n - 1, n}:
            theirs = binomtest(right, n).proportion_ci(method="wilson")
            assert wilson(right, n) == Interval(*map(pytest.approx, (theirs.low, theirs.high)))


def test_mcnemar_is_the_exact_test_of_a_coin() -> None:
    for first, second in ((0, 0), (0, 6), (5, 5), (3, 14), (90, 60)):
        n = first + second
        assert mcnemar(first, second) == pytest.approx(binomtest(first, n).pvalue if n else 1.0)


def test_tables_that_are_drawn_are_judged_as_scipy_judges_them() -> None:
    random = np.random.default_rng(5)
    for n in random.integers(1, 500, 60):
        both, first, second, neither = map(int, random.multinomial(n, random.dirichlet((2, 1, 1, 2))))
        theirs = binomtest(both + first, int(n)).proportion_ci(method="wilson")
        assert wilson(both + first, int(n)) == Interval(*map(pytest.approx, (theirs.low, theirs.high)))
        apart = first + second
        assert mcnemar(first, second) == pytest.approx(binomtest(first, apart).pvalue if apart else 1.0)
        scores = [np.repeat([1.0, 1.0, 0.0, 0.0], (both, first, second, neither)),
                  np.repeat([1.0, 0.0, 1.0, 0.0], (both, first, second, neither))]  # fmt: skip
        told = paired(*scores)
        assert (told.only_first, told.only_second, told.exact) == (first, second, True)
        assert told.difference == pytest.approx((first - second) / n)


def test_of_ways_that_are_alike_few_pilots_show_any_difference() -> None:
    """Of invented pilots in which five ways are right as often as the first, at most 5 % show that one is not."""
    random, trials, rows = np.random.default_rng(6), 1_000, 80
    wrong = alone = 0
    for _ in range(trials):
        right = random.random((6, rows)) < random.beta(2, 1, rows)  # rows are hard or easy for all ways
        ps = [mcnemar(int((way & ~right[0]).sum()), int((right[0] & ~way).sum())) for way in right[1:]]
        wrong += min(holm(ps)) <= ALPHA
        alone += min(ps) <= ALPHA
    assert wrong / trials <= ALPHA + 2 * (ALPHA * (1 - ALPHA) / trials) ** 0.5
    assert alone / trials > 2 * ALPHA  # without the correction they would


@pytest.mark.parametrize("table", RECORDED["tables"], ids=lambda table: "-".join(map(str, table["counts"])))
def test_tables_are_judged_as_statsmodels_judges_them(table: dict[str, object]) -> None:
    both, first, second, neither = table["counts"]
    n = both + first + second + neither
    assert mcnemar(first, second) == pytest.approx(table["mcnemar"])
    assert wilson(both + first, n) == Interval(*map(pytest.approx, table["wilson"]))
    assert kappa(
        [True] * (both + first) + [False] * (second + neither),
        [True] * both + [False] * first + [True] * second + [False] * neither,
    ) == pytest.approx(table["kappa"])


@pytest.mark.parametrize("ps", RECORDED["holm"], ids=lambda ps: str(len(ps["ps"])))
def test_several_comparisons_are_corrected_as_statsmodels_does(ps: dict[str, list[float]]) -> None:
    assert holm(ps["ps"]) == pytest.approx(ps["holm"])


def test_a_paired_interval_by_hand() -> None:
    """Cells 40, 10, 2, 48: shares 0.5 and 0.42, with Wilson 0.4038-0.5962 and 0.3280-0.5179; phi (1900-50)/2467.8."""
    phi = (40 * 48 - 10 * 2 - 50) / (50 * 50 * 42 * 58) ** 0.5
    below = (0.0962**2 - 2 * phi * 0.0962 * 0.0979 + 0.0979**2) ** 0.5
    above = (0.0962**2 - 2 * phi * 0.0962 * 0.0920 + 0.0920**2) ** 0.5
    assert paired_interval(40, 10, 2, 48) == Interval(
        pytest.approx(0.08 - below, abs=2e-4), pytest.approx(0.08 + above, abs=2e-4)
    )


@pytest.mark.parametrize(
    ("n", "cells"),
    [
        (30, (0.3, 0.2, 0.1, 0.4)),
        (100, (0.6, 0.15, 0.05, 0.2)),
        (200, (0.9, 0.02, 0.01, 0.07)),
        (60, (0.4, 0.0, 0.0, 0.6)),
    ],
)
def test_intervals_hold_what_they_promise(n: int, cells: tuple[float, ...]) -> None:
    """Of invented pilots with a known truth, some 95 % of the intervals hold it."""
    both, first, second, _ = cells
    counts = np.random.default_rng(2).multinomial(n, cells, TRIALS)
    shares = [wilson(int(a + b), n) for a, b, _, _ in counts]
    differences = [paired_interval(*map(int, row)) for row in counts]
    assert 0.93 <= np.mean([one.low <= both + first <= one.high for one in shares]) <= 0.99
    assert np.mean([one.low <= first - second <= one.high for one in differences]) >= 0.93


def test_scores_between_nothing_and_all_are_drawn_again() -> None:
    random = np.random.default_rng(3)
    held = [mean_interval(random.beta(2, 1, 80), seed) for seed in range(60)]  # the mean of that distribution is 2/3
    assert np.mean([one.low <= 2 / 3 <= one.high for one in held]) >= 0.85
    better = random.beta(5, 2, 80)
    apart = paired(better, better - random.uniform(0.02, 0.1, 80))
    assert apart.p < 0.001
    assert 0.04 < apart.interval.low < apart.difference < apart.interval.high < 0.08
    same = paired(better, random.permutation(better))
    assert same.p > 0.05
    assert same.interval.low < 0 < same.interval.high
    assert paired(better, better).p == 1.0


def test_signs_that_are_turned_give_the_p_of_scipy() -> None:
    from scipy.stats import permutation_test

    random = np.random.default_rng(4)
    first, second = random.random(12), random.random(12) * 0.8
    theirs = permutation_test(
        (first, second), lambda a, b, axis: (a - b).mean(axis=axis), permutation_type="samples", n_resamples=np.inf
    ).pvalue
    assert paired(first, second).p == pytest.approx(theirs, abs=0.015)


def test_rows_are_compared_one_by_one() -> None:
    told = paired(np.array([1.0, 1, 1, 0, 0]), np.array([1.0, 0, 0, 1, 0]))
    assert (told.n, told.only_first, told.only_second, told.difference) == (5, 2, 1, pytest.approx(0.2))
    assert told.p == 1.0
    for first, second in (([], []), ([1.0], [1.0, 0.0])):
        with pytest.raises(ValueError, match="cannot be compared"):
            paired(np.array(first), np.array(second))


def test_of_nothing_nothing_is_said() -> None:
    assert percentiles([]) is None
    assert percentiles([1.0, 2.0, 3.0]) == (2.0, pytest.approx(2.9))
    assert kappa([], []) is None
    assert kappa(["a"], ["a"]) is None
    with pytest.raises(ValueError, match="no share"):
        wilson(0, 0)
