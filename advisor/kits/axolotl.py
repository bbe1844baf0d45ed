"""Fine-tuning open weights with Axolotl: LoRA and QLoRA by a file of settings, served and scored as with TRL."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from advisor.kits.kit import Files, Material
from advisor.kits.open_weights import BASE, COMMON, LORA, OTHER_TRAINER, SFT, written

LOADED = {"lora": {}, "qlora": {"load_in_4bit": True}}
"""How the weights are loaded for each kind of adapter."""


def configs(material: Material) -> Files:
    """The settings of both ways to train, with the figures of the kit for TRL."""
    return {f"configs/axolotl-{kind}.yaml": _config(kind, loaded) for kind, loaded in LOADED.items()}


def _config(kind: str, loaded: dict[str, Any]) -> bytes:
    """Settings by Axolotl's own names, as its schema of 0.19 has them. The answers alone are learnt."""
    read = {"ds_type": "json", "type": "chat_template", "field_messages": "messages", "roles_to_train": ["assistant"]}
    settings = {
        "base_model": BASE.name,
        "datasets": [{"path": "data/train.jsonl", **read}],
        "test_datasets": [{"path": "data/validation.jsonl", "split": "train", **read}],
        "chat_template": "tokenizer_default",
        "adapter": kind,
        **loaded,
        "lora_r": LORA["lora_r"],
        "lora_alpha": LORA["lora_alpha"],
        "lora_dropout": LORA["lora_dropout"],
        "lora_target_linear": True,
        "sequence_len": COMMON["max_length"],
        "excess_length_strategy": "raise",
        "micro_batch_size": COMMON["per_device_train_batch_size"],
        "gradient_accumulation_steps": COMMON["gradient_accumulation_steps"],
        "num_epochs": SFT["num_train_epochs"],
        "learning_rate": SFT["learning_rate"],
        "lr_scheduler": SFT["lr_scheduler_type"],
        "optimizer": "adamw_torch",
        "bf16": True,
        "gradient_checkpointing": True,
        "seed": COMMON["seed"],
        "logging_steps": COMMON["logging_steps"],
        "evals_per_epoch": 1,
        "saves_per_epoch": 1,
        "save_total_limit": COMMON["save_total_limit"],
        "load_best_model_at_end": True,
        "output_dir": f"out/axolotl-{kind}",
    }
    return written(f"axolotl train configs/axolotl-{kind}.yaml", settings)


KIT = replace(OTHER_TRAINER, id="axolotl", files=configs)
