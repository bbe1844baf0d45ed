"""What a training file holds: how much, how long, of which classes, in whose words. Counted while it is checked."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from xxhash import xxh3_64_intdigest

from advisor import tokens
from advisor.content import load
from advisor.dataset.checks import FileFacts, refusal
from advisor.dataset.limits import platform, platforms
from advisor.dataset.source import Source
from advisor.dataset.view import Conversation

if TYPE_CHECKING:
    from advisor.dataset.inspection import Size

LONGEST_LABEL = 60
"""Characters of an answer up to which it may be a label."""
MOST_LABELS = 1_000
"""Different short answers beyond which they are no labels."""
REPEATS = 3
"""Rows that a label must have on average; otherwise short answers are just short."""
MOST_SYSTEMS = 10_000
NOT_FIELDS = frozenset({"messages", "tools", "parallel_tool_calls", "response_format"})
QUANTILES = (0.05, 0.1, 0.5, 0.9, 0.95)


@dataclass(frozen=True, slots=True)
class Spread:
    """A figure over the rows."""

    least: int
    p5: float
    p10: float
    median: float
    p90: float
    p95: float
    most: int
    mean: float
    total: int


@dataclass(frozen=True, slots=True)
class Profile:
    """What is in a file. None: no row has it."""

    rows: int
    """Rows of the file, unreadable ones too."""
    readable: int
    answered: int
    """Rows with an answer to learn."""
    size: int | None
    """Bytes as stored."""
    container: str
    compression: str | None
    encoding: str
    tokenizer: str
    exact: bool
    """Whether texts were counted with the tokenizer's own vocabulary; what a chat adds is an estimate all the same."""
    tokens: Spread | None
    """Of whole rows, with the overhead of a chat."""
    system_tokens: Spread | None
    prompt_tokens: Spread | None
    answer_tokens: Spread | None
    turns: Spread | None
    too_long: Mapping[str, float]
    """By platform that names a limit: the share of rows that are longer than what it uses of an example."""
    systems: int
    """Different system prompts."""
    with_system: int
    labels: Mapping[str, int]
    """Rows by answer, most frequent first, where the answers are labels; empty where they are not."""
    refusals: int
    with_tools: int
    with_images: int
    languages: Mapping[str, int]
    """Rows by the script that most letters of their answer are written in."""
    duplicates: int
    """Rows that repeat an earlier one exactly, or but for case, spaces, punctuation and order of keys."""
    near_duplicates: int
    conflicts: int
    leaked: int | None
    """Rows of the validation file that stand in this one; None without a validation file."""
    validation_rows: int | None
    private: Mapping[str, int]
    """Finds of personal data and secrets, by check."""


REPEATED = ("exact-duplicate", "key-order-duplicate", "normalised-duplicate")
PRIVATE = ("email", "payment-card", "phone", "us-ssn", "iban", "bsn", "api-key")


