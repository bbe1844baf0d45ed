"""Which rows of a training file can be written anew, which stay as they stand, and which are left out."""

from __future__ import annotations

from advisor.dataset.files.json_value import has_control_characters, read_json
from advisor.dataset.repairs.fixes import garbled, texts_of
from advisor.dataset.row import Fault, Row
from advisor.dataset.rows.traits import is_messages
from advisor.dataset.rows.turns import listed

READING = frozenset(
    {
        "byte-order-mark",
        "python-literal",
        "trailing-comma",
        "nan-literal",
        "duplicate-key",
        "invalid-utf-8",
        "invalid-json",
    }
)
"""Faults of reading after which the value is known all the same: the row is written as that value."""
LINE_ENDS = frozenset(b"\r\n")
STRUCTURED = frozenset({"messages", "conversations", "tools", "functions", "preferred_output", "non_preferred_output"})
"""Columns that hold lists, as text where the file is a table."""


def reason_to_leave_out(row: Row) -> str:
    """The check by which a row cannot be kept; nothing if it can."""
    faults = {fault.check: fault for fault in row.faults}
    if not isinstance(row.value, dict):
        known = [check for check in faults if check not in READING or check == "invalid-json"]
        return known[0] if known else "not-an-object"
    if "cell-count" in faults:
        return "cell-count"  # nobody knows which cell stands in which column
    if "lone-surrogate" in faults and (row.raw is None or not _is_utf_8(row.raw) or _breaks_in_text(row)):
        return "lone-surrogate"
    if "invalid-utf-8" in faults and any(garbled(text) or has_control_characters(text) for text in texts_of(row.value)):
        return "invalid-utf-8"  # as text it makes no sense: what was cut off may be a part of a character
    if any(map(needs_a_choice, row.faults)) and "duplicate-key" in faults:
        whole = row.raw is not None and not set(faults) & (READING - {"duplicate-key"})
        return "" if whole else "duplicate-key"  # written anew, it would lose one of the two values
    return ""


def _breaks_in_text(row: Row) -> bool:
    """Whether a line end may stand inside a text of the row, which then cannot be put on one line."""
    return bool(LINE_ENDS & set(row.raw or b"")) and any(
        fault.check in READING - {"duplicate-key"} for fault in row.faults
    )


def _is_utf_8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


def with_lists(row: Row) -> Row:
    """A row of a table as JSON has it: lists of messages and tools are lists, everything else is text.

    What is wrong with the text of such a list is now wrong with the row.
    """
    value: dict[str, object] = {}
    faults = [*row.faults]
    for key, part in row.value.items():
        value[key] = part
        found = listed(part)
        if found is part or not (key in STRUCTURED or is_messages(found)):
            continue
        made, inner = read_json(part.encode("utf-8", "replace"))
        if made is not None:
            value[key] = made
            faults += [one._replace(field=f"{key}{one.field}") for one in inner if one.check != "not-an-object"]
    return row._replace(value=value, faults=tuple(faults))


def needs_a_choice(fault: Fault) -> bool:
    """Whether the row cannot be written without a choice: half a character, or a key with two values."""
    return fault.check == "lone-surrogate" or (fault.check == "duplicate-key" and not fault.values.get("same"))
