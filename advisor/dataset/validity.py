"""What vendors and trainers demand of a file, checked: each finding names the line, the field and what to do.

The rules are those that OpenAI, Microsoft (the how-to pages and the validators of azure-skills), TRL and LLaMA-Factory
publish (read in 2026), and no others: a file without an error here is one that they accept, not one that is good.
"""

from __future__ import annotations

import csv
import io
import json
from codecs import BOM_UTF8
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from advisor.dataset.conversation import Arguments, check_chat, check_messages, check_tools, roles_of
from advisor.dataset.finding import Finding, Findings, caution, problem
from advisor.dataset.formats import EVALUATION_COLUMNS, FORMULA_STARTS, FormatId

MINIMUM_ROWS = 10
"""OpenAI and Azure refuse a training file with fewer (facts `openai.minimum-examples`, `azure.minimum-examples`)."""
MAX_BYTES = 512_000_000
"""A file must be smaller (facts `openai.max-file-size`, `azure.max-file-api`). MB as 10^6 bytes: the stricter way."""
SHAREGPT_ASKS, SHAREGPT_ANSWERS = ("human", "observation"), ("gpt", "function_call")
NOT_GRADER_FIELDS = frozenset({"messages", "tools", "parallel_tool_calls", "response_format"})


Rows = list[tuple[int, dict[str, Any]]]


def check(data: bytes, form: FormatId, least: int = MINIMUM_ROWS) -> tuple[Finding, ...]:
    """Everything that a file in this format does wrong, in the order of its lines. `least`: fewest rows it may have."""
    return tuple(_check(data, form, least))


def _check(data: bytes, form: FormatId, least: int) -> Findings:
    vendor = form.startswith(("openai", "azure"))
    if form.startswith("azure") and not data.startswith(BOM_UTF8):
        yield Finding(None, "", "Azure needs the byte-order mark EF BB BF at the start; save as UTF-8 with BOM")
    if vendor and len(data) >= MAX_BYTES:
        size = {"n": len(data), "most": MAX_BYTES}
        yield Finding(None, "", "the file has {n} bytes and must stay below {most}", size)
    try:
        text = data.removeprefix(BOM_UTF8).decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        yield Finding(line, "", "this is not UTF-8; save the file as UTF-8")
        return
    if form in ("csv", "rag_csv", "evaluation_csv"):
        yield from _table(text, form, least)
        return
    rows: Rows = []
    yield from (_array if form in ("alpaca", "sharegpt") else _lines)(text, rows)
    if len(rows) < least:
        yield _too_few(len(rows), least)
    for line, row in rows:
        yield from (Finding(line, one.field, one.message, one.values, one.severity) for one in ROW_RULES[form](row))
    if form in ("openai_rft", "azure_rft"):
        yield from _same_fields(rows)
    if form == "evaluation_jsonl":
        yield from _unique_ids([(line, row.get("id")) for line, row in rows])


def _too_few(n: int, least: int) -> Finding:
    return Finding(None, "", "the file has {n} rows; at least {least} are needed", {"n": n, "least": least})


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _lines(text: str, rows: Rows) -> Findings:
    """Read JSONL into `rows`. Only a line feed ends a line: other separators may stand inside a text."""
    lines = text.split("\n")
    if lines and not lines[-1]:
        lines.pop()
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            yield Finding(number, "", "the line is empty; remove it")
            continue
        try:
            row = json.loads(line, parse_constant=_refuse_constant)
        except json.JSONDecodeError as error:
            problem = {"problem": error.msg, "n": error.colno}
            yield Finding(number, "", "this is not JSON: {problem} at character {n}", problem)
        except (ValueError, RecursionError):
            yield Finding(number, "", "JSON has no NaN or Infinity, and no endless nesting")
        else:
            if isinstance(row, dict):
                rows.append((number, row))
            else:
                yield Finding(number, "", "each line must be one object in braces; JSONL has no array around its rows")


def _array(text: str, rows: Rows) -> Findings:
    """Read a JSON array into `rows`, numbered from 1."""
    try:
        entries = json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        problem = {"problem": error.msg, "n": error.colno}
        yield Finding(error.lineno, "", "this is not JSON: {problem} at character {n}", problem)
        return
    except (ValueError, RecursionError):
        yield Finding(None, "", "JSON has no NaN or Infinity, and no endless nesting")
        return
    if not isinstance(entries, list):
        yield Finding(None, "", "the file must be one JSON array of objects")
        return
    for number, entry in enumerate(entries, start=1):
        if isinstance(entry, dict):
            rows.append((number, entry))
        else:
            yield Finding(number, "", "each entry must be an object in braces")


