"""What each scenario takes: the verdict and its option, from shares, gates, limits and the bill.

"Not yet" comes of the gates of `content/rules/` that work can lift (`lifts: later`). `advisor.engine.removals` says
which of them count, and both modules have their thresholds; its sentence is in `advisor.wording.outcome`.
"""

from __future__ import annotations

import numpy as np

from advisor.content.entries import Verdict
from advisor.engine.advice import MOSTLY
from advisor.engine.burden import BROKEN, Burden
from advisor.engine.rules import trains
from advisor.engine.scenarios import Array, Mask, Scenarios, across, by_situation, often
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
OUT = 1e300
"""Nats taken from an option that is removed: nothing is left of its worth."""


def choice(
    scenarios: Scenarios, share: Array, never: Mask, later: Mask, taken: Burden
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Each scenario is one team like the user's, which takes an option as often as the shares say.

    A softmax is what comes of every team taking the option it finds best, where what speaks for each beside the shares
    has a Gumbel distribution (McFadden 1974). That part stays the same when an answer is changed, so that what makes an
    option likelier moves teams to it and to no other. Returns verdict, target, ending and fallback of `Assessment`.
    """
    tunes, count = trains(scenarios.content), scenarios.count
    trained = tunes[:, np.newaxis, np.newaxis]
    held_up = never | later
    # Options x situations x scenarios from here on.
    closed = by_situation(_closed(taken.closes, held_up), count)
    share, never, later, removed, far, nats = (
        by_situation(table, count) for table in (share, never, later, held_up, taken.far, taken.nats)
    )
    worth = np.log(np.maximum(share, 1e-12)) - nats
    worth += scenarios.tastes.T[:, np.newaxis]
    worth -= CLOSED * closed
    worth -= OUT * never
    ending = _best(worth)
    if taken.closes.any():
        # A team decides before it knows its scenario: what most close is taken where nothing else is left.
        mostly = _mostly_closed(taken.closes, held_up, count, MOSTLY + scenarios.off(TURNS))
        worth -= 2.0 * CLOSED * mostly
        closed = closed | mostly
    fallback = _best(worth - OUT * ((later | trained) & ~never))
    # Where all training is held up, and training or nothing leads, nobody can decide yet.
    missing = np.asarray(removed[tunes].all(axis=0))
    target = _best(worth)
    if missing.any():
        waiting = trained & later & ~(closed | never)
        missing = missing & waiting.any(axis=0)
        mine = np.flatnonzero(missing.any(axis=1))
        wanted = np.where((never | closed)[:, mine], 0.0, share[:, mine] * np.exp(-nats[:, mine]))
        wanted /= np.maximum(np.add.reduce(wanted), 1e-300)
        missing[mine] &= _undecided(wanted, scenarios)
        target = np.where(missing, _best(worth - OUT * ~waiting), target)
    situations, scenario = np.ogrid[: len(target), :count]
    # Only training is waited for: what needs none and breaks a limit is what is left, with the limit that it breaks.
    waits = later[target, situations, scenario] | far[target, situations, scenario]
    verdict = np.where(tunes[target], np.where(waits, NOT_YET, FINE_TUNE), DONT)
    return verdict.reshape(-1), target.reshape(-1), ending.reshape(-1), fallback.reshape(-1)


def _best(worth: Array) -> np.ndarray:
    """The place of the first of the highest options, as `argmax` says it more slowly of a few long rows."""
    highest = worth == np.maximum.reduce(worth)
    ranks = highest.view(np.uint8) * np.arange(len(worth), 0, -1, dtype=np.uint8)[:, np.newaxis, np.newaxis]
    best: np.ndarray = len(worth) - np.maximum.reduce(ranks).astype(np.intp)
    return best


def _closed(closes: np.ndarray, removed: Mask) -> Mask:
    """What limits and the bill close in a row that keeps an option which they close less."""
    least = across(np.minimum, np.where(removed, np.uint8(BROKEN), closes))
    closed: Mask = closes > least
    return closed


def closed_mostly(closes: np.ndarray, removed: Mask, count: int) -> Mask:
    """Situations x options: the same in most scenarios."""
    return _mostly_closed(closes, removed, count, MOSTLY)[:, :, 0].T


def _mostly_closed(closes: np.ndarray, removed: Mask, count: int, least: float | Array) -> Mask:
    """Options x situations x what `least` has: the same in so large a share of the scenarios. By a threshold that is
    known to `TURNS`, one for each scenario, these turn one after the other.
    """

    def mostly(mask: Mask) -> Mask:
        held: Mask = often(mask, count).T[:, :, np.newaxis] >= least
        return held

    levels = np.where(mostly(closes == BROKEN), np.uint8(BROKEN), mostly(closes > 0).view(np.uint8))
    closed: Mask = levels > np.minimum.reduce(np.where(mostly(removed), np.uint8(BROKEN), levels))
    return closed


def _undecided(share: Array, scenarios: Scenarios) -> Mask:
    """Where training or nothing leads: in the situation as a whole, and no less in the scenario itself.

    `share` has options x some situations x scenarios.
    """
    order = {option.id: place for place, option in enumerate(scenarios.content.options)}
    tunes = trains(scenarios.content)
    others = [
        np.add.reduce(share[[order[one] for one in members]])
        for members in MEMBERS.values()
        if not tunes[order[members[0]]]
    ]
    leader, training = np.maximum.reduce(others), np.add.reduce(share[tunes])
    whole = np.maximum.reduce([one.mean(axis=1) for one in others])
    # A threshold that is known to a twentieth turns the scenarios one after the other.
    margin = np.maximum(training.mean(axis=1), LEADS) - whole
    open_: Mask = margin[:, np.newaxis] >= scenarios.off(ABOUT)
    return open_ & ((training >= leader) | (leader < SURE))
