"""What a training file holds: how much, how long, of which classes, in whose words. Counted while it is checked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Any

import numpy as np
from numpy.typing import NDArray
from xxhash import xxh3_64_intdigest

from advisor.content.load import load
from advisor.dataset.checks import FileFacts
from advisor.dataset.files.line_ends import MOST_NAMED
from advisor.dataset.files.plain_chat import PlainRow
from advisor.dataset.files.source import Source
from advisor.dataset.formats.registry import format_of
from advisor.dataset.inspection.texts import Conversations, Sizes
from advisor.dataset.platforms import example_limits
from advisor.dataset.tokens import exact as tokens

LONGEST_LABEL = 60
"""Characters of an answer up to which it may be a label."""
MOST_LABELS = 1_000
"""Different short answers beyond which they are no labels."""
REPEATS = 3
"""Rows that a label must have on average; otherwise short answers are just short."""
MOST_SYSTEMS = 10_000
WAITING = 10_000
"""Numbers that are counted together."""
MOST_SHAPES = 100
"""Different sets of fields that are told apart."""
MOST_PATHS = 1_000
"""Different fields, and fields within fields, whose kinds of values are counted."""
DEEPEST = 8
"""Levels down to which fields within fields are looked at."""
SPOKEN = frozenset({"messages", "conversations", "contents", "tools", "functions", "history"}) | {
    "prompt",
    "completion",
    "chosen",
    "rejected",
    "input",
    "preferred_output",
    "non_preferred_output",
}
"""Fields whose lists and objects are conversations and tools, which have rules of their own."""
TURN_KEYS = ("from", "value", "role", "content")
"""Under which a turn of ShareGPT says who speaks and what."""
CONVERSATION: Mapping[str, Any] = {"messages": []}
"""Stands for a row that is a conversation and nothing else."""
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
    """By platform that names a limit (`platform/model` for a model of its own): the share of rows that are longer than
    what it uses of an example.
    """
    within: Mapping[str, int]
    """By the same: tokens of all rows, of each as many as it uses."""
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


_KINDS = {str: "string", int: "number", float: "number", bool: "boolean"}
"""Names of the plain kinds of values in JSON."""
REPEATED = ("exact-duplicate", "key-order-duplicate", "normalised-duplicate")
PRIVATE = ("email", "payment-card", "phone", "us-ssn", "iban", "bsn", "api-key")


class Numbers:
    """Whole numbers, of which is kept how often each comes: lengths of rows repeat, so that this stays small."""

    def __init__(self) -> None:
        self._values = self._times = np.empty(0, np.int64)
        self._more: list[NDArray[np.int64]] = []
        self._waiting = self._total = 0

    def __len__(self) -> int:
        return self._total

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Numbers) and all(map(np.array_equal, self.counted(), other.counted()))

    __hash__ = None  # type: ignore[assignment]

    def add(self, numbers: NDArray[np.int64]) -> None:
        """Take in numbers."""
        self._add(*np.unique(numbers, return_counts=True))

    def take(self, other: Numbers) -> None:
        """Take in those of another."""
        self._add(*other.counted())

    def _add(self, values: NDArray[np.int64], times: NDArray[np.int64]) -> None:
        self._total += int(times.sum())
        self._more.append(np.stack([values, times]))
        self._waiting += len(values)
        if self._waiting > max(WAITING, len(self._values)):
            self.counted()

    def counted(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The different numbers in ascending order, and how often each comes."""
        if self._more:
            values, times = np.concatenate([np.stack([self._values, self._times]), *self._more], axis=1)
            self._values, which = np.unique(values, return_inverse=True)
            self._times = np.zeros(len(self._values), np.int64)
            np.add.at(self._times, which, times)
            self._more, self._waiting = [], 0
        return self._values, self._times

    def quantiles(self, shares: Sequence[float]) -> list[float]:
        """As `numpy.quantile` has them of all numbers in full; there is one number at least."""
        values, times = self.counted()
        ends = np.cumsum(times)
        places = np.asarray(shares) * (self._total - 1)
        below = np.floor(places)
        low, high = (values[np.searchsorted(ends, at, side="right")] for at in (below, np.ceil(places)))
        smooth: list[float] = (low + (high - low) * (places - below)).tolist()
        return smooth


