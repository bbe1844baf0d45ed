"""Splits a training file into parts that share nothing: for training, for watching it, and for judging it once.

Rows that repeat one another, nearly repeat one another, or ask the same, form a group and stay together, whatever
chain of others links them. Groups are dealt out class by class, so that each part has the classes in the same shares.
The file is read twice; of each row some 200 bytes are kept in between.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from types import MappingProxyType
from typing import BinaryIO, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.dataset.checks import refusal
from advisor.dataset.duplicates.find import Entry, Finds, Records, finds, found_leaks, records_of
from advisor.dataset.files.container import TextContainer
from advisor.dataset.files.source import Source
from advisor.dataset.files.writers import RowWriter
from advisor.dataset.formats.reading import Conversation, conversation
from advisor.dataset.formats.recognition import recognise
from advisor.dataset.formats.registry import FORMATS
from advisor.dataset.inspection.profile import LONGEST_LABEL, MOST_LABELS, REPEATS
from advisor.dataset.privacy.mask import masked
from advisor.dataset.row import EMPTY, Note, Row
from advisor.dataset.rows.cells import cell

SHARES: Mapping[str, float] = MappingProxyType({"train": 0.8, "validation": 0.1, "test": 0.1})
"""As Microsoft's fine-tuning skills advise (azure-skills)."""
FEWEST_TEST = 30
"""Rows that the same source wants to test on at least."""
LARGE = 0.1
"""Share of the rows in one group from which it may upset the shares asked for."""
MOST_LINES = 1_000
"""Lines left out that are named."""

REFUSALS: Mapping[str, Note] = MappingProxyType(
    {"answer": Note("Other answers"), "refusal": Note("Answers that refuse")}
)
"""The classes of a split by refusals, in words."""
PARTS: Mapping[str, Note] = MappingProxyType(
    {"train": Note("training"), "validation": Note("validation"), "test": Note("test")}
)
"""The usual parts, in words."""

By = Literal["label", "refusal", "nothing"]
Places = NDArray[np.int64]


class BadShares(ValueError):
    """The shares do not name the parts, or do not add up to one."""


@dataclass(frozen=True)
class Split:
    """How the rows of a file were divided."""

    container: TextContainer
    """Of the parts: a table stays a table, everything else becomes lines of JSON."""
    by: By
    """What was spread evenly: the labels, refusals and other answers, or nothing in particular."""
    rows: Mapping[str, int]
    """By part."""
    classes: Mapping[str, Mapping[str, int]]
    """Rows by part, for each class; the classes of `refusal` are `refusal` and `answer`."""
    groups: int
    """Rows that stand alone and groups of rows that stay together."""
    largest_group: int
    left_out: int
    """Rows that could not be read, which are in no part."""
    lines_left_out: tuple[int, ...]
    """Their lines, at most `MOST_LINES`."""
    warnings: tuple[Note, ...]
    seed: int


def split(
    source: Source,
    outs: Mapping[str, BinaryIO],
    shares: Mapping[str, float] = SHARES,
    seed: int = 0,
    *,
    form: str | None = None,
    stratify: bool = True,
) -> Split:
    """Write each readable row, as it stands, to one of `outs`, in the order of the file.

    `shares` are of the rows, each from 0 to 1. With rows of one class, each part gets what was asked give or take less
    than its largest group. The same file, shares and seed give the same parts. Raises `BadShares`, `UnknownFormat`, and
    `Unusable` for a file that cannot be read.
    """
    names, wanted = _checked(outs, shares)
    seen = _read(source, form)
    by, classes, labels = seen.classes() if stratify else ("nothing", np.zeros(len(seen.refusals), np.int64), ["all"])
    records = seen.records()
    parts, groups = _separated(records, classes, wanted, seed)
    container: TextContainer = source.container if source.container in ("csv", "tsv") else "jsonl"
    _write(source, [outs[name] for name in names], parts, container)
    sizes = np.bincount(groups) if len(groups) else np.zeros(0, np.int64)
    counted = [
        _Class(
            label,
            {name: int(np.sum((classes == at) & (parts == place))) for place, name in enumerate(names)},
            len(np.unique(groups[classes == at])),
        )
        for at, label in (enumerate(labels) if by != "nothing" else ())
    ]
    rows = {name: int(np.sum(parts == place)) for place, name in enumerate(names)}
    return Split(
        container,
        by,
        rows,
        _by_label(counted, names),
        len(sizes),
        int(sizes.max(initial=0)),
        seen.left_out,
        tuple(seen.lines_left_out),
        tuple(_warnings(rows, counted, by, dict(zip(names, wanted, strict=True)), sizes)),
        seed,
    )


