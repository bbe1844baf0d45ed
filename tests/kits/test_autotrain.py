"""The settings that AutoTrain 0.8.36 reads, held against a schema of our own: it fails with today's packages."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from typing import Any, Literal

import pytest
import yaml
from pydantic import BaseModel, ConfigDict, model_validator

from advisor.content.load import load
from advisor.dataset import inspect, open_source
from tests.kits.unpacked import kit_bytes

CONTENT = load()


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Columns(Strict):
    text_column: str
    target_column: str | None = None
    prompt_text_column: str | None = None
    rejected_text_column: str | None = None


class Data(Strict):
    path: str
    train_split: str
    valid_split: str | None
    chat_template: Literal["none", "zephyr", "chatml", "tokenizer"] | None = None
    column_mapping: Columns


class LanguageModel(Strict):
    """Of `LLMTrainingParams`."""

    block_size: int
    model_max_length: int
    max_prompt_length: int = 128
    batch_size: int
    peft: bool
    quantization: Literal["int4", "int8"] | None
    target_modules: str
    lora_r: int
    lora_alpha: int
    lr: float
    epochs: int
    gradient_accumulation: int
    scheduler: Literal["linear", "cosine", "constant"]
    optimizer: str
    padding: Literal["left", "right"]
    mixed_precision: Literal["fp16", "bf16"] | None
    dpo_beta: float = 0.1

    @model_validator(mode="after")
    def lengths_in_order(self) -> LanguageModel:
        assert max(self.block_size, self.max_prompt_length) <= self.model_max_length
        return self


class TextClassification(Strict):
    """Of `TextClassificationParams`."""

    max_seq_length: int
    epochs: int
    batch_size: int
    lr: float
    optimizer: str
    scheduler: str
    gradient_accumulation: int


class Hub(Strict):
    username: str
    token: str
    push_to_hub: bool


class Settings(Strict):
    task: Literal["llm-sft", "llm-dpo", "text_classification"]
    base_model: str
    project_name: str
    log: str
    backend: str
    data: Data
    params: LanguageModel | TextClassification
    hub: Hub


def made(**answers: Any) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(kit_bytes("autotrain", **answers))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize(
    ("option", "task", "names"),
    [("sft", "classification", {"llm-sft", "text_classification"}), ("sft", "dialogue", {"llm-sft"}),
     ("dpo", "rewriting", {"llm-dpo"})],
)  # fmt: skip
def test_settings_are_those_of_the_last_release_and_name_columns_that_are_there(
    option: str, task: str, names: set[str]
) -> None:
    files = made(option=option, task=task, refusal_share=0)
    read = [Settings(**yaml.safe_load(files[name])) for name in files if name.startswith("autotrain") and ".y" in name]
    assert {one.task for one in read} == names
    for one in read:
        mapped = {value for value in one.data.column_mapping.model_dump().values() if value}
        for part in (one.data.train_split, one.data.valid_split):
            (name,) = [name for name in files if name.startswith(f"{one.data.path}{part}.")]
            text = files[name].decode()
            columns = (
                set(next(csv.reader(io.StringIO(text))))
                if name.endswith(".csv")
                else set(json.loads(text.splitlines()[0]))
            )
            assert columns == mapped
    twin = yaml.safe_load(files[f"configs/{option}-lora.yaml"])
    first = next(one for one in read if one.task.startswith("llm"))
    assert (first.base_model, first.params.lr) == (twin["model_name_or_path"], twin["learning_rate"])
    assert first.hub.token == "${HF_TOKEN}"


def test_rows_are_what_the_checker_lets_pass_for_autotrain() -> None:
    files = made(task="classification", refusal_share=0)
    for folder, end in (("autotrain", "jsonl"), ("autotrain_labels", "csv")):
        train, valid = (f"{folder}/{part}.{end}" for part in ("train", "valid"))
        found = inspect(
            open_source(files[train], train), platform="autotrain", validation=open_source(files[valid], valid)
        )
        assert [name for name in found.counts if CONTENT.check(name).severity == "error"] == []


def test_it_is_said_that_the_tool_is_dormant() -> None:
    page = made(task="classification")["README.md"].decode()
    assert "dormant since January 2025" in page
    assert "> On November 29, 2026 this route is closed to you" in page
