"""What OpenAI's cookbook notebook on preparing chat data says of a file: its checks, statistics and cost, to the digit.

The notebook reads the whole file and stops at the first thing that it does not expect. Here such a row is left out and
what would have stopped it is said. Source: cookbook-data-prep (`Chat_finetuning_data_prep.ipynb`), whose labels say p5
and p95 while its code computes the quantiles 0.1 and 0.9; so do we.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from advisor.dataset.place import Unit, spot
from advisor.dataset.row import Note, Row
from advisor.dataset.tokens import exact as tokens
from advisor.dataset.tokens.fast import counts

COUNTERS = (
    "data_type",
    "missing_messages_list",
    "message_missing_key",
    "message_unrecognized_key",
    "unrecognized_role",
    "missing_content",
    "example_missing_assistant_message",
)
"""The notebook's own names, in the order of its code."""
KEYS = ("role", "content", "name", "function_call", "weight")
ROLES = ("system", "user", "assistant", "function")
ENCODING = "cl100k_base"
TOKENS_A_MESSAGE = 3
TOKENS_A_NAME = 1
TOKENS_AN_EXAMPLE = 3
LIMITS = (16_385, 4_096)
"""Tokens of an example that are trained on: in the notebook's later version, and in the earlier one."""
TARGET_EPOCHS = 3
MIN_TARGET_EXAMPLES = 100
MAX_TARGET_EXAMPLES = 25_000
MIN_DEFAULT_EPOCHS = 1
MAX_DEFAULT_EPOCHS = 25
MARKERS = ("<|endoftext|>", "<|fim_prefix|>", "<|fim_middle|>", "<|fim_suffix|>", "<|endofprompt|>")
"""Special tokens of the encoding; the notebook's tokenizer refuses text that holds one."""
UNREADABLE = frozenset(
    {
        "invalid-json",
        "truncated-json",
        "python-literal",
        "trailing-comma",
        "blank-line",
        "invalid-utf-8",
        "byte-order-mark",
        "row-too-long",
        "nested-too-deep",
    }
)
"""Faults of a row at which the notebook's reader stops; the last two it might survive, we do not."""

Stage = Literal["loading", "first example", "checks", "statistics"]
_STAGES: tuple[Stage, ...] = ("loading", "first example", "checks", "statistics")


@dataclass(frozen=True, slots=True)
class Distribution:
    """Of one figure over the examples."""

    least: float
    most: float
    mean: float
    median: float
    p10: float
    p90: float


@dataclass(frozen=True, slots=True)
class Classic:
    """What the notebook prints."""

    examples: int
    counters: dict[str, int]
    """All of `COUNTERS`; the notebook prints those that are not zero."""
    missing_system: int
    missing_user: int
    messages: Distribution | None
    """Messages per example; None where no example could be measured."""
    tokens: Distribution | None
    assistant_tokens: Distribution | None
    limit: int
    too_long: int
    """Examples with more tokens than `limit`."""
    epochs: int
    """0 for a file without examples, where the notebook divides by zero."""
    billable: int
    """Tokens of one epoch, each example up to `limit`."""
    charged: int
    """Tokens of all epochs."""
    exact: bool
    """False if the vocabulary is missing and tokens are estimated."""
    stopped: Note | None
    """What would have stopped the notebook, if anything."""
    left_out: int
    """Lines that are in none of the statistics, since the notebook stops at them."""


