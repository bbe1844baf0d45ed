"""The plan: what to try first, what follows where it falls short, and what has to be there before.

**What follows a failure** is read off the scenarios: in each one the share of what failed goes to the others in
proportion, and a scenario counts as much as what failed was unlikely in it. So the second step is not the softmax
without its first row: what made the first step likely and has now turned out not to hold weighs less. Out of fold, on
the 64 cases that say what was tried and failed, this finds an acceptable outcome in 0.77 and among two in 0.89; always
"RAG, then SFT" in 0.75 of them (`make weights` prints the figures of `advisor.engine.second_step`). Also tried there,
and no better: a nested model with one weight for failing together, a weight for each pair of what failed and what
followed, and the failure put among the answers.

**Order.** By share; where cost is complained of, less what limits and the bill take from it, and nothing follows that
costs more than today, or many times that if something else is wrong too. Out of fold that finds an outcome among two
in as many cases as the share alone (0.886); taken from every share, in one of 175 fewer. While training waits, what
needs none and is as likely comes before it. Of all cases the outcome is among the two largest shares in 0.92; in the
order of the ladder the same two begin right in 0.56 instead of 0.80, and the best without training followed by the
best with it hold it in 0.91. Where the chance of every option still in question is known, the steps after the first
stand in the order of Weitzman (1979).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np

from advisor.content.entries import Prepare, Verdict
from advisor.content.load import Content
from advisor.engine.advice import MOSTLY, Band, CostLine, OptionResult, Step
from advisor.engine.assessment import Assessment
from advisor.engine.attempts import done, gaps, works
from advisor.engine.burden import BILL, DEARER, MANY_TIMES, VOLUME, amounts, today_of
from advisor.engine.estimate import effort
from advisor.engine.figures import NO_BAND, SMALLER_BASIS, Ledger, bands, significant, smaller_usd_month
from advisor.engine.reasons import Scores
from advisor.engine.rules import members, trains
from advisor.engine.scenarios import Array, Mask, median
from advisor.engine.terms import MEMBERS
from advisor.interview.situation import Situation, middle

MOST = 3
"""Steps of a plan at most: what comes after depends on how these end. Assumption."""
LEAST = 0.03
"""Share of teams from which an option is worth a step. Assumption."""
DOUBLY_LABELLED = 100.0
"""Labels that it takes to see whether experts agree: two people, the same fifty cases. Assumption."""
REASONS = 3
"""Terms that are named for a step."""
SPEAKS = 0.5
"""Decibans above the other outcomes from which a term speaks for an option. Assumption."""
EVALUATION = "evaluation"
"""What may be prepared under any verdict, and comes before any option: whatever is tried is measured with it."""
AIM = "target_score"
"""The question whose answer is the score at which a step stops."""
ROUTE = "route"
"""Prepared where nobody is known to train it."""
FIND_OUT = "find_out"
"""Prepared where it is not yet because too little is known."""
SMALLER = "smaller_model"
"""Prepared where a smaller model may do without any training."""
LIMITS = "limits"
"""Prepared where what is best is far over a limit that the user set."""
ORDER = (*get_args(Prepare), LIMITS, FIND_OUT)
"""In which order things are prepared: nobody collects examples before the goal and its measure stand."""
HOLDS_ALREADY: dict[str, frozenset[str]] = {
    "few_shot": frozenset({"prompting"}),
    "rag_sft": frozenset({"rag", "sft"}),
}
"""What is a part of an option is not tried after it."""


@dataclass(frozen=True)
class Outline:
    """A step without its figures."""

    kind: Literal["prepare", "option"]
    id: str
    share: float = 0.0
    rules: tuple[str, ...] = ()
    """Gates that ask for what is prepared."""


@dataclass(frozen=True)
class Standing:
    """How each option stands over the scenarios of one situation: options in the order of the ladder."""

    share: Array
    """Of the teams, those that end with each option."""
    taken: Array
    """The order of steps: the same, where cost is wrong with what limits and the bill take from each option."""
    closed: Mask
    """Removed in at least half of the scenarios with nothing that brings it back, done with, or dearer than today's way
    in most of them where that is all that is wrong.
    """
    needs: tuple[dict[str, tuple[str, ...]], ...]
    """What has to be prepared for each, and the gates that ask for it."""
    tunes: Mask
    works: frozenset[str] = frozenset()
    """Options without training that work already."""
    over: frozenset[int] = frozenset()
    """Places of options that are done with: no step leads to them, unless one is recommended all the same."""
    far: frozenset[int] = frozenset()
    """Places of options that are far over a limit in at least half of the scenarios."""
    before: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """What a plan that trains begins with though no option waits for it, each with the rules that say so."""
    unmeasured: tuple[str, ...] = ()
    """The gates by which in at least half of the scenarios nothing is there to measure any step with."""

    def recommending(self, place: int) -> Standing:
        """The same without steps to what is done with, unless this option is tried once more. The other shares stay
        those of all teams, as every face shows them: a team that keeps what works is one of them.
        """
        share, taken = self.share.copy(), self.taken.copy()
        for left in (share, taken):
            left[[other for other in self.over if other != place]] = 0.0
        return replace(self, share=share, taken=taken)


def standing(
    assessment: Assessment, share: Array, situation: Situation, content: Content, rows: slice = slice(None)
) -> Standing:
    """From shares (rows x options) of one situation, whose scenarios are `rows`."""
    over = done(situation)
    tried = np.array([option.id in over for option in content.options])
    never, later = assessment.never[rows], assessment.later[rows]
    fired = assessment.gate_shares[(rows.start or 0) // assessment.scenarios.count].tolist()
    gates = [(row, rule.id, rule.blocks.prepare) for row, rule in enumerate(content.rules) if rule.blocks]
    removed = (never | later).mean(axis=0)
    needs: list[dict[str, tuple[str, ...]]] = []
    for place in range(len(content.options)):
        mine = [(fired[row], rule, name) for row, rule, name in gates if name and assessment.book.blocks[row, place]]
        most = max((often for often, _, _ in mine), default=0.0)
        # Several gates can hold an option up in half of the scenarios though none of them does alone.
        least = min(MOSTLY, most) if removed[place] >= MOSTLY else MOSTLY
        asked: dict[str, tuple[str, ...]] = {}
        for often, rule, name in mine:
            if often >= least:
                asked[name] = (*asked.get(name, ()), rule)
        needs.append(asked)
    unprepared = (removed >= MOSTLY) & np.array([not asked for asked in needs])
    # Nobody who only wants to pay less tries next what costs more than today's way, in most scenarios or in the middle.
    dearer = (assessment.burden.closes[rows] == DEARER).mean(axis=0) >= MOSTLY
    dearer |= _dearer_in_the_middle(assessment, situation, (rows.start or 0) // assessment.scenarios.count)
    each = share[rows].mean(axis=0)
    return Standing(
        each,
        _taken(share[rows], assessment.burden.nats[rows]) if "cost" in gaps(situation) else each,
        (never.mean(axis=0) >= MOSTLY) | unprepared | tried | dearer,
        tuple(needs),
        trains(content),
        works(situation),
        frozenset(np.flatnonzero(tried).tolist()),
        frozenset(np.flatnonzero(assessment.burden.far[rows].mean(axis=0) >= MOSTLY).tolist()),
        _before(assessment, content, rows),
        tuple(rule for row, rule, name in gates if name == EVALUATION and fired[row] >= MOSTLY),
    )


def _dearer_in_the_middle(assessment: Assessment, situation: Situation, place: int) -> Mask:
    """Per option, whether the figure that is shown of its cost lies above today's where cost alone is wrong, or is many
    times that where cost is wrong beside others and the volume or the bill of today is known.
    """
    options = assessment.scenarios.content.options
    known = any(situation.answers.get(one) is not None for one in (BILL, VOLUME))
    if "cost" not in gaps(situation) or not (known or gaps(situation) == ("cost",)):
        return np.zeros(len(options), dtype=bool)
    bills = {option.id: assessment.bills[option.id] for option in options}
    now = today_of(assessment.scenarios, "cost", amounts(bills, {}, ("cost",)))
    costs = (now, *(bill.usd_month for bill in bills.values()))
    today, *others = (band.p50 for band in bands([assessment.scenarios.of(usd, place) for usd in costs]))
    most = math.inf if today is None else today * (1.0 if gaps(situation) == ("cost",) else MANY_TIMES)
    return np.array([usd is not None and usd > most for usd in others])


def _taken(share: Array, nats: Array) -> Array:
    """Per option, the mean over rows of its share once limits and the bill have taken theirs."""
    left = share * np.exp(-nats)
    mean: Array = (left / np.maximum(left.sum(axis=1, keepdims=True), 1e-300)).mean(axis=0)
    return mean


def _before(assessment: Assessment, content: Content, rows: slice) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What a plan that trains begins with, by rules that hold in at least half of the scenarios."""
    scenarios = assessment.scenarios
    place = (rows.start or 0) // scenarios.count
    found: dict[str, tuple[str, ...]] = {}
    for row, rule in enumerate(content.rules):
        if rule.before and scenarios.of(assessment.held[row], place).mean() >= MOSTLY:
            found[rule.before] = (*found.get(rule.before, ()), rule.id)
    return tuple(found.items())


