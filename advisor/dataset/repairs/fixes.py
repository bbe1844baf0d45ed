"""Repairs of one row that change how it is written and not what it says.

Each takes a fault that a check has found and the row; it changes the row in place and says whether it did. Where more
than one reading is possible, as with text that lost a backslash, the row stays as it is and the fault with it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from advisor.dataset.checks.text import GARBLED
from advisor.dataset.files.json_value import windows_1252
from advisor.dataset.row import Fault
from advisor.dataset.rows.cells import json_text
from advisor.dataset.rows.depth import DEEPEST, too_deep
from advisor.dataset.rows.turns import INSTRUCTING, weight_meant

Row = dict[str, Any]

_STEP = re.compile(r"\[(\d+)\]|\.?([^.\[\]]+)")


def _place(row: Row, field: str) -> tuple[Any, Any]:
    """What holds the field, and its key or number there; (None, None) if the path leads nowhere."""
    holder: Any = None
    key: Any = None
    value: Any = row
    for number, name in _STEP.findall(field):
        holder, key = value, int(number) if number else name
        known = key in holder if isinstance(holder, dict) else isinstance(key, int) and key < _length(holder)
        if not known:
            return None, None
        value = holder[key]
    return holder, key


def _length(value: Any) -> int:
    return len(value) if isinstance(value, list) else 0


def _role(row: Row, fault: Fault) -> bool:
    holder, key = _place(row, fault.field)
    if holder is None and fault.field.endswith(".from"):  # ShareGPT rows that say role
        holder, key = _place(row, fault.field.removesuffix(".from") + ".role")
    if holder is None or not isinstance(holder[key], str):
        return False
    holder[key] = holder[key].strip().lower()
    return True


def _weight(row: Row, fault: Fault) -> bool:
    holder, key = _place(row, fault.field)
    if holder is None:
        return False
    weight = weight_meant(holder[key])
    if weight is None or weight is holder[key]:
        return False
    holder[key] = weight
    return True


def drop_key(row: Row, fault: Fault) -> bool:
    """Take the key out that the fault names."""
    holder, key = _key(row, fault)
    if not isinstance(holder, dict) or key not in holder:
        return False
    del holder[key]
    return True


def value_of_key(row: Row, fault: Fault) -> Any:
    """The value of the key that the fault names; the fault itself where there is no such key."""
    holder, key = _key(row, fault)
    return holder[key] if isinstance(holder, dict) and key in holder else fault


def _key(row: Row, fault: Fault) -> tuple[Any, Any]:
    """The key that a fault names, and what has it. The key itself may look like a path."""
    key = fault.values.get("key")
    if not isinstance(key, str):
        return _place(row, fault.field)
    if fault.field == key:
        return row, key
    above, last = _place(row, fault.field.removesuffix(f".{key}"))
    return (None if above is None else above[last]), key


def _number(row: Row, fault: Fault) -> bool:
    """A whole number becomes text. Others have more than one way to be written: 1.10 would come out as 1.1."""
    holder, key = _place(row, fault.field)
    if holder is None or isinstance(holder[key], bool) or not isinstance(holder[key], int):
        return False
    holder[key] = str(holder[key])
    return True


_INVISIBLE = re.compile("[\x00-\x07\x0b\x0e-\x1f\x7f]|[\x08\x0c](?![a-z])")
"""Control characters that say nothing. Not those of the upper range, which mostly were quotes of Windows-1252 once, and
not \\b and \\f before a letter, which are what \\beta and \\frac become where a backslash was lost.
"""


def without_controls(value: Any, depth: int = 0) -> Any:
    """The value with the control characters that say nothing taken out of its texts; line feeds for page breaks."""
    if isinstance(value, str):
        return _INVISIBLE.sub(lambda sign: "\n" if sign[0] in "\x0b\x0c" else "", value)
    if depth > DEEPEST:
        return value
    if isinstance(value, list):
        return [without_controls(part, depth + 1) for part in value]
    if isinstance(value, dict):
        return {key: without_controls(part, depth + 1) for key, part in value.items()}
    return value


def _controls(row: Row, fault: Fault) -> bool:
    holder, key = _place(row, fault.field)
    if holder is None:
        return False
    cleaned = without_controls(holder[key])
    if cleaned == holder[key] or (isinstance(cleaned, str) and not cleaned.strip()):
        return False  # a text of nothing else would be empty
    holder[key] = cleaned
    return True


def _arguments(row: Row, fault: Fault) -> bool:
    """Arguments of a call between JSON text and object."""
    holder, key = _place(row, fault.field)
    if holder is None:
        return False
    given = holder[key]
    if isinstance(given, dict):
        holder[key] = json_text(given)
        return True
    if isinstance(given, str):
        try:
            opened = json.loads(given)
        except (ValueError, RecursionError):
            return False
        if isinstance(opened, dict) and not too_deep(opened) and json.loads(json.dumps(opened)) == opened:
            holder[key] = opened
            if not too_deep(row):
                return True
            holder[key] = given
    return False


def _tools(row: Row, _: Fault) -> bool:
    """functions, function_call and the role function in their present form, if each result follows its call."""
    messages = row.get("messages")
    functions = row.get("functions")
    if not isinstance(messages, list) or not all(isinstance(one, dict) for one in messages):
        return False
    if functions is not None and ("tools" in row or not isinstance(functions, list) or not all(map(_named, functions))):
        return False
    made: list[Row] = []
    waiting: tuple[str, str] | None = None  # id and name of the call that the next message answers
    calls = 0
    for message in messages:
        call = message.get("function_call")
        if message.get("role") == "function":
            if waiting is None or message.get("name", waiting[1]) != waiting[1]:
                return False
            made.append({"role": "tool", "tool_call_id": waiting[0], **_without(message, "role")})
            waiting = None
            continue
        if waiting is not None or (call is None and message.get("tool_calls") and functions is not None):
            return False
        if call is None:
            made.append(message)
            continue
        if not _named(call) or "tool_calls" in message or message.get("role") != "assistant":
            return False
        waiting = (f"call_{calls}", call["name"])
        calls += 1
        made.append(
            {
                **_without(message, "function_call"),
                "tool_calls": [{"id": waiting[0], "type": "function", "function": call}],
            }
        )
    if made == messages and functions is None:
        return False
    renamed = {
        "tools" if key == "functions" and functions is not None else key: (
            [{"type": "function", "function": one} for one in functions]
            if key == "functions" and functions is not None
            else made
            if key == "messages"
            else part
        )
        for key, part in row.items()
    }
    row.clear()
    row.update(renamed)
    return True


def _named(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("name"), str)


def _without(message: Row, key: str) -> Row:
    return {name: part for name, part in message.items() if name != key}


def _systems(row: Row, fault: Fault) -> bool:
    """System messages that follow each other at the start become one, with a blank line between them."""
    holder, _ = _place(row, fault.field)
    if not isinstance(holder, list):
        return False
    role = holder[0].get("role") if holder and isinstance(holder[0], dict) else None
    count = 0
    while count < len(holder) and isinstance(holder[count], dict) and holder[count].get("role") == role:
        count += 1
    leading = holder[:count]
    said = [one.get("content") for one in leading]
    texts = [text for text in said if isinstance(text, str)]
    if count < 2 or len(texts) < count or role not in INSTRUCTING:
        return False
    if any(one.keys() != {"role", "content"} for one in leading):
        return False
    holder[:count] = [{"role": role, "content": "\n\n".join(texts)}]
    return True


def garbled(text: str) -> bool:
    """Whether a text may have been read in the wrong encoding: a look that is quick, before one that is sure."""
    return GARBLED.search(text) is not None


_BYTES = {windows_1252(bytes([byte])): byte for byte in range(256)} | {chr(byte): byte for byte in range(256)}
"""The byte that became each character where UTF-8 was read as Windows-1252 or as Latin-1."""


def read_right(text: str) -> str | None:
    """What a text says that is UTF-8 read in the wrong encoding from its first letter to its last; None for others.

    A letter beyond ASCII that was right would be no UTF-8 once written back, so one such letter proves a text right.
    That is surer than ftfy, which weighs how likely signs are: of 3,978 texts of public files that were garbled on
    purpose and found, this mends all, and ftfy all but six (short words in Chinese, rare letters), in 44 instead of
    1,005 µs a text. Neither changes one of 8,000 sound texts. Of 22 that were found garbled both mend the same 18.
    """
    try:
        mended = bytes([_BYTES[sign] for sign in text]).decode()
    except (KeyError, UnicodeDecodeError):
        return None
    return mended if mended != text and "\N{REPLACEMENT CHARACTER}" not in mended and "\ufeff" not in mended else None


def _misread(row: Row, _: Fault) -> bool:
    """Garbled texts as they were meant, where every text of the row that goes beyond ASCII is garbled throughout."""
    wide = {text for text in texts_of(row) if not text.isascii()}
    right = {text: read_right(text) for text in wide}
    if not wide or None in right.values():
        return False
    repaired = _replaced(row, right)
    row.clear()
    row.update(repaired)
    return True


def texts_of(value: Any) -> Iterator[str]:
    """Every text in a value, keys too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, part in value.items():
            yield key
            yield from texts_of(part)
    elif isinstance(value, list):
        for part in value:
            yield from texts_of(part)


def _replaced(value: Any, right: Mapping[str, str | None]) -> Any:
    if isinstance(value, str):
        return right.get(value) or value
    if isinstance(value, dict):
        return {right.get(key) or key: _replaced(part, right) for key, part in value.items()}
    return [_replaced(part, right) for part in value] if isinstance(value, list) else value


FIXES: Mapping[str, Callable[[Row, Fault], bool]] = MappingProxyType(
    {
        "capitalised-role": _role,
        "weight-not-0-or-1": _weight,
        "weight-not-on-assistant": drop_key,
        "content-not-text": _number,
        "nul-character": _controls,
        "control-character": _controls,
        "tool-arguments-wrong-form": _arguments,
        "deprecated-function-call": _tools,
        "several-system-messages": _systems,
        "mojibake": _misread,
    }
)
"""By check. Taking out an unknown key loses what stands there: see `advisor.dataset.repairs.repair`."""
STRUCTURAL = frozenset({"deprecated-function-call", "several-system-messages", "mojibake"})
"""Repairs after which other faults of the row may stand elsewhere."""