def epochs(examples: int) -> int:
    """Epochs by the notebook's rule, an estimate of what OpenAI chose by itself; 0 for no examples."""
    if examples == 0:
        return 0
    if examples * TARGET_EPOCHS < MIN_TARGET_EXAMPLES:
        return min(MAX_DEFAULT_EPOCHS, MIN_TARGET_EXAMPLES // examples)
    if examples * TARGET_EPOCHS > MAX_TARGET_EXAMPLES:
        return max(MIN_DEFAULT_EPOCHS, MAX_TARGET_EXAMPLES // examples)
    return TARGET_EPOCHS


class _Stop(Exception):
    """The notebook's code would raise here."""

    def __init__(self, why: Note) -> None:
        super().__init__(why.message)
        self.why = why


class Notebook:
    """Collects rows; `report` then gives what the notebook prints. Holds three numbers a row."""

    def __init__(self, unit: Unit = "line", count: Callable[[Sequence[str]], Iterable[int]] | None = None) -> None:
        """`unit`: what numbers of rows count. `count` gives the tokens of texts in `ENCODING`, one number a text."""
        self._unit = unit
        self._count = count or (lambda texts: counts(texts, ENCODING))
        self._exact = count is not None or tokens.encoder(ENCODING) is not None
        self._examples = 0
        self._counters = dict.fromkeys(COUNTERS, 0)
        self._missing_system = self._missing_user = 0
        self._messages, self._tokens, self._assistant = array("q"), array("q"), array("q")
        self._stops: dict[Stage, Note] = {}
        self._left_out = 0

    def add(self, rows: Iterable[Row]) -> None:
        """Take rows in, in order; many at once are counted faster than one by one."""
        countable: list[list[dict[str, str]]] = []
        for row in rows:
            if row.value is None and not row.faults:
                value: Any = None  # the literal null
            elif any(fault.check in UNREADABLE for fault in row.faults):
                self._stop(
                    "loading", Note("The notebook stops while loading: it cannot read {place}.", place=self._spot(row))
                )
                self._left_out += 1
                continue
            else:
                value = _as_written(row)
            self._examples += 1
            if self._examples == 1:
                self._first(value)
            try:
                self._check(value)
            except _Stop as stop:
                why = Note("The notebook stops at its checks, at {place}: {why}.", place=self._spot(row), why=stop.why)
                self._stop("checks", why)
            try:
                countable.append(_countable(value))
            except _Stop as stop:
                why = Note(
                    "The notebook stops at its statistics, at {place}: {why}.", place=self._spot(row), why=stop.why
                )
                self._stop("statistics", why)
                self._left_out += 1
        self._measure(countable)

    def pass_over(self, blanks: int) -> None:
        """Count blank lines that are no rows."""
        self._left_out += blanks

    def _spot(self, row: Row) -> Note:
        return spot(row.line, self._unit)

    def _stop(self, stage: Stage, why: Note) -> None:
        self._stops.setdefault(stage, why)

    def _first(self, value: Any) -> None:
        """The notebook prints the messages of the first example."""
        if not isinstance(value, dict) or not isinstance(value.get("messages"), (list, str, dict)):
            why = Note("The notebook stops at the first example, whose messages it wants to print: there are none.")
            self._stop("first example", why)

    def _check(self, value: Any) -> None:
        if not isinstance(value, dict):
            self._counters["data_type"] += 1
            return
        messages = value.get("messages")
        if not messages:
            self._counters["missing_messages_list"] += 1
            return
        if not isinstance(messages, list):
            raise _Stop(Note("messages is no list"))
        if not all(isinstance(message, dict) for message in messages):
            raise _Stop(Note("a message is no object"))
        for message in messages:
            if "role" not in message or "content" not in message:
                self._counters["message_missing_key"] += 1
            if any(key not in KEYS for key in message):
                self._counters["message_unrecognized_key"] += 1
            if message.get("role") not in ROLES:
                self._counters["unrecognized_role"] += 1
            content = message.get("content")
            if (not content and not message.get("function_call")) or not isinstance(content, str):
                self._counters["missing_content"] += 1
        if not any(message.get("role") == "assistant" for message in messages):
            self._counters["example_missing_assistant_message"] += 1

    def _measure(self, examples: Sequence[list[dict[str, str]]]) -> None:
        texts = [text for said in examples for message in said for text in message.values()]
        numbers = iter(self._count(texts))
        for messages in examples:
            total = TOKENS_AN_EXAMPLE
            assistant = 0
            for message in messages:
                total += TOKENS_A_MESSAGE
                for key in message:
                    length = int(next(numbers))
                    total += length + (TOKENS_A_NAME if key == "name" else 0)
                    if key == "content" and message["role"] == "assistant":
                        assistant += length
            self._missing_system += all(message["role"] != "system" for message in messages)
            self._missing_user += all(message["role"] != "user" for message in messages)
            self._messages.append(len(messages))
            self._tokens.append(total)
            self._assistant.append(assistant)

    def report(self, limit: int = LIMITS[0]) -> Classic:
        """What the notebook prints for the rows so far; `limit` is its largest number of tokens for an example."""
        lengths = np.asarray(self._tokens, np.int64)
        billable = int(np.minimum(lengths, limit).sum())
        rounds = epochs(self._examples)
        stopped = next((self._stops[stage] for stage in _STAGES if stage in self._stops), None)
        if stopped is None and not self._examples:
            stopped = Note("The notebook stops at the first example: there is none.")
        return Classic(
            self._examples,
            dict(self._counters),
            self._missing_system,
            self._missing_user,
            _distribution(self._messages),
            _distribution(self._tokens),
            _distribution(self._assistant),
            limit,
            int(np.count_nonzero(lengths > limit)),
            rounds,
            billable,
            rounds * billable,
            self._exact,
            stopped,
            self._left_out,
        )


def classic(rows: Iterable[Row], limit: int = LIMITS[0]) -> Classic:
    """What the notebook prints for these rows."""
    notebook = Notebook()
    notebook.add(rows)
    return notebook.report(limit)


def _as_written(row: Row) -> Any:
    """The value as the notebook's reader gives it, which takes NaN for a number."""
    if row.raw is not None and any(fault.check == "nan-literal" for fault in row.faults):
        return json.loads(row.raw)
    return row.value


def _countable(value: Any) -> list[dict[str, str]]:
    """The messages of an example that the notebook can measure. Raises `_Stop`."""
    if not isinstance(value, dict):
        raise _Stop(Note("the example is no object"))
    if "messages" not in value:
        raise _Stop(Note("there are no messages"))
    messages = value["messages"]
    if isinstance(messages, (str, dict)) and not messages:
        return []
    if not isinstance(messages, list):
        raise _Stop(Note("messages is no list"))
    for message in messages:
        if not isinstance(message, dict):
            raise _Stop(Note("a message is no object"))
        if "role" not in message:
            raise _Stop(Note("a message has no role"))
        if message["role"] == "assistant" and "content" not in message:
            raise _Stop(Note("a message of the assistant has no content"))
        for key, text in message.items():
            if not isinstance(text, str):
                raise _Stop(Note("{key} of a message is no text, and so has no tokens", key=key))
            if "<|" in text and (marker := next((mark for mark in MARKERS if mark in text), None)):
                raise _Stop(Note("a text holds {marker}, which its tokenizer refuses", marker=marker))
    return messages


def _distribution(values: Sequence[int]) -> Distribution | None:
    if not len(values):
        return None
    figures = np.asarray(values, np.int64)
    low, high = np.quantile(figures, [0.1, 0.9])
    return Distribution(
        int(figures.min()),
        int(figures.max()),
        float(np.mean(figures)),
        float(np.median(figures)),
        float(low),
        float(high),
    )
