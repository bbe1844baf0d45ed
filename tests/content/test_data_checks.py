"""What the words of the checks and the limits of the platforms promise."""

import re

import pytest

from advisor.content.data_checks import MethodLimits, PlatformEntry
from advisor.content.load import load
from advisor.translations.messages import placeholders

CONTENT = load()
FACTS = {fact.id: fact for fact in CONTENT.facts}
DEFECTS = [
    "byte-order-mark",
    "missing-byte-order-mark",
    "truncated-json",
    "blank-line",
    "python-literal",
    "top-level-array",
    "missing-messages",
    "empty-messages",
    "messages-not-a-list",
    "mixed-schemas",
    "missing-role",
    "unknown-role",
    "capitalised-role",
    "missing-content",
    "empty-content",
    "whitespace-content",
    "null-content",
    "content-not-text",
    "empty-user-turn",
    "no-assistant",
    "ends-on-user",
    "starts-on-assistant",
    "consecutive-user-turns",
    "late-system-message",
    "weight-not-0-or-1",
    "weight-not-on-assistant",
    "all-weights-zero",
    "deprecated-function-call",
    "tool-arguments-not-json",
    "undefined-tool",
    "orphan-tool-reply",
    "unknown-key",
    "over-long-example",
    "exact-duplicate",
    "normalised-duplicate",
    "key-order-duplicate",
    "near-duplicate",
    "conflicting-answers",
    "email",
    "payment-card",
    "phone",
    "us-ssn",
    "iban",
    "api-key",
    "bsn",
    "leak-exact",
    "leak-near",
    "refusal-as-target",
    "placeholder",
    "echo",
    "repetition",
    "cut-off",
    "mojibake",
    "nul-character",
    "control-character",
    "duplicate-key",
    "nan-literal",
    "template-token",
    "html",
    "crlf",
    "mixed-line-ends",
    "utf-16",
    "latin-1",
]


@pytest.mark.parametrize("defect", DEFECTS)
def test_every_kind_of_defect_has_its_words(defect):
    check = CONTENT.check(defect)
    assert check.title
    assert check.message.endswith(".")
    assert check.fix.endswith(".")


def test_only_the_message_of_a_check_has_placeholders():
    for check in CONTENT.checks:
        for text in (check.title, check.why, check.fix):  # shown as they are: a brace is a brace
            assert "{{" not in text, check.id
            assert not re.search(r"\{\w*\}", text), check.id


def test_phrases_are_known_in_both_languages():
    assert set(CONTENT.check("refusal-as-target").phrases) == {"en", "nl", "self"}
    for check in CONTENT.checks:
        for phrases in check.phrases.values():
            assert len(set(phrases)) == len(phrases), check.id


def parts(entry: PlatformEntry) -> list[MethodLimits]:
    return [entry, *entry.by_method.values()]


@pytest.mark.parametrize("entry", CONTENT.platforms, ids=lambda one: one.id)
def test_every_limit_is_a_dated_fact_with_a_number_in_the_right_unit(entry):
    units = {"example_tokens": {"tokens"}, "images": {"images"}, "file_size": {"MB", "GB"}}
    for part in parts(entry):
        for field in MethodLimits.model_fields:
            if fact_id := getattr(part, field):
                fact = FACTS[fact_id]
                assert fact.unit in units.get(field, {"examples", "pairs"}), fact_id
                assert isinstance(fact.low if fact.low is not None else fact.value, int | float), fact_id
                assert fact.seen
    assert set(entry.facts) <= set(FACTS)


def test_a_check_of_some_platforms_names_those_that_there_are():
    known = {one.id for one in CONTENT.platforms}
    assert {"openai", "azure", "bedrock", "google"} <= known
    for check in CONTENT.checks:
        assert known.issuperset(check.platforms), check.id


NEVER_ONE = {
    "several-answers",
    "one-verdict",
    "several-system-messages",
    "too-many-images",
    "constant-field",
    "over-long-example",
    "example-not-taken",
    "too-many-rows",
    "file-too-large",
    "single-class",
    "refusal-share",
    "repetition",
}
"""What is only found for more than one."""


def test_a_count_of_one_has_its_own_words():
    for check in CONTENT.checks:
        counts = re.search(r"\{n\} (?!ends)[a-z]", check.message)
        assert bool(counts) == bool(check.one or check.id in NEVER_ONE), check.id
        assert check.one is None or placeholders(check.one) <= placeholders(check.message)
