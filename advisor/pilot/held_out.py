"""Rows that are asked, and rows that are shown as examples; no row of the one is in the other, or nearly.

A file of rows with `messages` and `gold`, such as the evaluation set of a starter kit, is taken as it is; any other
training file is turned into conversations, whose last answer is what is right.
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from advisor.dataset.conversion.conversion import convert
from advisor.dataset.duplicates.find import Entry, found_leaks, records_of
from advisor.dataset.files.source import Source, open_source
from advisor.dataset.files.writers import json_lines
from advisor.dataset.formats.reading import conversation
from advisor.dataset.rag.files import refusal_sentence, refusal_sentences
from advisor.dataset.row import EMPTY, Unusable
from advisor.dataset.rows.cells import json_text
from advisor.dataset.scoring import plain_answer
from advisor.dataset.splitting import split
from advisor.kits.kit import Row
from advisor.kits.material import labels_of, own_case
from advisor.kits.structured import schema_of
from advisor.language import Language
from advisor.pilot.judging import Metric, Name

FEWEST = 20
"""Rows below which a file is not divided: its held-out part could tell nothing apart."""
MOST_HELD_OUT = 200
"""Rows that are held out, unless somebody asks for more. Assumption: beyond it most pilots cost more than they tell."""
SHARE = 0.5
"""Of the rows, at most, that are held out."""
CHAT = "openai_chat"
SAID = ("gold", "metric", "decline", "expects_answer")
"""What a row may say itself of how it is judged."""


@dataclass(frozen=True)
class Divided:
    """Rows with `id`, `messages`, `gold`, and what `advisor.dataset.scoring` asks for besides."""

    held_out: tuple[Row, ...]
    examples: tuple[Row, ...]
    metric: Metric
    """As asked for, or as the right answers look."""
    labels: tuple[str, ...] = ()
    """The right answers of the examples, where they are labels; the most frequent first. Without examples, those of
    the rows held out.
    """
    schema: Row | None = None
    """What every right answer of the examples fits, for structured output; None where rows call tools."""
    leaked: int = 0
    """Examples that were left out since a held-out row is the same, or nearly."""
    unseen: tuple[str, ...] = ()
    """Right answers of rows held out, where answers are labels, that no example has: neither the schema nor a
    classifier can give them.
    """


def divide(
    source: Source,
    lang: Language,
    examples: Source | None = None,
    metric: Metric | None = None,
    most: int = MOST_HELD_OUT,
    seed: int = 0,
) -> Divided:
    """Divide a file into rows held out, `most` of them or half, and examples; or hold out one file and take the
    examples from another, without those that are too much like a held-out row.

    Raises `Unusable` where the file cannot be read or has too few rows, and `Unsuitable` where its rows are no
    questions with answers.
    """
    sentence = refusal_sentence(lang)
    rows = _conversations(source)
    if examples is None:
        if len(rows) < FEWEST:
            raise Unusable("A pilot needs {least} rows or more; here are {n}.", least=FEWEST, n=len(rows))
        asked, shown = _parted(rows, min(SHARE, most / len(rows)), seed)
        leaked = 0
    else:
        asked, (shown, leaked) = rows, _unleaked(_conversations(examples), rows)
    # What is held out shapes nothing that is asked: it only tells here that answers are labels.
    every = labels_of({"asked": [row for row, _ in asked], "shown": [row for row, _ in shown]})
    held_out = _drawn(list(_cases(asked, every, sentence, "row")), most, seed)
    if not held_out:
        raise Unusable("No row can be asked: each holds something else than texts before its answer.")
    known = tuple(_cases(shown, every, sentence, "example"))
    chosen, there = metric or Metric(name=_usual(held_out)), {row["gold"] for row in known}
    labels = tuple(label for label in every if label in there) if known else every
    return Divided(
        tuple(held_out),
        known,
        chosen,
        labels,
        _schema(held_out, known or held_out, labels, chosen),
        leaked,
        tuple(label for label in every if label not in labels),
    )


def _drawn(rows: list[Row], most: int, seed: int) -> list[Row]:
    """So many rows, drawn at random with each right answer in its share, in the order of the file."""
    if len(rows) <= most:
        return rows
    groups: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for rank, at in enumerate(np.random.default_rng(seed).permutation(len(rows))):
        groups[_text(rows[at]["gold"])].append((rank, int(at)))
    turns = sorted(
        ((place + 0.5) / len(group), rank, at) for group in groups.values() for place, (rank, at) in enumerate(group)
    )
    return [rows[at] for at in sorted(at for _, _, at in turns[:most])]


Pair = tuple[Row, Row]
"""A row as a conversation, and what else it said of how it is judged."""


def _conversations(source: Source) -> list[Pair]:
    rows = [
        row.value
        for batch in source.batches()
        for row in batch.rows
        if not any(fault.check in EMPTY for fault in row.faults)
    ]
    if rows and all(isinstance(row, dict) and "messages" in row and "gold" in row for row in rows):
        for at, row in enumerate(rows, start=1):
            if not _is_case(row):
                raise Unusable(
                    "Row {n}: expected messages, each with a role and one of them of a user, and in gold what is "
                    "right; JSON, where its metric is json.",
                    n=at,
                )
        return [
            ({"messages": [*row["messages"], {"role": "assistant", "content": _text(row["gold"])}], **_tools(row)}, row)
            for row in rows
        ]
    converted = io.BytesIO()
    convert(source, CHAT, converted)
    if not converted.getvalue().strip():
        raise Unusable("No row can be used; `advisor check` says why.")
    read = open_source(converted.getvalue(), "rows.jsonl").batches()
    found = (row.value for batch in read for row in batch.rows)
    return [(row, {}) for row in found if any(one["role"] == "user" for one in row["messages"])]


def _is_case(row: Row) -> bool:
    """Whether a row that says itself what is right has the shape that is asked and judged."""
    messages, decline = row["messages"], row.get("decline", [])
    return (
        isinstance(messages, list)
        and all(isinstance(one, dict) and isinstance(one.get("role"), str) for one in messages)
        and any(one["role"] == "user" for one in messages)
        and row["gold"] is not None
        and isinstance(row.get("metric", ""), str)
        and isinstance(decline, list)
        and all(isinstance(sentence, str) for sentence in decline)
        and (row.get("metric") != "json" or plain_answer(_text(row["gold"])) is not None)
    )


def _text(gold: Any) -> str:
    return gold if isinstance(gold, str) else json_text(gold)


def _tools(row: Row) -> Row:
    return {"tools": row["tools"]} if row.get("tools") else {}


def _parted(rows: Sequence[Pair], share: float, seed: int) -> tuple[list[Pair], list[Pair]]:
    outs = {"asked": io.BytesIO(), "shown": io.BytesIO()}
    split(
        open_source(json_lines([{"messages": row["messages"], **_tools(row)} for row, _ in rows]), "rows.jsonl"),
        outs,
        {"asked": share, "shown": 1 - share},
        seed,
        form=CHAT,
    )
    asked = {line for line in outs["asked"].getvalue().splitlines() if line}
    parts: tuple[list[Pair], list[Pair]] = ([], [])
    for pair in rows:
        line = json_lines([{"messages": pair[0]["messages"], **_tools(pair[0])}]).rstrip(b"\n")
        parts[line not in asked].append(pair)
    return parts


def _unleaked(shown: Sequence[Pair], asked: Sequence[Pair]) -> tuple[list[Pair], int]:
    held, others = (records_of([_entry(at, row) for at, (row, _) in enumerate(some)]) for some in (asked, shown))
    leaked = {int(line) for finds in found_leaks(others, held) for line in np.asarray(finds[1])}
    return [pair for at, pair in enumerate(shown) if at not in leaked], len(leaked)


def _entry(line: int, row: Row) -> Entry:
    told = conversation(row, CHAT)
    return Entry(line, row, told.system, told.prompt_text, told.taught, told.media, told.called)


def _cases(rows: Sequence[Pair], labels: Sequence[str], sentence: str, name: str) -> Iterator[Row]:
    sentences = refusal_sentences()
    for at, (row, told) in enumerate(rows, start=1):
        case = own_case(row, "sft", labels, sentence)
        if case:
            known: Row = {key: told[key] for key in SAID if key in told}
            if "gold" in known:
                known["gold"] = _text(known["gold"])
            yield {**case, "decline": sentences, **known, "id": f"{name}-{at:05d}"}


def _usual(rows: Sequence[Row]) -> Name:
    """The metric of most rows; what each says is right is held against all by one metric, so that arms compare."""
    names = [row["metric"] for row in rows]
    most = max(set(names), key=names.count)
    return (
        most if most in ("exact", "normalised", "last_line", "label", "json", "likeness", "classes") else "normalised"
    )


def _schema(rows: Sequence[Row], examples: Sequence[Row], labels: Sequence[str], metric: Metric) -> Row | None:
    if any(row.get("tools") for row in rows):
        return None
    if metric.name in ("number", "pattern", "contains", "normalised", "exact", "last_line", "likeness") and not labels:
        return schema_of((), ())
    try:
        return schema_of(labels, [_text(row["gold"]) for row in examples if row["metric"] == "json"])
    except (ValueError, RecursionError):  # an answer that is to be JSON and is none, or nested beyond what can be read
        return None
