"""Questions and answers, and texts, in columns that no vendor has named; and rows of no format at all."""

from __future__ import annotations

from advisor.dataset.formats.definition import Format, Made, Target, columns
from advisor.dataset.formats.example import Example
from advisor.dataset.formats.fields import Field, answer, extra, label, user
from advisor.dataset.formats.losses import FLAT_LOSSES, OF_LABELS, OF_TEXTS
from advisor.dataset.formats.shapes import LABELLED, PAIR, TABLE
from advisor.dataset.formats.sides import question_text, texts_of_exchange
from advisor.dataset.row import Note
from advisor.dataset.rows.traits import has


def prompt_completion(example: Example) -> Made:
    system, asked, answer = texts_of_exchange(example)
    return {"prompt": question_text(example, system, asked), "completion": answer}


def csv_pairs(example: Example) -> Made:
    system, asked, answer = texts_of_exchange(example)
    return {"system": system, "input": question_text(example, "", asked), "output": answer}


FORMATS = (
    Format(
        id="prompt_completion",
        title=Note("Prompts and completions"),
        method="sft",
        order=220,
        fits=has("prompt", "completion"),
        why=Note("rows have prompt and completion"),
        reading=PAIR,
        fields=(user("prompt"), answer("completion")),
        asked=("prompt",),
        answer=("completion",),
        also=("trl_prompt_completion", "databricks_instruction"),
        holds=OF_TEXTS | {"files"},
        familiar=2,
    ),
    Format(
        id="evaluation",
        title=Note("Test cases"),
        method="sft",
        order=230,
        fits=has("prompt", "gold"),
        why=Note("rows have prompt and gold"),
        reading=PAIR,
        fields=(user("prompt"), answer("gold")),
        asked=("prompt",),
        answer=("gold",),
        holds=OF_TEXTS,
    ),
    Format(
        id="text_label",
        title=Note("Texts with labels"),
        method="classify",
        order=320,
        fits=has("text", "label"),
        why=Note("rows have text and label"),
        reading=LABELLED,
        fields=(Field("text", ("text",)), label("label")),
        asked=("text",),
        label=("label",),
        holds=OF_LABELS,
        familiar=1,
    ),
    Format(
        id="csv_pairs",
        title=Note("Questions and answers in columns"),
        method="sft",
        order=390,
        fits=lambda row: ("input" in row and "output" in row) or ("question" in row and "answer" in row),
        why=Note("rows have input and output, or question and answer"),
        reading=PAIR,
        fields=(user("input", others=("question",)), answer("output", others=("answer",)), extra("system")),
        asked=("input", "question"),
        answer=("output", "answer"),
        holds=OF_TEXTS,
    ),
    Format(
        id="unknown",
        title=Note("An unknown format"),
        method="sft",
        order=420,
        fits=lambda row: True,
        why=Note("the fields are those of no format that is known here"),
        reading=TABLE,
    ),
)

TARGETS = (
    Target(
        id="prompt_completion",
        title=Note("Prompts and completions"),
        order=50,
        forms=frozenset({"prompt_completion"}),
        containers=("jsonl", "json", "csv", "parquet"),
        make=prompt_completion,
        loses=FLAT_LOSSES | {"system"},
        columns=columns(prompt="text", completion="text"),
    ),
    Target(
        id="csv_pairs",
        title=Note("Questions and answers in columns"),
        order=90,
        forms=frozenset({"csv_pairs"}),
        containers=("csv", "jsonl", "json", "parquet"),
        make=csv_pairs,
        loses=FLAT_LOSSES,
        columns=columns(system="text", input="text", output="text"),
    ),
)
