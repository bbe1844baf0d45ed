"""What training a model with open weights takes: memory of the GPU, hours and cost of a run."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal, NamedTuple

from advisor.content.entries import Fact
from advisor.content.load import Content
from advisor.content.sources import seen, source_name
from advisor.dataset.files.source import open_source
from advisor.dataset.files.writers import json_lines
from advisor.dataset.inspection.inspect import inspect
from advisor.dataset.training.cost import Run, runs
from advisor.interview.situation import Situation
from advisor.kits.kit import Base, Kit, Material
from advisor.language import Language
from advisor.wording import labels

Way = Literal["lora", "qlora"]
PEAKS: Mapping[Way, Mapping[str, float]] = {
    "lora": {
        "training.llama-3.1-8b-lora-on-rtx-4090.peak-memory": 8,
        "training.7b-lora-on-a100-80gb.peak-memory": 7,
        "training.14b-lora-on-a100-80gb.peak-memory": 14,
    },
    "qlora": {
        "training.llama-3.1-8b-qlora-on-rtx-4090.peak-memory": 8,
        "training.7b-qlora-on-a100-80gb.peak-memory": 7,
        "training.14b-qlora-on-a100-80gb.peak-memory": 14,
    },
}
"""Published runs on one GPU, with the billion parameters of their model."""
GB_A_GIB = 2**30 / 10**9
OWN_ROUTE = "own-gpu-lora"


class Memory(NamedTuple):
    """GB of a GPU, from the lowest to the highest of the published runs, scaled by size."""

    low: float
    high: float


def memory(base: Base, way: Way, content: Content) -> Memory:
    """What training takes at its peak. That it grows with the parameters is an assumption; long rows take more.

    Sources: the facts in `PEAKS`.
    """
    each = [_gigabytes(content.fact(name)) / size * base.parameters_b for name, size in PEAKS[way].items()]
    return Memory(min(each), max(each))


def _gigabytes(fact: Fact) -> float:
    if not isinstance(fact.value, int | float):
        raise TypeError(fact.id)
    return fact.value * GB_A_GIB if fact.unit.startswith("GiB") else float(fact.value)


def memory_text(base: Base, content: Content, lang: Language) -> str:
    """Memory by either way of training."""
    lora, qlora = memory(base, "lora", content), memory(base, "qlora", content)
    return lang(
        "A GPU with {lora_low} to {lora_high} GB for LoRA, with {qlora_low} to {qlora_high} GB for QLoRA.",
        lora_low=lang.number(round(lora.low)),
        lora_high=lang.number(round(lora.high)),
        qlora_low=lang.number(round(qlora.low)),
        qlora_high=lang.number(round(qlora.high)),
    )


def model_text(base: Base, content: Content, lang: Language) -> str:
    """The model with its size and its licence, and where that is from."""
    fact = content.fact(base.licence)
    return lang(
        "{model}: {n} billion parameters, licence {licence} ({source}).",
        model=base.name,
        n=lang.number(base.parameters_b),
        licence=str(fact.value),
        source=source_text(fact, content, lang),
    )


def source_text(fact: Fact, content: Content, lang: Language) -> str:
    """When a fact was seen, how sure it is, and where."""
    return ", ".join(
        (seen(fact.seen, lang), labels.confidence(fact.confidence, lang), source_name(fact.source, content, lang))
    )


def training_lines(kit: Kit, content: Content, lang: Language) -> list[str]:
    """Model and memory of a kit that trains open weights, and what a GPU costs; nothing of any other."""
    if kit.base is None:
        return []
    model = model_text(kit.base, content, lang)
    if not kit.served:
        return [model]
    price = content.assumption("gpu_hour_train").prior
    hour = lang(
        "A GPU with 80 GB is rented for {low} to {high} an hour, an assumption; your own costs power.",
        low=lang.usd(price.p10),
        high=lang.usd(price.p90),
    )
    return [model, f"{memory_text(kit.base, content, lang)} {hour}"]


def run_on(material: Material, base: Base, epochs: float, at: date, content: Content) -> Run | None:
    """A run on the rows of a kit, on a GPU of one's own; None where their tokens are not known."""
    source = open_source(json_lines(material.training), "train.jsonl")
    method = "dpo" if material.shape == "preference" else "sft"
    situation = Situation({"own_model_b": base.parameters_b, "epochs": epochs})
    found = runs(inspect(source).profile, method, at, situation, content)
    return next((run for run in found if run.route == OWN_ROUTE and run.hours), None)
