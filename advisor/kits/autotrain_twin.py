"""Hugging Face's AutoTrain: files with its columns, settings that it reads, and beside them the same for TRL.

The settings are those of autotrain-advanced 0.8.36, of which nothing came after January 2025.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from advisor.dataset.conversion.conversion import convert
from advisor.dataset.files.source import open_source
from advisor.dataset.files.writers import csv_table, guarded, json_lines
from advisor.dataset.row import Note
from advisor.kits import encoder, open_weights
from advisor.kits.classifier import labelled
from advisor.kits.kit import Files, Kit, Material, Row

PARTS = {"train": "training", "valid": "validation"}
"""How AutoTrain calls its files, and the rows that go into them."""
LORA = {"peft": True, "quantization": "int4", "target_modules": "all-linear", "lora_r": 16, "lora_alpha": 32}
LONGEST = 2048
"""Tokens of an example: neither block_size nor a prompt may be above model_max_length, or the loss becomes NaN."""


def _config(task: str, model: str, data: Mapping[str, Any], params: Mapping[str, Any]) -> bytes:
    settings = {
        "task": task,
        "base_model": model,
        "project_name": f"autotrain-{task.replace('_', '-')}",
        "log": "tensorboard",
        "backend": "local",
        "data": {"train_split": "train", "valid_split": "valid", **data},
        "params": dict(params),
        "hub": {"username": "${HF_USERNAME}", "token": "${HF_TOKEN}", "push_to_hub": False},
    }
    return yaml.safe_dump(settings, sort_keys=False).encode()


def _language_model(material: Material) -> Files:
    """Rows and settings to train a language model: conversations as JSON Lines, pairs as CSV."""
    pairs = material.shape == "preference"
    name, container = ("dpo", "csv") if pairs else ("chat", "jsonl")
    columns = {"text_column": "text"}
    params: dict[str, Any] = {"block_size": LONGEST, "model_max_length": LONGEST, "batch_size": 1, **LORA}
    if pairs:
        columns |= {"prompt_text_column": "prompt", "rejected_text_column": "rejected_text"}
        params |= {"max_prompt_length": LONGEST // 2, "dpo_beta": open_weights.DPO["beta"]}
    training = open_weights.DPO if pairs else open_weights.SFT
    params |= {
        "lr": training["learning_rate"],
        "epochs": training["num_train_epochs"],
        "gradient_accumulation": training["gradient_accumulation_steps"],
        "scheduler": "constant" if not pairs else "linear",
        "optimizer": "adamw_torch",
        "padding": "right",
        "mixed_precision": "bf16",
    }
    data = {"path": "autotrain/", "chat_template": None if pairs else "tokenizer", "column_mapping": columns}
    return {
        "autotrain.yaml": _config(f"llm-{'dpo' if pairs else 'sft'}", open_weights.BASE.name, data, params),
        **{
            f"autotrain/{part}.{container}": _converted(getattr(material, rows), f"autotrain_{name}", container)
            for part, rows in PARTS.items()
        },
    }


def _converted(rows: Iterable[Row], to: str, container: str) -> bytes:
    out = io.BytesIO()
    convert(open_source(json_lines(rows), "rows.jsonl"), to, out, container=container)
    return out.getvalue()


def _labels(material: Material) -> Files:
    """Texts and labels as CSV, or as JSON Lines where a table for spreadsheets would change a label; and settings to
    train an encoder on them.
    """
    params = {
        "max_seq_length": encoder.TRAINING["max_length"],
        "epochs": encoder.TRAINING["num_train_epochs"],
        "batch_size": encoder.TRAINING["per_device_train_batch_size"],
        "lr": encoder.TRAINING["learning_rate"],
        "optimizer": "adamw_torch",
        "scheduler": "linear",
        "gradient_accumulation": 1,
    }
    container = "csv" if all(guarded(label) == label for label in material.labels) else "jsonl"
    data = {"path": "autotrain_labels/", "column_mapping": {"text_column": "text", "target_column": "target"}}
    return {
        "autotrain_labels.yaml": _config("text_classification", encoder.BASE.name, data, params),
        **{
            f"autotrain_labels/{part}.{container}": _table(
                [labelled(row) for row in getattr(material, rows)], container
            )
            for part, rows in PARTS.items()
        },
    }


def _table(rows: Iterable[tuple[str, str]], container: str) -> bytes:
    columns = ("text", "target")
    if container == "csv":
        return csv_table(columns, rows)
    return json_lines([dict(zip(columns, row, strict=True)) for row in rows])


def _files(material: Material) -> Files:
    labels = _labels(material) if material.labels and material.shape != "preference" else {}
    return {**open_weights.configs(material), **_language_model(material), **labels}


def _unfit(material: Material) -> Note | None:
    if any(row.get("tools") for row in material.training):
        return Note("the model is to call tools, for which AutoTrain has no column")
    return None


KIT = Kit(
    id="autotrain",
    options=("sft", "dpo"),
    scripts=open_weights.KIT.scripts,
    packages=open_weights.PACKAGES,
    platform="trl",
    routes=("autotrain",),
    form="trl",
    base=open_weights.BASE,
    served=True,
    shapes={"dpo": "preference"},
    files=_files,
    settings=open_weights.served,
    unfit=_unfit,
)
