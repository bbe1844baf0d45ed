"""Situations assessed: scenarios, prices, times, rules and the choice in every scenario.

One mechanism serves the verdict of one situation, its flips (the same situation with one answer changed) and a
portfolio of thousands: they are rows of the same arrays.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, cached_property
from typing import Any, Self

import numpy as np

from advisor.content.catalogue import Catalogue, catalogue
from advisor.content.freshness import covered
from advisor.content.load import Content
from advisor.engine.advice import MOSTLY
from advisor.engine.attempts import gaps
from advisor.engine.burden import (
    BURDENED_BY,
    COMPLAINTS,
    LIMITS,
    OF_TIMES,
    Amounts,
    Burden,
    amounts,
    burden,
    complaints,
)
from advisor.engine.choice import choice, closed_mostly
from advisor.engine.drawing import draw
from advisor.engine.estimate.bill import Bills
from advisor.engine.estimate.inference import BaseModels, base_models, small_models, usd_per_request
from advisor.engine.estimate.latency import Latency, latencies
from advisor.engine.estimate.requests import Request, requests
from advisor.engine.estimate.routes import OpenRoutes, open_routes_of
from advisor.engine.removals import Removals, removals
from advisor.engine.rules import Rulebook, compile_rules, trains
from advisor.engine.scenarios import Array, Mask, Scenarios, often
from advisor.engine.shares import shares
from advisor.engine.volume import TODAY, take_from_bill
from advisor.interview.situation import Situation

LARGEST = 31 << 20
"""Bytes of the largest piece of memory from which that library learns: it takes nothing from 32 MiB on."""
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
    """Rows: the best option without training that nothing holds up."""

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

    @property
    def over(self) -> dict[str, Mask]:
        """By limit that the user set, rows x options: where the option breaks it."""
        return self.burden.over

    def breaks(self, *limits: str) -> Mask:
        """Rows x options: where the option breaks one of these limits."""
        return _any({limit: mask for limit, mask in self.over.items() if limit in limits}, self.never)

    def broken(self, option: int, rows: slice = slice(None)) -> tuple[str, ...]:
        """The limits that an option, by its place, breaks in at least half of these rows: ids of questions."""
        return tuple(limit for limit, mask in self.over.items() if mask[rows, option].mean() >= MOSTLY)

    @property
    def label(self) -> np.ndarray:
        """Rows: verdict and option as one number."""
        return self.verdict * self.share.shape[1] + self.target

    def each_as_it_is(self) -> Self:
        """The same where every gate counts that holds in a scenario: what answers to open questions would bring."""
        later = self.book.removed(self.gates, self.scenarios, lifts=True)
        verdict, target, ending, fallback = choice(self.scenarios, self.share, self.shut, later, self.burden)
        count = self.scenarios.count
        return replace(
            self,
            later=later,
            blocked=often(self.never | later, count) >= MOSTLY,
            closed=closed_mostly(self.burden.closes, self.never | later, count),
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
    open_routes: OpenRoutes
    sent: dict[str, Request]
    bills: Bills
    derived: dict[str, Array]
    """Columns that `conditions.DERIVED` promises; see `_derived`."""
    latencies: dict[str, Latency]

    def times(self, options: Sequence[str]) -> dict[str, Latency]:
        """Their times, which an assessment keeps."""
        offers = {option: offer for option in options if (offer := self.bills[option].offer)}
        if not self.latencies:
            self.latencies.update(
                latencies(self.read, self.models, self.sent, options, offers, self.open_routes.routes)
            )
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


def _drawn(situations: Sequence[Situation], content: Content, count: int, facts: Catalogue) -> Scenarios:
    """Scenarios at the volume that a bill says."""
    scenarios = draw(situations, content, count)
    take_from_bill(scenarios, facts)
    return scenarios


@cache
def _hold_pages() -> None:
    """Let the GNU C library hold some of the memory that is freed, once: an advice frees and asks for the same again.

    It gives free memory back to the system beyond twice the largest piece that it ever got from there and gave back,
    and what an advice then asks for anew, page by page, takes a tenth of its time. This piece is never touched. Other C
    libraries do as they did.
    """
    np.empty(LARGEST, np.uint8)


def assess(situations: Sequence[Situation], content: Content, at: date, count: int) -> Assessment:
    """Assess each situation with `count` scenarios. Raises `UnknownPrice` if a model in use has no price on the day,
    and `TooEarly` for a day before the first fact.
    """
    covered(content).check(at)
    _hold_pages()
    facts = catalogue(content, at)
    scenarios = _drawn(situations, content, count, facts)
    estimates = estimate(scenarios.only(), facts)
    _derive(scenarios, estimates.derived)
    limits = (*LIMITS, *COMPLAINTS)
    taken = burden(scenarios, _amounts(estimates, [option.id for option in content.options], limits))
    removed = removals(scenarios)
    share = shares(scenarios, removed.shut, scenarios.situations[0].off)
    return Assessment(**vars(estimates), **_choices(scenarios, facts, removed, share, taken))


def choose(
    situations: Sequence[Situation],
    content: Content,
    at: date,
    count: int,
    like: Assessment | None = None,
    tests: int = 0,
) -> Choices:
    """The same choices, estimating no more costs and times than they need.

    Situations that agree with the first in all that was read for its estimates have these. `like` is an assessment of
    the first alone, if there is one already; one with fewer scenarios is of no use. Of so many `tests` after the first
    it is only asked whether anything differs from the first: one whose shares do is not priced. Raises as `assess`.
    """
    covered(content).check(at)
    facts = catalogue(content, at)
    scenarios = _drawn(situations, content, count, facts)
    first = like if like and like.scenarios.count >= count else estimate(scenarios.only([0]), facts)
    known = _amounts(first, [option.id for option in content.options], _weighed(scenarios))
    others = _unlike(scenarios, first.read)
    apart = estimate(scenarios.only(others), facts) if others else None

    def spread(name: str, column: Array) -> Array:
        return _replaced(column[:count], len(situations), others, apart.derived[name]) if apart else column[:count]

    _derive(scenarios, {name: spread(name, column) for name, column in first.derived.items()})
    removed = removals(scenarios)
    share = shares(scenarios, removed.shut, scenarios.situations[0].off)
    never = removed.never.reshape(len(situations), count, -1)
    matter = [place for place in others if _weighs(situations[place])]
    if matter and tests:
        kept = ~never[: tests + 1].all(axis=(0, 1))
        settled = np.flatnonzero(differs(share.reshape(never.shape)[: tests + 1, :, kept]))
        matter = [place for place in matter if place not in settled]
    priced = apart if matter else None
    here, there = (_never_closed(rows.reshape(-1, rows.shape[-1]), content) for rows in (never, never[others]))
    known = {name: {option: columns[option][:count] for option in here} for name, columns in known.items()}
    taken = _burden_of_each(scenarios, known, priced, others, there)
    return Choices(**_choices(scenarios, facts, removed, share, taken))


def _burden_of_each(
    scenarios: Scenarios, known: Amounts, apart: Estimates | None, others: Sequence[int], options: Sequence[str]
) -> Burden:
    """What limits and the bill take, worked out once for the situations that agree with the first in all that it rests
    on. `known` are the amounts of the first; `apart` has what the `others` cost, where that matters: of these options.
    """
    changed = (place for key in BURDENED_BY for place in scenarios.changed.get(key, ()))
    places = sorted({0, *others, *changed})
    # Where nothing is said to weigh it, an amount may be any: those of the first do.
    costs = _amounts(apart, options, _weighed(apart.read)) if apart else {}
    mine = [places.index(place) for place in others]
    taken = {
        name: {
            option: _replaced(column, len(places), mine, costs[name][option])
            if option in costs.get(name, ())
            else column
            for option, column in columns.items()
        }
        for name, columns in known.items()
    }
    here = np.zeros(len(scenarios.situations), dtype=int)
    here[places] = np.arange(len(places))
    return burden(scenarios.only(places), taken).of(here, scenarios.count)


def _replaced(column: Array, situations: int, places: Sequence[int], others: Array) -> Array:
    """Situations x scenarios: a column of one situation, with that of others in their places."""
    columns = np.repeat(column[np.newaxis], situations, axis=0)
    columns[places] = others
    return columns


def differs(arrays: Array) -> Mask:
    """Of situations x scenarios x anything, which situations have something else than the first."""
    # The last digits of a product hang on how many rows it has; and an unknown cost stays unknown.
    same = np.asarray(np.isclose(arrays, arrays[:1], rtol=1e-5, atol=1e-6, equal_nan=True))
    unlike: Mask = ~np.logical_and.reduce(same, axis=(1, 2))
    return unlike


def _weighed(scenarios: Scenarios) -> tuple[str, ...]:
    """The limits and complaints that some situation names."""
    return (*complaints(scenarios), *(limit for limit in LIMITS if scenarios.is_answered(limit).any()))


def _weighs(situation: Situation) -> bool:
    """Whether a situation names a limit, or complains of what a bill or a clock can show."""
    limited = any(situation.answers.get(limit) is not None for limit in LIMITS)
    return limited or not {*COMPLAINTS}.isdisjoint(gaps(situation))


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
    for column in (*columns, *(scenarios.is_answered(key) for key in read.answered)):
        if column.ndim > 1:
            differs |= (column != column[0]).any(axis=1)
    return np.flatnonzero(differs).tolist()


def _derive(scenarios: Scenarios, derived: Mapping[str, Array]) -> None:
    """Give scenarios the columns that `conditions.DERIVED` promises: those of prices and routes, and of scores."""
    gap = scenarios["target_score"] - scenarios.measured("large_score")
    scenarios.derived.update(derived, teacher_gap=gap)


def estimate(scenarios: Scenarios, facts: Catalogue) -> Estimates:
    """Costs and times of every option in each scenario; what is not read of them is not worked out."""
    models = base_models(scenarios, facts)
    open_routes = open_routes_of(scenarios, facts)
    sent = requests(scenarios)
    bills = Bills(scenarios, facts, models, open_routes, sent)
    derived = _derived(scenarios, facts, models, open_routes, sent["few_shot"])
    return Estimates(scenarios, models, open_routes, sent, bills, derived, {})


def _choices(scenarios: Scenarios, facts: Catalogue, removals: Removals, share: Array, taken: Burden) -> dict[str, Any]:
    """What `Choices` holds."""
    count, never, later = scenarios.count, removals.never, removals.later
    verdict, target, ending, fallback = choice(scenarios, share, removals.shut, later, taken)
    return {
        **vars(removals),
        "scenarios": scenarios,
        "catalogue": facts,
        "book": compile_rules(scenarios.content),
        "share": share,
        "blocked": often(never | later, count) >= MOSTLY,
        "closed": closed_mostly(taken.closes, never | later, count),
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


def _derived(
    scenarios: Scenarios, facts: Catalogue, models: BaseModels, open_routes: OpenRoutes, shown: Request
) -> dict[str, Array]:
    """Of the columns that `conditions.DERIVED` promises, those that prices and routes give; `shown` has examples."""
    return {
        "sft_routes": open_routes.count("sft"),
        "dpo_routes": open_routes.count("dpo"),
        "rft_routes": open_routes.count("rft"),
        "rft_routes_for_use": open_routes.count("rft", for_use=True),
        "continue_routes": open_routes.count("continue"),
        "sft_life_months": open_routes.life("sft"),
        "smaller_cost_ratio": _smaller_cost_ratio(scenarios, facts, models, shown),
    }


def _smaller_cost_ratio(scenarios: Scenarios, facts: Catalogue, models: BaseModels, request: Request) -> Array:
    """What a request with examples costs with a small model that may be used, over what it costs with the one named."""
    named = scenarios.is_answered("price_model") & ~models.own_machines
    if not named.any():
        return np.ones(scenarios.count)
    small = usd_per_request(facts, small_models(scenarios, facts, request), request)
    ratio: Array = small / usd_per_request(facts, models, request)
    return np.where(named, ratio, 1.0)


def _any(masks: dict[str, Mask], like: Mask) -> Mask:
    """Where any of the masks holds."""
    return np.any([np.zeros_like(like), *masks.values()], axis=0)
