"""The algorithm of the cookbook's notebook, written down anew and straight on."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

import numpy as np
import tiktoken

from advisor.dataset.notebook import COUNTERS, Distribution
from advisor.dataset.tokens.exact import encoder


def notebook(text: str, limit: int) -> dict[str, Any]:
    """What the notebook computes; raises where it does."""
    dataset = [json.loads(line) for line in text.split("\n")]
    for _ in dataset[0]["messages"]:
        pass
    errors: dict[str, int] = defaultdict(int)
    for ex in dataset:
        if not isinstance(ex, dict):
            errors["data_type"] += 1
            continue
        messages = ex.get("messages", None)
        if not messages:
            errors["missing_messages_list"] += 1
            continue
        for message in messages:
            if "role" not in message or "content" not in message:
                errors["message_missing_key"] += 1
            if any(k not in ("role", "content", "name", "function_call", "weight") for k in message):
                errors["message_unrecognized_key"] += 1
            if message.get("role", None) not in ("system", "user", "assistant", "function"):
                errors["unrecognized_role"] += 1
            content = message.get("content", None)
            function_call = message.get("function_call", None)
            if (not content and not function_call) or not isinstance(content, str):
                errors["missing_content"] += 1
        if not any(message.get("role", None) == "assistant" for message in messages):
            errors["example_missing_assistant_message"] += 1
    encoding = encoder("cl100k_base")
    assert isinstance(encoding, tiktoken.Encoding)
    no_system = no_user = 0
    n_messages, lengths, assistant = [], [], []
    for ex in dataset:
        messages = ex["messages"]
        no_system += not any(message["role"] == "system" for message in messages)
        no_user += not any(message["role"] == "user" for message in messages)
        n_messages.append(len(messages))
        total = 3
        for message in messages:
            total += 3
            for key, value in message.items():
                total += len(encoding.encode(value))
                total += key == "name"
        lengths.append(total)
        assistant.append(sum(len(encoding.encode(m["content"])) for m in messages if m["role"] == "assistant"))
    n, n_epochs = len(dataset), 3
    if n * 3 < 100:
        n_epochs = min(25, 100 // n)
    elif n * 3 > 25_000:
        n_epochs = max(1, 25_000 // n)
    billable = sum(min(limit, length) for length in lengths)
    return {
        "examples": n,
        "counters": {name: errors[name] for name in COUNTERS},
        "missing_system": no_system,
        "missing_user": no_user,
        "messages": described(n_messages),
        "tokens": described(lengths),
        "assistant_tokens": described(assistant),
        "too_long": sum(length > limit for length in lengths),
        "epochs": n_epochs,
        "billable": billable,
        "charged": n_epochs * billable,
    }


def described(values: list[int]) -> Distribution:
    return Distribution(
        min(values),
        max(values),
        float(np.mean(values)),
        float(np.median(values)),
        float(np.quantile(values, 0.1)),
        float(np.quantile(values, 0.9)),
    )