def outline(
    stand: Standing, verdict: Verdict, option: str, content: Content, ranks: Sequence[int] | None = None
) -> tuple[Outline, ...]:
    """At most three steps that follow the verdict: it says what the first one is. Before one that is far over a limit
    stands making room in it.

    None where what works already is to be kept. What is recommended though it fell short is tried once more. What steps
    are measured with is made before the first of them, and once.

    `ranks` are the places of options in the order in which they are to be tried; without it the largest share is first.
    """
    ids = [one.id for one in content.options]
    if verdict == "dont" and option in stand.works:
        return ()
    stand = stand.recommending(ids.index(option))
    likeliest = [int(place) for place in np.argsort(-stand.taken, kind="stable")]
    wanted = [ids.index(option), *(place for place in ranks or likeliest if stand.share[place] >= LEAST)]
    wanted = list(dict.fromkeys(place for place in wanted if place == wanted[0] or not stand.closed[place]))
    found: list[tuple[str, tuple[str, ...]]] = []
    if verdict == "not_yet":
        found = _missing(stand, wanted, option, content)
        if len(found) >= MOST:
            return tuple(Outline("prepare", name, rules=rules) for name, rules in found[:MOST])
        if len(found) < MOST - 1:  # room for both
            wanted = list(dict.fromkeys([*_before_training(stand, wanted, content), *wanted]))
    else:
        # The first step is of the kind that the verdict names; where none is left, there is nothing to plan.
        trained = verdict == "fine_tune"
        first = [place for place in wanted if stand.tunes[place] == trained and not stand.needs[place]]
        if not first:
            return ()
        wanted = [first[0], *(place for place in wanted if place != first[0])]
        found = list(stand.before) if trained else _measured(stand)
        if not trained and first[0] in stand.far:
            found.append((LIMITS, ()))
    steps = list(_steps(stand, wanted, found, ids))
    # It may be known for a later step alone that it is lacking, as training waits for it and prompting does not.
    late = [step for step in steps[len(found) :] if step.id == EVALUATION]
    prepared = sorted([*steps[: len(found)], *late], key=lambda step: ORDER.index(step.id))
    return (*prepared, *(step for step in steps[len(found) :] if step not in late))


