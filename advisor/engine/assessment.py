"""Situations assessed: scenarios, prices, times, rules and the choice in every scenario.

One mechanism serves the verdict of one situation, its flips (the same situation with one answer changed) and a
portfolio of thousands: they are rows of the same arrays.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, cached_property
from typing import Any, Self

import numpy as np

from advisor.content.catalogue import Catalogue, catalogue
from advisor.content.entries import Verdict
from advisor.content.freshness import covered
from advisor.content.load import Content
from advisor.engine import attempts
from advisor.engine.advice import MOSTLY
from advisor.engine.burden import COMPLAINTS, LIMITS, OF_TIMES, Amounts, Burden, amounts, burden, complaints
from advisor.engine.conditions import questions_of
from advisor.engine.estimate.bill import Bills
from advisor.engine.estimate.inference import BaseModels, base_models, priced, small_price, usd_per_request
from advisor.engine.estimate.latency import Latency, latencies
from advisor.engine.estimate.requests import Request, requests
from advisor.engine.estimate.routes import Doors, doors
from advisor.engine.rules import Rulebook, compile_rules, trains
from advisor.engine.scenarios import Array, Mask, Scenarios, across, draw, kept, often
from advisor.engine.shares import shares
from advisor.engine.terms import MEMBERS
from advisor.interview.situation import Situation

VERDICTS: tuple[Verdict, ...] = ("fine_tune", "not_yet", "dont")
FINE_TUNE, NOT_YET, DONT = 0, 1, 2

LEADS = 0.4
"""Share from which an outcome without training leads, so that it may be tried while training is held up. Assumption."""
ABOUT = 0.05
"""How far the share at which an outcome leads may be off. Assumption."""
SURE = 0.9
"""Share from which one scenario alone is sure enough of an outcome without training. Assumption."""
NOT_ASKED, NOT_KNOWN = 2 / 3, 1 / 3
"""Shares of scenarios from which a gate counts that hangs on an open question: on one that was not asked, and on one
whose answer is not known. Assumptions.
"""
CLOSED = 200.0
"""Nats taken from an option that is closed while another is open: it is chosen only where nothing else is left."""
PROBE = 256
"""Scenarios used to see whether a question can apply."""


@dataclass(frozen=True)
class Choices:
    """What is chosen in each scenario: arrays with one row a scenario; options in the order of the ladder."""

    scenarios: Scenarios
    catalogue: Catalogue
    book: Rulebook
    gates: Sequence[Mask]
    """By gate of the book, where it holds, shaped as columns are."""
    counting: Sequence[Mask]
    """The same where it holds and counts; see `_counts`."""
    share: Array
    """Rows x options: of teams like this one, how many end with the option, among those not removed for good."""
    never: Mask
    """Rows x options: removed for good by gates that count."""
    later: Mask
    """Rows x options: removed, by gates that count, until something missing is there."""
    shut: Mask
    """Rows x options: closed for good, or tried."""
    blocked: Mask
    """Situations x options: removed, for good or until something is there, in at least half of the scenarios."""
    closed: Mask
    """Situations x options: over a limit, or dearer than today, in most scenarios, while another is open and not so."""
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

    @cached_property
    def held(self) -> list[Mask]:
        """Per rule, where it holds, in the shape of a column."""
        return self.book.fired(self.scenarios)

    @cached_property
    def fired(self) -> Mask:
        """Rows x rules."""
        return self.scenarios.stacked(self.held)

    @cached_property
    def fired_share(self) -> Array:
        """Per rule, the share of rows in which it holds."""
        return np.array([np.count_nonzero(mask) / np.size(mask) for mask in self.held])

    @cached_property
    def counted(self) -> Mask:
        """Rows x rules: gates that hold and count."""
        counted: Mask = np.zeros((self.scenarios.rows, len(self.book.lifts)), dtype=bool)
        counted[:, self.book.gates] = self.scenarios.stacked(self.counting)
        return counted

    @cached_property
    def gate_shares(self) -> Array:
        """Situations x rules: the share of scenarios in which a gate holds and counts; nought for what is no gate."""
        shares = np.zeros((len(self.scenarios.situations), len(self.book.lifts)))
        for rule, mask in zip(self.book.gates, self.counting, strict=True):
            shares[:, rule] = mask.mean(axis=-1)
        return shares

    @cached_property
    def score(self) -> Array:
        """Per option, the mean log-odds of reaching the target in decibans, by the rules. A rule's weight is drawn
        apart from where it holds, so the mean of both is the product of their means.
        """
        said = self.fired_share * self.scenarios.weights.mean(axis=0)
        score: Array = self.scenarios.priors.mean(axis=0) + said @ self.book.effects
        return score

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

    def each_as_it_is(self) -> Self:
        """The same where every gate counts that holds in a scenario: what answers to open questions would bring."""
        later = self.book.removed(self.gates, self.scenarios, lifts=True)
        verdict, target, ending, fallback = _choose(self.scenarios, self.share, self.shut, later, self.burden)
        count = self.scenarios.count
        return replace(
            self,
            later=later,
            blocked=often(self.never | later, count) >= MOSTLY,
            closed=_closed_mostly(self.burden.closes, self.never | later, count),
            verdict=verdict,
            target=target,
            ending=ending,
            fallback=fallback,
        )


@dataclass(frozen=True)
class Estimates:
    """What the options cost and take in each scenario."""

    read: Scenarios
    """What that rests on: its `columns` and `answered` hold what was read."""
    models: BaseModels
    doors: Doors
    sent: dict[str, Request]
    bills: Bills
    derived: dict[str, Array]
    """Columns that `conditions.DERIVED` promises; see `_derived`."""
    latencies: dict[str, Latency]

    def times(self, options: Sequence[str]) -> dict[str, Latency]:
        """Their times, which an assessment keeps."""
        offers = {option: offer for option in options if (offer := self.bills[option].offer)}
        if not self.latencies:
            self.latencies.update(latencies(self.read, self.models, self.sent, options, offers, self.doors.routes))
        return self.latencies


@dataclass(frozen=True)
class Assessment(Choices, Estimates):
    """Choices, with the costs and times that they rest on."""


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
            held = np.any(np.broadcast_to(book.applies(question, probe), (len(kept), PROBE)), axis=1)
            for place, situation in enumerate(kept):
                if question in situation.answers and not held[place]:
                    kept[place] = situation.without(question)
                    changed = True
        if not changed:
            return kept
    return kept


TODAY = ("prompting", "few_shot", "rag")
"""Options of which one may be today's way, against which the others are held."""