class Tally:
    """Counts rows; holds some numbers a row, and no text but system prompts' hashes and labels."""

    def __init__(self) -> None:
        self.sizes = array("q")
        self.system_sizes, self.prompts, self.answers, self.turns = array("q"), array("q"), array("q"), array("q")
        self.systems: Counter[str] = Counter()
        self.labels: Counter[str] = Counter()
        self.scripts: Counter[str] = Counter()
        self.constants: dict[str, tuple[int, int]] = {}
        self.readable = self.refusals = self.tools = self.images = 0
        self.labelled = True
        self.leaked: int | None = None
        self.validation_rows: int | None = None

    def add(self, value: Mapping[str, Any], said: Conversation, size: Size) -> None:
        """Take in a row that could be read."""
        self.readable += 1
        self.sizes.append(size.all)
        self.turns.append(len(said.messages))
        self.tools += bool(said.tools)
        self.images += said.has_image
        if said.prompt_text:
            self.prompts.append(size.prompt)
        if said.system:
            self.system_sizes.append(size.system)
            if len(self.systems) < MOST_SYSTEMS or said.system in self.systems:
                self.systems[f"{xxh3_64_intdigest(said.system.encode('utf-8', 'replace')):x}"] += 1
        if said.target_text:
            self.answers.append(size.answer)
            self.refusals += refusal(said.target_text) is not None
            self._label(said.target_text.strip())
            self.scripts[script(said.target_text[:200])] += 1
        self._constant(value)

    def _label(self, answer: str) -> None:
        if self.labelled and len(answer) <= LONGEST_LABEL:
            self.labels[answer] += 1
        else:
            self.labelled = False
        if len(self.labels) > MOST_LABELS:
            self.labelled = False
        if not self.labelled:
            self.labels.clear()

    def _constant(self, value: Mapping[str, Any]) -> None:
        """Fields beside the conversation that have held one value so far."""
        for key in value.keys() - NOT_FIELDS:
            given = hash(repr(value[key])[:1000])
            first, n = self.constants.get(key, (given, 0))
            if n >= 0:
                self.constants[key] = (first, n + 1 if given == first else -1)

    def classes(self) -> Mapping[str, int]:
        """Rows by label; empty where the answers are no labels."""
        if not self.labelled or not self.labels or sum(self.labels.values()) < REPEATS * len(self.labels):
            return {}
        return dict(self.labels.most_common())

    def facts(self, source: Source, form: str, array_given: bool) -> FileFacts:
        """What the checks of the whole file want to know."""
        return FileFacts(
            rows=self.readable,
            size=source.size if source.compression is None else None,
            container=source.container,
            byte_order_mark=source.bom,
            array=array_given,
            form=form,
            systems=self.systems,
            labels=self.classes(),
            answers=len(self.answers),
            refusals=self.refusals,
            constants={key: n for key, (_, n) in self.constants.items() if n == self.readable},
        )

    def profile(self, source: Source, rows: int, found: Mapping[str, int], encoding: str) -> Profile:
        return Profile(
            rows=rows,
            readable=self.readable,
            answered=len(self.answers),
            size=source.size,
            container=source.container,
            compression=source.compression,
            encoding=source.encoding,
            tokenizer=encoding,
            exact=tokens.encoder(encoding) is not None,
            tokens=_spread(self.sizes),
            system_tokens=_spread(self.system_sizes),
            prompt_tokens=_spread(self.prompts),
            answer_tokens=_spread(self.answers),
            turns=_spread(self.turns),
            too_long=_too_long(self.sizes),
            systems=len(self.systems),
            with_system=sum(self.systems.values()),
            labels=self.classes(),
            refusals=self.refusals,
            with_tools=self.tools,
            with_images=self.images,
            languages=dict(self.scripts.most_common()),
            duplicates=sum(found.get(check, 0) for check in REPEATED),
            near_duplicates=found.get("near-duplicate", 0),
            conflicts=found.get("conflicting-answers", 0),
            leaked=self.leaked,
            validation_rows=self.validation_rows,
            private={check: found[check] for check in PRIVATE if check in found},
        )


def _spread(values: Sequence[int]) -> Spread | None:
    if not values:
        return None
    all_of = np.asarray(values)
    p5, p10, median, p90, p95 = (round(float(one), 1) for one in np.quantile(all_of, QUANTILES))
    return Spread(
        int(all_of.min()),
        p5,
        p10,
        median,
        p90,
        p95,
        int(all_of.max()),
        round(float(all_of.mean()), 1),
        int(all_of.sum()),
    )


def _too_long(sizes: Sequence[int]) -> dict[str, float]:
    if not sizes:
        return {}
    all_of = np.asarray(sizes)
    limits = {name: platform(name, "sft", load()).example_tokens for name in platforms()}
    return {name: round(float((all_of > limit.value).mean()), 4) for name, limit in limits.items() if limit}


SCRIPTS = (
    ("latin", 0x0041, 0x024F),
    ("greek", 0x0370, 0x03FF),
    ("cyrillic", 0x0400, 0x052F),
    ("hebrew", 0x0590, 0x05FF),
    ("arabic", 0x0600, 0x077F),
    ("indic", 0x0900, 0x0DFF),
    ("thai", 0x0E00, 0x0E7F),
    ("east_asian", 0x3040, 0x9FFF),
    ("korean", 0xAC00, 0xD7AF),
)


def script(text: str) -> str:
    """The script of most letters of a text; `other` for a text without letters."""
    if text.isascii():
        return "latin" if any(map(str.isalpha, text)) else "other"
    found = Counter(
        next((name for name, first, last in SCRIPTS if first <= ord(sign) <= last), "other")
        for sign in text
        if sign.isalpha()
    )
    return found.most_common(1)[0][0] if found else "other"
