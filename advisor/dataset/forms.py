"""The formats of training rows: how each is told from the others, what it trains, and where its text is.

Sources: OpenAI's and Microsoft's guides on fine-tuning, TRL's page on dataset formats, AutoTrain's column names, the
Databricks and Azure Machine Learning guides, LLaMA-Factory's data notes for Alpaca and ShareGPT.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from advisor.dataset.record import Note
from advisor.dataset.traits import (
    Object,
    both,
    calls_with_objects,
    has,
    has_either,
    holds_strings,
    is_messages,
    is_ungraded,
    is_whole,
    shows_images,
    uses_tools,
)

Method = Literal["sft", "dpo", "rft", "vision", "pretrain", "classify"]
Shape = Literal[
    "messages", "strings", "turns", "pair", "preference", "text", "steps", "labelled", "tokens", "passage", "table"
]
"""How the common view is made; see `advisor.dataset.view`."""


@dataclass(frozen=True, slots=True)
class Form:
    """A format of rows."""

    id: str
    title: Note
    method: Method
    """What trains on it; preferences of every kind count as `dpo`, scores as `rft`."""
    shape: Shape
    fits: Callable[[Object], bool]
    """Whether a row has this format. The first that fits in `FORMATS` is taken."""
    why: Note
    """What gives it away."""
    asked: tuple[str, ...] = ()
    """Fields of the question, in order; the first that a row has is the question, the others belong to it."""
    answer: tuple[str, ...] = ()
    """Fields of the answer; the first that a row has."""
    rejected: tuple[str, ...] = ()
    label: tuple[str, ...] = ()


_VERDICTS = frozenset({"true", "false"})

FORMATS: Mapping[str, Form] = MappingProxyType(
    {
        form.id: form
        for form in (
            Form(
                "openai_dpo",
                Note("OpenAI and Azure preference pairs"),
                "dpo",
                "preference",
                has_either("preferred_output", "non_preferred_output"),
                Note("rows have preferred_output and non_preferred_output"),
                ("input",),
                ("preferred_output",),
                ("non_preferred_output",),
            ),
            Form(
                "sharegpt_preference",
                Note("ShareGPT preference pairs"),
                "dpo",
                "preference",
                both(has("conversations"), has_either("chosen", "rejected")),
                Note("rows have conversations, chosen and rejected"),
                ("conversations",),
                ("chosen",),
                ("rejected",),
            ),
            Form(
                "sharegpt",
                Note("ShareGPT conversations"),
                "sft",
                "turns",
                has("conversations"),
                Note("rows have conversations, whose parts say from and value"),
            ),
            Form(
                "google_chat",
                Note("Google conversations"),
                "sft",
                "turns",
                lambda row: isinstance(row.get("contents"), list),
                Note("rows have contents, whose parts have a role and parts"),
            ),
            Form(
                "list_of_strings",
                Note("Conversations as lists of texts"),
                "sft",
                "strings",
                holds_strings,
                Note("messages is a list of texts, of user and assistant in turn"),
            ),
            Form(
                "trl_conversational",
                Note("TRL conversations with tools"),
                "sft",
                "messages",
                calls_with_objects,
                Note("rows have messages whose tool calls have arguments as objects"),
            ),
            Form(
                "openai_rft",
                Note("OpenAI and Azure reinforcement rows"),
                "rft",
                "messages",
                is_ungraded,
                Note("rows have messages that end with the user, and other fields for a grader"),
                label=("reference_answer", "reference", "answer", "label", "target"),
            ),
            Form(
                "openai_vision",
                Note("OpenAI conversations with images"),
                "vision",
                "messages",
                shows_images,
                Note("rows have messages with images among their content"),
            ),
            Form(
                "openai_tools",
                Note("OpenAI conversations with tools"),
                "sft",
                "messages",
                uses_tools,
                Note("rows have messages, and tools or calls of them"),
            ),
            Form(
                "openai_chat",
                Note("OpenAI conversations"),
                "sft",
                "messages",
                has("messages"),
                Note("rows have messages"),
            ),
            Form(
                "alpaca_preference",
                Note("Alpaca preference pairs"),
                "dpo",
                "preference",
                both(has("instruction"), has_either("chosen", "rejected")),
                Note("rows have instruction, chosen and rejected"),
                ("instruction", "input"),
                ("chosen",),
                ("rejected",),
            ),
            Form(
                "alpaca_kto",
                Note("Alpaca rows with a verdict"),
                "dpo",
                "pair",
                has("instruction", "kto_tag"),
                Note("rows have instruction, output and kto_tag"),
                ("instruction", "input"),
                ("output",),
                label=("kto_tag",),
            ),
            Form(
                "alpaca",
                Note("Alpaca instructions"),
                "sft",
                "pair",
                has("instruction", "output"),
                Note("rows have instruction and output"),
                ("instruction", "input"),
                ("output",),
            ),
            Form(
                "databricks_instruction",
                Note("Databricks instructions"),
                "sft",
                "pair",
                both(has("response"), has_either("prompt", "instruction")),
                Note("rows have a prompt or instruction, and a response"),
                ("prompt", "instruction", "context"),
                ("response",),
            ),
            Form(
                "trl_preference",
                Note("TRL preference pairs"),
                "dpo",
                "preference",
                has("chosen", "rejected"),
                Note("rows have chosen and rejected"),
                ("prompt",),
                ("chosen",),
                ("rejected",),
            ),
            Form(
                "trl_stepwise",
                Note("TRL rows judged step by step"),
                "rft",
                "steps",
                has("completions", "labels"),
                Note("rows have completions and labels"),
                ("prompt",),
                ("completions",),
                label=("labels",),
            ),
            Form(
                "trl_unpaired",
                Note("TRL rows with a verdict"),
                "dpo",
                "pair",
                both(has("prompt", "completion", "label"), lambda row: str(row["label"]).lower() in _VERDICTS),
                Note("rows have prompt, completion, and a label that says good or bad"),
                ("prompt",),
                ("completion",),
                label=("label",),
            ),
            Form(
                "trl_prompt_completion",
                Note("TRL prompts and completions as messages"),
                "sft",
                "pair",
                lambda row: is_messages(row.get("prompt")) and is_messages(row.get("completion")),
                Note("rows have prompt and completion, both lists of messages"),
                ("prompt",),
                ("completion",),
            ),
            Form(
                "prompt_completion",
                Note("Prompts and completions"),
                "sft",
                "pair",
                has("prompt", "completion"),
                Note("rows have prompt and completion"),
                ("prompt",),
                ("completion",),
            ),
            Form(
                "evaluation",
                Note("Test cases"),
                "sft",
                "pair",
                has("prompt", "gold"),
                Note("rows have prompt and gold"),
                ("prompt",),
                ("gold",),
            ),
            Form(
                "autotrain_dpo",
                Note("AutoTrain preference pairs"),
                "dpo",
                "preference",
                has("prompt", "text", "rejected_text"),
                Note("rows have prompt, text and rejected_text"),
                ("prompt",),
                ("text",),
                ("rejected_text",),
            ),
            Form(
                "autotrain_reward",
                Note("AutoTrain reward pairs"),
                "dpo",
                "preference",
                has("text", "rejected_text"),
                Note("rows have text and rejected_text"),
                (),
                ("text",),
                ("rejected_text",),
            ),
            Form(
                "autotrain_qa",
                Note("Questions with answers marked in a passage"),
                "classify",
                "passage",
                both(has("question", "context"), lambda row: isinstance(row.get("answers"), (dict, str))),
                Note("rows have context, question and answers"),
                ("question", "context"),
                ("answers",),
            ),
            Form(
                "rag",
                Note("Questions with passages"),
                "sft",
                "passage",
                both(has("question", "context"), has_either("answer", "is_impossible")),
                Note("rows have question, context and answer"),
                ("question", "context"),
                ("answer",),
                label=("is_impossible",),
            ),
            Form(
                "autotrain_tokens",
                Note("Words with tags"),
                "classify",
                "tokens",
                has("tokens", "tags"),
                Note("rows have tokens and tags"),
                ("tokens",),
                label=("tags",),
            ),
            Form(
                "autotrain_chat",
                Note("AutoTrain conversations"),
                "sft",
                "messages",
                lambda row: is_messages(row.get("text")),
                Note("text is a list of messages"),
            ),
            Form(
                "autotrain_text",
                Note("AutoTrain texts with targets"),
                "classify",
                "labelled",
                has("text", "target"),
                Note("rows have text and target"),
                ("text",),
                label=("target",),
            ),
            Form(
                "databricks_text_label",
                Note("Texts with numbered labels"),
                "classify",
                "labelled",
                lambda row: "text" in row and is_whole(row.get("label")),
                Note("rows have text, and a label that is a whole number"),
                ("text",),
                label=("label",),
            ),
            Form(
                "text_label",
                Note("Texts with labels"),
                "classify",
                "labelled",
                has("text", "label"),
                Note("rows have text and label"),
                ("text",),
                label=("label",),
            ),
            Form(
                "azureml_text_label",
                Note("Azure Machine Learning texts with labels"),
                "classify",
                "labelled",
                lambda row: "label" in row and ("text1" in row or "sentence1" in row),
                Note("rows have text1 or sentence1, and label"),
                ("text1", "sentence1", "text2", "sentence2"),
                label=("label",),
            ),
            Form(
                "azureml_summary",
                Note("Documents with summaries"),
                "sft",
                "pair",
                has("document", "summary"),
                Note("rows have document and summary"),
                ("document",),
                ("summary",),
            ),
            Form(
                "azureml_translation",
                Note("Translations"),
                "sft",
                "pair",
                has("source", "target"),
                Note("rows have source and target"),
                ("source",),
                ("target",),
            ),
            Form(
                "autotrain_table",
                Note("AutoTrain tables"),
                "classify",
                "table",
                has("id", "target"),
                Note("rows have id, target and other columns"),
                label=("target",),
            ),
            Form(
                "csv_pairs",
                Note("Questions and answers in columns"),
                "sft",
                "pair",
                lambda row: ("input" in row and "output" in row) or ("question" in row and "answer" in row),
                Note("rows have input and output, or question and answer"),
                ("input", "question"),
                ("output", "answer"),
            ),
            Form(
                "trl_prompt_only",
                Note("Prompts alone"),
                "rft",
                "pair",
                has("prompt"),
                Note("rows have prompt and no answer"),
                ("prompt",),
            ),
            Form(
                "trl_text", Note("Plain texts"), "pretrain", "text", has("text"), Note("rows have text"), (), ("text",)
            ),
            Form(
                "unknown",
                Note("An unknown format"),
                "sft",
                "table",
                lambda row: True,
                Note("the fields are those of no format that is known here"),
            ),
        )
    }
)
"""Every format by its id, the telling ones first; `unknown` is the last."""

SAME: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "openai_chat": ("trl_conversational",),
        "openai_tools": ("trl_conversational", "openai_chat"),
        "prompt_completion": ("trl_prompt_completion", "databricks_instruction"),
        "databricks_text_label": ("text_label",),
        "autotrain_text": ("text_label",),
    }
)
"""Formats that the same rows can be read as, likely ones first."""
