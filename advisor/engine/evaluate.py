"""What users are told of cases with a known outcome: the whole engine measured, as they get it.

Shares alone are measured in `advisor.engine.measure`. Here gates, limits, prices, the choice in every scenario and the
plan take part, so that what they spoil or mend shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from advisor.content.entries import Learned, Score
from advisor.content.load import Content
from advisor.engine.assessment import assess, ends_in_training, reachable
from advisor.engine.choice import VERDICTS
from advisor.engine.expected_score import chances, expected_scores
from advisor.engine.measure import Judged, score_of
from advisor.engine.plan import outline, standing, weitzman
from advisor.engine.reasons import class_of
from advisor.engine.rules import compile_rules
from advisor.engine.scenarios import Array
from advisor.engine.sensitivity import outcome
from advisor.interview.situation import Situation

SCENARIOS = 512
"""Scenarios of a case. With the 2,048 of an advice, acceptable and yes or no each came to 0.01 less out of fold and
the others to the same: a few cases lie on the edge, and the figures' own error is 0.03.
"""
NOT_YET = "not_yet"


@dataclass(frozen=True)
class Told:
    """What an advice comes to, in the words of published cases."""

    first: str
    """The outcome of the advice: `not_yet` where that is the verdict."""
    options: tuple[str, ...]
    """Outcomes of the options in the plan, in its order, each once."""
    ends_in_training: float

    @property
    def said(self) -> tuple[str, str]:
        """What is said first, and the next of the options in the plan; where none is left, the first again."""
        return self.first, next((one for one in self.options if one != self.first), self.first)


def taught(content: Content, learned: Learned, name: str) -> Content:
    """The content with other weights; `name` tells it apart from others with the same files."""
    return content.model_copy(update={"learned": learned, "version": f"{content.version}-{name}"})


def tell(situations: Sequence[Situation], content: Content, at: date, scenarios: int = SCENARIOS) -> list[Told]:
    """What users in these situations are told, each assessed alone as `advise` does it. Raises as `assess` does."""
    book = compile_rules(content)
    return [_tell(one, content, at, scenarios) for one in reachable(situations, content, book)]


def _tell(situation: Situation, content: Content, at: date, scenarios: int) -> Told:
    assessment = assess([situation], content, at, scenarios)
    verdict, place, _ = outcome(assessment)
    option = content.options[place].id
    stand = standing(assessment, assessment.share, situation, content)
    ranks = weitzman(assessment, stand, chances(expected_scores(situation), content), content)
    steps = outline(stand, VERDICTS[verdict], option, content, ranks)
    options = tuple(dict.fromkeys(class_of(step.id) for step in steps if step.kind == "option"))
    first = NOT_YET if VERDICTS[verdict] == NOT_YET else class_of(option)
    return Told(first, options, float(ends_in_training(assessment).mean()))


def score_told(cases: Sequence[Judged], told: Sequence[Told], weights: Array | None = None) -> Score:
    """How often what was told was right; every case counts the same unless there are `weights`."""
    return score_of(cases, [one.said for one in told], np.array([one.ends_in_training for one in told]), weights)
