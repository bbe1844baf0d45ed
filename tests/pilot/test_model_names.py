"""Whether the model that a server names is the one that was asked."""

from __future__ import annotations

import pytest

from advisor.pilot.model_names import is_other


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("small", "small"),
        ("Small", "small"),
        ("small", ""),
        ("gpt-4o-mini", "gpt-4o-mini-2024-07-18"),
        ("gpt-4o-mini-2024-07-18", "gpt-4o-mini"),
        ("gpt-3.5-turbo", "gpt-3.5-turbo-0125"),
        ("gemini-2.0-flash", "models/gemini-2.0-flash-001"),
        ("claude-sonnet-4", "claude-sonnet-4-20250514"),
        ("mistral-small-latest", "mistral-small-2506"),
        ("llama3.2", "llama3.2:latest"),
        ("openai/gpt-oss-20b", "gpt-oss-20b"),
        ("qwen2.5-0.5b-instruct-q4_k_m", "C:\\models\\qwen2.5-0.5b-instruct-q4_k_m.gguf"),
        ("ft:gpt-4.1-mini-2025-04-14:us::Ab12", "ft:gpt-4.1-mini-2025-04-14:us::Ab12"),
    ],
)
def test_versions_folders_and_capitals_make_no_other_model(asked: str, told: str) -> None:
    assert not is_other(asked, told)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("small", "large"),
        ("gpt-4", "gpt-4.1"),
        ("gpt-4", "gpt-4-1106-preview"),
        ("gpt-4o", "gpt-4o-mini"),
        ("gpt-4o", "gpt-4o-mini-2024-07-18"),
        ("gpt-4o-2024-05-13", "gpt-4o-2024-11-20"),
        ("claude-sonnet-4", "claude-sonnet-4-5"),
        ("meta/llama-3-8b", "somebody/llama-3-8b"),
        ("qwen2.5:7b", "qwen2.5:3b"),
        ("ft:gpt-4.1-mini-2025-04-14:us::Ab12", "gpt-4.1-mini-2025-04-14"),
        ("our-deployment", "gpt-4.1-2025-04-14"),
    ],
)
def test_any_other_name_is_another_model(asked: str, told: str) -> None:
    assert is_other(asked, told)
    assert is_other(told, asked)
