"""Alpaca's instructions.

Source: LLaMA-Factory's data notes, which add history, preferences and verdicts.
"""

from __future__ import annotations

from advisor.dataset.formats.definition import FILES, Format, Made, Target, columns
from advisor.dataset.formats.example import (
    Example,
    LeftOut,
    Message,
    as_texts,
    by_turns,
    split,
    system_first,
    without_tools,
    without_weights,
)
from advisor.dataset.formats.fields import Field, answer, extra, user
from advisor.dataset.formats.losses import OF_TEXTS, TEXT_LOSSES, TEXT_PAIR_LOSSES
from advisor.dataset.formats.shapes import PAIR, PREFERENCE
from advisor.dataset.formats.sides import answer_text, texts_of_preference, tools_field
from advisor.dataset.row import Note
from advisor.dataset.rows.traits import both, has, has_either, verdict


def alpaca(example: Example) -> Made:
    as_texts(example, names=False, marks=True)
    without_tools(example)
    tools_field(example)
    without_weights(example)
    system = system_first(example)
    start = split(example)
    answer = answer_text(example, example.messages[start:])
    made = _alpaca_question(example, system, example.messages[:start])
    return {
        "system": made["system"],
        "instruction": made["instruction"],
        "input": made["input"],
        "output": answer,
        "history": made["history"],
    }


def alpaca_preference(example: Example) -> Made:
    system, start, better, worse = texts_of_preference(example)
    return {**_alpaca_question(example, system, example.messages[:start]), "chosen": better, "rejected": worse}


def _alpaca_question(example: Example, system: str, asked: list[Message]) -> Made:
    messages = by_turns(example, asked)
    if messages[-1]["role"] != "user":
        raise LeftOut(Note("its answer follows on another answer"))
    texts = [message["content"] or "" for message in messages]
    history = [[one, other] for one, other in zip(texts[:-1:2], texts[1:-1:2], strict=True)]
    return {"system": system, "instruction": texts[-1], "input": example.context, "history": history}


QUESTION = (user("instruction"), extra("input"), extra("system"))
QUESTION_COLUMNS = columns(system="text", instruction="text", input="text")

FORMATS = (
    Format(
        id="alpaca_preference",
        title=Note("Alpaca preference pairs"),
        method="dpo",
        order=140,
        fits=both(has("instruction"), has_either("chosen", "rejected")),
        why=Note("rows have instruction, chosen and rejected"),
        reading=PREFERENCE,
        fields=(*QUESTION, answer("chosen"), answer("rejected")),
        asked=("instruction", "input"),
        answer=("chosen",),
        rejected=("rejected",),
        holds=OF_TEXTS | {"files", "rejected"},
        familiar=5,
    ),
    Format(
        id="alpaca_kto",
        title=Note("Alpaca rows with a verdict"),
        method="dpo",
        order=150,
        fits=both(has("instruction", "output"), lambda row: "kto_tag" in row or verdict(row, "label") is not None),
        why=Note("rows have instruction and output, and kto_tag or label says whether the answer is good"),
        reading=PAIR,
        fields=(*QUESTION, answer("output"), Field("kto_tag", ("label",), others=("label",))),
        asked=("instruction", "input"),
        answer=("output",),
        label=("kto_tag", "label"),
        says_verdict=True,
        holds=OF_TEXTS | {"files", "verdict"},
    ),
    Format(
        id="alpaca",
        title=Note("Alpaca instructions"),
        method="sft",
        order=160,
        fits=has("instruction", "output"),
        why=Note("rows have instruction and output"),
        reading=PAIR,
        fields=(*QUESTION, answer("output")),
        asked=("instruction", "input"),
        answer=("output",),
        holds=OF_TEXTS | {"files"},
        familiar=4,
    ),
)

TARGETS = (
    Target(
        id="alpaca",
        title=Note("Alpaca instructions"),
        order=60,
        forms=frozenset({"alpaca"}),
        containers=("json", "jsonl", "parquet"),
        make=alpaca,
        loses=TEXT_LOSSES - {"context"},
        columns=columns(**QUESTION_COLUMNS, output="text", history="pairs"),
        files=FILES,
    ),
    Target(
        id="alpaca_preference",
        title=Note("Alpaca preference pairs"),
        order=170,
        forms=frozenset({"alpaca_preference"}),
        containers=("json", "jsonl", "parquet"),
        make=alpaca_preference,
        loses=TEXT_PAIR_LOSSES - {"context"},
        columns=columns(**QUESTION_COLUMNS, history="pairs", chosen="text", rejected="text"),
        preference=True,
        files=FILES,
    ),
)
