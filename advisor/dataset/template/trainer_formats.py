"""The file formats that trainers read: examples in, bytes out. `advisor.dataset.checks` holds the rules of each.

Sources: OpenAI's guides on supervised, preference and reinforcement fine-tuning, Microsoft's how-to pages on
fine-tuning (2026), TRL's page on dataset formats, and LLaMA-Factory's data notes for Alpaca and ShareGPT.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from advisor.dataset.files.writers import csv_table, json_lines, json_list
from advisor.dataset.rows.cells import json_text
from advisor.dataset.rows.tool_definitions import Detail, shortened
from advisor.dataset.template.design import Shape
from advisor.dataset.template.examples import Example, gold
from advisor.dataset.template.samples import Tool

Row = dict[str, Any]
FormatId = Literal[
    "openai_chat",
    "azure_chat",
    "openai_dpo",
    "azure_dpo",
    "openai_rft",
    "azure_rft",
    "trl_conversational",
    "trl_prompt_completion",
    "trl_preference",
    "alpaca",
    "sharegpt",
    "csv",
    "rag_csv",
    "evaluation_csv",
    "evaluation_jsonl",
]


@dataclass(frozen=True)
class Format:
    id: FormatId
    file: str
    """Name of the file in the folder of its shape."""
    write: Callable[[Sequence[Example]], bytes]


def chat(example: Example, arguments: Literal["text", "object"] = "text") -> Row:
    """One conversation. OpenAI wants the arguments of a tool call as text that holds JSON, TRL as an object."""
    row: Row = {"messages": [*_asked(example), *_answered(example, arguments)]}
    if example.tools:
        row["tools"] = tool_definitions(example.tools)
    return row


def _asked(example: Example, role: str = "system") -> list[Row]:
    """Everything up to and including the user's last message."""
    messages = [{"role": role, "content": example.system}]
    for turn in example.before:
        messages += [{"role": "user", "content": turn.user}, {"role": "assistant", "content": turn.assistant}]
    return [*messages, {"role": "user", "content": example.prompt}]


def _answered(example: Example, arguments: Literal["text", "object"]) -> list[Row]:
    """What the model should say: its tool calls, what came back, and the answer."""
    if not example.calls:
        return [{"role": "assistant", "content": example.answer}]
    made, results = [], []
    for place, call in enumerate(example.calls, start=1):
        given = json_text(call.arguments) if arguments == "text" else call.arguments
        made.append({"id": f"call_{place}", "type": "function", "function": {"name": call.tool, "arguments": given}})
        result: Row = {"role": "tool", "tool_call_id": f"call_{place}"}
        if arguments == "object":
            result["name"] = call.tool
        results.append({**result, "content": json_text(call.result)})
    asked: Row = {"role": "assistant", "content": None, "tool_calls": made}
    return [asked] if example.ends_in_call else [asked, *results, {"role": "assistant", "content": example.answer}]


def tool_definitions(tools: Sequence[Tool], detail: Detail = "full") -> list[Row]:
    """Definitions as they go into a request; the two shorter ones are for a model that has learned its tools."""
    return shortened([{"type": "function", "function": tool.model_dump()} for tool in tools], detail)


def openai_preference(example: Example) -> Row:
    given: Row = {"messages": _asked(example)}
    if example.tools:
        given["tools"] = tool_definitions(example.tools)
    worse = [{"role": "assistant", "content": example.worse}]
    return {"input": given, "preferred_output": _answered(example, "text"), "non_preferred_output": worse}


def trl_preference(example: Example) -> Row:
    row: Row = {
        "prompt": _asked(example),
        "chosen": _answered(example, "object"),
        "rejected": [{"role": "assistant", "content": example.worse}],
    }
    return {**row, "tools": tool_definitions(example.tools)} if example.tools else row


def trl_prompt_completion(example: Example) -> Row:
    row: Row = {"prompt": _asked(example), "completion": _answered(example, "object")}
    return {**row, "tools": tool_definitions(example.tools)} if example.tools else row


def reinforcement(example: Example) -> Row:
    """A question without its answer; the grader reads `reference_answer`. Reasoning models have a developer role."""
    return {"messages": _asked(example, "developer"), "reference_answer": example.reference}


def alpaca(example: Example) -> Row:
    return {
        "system": example.system,
        "instruction": example.asked,
        "input": example.context,
        "output": example.answer,
        "history": [[turn.user, turn.assistant] for turn in example.before],
    }


