"""What somebody brings back from a step of the plan becomes measured answers, and the plan moves on from there."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np

from advisor.content.load import Content, load
from advisor.interview.situation import AnswerError, AnswerErrors, Situation, middle, plain

NEAR = 15.0
"""Points below the target within which a result is close to it. Assumption."""
PREPARED: dict[str, dict[str, str]] = {
    "goal": {"goal": "measurable"},
    "evaluation": {"evaluation_set": "yes"},
    "rights": {"data_rights": "yes", "teacher_allowed": "yes"},
    "training_means": {"training_means": "small"},
    "check_data": {"data_checked": "all"},
}
"""What is answered anew once something is prepared."""
COUNTED = {"agreement": "expert_agreement", "collect": "labelled_examples"}
"""What is prepared and brings back a number, and the question that it answers."""
SMALLER = "smaller_model"
"""A test of a smaller model as it is, which brings back a score."""
SHORT = {"rag": ("misses", "misused")}
"""Options that can fall short in several ways, which call for different next steps."""


def tried(
    situation: Situation, step: str, result: float | None = None, how: str | None = None, content: Content | None = None
) -> Situation:
    """The situation after a step of the plan (`Step.id`), with its result among the measured answers.

    `result` is the score on the test cases, 0 to 100, of an option; the share in which experts agree, or the number of
    examples there are now, where that was prepared. `how` says in which way retrieval fell short: `misses` or
    `misused`. Raises `AnswerErrors` naming what is missing or not allowed.
    """
    content = content or load()
    if step in PREPARED:
        return _measured(situation, PREPARED[step], content)
    if step in COUNTED:
        if result is None:
            raise _untold(step, "say with a number what it came to")
        return _measured(situation, {COUNTED[step]: result}, content)
    if step != SMALLER and step not in {option.id for option in content.options}:
        allowed = ", ".join([*PREPARED, *COUNTED, SMALLER, *(option.id for option in content.options)])
        raise _untold(step, '"{value}" is no step whose result can be told; those are: {allowed}', allowed=allowed)
    if result is None:
        raise _untold(step, "say with a number what it scored on your test cases, from 0 to 100")
    target = middle(situation.answers.get("target_score"))
    if target is None:
        raise _untold(
            "target_score", "without the score that is good enough, nobody can say whether {value} is", plain(result)
        )
    gap = target - result
    return _measured(situation, _answers(situation, step, result, gap, how), content)


def _answers(situation: Situation, step: str, result: float, gap: float, how: str | None) -> dict[str, Any]:
    """What a score of an option says; `gap` is how far it lies below the target."""
    best = situation.answers.get("baseline_score")
    answers: dict[str, Any] = {}
    if best is not None:
        answers["baseline_score"] = max(result, float(np.max(np.asarray(best, dtype=float))))
    elif gap <= 0 or situation.answers.get("prompt_result") != "good":
        answers["baseline_score"] = result  # else what does the job today scores more than what fell short
    if situation.answers.get("evaluation_set") in (None, "no"):
        answers["evaluation_set"] = "partial"  # something was measured on
    quality = "good" if gap <= 0 else "near" if gap <= NEAR else "poor"
    if step == SMALLER:
        return {"small_model": quality, "small_score": result}
    match step:
        case "prompting":
            before = situation.answers.get("prompt_tried")
            answers |= {"prompt_tried": "good" if before == "good" else "basic", "prompt_result": quality}
        case "few_shot":
            answers |= {"prompt_tried": "good", "prompt_result": quality}
        case "structured":
            answers["chain_tried"] = "helped" if gap <= 0 else "short"
        case "rag" if gap > 0 and how not in SHORT["rag"]:
            raise _untold(
                step, "it fell short: say whether the search misses (misses) or its passages are misused (misused)"
            )
        case "rag":
            answers["rag_tried"] = "works" if gap <= 0 else how
        case _:
            answers["tuned_model"] = "good" if gap <= 0 else "plateau"
            if step != "continue":
                answers["tuned_how"] = step
    return answers


def _measured(situation: Situation, answers: dict[str, Any], content: Content) -> Situation:
    changed = situation
    for key, value in answers.items():
        changed = changed.with_answer(key, value, content)
    return replace(
        changed,
        answers=MappingProxyType(dict(changed.answers)),
        measured=changed.measured | situation.measured | answers.keys(),
    )


def _untold(field: str, message: str, value: object = None, **values: object) -> AnswerErrors:
    return AnswerErrors([AnswerError(field, message, {"value": field if value is None else value, **values})])
