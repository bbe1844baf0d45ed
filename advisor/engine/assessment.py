"""Situations assessed: scenarios, prices, times, rules and the choice in every scenario.

One mechanism serves the verdict of one situation, its flips (the same situation with one answer changed) and a
portfolio of thousands: they are rows of the same arrays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from advisor.content.catalogue import Catalogue, catalogue
from advisor.content.entries import Verdict
from advisor.content.load import Content
from advisor.engine import attempts
from advisor.engine.burden import LIMITS, MOSTLY, Burden, burden, complaints
from advisor.engine.estimate.bill import Bill, bills
from advisor.engine.estimate.inference import BaseModels, base_models, priced, small_price, usd_per_request
from advisor.engine.estimate.latency import Latency, latencies
from advisor.engine.estimate.requests import Request, requests
from advisor.engine.estimate.routes import Doors, doors
from advisor.engine.rules import Rulebook, compile_rules
from advisor.engine.scenarios import Array, Mask, Scenarios, draw
from advisor.engine.shares import shares
from advisor.engine.terms import MEMBERS
from advisor.interview.situation import Situation

VERDICTS: tuple[Verdict, ...] = ("fine_tune", "not_yet", "dont")
FINE_TUNE, NOT_YET, DONT = 0, 1, 2

LEADS = 0.4
"""Share from which an outcome without training leads, so that it may be tried while training is held up. Assumption."""
SURE = 0.9
"""Share from which one scenario alone is sure enough of an outcome without training. Assumption."""
CLOSED = 200.0
"""Nats taken from an option that is closed while another is open: it is chosen only where nothing else is left."""
PROBE = 256
"""Scenarios used to see whether a question can apply."""


@dataclass(frozen=True)
class Assessment:
    """Arrays with one row a scenario; options in the order of the ladder."""

    scenarios: Scenarios
    catalogue: Catalogue
    book: Rulebook
    models: BaseModels
    doors: Doors
    sent: dict[str, Request]
    bills: dict[str, Bill]
    latencies: dict[str, Latency]
    fired: Mask
    """Rows x rules."""
    score: Array
    """Rows x options: log-odds of reaching the target in decibans, by the rules."""
    share: Array
    """Rows x options: of teams like this one, how many end with the option, among those not removed for good."""
    never: Mask
    """Rows x options: removed for good."""
    later: Mask
    """Rows x options: removed until something missing is there."""
    blocked: Mask
    """Situations x options: removed, for good or until something is there, in at least half of the scenarios."""
    burden: Burden
    """What limits and the bill take."""
    verdict: np.ndarray
    """Rows: place in `VERDICTS`."""
    target: np.ndarray
    """Rows: the option that is recommended, or that would be once the missing thing is there."""
    ending: np.ndarray
    """Rows: the option that the team ends with, whatever is missing today."""
    fallback: np.ndarray
    """Rows: the best option that nothing holds up."""

    @property
    def over(self) -> dict[str, Mask]:
        """By limit that the user set, rows x options: where the option breaks it."""
        return self.burden.over

    def breaks(self, *limits: str) -> Mask:
        """Rows x options: where the option breaks one of these limits."""
        return _any({limit: mask for limit, mask in self.over.items() if limit in limits}, self.never)

    @property
    def label(self) -> np.ndarray:
        """Rows: verdict and option as one number."""
        return self.verdict * self.share.shape[1] + self.target


def reachable(situations: Sequence[Situation], content: Content, book: Rulebook) -> list[Situation]:
    """The situations without answers whose question cannot apply, given the other answers."""
    kept = list(situations)
    for _ in range(3):
        conditional = [
            question.id
            for question in content.questions
            if question.when and any(question.id in situation.answers for situation in kept)
        ]
        if not conditional:
            return kept
        probe = draw(kept, content, PROBE)
        changed = False
        for question in conditional:
            held = np.any(book.applies(question, probe).reshape(len(kept), PROBE), axis=1)
            for place, situation in enumerate(kept):
                if question in situation.answers and not held[place]:
                    kept[place] = situation.without(question)
                    changed = True
        if not changed:
            return kept
    return kept


RATIO_OPTIONS = ("prompting", "few_shot", "distill")
"""Options whose cost the rules themselves look at."""


def assess(situations: Sequence[Situation], content: Content, at: date, count: int, figures: bool = True) -> Assessment:
    """Assess each situation with `count` scenarios. Raises `UnknownPrice` if a model in use has no price on the day.

    Without `figures`, only the costs and times that the choice needs are estimated: the choice is the same.
    """
    book = compile_rules(content)
    facts = catalogue(content, at)
    scenarios = draw(situations, content, count)
    models = base_models(scenarios, facts)
    open_doors = doors(scenarios, facts)
    sent = requests(scenarios)
    weighed = any(situation.answers.get(limit) is not None for situation in situations for limit in LIMITS)
    weighed = weighed or bool(complaints(scenarios))
    wanted = tuple(option.id for option in content.options) if figures or weighed else RATIO_OPTIONS
    prices = bills(scenarios, facts, models, open_doors, sent, wanted)
    offers = {option: bill.offer for option, bill in prices.items() if bill.offer}
    times = latencies(scenarios, models, sent, wanted, offers, open_doors.routes) if figures or weighed else {}
    _derive(scenarios, facts, models, sent, open_doors, prices)
    fired = book.fired(scenarios)
    shape = (len(situations), count)
    held = fired.reshape(*shape, -1)[..., book.weighing]
    weighted = held * scenarios.weights[:, book.weighing]
    score = (scenarios.priors + weighted @ book.effects[book.weighing]).reshape(len(fired), -1)
    never, later = book.removed(fired)
    taken = burden(scenarios, prices, times, never.shape)
    # Inside an outcome experts divide, and no case has counted the gate before.
    inside = np.array([option.id not in {members[0] for members in MEMBERS.values()} for option in content.options])
    shut = book.removed(fired & said(scenarios, book))[0] | (never & inside) | _mostly(never, count)
    shut |= attempts.shut(situations, content, count)
    share = shares(scenarios, shut, situations[0].off)
    choice = _choose(scenarios, share, shut, later, taken)
    return Assessment(
        scenarios, facts, book, models, open_doors, sent, prices, times, fired, score, share, never, later,
        _mostly(never | later, count)[::count], taken, *choice,
    )  # fmt: skip


def ends_in_training(assessment: Assessment) -> Mask:
    """Rows whose team ends with a trained model, now or once what is missing is there."""
    ends: Mask = np.array([option.tunes for option in assessment.scenarios.content.options])[assessment.ending]
    return ends


def _mostly(mask: Mask, count: int) -> Mask:
    """Rows x options: where the mask holds in most scenarios of the situation."""
    held: Mask = mask.reshape(-1, count, mask.shape[1]).mean(axis=1) >= MOSTLY
    return held.repeat(count, axis=0)


def said(scenarios: Scenarios, book: Rulebook) -> Mask:
    """Rows x rules: where the user answered everything that a rule reads.

    Among published teams are those to whom something was closed of which their case says nothing. So a gate that hangs
    on an open question takes nothing from a share: that would count it twice.
    """
    asked = {column: question.id for question in scenarios.content.questions for column in question.columns}
    everywhere: Mask = np.ones(scenarios.rows, dtype=bool)
    columns = [
        np.logical_and.reduce(
            [everywhere, *(scenarios.said(one) for one in {asked[name] for name in names if name in asked})]
        )
        for names in book.reads
    ]
    return np.column_stack(columns)


def _derive(
    scenarios: Scenarios,
    facts: Catalogue,
    models: BaseModels,
    sent: dict[str, Request],
    open_doors: Doors,
    prices: dict[str, Bill],
) -> None:
    """Fill the columns that `rules.DERIVED` promises."""
    cheapest = np.min([prices[option].usd_month for option in ("prompting", "few_shot")], axis=0)
    student = prices["distill"].usd_month
    ratio = np.divide(student, cheapest, out=np.full_like(student, np.nan), where=cheapest > 0)
    scenarios.derived.update(
        score_gap=scenarios["target_score"] - scenarios["baseline_score"],
        sft_routes=open_doors.count("sft"),
        dpo_routes=open_doors.count("dpo"),
        rft_routes=open_doors.count("rft"),
        continue_routes=open_doors.count("continue"),
        sft_life_months=open_doors.life("sft"),
        smaller_cost_ratio=_smaller_cost_ratio(scenarios, facts, models, sent["few_shot"]),
        distill_cost_ratio=np.where(np.isfinite(ratio), ratio, 1.0),
    )


def _smaller_cost_ratio(scenarios: Scenarios, facts: Catalogue, models: BaseModels, request: Request) -> Array:
    """What a request with examples costs with the typical small model, over what it costs with the model named."""
    named = scenarios.said("price_model") & ~models.own_machines
    if not named.any():
        return np.ones(scenarios.rows)
    ratio: Array = priced(facts, small_price(facts), request) / usd_per_request(facts, models, request)
    return np.where(named, ratio, 1.0)


def _any(masks: dict[str, Mask], like: Mask) -> Mask:
    """Where any of the masks holds."""
    return np.any([np.zeros_like(like), *masks.values()], axis=0)


def _choose(
    scenarios: Scenarios, share: Array, never: Mask, later: Mask, taken: Burden
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Each scenario is one team like the user's, which takes an option as often as the shares say.

    A softmax is what comes of every team taking the option it finds best, where what speaks for each beside the shares
    has a Gumbel distribution (McFadden 1974). That part stays the same when an answer is changed, so that what makes an
    option likelier moves teams to it and to no other. Returns verdict, target, ending and fallback of `Assessment`.
    """
    tunes = np.array([option.tunes for option in scenarios.content.options])
    worth = np.log(np.maximum(share, 1e-12)) - taken.nats + scenarios.tastes
    closed = _closed(taken.closes, never | later, scenarios.count)
    wished = np.where(never, -np.inf, worth - CLOSED * closed)
    rows = np.arange(len(share))
    ending = wished.argmax(axis=1)
    fallback = np.where(later, -np.inf, wished).argmax(axis=1)
    # Where all training is held up, and training or nothing leads, nobody can decide yet.
    waiting = np.where(tunes & later & ~closed, wished, -np.inf)
    held = (later | never)[:, tunes].all(axis=1) & np.isfinite(waiting).any(axis=1)
    missing = held & _undecided(share, scenarios)
    target = np.where(missing, waiting.argmax(axis=1), ending)
    verdict = np.where(tunes[target], FINE_TUNE, DONT)
    too_far = taken.far[rows, target]
    verdict = np.where(later[rows, target] | too_far, NOT_YET, verdict)
    # Where every way of training is surely closed for good, waiting brings nothing: take the best of the others.
    surely = never[:, tunes].all(axis=1).reshape(-1, scenarios.count).all(axis=1).repeat(scenarios.count)
    verdict = np.where(surely & ~too_far, DONT, verdict)
    return verdict, target, ending, fallback


