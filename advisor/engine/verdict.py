"""The verdict: a situation on a date becomes an `Advice`.

Scenarios, estimates, rules and shares come first; then each scenario takes the option that is best for one team: the
logarithm of its share, less what limits and the bill take, plus that team's taste. `advisor.engine.choice` chooses,
says when it is "not yet", and has the thresholds. What most scenarios say is the verdict; how many of them say it is
its stability.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import numpy as np

from advisor.content.entries import Rule, Verdict
from advisor.content.freshness import covered
from advisor.content.load import Content, load
from advisor.engine import figures, removals, routing
from advisor.engine.advice import (
    CERTAIN,
    MOSTLY,
    Advice,
    Band,
    Block,
    Glance,
    Measured,
    Missing,
    OptionResult,
    Reason,
    Side,
)
from advisor.engine.assessment import Assessment, assess, choose, ends_in_training, reachable
from advisor.engine.attempts import needless, works
from advisor.engine.choice import DONT, FINE_TUNE, NOT_YET, VERDICTS
from advisor.engine.comparisons import comparisons
from advisor.engine.endings import endings
from advisor.engine.expected_score import chances, expected_scores
from advisor.engine.plan import ROUTE, arrives, grounded, plan, worth_usd_month
from advisor.engine.reasons import Scores, class_of, evidence, gates, reasons, scores
from advisor.engine.rules import compile_rules, members, trains
from advisor.engine.scenarios import Array, Mask, median
from advisor.engine.sensitivity import Changes, most_say, open_questions, outcome, what_changes
from advisor.interview.situation import MARKS, Situation, middle, written_measurements

SCENARIOS = 2048
"""Scenarios of an advice."""
GLANCE_SCENARIOS = 1024
"""Scenarios of a glance, which stands beside questions and is drawn at each answer."""
TIE = 0.05
"""Options this close to the recommended one, as a share of scenarios, are shown as a tie. Assumption."""
HOLDS = 0.02
"""Share of scenarios below which a rule is not worth showing. Assumption."""
DUE = 0.75
"""Share of scenarios from which a piece of advice is given that hangs on an open question, too. Assumption."""
MAY_LACK = 0.2
"""Share of scenarios from which something is named as missing, or as what may be. Assumption."""
COMPARED = 5
"""Options whose cost is drawn over volume."""


def advise(
    situation: Situation,
    at: date | None = None,
    content: Content | None = None,
    scenarios: int = SCENARIOS,
    *,
    whole: bool = True,
) -> Advice:
    """Everything the engine says about a situation on a day (default: today).

    Where it is not the `whole`, for a third of the work: what the brief says, which is verdict, plan, reasons and the
    figures of the options. Nobody then looks for what would change it (`flips`, `curves`, `provisional`, open
    questions), what an option's figures are made of (`evidence`, `cost`, `latency_parts`, `break_even`), or for routes
    that no reason, step or price asks for.

    Deterministic: the same answers, day and content give the same advice. Raises `UnknownPrice` if the model whose
    price was asked for has none on that day, `TooEarly` for a day before the first fact, and `TypeError` for what is no
    situation or no day.
    """
    content = content or load()
    at = _day(at)
    if not isinstance(situation, Situation):
        raise TypeError(
            f"expected a Situation, as situation(...) and read_situation(...) make; got {type(situation).__name__}"
        )
    reached = reachable([situation], content, compile_rules(content))[0]
    assessment = assess([reached], content, at, scenarios)
    verdict, option, stability = outcome(assessment)
    target = content.options[option].id
    in_verdict = _giving(assessment, verdict)
    shares = np.bincount(assessment.verdict, minlength=len(VERDICTS)) / len(assessment.verdict)
    ledger = figures.Ledger(assessment, reached, content)
    scored = scores(assessment.scenarios, reached.off)
    expected = expected_scores(reached)
    likely = chances(expected, content)
    steps = plan(assessment, assessment.share, VERDICTS[verdict], target, reached, content, scored, likely)
    # What the plan tries before the training that waits is what to use until then.
    first = next((step.id for step in steps if step.kind == "option"), target)
    priced = None if whole else (first, target)
    ranking = _ranking(assessment, content, ledger, scored, likely, target, priced)
    runner_up = _runner_up(ranking, target)
    rival = next(place for place, other in enumerate(content.options) if other.id == runner_up)
    option_shares = np.bincount(assessment.target, minlength=len(content.options)) / len(assessment.target)
    ties = [
        content.options[place].id
        for place in np.argsort(-option_shares, kind="stable")
        if place != option
        and not assessment.closed[0, place]
        and content.options[place].tunes == content.options[option].tunes
        and abs(option_shares[option] - option_shares[place]) <= TIE
    ]
    changes = what_changes(assessment, (verdict, option), reached, at) if whole else Changes()
    told = (
        *_gates(assessment, reached, content, verdict, option),
        *reasons(scored, reached, content, option, rival),
    )
    unpriced = any(result.usd_month.p50 is None for result in ranking if result.option in (first, target))
    sought = any(step.id == ROUTE for step in steps)
    sought |= any(reason.gate and _asks_for_a_route(content.rule(reason.id)) for reason in told)
    with_routes = whole or unpriced or sought
    open_routes, closed_routes = routing.statuses(assessment, reached) if with_routes else ((), ())
    ledger.refs((name for score in expected for name in score.rests_on), target, "cost")
    steps = grounded(steps, ranking, target, ledger)
    breaks = assessment.broken(option)
    meanwhile = _meanwhile(assessment, reached, in_verdict, (first, target)) if verdict == NOT_YET else None
    return Advice(
        verdict=VERDICTS[verdict],
        option=target,
        runner_up=runner_up,
        meanwhile=meanwhile,
        stability=round(stability, 4),
        verdict_shares=_shares(shares),
        option_share=round(float((assessment.target[in_verdict] == option).mean()), 4),
        tie=tuple(ties),
        verdict_tie=_tied(shares, verdict),
        breaks=breaks,
        too_slow=figures.too_slow(ranking[0].latency_p95, reached, breaks),
        provisional=changes.next_question is not None,
        ends_in_training=round(float(ends_in_training(assessment).mean()), 4),
        plan=steps,
        arrives=arrives(steps, likely),
        worth_usd_month=worth_usd_month(assessment, steps, likely),
        ranking=ranking,
        reasons=told,
        missing=_missing(assessment, content, verdict, option),
        flips=changes.flips,
        next_question=changes.next_question,
        open_questions=changes.open_questions,
        to_find_out=changes.to_find_out,
        routes=open_routes,
        closed_routes=closed_routes,
        endings=endings(assessment, ranking),
        readiness=_readiness(reached, content),
        curves=figures.curves(assessment, _compared(ranking, target)) if whole else (),
        requests_month=figures.band(assessment.scenarios["requests_per_month"]),
        latency_limit=middle(reached.answers.get("latency_limit")),
        comparisons=comparisons(reached),
        expected_scores=expected,
        assumptions=figures.assumptions(assessment, ledger),
        notes=_notes(assessment, reached, content, verdict, target),
        basis=dict(sorted(ledger.entries.items())),
        answers={key: value for key, value in reached.as_dict().items() if key not in MARKS},
        switched_off=tuple(sorted(reached.off)),
        measured=tuple(sorted(reached.measured)),
        measurements=tuple(Measured(**one) for one in written_measurements(reached.measurements)),
        ignored=tuple(sorted(set(situation.answers) - set(reached.answers))),
        dropped=situation.dropped,
        at=at,
        newest_fact=covered(content).newest,
        beyond_facts=covered(content).beyond(at),
        content_version=content.version,
        weights_version=content.learned.evidence if content.learned else None,
        scenarios=scenarios,
    )


def glance(
    situation: Situation, at: date | None = None, content: Content | None = None, scenarios: int = GLANCE_SCENARIOS
) -> Glance:
    """The verdict so far and the next question, without the figures: quick enough for every page."""
    content = content or load()
    reached = reachable([situation], content, compile_rules(content))[0]
    assessment = choose([reached], content, _day(at), scenarios)
    verdict, option, stability = outcome(assessment)
    shares = np.bincount(assessment.verdict, minlength=len(VERDICTS)) / len(assessment.verdict)
    each = assessment.each_as_it_is()
    to_ask = open_questions(each, reached, content)
    return Glance(
        verdict=VERDICTS[verdict],
        option=content.options[option].id,
        stability=round(stability, 4),
        verdict_shares=_shares(shares),
        next_question=next(iter(to_ask), None),
        open_questions=to_ask,
        to_find_out=() if to_ask else open_questions(each, reached, content, asked=True),
        ignored=tuple(sorted(set(situation.answers) - set(reached.answers))),
    )


def _day(at: date | None) -> date:
    """The day of an advice: today if none is given; of a point in time its day."""
    if at is None:
        return date.today()
    if isinstance(at, datetime):
        return at.date()
    if not isinstance(at, date):
        raise TypeError(f"at: expected a date, such as date(2026, 11, 22); got {type(at).__name__}")
    return at


def _tied(shares: Array, verdict: int) -> tuple[Verdict, ...]:
    """The verdicts that nearly as many scenarios give; "don't" stands against both kinds of training together."""
    level = np.abs(shares - shares[verdict]) <= TIE
    halves = abs(1.0 - 2.0 * shares[DONT]) <= TIE
    if verdict == DONT:
        level[:] = False
        level[most_say(shares[np.newaxis] * (np.arange(len(VERDICTS)) != DONT))] = halves
    else:
        level[DONT] = halves
    level[verdict] = False
    return tuple(name for name, same in zip(VERDICTS, level, strict=True) if same)


def _shares(shares: Array) -> dict[Verdict, float]:
    return {verdict: round(float(share), 4) for verdict, share in zip(VERDICTS, shares, strict=True)}


def _giving(assessment: Assessment, verdict: int) -> Mask:
    """The scenarios that give this verdict; all where none does, since most only wait for the same thing."""
    rows: Mask = assessment.verdict == verdict
    return rows if rows.any() else ~rows


def _meanwhile(assessment: Assessment, situation: Situation, rows: Mask, planned: tuple[str, str]) -> str | None:
    """What to use until the missing thing is there: what the plan tries first, or else what most of these rows fall
    back on. It trains nothing, and what does not work already keeps the limits. `planned` are the first option of the
    plan and the recommended one, which is not named again.
    """
    options = assessment.scenarios.content.options
    counts = np.bincount(assessment.fallback[rows], minlength=len(options))
    broken = assessment.breaks(*assessment.over).mean(axis=0) >= MOSTLY
    idle, kept = needless(situation), works(situation)
    usable = {
        option.id: int(counts[place])
        for place, option in enumerate(options)
        if not option.tunes
        and option.id not in idle
        and not assessment.blocked[0, place]
        and (option.id in kept or not broken[place])
    }
    first, target = planned
    if first in usable:
        return first if first != target else None
    best = max(usable, key=lambda name: usable[name], default=None)
    return best if best is not None and usable[best] and best != target else None


def _ranking(
    assessment: Assessment,
    content: Content,
    ledger: figures.Ledger,
    scored: Scores,
    likely: Mapping[str, Band | None],
    target: str,
    priced: Sequence[str] | None = None,
) -> tuple[OptionResult, ...]:
    """The options, the recommended one first. Where some are `priced`, only these are priced without their route, and
    of none is it said what its figures are made of.
    """
    whole = priced is None
    chosen = np.bincount(assessment.ending, minlength=len(content.options)) / len(assessment.ending)
    ids = [option.id for option in content.options]
    bills, times = assessment.bills, assessment.latencies
    columns = {
        "usd_month": [bills[option_id].usd_month for option_id in ids],
        "usd_month_running": [bills[option_id].recurring for option_id in ids],
        "usd_once": [bills[option_id].once_usd for option_id in ids],
        "usd_horizon": [bills[option_id].usd_horizon for option_id in ids],
        "latency": [times[option_id].median for option_id in ids],
        "latency_p95": [times[option_id].p95 for option_id in ids],
    }
    table = {name: ledger.bands(arrays) for name, arrays in columns.items()}
    against = _against(assessment, content) if whole else ""
    without = figures.without_routes(assessment, ids if priced is None else dict.fromkeys(priced))
    over_budget = assessment.breaks("budget_month", "budget_once").mean(axis=0).tolist()
    over_latency = assessment.breaks("latency_limit").mean(axis=0).tolist()
    results: list[OptionResult] = []
    for place, option in enumerate(content.options):
        steps = evidence(scored, place) if whole else ()
        prior = round(float(scored.intercepts[place]), 3)
        lines = figures.cost_lines(assessment, option.id, ledger) if whole else ()
        parts = figures.latency_lines(assessment, option.id, ledger) if whole else ()
        rests_on = [key for line in lines for key in line.basis] + [key for part in parts for key in part.basis]
        rests_on += ledger.refs(("tail_ratio", "horizon_months"), option.id, "latency")
        results.append(
            OptionResult(
                option=option.id,
                rung=option.rung,
                share=round(float(assessment.share[:, place].mean()), 4),
                chance=likely[option.id],
                chosen_share=round(float(chosen[place]), 4),
                blocked=bool(assessment.blocked[0, place]),
                blocked_by=_blocks(assessment, content, place),
                over_budget_share=round(over_budget[place], 4),
                over_latency_share=round(over_latency[place], 4),
                prior=prior,
                evidence=steps,
                decibans=round(prior + sum(step.decibans for step in steps), 3),
                cost=lines,
                latency_parts=parts,
                break_even=figures.break_even(assessment, option.id, against, ledger)
                if whole and option.tunes and table["usd_month"][place].p50 is not None
                else None,
                price_route=next((route.id for route in figures.routes_taken(assessment, option.id)), None),
                price_routes=figures.compared_routes(assessment, option.id),
                usd_month_without=without.get(option.id),
                variants=figures.variants(assessment, option.id, ledger) if option.id in VARIED else (),
                basis=tuple(dict.fromkeys(rests_on)),
                **{name: column[place] for name, column in table.items()},
            )
        )
    return tuple(
        sorted(
            results,
            key=lambda result: (
                result.option != target,
                result.blocked,
                -result.chosen_share,
                -result.share,
                result.rung,
            ),
        )
    )


VARIED = ("prompting", "few_shot")
"""Options that are priced with caching, batch and a smaller model, too."""


def _against(assessment: Assessment, content: Content) -> str:
    """The cheapest option without training that nothing holds up, of those with half the share of the likeliest."""
    shares = {
        option.id: float(assessment.share[:, place].mean()) * (not assessment.blocked[0, place])
        for place, option in enumerate(content.options)
        if not option.tunes
    }
    likely = [option_id for option_id, share in shares.items() if 2 * share >= max(shares.values())]
    return min(likely, key=lambda option_id: median(assessment.bills[option_id].usd_month).item())


def _compared(ranking: Sequence[OptionResult], target: str) -> list[str]:
    """The options worth comparing over volume: the recommended one and the best that are not blocked."""
    best = [result.option for result in ranking if result.usd_month.p50 is not None and not result.blocked]
    best = [target, *(option_id for option_id in best if option_id != target)]
    known = {result.option for result in ranking if result.usd_month.p50 is not None}
    return [option_id for option_id in best if option_id in known][:COMPARED]


def _blocks(assessment: Assessment, content: Content, place: int) -> tuple[Block, ...]:
    """The rules that hold an option up in scenarios worth showing, the most frequent first."""
    shares, blocked = assessment.fired_share, assessment.book.blocks
    blocks = [
        Block(rule=rule.id, share=round(float(shares[row]), 4), lifts=rule.blocks.lifts)
        for row in assessment.book.gates
        if blocked[row, place] and shares[row] >= HOLDS and (rule := content.rules[row]).blocks
    ]
    return tuple(sorted(blocks, key=lambda block: (-block.share, block.rule)))


def _runner_up(ranking: Sequence[OptionResult], target: str) -> str:
    """The best other option that stands for another published outcome: one that nothing holds up, if there is any."""
    others = [result for result in ranking if class_of(result.option) != class_of(target)]
    return next((result.option for result in others if not result.blocked), others[0].option)


def _gates(
    assessment: Assessment, situation: Situation, content: Content, verdict: int, option: int
) -> tuple[Reason, ...]:
    """What holds the option up, where that is the verdict, and what closes every way of training for good."""
    tunes = trains(content)
    bars = assessment.book.blocks[:, tunes].all(axis=1) & ~assessment.book.lifts
    holds = bars | assessment.book.blocks[:, option] if verdict == NOT_YET else bars
    rows = _giving(assessment, verdict)
    return gates(assessment.counted, rows, assessment.book, situation, content, holds, MOSTLY)


def _asks_for_a_route(rule: Rule) -> bool:
    """Whether a gate asks for somebody who trains it: who says so are then the pages of those whom the user may ask."""
    return rule.blocks is not None and rule.blocks.prepare == ROUTE


def _missing(assessment: Assessment, content: Content, verdict: int, option: int) -> tuple[Missing, ...]:
    """What holds options up, first what holds up the option that would be recommended."""
    missing: list[tuple[bool, Missing]] = []
    answered = removals.answered(assessment.scenarios)[0]
    answered |= removals.asked(assessment.scenarios)[0] & assessment.counted.any(axis=0)
    for row, rule in enumerate(content.rules):
        share = round(float(assessment.fired_share[row]), 4)
        if not rule.blocks or share < MAY_LACK:
            continue
        brings_back = members(rule.blocks.options, content)
        known = bool(answered[row]) or share >= CERTAIN
        entry = Missing(rule=rule.id, share=share, lifts=rule.blocks.lifts, options=brings_back, known=known)
        missing.append((content.options[option].id in brings_back, entry))
    ordered = sorted(missing, key=lambda pair: (pair[1].lifts != "later", not pair[0], -pair[1].share, pair[1].rule))
    return tuple(entry for _, entry in ordered)


def _notes(
    assessment: Assessment, situation: Situation, content: Content, verdict: int, target: str
) -> tuple[str, ...]:
    """Rules with something to do or to watch that hold in most scenarios, rest on an answer, and matter here."""
    known = {
        column
        for question in content.questions
        if situation.answers.get(question.id) is not None
        for column in question.columns
    }
    answered = removals.answered(assessment.scenarios)[0]
    return tuple(
        rule.id
        for row, rule in enumerate(content.rules)
        if rule.advice
        and assessment.fired_share[row] >= (MOSTLY if answered[row] else DUE)
        # How to run a training is for those who are to train.
        and not (rule.technical and rule.about and verdict != FINE_TUNE)
        and (known & set(assessment.book.reads[row]) or (rule.when == "TRUE" and verdict == FINE_TUNE))
        and (not rule.about or target in members(rule.about, content))
    )


def _readiness(situation: Situation, content: Content) -> tuple[Side, ...]:
    """Five sides; each ready if all its signs are, not ready if one speaks against, unknown otherwise."""
    sides: dict[str, dict[str, list[str]]] = {}
    for sign in content.readiness:
        states = sides.setdefault(sign.side, {"ready": [], "not_ready": [], "unknown": []})
        value = situation.answers.get(sign.question)
        if value is None:
            state = "unknown"
        elif sign.at_least is not None:
            low, high = value if isinstance(value, tuple) else (value, value)
            state = (
                "ready" if float(low) >= sign.at_least else "not_ready" if float(high) < sign.at_least else "unknown"
            )
        else:
            state = "ready" if value in sign.ready else "not_ready" if value in sign.not_ready else "unknown"
        states[state].append(sign.question)
    return tuple(
        Side(
            id=side,
            state="not_ready" if states["not_ready"] else "unknown" if states["unknown"] else "ready",
            ready_because=tuple(states["ready"]),
            not_ready_because=tuple(states["not_ready"]),
            unknown=tuple(states["unknown"]),
        )
        for side, states in sides.items()
    )
