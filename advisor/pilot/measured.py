"""What a pilot answers: measured values for questions of the interview, marked with day, rows and server.

What an option scored becomes answers as a step of the plan does (`advisor.interview.step_result`). The score of the
best prompt goes to the expected score of a tuned model, lengths to the bill, and times to the wait.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
FEWEST = 10
"""Answers below which lengths and times say too little."""


def size_of(model: str, content: Content) -> Size | None:
    """Whether a model is large or small, as the content has it; None where it has no such model."""
    found = next((one for one in content.models if model in (one.id, one.ref)), None)
    return SIZES.get(found.size) if found else None


def measured_answers(
    pilot: Pilot, shown: Summary, situation: Situation, size: Size | None = None, content: Content | None = None
) -> Situation:
    """The situation with what a pilot measured in place of what was guessed. `size` says of the model what the content
    does not know. Nothing is taken over from a pilot of which nothing was answered.

    Whether an option is good enough is only said where `target_score` is; that retrieval fell short is never said,
    since a pilot does not tell whether the search missed or the model misused what it found.
    """
    content = content or load()
    if shown.day is None:
        return situation
    found = situation
    if found.answers.get("target_score") is not None:
        for step, score in _steps(shown, found):
            found = tried(found, step, score, content=content)
    for key, value in _values(pilot, shown, size or size_of(shown.model, content)).items():
        found = found.with_answer(key, value, content)
        found = replace(found, measured=found.measured | {key})
    told = {
        key for key, value in found.answers.items() if key in found.measured and situation.answers.get(key) != value
    } | (found.measured - situation.measured)
    pilots = dict.fromkeys(told, Measurement(shown.day, shown.rows, shown.host))
    return replace(
        found,
        measured=found.measured | situation.measured,
        measurements=MappingProxyType({**found.measurements, **situation.measurements, **pilots}),
    )


def _steps(shown: Summary, situation: Situation) -> Iterator[tuple[str, float]]:
    """Options that were tried, with the best score of each, of 100; what can be told as the result of a step."""
    target = _middle(situation.answers["target_score"])
    best: dict[str, float] = {}
    for arm in shown.arms:
        if arm.score is not None:
            best[OPTION[arm.kind]] = max(best.get(OPTION[arm.kind], 0.0), _percent(arm.score))
    for option in ("prompting", "structured", "few_shot", "rag", "encoder", "sft"):
        if option not in best:
            continue
        # Vectors as they are that fall short say little of an encoder that is tuned.
        if best[option] < target and option in ("rag", "encoder"):
            continue
        yield option, best[option]


def _values(pilot: Pilot, shown: Summary, size: Size | None) -> dict[str, Any]:
    """Numbers that are measured whatever the target is."""
    values: dict[str, Any] = {"evaluation_set": "yes" if shown.rows >= FIXED_CASES else "partial"}
    prompted = [arm for arm in shown.arms if arm.kind in PROMPTED and arm.score is not None]
    if prompted and size:
        values[f"{size}_score"] = _percent(max(arm.score or 0.0 for arm in prompted))
    today = shown.arm(shown.baseline)
    if today.rows >= FEWEST and today.whole_s is not None:
        values["latency_now"] = round(max(0.01, today.whole_s[0]), 3)
    lengths = _output_tokens(pilot, _chosen(shown))
    if lengths:
        values["output_tokens"] = lengths
    return values


def _chosen(shown: Summary) -> ArmResult | None:
    """The arm of a language model with the highest score: how long its answers are is how long they would be."""
    known = [arm for arm in shown.arms if arm.kind != "classifier" and arm.score is not None]
    return max(known, key=lambda arm: arm.score or 0.0) if known else None


def _output_tokens(pilot: Pilot, arm: ArmResult | None) -> tuple[float, float] | float | None:
    """From the 10th to the 90th percentile, as the server counts."""
    if arm is None:
        return None
    counts = [one.usage.output for one in pilot.file.answers() if one.arm == arm.id and one.usage.output]
    if len(counts) < FEWEST:
        return None
    low, high = (float(max(1, round(end))) for end in np.quantile(counts, (0.1, 0.9)))
    return (low, high) if low < high else low


def _percent(share: float) -> float:
    return round(100 * share, 1)


def _middle(value: Any) -> float:
    return float(np.mean(value))