def _measured(stand: Standing) -> list[tuple[str, tuple[str, ...]]]:
    """What every step is measured with, where it is lacking."""
    return [(EVALUATION, stand.unmeasured)] if stand.unmeasured else []


def _missing(
    stand: Standing, wanted: Sequence[int], option: str, content: Content
) -> list[tuple[str, tuple[str, ...]]]:
    """What to prepare where it is not yet: what holds up the option, or else the training that is likeliest."""
    recommended = wanted[0]
    held = [place for place in wanted if stand.needs[place]]
    mine = [place for place in held if content.options[place].id == option or stand.tunes[place]]
    asked = stand.needs[mine[0]] if mine else {}
    if recommended in stand.far:
        asked = {**asked, LIMITS: ()}
    asked = {**dict(_measured(stand)), **asked}
    return sorted((asked or {FIND_OUT: ()}).items(), key=lambda need: ORDER.index(need[0]))


def _before_training(stand: Standing, wanted: Sequence[int], content: Content) -> list[int]:
    """What is tried before the training that waits: what needs none, costs days in place of weeks, and is as likely.

    Options of one published outcome count together, since they are tried together; so do a prompt, examples in it and
    a schema.
    """
    if not stand.tunes[wanted[0]]:
        return []
    order = {one.id: place for place, one in enumerate(content.options)}
    prompts = members(("prompted",), content)
    outcomes = [prompts, *(options for options in MEMBERS.values() if not {*options} & {*prompts})]
    together = [[order[option] for option in options] for options in outcomes]
    share = {place: float(stand.share[places].sum()) for places in together for place in places}
    free = [place for place in wanted if not (stand.tunes[place] or stand.needs[place])]
    first = max(free, key=lambda place: (share[place], stand.share[place]), default=None)
    return [] if first is None or share[first] < share[wanted[0]] else [first]


