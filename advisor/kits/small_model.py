"""A small open model that learns from a larger one: rows made by a teacher, ChatML, and the loss on answers alone."""

from __future__ import annotations

from advisor.dataset.files.writers import json_lines
from advisor.dataset.row import Note
from advisor.kits.kit import Files, Kit, Material
from advisor.kits.open_weights import BASE, LORA, PACKAGES, QLORA, SFT, config, served

CHATML = """\
{%- for message in messages %}
    {{- '<|im_start|>' + message.role + '\\n' }}
    {%- if message.role == 'assistant' %}
        {%- generation %}
        {{- message.content + '<|im_end|>\\n' }}
        {%- endgeneration %}
    {%- else %}
        {{- message.content + '<|im_end|>\\n' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
{%- endif %}
"""
"""ChatML with marks around what the assistant says, its last sign included, or the model would not learn to stop."""
ADAPTER = {**LORA, "lora_r": 32, "lora_alpha": 32, "lora_dropout": 0.1}
"""As in the tutorial Phinetuning 2.0."""
PAGED = {"optim": "paged_adamw_32bit"}
"""That tutorial saw NaN with states of eight bits, and none with these."""


def _files(material: Material) -> Files:
    shared = {**ADAPTER, **SFT, "assistant_only_loss": True, "chat_template_path": "chatml.jinja"}
    return {
        "chatml.jinja": CHATML.encode(),
        "data/seeds.jsonl": json_lines(material.training),
        **config("configs/sft-lora.yaml", "data", "sft", shared),
        **config("configs/sft-qlora.yaml", "data", "sft", {**shared, **QLORA, **PAGED}),
    }


def _unfit(material: Material) -> Note | None:
    if any(row.get("tools") for row in material.training):
        return Note("the model is to call tools, which a teacher of questions and answers does not show")
    return None


KIT = Kit(
    id="small_model",
    options=("distill",),
    scripts=("synthesise.py", "train.py", "serve.py"),
    packages=PACKAGES,
    platform="trl",
    routes=("own-gpu-lora", "huggingface-jobs"),
    form="trl",
    base=BASE,
    served=True,
    files=_files,
    settings=served,
    unfit=_unfit,
)