def assess(situations: Sequence[Situation], content: Content, at: date, count: int) -> Assessment:
    """Assess each situation with `count` scenarios. Raises `UnknownPrice` if a model in use has no price on the day,
    and `TooEarly` for a day before the first fact.
    """
    covered(content).check(at)
    facts = catalogue(content, at)
    scenarios = draw(situations, content, count)
    estimates = _estimates(scenarios.only(), facts)
    _derive(scenarios, estimates.derived, lambda: estimates)
    limits = (*LIMITS, *COMPLAINTS)
    taken = burden(scenarios, _amounts(estimates, [option.id for option in content.options], limits))
    return Assessment(**vars(estimates), **_choices(scenarios, facts, _removals(scenarios), taken))


def choose(
    situations: Sequence[Situation], content: Content, at: date, count: int, like: Assessment | None = None
) -> Choices:
    """The same choices, estimating no more costs and times than they need.

    Situations that agree with the first in all that was read for its estimates have these. `like` is an assessment of
    the first alone, if there is one already; one with fewer scenarios is of no use. Raises as `assess`.
    """
    covered(content).check(at)
    facts = catalogue(content, at)
    scenarios = draw(situations, content, count)
    weighed = _weighed(scenarios)
    ids = [option.id for option in content.options]
    first = like if like and like.scenarios.count >= count else _estimates(scenarios.only([0]), facts)
    known = _amounts(first, ids, weighed)
    others = _unlike(scenarios, first.read)
    apart = scenarios.only(others)
    parts = [_estimates(apart, facts)] if others else []

    def spread(column: Array, arrays: Sequence[Array]) -> Array:
        column = column[:count]
        for array in arrays:
            column = np.repeat(column[np.newaxis], len(situations), axis=0)
            column[others] = array
        return column

    derived = {name: spread(array, [part.derived[name] for part in parts]) for name, array in first.derived.items()}
    _derive(scenarios, derived, lambda: _estimates(scenarios.only(), facts))
    removals = _removals(scenarios)
    never = removals.never.reshape(len(situations), count, -1)[others].reshape(-1, len(ids))
    options = _never_closed(never, content)
    # Where nothing is said to weigh it, an amount may be any: those of the first do.
    costs = [_amounts(part, options, _weighed(apart)) for part in parts]
    taken = {
        name: {
            option: spread(array, [part[name][option] for part in costs if option in part.get(name, ())])
            for option, array in arrays.items()
        }
        for name, arrays in known.items()
    }
    return Choices(**_choices(scenarios, facts, removals, burden(scenarios, taken)))