def _steps(
    stand: Standing, wanted: Sequence[int], found: Sequence[tuple[str, tuple[str, ...]]], ids: Sequence[str]
) -> Iterator[Outline]:
    """What is prepared, then the options that are open after it, each with its share of those that reach it."""
    prepared = frozenset(name for name, _ in found)
    yield from (Outline("prepare", name, rules=rules) for name, rules in found)
    room, reached = MOST - len(found), 1.0
    held: frozenset[str] = frozenset()
    for place in wanted:
        if ids[place] in held:
            continue
        needs = {name: rules for name, rules in stand.needs[place].items() if name not in prepared}
        # Beside what is open already, an option may wait for an evaluation set alone.
        if room <= len(needs) or not {EVALUATION}.issuperset(needs):
            continue
        yield from (Outline("prepare", name, rules=rules) for name, rules in needs.items())
        prepared |= needs.keys()
        share = float(stand.share[place])
        yield Outline("option", ids[place], min(1.0, share / max(reached, 1e-12)))
        reached -= share
        room -= 1 + len(needs)
        held |= HOLDS_ALREADY.get(ids[place], frozenset())


def plan(
    assessment: Assessment,
    share: Array,
    verdict: Verdict,
    option: str,
    situation: Situation,
    content: Content,
    scored: Scores,
    chances: Mapping[str, Band | None] | None = None,
) -> tuple[Step, ...]:
    """The plan of one situation, with figures.

    `share` is rows x options. `chances` has the chance (0 to 1) that an option reaches the target, where it is known.
    """
    stand = standing(assessment, share, situation, content)
    steps = outline(stand, verdict, option, content, weitzman(assessment, stand, chances or {}, content))
    aimed = middle(situation.answers.get(AIM))
    target = None if aimed is None else significant(aimed)
    costs: list[Array] = []
    known: list[bool] = []
    spent: frozenset[str] = frozenset()
    for place, step in enumerate(steps):
        after = next((later.id for later in steps[place:] if later.kind == "option"), option)
        amounts, spent = _amounts(assessment, step, after, spent, built(steps, place))
        known.append(amounts is not None)
        costs += amounts or ()
    figures = iter(bands(costs))
    order = {one.id: place for place, one in enumerate(content.options)}
    return tuple(
        Step(
            kind=step.kind,
            id=step.id,
            share=round(step.share, 4),
            effort_days=next(figures) if has else NO_BAND,
            usd_once=next(figures) if has else NO_BAND,
            usd_month=next(figures) if has else NO_BAND,
            stop_at=target if step.kind == "option" else None,
            why=step.rules if step.kind == "prepare" else _reasons(scored, order[step.id]),
        )
        for step, has in zip(steps, known, strict=True)
    )


