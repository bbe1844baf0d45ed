"""Published comparisons like the user's: at the same kind of task, counted the same way, a small tuned model against a
prompted one.

Each data set of a study gives one difference, in points of 100: the best score of the trained arms less the best of
the prompted ones. Both sides take their best, as a team would on its test cases. Data sets of one study share models,
authors and test design, so a study counts once, with the median over its data sets.

What is in doubt is left out: an arm with a caution counts for neither side, and a data set in which such an arm has
the best score of its side is not counted at all, since nobody knows who won it. Arms without an address are never
shown, so they are not counted either: the reader can look up all that a count says.

Counts say what was published. Who tried training and dropped it seldom publishes, and most prompts compared were plain
ones, so they flatter training; nothing here is a probability that training will win.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from math import sqrt
from statistics import median
from typing import Literal

from advisor.content.evidence import Comparison, comparisons_of
from advisor.engine.advice import Band, Comparisons, DatasetDifference, StudyDifference
from advisor.engine.figures import significant
from advisor.engine.points import Z90
from advisor.interview.situation import Situation, Value

TASKS: dict[str, tuple[str, ...]] = {
    "classification": ("classification",),
    "extraction": ("extraction",),
    "qa": ("qa_open_docs", "qa_closed"),
    "summary": ("summary",),
    "rewriting": ("rewriting", "translation"),
    "sql_code": ("sql_code", "code"),
    "reasoning": ("reasoning",),
    "dialogue": ("dialogue",),
    "agent": ("agent_tools",),
}
"""Kinds of task in the table of comparisons, by answer to the question `task`. Nothing is like a broad assistant."""

ALIKE = 1.0
"""Points by which two scores may differ and count as alike: a second run moves a score by as much. Assumption."""
FEWEST = 5
"""Studies below which nothing is said about a kind of task: of four, 80 % of the interval is wide open. Assumption."""

TRAINED = ("encoder", "sft_small", "distill")
PROMPTED = ("zero_shot", "few_shot", "many_shot", "retrieved_examples", "prompt_optimised")
SMALL = ("small_open", "encoder")
LIKENESS = ("rouge", "bleu", "kiwi", "comet", "llm judge 1-5")
"""How names of metrics begin that score likeness to a reference or how well a text pleases, not whether it is right.
They reward style, which training copies.
"""
PLEASES = ("comparative", "open")
"""Answers to `answer_kind` where answers are not right or wrong."""

Side = Literal["trained", "prompted_large", "prompted_small"]
Against = Literal["prompted_large", "prompted_small"]
Metric = Literal["right", "likeness"]


def comparisons(situation: Situation) -> Comparisons | None:
    """Published comparisons like the user's; None where the kind of task is not known or nothing is like it.

    The other side is a prompted frontier model, or a prompted small one where the user may not use a large one.
    """
    answers = situation.answers
    task = answers.get("task")
    if task not in TASKS:
        return None
    against: Against = "prompted_small" if answers.get("large_model") == "ruled_out" else "prompted_large"
    return compared(str(task), against, metric_kind(answers))


def metric_kind(answers: Mapping[str, Value]) -> Metric:
    """What kind of metric is like the user's; where it is not said, the share of right answers, as scores are asked."""
    return "likeness" if answers.get("answer_kind") in PLEASES else "right"


@cache
def compared(task: str, against: Against, metric: Metric) -> Comparisons:
    """What the table of comparisons holds for a kind of task, by answer to the question `task`."""
    arms = [arm for kind in TASKS[task] for arm in comparisons_of(kind)]
    return counted(differences(arms, against, metric), task, against, metric)


