"""Why: what each learned term adds to an option, what it rests on, and what published cases said of it.

Scores are sums, so reasons are their parts: the score of an option is the logit of its outcome
(`advisor.engine.shares`) plus what experts say of it beside the option that the outcome is named after. Two scores
differ by an intercept and one contribution a term. Contributions are means over scenarios, in decibans: 10 are odds of
ten to one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from pydantic import TypeAdapter

from advisor.content.load import Content
from advisor.engine.advice import CERTAIN, Contribution, Precedents, Reason
from advisor.engine.conditions import questions_of
from advisor.engine.drawing import draw
from advisor.engine.rules import Rulebook
from advisor.engine.scenarios import Array, Mask, Scenarios
from advisor.engine.shares import Weights, weights
from advisor.engine.terms import CLASSES, MEMBERS, NATS, TRAINING, Class
from advisor.interview.situation import Situation

HOLDS = 0.02
"""Share of scenarios below which a term is not worth showing. Assumption."""
FELT = 0.05
"""Decibans below which a contribution is no reason. Assumption."""
CONTRARY = 1.0
"""Decibans that experts must have said the other way before a reason is called contrary to them. Assumption."""
USUAL_SCENARIOS = 512
"""Scenarios in which it is seen how often a term holds when nothing is known."""
CONTRIBUTIONS = TypeAdapter(tuple[Contribution, ...])
GATE = 10.0
"""Decibans that a gate counts as at least: no price outweighs it. Assumption."""


@dataclass(frozen=True)
class Scores:
    """What makes up the scores of the options in one situation."""

    terms: tuple[str, ...]
    intercepts: Array
    """Per option, in decibans, around the mean of the outcomes."""
    contributions: Array
    """Terms x options, in decibans, around the mean of the outcomes."""
    share: Array
    """Per term: of the scenarios, those in which it holds."""
    number: Array
    """Per term, the mean of what it counts as: for a number, below nought where it lies below its middle."""

    def argument(self, option: int, rival: int) -> Array:
        """Per term, decibans for the option against the rival."""
        gains: Array = self.contributions[:, option] - self.contributions[:, rival]
        return gains


def scores(scenarios: Scenarios, off: frozenset[str] = frozenset()) -> Scores:
    """The parts of the scores of the first situation. Terms named in `off` add nothing."""
    content, loaded = scenarios.content, weights(scenarios.content)
    values = loaded.terms.values(scenarios)[: scenarios.count]
    if off:
        values = np.where(np.isin(loaded.terms.ids, sorted(off)), np.float32(0.0), values)
    # Each set of weights is applied to the rows that take it, as in `shares`.
    sets = len(loaded.weights)
    if scenarios.count % sets or scenarios.count == sets:
        by_set, weighed = values.mean(axis=0, keepdims=True), loaded.weights.mean(axis=0, keepdims=True)
    else:
        by_set, weighed = values.reshape(sets, scenarios.count // sets, -1).mean(axis=1), loaded.weights
    mean = by_set.mean(axis=0, dtype=np.float64)
    by_class = np.einsum("st,stc->tc", by_set, weighed, dtype=np.float64) / len(weighed)
    by_class -= by_class.mean(axis=1, keepdims=True)
    starts = loaded.intercepts.mean(axis=0, dtype=np.float64)
    starts -= starts.mean()
    beside, start_beside = _beside(loaded, content)
    column = np.array([CLASSES.index(class_of(option.id)) for option in content.options])
    return Scores(
        loaded.terms.ids,
        (starts[column] + start_beside) / NATS,
        (by_class[:, column] + mean[:, np.newaxis] * beside) / NATS,
        np.count_nonzero(values, axis=0) / len(values),
        mean,
    )


def _beside(loaded: Weights, content: Content) -> tuple[Array, Array]:
    """Terms x options, and per option: what experts say of it beside the option its outcome is named after, in nats."""
    order = {option.id: place for place, option in enumerate(content.options)}
    named = np.array([order[MEMBERS[class_of(option.id)][0]] for option in content.options])
    effects, start = loaded.terms.effects, loaded.terms.start
    return loaded.scale * (effects - effects[:, named]), loaded.scale * (start - start[named])


@cache
def class_of(option: str) -> Class:
    """The published outcome that an option stands for."""
    return next(outcome for outcome, members in MEMBERS.items() if option in members)


def evidence(parts: Scores, option: int) -> tuple[Contribution, ...]:
    """What each term adds to an option, heaviest first, without those that add nothing."""
    added = np.round(parts.contributions[:, option], 3).tolist()
    held = np.round(parts.share, 4).tolist()
    steps = sorted(
        (-abs(decibans), term, decibans, share)
        for term, decibans, share in zip(parts.terms, added, held, strict=True)
        if decibans
    )
    # All at once, which takes half as long as one by one.
    return CONTRIBUTIONS.validate_python(
        [{"term": term, "decibans": decibans, "share": share} for _, term, decibans, share in steps]
    )


def reasons(
    parts: Scores, situation: Situation, content: Content, option: int, rival: int, reach: float = FELT
) -> tuple[Reason, ...]:
    """The terms that speak for an option against its rival by at least `reach` decibans, heaviest first.

    What speaks against both, and less against the option, is no reason to choose it.
    """
    gains, own = parts.argument(option, rival), parts.contributions[:, option]
    weighed = [
        _reason(place, parts, float(gains[place]), situation, content, option, rival)
        for place in range(len(parts.terms))
        if gains[place] >= reach and own[place] > 0 and parts.share[place] >= HOLDS
    ]
    return tuple(sorted(weighed, key=lambda reason: (-reason.decibans, reason.id)))


def _reason(
    place: int, parts: Scores, gain: float, situation: Situation, content: Content, option: int, rival: int
) -> Reason:
    term, loaded = content.weighed[place], weights(content)
    share, below = float(parts.share[place]), bool(term.slope and parts.number[place] < 0)
    by_experts = (
        (loaded.terms.effects[place, option] - loaded.terms.effects[place, rival]) / NATS * (-1 if below else 1)
    )
    known, unknown = read(loaded.terms.reads[place], situation, content)
    rises = share > usual(content)[place]
    certain = share >= CERTAIN
    if term.slope:  # its number decides, and holds in all scenarios
        certain = rises = term.slope.of not in unknown
    return Reason(
        id=term.id,
        gate=False,
        decibans=round(gain, 3),
        share=round(share, 4),
        rests_on="said" if not unknown or certain else "partly_said" if known and rises else "open",
        left_open=unknown,
        below=below,
        contrary=bool(by_experts <= -CONTRARY),
        cases=precedents(content, place, below, content.options[option].id),
        sources=term.sources,
    )


def read(columns: tuple[str, ...], situation: Situation, content: Content) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The questions that these columns hang on: those answered, and those left open."""
    asked = questions_of(columns, content)
    known = tuple(key for key in asked if situation.answers.get(key) is not None)
    return known, tuple(key for key in asked if key not in known)


