"""What a pilot answers: measured values for questions of the interview, marked with day, rows and server.

What an option scored becomes answers as a step of the plan does (`advisor.interview.step_result`). The score of the
best prompt goes to the expected score of a tuned model, lengths to the bill, and times to the wait.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Literal

import numpy as np

from advisor.content.load import Content, load
from advisor.interview.situation import Measurement, Situation
from advisor.interview.step_result import tried
from advisor.pilot.arms import OPTION, Kind
from advisor.pilot.measurements import ArmResult, Summary
from advisor.pilot.run import Pilot

Size = Literal["large", "small"]
PROMPTED: tuple[Kind, ...] = ("as_is", "prompt", "structured", "few_shot", "few_shot_retrieved")
"""Kinds that are a prompt on a model as it is: what the expected score asks for."""
SIZES: Mapping[str, Size] = {
    "frontier": "large",
    "large": "large",
    "open_large": "large",
    "small": "small",
    "open_small": "small",
}
"""What the content calls a size, as the two questions on scores tell them apart."""
FIXED_CASES = 50
"""Rows from which they are a set of test cases; below, a few cases. Assumption."""
SETS = ("no", "partial", "yes")
"""What there may be to measure on, from least to most."""
DOUBTED = "doubted"
"""What there may be whose score nobody trusts."""
FEWEST = 10
"""Answers below which scores, lengths and times say too little. Assumption."""


def size_of(model: str, content: Content) -> Size | None:
    """Whether a model is large or small, as the content has it; None where it has no such model."""
    found = next((one for one in content.models if model in (one.id, one.ref)), None)
    return SIZES.get(found.size) if found else None


def known_size(shown: Summary, content: Content) -> Size | None:
    """Whether the model that answered is large or small; None where the content does not know it, and where the server
    says that another one answered than was asked.
    """
    return None if shown.answered_by_others else size_of(shown.model, content)


def measured_answers(
    pilot: Pilot,
    shown: Summary,
    situation: Situation,
    size: Size | None = None,
    content: Content | None = None,
    is_today: bool = False,
) -> Situation:
    """The situation with what a pilot measured in place of what was guessed. `size` says of the model what the content
    does not know; `is_today`, that the arm as it is is the system of today, whose score and time are asked for. Else
    both stay what they were. Only arms of `counted` tell anything.

    Whether an option is good enough is only said where `target_score` is; that retrieval fell short is never said,
    since a pilot does not tell whether the search missed or the model misused what it found.
    """
    content = content or load()
    arms = counted(shown)
    if shown.day is None or not arms:
        return situation
    measured, rows = situation, dict[str, int]()
    if measured.answers.get("target_score") is not None:
        for step, arm in _steps(arms, measured):
            after = tried(measured, step, _percent(arm.score or 0.0), content=content)
            rows |= dict.fromkeys(_changed(measured, after), arm.rows)
            measured = after
        measured = _kept(measured, situation, "baseline_score", content)
        rows.pop("baseline_score", None)
    for key, (value, of) in _values(pilot, shown, arms, size or known_size(shown, content), is_today).items():
        if key == "evaluation_set" and _at_least(situation.answers.get(key), value):
            measured = _kept(measured, situation, key, content)
            rows.pop(key, None)
            continue
        measured = measured.with_answer(key, value, content)
        measured = replace(measured, measured=measured.measured | {key})
        rows[key] = of
    pilots = {key: Measurement(shown.day, n, shown.host) for key, n in rows.items() if key in measured.measured}
    return replace(
        measured,
        measured=measured.measured | situation.measured,
        measurements=MappingProxyType({**measured.measurements, **situation.measurements, **pilots}),
    )


def counted(shown: Summary) -> tuple[ArmResult, ...]:
    """Arms that tell something: that were answered on `FEWEST` rows and on half of them, few of them cut short."""
    least = max(FEWEST, shown.rows / 2)
    return tuple(arm for arm in shown.whole if arm.taken >= least and not arm.many_cut)


def _changed(before: Situation, after: Situation) -> set[str]:
    """What is measured only now, or anew."""
    anew = {key for key in after.measured if after.answers.get(key) != before.answers.get(key)}
    return anew | (after.measured - before.measured)


def _kept(taken_over: Situation, before: Situation, key: str, content: Content) -> Situation:
    """The situation with one answer as it was before, measured only where it was."""
    if key in before.answers:
        taken_over = taken_over.with_answer(key, before.answers[key], content)
    answers = {name: value for name, value in taken_over.answers.items() if name != key or key in before.answers}
    measured = taken_over.measured - {key} | (before.measured & {key})
    return replace(taken_over, answers=MappingProxyType(answers), measured=measured)


def _at_least(answered: Any, measured: str) -> bool:
    """Whether somebody has as good a set of test cases already: a pilot shows that there is one, never its lack. Nor
    does a score on cases that are doubted clear them.
    """
    return answered == DOUBTED or (answered in SETS and SETS.index(answered) >= SETS.index(measured))


def _steps(arms: Sequence[ArmResult], situation: Situation) -> Iterator[tuple[str, ArmResult]]:
    """Options that were tried, with the best arm of each; what can be told as the result of a step."""
    target = _middle(situation.answers["target_score"])
    best: dict[str, ArmResult] = {}
    for arm in arms:
        option = OPTION[arm.kind]
        best[option] = max(best.get(option, arm), arm, key=lambda one: one.score or 0.0)
    if {"prompting", "few_shot"} <= best.keys():  # both answer how far a prompt comes: the better one does
        best["few_shot"] = max(best["few_shot"], best["prompting"], key=lambda one: one.score or 0.0)
    for option in ("prompting", "structured", "few_shot", "rag", "encoder", "sft"):
        if option not in best:
            continue
        # Vectors as they are that fall short say little of an encoder that is tuned.
        if _percent(best[option].score or 0.0) < target and option in ("rag", "encoder"):
            continue
        yield option, best[option]


def _values(
    pilot: Pilot, shown: Summary, arms: Sequence[ArmResult], size: Size | None, is_today: bool
) -> dict[str, tuple[Any, int]]:
    """Numbers that are measured whatever the target is, each with its rows."""
    most = max(arm.taken for arm in arms)
    values: dict[str, tuple[Any, int]] = {"evaluation_set": ("yes" if most >= FIXED_CASES else "partial", most)}
    prompted = [arm for arm in arms if arm.kind in PROMPTED]
    if prompted and size:
        best = max(prompted, key=lambda arm: arm.score or 0.0)
        values[f"{size}_score"] = (_percent(best.score or 0.0), best.rows)
    today = next((arm for arm in arms if arm.id == shown.baseline), None)
    if is_today and today:
        values["baseline_score"] = (_percent(today.score or 0.0), today.rows)
        if today.whole_s is not None:
            values["latency_now"] = (round(max(0.01, today.whole_s[0]), 3), today.taken)
    asked = [arm for arm in arms if arm.kind != "classifier"]
    if asked:  # how long the answers of the best are is how long they would be
        best = max(asked, key=lambda arm: arm.score or 0.0)
        if lengths := _output_tokens(pilot, best):
            values["output_tokens"] = (lengths, best.taken)
    return values


def _output_tokens(pilot: Pilot, arm: ArmResult) -> tuple[float, float] | float | None:
    """From the 10th to the 90th percentile, as the server counts."""
    counts = [one.usage.output for one in pilot.file.answers() if one.arm == arm.id and one.usage.output]
    if len(counts) < FEWEST:
        return None
    low, high = (float(max(1, round(end))) for end in np.quantile(counts, (0.1, 0.9)))
    return (low, high) if low < high else low


def _percent(share: float) -> float:
    return round(100 * share, 1)


def _middle(value: Any) -> float:
    return float(np.mean(value))
