"""What a small tuned model may be expected to score, from what prompts score on the user's own test cases.

The formulas were fitted to published comparisons and judged on studies left out of the fit; a logit is the logarithm
of the odds of a score, which is taken between 0.5 and 99.5 of 100:

- the best prompt on a large and on a small model: T = 0.25 + 0.6 L + 0.4 S, +-1.1;
- on a large model only: T = 0.1 + 0.95 L, +-1.2;
- on a small model only: T = 0.65 + 0.5 S, +-1.85.

The range is that of 80 % of the studies left out, and is taken as normal. It is wide, and it is the finding. **Nothing
here is calibrated**: no published comparison has a target, so nobody has checked how often a chance of 30 % comes true.
The score tells how hard the task is, not which way wins: of "better than the large model" it knows less than always
saying the usual share. How many examples there are does not carry over from one study to another, so it is not asked.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from statistics import NormalDist

import numpy as np

from advisor.content.load import Content
from advisor.engine.advice import Band, ExpectedScore
from advisor.engine.comparisons import FEWEST, studies_of
from advisor.engine.figures import significant
from advisor.engine.points import Z90
from advisor.interview.situation import Situation, Value

LARGE, SMALL, TARGET = "large_score", "small_score", "target_score"
"""The questions that the scores answer, in percent of the test cases."""
FORMULAS: dict[tuple[str, ...], tuple[float, tuple[float, ...], float]] = {
    (LARGE, SMALL): (0.25, (0.6, 0.4), 1.1),
    (LARGE,): (0.1, (0.95,), 1.2),
    (SMALL,): (0.65, (0.5,), 1.85),
}
"""By what is known: intercept, weight of each score, and half the 80 % range; all in logits."""
OPTIONS = ("encoder", "sft", "distill")
"""Options that end in a small tuned model, as the arms did that the formulas were fitted to."""
LABELS = ("classification", "extraction")
"""Kinds of task that an encoder can do: it gives labels, not text."""
LOWEST, HIGHEST = 0.5, 99.5
"""Scores, of 100, between which a logit is taken: at the ends it is infinite."""
STEPS = 5
"""Points of a range that the user gave."""
UNIT = NormalDist()
LEVELS = tuple(UNIT.inv_cdf(step / 20) for step in range(1, 20))
"""Normal deviates at 5, 10, ... 95 %."""


def expected_scores(situation: Situation) -> tuple[ExpectedScore, ...]:
    """The expected score of each option that ends in a small tuned model, in the order of the ladder, and the chance
    that it reaches the target.

    Empty where no score was given, or where fewer than `FEWEST` studies measured both sides at the kind of task. The
    chance is None where there is no target. Its range comes from ranges among the answers alone: of exact answers the
    chance is one number, in which the spread of the score is counted already.
    """
    answers = situation.answers
    task = answers.get("task")
    known = tuple(name for name in (LARGE, SMALL) if answers.get(name) is not None)
    if not known or studies_of(str(task)) < FEWEST:
        return ()
    middles = tuple(_middles(answers, known))
    half = FORMULAS[known][2]
    target = answers.get(TARGET)
    score = _band([_score(middle + half / Z90 * level) for middle in middles for level in LEVELS])
    goals = [] if target is None else _spread(target)
    chance = _band([_reaches(middle, half, goal) for middle in middles for goal in goals]) if goals else None
    return tuple(
        ExpectedScore(
            option=option,
            score=score,
            chance=chance,
            rests_on=(*known, *((TARGET,) if goals else ())),
        )
        for option in OPTIONS
        if option != "encoder" or task in LABELS
    )


def chances(scores: Sequence[ExpectedScore], content: Content) -> dict[str, Band | None]:
    """By option, the chance (0 to 1) that its score reaches the target; None where it is not known."""
    known = {expected.option: expected.chance for expected in scores}
    return {option.id: known.get(option.id) for option in content.options}


def _middles(answers: Mapping[str, Value], known: tuple[str, ...]) -> Iterator[float]:
    """The logit expected, for each combination of the points of what was answered."""
    intercept, weights, _ = FORMULAS[known]
    for scores in product(*(_spread(answers[name]) for name in known)):
        yield intercept + sum(weight * _logit(score) for weight, score in zip(weights, scores, strict=True))


def _spread(value: Value) -> list[float]:
    """A number as it is; a range at evenly spread points, as the scenarios draw it."""
    if not isinstance(value, tuple):
        assert isinstance(value, int | float)
        return [float(value)]
    low, high = (float(end) for end in value)
    shares = [(step + 0.5) / STEPS for step in range(STEPS)]
    return [low * (high / low) ** share if low > 0 else low + (high - low) * share for share in shares]


def _reaches(middle: float, half: float, target: float) -> float:
    return 1 - UNIT.cdf((_logit(target) - middle) / (half / Z90))


def _logit(score: float) -> float:
    odds = min(max(score, LOWEST), HIGHEST)
    return math.log(odds / (100 - odds))


def _score(logit: float) -> float:
    return 100 / (1 + math.exp(-logit))


def _band(values: list[float]) -> Band:
    low, middle, high = np.quantile(values, (0.1, 0.5, 0.9), method="weibull")
    return Band(p10=significant(float(low)), p50=significant(float(middle)), p90=significant(float(high)))
