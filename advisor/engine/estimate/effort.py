"""What people cost: building the evaluation, labelling, checking, engineering, upkeep, retraining."""

from __future__ import annotations

import numpy as np

from advisor.engine.scenarios import Array, Mask, Scenarios, kept

WORKING_MINUTES = 480.0
"""Minutes in a working day of eight hours."""
SHARE_CHECKED = {"no": 0.0, "bad": 0.0, "sample": 0.5, "all": 1.0}
"""Share of the examples that the answer to `data_checked` counts as checked; half for a sample is our assumption."""
SHARE_BUILT = {"no": 0.0, "partial": 0.5, "doubted": 0.5, "yes": 1.0}
"""Share of the evaluation that is there already; half for a partial one, and for one to be mended, is our assumption.
"""
SHARE_APART = {"no": 0.5, "yes": 1.0}
"""Share of the test cases that can judge a trained model; half where they overlap with the examples is our assumption.
"""
FEW_SHOT_EXAMPLES = 20.0
"""Examples that a prompt with examples wants. Assumption."""


def share(scenarios: Scenarios, question: str, shares: dict[str, float]) -> Array:
    """A number for each answer of a choice question."""
    numbers: Array = np.array([shares[value] for value in scenarios.values[question]])[scenarios[question]]
    return numbers


@kept
def training_examples(scenarios: Scenarios) -> Array:
    """Examples that supervised fine-tuning would use: those there are, at least those wanted, at most the most used."""
    wanted = np.maximum(scenarios["labelled_examples"], scenarios["examples_wanted"])
    return np.minimum(wanted, scenarios["examples_most"])


@kept
def evaluation_usd(scenarios: Scenarios, trains: bool = False) -> Array:
    """Building what is missing of the evaluation; every option needs it. What trains needs cases kept apart from its
    examples, too: of those that are not, a part is replaced.
    """
    built = share(scenarios, "evaluation_set", SHARE_BUILT)
    if trains:
        built = built * share(scenarios, "held_out", SHARE_APART)
    missing = 1.0 - built
    return missing * scenarios["evaluation_days"] * scenarios["day_rate"]


def engineering_usd(scenarios: Scenarios, option: str) -> Array:
    """Engineering days to the first version in use; of a retrieval that the user has, those to mend it."""
    days = scenarios[f"{option}_days"]
    if option in ("rag", "rag_sft") and (there := retrieves(scenarios)).any():
        left = np.where(scenarios.is_("rag_tried", "misses"), scenarios["repair_share"], 0.0)
        days = np.where(there, np.maximum(days - (1.0 - left) * scenarios["rag_days"], 0.0), days)
    return days * scenarios["day_rate"]


def retrieves(scenarios: Scenarios) -> Mask:
    """Where the user said that there is a retrieval already."""
    return scenarios.is_answered("rag_tried") & scenarios.is_("rag_tried", "misses", "misused", "works")


def labelling_usd(scenarios: Scenarios, option: str) -> Array:
    """Writing the examples that are missing (or checking drafts where a model may write them) and checking the
    others.
    """
    minute = scenarios["day_rate"] / WORKING_MINUTES
    have = scenarios["labelled_examples"]
    match option:
        case "prompting" | "structured" | "rag":
            return np.zeros(scenarios.count)
        case "few_shot":
            return np.maximum(0.0, FEW_SHOT_EXAMPLES - have) * scenarios["label_minutes"] * minute
        case "dpo":
            missing = np.maximum(0.0, scenarios["pairs_wanted"] - scenarios["preference_pairs"])
            return missing * scenarios["label_minutes"] * minute
        case "rft":
            missing = np.maximum(0.0, scenarios["examples_wanted"] - have)
            return missing * scenarios["review_minutes"] * minute
        case _:
            wanted = training_examples(scenarios)
            missing = np.maximum(0.0, wanted - have)
            each = np.where(drafted(scenarios, option), scenarios["review_minutes"], scenarios["label_minutes"])
            unchecked = np.minimum(have, wanted) * (1.0 - share(scenarios, "data_checked", SHARE_CHECKED))
            cost: Array = (missing * each + unchecked * scenarios["review_minutes"]) * minute
            return cost


@kept
def drafted(scenarios: Scenarios, option: str) -> Mask:
    """Where a large model may draft the missing examples: it can, and its licence lets its answers be trained on.
    Distillation is nothing else.
    """
    mask: Mask = scenarios.is_("can_generate", "yes") & scenarios.is_("teacher_allowed", "yes")
    return mask | (option == "distill")


def upkeep_usd(scenarios: Scenarios, option: str, self_managed: Array | bool = False) -> Array:
    """Monthly days for prompts and tests, for the index of RAG, and for one's own model server."""
    days = scenarios["upkeep_days_prompt"]
    if option in ("rag", "rag_sft"):
        days = days + scenarios["upkeep_days_index"]
    days = days + np.where(self_managed, scenarios["serving_days"], 0.0)
    return days * scenarios["day_rate"]


def retraining_usd(scenarios: Scenarios, train_usd: Array, life: Array | float) -> Array:
    """Monthly: at the user's cadence, or at each end of the base model where that comes sooner."""
    forced = 1.0 / np.maximum(life, 1.0)
    return np.maximum(_cadence(scenarios), forced) * (train_usd + _retrain_days_usd(scenarios))


@kept
def _cadence(scenarios: Scenarios) -> Array:
    """Retrainings a month."""
    return scenarios["retrains_per_year"] / 12.0


@kept
def _retrain_days_usd(scenarios: Scenarios) -> Array:
    return scenarios["retrain_days"] * scenarios["day_rate"]


@kept
def horizon(scenarios: Scenarios) -> Array:
    """Months to spread one-off cost over; a one-off job is over after one."""
    return np.where(scenarios.is_("usage", "one_off"), 1.0, scenarios["horizon_months"])


@kept
def service(scenarios: Scenarios) -> Array:
    """1 for a running service, 0 for a one-off job, which needs no upkeep."""
    return scenarios.is_("usage", "service").astype(float)
