"""The checks of a file as a whole, each with the case beside it that must not be flagged."""

from __future__ import annotations

import pytest

from advisor.content.load import load
from advisor.dataset.checks import FileFacts, check_file
from advisor.dataset.platforms import platform
from advisor.language import language
from advisor.translations.messages import placeholders

CONTENT = load()
MIXED = {"yes": 60, "no": 55}

CASES = [
    (FileFacts(9), "openai", None, {"too-few-rows"}),
    (FileFacts(10), "openai", None, {"few-rows"}),
    (FileFacts(50), "openai", None, set()),
    (FileFacts(2), "fireworks", None, {"too-few-rows"}),
    (FileFacts(3), "fireworks", None, set()),
    (FileFacts(1), "trl", None, set()),
    (FileFacts(200), "azure", "dpo", {"few-rows"}),
    (FileFacts(600), "azure", "dpo", set()),
    (FileFacts(50_001), "openai", "rft", {"too-many-rows"}),
    (FileFacts(50_001), "openai", "sft", set()),
    (FileFacts(300_001), "google", "vision", {"too-many-rows"}),
    (FileFacts(300_001), "google", "sft", set()),
    (FileFacts(99, size=512_000_000), "openai", None, {"file-too-large"}),
    (FileFacts(99, size=511_999_999), "openai", None, set()),
    (FileFacts(99, size=5 * 10**9), "trl", None, set()),
    (FileFacts(99, container="jsonl", byte_order_mark=False), "azure", None, {"missing-byte-order-mark"}),
    (FileFacts(99, container="jsonl", byte_order_mark=True), "azure", None, set()),
    (FileFacts(99, container="jsonl", byte_order_mark=True), "openai", None, {"byte-order-mark"}),
    (FileFacts(99, container="jsonl", byte_order_mark=False), "openai", None, set()),
    (FileFacts(99, byte_order_mark=True), None, None, {"byte-order-mark"}),
    (FileFacts(99, container="jsonl", byte_order_mark=True), "together", None, {"few-rows", "byte-order-mark-refused"}),
    (FileFacts(200, container="jsonl", byte_order_mark=False), "together", None, set()),
    (FileFacts(7), "bedrock", None, {"too-few-rows"}),
    (FileFacts(8), "bedrock", None, {"few-rows"}),
    (FileFacts(20_000), "bedrock", None, set()),
    (FileFacts(20_001), "bedrock", None, {"too-many-rows"}),
    (FileFacts(99), "bedrock", "rft", {"too-few-rows"}),
    (FileFacts(50_001), "azure", "vision", {"too-many-rows"}),
    (FileFacts(99, container="csv"), "openai", None, {"container-not-read"}),
    (FileFacts(99, container="csv"), "autotrain", None, set()),
    (FileFacts(99, container="json", array=True), "openai", None, {"top-level-array"}),
    (FileFacts(99, container="json", array=True), "trl", None, set()),
    (FileFacts(100), "google", "dpo", set()),
    (FileFacts(100), "bedrock", "dpo", {"method-not-offered"}),
    (FileFacts(150), "google", "sft", set()),
    (FileFacts(99, form="alpaca"), "openai", None, {"format-not-read"}),
    (FileFacts(99, form="openai_chat"), "openai", None, set()),
    (FileFacts(99, form="alpaca"), "azureml", None, {"format-not-read"}),
    (FileFacts(99, form="prompt_completion"), "azureml", None, set()),
    (FileFacts(99, form="unknown"), "openai", None, {"unknown-format"}),
    (FileFacts(0, form="unknown"), None, None, set()),
    (FileFacts(99, systems={"a": 60, "b": 39}), None, None, {"inconsistent-system-prompt"}),
    (FileFacts(99, systems={"a": 60}), None, None, {"inconsistent-system-prompt"}),
    (FileFacts(99, systems={"a": 99}), None, None, set()),
    (FileFacts(99), None, None, set()),
    (FileFacts(99, systems={str(n): 1 for n in range(99)}), None, None, set()),
    (FileFacts(115, labels={"yes": 110, "no": 5}), None, None, {"class-imbalance"}),
    (FileFacts(115, labels={"yes": 70, "no": 40, "perhaps": 5}), None, None, {"class-imbalance"}),
    (FileFacts(115, labels=MIXED), None, None, set()),
    (FileFacts(6, labels={"yes": 5, "no": 1}), None, None, set()),
    (FileFacts(115, labels={"yes": 115}), None, None, {"single-class"}),
    (FileFacts(100, answers=100, refusals=11), None, None, {"refusal-share"}),
    (FileFacts(100, answers=100, refusals=10), None, None, set()),
    (FileFacts(5, answers=5, refusals=1), None, None, set()),
    (FileFacts(50, form="openai_rft", constants={"reference_answer": 50}), None, None, {"constant-field"}),
    (FileFacts(50, form="openai_chat", constants={"reference_answer": 50}), None, None, set()),
]


@pytest.mark.parametrize(("facts", "name", "method", "expected"), CASES)
def test_a_defect_of_a_file_is_found_alone(facts, name, method, expected):
    faults = list(check_file(facts, platform(name, method) if name else None, method))
    assert {fault.check for fault in faults} == expected
    for fault in faults:
        message = CONTENT.check(fault.check).message
        assert placeholders(message) <= set(fault.values)
        for code in ("en", "nl"):
            assert language(code)(message, **fault.values)


def test_a_broken_limit_leads_to_its_dated_fact():
    fault = next(check_file(FileFacts(9), platform("openai")))
    assert fault.values["fact"] == "openai.minimum-examples"
    assert CONTENT.fact("openai.minimum-examples").seen
