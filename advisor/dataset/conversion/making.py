"""Makes rows fit for the tables of Parquet."""

from __future__ import annotations

from advisor.dataset.formats.definition import Made
from advisor.dataset.formats.example import CALLS_TOOLS, LeftOut


def for_parquet(row: Made, lost: set[str]) -> Made:
    """The row as a table can hold it, whose columns have one type each: messages of role and text, and no tools."""
    made: Made = {}
    for key, value in row.items():
        if key in ("tools", "images", "videos", "audios"):
            lost.add("tools" if key == "tools" else "files")
            continue
        if isinstance(value, list) and value and isinstance(value[0], dict) and "role" in value[0]:
            if any("tool_calls" in message or message["role"] == "tool" for message in value):
                raise LeftOut(CALLS_TOOLS)
            if any("name" in message for message in value):
                lost.add("name")
            made[key] = [{"role": message["role"], "content": message["content"]} for message in value]
            continue
        if key == "conversations" and any(turn["from"] in ("function_call", "observation") for turn in value):
            raise LeftOut(CALLS_TOOLS)
        made[key] = value
    return made