def _checked(outs: Mapping[str, BinaryIO], shares: Mapping[str, float]) -> tuple[list[str], list[float]]:
    if not shares or shares.keys() != outs.keys():
        raise BadShares(f"the shares are of {', '.join(shares)}, and the parts are {', '.join(outs)}")
    if any(not 0 <= share <= 1 for share in shares.values()) or abs(sum(shares.values()) - 1) > 1e-6:
        raise BadShares("each share is between 0 and 1, and together they are 1")
    return list(shares), list(shares.values())


class _Class(NamedTuple):
    """How the rows of one class were divided."""

    label: str
    """Masked, so that several may read alike."""
    rows: Mapping[str, int]
    """By part."""
    groups: int


def _by_label(classes: Sequence[_Class], names: Sequence[str]) -> dict[str, dict[str, int]]:
    """Rows by part for each label that is shown; labels that read alike once they are masked are counted together."""
    counts: dict[str, dict[str, int]] = {}
    for rows_of_label in classes:
        before = counts.get(rows_of_label.label, {})
        counts[rows_of_label.label] = {name: before.get(name, 0) + rows_of_label.rows[name] for name in names}
    return counts


class _Seen:
    """What is kept of the rows between the two times that the file is read."""

    def __init__(self) -> None:
        self.batches: list[Records] = []
        self.refusals = array("b")
        self.label_of = array("H")
        self.labels: dict[str, int] = {}
        self.labelled = True
        self.left_out = 0
        self.lines_left_out: list[int] = []

    def add(self, conversation: Conversation, has_label: bool) -> None:
        self.refusals.append(refusal(conversation.target_text) is not None)
        if not self.labelled:
            return
        scalar = has_label and isinstance(conversation.label, str | int | float)
        label = cell(conversation.label) if scalar else conversation.target_text.strip()
        if len(label) > LONGEST_LABEL or (label not in self.labels and len(self.labels) >= MOST_LABELS):
            self.labelled = False
            del self.label_of[:]
        else:
            self.label_of.append(self.labels.setdefault(label, len(self.labels)))

    def records(self) -> Records:
        """What is compared of all rows."""
        records = np.concatenate([records_of([]), *self.batches])
        self.batches = []
        return records

    def leave_out(self, line: int) -> None:
        self.left_out += 1
        if len(self.lines_left_out) < MOST_LINES:
            self.lines_left_out.append(line)

    def classes(self) -> tuple[By, Places, list[str]]:
        """What the classes are, the class of each row, and their names."""
        if self.labelled and len(self.labels) > 1 and len(self.label_of) >= REPEATS * len(self.labels):
            return "label", np.asarray(self.label_of, np.int64), [masked(label) for label in self.labels]
        refusals = np.asarray(self.refusals, np.int64)
        if 0 < refusals.sum() < len(refusals):
            return "refusal", refusals, list(REFUSALS)
        return "nothing", np.zeros(len(refusals), np.int64), ["all"]


def _usable(row: Row) -> bool:
    return isinstance(row.value, dict) and not any(fault.check == "cell-count" for fault in row.faults)


def _read(source: Source, form: str | None) -> _Seen:
    seen = _Seen()
    read_as = recognise([], form).format if form else ""
    for batch in source.batches():
        read_as = read_as or recognise(batch.rows).format
        has_label = bool(FORMATS[read_as].label)
        entries: list[Entry] = []
        for row in batch.rows:
            if not _usable(row):
                if not any(fault.check in EMPTY for fault in row.faults):
                    seen.leave_out(row.line)
                continue
            view = conversation(row.value, read_as)
            entries.append(
                Entry(
                    row.line,
                    row.value,
                    view.system,
                    view.prompt_text,
                    view.taught,
                    view.media,
                    view.called,
                )
            )
            seen.add(view, has_label)
        seen.batches.append(records_of(entries))
        source.bounds.demand_rows(len(seen.refusals))
    return seen


def _separated(records: Records, classes: Places, shares: Sequence[float], seed: int) -> tuple[Places, Places]:
    """The part and the group of each row. Ends only when no row of one part leaks into another."""
    lines = records["line"]
    first, second = _same_prompt(records)
    links = [(first, second), *_places(lines, finds(records))]
    while True:
        groups = _groups(len(records), links)
        parts = _dealt(groups, classes, shares, seed)
        pairs: list[Finds] = []
        chosen = [place for place in range(len(shares)) if np.any(parts == place)]
        for held, other in permutations(chosen, 2):
            pairs += found_leaks(records[parts == held], records[parts == other])
        if not any(len(one.lines) for one in pairs):
            return parts, groups
        links += _places(lines, pairs)


