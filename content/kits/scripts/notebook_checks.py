"""The checks of OpenAI's notebook on preparing chat data, as a script: the form of each row, its tokens, and the bill.

    python notebook_checks.py                          looks through data/train.jsonl
    python notebook_checks.py my.jsonl --limit 4096    another file, with the limit of the notebook's first version

It counts as the notebook counts, to the digit; README.md says what of that no longer holds. In editors that know cells,
each part from `# %%` on is one.
"""

import argparse
import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import tiktoken
from words import HERE, number, say

KEYS = ("role", "content", "name", "function_call", "weight")
ROLES = ("system", "user", "assistant", "function")
TARGET_EPOCHS = 3
MIN_TARGET_EXAMPLES, MAX_TARGET_EXAMPLES = 100, 25_000
MIN_DEFAULT_EPOCHS, MAX_DEFAULT_EPOCHS = 1, 25
CHARACTERS_A_TOKEN = 4
"""Rule of thumb for English, where the vocabulary cannot be fetched."""

asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
asked.add_argument("file", nargs="?", default=str(HERE / "data" / "train.jsonl"))
asked.add_argument("--limit", type=int, default=16_385)
options = asked.parse_args()

# %% Load
dataset: list[Any] = []
for line, text in enumerate(Path(options.file).read_text("utf-8").splitlines(), start=1):
    try:
        dataset.append(json.loads(text))
    except ValueError:
        raise SystemExit(say("The notebook stops while loading: line {line} is no JSON.", line=line)) from None
if not dataset:
    raise SystemExit(say("The notebook stops at the first example: there is none."))
print(say("Examples: {n}", n=len(dataset)))

# %% Form: errors in rows, under the names that the notebook gives them
errors: Counter[str] = Counter()
for example in dataset:
    if not isinstance(example, dict):
        errors["data_type"] += 1
        continue
    messages = example.get("messages")
    if not messages:
        errors["missing_messages_list"] += 1
        continue
    for message in messages:
        errors["message_missing_key"] += "role" not in message or "content" not in message
        errors["message_unrecognized_key"] += any(key not in KEYS for key in message)
        errors["unrecognized_role"] += message.get("role") not in ROLES
        content = message.get("content")
        errors["missing_content"] += (not content and not message.get("function_call")) or not isinstance(content, str)
    if not any(message.get("role") == "assistant" for message in messages):
        errors["example_missing_assistant_message"] += 1
found = {name: n for name, n in errors.items() if n}
print(say("Errors found:") if found else say("No errors found"))
for name, n in found.items():
    print(f"  {name}: {n}")


# %% Tokens
def tokens_of(text: str) -> int:
    return -(-len(text) // CHARACTERS_A_TOKEN) if encoding is None else len(encoding.encode(text))


try:
    encoding = tiktoken.get_encoding("cl100k_base")
except OSError:
    encoding = None
    print(say("The vocabulary cannot be fetched: tokens are estimated, at four characters each."))

lengths: dict[str, list[int]] = {"messages": [], "tokens": [], "assistant": []}
missing_system = missing_user = 0
for line, example in enumerate(dataset, start=1):
    try:
        messages = example["messages"]
        total = 3 + sum(
            3 + sum(tokens_of(value) + (key == "name") for key, value in message.items()) for message in messages
        )
        answers = sum(tokens_of(message["content"]) for message in messages if message["role"] == "assistant")
        missing_system += all(message["role"] != "system" for message in messages)
        missing_user += all(message["role"] != "user" for message in messages)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise SystemExit(
            say("The notebook stops at its statistics, at line {line}: {why}.", line=line, why=repr(error))
        ) from None
    for name, n in (("messages", len(messages)), ("tokens", total), ("assistant", answers)):
        lengths[name].append(n)

# %% Statistics: the notebook labels the last two p5 and p95, and computes the quantiles 0.1 and 0.9
print(say("Examples without a system message: {n}", n=missing_system))
print(say("Examples without a user message: {n}", n=missing_user))
NAMES = {
    "messages": say("Messages per example"),
    "tokens": say("Tokens per example"),
    "assistant": say("Tokens of the assistant per example"),
}
for name, values in lengths.items():
    low, high = np.quantile(values, [0.1, 0.9])
    print(
        say(
            "{name}: {least} to {most}, mean {mean}, median {median}, p10 {low}, p90 {high}",
            name=NAMES[name],
            least=min(values),
            most=max(values),
            mean=number(float(np.mean(values))),
            median=number(float(np.median(values))),
            low=number(float(low)),
            high=number(float(high)),
        )
    )
too_long = sum(n > options.limit for n in lengths["tokens"])
print(say("Examples longer than {limit} tokens, which would be cut: {n}", limit=options.limit, n=too_long))

# %% The bill: passes over the data by the number of examples, and tokens up to the limit
n = len(dataset)
epochs = TARGET_EPOCHS
if n * TARGET_EPOCHS < MIN_TARGET_EXAMPLES:
    epochs = min(MAX_DEFAULT_EPOCHS, MIN_TARGET_EXAMPLES // n)
elif n * TARGET_EPOCHS > MAX_TARGET_EXAMPLES:
    epochs = max(MIN_DEFAULT_EPOCHS, MAX_TARGET_EXAMPLES // n)
billable = sum(min(options.limit, one) for one in lengths["tokens"])
print(say("Tokens billed for one pass: {n}", n=billable))
print(say("Passes, by the notebook's rule: {n}", n=epochs))
print(say("Tokens billed in all: {n}", n=epochs * billable))
command = f"advisor check {options.file}"
print(say("README.md says what of this no longer holds; {command} checks what holds today.", command=command))