@cache
def usual(content: Content) -> Array:
    """Per term, the share of scenarios in which it holds when nothing is known."""
    held: Array = (weights(content).terms.values(draw([Situation({})], content, USUAL_SCENARIOS)) != 0).mean(axis=0)
    return held


@cache
def precedents(content: Content, place: int, below: bool, option: str) -> Precedents | None:
    """What published cases in which a term held ended with, first those that ended like `option`; None where it held
    in none.
    """
    learned = content.learned
    if learned is None:
        return None
    held = learned.terms[place].held_below if below else learned.terms[place].held
    like = class_of(option)
    cases = sorted((learned.cases[number] for number in held), key=lambda case: case.outcome != like)
    trained = {one for one, trains in zip(CLASSES, TRAINING, strict=True) if trains}
    return (
        Precedents(
            cases=len(cases),
            trained=sum(case.outcome in trained for case in cases),
            same=sum(case.outcome == like for case in cases),
            shown=tuple(case.id for case in cases if case.shown),
        )
        if cases
        else None
    )


def gates(
    fired: Mask, rows: Mask, book: Rulebook, situation: Situation, content: Content, holds: Mask, least: float
) -> tuple[Reason, ...]:
    """Of the rules marked in `holds`, those that fire in at least the share `least` of the marked rows."""
    places = np.flatnonzero(holds)
    marked = fired[:, places]
    reasons: list[Reason] = []
    for row, share, within in zip(
        places, marked.mean(axis=0).tolist(), marked[rows].mean(axis=0).tolist(), strict=True
    ):
        if within < least:
            continue
        rule = content.rules[row]
        known, unknown = read(book.reads[row], situation, content)
        reasons.append(
            Reason(
                id=rule.id,
                gate=True,
                decibans=GATE,
                share=round(share, 4),
                rests_on="said" if share >= CERTAIN or not unknown else "partly_said" if known else "open",
                left_open=unknown,
                sources=rule.sources,
            )
        )
    return tuple(sorted(reasons, key=lambda reason: (-reason.share, reason.id)))