def _weighed(scenarios: Scenarios) -> tuple[str, ...]:
    """The limits and complaints that some situation names."""
    return (*complaints(scenarios), *(limit for limit in LIMITS if scenarios.said(limit).any()))


def _never_closed(never: Mask, content: Content) -> list[str]:
    """The options that are not closed for good in all rows, and today's: others are not taken, whatever they cost."""
    gone: Mask = np.logical_and.reduce(never, axis=0)
    return [option.id for option, shut in zip(content.options, gone, strict=True) if not shut or option.id in TODAY]


def _amounts(estimates: Estimates, options: Sequence[str], weighed: Collection[str]) -> Amounts:
    """What limits and complaints look at of these options."""
    if not weighed:
        return {}
    prices = {option: estimates.bills[option] for option in options}
    return amounts(prices, estimates.times(options) if {*OF_TIMES} & {*weighed} else {}, weighed)


def _unlike(scenarios: Scenarios, read: Scenarios) -> list[int]:
    """Places of the situations that differ from the first in something that was read of it."""
    differs: Mask = np.zeros(len(scenarios.situations), dtype=bool)
    columns = [scenarios.columns[name] for name in read.columns]
    for column in (*columns, *(scenarios.said(key) for key in read.answered)):
        if column.ndim > 1:
            differs |= (column != column[0]).any(axis=1)
    return np.flatnonzero(differs).tolist()


def _derive(scenarios: Scenarios, derived: dict[str, Array], estimates: Callable[[], Estimates]) -> None:
    """Give scenarios the columns that `conditions.DERIVED` promises. No gate or term reads the one for which options
    are priced, so what is only chosen from is spared that.
    """
    scenarios.derived.update(derived)
    scenarios.derived.makers["score_gap"] = lambda: (
        scenarios["target_score"] - scenarios.as_known(("baseline_score",))["baseline_score"]
    )
    scenarios.derived.makers["teacher_gap"] = lambda: scenarios["target_score"] - scenarios.measured("large_score")
    scenarios.derived.makers["distill_cost_ratio"] = lambda: _distill_cost_ratio(estimates().bills)


def _estimates(scenarios: Scenarios, facts: Catalogue) -> Estimates:
    models = base_models(scenarios, facts)
    open_doors = doors(scenarios, facts)
    sent = requests(scenarios)
    bills = Bills(scenarios, facts, models, open_doors, sent)
    derived = _derived(scenarios, facts, models, open_doors, sent["few_shot"])
    return Estimates(scenarios, models, open_doors, sent, bills, derived, {})


@dataclass(frozen=True)
class Removals:
    """What gates and attempts close: `gates`, `counting`, `never`, `later` and `shut` of `Choices`."""

    gates: Sequence[Mask]
    counting: Sequence[Mask]
    never: Mask
    later: Mask
    shut: Mask


def _removals(scenarios: Scenarios) -> Removals:
    content, count = scenarios.content, scenarios.count
    book = compile_rules(content)
    gates = book.held(scenarios)
    graded = _graded(scenarios)[:, book.gates]
    told = said(scenarios)[:, book.gates] | graded
    counting = _counts(gates, told, scenarios, book)
    never, later = (book.removed(counting, scenarios, lifts) for lifts in (False, True))
    # Inside an outcome experts divide, and no case has counted the gate before.
    inside = np.array([option.id not in {members[0] for members in MEMBERS.values()} for option in content.options])
    shut = book.removed(_where(gates, told), scenarios, lifts=False) | (never & inside)
    lasting = graded & ~book.lifts[list(book.gates)]
    steady = book.removed(_where(counting, ~graded), scenarios, lifts=False) if lasting.any() else never
    shut |= _mostly(steady, count)
    shut |= attempts.shut(scenarios.situations, content, count)
    return Removals(gates, counting, never, later, shut)