def differences(arms: Iterable[Comparison], against: Against, metric: Metric) -> tuple[StudyDifference, ...]:
    """Each study with its data sets, where training did best first. Scores and differences are in points of 100."""
    groups: dict[tuple[str, str, str, str], dict[Side, list[Comparison]]] = {}
    for arm in arms:
        side = _side(arm)
        if side in ("trained", against) and _metric_of(arm) == metric:
            group = groups.setdefault((arm.study, arm.task_type, arm.task_name, arm.metric), {})
            group.setdefault(side, []).append(arm)
    studies: dict[str, list[tuple[Comparison, DatasetDifference]]] = {}
    for (study, *_), sides in groups.items():
        trained, prompted = _best(sides.get("trained", ())), _best(sides.get(against, ()))
        if trained and prompted:
            studies.setdefault(study, []).append((trained, _difference(trained, prompted)))
    return tuple(sorted((_study(study, pairs) for study, pairs in studies.items()), key=_best_first))


def counted(
    studies: tuple[StudyDifference, ...], task: str, against: Against = "prompted_large", metric: Metric = "right"
) -> Comparisons:
    """The studies with how many went which way, and the 80 % interval of the share in which training was better."""
    better = sum(study.points > ALIKE for study in studies)
    worse = sum(study.points < -ALIKE for study in studies)
    return Comparisons(
        task=task,
        against=against,
        metric=metric,
        studies=studies,
        better=better,
        worse=worse,
        alike=len(studies) - better - worse,
        share=interval(better, len(studies)) if len(studies) >= FEWEST else None,
    )


def interval(wins: int, studies: int) -> Band:
    """The share of wins with its 80 % interval by Wilson (1927), which stays between 0 and 1 and holds the share."""
    share, spread = wins / studies, Z90**2 / studies
    centre = (share + spread / 2) / (1 + spread)
    half = sqrt(spread * share * (1 - share) + spread**2 / 4) / (1 + spread)
    low, high = max(0.0, centre - half), min(1.0, centre + half)
    return Band(p10=significant(low), p50=significant(share), p90=significant(high))


@cache
def studies_of(task: str) -> int:
    """Studies with a score of both a trained small model and a prompted frontier model at a kind of task, in doubt or
    not: so many taught the expected score (`advisor.engine.expected_score`) how such tasks go.
    """
    sides: dict[tuple[str, str, str], set[Side | None]] = {}
    for kind in TASKS.get(task, ()):
        for arm in comparisons_of(kind):
            sides.setdefault((arm.study, arm.task_name, arm.metric), set()).add(_side(arm))
    return len({study for (study, *_), found in sides.items() if {"trained", "prompted_large"} <= found})


def _side(arm: Comparison) -> Side | None:
    if arm.method in TRAINED and arm.model_class in SMALL:
        return "trained"
    if arm.method not in PROMPTED:
        return None
    match arm.model_class:
        case "frontier":
            return "prompted_large"
        case "small_open":
            return "prompted_small"
        case _:
            return None


def _metric_of(arm: Comparison) -> Metric:
    return "likeness" if arm.metric.lower().startswith(LIKENESS) else "right"


def _best(arms: Iterable[Comparison]) -> Comparison | None:
    """The arm with the best score; None where it cannot be counted or shown, since then nobody knows who did best."""
    arm = max(arms, key=lambda arm: (arm.score, arm.counts and arm.shown, arm.model), default=None)
    return arm if arm and arm.counts and arm.shown else None


def _difference(trained: Comparison, prompted: Comparison) -> DatasetDifference:
    return DatasetDifference(
        dataset=trained.task_name,
        metric=trained.metric,
        trained=trained.score,
        trained_model=trained.model,
        prompted=prompted.score,
        prompted_model=prompted.model,
        points=significant(trained.score - prompted.score),
    )


def _study(study: str, pairs: list[tuple[Comparison, DatasetDifference]]) -> StudyDifference:
    first = pairs[0][0]
    assert first.address
    datasets = sorted((pair for _, pair in pairs), key=lambda pair: (-pair.points, pair.dataset))
    return StudyDifference(
        study=re.sub(r"_?(\d{4})$", "", study),
        year=first.year,
        url=first.address,
        points=significant(median(pair.points for pair in datasets)),
        datasets=tuple(datasets),
    )


def _best_first(study: StudyDifference) -> tuple[float, str]:
    return -study.points, study.study