PEOPLE = ("evaluation", "engineering", "labelling")
"""Lines of a bill that people are paid for."""
PREPARED_LINES: dict[str, tuple[str, ...]] = {EVALUATION: ("evaluation",), "collect": ("labelling", "teacher")}
"""Lines of an option's bill that are paid where this is prepared before."""


def built(steps: Sequence[Step | Outline], place: int) -> tuple[str, ...]:
    """The options before this place of the plan that the step's own option holds: their work is not done again."""
    holds = HOLDS_ALREADY.get(steps[place].id, frozenset())
    return tuple(before.id for before in steps[:place] if before.kind == "option" and before.id in holds)


def _amounts(
    assessment: Assessment, step: Outline, option: str, spent: frozenset[str], before: Sequence[str]
) -> tuple[tuple[Array, Array, Array] | None, frozenset[str]]:
    """Days, USD once and USD a month of a step, or None where nobody knows; and what has been paid for with it.

    An evaluation set is built once, whatever is tried; examples that were collected need no collecting again; and what
    was built for an option `before` that this one holds is there already, but for its training.
    """
    scenarios, bill = assessment.scenarios, assessment.bills[option]
    rate = np.maximum(scenarios["day_rate"], 1e-9)
    nothing = np.zeros(scenarios.rows)
    if step.kind == "option":
        lines = {name: usd for name, usd in bill.once.items() if name not in spent}
        for name in lines.keys() - {"training"}:
            there = [paid[name] for one in before if name in (paid := assessment.bills[one].once)]
            lines[name] = np.maximum(np.subtract(lines[name], np.sum(there, axis=0)), 0) if there else lines[name]
        days: Array = np.sum([lines[name] for name in PEOPLE if name in lines] or [nothing], axis=0) / rate
        once: Array = np.sum(list(lines.values()), axis=0)
        return (days, once, bill.recurring), spent | {"evaluation"}
    if step.id in PREPARED_LINES:
        lines = {name: bill.once[name] for name in PREPARED_LINES[step.id] if name in bill.once}
        days = np.sum([lines[name] for name in PEOPLE if name in lines] or [nothing], axis=0) / rate
        once = np.sum(list(lines.values()) or [nothing], axis=0)
        return (days, once, nothing), spent | set(PREPARED_LINES[step.id])
    if step.id == "agreement":
        days = DOUBLY_LABELLED * scenarios["label_minutes"] / effort.WORKING_MINUTES
        return (days, days * rate, nothing), spent
    if step.id == SMALLER:
        days = scenarios["model_test_days"]
        return (days, days * rate, smaller_usd_month(assessment, PROMPTED)), spent
    return None, spent


PROMPTED = "few_shot"
"""The option whose request a smaller model is tested with: a prompt with examples."""
AGREEMENT = ("label_minutes", "day_rate")
"""What labelling some cases twice rests on."""


def step_lines(steps: Sequence[Step], place: int, ranking: Sequence[OptionResult], option: str) -> tuple[CostLine, ...]:
    """The lines of a bill that the step at this place of the plan pays: those of its option that no step before has
    paid, or those that are paid where something is prepared for the option that follows, or else for `option`.
    """
    step = steps[place]
    after = next((later.id for later in steps[place:] if later.kind == "option"), option)
    lines = next((result.cost for result in ranking if result.option == after), ())
    if step.kind == "prepare":
        return tuple(line for line in lines if line.kind == "once" and line.id in PREPARED_LINES.get(step.id, ()))
    earlier = steps[:place]
    paid = {name for before in earlier for name in PREPARED_LINES.get(before.id, ())}
    paid |= {"evaluation"} if any(before.kind == "option" for before in earlier) else set()
    return tuple(line for line in lines if line.kind == "monthly" or line.id not in paid)


