"""What each scenario takes: the verdict and its option, from shares, gates, limits and the bill."""

from __future__ import annotations

import numpy as np

from advisor.content.entries import Verdict
from advisor.engine.advice import MOSTLY
from advisor.engine.burden import BROKEN, Burden
from advisor.engine.rules import trains
from advisor.engine.scenarios import Array, Mask, Scenarios, across, often
from advisor.engine.terms import MEMBERS

VERDICTS: tuple[Verdict, ...] = ("fine_tune", "not_yet", "dont")
FINE_TUNE, NOT_YET, DONT = 0, 1, 2
LEADS = 0.4
"""Share from which an outcome without training leads, so that it may be tried while training is held up. Assumption."""
ABOUT = 0.05
"""How far the share at which an outcome leads may be off. Assumption."""
SURE = 0.9
"""Share from which one scenario alone is sure enough of an outcome without training. Assumption."""
TURNS = 0.1
"""How far off the share of scenarios may be from which something counts as closed in most of them. Assumption."""
CLOSED = 200.0
"""Nats taken from an option that is closed while another is open: it is chosen only where nothing else is left."""


def choice(
    scenarios: Scenarios, share: Array, never: Mask, later: Mask, taken: Burden
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Each scenario is one team like the user's, which takes an option as often as the shares say.

    A softmax is what comes of every team taking the option it finds best, where what speaks for each beside the shares
    has a Gumbel distribution (McFadden 1974). That part stays the same when an answer is changed, so that what makes an
    option likelier moves teams to it and to no other. Returns verdict, target, ending and fallback of `Assessment`.
    """
    tunes = trains(scenarios.content)
    worth = np.log(np.maximum(share, 1e-12)) - taken.nats
    worth = (worth.reshape(-1, *scenarios.tastes.shape) + scenarios.tastes).reshape(worth.shape)
    closed = _closed(taken.closes, never | later)
    wished = np.where(never, -np.inf, worth - CLOSED * closed)
    rows = np.arange(len(share))
    ending = wished.argmax(axis=1)
    # A team decides before it knows its scenario: what is closed in most of them is taken where nothing else is left.
    mostly = _turning(taken.closes, never | later, scenarios)
    wished -= 2.0 * CLOSED * mostly
    closed |= mostly
    fallback = np.where(later | tunes, -np.inf, wished).argmax(axis=1)
    # Where all training is held up, and training or nothing leads, nobody can decide yet.
    missing, target = np.asarray((later | never)[:, tunes].all(axis=1)), wished.argmax(axis=1)
    if missing.any():
        waiting = np.where(tunes & later & ~closed, wished, -np.inf)
        missing &= np.isfinite(waiting).any(axis=1)
        mine = missing.reshape(-1, scenarios.count).any(axis=1).repeat(scenarios.count)
        wanted = np.where(never[mine] | closed[mine], 0.0, share[mine] * np.exp(-taken.nats[mine]))
        wanted /= np.maximum(wanted.sum(axis=1, keepdims=True), 1e-300)
        missing[mine] &= _undecided(wanted, scenarios)
        target = np.where(missing, waiting.argmax(axis=1), target)
    verdict = np.where(tunes[target], FINE_TUNE, DONT)
    too_far = taken.far[rows, target]
    verdict = np.where(later[rows, target] | too_far, NOT_YET, verdict)
    # Where every way of training is surely closed for good, waiting brings nothing: take the best of the others.
    surely = never[:, tunes].all(axis=1).reshape(-1, scenarios.count).all(axis=1).repeat(scenarios.count)
    verdict = np.where(surely & ~too_far, DONT, verdict)
    return verdict, target, ending, fallback


def _closed(closes: np.ndarray, removed: Mask) -> Mask:
    """What limits and the bill close in a row, or situation, that keeps an option which they close less."""
    least = across(np.minimum, np.where(removed, np.uint8(BROKEN), closes))
    closed: Mask = closes > least
    return closed


def _turning(closes: np.ndarray, removed: Mask, scenarios: Scenarios) -> Mask:
    """Rows x options: what `closed_mostly` closes, by a threshold that is known to `TURNS`, so that the scenarios turn
    one after the other.
    """
    least = MOSTLY + scenarios.off(TURNS)[np.newaxis, :, np.newaxis]

    def mostly(mask: Mask) -> Mask:
        return often(mask, scenarios.count)[:, np.newaxis] >= least

    levels = np.where(mostly(closes == BROKEN), np.uint8(BROKEN), mostly(closes > 0).view(np.uint8))
    flat = levels.reshape(len(closes), -1)
    return _closed(flat, mostly(removed).reshape(flat.shape))


def closed_mostly(closes: np.ndarray, removed: Mask, count: int) -> Mask:
    """Situations x options: the same in most scenarios."""
    most = np.where(often(closes == BROKEN, count) >= MOSTLY, BROKEN, often(closes > 0, count) >= MOSTLY)
    return _closed(most, often(removed, count) >= MOSTLY)


def _undecided(share: Array, scenarios: Scenarios) -> Mask:
    """Rows in which training or nothing leads: in the situation as a whole, and no less in the scenario itself.

    `share` has the rows of some situations.
    """
    order = {option.id: place for place, option in enumerate(scenarios.content.options)}
    tunes = trains(scenarios.content)
    others = [members for members in MEMBERS.values() if not tunes[order[members[0]]]]
    leader = np.max([share[:, [order[one] for one in members]].sum(axis=1) for members in others], axis=0)
    training = share[:, tunes].sum(axis=1)
    shape = (-1, scenarios.count)
    whole = np.max(
        [share[:, [order[one] for one in members]].sum(axis=1).reshape(shape).mean(axis=1) for members in others],
        axis=0,
    )
    trained = training.reshape(shape).mean(axis=1)
    # A threshold that is known to a twentieth turns the scenarios one after the other.
    margin = (np.maximum(trained, LEADS) - whole).repeat(scenarios.count)
    open_: Mask = margin >= np.tile(scenarios.off(ABOUT), len(share) // scenarios.count)
    return open_ & ((training >= leader) | (leader < SURE))
