"""Fine-tuning open weights with TRL: SFT and DPO, LoRA and QLoRA, by a script that checks first or by TRL's command."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import yaml

from advisor.content.load import Content
from advisor.dataset.template.design import Shape
from advisor.kits.kit import Base, Files, Kit, Material, Row

PACKAGES = ("torch>=2.13,<3", "trl==1.16.*", "peft>=0.18,<1", "datasets>=5.2,<6", "PyYAML>=6,<7")
"""Held to by the lock that the scripts are tested with. `datasets` before version 5 fills up the arguments of tools."""
BASE = Base("Qwen/Qwen3-4B-Instruct-2507", 4.0, "huggingface.qwen3-4b-instruct-2507.licence")
SERVER = "http://127.0.0.1:8000/v1"
"""Where serve.py answers."""

LORA = {
    "use_peft": True,
    "lora_r": 16,
    "lora_alpha": 32,
    "lora_dropout": 0.05,
    "lora_target_modules": "all-linear",
}
"""TRL's defaults but for the layers: all of them, as in the tutorials of 2024 and 2025 on fine-tuning with TRL."""
QLORA = {"load_in_4bit": True, "bnb_4bit_quant_type": "nf4", "use_bnb_nested_quant": True}
COMMON = {
    "per_device_train_batch_size": 1,
    "gradient_accumulation_steps": 8,
    "max_length": 2048,
    "eval_strategy": "epoch",
    "save_strategy": "epoch",
    "save_total_limit": 2,
    "load_best_model_at_end": True,
    "logging_steps": 5,
    "seed": 42,
    "report_to": "none",
}
EPOCHS: Mapping[Shape, int] = {"sft": 3, "rag": 3, "tools": 3, "preference": 1}
SFT = {"learning_rate": 0.0002, "lr_scheduler_type": "constant", "num_train_epochs": EPOCHS["sft"], **COMMON}
"""Learning rate and scheduler as in those tutorials, epochs as in the first of them."""
DPO = {"learning_rate": 0.000005, "beta": 0.1, "num_train_epochs": EPOCHS["preference"], **COMMON}
"""Learning rate and epochs as in TRL's own example of DPO with LoRA; its default of beta."""


def config(name: str, data: str, method: str, settings: Mapping[str, Any], model: Base = BASE) -> Files:
    """A file of settings that TRL's command reads."""
    about = f"# trl {method} --config {name}\n# With checks before it: python train.py {name}\n"
    every = {
        "model_name_or_path": model.name,
        "dtype": "bfloat16",
        "dataset_name": data,
        "dataset_test_split": "validation",
        **settings,
        "output_dir": f"out/{name.removeprefix('configs/').removesuffix('.yaml')}",
    }
    return {name: (about + "".join(f"{key}: {_plain(value)}\n" for key, value in every.items())).encode()}


def written(command: str, settings: Mapping[str, Any]) -> bytes:
    """Settings as YAML, below the command that trains by them."""
    return f"# {command}\n{yaml.safe_dump(dict(settings), sort_keys=False, default_flow_style=False)}".encode()


def _plain(value: Any) -> str:
    """A value as YAML; PyYAML reads 2e-05 as text."""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:f}".rstrip("0") if isinstance(value, float) and value < 0.001 else str(value)


def configs(material: Material) -> Files:
    """The settings of every way to train on this material."""
    if material.shape == "preference":
        return {
            **config("configs/dpo-lora.yaml", "data", "dpo", {**LORA, **DPO}),
            **config("configs/dpo-qlora.yaml", "data", "dpo", {**LORA, **QLORA, **DPO}),
        }
    assistant = {"assistant_only_loss": True}
    return {
        **config("configs/sft-lora.yaml", "data", "sft", {**LORA, **SFT, **assistant}),
        **config("configs/sft-qlora.yaml", "data", "sft", {**LORA, **QLORA, **SFT, **assistant}),
        **config("configs/sft-completion.yaml", "completions", "sft", {**LORA, **SFT, "completion_only_loss": True}),
    }


def served(material: Material, content: Content) -> Row:
    """Entries of kit.json: that scripts ask serve.py unless told otherwise."""
    return {"server": SERVER, "defaults": {"MODEL": "base"}}


KIT = Kit(
    id="trl",
    options=("sft", "distill", "rag_sft", "dpo"),
    scripts=("train.py", "completions.py", "serve.py"),
    packages=PACKAGES,
    platform="trl",
    routes=("own-gpu-lora", "huggingface-jobs"),
    form="trl",
    base=BASE,
    served=True,
    shapes={"rag_sft": "rag", "dpo": "preference"},
    files=configs,
    settings=served,
)

OTHER_TRAINER = replace(
    KIT,
    options=("sft", "distill", "rag_sft"),
    routes=("own-gpu-lora",),
    shapes={"rag_sft": "rag"},
    scripts=("serve.py",),
)
"""What kits have alike that train the same base with something other than TRL; each has an id and files of its own."""