def _choices(scenarios: Scenarios, facts: Catalogue, removals: Removals, taken: Burden) -> dict[str, Any]:
    """What `Choices` holds."""
    count, never, later = scenarios.count, removals.never, removals.later
    share = shares(scenarios, removals.shut, scenarios.situations[0].off)
    verdict, target, ending, fallback = _choose(scenarios, share, removals.shut, later, taken)
    return {
        **vars(removals),
        "scenarios": scenarios,
        "catalogue": facts,
        "book": compile_rules(scenarios.content),
        "share": share,
        "blocked": often(never | later, count) >= MOSTLY,
        "closed": _closed_mostly(taken.closes, never | later, count),
        "burden": taken,
        "verdict": verdict,
        "target": target,
        "ending": ending,
        "fallback": fallback,
    }


def ends_in_training(assessment: Assessment) -> Mask:
    """Rows whose team ends with a trained model, now or once what is missing is there."""
    ends: Mask = trains(assessment.scenarios.content)[assessment.ending]
    return ends


def _mostly(mask: Mask, count: int) -> Mask:
    """Rows x options: where the mask holds in most scenarios of the situation."""
    held: Mask = often(mask, count) >= MOSTLY
    return held.repeat(count, axis=0)


def _where(gates: Sequence[Mask], counts: Mask) -> list[Mask]:
    """The gates where they hold in situations in which they count: situations x gates."""
    alike = (counts == counts[:1]).all(axis=0)
    each = (rows[0] if same else rows[:, np.newaxis] for rows, same in zip(counts.T, alike, strict=True))
    return [mask & rows for mask, rows in zip(gates, each, strict=True)]


def _counts(gates: Sequence[Mask], told: Mask, scenarios: Scenarios, book: Rulebook) -> list[Mask]:
    """The gates where they hold and count: where they were `told` in each scenario, else in all or none.

    Nothing is asserted of what nobody said: what was not asked counts where it is so in two of three scenarios, as that
    a team has no preference pairs; who was asked and does not know is taken to lack what one in three lacks. Where
    nothing at all was said, each scenario is judged as what it is.
    """
    read = _read(scenarios.content)
    bears: Mask = np.logical_or.reduce(read, axis=1)
    something: Mask = np.logical_or.reduce(_heard(scenarios, _told)[bears], axis=0)
    held = np.empty(told.shape)
    for column, mask in zip(held.T, gates, strict=True):
        column[:] = mask.mean(axis=-1)
    least = np.where(asked(scenarios)[:, book.gates], NOT_KNOWN, NOT_ASKED)
    return _where(gates, told | (held >= least) | ~something[:, np.newaxis])


def asked(scenarios: Scenarios) -> Mask:
    """Situations x rules: where the user was asked everything that a rule reads, though not all may have been known."""
    return _all_read(scenarios, _put)


def said(scenarios: Scenarios) -> Mask:
    """Situations x rules: where the user answered everything that a rule reads.

    Among published teams are those to whom something was closed of which their case says nothing. So a gate that hangs
    on an open question takes nothing from a share: that would count it twice.
    """
    return _all_read(scenarios, _told)


def _graded(scenarios: Scenarios) -> Mask:
    """Situations x rules: where a rule compares a number that the user gave. It counts scenario by scenario, whatever
    else it reads: a threshold on how often it holds would be an edge.
    """
    content = scenarios.content
    numbers = np.array([question.type == "number" for question in content.questions])
    table: Mask = (_heard(scenarios, _told)[numbers].T.astype(np.float32) @ _read(content)[numbers]) > 0
    return table


def _put(situation: Situation, key: str) -> bool:
    return key in situation.answers


def _told(situation: Situation, key: str) -> bool:
    return situation.answers.get(key) is not None


def _all_read(scenarios: Scenarios, heard: Callable[[Situation, str], bool]) -> Mask:
    """Situations x rules: where all questions that a rule reads were heard."""
    left_out = ~_heard(scenarios, heard)
    every: Mask = left_out.T.astype(np.float32) @ _read(scenarios.content) == 0
    return every


@kept
def _heard(scenarios: Scenarios, heard: Callable[[Situation, str], bool]) -> Mask:
    """Questions x situations: whether a question was heard, looked up where its answer was changed."""
    first, keys = scenarios.situations[0], [question.id for question in scenarios.content.questions]
    table = np.array([heard(first, key) for key in keys])[:, np.newaxis].repeat(len(scenarios.situations), axis=1)
    for row, key in enumerate(keys):
        for place in scenarios.changed.get(key, ()):
            table[row, place] = heard(scenarios.situations[place], key)
    return table