def _closed(closes: np.ndarray, removed: Mask, count: int) -> Mask:
    """Rows x options: what limits and the bill close, in situations that keep an option which they close less."""
    gone = removed.reshape(len(closes), count, -1).mean(axis=1) >= MOSTLY
    least = np.where(gone, 2, closes).min(axis=1, keepdims=True)
    closed: Mask = closes > least
    return closed.repeat(count, axis=0)


def _undecided(share: Array, scenarios: Scenarios) -> Mask:
    """Rows in which training or nothing leads: in the situation as a whole, and no less in the scenario itself."""
    order = {option.id: place for place, option in enumerate(scenarios.content.options)}
    tunes = np.array([option.tunes for option in scenarios.content.options])
    others = [members for members in MEMBERS.values() if not tunes[order[members[0]]]]
    leader = np.max([share[:, [order[one] for one in members]].sum(axis=1) for members in others], axis=0)
    training = share[:, tunes].sum(axis=1)
    shape = (-1, scenarios.count)
    whole = np.max(
        [share[:, [order[one] for one in members]].sum(axis=1).reshape(shape).mean(axis=1) for members in others],
        axis=0,
    )
    trained = training.reshape(shape).mean(axis=1)
    open_: Mask = ((trained >= whole) | (whole < LEADS)).repeat(scenarios.count)
    return open_ & ((training >= leader) | (leader < SURE))
