"""A row of every format, as small as it can be."""

from __future__ import annotations

from typing import Any

ASK = {"role": "user", "content": "Hi"}
SAY = {"role": "assistant", "content": "Hello"}
IMAGE = {"type": "image_url", "image_url": {"url": "https://example.org/a.png"}}


def call(arguments: Any) -> dict[str, Any]:
    function = {"name": "look", "arguments": arguments}
    return {"role": "assistant", "content": None, "tool_calls": [{"id": "1", "type": "function", "function": function}]}


EXAMPLES: dict[str, dict[str, Any]] = {
    "openai_chat": {"messages": [ASK, SAY]},
    "openai_tools": {"messages": [ASK, call('{"q": "x"}')], "tools": []},
    "trl_conversational": {"messages": [ASK, call({"q": "x"})], "tools": []},
    "openai_vision": {"messages": [{"role": "user", "content": [{"type": "text", "text": "What?"}, IMAGE]}, SAY]},
    "openai_dpo": {"input": {"messages": [ASK]}, "preferred_output": [SAY], "non_preferred_output": [SAY]},
    "openai_rft": {"messages": [ASK], "reference_answer": "Hello"},
    "google_chat": {"contents": [{"role": "user", "parts": [{"text": "Hi"}]}, {"role": "model", "parts": []}]},
    "bedrock_chat": {
        "schemaVersion": "bedrock-conversation-2024",
        "messages": [
            {"role": "user", "content": [{"text": "Hi"}]},
            {"role": "assistant", "content": [{"text": "Hello"}]},
        ],
    },
    "messages_kto": {"messages": [ASK, SAY], "label": True},
    "sharegpt_kto": {
        "conversations": [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Hello"}],
        "kto_tag": True,
    },
    "list_of_strings": {"messages": ["Hi", "Hello"]},
    "sharegpt": {"conversations": [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Hello"}]},
    "sharegpt_preference": {
        "conversations": [{"from": "human", "value": "Hi"}],
        "chosen": {"from": "gpt", "value": "Hello"},
        "rejected": {"from": "gpt", "value": "Go"},
    },
    "alpaca": {"instruction": "Greet", "input": "", "output": "Hello"},
    "alpaca_preference": {"instruction": "Greet", "input": "Ann", "chosen": "Hello", "rejected": "Go"},
    "alpaca_kto": {"instruction": "Greet", "input": "", "output": "Hello", "kto_tag": True},
    "databricks_instruction": {"prompt": "Hi", "response": "Hello"},
    "trl_preference": {"prompt": "Hi", "chosen": "Hello", "rejected": "Go"},
    "trl_stepwise": {"prompt": "1+1+1", "completions": ["2", "3"], "labels": [True, True]},
    "trl_unpaired": {"prompt": "Hi", "completion": "Hello", "label": True},
    "trl_prompt_completion": {"prompt": [ASK], "completion": [SAY]},
    "trl_prompt_only": {"prompt": "Hi"},
    "trl_text": {"text": "Once upon a time"},
    "prompt_completion": {"prompt": "Hi", "completion": "Hello"},
    "evaluation": {"id": "1", "prompt": "Hi", "gold": "Hello", "base_output": ""},
    "autotrain_dpo": {"prompt": "Hi", "text": "Hello", "rejected_text": "Go"},
    "autotrain_reward": {"text": "Hello", "rejected_text": "Go"},
    "autotrain_qa": {"context": "Ann", "question": "Who?", "answers": {"text": ["Ann"], "answer_start": [0]}},
    "autotrain_tokens": {"tokens": ["Ann", "left"], "tags": ["PER", "O"]},
    "autotrain_chat": {"text": [ASK, SAY]},
    "autotrain_text": {"text": "Fine", "target": "good"},
    "embedding_lists": {"query": "When?", "pos": ["Today."], "neg": ["Blue.", "Seven."]},
    "embedding_texts": {"anchor": "When?", "positive": "Today.", "negative": "Blue."},
    "autotrain_table": {"id": "1", "age": "3", "target": "0"},
    "databricks_text_label": {"text": "Fine", "label": 1},
    "text_label": {"text": "Fine", "label": "good"},
    "azureml_text_label": {"text1": "Fine", "text2": "Good", "label": "same"},
    "azureml_summary": {"document": "Long", "summary": "Short"},
    "azureml_translation": {"source": "Hi", "target": "Hoi"},
    "rag": {"question": "Who?", "context": "Ann left", "answer": None, "is_impossible": True},
    "csv_pairs": {"input": "Hi", "output": "Hello", "system": ""},
    "unknown": {"a": 1},
}