@cache
def _read(content: Content) -> Array:
    """Questions x rules: 1 where a rule reads a question."""
    asked = [questions_of(names, content) for names in compile_rules(content).reads]
    read: Array = np.array([[question.id in keys for keys in asked] for question in content.questions])
    return read.astype(np.float32)


def _derived(
    scenarios: Scenarios, facts: Catalogue, models: BaseModels, open_doors: Doors, shown: Request
) -> dict[str, Array]:
    """Of the columns that `conditions.DERIVED` promises, those that prices and routes give, but for
    `distill_cost_ratio`; `shown` has examples.
    """
    return {
        "sft_routes": open_doors.count("sft"),
        "dpo_routes": open_doors.count("dpo"),
        "rft_routes": open_doors.count("rft"),
        "rft_routes_for_use": open_doors.count("rft", for_use=True),
        "continue_routes": open_doors.count("continue"),
        "sft_life_months": open_doors.life("sft"),
        "smaller_cost_ratio": _smaller_cost_ratio(scenarios, facts, models, shown),
    }


def _distill_cost_ratio(bills: Bills) -> Array:
    """What distilling costs a month, over the cheapest sufficient way without training."""
    cheapest = np.minimum(bills["prompting"].usd_month, bills["few_shot"].usd_month)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = bills["distill"].usd_month / cheapest
    known: Array = np.where(np.isfinite(ratio) & (cheapest > 0), ratio, 1.0)
    return known


def _smaller_cost_ratio(scenarios: Scenarios, facts: Catalogue, models: BaseModels, request: Request) -> Array:
    """What a request with examples costs with the typical small model, over what it costs with the model named."""
    named = scenarios.said("price_model") & ~models.own_machines
    if not named.any():
        return np.ones(scenarios.count)
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
    tunes = trains(scenarios.content)
    worth = np.log(np.maximum(share, 1e-12)) - taken.nats
    worth = (worth.reshape(-1, *scenarios.tastes.shape) + scenarios.tastes).reshape(worth.shape)
    closed = _closed(taken.closes, never | later)
    wished = np.where(never, -np.inf, worth - CLOSED * closed)
    rows = np.arange(len(share))
    ending = wished.argmax(axis=1)
    fallback = np.where(later, -np.inf, wished).argmax(axis=1)
    # Where all training is held up, and training or nothing leads, nobody can decide yet.
    waiting = np.where(tunes & later & ~closed, wished, -np.inf)
    missing = np.asarray((later | never)[:, tunes].all(axis=1) & np.isfinite(waiting).any(axis=1))
    if missing.any():
        mine = missing.reshape(-1, scenarios.count).any(axis=1).repeat(scenarios.count)
        wanted = np.where(never[mine] | closed[mine], 0.0, share[mine] * np.exp(-taken.nats[mine]))
        wanted /= np.maximum(wanted.sum(axis=1, keepdims=True), 1e-300)
        missing[mine] &= _undecided(wanted, scenarios)
    target = np.where(missing, waiting.argmax(axis=1), ending)
    verdict = np.where(tunes[target], FINE_TUNE, DONT)
    too_far = taken.far[rows, target]
    verdict = np.where(later[rows, target] | too_far, NOT_YET, verdict)
    # Where every way of training is surely closed for good, waiting brings nothing: take the best of the others.
    surely = never[:, tunes].all(axis=1).reshape(-1, scenarios.count).all(axis=1).repeat(scenarios.count)
    verdict = np.where(surely & ~too_far, DONT, verdict)
    return verdict, target, ending, fallback


def _closed(closes: np.ndarray, removed: Mask) -> Mask:
    """What limits and the bill close in a row, or situation, that keeps an option which they close less."""
    least = across(np.minimum, np.where(removed, np.uint8(2), closes))
    closed: Mask = closes > least
    return closed


def _closed_mostly(closes: np.ndarray, removed: Mask, count: int) -> Mask:
    """Situations x options: the same in most scenarios."""
    most = np.where(often(closes == 2, count) >= MOSTLY, 2, often(closes > 0, count) >= MOSTLY)
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
