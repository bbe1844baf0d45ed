"""Whatever a row holds, the checks answer: no crash, no false field, no long or raw evidence."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.content import load
from advisor.dataset.checks import check_row
from advisor.dataset.checks.text import text_faults
from advisor.dataset.forms import FORMATS
from advisor.dataset.limits import platform, platforms
from advisor.dataset.record import Row
from advisor.dataset.view import Turn, conversation
from advisor.language import language

CHECKS = {check.id: check for check in load().checks}
KEYS = [
    "messages",
    "role",
    "content",
    "weight",
    "tool_calls",
    "tool_call_id",
    "function",
    "id",
    "type",
    "name",
    "arguments",
    "tools",
    "parameters",
    "input",
    "preferred_output",
    "non_preferred_output",
    "prompt",
    "completion",
    "text",
    "label",
    "instruction",
    "output",
    "conversations",
    "from",
    "value",
    "contents",
    "parts",
    "chosen",
    "rejected",
    "context",
    "question",
    "answer",
    "function_call",
    "functions",
    "image_url",
    "url",
    "schemaVersion",
]
WORDS = (
    "user",
    "assistant",
    "system",
    "tool",
    "User",
    "function",
    "model",
    "human",
    "gpt",
    "text",
    "image_url",
    "{",
    "",
)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.sampled_from(WORDS)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5),
    max_leaves=25,
)
MESSAGES = st.lists(
    st.fixed_dictionaries(
        {}, optional={"role": st.sampled_from(WORDS) | VALUES, "content": VALUES, "tool_calls": VALUES}
    ),
    max_size=4,
)
ROWS = st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=5), MESSAGES | VALUES, max_size=5)


@settings(max_examples=200, deadline=None)
@given(
    ROWS, st.sampled_from(sorted(FORMATS)), st.sampled_from([None, *platforms()]), st.sampled_from([None, "rft", "dpo"])
)
def test_any_row_is_checked_in_any_format(value: Any, form: str, name: str | None, method: str | None) -> None:
    said = conversation(value, form)
    where = platform(name, method) if name else None
    for raw in (None, b"{}"):
        for fault in check_row(Row(1, raw, value), said, form, where, method):
            assert language("nl")(CHECKS[fault.check].message, **fault.values)
            assert len(fault.evidence) <= 80
            assert fault.evidence.isprintable()


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_is_checked(asked: str, answer: str) -> None:
    turns = [Turn("user", asked, "a"), Turn("assistant", answer, "b")]
    for fault in text_faults(turns):
        assert fault.check in CHECKS
        assert fault.field in ("a", "b")
