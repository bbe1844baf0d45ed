"""Fine-tuning at Together: LoRA with SFT and DPO, and a GPU rented to answer with it."""

from __future__ import annotations

from advisor.content.load import Content
from advisor.dataset.template.design import Shape
from advisor.kits import hosted
from advisor.kits.kit import Kit, Material, Row, Vendor

VENDOR = Vendor("Together", "TOGETHER_API_KEY", "https://api.together.ai/v1", own_address=True)
MODELS = {
    "Qwen3.5-9B": "Qwen/Qwen3.5-9B",
    "gpt-oss-20b": "openai/gpt-oss-20b",
    "gpt-oss-120b": "openai/gpt-oss-120b",
}
"""What Together's API calls them (its page on supported models)."""
METHODS: dict[Shape, str] = {"preference": "dpo"}


def _settings(material: Material, content: Content) -> Row:
    """The rest is left to Together: one pass is what its library asks for, and what the costs are reckoned with."""
    job = {"method": METHODS.get(material.shape, "sft"), "n_epochs": 1, "n_evals": 1}
    return hosted.settings(VENDOR, material, MODELS, job)


KIT = Kit(
    id="together",
    options=("sft", "distill", "rag_sft", "dpo", "continue"),
    scripts=("tune_together.py", "job_state.py", "vendor_job.py"),
    packages=("together>=3.1,<4",),
    platform="together",
    routes=(
        "together-qwen3.5-9b",
        "together-gpt-oss-20b",
        "together-gpt-oss-120b",
        "together-qwen3.5-9b-dpo",
        "together-gpt-oss-20b-dpo",
    ),
    vendor=VENDOR,
    shapes={"rag_sft": "rag", "dpo": "preference"},
    settings=_settings,
)
