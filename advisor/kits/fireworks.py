"""Fine-tuning at Fireworks: LoRA with SFT and DPO, and a GPU rented to answer with it."""

from __future__ import annotations

from advisor.content.load import Content
from advisor.dataset.template.design import Shape
from advisor.kits import hosted
from advisor.kits.kit import Kit, Material, Row, Vendor

VENDOR = Vendor(
    "Fireworks",
    "FIREWORKS_API_KEY",
    "https://api.fireworks.ai/inference/v1",
    further=("FIREWORKS_ACCOUNT_ID",),
)
MODELS = {
    "open models up to 16B": "accounts/fireworks/models/qwen3-8b",
    "open models of 16B to 80B": "accounts/fireworks/models/qwen3p6-27b",
}
"""One of each size, which Fireworks' own cookbook trains. Prices go by size alone."""
METHODS: dict[Shape, str] = {"preference": "dpo"}


def _settings(material: Material, content: Content) -> Row:
    """The rest is left to Fireworks."""
    return hosted.settings(VENDOR, material, MODELS, {"method": METHODS.get(material.shape, "sft"), "epochs": 1})


KIT = Kit(
    id="fireworks",
    options=("sft", "distill", "rag_sft", "dpo"),
    scripts=("tune_fireworks.py", "job_state.py", "vendor_job.py"),
    packages=("fireworks-ai>=1.2.30,<2",),
    platform="fireworks",
    routes=("fireworks-up-to-16b", "fireworks-up-to-16b-dpo", "fireworks-16b-to-80b"),
    vendor=VENDOR,
    shapes={"rag_sft": "rag", "dpo": "preference"},
    settings=_settings,
)