def _trl_chat(row: dict[str, Any]) -> Findings:
    return check_chat(row, "object")


# Preferences and rewards


def _openai_preference(row: dict[str, Any]) -> Findings:
    fields = ("input", "preferred_output", "non_preferred_output")
    for key in sorted(set(row) - set(fields)):
        yield problem(key, "this key is not known; remove it")
    missing = [key for key in fields if key not in row]
    for key in missing:
        yield problem(key, "missing; a row has: {keys}", keys=", ".join(fields))
    if missing:
        return
    given = row["input"] if isinstance(row["input"], dict) else {}
    found, tools = check_tools(given, "input.tools")
    yield from found
    yield from check_messages(given.get("messages"), "input.messages", "text", tools)
    if (roles := roles_of(given.get("messages"))) and roles[-1] != "user":
        yield problem("input.messages", "the last message must be the user's")
    yield from _outputs(row["preferred_output"], row["non_preferred_output"], fields[1:], "text", tools)


def _outputs(
    better: Any, worse: Any, names: Sequence[str], arguments: Arguments, tools: Mapping[str, Any] | None
) -> Findings:
    for output, name in zip((better, worse), names, strict=True):
        yield from check_messages(output, name, arguments, tools)
        roles = roles_of(output)
        if roles and "assistant" not in roles:
            yield problem(name, "no message of the role {role}", role="assistant")
        if set(roles) - {"assistant", "tool"}:
            yield problem(name, "only messages of assistant and tool belong here")
        if roles and any(isinstance(one, dict) and isinstance(one.get("content"), list) for one in output):
            yield problem(name, "preference training takes text only")
    if better == worse:
        yield problem(names[1], "both answers are the same: there is nothing to prefer")


def _reward(row: dict[str, Any]) -> Findings:
    found, tools = check_tools(row)
    yield from found
    if "messages" not in row:
        yield problem("messages", 'missing; a row is {{"messages": [...]}}; this one has: {keys}', keys=", ".join(row))
        return
    yield from check_messages(row["messages"], "messages", "text", tools)
    if (roles := roles_of(row["messages"])) and roles[-1] != "user":
        yield problem("messages", "the last message must be the user's: the answer is what the model is rewarded for")
    if not set(row) - NOT_GRADER_FIELDS:
        yield problem("reference_answer", "missing; the grader needs a field beside messages to compare with")


def _same_fields(rows: Rows) -> Findings:
    """All rows of a reward file carry the same fields; a field that never differs teaches nothing."""
    if not rows:
        return
    first = set(rows[0][1])
    for line, row in rows[1:]:
        if set(row) != first:
            differing = ", ".join(sorted(set(row) ^ first))
            yield Finding(line, differing, "the fields differ from those of the first row")
    for key in sorted(first - NOT_GRADER_FIELDS):
        if len(rows) > 1 and len({json.dumps(row.get(key), sort_keys=True) for _, row in rows}) == 1:
            yield Finding(None, key, "the value is the same in all rows", severity="warning")


def _trl_pair(row: dict[str, Any]) -> Findings:
    return _trl(row, ("prompt", "completion"))


def _trl_preference(row: dict[str, Any]) -> Findings:
    return _trl(row, ("prompt", "chosen", "rejected"))


def _trl(row: dict[str, Any], fields: tuple[str, ...]) -> Findings:
    missing = [key for key in fields if key not in row]
    for key in missing:
        yield problem(key, "missing; a row has: {keys}", keys=", ".join(fields))
    if missing:
        return
    values = [row[key] for key in fields]
    if all(isinstance(value, str) for value in values):
        for key, value in zip(fields, values, strict=True):
            if not value.strip():
                yield caution(key, "the text is empty")
    elif all(isinstance(value, list) for value in values):
        found, tools = check_tools(row)
        yield from found
        yield from check_messages(row["prompt"], "prompt", "object", tools)
        if (roles := roles_of(row["prompt"])) and roles[-1] != "user":
            yield problem("prompt", "the last message must be the user's")
        for key in fields[1:]:
            yield from check_messages(row[key], key, "object", tools)
            if set(roles_of(row[key])) - {"assistant", "tool"}:
                yield problem(key, "only messages of assistant and tool belong here")
    else:
        yield problem(fields[0], "{keys} must all be text, or all be lists of messages", keys=", ".join(fields))
    if len(fields) == 3 and row["chosen"] == row["rejected"]:
        yield problem("rejected", "both answers are the same: there is nothing to prefer")


# Instruction files