class Tally:
    """Counts rows; holds no text but system prompts' hashes and labels."""

    def __init__(self) -> None:
        self.sizes, self.system_sizes, self.prompts, self.answers, self.turns = (Numbers() for _ in range(5))
        self.systems: Counter[str] = Counter()
        self.labels: Counter[str] = Counter()
        self.padded: Counter[str] = Counter()
        """How often a label stands between blanks, which a classifier takes for another one."""
        self.scripts: Counter[str] = Counter()
        self.shapes: Counter[frozenset[str]] = Counter()
        self.verdicts: Counter[str] = Counter()
        self.kinds: dict[str, Counter[str]] = {}
        self.kind_lines: dict[str, dict[str, list[int]]] = {}
        """The first lines with each kind, by field."""
        self.turn_keys: Counter[str] = Counter()
        self.constants: dict[str, int] = {}
        """Hashes of the fields that have held one value so far."""
        self.readable = self.refusals = self.tools = self.images = 0
        self.labelled = True
        self.leaked: int | None = None
        self.validation_rows: int | None = None

    def add(self, conversations: Conversations, sizes: Sizes, refusals: Sequence[bool]) -> None:
        """Take in rows, of which some answer with a refusal; those that could not be read do not count."""
        given = [CONVERSATION if isinstance(row, PlainRow) else row.value for row in conversations.rows]
        values = [value for value in given if isinstance(value, dict)]
        readable = np.array([isinstance(value, dict) for value in given], bool)
        opening = not self.readable
        self.readable += len(values)
        self.sizes.add(sizes.all[readable])
        self.prompts.add(sizes.prompt[_filled(conversations.questions)])
        self.system_sizes.add(sizes.system[_filled(conversations.systems)])
        self.answers.add(sizes.answer[_filled(conversations.answers)])
        self.turns.add(np.array(conversations.lengths, np.int64)[readable])
        self.tools += sum([bool(view.tools) for view in conversations.views.values()])
        self.images += sum([view.has_image for view in conversations.views.values()])
        self.refusals += sum(compress(refusals, readable))
        answers = [*filter(None, conversations.answers)]
        self.scripts.update([script(answer[:200]) for answer in answers])
        if self.labelled:
            for answer in answers:
                self._label(answer)
        if opening and values:
            self.constants = {key: _digest(values[0][key]) for key in values[0].keys() - NOT_FIELDS}
        for value in values if self.constants else ():
            self._constant(value)
        for keys, n in Counter([frozenset(value) for value in values if len(value) > 1]).items():
            self._shape(keys, n)
        if format_of(conversations.form).says_verdict:
            self.verdicts.update(
                str(view.label).strip().lower() for view in conversations.views.values() if view.messages
            )
        self._kinds(
            [(row.line, value) for row, value in zip(conversations.rows, given, strict=True) if type(value) is dict]
        )
        if conversations.form.startswith("sharegpt"):
            self._turn_keys(values)
        systems = Counter(filter(None, conversations.systems))
        self._systems({f"{xxh3_64_intdigest(text.encode('utf-8', 'replace')):x}": n for text, n in systems.items()})

    def take(self, other: Tally, before: int = 0) -> None:
        """Add what was counted in the rows that follow; `before` is how many lines of the file stand before them."""
        if not other.readable:
            return
        same = self.constants.items() & other.constants.items()
        self.constants = dict(same) if self.readable else other.constants
        for name in ("sizes", "system_sizes", "prompts", "answers", "turns"):
            getattr(self, name).take(getattr(other, name))
        for name in ("readable", "refusals", "tools", "images"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self._systems(other.systems)
        self.scripts.update(other.scripts)
        for shape, n in other.shapes.items():
            self._shape(shape, n)
        self.verdicts.update(other.verdicts)
        self.turn_keys.update(other.turn_keys)
        for key, kinds in other.kinds.items():
            if key in self.kinds or len(self.kinds) < MOST_PATHS:
                self.kinds.setdefault(key, Counter()).update(kinds)
                for kind, lines in other.kind_lines[key].items():
                    mine = self.kind_lines.setdefault(key, {}).setdefault(kind, [])
                    mine += [line + before for line in lines][: MOST_NAMED - len(mine)]
        self.labelled &= other.labelled
        self.labels.update(other.labels)
        self.padded.update(other.padded)
        self._limit_labels()

    def _systems(self, counts: Mapping[str, int]) -> None:
        if len(self.systems) + len(counts) <= MOST_SYSTEMS:
            self.systems.update(counts)
            return
        for system, n in counts.items():
            if len(self.systems) < MOST_SYSTEMS or system in self.systems:
                self.systems[system] += n

    def _shape(self, fields: frozenset[str], n: int) -> None:
        if len(self.shapes) < MOST_SHAPES or fields in self.shapes:
            self.shapes[fields] += n

    def _kinds(self, values: Sequence[tuple[int, Mapping[str, Any]]]) -> None:
        """Count the kinds of plain values by field; where a file holds text only, as tables do, there is one kind."""
        tools: Any = None
        within: set[tuple[str, str]] = set()
        for line, value in values:
            if value is CONVERSATION:
                continue
            kinds: set[tuple[str, str]] = set()
            for key, part in value.items():
                if kind := _KINDS.get(type(part)):
                    kinds.add((key, kind))
                elif part and key not in SPOKEN:
                    kinds.update(kinds_within(part, key))
            if value.get("tools") is not tools:  # the rows of a file mostly share their tools
                if value.get("tools") != tools:
                    within = set(kinds_within(value.get("tools"), "tools"))
                tools = value.get("tools")
            for key, kind in kinds | within:
                if key not in self.kinds:
                    if len(self.kinds) >= MOST_PATHS:
                        continue
                    self.kinds[key], self.kind_lines[key] = Counter(), {}
                self.kinds[key][kind] += 1
                if self.kinds[key][kind] <= MOST_NAMED:
                    self.kind_lines[key].setdefault(kind, []).append(line)

    def _turn_keys(self, values: Sequence[Mapping[str, Any]]) -> None:
        """Count under which keys the turns of ShareGPT rows say who speaks and what."""
        for value in values:
            turns = value.get("conversations")
            keys = {
                key
                for turn in (turns if isinstance(turns, list) else ())
                if isinstance(turn, dict)
                for key in TURN_KEYS
                if key in turn
            }
            if keys:
                self.turn_keys[", ".join(sorted(keys))] += 1

    def _label(self, answer: str) -> None:
        if not self.labelled:
            return
        if answer != (bare := answer.strip()):
            self.padded[bare] += 1
        answer = bare
        self.labelled = len(answer) <= LONGEST_LABEL
        self.labels[answer] += 1
        self._limit_labels()

    def _limit_labels(self) -> None:
        self.labelled &= len(self.labels) <= MOST_LABELS
        if not self.labelled:
            self.labels.clear()
            self.padded.clear()

    def _constant(self, value: Mapping[str, Any]) -> None:
        """Keep the fields beside the conversation that have held one value so far: only the first row brings any."""
        for key, first in [*self.constants.items()]:
            if key not in value or _digest(value[key]) != first:
                del self.constants[key]

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
            padded=self.padded,
            answers=len(self.answers),
            refusals=self.refusals,
            constants=dict.fromkeys(sorted(self.constants), self.readable),
            shapes=self.shapes,
            spread=any(fault.check == "rows-over-lines" for fault in source.faults),
            verdicts=self.verdicts,
            kinds=self.kinds,
            kind_lines=self.kind_lines,
            turn_keys=self.turn_keys,
        )

    def profile(self, source: Source, rows: int, counts: Mapping[str, int], encoding: str) -> Profile:
        return Profile(
            rows=rows,
            readable=self.readable,
            answered=len(self.answers),
            size=source.size,
            container=source.container,
            compression=source.compression,
            encoding=source.encoding,
            tokenizer=encoding,
            exact=tokens.is_exact(encoding),
            tokens=_spread(self.sizes),
            system_tokens=_spread(self.system_sizes),
            prompt_tokens=_spread(self.prompts),
            answer_tokens=_spread(self.answers),
            turns=_spread(self.turns),
            **_against_limits(self.sizes),
            systems=len(self.systems),
            with_system=sum(self.systems.values()),
            labels=self.classes(),
            refusals=self.refusals,
            with_tools=self.tools,
            with_images=self.images,
            languages=dict(self.scripts.most_common()),
            duplicates=sum(counts.get(check, 0) for check in REPEATED),
            near_duplicates=counts.get("near-duplicate", 0),
            conflicts=counts.get("conflicting-answers", 0),
            leaked=self.leaked,
            validation_rows=self.validation_rows,
            private={check: counts[check] for check in PRIVATE if check in counts},
        )


