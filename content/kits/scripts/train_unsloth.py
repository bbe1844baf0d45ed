"""Trains an adapter with Unsloth on one GPU, with the settings of a file, and learns from answers alone.

python train_unsloth.py configs/unsloth-lora.yaml             checks, then trains
python train_unsloth.py configs/unsloth-lora.yaml --check     checks alone: loads the model, shows what is learnt

Run it in the environment that README.md makes for Unsloth, which brings other versions than the rest of the kit needs.
NAME=VALUE behind the file changes a setting of its part `training`: num_train_epochs=1.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

import yaml
from unsloth import FastLanguageModel  # before the others: it changes them as they are loaded

from datasets import Dataset  # isort: skip
from trl import SFTConfig, SFTTrainer  # isort: skip
from unsloth.chat_templates import train_on_responses_only  # isort: skip
from words import HERE, say

IGNORED = -100
"""The label of a token that nothing is learnt from."""
SHOWN = 400
"""Characters that are shown of what is learnt from the first row."""


def main(config: str, *more: str) -> None:
    os.chdir(HERE)  # the names in the file are read from here
    settings = yaml.safe_load(Path(config).read_text("utf-8"))
    changed = {name: yaml.safe_load(value) for name, _, value in (one.partition("=") for one in more if "=" in one)}
    training = {**settings["training"], **changed}
    name = os.environ.get("MODEL_NAME") or settings["model_name_or_path"]
    model, tokenizer = FastLanguageModel.from_pretrained(name, **settings["loading"])
    model = FastLanguageModel.get_peft_model(model, **settings["adapter"])
    parts = {part: texts(tokenizer, f"data/{part}.jsonl") for part in ("train", "validation")}
    check(tokenizer, parts["train"], settings["loading"]["max_seq_length"])
    trainer = SFTTrainer(
        model=model,
        processing_class=tokenizer,
        train_dataset=Dataset.from_list(parts["train"]),
        eval_dataset=Dataset.from_list(parts["validation"]),
        args=SFTConfig(dataset_text_field="text", max_length=settings["loading"]["max_seq_length"], **training),
    )
    trainer = train_on_responses_only(trainer)
    show(tokenizer, trainer.train_dataset)
    if "--check" in more:
        return
    trainer.train()
    trainer.save_model(training["output_dir"])
    tokenizer.save_pretrained(training["output_dir"])
    print(say("The adapter is in {folder}", folder=training["output_dir"]))


def texts(tokenizer: Any, file: str) -> list[dict[str, str]]:
    """The rows of a file as the chat template of the model writes them."""
    rows = [json.loads(line) for line in Path(file).read_text("utf-8").splitlines() if line.strip()]
    return [
        {"text": tokenizer.apply_chat_template(row["messages"], tools=row.get("tools"), tokenize=False)} for row in rows
    ]


def check(tokenizer: Any, rows: list[dict[str, str]], most: int) -> None:
    """End the script where rows would be cut: the model would learn answers without an end."""
    lengths = [len(tokenizer(row["text"], add_special_tokens=False)["input_ids"]) for row in rows]
    if too_long := sum(length > most for length in lengths):
        sys.exit(
            say(
                "{n} of {rows} rows are longer than max_seq_length ({tokens} tokens) and would be cut. Set "
                "max_seq_length to {longest}, or shorten them.",
                n=too_long,
                rows=len(rows),
                tokens=most,
                longest=max(lengths),
            )
        )


def show(tokenizer: Any, rows: Any) -> None:
    """Say from how many tokens something is learnt, and what that is in the first row."""
    labels = [[one for one in row["labels"] if one != IGNORED] for row in rows]
    if empty := sum(not one for one in labels):
        sys.exit(
            say(
                "In {n} of {rows} rows nothing would be learnt: with this chat template Unsloth does not find where "
                "answers begin. Take another model, or the kit for TRL.",
                n=empty,
                rows=len(labels),
            )
        )
    learnt = sum(map(len, labels))
    print(
        say("Rows: {rows}; tokens that are learnt from: {learnt}. In the first row:", rows=len(labels), learnt=learnt)
    )
    print(f"  {tokenizer.decode(labels[0])[:SHOWN]!r}")


if __name__ == "__main__":
    if not sys.argv[1:]:
        sys.exit(__doc__)
    main(*sys.argv[1:])