def _same_prompt(records: Records) -> tuple[Places, Places]:
    """Pairs of rows that ask the same: each with the first that does."""
    asks = np.flatnonzero(records["prompt_size"] > 0)
    halves = np.ascontiguousarray(records["prompt"][asks]).view("<u8").reshape(-1, 2)
    mixed = halves[:, 0] ^ (halves[:, 1] << np.uint64(1))
    _, first, which = np.unique(mixed, return_index=True, return_inverse=True)
    return asks, asks[first[which]]


def _places(lines: Places, found: Sequence[Finds]) -> list[tuple[Places, Places]]:
    return [(np.searchsorted(lines, one.lines), np.searchsorted(lines, one.others)) for one in found]


def _groups(rows: int, links: Sequence[tuple[Places, Places]]) -> Places:
    """The group of each row: rows that are linked, however far around, have the same."""
    from scipy.sparse import coo_matrix  # here, since importing it takes long
    from scipy.sparse.csgraph import connected_components

    if not rows:
        return np.zeros(0, np.int64)
    first, second = (np.concatenate(side) for side in zip(*links, strict=True))
    graph = coo_matrix((np.ones(len(first), bool), (first, second)), shape=(rows, rows))
    found: Places = connected_components(graph, directed=False)[1].astype(np.int64)
    return found


def _dealt(groups: Places, classes: Places, shares: Sequence[float], seed: int) -> Places:
    """The part of each row. Within a class, the largest groups first, each to the part that lacks most."""
    if not len(groups):
        return np.zeros(0, np.int64)
    _, first, sizes = np.unique(groups, return_index=True, return_counts=True)
    kind = classes[first]
    order = np.random.default_rng(seed).permutation(len(sizes))
    order = order[np.argsort(-sizes[order], kind="stable")]
    may = [place for place, share in enumerate(shares) if share > 0]
    given = np.zeros(len(shares))
    done = 0
    part = np.zeros(len(sizes), np.int64)
    for name, _ in Counter(classes.tolist()).most_common():
        mine = order[kind[order] == name]
        rows = int(sizes[mine].sum())
        # What earlier classes left uneven is made good, but not so far that it would upset this one.
        owed = np.clip(np.asarray(shares) * done - given, -1, 1)
        lacks = (np.asarray(shares) * rows + owed).tolist()
        for group, size in zip(mine.tolist(), sizes[mine].tolist(), strict=True):
            place = max(may, key=lacks.__getitem__)
            lacks[place] -= size
            part[group] = place
            given[place] += size
        done += rows
    return part[groups]


def _write(source: Source, outs: Sequence[BinaryIO], parts: Places, container: TextContainer) -> None:
    mark = source.has_mark
    writers = [RowWriter(out, container, source.delimiter, mark=mark) for out in outs]
    place = iter(parts.tolist())
    for batch in source.batches():
        for row in batch.rows:
            if _usable(row):
                writers[next(place)].write(row, source.columns)
    for writer in writers:
        writer.close(source.columns)


def _warnings(
    rows: Mapping[str, int],
    classes: Sequence[_Class],
    by: By,
    shares: Mapping[str, float],
    sizes: Places,
) -> Iterator[Note]:
    total, largest = sum(rows.values()), int(sizes.max(initial=0))
    for name, n in rows.items():
        if shares[name] and not n:
            yield Note(
                "No row is left for {part}, so its file is empty: there are too few rows."
                if len(sizes) == total
                else "No row is left for {part}, so its file is empty: rows that repeat one another or ask the same "
                "stay together.",
                part=PARTS.get(name, name),
            )
        elif name == "test" and 0 < n < FEWEST_TEST:
            yield Note(
                "The part {part} is small (rows: {n}). Test on {least} at least.",
                part=PARTS.get(name, name),
                n=n,
                least=FEWEST_TEST,
            )
    for label, counts, groups in classes:
        lacking = [name for name, n in counts.items() if shares[name] and rows[name] and not n]
        if lacking:
            n = sum(counts.values())
            enough = n * min(shares[name] for name in lacking) >= 1
            yield Note(
                'The rows of the class "{label}" ({n}) repeat one another or ask the same, and so stay together: none '
                "is in {parts}."
                if enough and groups < n
                else 'The class "{label}" is too small (rows: {n}): none is in {parts}.',
                label=REFUSALS[label] if by == "refusal" else label,
                n=n,
                parts=tuple(PARTS.get(name, name) for name in lacking),
            )
    uneven = any(abs(n - shares[name] * total) > max(1, 0.01 * total) for name, n in rows.items())
    if largest > LARGE * total and largest > 1 and uneven:
        yield Note(
            "{n} of {total} rows repeat one another or ask the same, and stay together: the shares are not as asked.",
            n=largest,
            total=total,
        )