def _alpaca(row: dict[str, Any]) -> Findings:
    for key in ("instruction", "output"):
        if not isinstance(row.get(key), str) or not row[key].strip():
            yield problem(key, "expected text that is not empty")
    for key in ("input", "system"):
        if not isinstance(row.get(key, ""), str):
            yield problem(key, "expected text; it may be empty")
    history = row.get("history", [])
    if not isinstance(history, list) or not all(
        isinstance(turn, list) and len(turn) == 2 and all(isinstance(part, str) for part in turn) for turn in history
    ):
        yield problem("history", "expected a list of pairs: [question, answer]")


def _sharegpt(row: dict[str, Any]) -> Findings:
    said = row.get("conversations")
    if not isinstance(said, list) or not said:
        yield problem("conversations", "expected a list of messages that is not empty")
        return
    turns = said[1:] if isinstance(said[0], dict) and said[0].get("from") == "system" else said
    for place, turn in enumerate(turns):
        here = f"conversations[{place + len(said) - len(turns)}]"
        allowed = SHAREGPT_ANSWERS if place % 2 else SHAREGPT_ASKS
        speaker = turn.get("from") if isinstance(turn, dict) else None
        if speaker not in allowed:
            yield problem(f"{here}.from", '"{role}" is not one of: {allowed}', role=speaker, allowed=", ".join(allowed))
        elif not isinstance(turn.get("value"), str) or not turn["value"].strip():
            yield problem(f"{here}.value", "expected text that is not empty")
    if len(turns) % 2:
        yield problem("conversations", "the conversation must end with an answer")


def _test_case(row: dict[str, Any]) -> Findings:
    for key in ("id", "prompt", "gold"):
        if not isinstance(row.get(key), str) or not row[key].strip():
            yield problem(key, "expected text that is not empty")
    for key in ("base_output", "tuned_output"):
        if not isinstance(row.get(key), str):
            yield problem(key, "expected text; it may be empty")


def _unique_ids(ids: Sequence[tuple[int, Any]]) -> Findings:
    seen: dict[Any, int] = {}
    for line, one in ids:
        if isinstance(one, str) and one in seen:
            yield Finding(line, "id", "the id {id} stands twice", {"id": one})
        elif isinstance(one, str):
            seen[one] = line


RowRule = Callable[[dict[str, Any]], Findings]
ROW_RULES: Mapping[FormatId, RowRule] = {
    "openai_chat": check_chat,
    "azure_chat": check_chat,
    "openai_dpo": _openai_preference,
    "azure_dpo": _openai_preference,
    "openai_rft": _reward,
    "azure_rft": _reward,
    "trl_conversational": _trl_chat,
    "trl_prompt_completion": _trl_pair,
    "trl_preference": _trl_preference,
    "alpaca": _alpaca,
    "sharegpt": _sharegpt,
    "evaluation_jsonl": _test_case,
}

# Tables

COLUMNS: Mapping[FormatId, tuple[str, ...]] = {
    "csv": ("input", "output"),
    "rag_csv": ("question", "context", "answer", "is_impossible"),
    "evaluation_csv": EVALUATION_COLUMNS,
}
MAY_BE_EMPTY = frozenset({"system", "context", "base_output", "tuned_output"})


def _table(text: str, form: FormatId, least: int) -> Findings:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        rows = [(reader.line_num, row) for row in reader]
    except csv.Error as error:
        yield Finding(reader.line_num, "", "this is not CSV: {problem}", {"problem": str(error)})
        return
    header = rows[0][1] if rows else []
    missing = [column for column in COLUMNS[form] if column not in header]
    if missing:
        yield Finding(1, missing[0], "this column is missing; the file has: {keys}", {"keys": ", ".join(header)})
        return
    if len(rows) - 1 < least:
        yield _too_few(len(rows) - 1, least)
    for line, row in rows[1:]:
        if len(row) != len(header):
            yield Finding(
                line, "", "cells in this row: {n}; in the header: {most}", {"n": len(row), "most": len(header)}
            )
            continue
        for column, cell in zip(header, row, strict=True):
            if not cell.strip() and column not in MAY_BE_EMPTY:
                yield Finding(line, column, "the cell is empty")
            if cell.lstrip().startswith(FORMULA_STARTS):
                yield Finding(line, column, "a spreadsheet would run this cell as a formula; put ' before it")
            if column == "is_impossible" and cell not in ("true", "false"):
                yield Finding(line, column, "expected true or false")
    if form == "evaluation_csv":
        yield from _unique_ids([(line, row[header.index("id")]) for line, row in rows[1:] if len(row) == len(header)])
