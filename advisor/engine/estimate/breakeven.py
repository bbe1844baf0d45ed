"""From which volume on, and after how many months, an option beats the cheapest way without training."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from advisor.engine.estimate.bill import Bill
from advisor.engine.estimate.inference import Serving
from advisor.engine.scenarios import Array, Mask

MOST_REQUESTS = 1e12
"""Beyond this volume nothing breaks even any more."""
MOST_GPUS = 12
"""GPUs up to which the stairs are climbed one by one; beyond them one step more or less changes little."""


@dataclass(frozen=True)
class BreakEven:
    """Per scenario: requests a month from which the option is cheaper (inf: never), and months until its extra one-off
    cost is earned back at the user's volume (inf: never).
    """

    requests_month: Array
    months: Array


def break_even(option: Bill, reference: Bill) -> BreakEven:
    """Compare two bills.

    Where the option runs on GPUs its cost is a staircase, and the volume is the first at which it is cheaper; a
    reference on GPUs counts as the slope of its stairs. An option that is cheaper from the first request on breaks even
    at 0.
    """
    extra_once = option.once_usd - reference.once_usd
    saved = reference.recurring - option.recurring
    with np.errstate(divide="ignore", invalid="ignore"):
        months = np.where(
            extra_once <= 0, np.where(saved >= 0, 0.0, np.inf), np.where(saved > 0, extra_once / saved, np.inf)
        )
    fixed = option.fixed_month + option.spread_month - reference.fixed_month - reference.spread_month
    per_request = _slope(reference) - option.serving.per_request
    volume = _line(fixed, per_request)
    stairs = option.serving.gpu_month > 0
    if stairs.any():
        volume[stairs] = _stairs(option.serving, fixed, per_request, stairs)
    volume = np.where(volume > MOST_REQUESTS, np.inf, volume)
    unknown = ~np.isfinite(option.once_usd) | ~np.isfinite(reference.once_usd)
    return BreakEven(np.where(unknown, np.nan, volume), np.where(unknown, np.nan, months))


def _line(fixed: Array, per_request: Array) -> Array:
    """First volume at which `fixed` is earned back by `per_request` a request; 0 where nothing is to be earned back."""
    with np.errstate(divide="ignore", invalid="ignore"):
        later = np.where(per_request > 0, fixed / per_request, np.inf)
    return np.where(fixed <= 0, 0.0, later)


def _stairs(served: Serving, fixed: Array, per_request: Array, rows: Mask) -> Array:
    """The first volume at which the saving carries the fixed cost and the GPUs that this volume needs."""
    gpu_month, capacity = served.gpu_month[rows], served.gpu_requests[rows]
    fixed, per_request = fixed[rows], per_request[rows]
    slope = per_request - gpu_month / capacity
    volume = np.where(slope > 0, np.maximum(_line(fixed, slope), MOST_GPUS * capacity), np.inf)
    # Each GPU that is used to the full saves so much; so many of them carry the fixed cost, the last of them in part.
    spare = per_request * capacity - gpu_month
    with np.errstate(divide="ignore", invalid="ignore"):
        gpus = np.where(spare > 0, np.maximum(1.0, np.ceil(fixed / spare)), np.inf)
    gpus = np.where(fixed <= np.maximum(spare, -gpu_month), 1.0, gpus)
    first = np.maximum(_line(fixed + gpus * gpu_month, per_request), (gpus - 1.0) * capacity)
    return np.where(gpus <= MOST_GPUS, first, volume)


def _slope(bill: Bill) -> Array:
    """USD that one more request costs in the long run: its tokens, and its share of a GPU."""
    served = bill.serving
    return served.per_request + np.where(served.gpu_month > 0, served.gpu_month / served.gpu_requests, 0.0)
