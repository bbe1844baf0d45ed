"""From which volume on, and after how many months, an option beats the cheapest way without training."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from advisor.estimate.bill import Bill
from advisor.scenarios import Array

MOST_REQUESTS = 1e12
"""Beyond this volume nothing breaks even any more."""


@dataclass(frozen=True)
class BreakEven:
    """Per scenario: requests a month from which the option is cheaper (inf: never), and months until its extra one-off
    cost is earned back at the user's volume (inf: never).
    """

    requests_month: Array
    months: Array


def break_even(option: Bill, reference: Bill) -> BreakEven:
    """Compare two bills. Hosting that is paid by the GPU makes cost a staircase; the volume found is then the first at
    which the option is cheaper, to within the height of a step.
    """
    extra_once = option.once_usd - reference.once_usd
    saved = reference.recurring - option.recurring
    with np.errstate(divide="ignore", invalid="ignore"):
        months = np.where(
            extra_once <= 0, np.where(saved >= 0, 0.0, np.inf), np.where(saved > 0, extra_once / saved, np.inf)
        )
    fixed = option.fixed_month + option.once_usd / option.horizon
    fixed = fixed - reference.fixed_month - reference.once_usd / reference.horizon
    per_request = _slope(reference) - _slope(option)
    floor = np.maximum(_first_gpu(option) - _first_gpu(reference), 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        volume = np.where(per_request > 0, np.maximum(fixed + floor, 0.0) / per_request, np.inf)
    volume = np.where((fixed + floor <= 0) & (per_request <= 0), 0.0, volume)
    volume = np.where(volume > MOST_REQUESTS, np.inf, volume)
    unknown = ~np.isfinite(option.once_usd) | ~np.isfinite(reference.once_usd)
    return BreakEven(np.where(unknown, np.nan, volume), np.where(unknown, np.nan, months))


def _slope(bill: Bill) -> Array:
    """USD that one more request costs in the long run: its tokens, and its share of a GPU."""
    served = bill.serving
    return served.per_request + np.where(served.gpu_month > 0, served.gpu_month / served.gpu_requests, 0.0)


def _first_gpu(bill: Bill) -> Array:
    """USD a month that the first GPU costs however little it does."""
    return bill.serving.gpu_month
