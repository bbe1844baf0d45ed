"""Situations assessed: scenarios, prices, times, rules and the choice in every scenario.

One mechanism serves the verdict of one situation, its flips (the same situation with one answer changed) and a
portfolio of thousands: they are rows of the same arrays.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from advisor.content.catalogue import Catalogue, catalogue
from advisor.content.entries import Verdict
from advisor.content.load import Content
from advisor.engine.estimate.bill import Bill, bills
from advisor.engine.estimate.inference import BaseModels, base_models, priced, small_price, usd_per_request
from advisor.engine.estimate.latency import Latency, latencies
from advisor.engine.estimate.requests import Request, requests
from advisor.engine.estimate.routes import Doors, doors
from advisor.engine.rules import Rulebook, compile_rules
from advisor.engine.scenarios import Array, Mask, Scenarios, draw
from advisor.interview.situation import Situation

VERDICTS: tuple[Verdict, ...] = ("fine_tune", "not_yet", "dont")
FINE_TUNE, NOT_YET, DONT = 0, 1, 2

CAP = 10.0
"""Decibans above which more evidence makes an option no better: 10 to 1 is likely enough, and the lowest rung wins."""
ENOUGH = 3.0
"""Decibans below which no option is recommended: it must be twice as likely to reach the target as to miss it."""
OVER = 10.0
"""Decibans taken from an option that costs more or takes longer than the user accepts: ten to one against it."""
FAR = 3.0
"""Times a limit beyond which an option is not recommended at all: estimates may be off by so much, but not by more."""
STEP = 0.4
"""Decibans that each further rung must earn in evidence, for the commitment that it asks."""
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
    """Rows x options: log-odds in decibans."""
    never: Mask
    """Rows x options: removed for good."""
    later: Mask
    """Rows x options: removed until something missing is there."""
    over: dict[str, Mask]
    """By limit that the user set, rows x options: where the option breaks it."""
    verdict: np.ndarray
    """Rows: place in `VERDICTS`."""
    target: np.ndarray
    """Rows: the option that is recommended, or that would be once the missing thing is there."""
    fallback: np.ndarray
    """Rows: the best option that nothing holds up."""

    def breaks(self, *limits: str) -> Mask:
        """Rows x options: where the option breaks one of these limits."""
        return _any({limit: mask for limit, mask in self.over.items() if limit in limits}, self.never)

    @property
    def label(self) -> np.ndarray:
        """Rows: verdict and option as one number."""
        return self.verdict * self.score.shape[1] + self.target


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
LIMITS = ("budget_month", "budget_once", "latency_limit")


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
    limited = any(situation.answers.get(limit) is not None for situation in situations for limit in LIMITS)
    wanted = tuple(option.id for option in content.options) if figures or limited else RATIO_OPTIONS
    prices = bills(scenarios, facts, models, open_doors, sent, wanted)
    small = {option: bill.offer.small for option, bill in prices.items() if bill.offer}
    small["distill"] = np.ones(scenarios.rows, dtype=bool)
    times = latencies(scenarios, models, sent, wanted, small) if figures or limited else {}
    _derive(scenarios, facts, models, sent, open_doors, prices)
    fired = book.fired(scenarios)
    shape = (len(situations), count)
    held = fired.reshape(*shape, -1)[..., book.weighing]
    weighted = held * scenarios.weights[:, book.weighing]
    score = (scenarios.priors + weighted @ book.effects[book.weighing]).reshape(len(fired), -1)
    never, later = book.removed(fired)
    over, far = (_over_limits(scenarios, prices, times, factor) for factor in (1.0, FAR))
    verdict, target, fallback = _choose(scenarios, score, never, later, _any(over, never), _any(far, never))
    return Assessment(
        scenarios, facts, book, models, open_doors, sent, prices, times, fired, score, never, later,
        over, verdict, target, fallback,
    )  # fmt: skip


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
    ratio: Array = priced(small_price(facts), request) / usd_per_request(facts.price, models, request)
    return np.where(named, ratio, 1.0)


def _any(masks: dict[str, Mask], like: Mask) -> Mask:
    """Where any of the masks holds."""
    return np.any([np.zeros_like(like), *masks.values()], axis=0)


def _over_limits(
    scenarios: Scenarios, prices: dict[str, Bill], times: dict[str, Latency], factor: float
) -> dict[str, Mask]:
    """Where an option costs more, or takes longer, than `factor` times what the user said is acceptable.

    What was not said limits nothing; an unknown cost keeps no limit. No option is far over a time limit by a guessed
    length of answers.
    """
    amounts: dict[str, Callable[[str], Array]] = {
        "budget_month": lambda option: prices[option].recurring,
        "budget_once": lambda option: prices[option].once_usd,
        "latency_limit": lambda option: times[option].p95,
    }
    over: dict[str, Mask] = {}
    for limit, amount in amounts.items():
        rows = scenarios.said(limit)
        if limit == "latency_limit" and factor > 1:
            rows = rows & (scenarios.said("output_tokens") | scenarios.said("latency_now"))
        if rows.any():
            kept = [amount(option.id) <= scenarios[limit] * factor for option in scenarios.content.options]
            over[limit] = rows[:, np.newaxis] & ~np.column_stack(kept)
    return over


def _choose(
    scenarios: Scenarios, score: Array, never: Mask, later: Mask, over: Mask, far: Mask
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The lowest rung that is likely enough; where none is, the most likely one less a handicap for commitment."""
    options = scenarios.content.options
    rungs = np.array([option.rung for option in options])
    tunes = np.array([option.tunes for option in options])
    worth = np.minimum(score, CAP) - STEP * rungs - OVER * over
    wished = np.where(never, -np.inf, worth)
    possible = np.where(later, -np.inf, wished)
    rows = np.arange(len(score))
    target = wished.argmax(axis=1)
    fallback = possible.argmax(axis=1)
    held_up = later[rows, target]
    too_far = far[rows, target]
    likely = score[rows, target] >= ENOUGH
    # Something is missing where training would be the answer to an unlikely rest, but is held up.
    best_tuned = np.where(tunes, wished, -np.inf).argmax(axis=1)
    missing = later[:, tunes].all(axis=1) | later[rows, best_tuned]
    verdict = np.where(tunes[target], FINE_TUNE, DONT)
    verdict = np.where(held_up | too_far | (~likely & (tunes[target] | missing)), NOT_YET, verdict)
    # Where every way of training is surely closed for good, waiting brings nothing: take the best of the others.
    closed = never[:, tunes].all(axis=1).reshape(-1, scenarios.count).all(axis=1).repeat(scenarios.count)
    verdict = np.where(closed & ~too_far, DONT, verdict)
    return verdict, target, fallback


def likelihood_of(score: Array) -> Array:
    """Probability from log-odds in decibans, never above ten to one: the rules overlap, and the cases behind them are
    few.
    """
    likelihood: Array = 1.0 / (1.0 + 10.0 ** (-np.minimum(score, CAP) / 10.0))
    return likelihood
