"""Rows in which anything may stand, most of it under names that formats have."""

from __future__ import annotations

from hypothesis import strategies as st

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
