"""Fine-tuning open weights with Unsloth on one GPU: LoRA and QLoRA by a script, served and scored as with TRL.

Another release stands in `VERSION` here, in the Makefile, in `tests/kits/unsloth/requirements.in`, and in the words of
`content/kits/kits.yaml`; `make test-unsloth` then trains with it and records how it went.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from advisor.kits.kit import Files, Material
from advisor.kits.open_weights import BASE, COMMON, LORA, OTHER_TRAINER, SFT, written

VERSION = "2026.10.9"
"""Unsloth's, with which `make test-unsloth` tried the script."""
LOADED = {"lora": False, "qlora": True}
"""Whether the weights are loaded in four bits, for each kind of adapter."""
LAYERS = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
"""All linear layers, by name: Unsloth's own default."""


def configs(material: Material) -> Files:
    """The settings of both ways to train, with the figures of the kit for TRL."""
    return {f"configs/unsloth-{kind}.yaml": _config(kind, four_bits) for kind, four_bits in LOADED.items()}


def _config(kind: str, four_bits: bool) -> bytes:
    """Settings in three parts: those of FastLanguageModel's two functions, and TRL's for the training.

    A dropout of none and its own checkpointing are what Unsloth is fast with.
    """
    longest = COMMON["max_length"]
    training = {name: value for name, value in {**SFT, "bf16": True}.items() if name != "max_length"}
    settings: dict[str, Any] = {
        "model_name_or_path": BASE.name,
        "loading": {
            "max_seq_length": longest,
            "load_in_4bit": four_bits,
            "use_exact_model_name": True,
        },
        "adapter": {
            "r": LORA["lora_r"],
            "lora_alpha": LORA["lora_alpha"],
            "lora_dropout": 0,
            "target_modules": list(LAYERS),
            "use_gradient_checkpointing": "unsloth",
            "random_state": COMMON["seed"],
        },
        "training": {**training, "output_dir": f"out/unsloth-{kind}"},
    }
    return written(f"python train_unsloth.py configs/unsloth-{kind}.yaml", settings)


KIT = replace(OTHER_TRAINER, id="unsloth", scripts=("train_unsloth.py", *OTHER_TRAINER.scripts), files=configs)
