"""Verdicts of mistral-common on conversations for fine-tuning: it validates each row as a request."""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent.parent))

from mistral_common.protocol.instruct.messages import (
    FinetuningAssistantMessage,
    SystemMessage,
    ToolMessage,
    UserMessage,
)
from mistral_common.protocol.instruct.request import ChatCompletionRequest
from mistral_common.protocol.instruct.tool_calls import Tool
from mistral_common.protocol.instruct.validator import MistralRequestValidatorV13, ValidationMode
from verdicts import NotForIt, Refused, answer

ROLES = {
    "assistant": FinetuningAssistantMessage,
    "system": SystemMessage,
    "user": UserMessage,
    "tool": ToolMessage,
}
VALIDATOR = MistralRequestValidatorV13(ValidationMode.finetuning)
"""Of the tokenizer of its newest models for text and tools."""


def check(path: Path) -> None:
    """Raise `Refused` at the first row that is no valid request; `NotForIt` for a file without conversations."""
    if path.suffix != ".jsonl":
        raise NotForIt
    try:
        lines = path.read_text("utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise Refused(f"UnicodeDecodeError: {error}") from error
    if not _conversation(lines[0]):
        raise NotForIt
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                _row(json.loads(line))
            except Exception as error:  # its own classes, pydantic's and the JSON reader's alike refuse the row
                raise Refused(f"{type(error).__name__}: {error}", number) from error


def _conversation(line: str) -> bool:
    try:
        row = json.loads(line)
    except ValueError:
        return '"messages"' in line
    return isinstance(row, dict) and "messages" in row


def _row(row: dict[str, object]) -> None:
    if unknown := [message["role"] for message in row["messages"] if message["role"] not in ROLES]:
        raise ValueError(f"There is no role {unknown[0]}.")
    messages = [ROLES[message["role"]].model_validate(message) for message in row["messages"]]
    tools = [Tool.model_validate(tool) for tool in row.get("tools") or []]
    request = ChatCompletionRequest[FinetuningAssistantMessage | UserMessage | SystemMessage | ToolMessage](
        messages=messages, tools=tools or None
    )
    VALIDATOR.validate_request(request)


if __name__ == "__main__":
    answer("mistral-common", check)