def kinds_within(value: Any, path: str, depth: int = 0) -> Iterator[tuple[str, str]]:
    """The paths of the plain values in a value, and the kind of each; `[]` stands for the items of a list.

    Tables of one kind a column, as Arrow has them, want one kind for each such path.
    """
    kind = _KINDS.get(type(value))
    if kind is not None:
        yield path, kind
    elif depth < DEEPEST:
        if isinstance(value, dict):
            for key, part in value.items():
                yield from kinds_within(part, f"{path}.{key}", depth + 1)
        elif isinstance(value, list):
            for part in value:
                yield from kinds_within(part, f"{path}[]", depth + 1)


def _filled(texts: Sequence[str]) -> NDArray[np.bool_]:
    return np.fromiter(map(bool, texts), bool, len(texts))


def _digest(value: Any) -> int:
    return xxh3_64_intdigest(repr(value)[:1000].encode("utf-8", "replace"))


def _spread(numbers: Numbers) -> Spread | None:
    if not len(numbers):
        return None
    values, times = numbers.counted()
    p5, p10, median, p90, p95 = (round(value, 1) for value in numbers.quantiles(QUANTILES))
    total = int(values @ times)
    return Spread(int(values[0]), p5, p10, median, p90, p95, int(values[-1]), round(total / len(numbers), 1), total)


def _against_limits(sizes: Numbers) -> dict[str, Mapping[str, Any]]:
    """`too_long` and `within` of a profile."""
    values, times = sizes.counted()
    limits = {name: limit.value for name, (_, limit) in example_limits(load()).items()} if len(sizes) else {}
    return {
        "too_long": {name: round(int(times[values > most].sum()) / len(sizes), 4) for name, most in limits.items()},
        "within": {name: int(np.minimum(values, most) @ times) for name, most in limits.items()},
    }


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


_NO_LETTERS = bytes(sign for sign in range(256) if not chr(sign).isalpha() or sign > 127)


def script(text: str) -> str:
    """The script of most letters of a text; `other` for a text without letters."""
    if text.isascii() and text[:1].isalpha():
        return "latin"
    plain = text.encode("ascii", "ignore")
    letters = len(plain.translate(None, _NO_LETTERS))
    if letters > len(text) - len(plain):  # more than all others together
        return "latin"
    signs = Counter(
        next((name for name, first, last in SCRIPTS if first <= ord(sign) <= last), "other")
        for sign in text
        if sign.isalpha()
    )
    return signs.most_common(1)[0][0] if signs else "other"
