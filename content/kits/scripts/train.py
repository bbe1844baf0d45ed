"""Trains an adapter with TRL, once it is certain that the model learns what it will be asked to do.

python train.py configs/sft-lora.yaml             checks, then trains
python train.py configs/sft-lora.yaml --check     checks alone: needs the tokenizer, no GPU and no weights

Any argument of TRL may follow and overrules that of the file: --num_train_epochs 1, --report_to wandb.
`trl sft --config configs/sft-lora.yaml` (or `trl dpo`) trains the same and checks nothing.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
import yaml
from endpoint import rows
from transformers import AutoTokenizer
from trl.chat_template_utils import (
    get_training_chat_template,
    has_generation_markers,
    is_chat_template_stop_token_trained,
)
from words import HERE, say

Row = dict[str, Any]
SHOWN = 40
"""Characters that are shown of a text before the place where it should end, and after it."""


def main(config: str, *more: str) -> None:
    os.chdir(HERE)  # TRL reads the names in the file from here
    examples = rows(f"{yaml.safe_load(Path(config).read_text('utf-8'))['dataset_name']}/train.jsonl")
    if "chosen" in examples[0]:
        from trl.scripts import dpo as method
    else:
        from trl.scripts import sft as method
    arguments = [one for one in more if one != "--check"]
    if not torch.accelerator.is_available():
        arguments += ["--use_cpu", "true"]  # enough for the checks, and for models of a few million parameters
    parsed = method.make_parser().parse_args_and_config(["--config", config, *arguments])
    _, training, model, _ = parsed
    check(examples, training, model)
    if "--check" not in more:
        method.main(*parsed)


def check(examples: list[Row], training, model) -> None:
    """End the script where training would teach something else than the rows say; else say what it teaches."""
    tokenizer = AutoTokenizer.from_pretrained(model.model_name_or_path, revision=model.model_revision)
    if path := getattr(training, "chat_template_path", None):
        tokenizer.chat_template = (HERE / path).read_text("utf-8")
    template = marked(tokenizer) if getattr(training, "assistant_only_loss", False) else None
    lengths, learnt = [], 0
    for place, row in enumerate(examples, start=1):
        tools = row.get("tools")
        answers = [answer(tokenizer, asked, said, tools, template, place) for asked, said in exchanges(row)]
        lengths.append(max(whole for whole, _ in answers))
        learnt += sum(new for _, new in answers)
    if too_long := sum(length > training.max_length for length in lengths):
        sys.exit(
            say(
                "{n} of {rows} rows are longer than max_length ({tokens} tokens) and would be cut: the model would "
                "learn answers without an end. Set max_length to {longest}, or shorten them.",
                n=too_long,
                rows=len(examples),
                tokens=training.max_length,
                longest=max(lengths),
            )
        )
    print(
        say(
            "The model is asked as it is trained. Rows: {rows}; tokens: {tokens}, in the longest row {longest}; learnt "
            "from: {learnt}",
            rows=len(examples),
            tokens=sum(lengths),
            longest=max(lengths),
            learnt=learnt,
        )
    )


def exchanges(row: Row) -> Iterator[tuple[list[Row], list[Row]]]:
    """What is asked, with what stands before it, and what the model is to learn to say, or in a pair not to say."""
    for name in ("completion", "chosen", "rejected"):
        if name in row:
            yield row["prompt"], row[name]
    messages = row.get("messages", ())
    for place, message in enumerate(messages):
        if message["role"] == "assistant":
            yield messages[:place], [message]


def answer(tokenizer, asked: list[Row], said: list[Row], tools, template: str | None, place: int) -> tuple[int, int]:
    """Tokens of a conversation up to its answer, and those of the answer.

    The model will be asked with the conversation and the beginning of its own turn. If what it was trained on begins
    otherwise, by as little as a space, it answers as if it had learnt nothing, and no loss shows it.
    """
    prompt = tokens(tokenizer, asked, tools, add_generation_prompt=True)
    whole = tokens(tokenizer, [*asked, *said], tools, chat_template=template or tokenizer.chat_template)
    if whole[: len(prompt)] != prompt:
        same = next(n for n, one in enumerate(prompt) if whole[n : n + 1] != [one])
        before = tokenizer.decode(prompt[:same])[-SHOWN:]
        sys.exit(
            say(
                "Row {row}: the model would not be asked as it was trained. After {before} it is asked with {asked}, "
                "and was trained with {trained}. Mend the chat template (often it is a space or a line at its end), or "
                "take another model.",
                row=place,
                before=repr(before),
                asked=repr(tokenizer.decode(prompt[same:])[:SHOWN]),
                trained=repr(tokenizer.decode(whole[same:])[:SHOWN]),
            )
        )
    if len(whole) == len(prompt):
        sys.exit(say("Row {row}: nothing stands behind the question, so nothing is learnt.", row=place))
    return len(whole), len(whole) - len(prompt)


def tokens(tokenizer, messages: list[Row], tools, **more: Any) -> list[int]:
    return tokenizer.apply_chat_template(messages, tools=tools, tokenize=True, return_dict=True, **more)["input_ids"]


def marked(tokenizer) -> str:
    """The template with marks around what the assistant says, by which TRL learns from that alone."""
    template = tokenizer.chat_template
    if not has_generation_markers(template):
        try:
            template = get_training_chat_template(tokenizer)
        except ValueError:
            sys.exit(
                say(
                    "The chat template of this model does not mark what the assistant says, and TRL has none for it "
                    "that does. Train on prompts and completions instead: configs/sft-completion.yaml."
                )
            )
    if not is_chat_template_stop_token_trained(tokenizer, chat_template=template):
        sys.exit(say("With this chat template the model would not learn to stop. Take configs/sft-completion.yaml."))
    return template


if __name__ == "__main__":
    if not sys.argv[1:]:
        sys.exit(__doc__)
    main(*sys.argv[1:])
