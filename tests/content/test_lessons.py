"""The reading list of lesson 18 and the glossary: every row, every term, in both languages."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest

from advisor.content.entries import Resource, Term
from advisor.content.load import load
from advisor.language import language

CONTENT = load()
RESOURCES = {resource.row: resource for resource in CONTENT.resources}
ROWS = [f"P{n}" for n in range(1, 15)] + [f"S{n}" for n in range(1, 7)] + [f"L{n}" for n in range(1, 8)]
UNREAD = {"P4", "P8", "L1", "L6", "L7"}
"""Rows of which nobody could read the page: nothing about them may sound as if somebody had."""

# What the glossary must explain: names as a reader would look them up.
WANTED = """
A/B test; accuracy; adapter; alpha; annotator agreement; artefact; assistant-only loss; base model; baseline;
batch size; beta; bf16; BLEU; BOM; break-even; catastrophic forgetting; chat template; ChatML; checkpoint; class
balance; content safety; context window; continued pre-training; continuous fine-tuning; data leakage; Data
Zone; deduplication; deployment; deprecation; developer tier; distillation; DPO; dropout; early stopping;
embedding; encoding; endpoint; epoch; eval; exact match; F1; few-shot; fine-tuning; flash attention; foundation
model; function calling; gated model; global tier; grader; gradient accumulation; gradient checkpointing;
grounding; hallucination; Harmony; hold-out; hosting fee; instruction-tuned model; JSON Schema; JSONL; Key
Vault; latency; learning rate; learning-rate multiplier; licence; Liger; lineage; LoRA; loss; loss masking;
managed compute; managed identity; merge; metric; model card; NF4; over-refusal; overfitting; p95; packing;
paged optimiser; PEFT; prompt chaining; prompt engineering; provisioned throughput; PTU; QLoRA; quantisation;
RAG; rank; refusal; residency; retirement; reward hacking; RFT; RLHF; ROUGE; run; safety evaluation; scheduler;
seed; serverless; SFT; skipped answer; SLM; standard tier; step; structured output; student; synthetic data;
system message; target modules; teacher; test set; tf32; throughput; token; token accuracy; tokenizer; tool
calling; training set; underfitting; user acceptance test; validation set; vector store; warm-up; weight;
zero-shot
"""


def row(resource: Resource) -> str:
    return resource.row


def names(term: Term) -> list[str]:
    return [name.casefold() for name in (term.term, *term.also)]


def test_every_row_and_link_of_the_lesson_stands_once_and_in_order() -> None:
    assert [resource.row for resource in CONTENT.resources] == ROWS


def test_rows_3_and_5_share_an_address_and_say_so() -> None:
    assert RESOURCES["P3"].original_url == RESOURCES["P5"].original_url
    assert "row 5" in RESOURCES["P3"].now
    assert "row 3" in RESOURCES["P5"].now


def test_row_9_shows_its_wrong_link_and_the_right_one() -> None:
    wrong, right = RESOURCES["P9"].original_url, RESOURCES["P9"].current_url
    assert wrong == RESOURCES["P4"].original_url
    assert right == (
        "https://learn.microsoft.com/ai/playbook/technology-guidance/generative-ai/working-with-llms/fine-tuning"
    )
    assert RESOURCES["P9"].state == "mislinked"


def test_the_links_inside_descriptions_belong_to_their_rows() -> None:
    rows = {resource.id: resource.row for resource in CONTENT.resources}
    owners = {name: rows[found.belongs_to] for name, found in RESOURCES.items() if found.belongs_to}
    assert owners == {"L1": "P13", "L2": "S1", "L3": "S3", "L4": "S4", "L5": "S6", "L6": "S6", "L7": "S6"}


@pytest.mark.parametrize("resource", CONTENT.resources, ids=row)
def test_addresses_are_cleaned(resource: Resource) -> None:
    """The lesson puts a tracking code behind each address, even behind a fragment, where it breaks the anchor."""
    assert "WT.mc_id" in resource.original_url
    assert resource.current_url is not None
    address = urlsplit(resource.current_url)
    assert address.scheme == "https"
    assert not address.query
    assert "?" not in address.fragment


@pytest.mark.parametrize("resource", CONTENT.resources, ids=row)
def test_what_was_not_read_says_so(resource: Resource) -> None:
    if resource.row in UNREAD:
        assert resource.state == "not_verified"
        assert resource.confidence == "unknown"
        assert resource.now.startswith("Not verified")
    elif resource.state == "not_verified":
        assert "not verified" in resource.now
    else:
        assert resource.confidence != "unknown"


@pytest.mark.parametrize("resource", CONTENT.resources, ids=row)
def test_it_covers_questions_and_rules_that_exist(resource: Resource) -> None:
    asked = {number for question in CONTENT.questions for number in question.covers}
    said = {number for one in (*CONTENT.rules, *CONTENT.weighed) for number in one.covers}
    assert resource.covers
    assert not set(resource.covers) - asked - said
    assert len(set(resource.covers)) == len(resource.covers)


@pytest.mark.parametrize("wanted", [" ".join(name.split()) for name in WANTED.split(";")])
def test_the_glossary_explains(wanted: str) -> None:
    assert [term.id for term in CONTENT.terms if wanted.casefold() in names(term)]


def test_no_name_leads_to_two_terms() -> None:
    every = [name for term in CONTENT.terms for name in names(term)]
    assert sorted(every) == sorted(set(every))


@pytest.mark.parametrize("term", CONTENT.terms, ids=lambda term: term.id)
def test_a_definition_is_one_or_two_plain_sentences(term: Term) -> None:
    assert term.definition.endswith(".")
    assert 1 <= len(re.findall(r"[.!?](?:\s|$)", term.definition)) <= 3
    assert len(term.definition) <= 200


def test_texts_are_told_in_dutch() -> None:
    dutch = language("nl")
    texts = [text for resource in CONTENT.resources for text in (resource.now, resource.uses)]
    texts += [term.definition for term in CONTENT.terms]
    assert not [text for text in texts if dutch(text) == text]


def test_only_words_that_practice_keeps_in_english_are_kept() -> None:
    """Names of methods, formats and products stay; where Dutch has its own word, the glossary uses it."""
    dutch = language("nl")
    kept = {term.term for term in CONTENT.terms if dutch(term.term) == term.term}
    assert {"LoRA", "Prompt engineering", "Token", "Retrieval", "JSONL"} <= kept
    assert not kept & {"Baseline", "Fine-tuning", "Hallucination", "Latency", "Licence", "Training set", "Verdict"}
    assert len(kept) < len(CONTENT.terms) / 2