def sharegpt(example: Example) -> Row:
    turns: list[Row] = []
    for turn in example.before:
        turns += [{"from": "human", "value": turn.user}, {"from": "gpt", "value": turn.assistant}]
    turns += [{"from": "human", "value": example.prompt}, {"from": "gpt", "value": example.answer}]
    return {"system": example.system, "conversations": turns}


def _pairs_csv(examples: Sequence[Example]) -> bytes:
    """Single exchanges. A table has no place for turns: earlier ones are written out, a line for each."""
    rows = []
    for example in examples:
        turns = [line for turn in example.before for line in (f"user: {turn.user}", f"assistant: {turn.assistant}")]
        asked = "\n".join([*turns, f"user: {example.prompt}"]) if turns else example.prompt
        rows.append((example.system, asked, example.answer))
    return csv_table(("system", "input", "output"), rows)


def _rag_csv(examples: Sequence[Example]) -> bytes:
    rows = [(one.asked, one.context, one.answer, str(one.refuses).lower()) for one in examples]
    return csv_table(("question", "context", "answer", "is_impossible"), rows)


EVALUATION_COLUMNS = ("id", "prompt", "gold", "base_output", "tuned_output")


def evaluation_rows(examples: Sequence[Example]) -> list[Row]:
    """One row a test case; the two outputs stay empty until the base model and the tuned model have answered."""
    return [
        {
            "id": f"test-{place:03d}",
            "prompt": example.prompt,
            "gold": gold(example),
            "base_output": "",
            "tuned_output": "",
            "expects_answer": not example.refuses,
        }
        for place, example in enumerate(examples, start=1)
    ]


def _evaluation_csv(examples: Sequence[Example]) -> bytes:
    rows = [[row[column] for column in EVALUATION_COLUMNS] for row in evaluation_rows(examples)]
    return csv_table(EVALUATION_COLUMNS, rows)


OPENAI_CHAT = Format("openai_chat", "openai_chat.jsonl", lambda rows: json_lines([chat(row) for row in rows]))
AZURE_CHAT = Format("azure_chat", "azure_chat.jsonl", lambda rows: json_lines([chat(row) for row in rows], mark=True))
TRL_CHAT = Format(
    "trl_conversational", "trl_conversational.jsonl", lambda rows: json_lines([chat(row, "object") for row in rows])
)
TRL_PAIRS = Format(
    "trl_prompt_completion",
    "trl_prompt_completion.jsonl",
    lambda rows: json_lines(map(trl_prompt_completion, rows)),
)
ALPACA = Format("alpaca", "alpaca.json", lambda rows: json_list(list(map(alpaca, rows))))
SHAREGPT = Format("sharegpt", "sharegpt.json", lambda rows: json_list(list(map(sharegpt, rows))))
CHAT_FORMATS = (OPENAI_CHAT, AZURE_CHAT, TRL_CHAT, TRL_PAIRS)

FORMATS: Mapping[Shape, tuple[Format, ...]] = MappingProxyType(
    {
        "sft": (*CHAT_FORMATS, ALPACA, SHAREGPT, Format("csv", "rows.csv", _pairs_csv)),
        "rag": (*CHAT_FORMATS, ALPACA, SHAREGPT, Format("rag_csv", "rows.csv", _rag_csv)),
        "tools": CHAT_FORMATS,
        "preference": (
            Format("openai_dpo", "openai_dpo.jsonl", lambda rows: json_lines(map(openai_preference, rows))),
            Format("azure_dpo", "azure_dpo.jsonl", lambda rows: json_lines(map(openai_preference, rows), mark=True)),
            Format("trl_preference", "trl_preference.jsonl", lambda rows: json_lines(map(trl_preference, rows))),
        ),
        "rft": (
            Format("openai_rft", "openai_rft.jsonl", lambda rows: json_lines(map(reinforcement, rows))),
            Format("azure_rft", "azure_rft.jsonl", lambda rows: json_lines(map(reinforcement, rows), mark=True)),
        ),
    }
)
EVALUATION: tuple[Format, ...] = (
    Format("evaluation_csv", "evaluation_set.csv", _evaluation_csv),
    Format("evaluation_jsonl", "evaluation_set.jsonl", lambda rows: json_lines(evaluation_rows(rows))),
)