def grounded(steps: Sequence[Step], ranking: Sequence[OptionResult], option: str, ledger: Ledger) -> tuple[Step, ...]:
    """The steps with what their figures rest on, and the route on which the price of an option does."""
    routes = {result.option: result.price_route for result in ranking}
    tested = ("model_test_days", "day_rate", *SMALLER_BASIS, *ledger.assessment.sent[PROMPTED].basis)
    rests_on = [
        [ref for line in step_lines(steps, place, ranking, option) for ref in line.basis]
        + list(ledger.refs(AGREEMENT, option, "cost") if step.id == "agreement" else ())
        + list(ledger.refs(tested, PROMPTED, "cost") if step.id == SMALLER else ())
        for place, step in enumerate(steps)
    ]
    return tuple(
        step.model_copy(
            update={
                "price_route": routes.get(step.id) if step.kind == "option" else None,
                "basis": tuple(dict.fromkeys(refs)),
            }
        )
        for step, refs in zip(steps, rests_on, strict=True)
    )


def weitzman(
    assessment: Assessment, stand: Standing, chances: Mapping[str, Band | None], content: Content
) -> list[int] | None:
    """Options in the order of Weitzman (1979): the least running cost over the horizon, plus effort by chance.

    It takes the options as independent of each other, though a hard task fails them together. None unless the chance
    of every option that is worth a step is known.
    """
    worth = [int(place) for place in np.flatnonzero((stand.share >= LEAST) & ~stand.closed)]
    known = {one.id: chance.p50 for one in content.options if (chance := chances.get(one.id)) and chance.p50}
    if not worth or any(content.options[place].id not in known for place in worth):
        return None

    def index(place: int) -> float:
        name = content.options[place].id
        bill = assessment.bills[name]
        usd = bill.recurring * bill.horizon + bill.once_usd / known[name]
        known_usd = usd[np.isfinite(usd)]
        return float(median(known_usd).item()) if len(known_usd) else math.inf

    return sorted(worth, key=index)


def arrives(steps: Sequence[Step], chances: Mapping[str, Band | None]) -> Band | None:
    """The chance that a step of the plan reaches the target; None unless that of every option in it is known.

    A task that is hard for one option is hard for the next: the 10 % and the middle are those of the best option, as if
    all failed together, and the 90 % is that of options which fail each on their own.
    """
    wanted = [chances.get(step.id) for step in steps if step.kind == "option"]
    known = [chance for chance in wanted if chance is not None and None not in (chance.p10, chance.p50, chance.p90)]
    if not known or len(known) < len(wanted):
        return None
    low, middle, high = (np.array([getattr(chance, name) for chance in known]) for name in ("p10", "p50", "p90"))
    return Band(
        p10=significant(float(low.max())),
        p50=significant(float(middle.max())),
        p90=significant(float(1.0 - np.prod(1.0 - high))),
    )


def worth_usd_month(assessment: Assessment, steps: Sequence[Step], chances: Mapping[str, Band | None]) -> Band | None:
    """What the first option of the plan adds to today's bill in a month, for each success; None without a chance.

    `(usd_once / horizon + usd_month - today's usd_month) / chance`; today's way is prompting on the model in use, with
    the same tokens in the same scenario, its bill that of the user where it was told.
    """
    first = next((step.id for step in steps if step.kind == "option"), None)
    chance = chances.get(first) if first else None
    if first is None or chance is None or chance.p10 is None or chance.p50 is None or chance.p90 is None:
        return None
    bill, today = assessment.bills[first], assessment.bills["prompting"]
    # Multiples of the golden ratio spread the chance over its band without a draw that another figure shares.
    spread = np.arange(1, len(bill.horizon) + 1) * ((np.sqrt(5.0) - 1.0) / 2.0) % 1.0
    drawn = np.interp(spread, (0.1, 0.5, 0.9), (chance.p10, chance.p50, chance.p90))
    told = assessment.scenarios.told("bill_month")
    more = bill.usd_month - np.where(np.isnan(told), today.recurring, today.fixed_month + told)
    return bands([np.divide(more, drawn, out=np.full_like(more, np.nan), where=drawn > 0)])[0]


def _reasons(scored: Scores, option: int) -> tuple[str, ...]:
    """The terms that speak most for an option against the mean of the outcomes."""
    added = scored.contributions[:, option]
    best = [int(term) for term in np.argsort(-added, kind="stable")[:REASONS] if added[term] >= SPEAKS]
    return tuple(scored.terms[term] for term in best)
