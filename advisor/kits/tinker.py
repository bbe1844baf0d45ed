"""Fine-tuning at Tinker: a loop of the reader's own, LoRA with SFT, and a model that answers by the token."""

from __future__ import annotations

from advisor.content.load import Content
from advisor.dataset.row import Note
from advisor.kits import hosted
from advisor.kits.kit import Kit, Material, Row, Vendor

VENDOR = Vendor("Tinker", "TINKER_API_KEY", "https://tinker.thinkingmachines.dev/services/tinker-prod/oai/api/v1")
MODELS = {
    "Qwen3-8B": "Qwen/Qwen3-8B",
    "gpt-oss-120b": "openai/gpt-oss-120b",
    "Inkling": "thinkingmachines/Inkling",
}
"""What Tinker's library calls them."""
LOOP = {"passes": 3, "batch": 8, "rank": 32, "learning_rate": 0.0001}
"""Rank and rate as in Tinker's library and its quick start; passes as in the kit for TRL, batches for files of hundreds
of rows. Assumptions, to be changed in kit.json.
"""


def _settings(material: Material, content: Content) -> Row:
    made = hosted.settings(VENDOR, material, MODELS, LOOP)
    return {**made, "job": {**made["job"], "files": {}}}


def _unfit(material: Material) -> Note | None:
    called = any(row.get("tools") for row in material.evaluation)
    return Note("the model is to call tools, whose results this kit's loop would learn, too") if called else None


KIT = Kit(
    id="tinker",
    options=("sft", "distill", "rag_sft"),
    scripts=("tune_tinker.py", "job_state.py", "vendor_job.py"),
    packages=("tinker>=0.38,<0.40", "transformers>=5.24,<6", "jinja2>=3,<4"),
    platform="trl",
    routes=("tinker-qwen3-8b", "tinker-gpt-oss-120b", "tinker-inkling"),
    form="trl",
    vendor=VENDOR,
    shapes={"rag_sft": "rag"},
    settings=_settings,
    unfit=_unfit,
)
