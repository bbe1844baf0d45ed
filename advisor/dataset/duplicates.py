"""Rows that repeat one another, contradict one another, or stand in training and in validation.

Rows are added in batches and forgotten: of each, hashes and a sketch of its text stay, 168 bytes in all, so that a
million rows take 170 MB. Finding sorts these and compares rows that share a hash or a part of a sketch; a row is
compared with a handful of others at most, however many are alike, so the cost is that of sorting.

Two rows are *exact* duplicates if their values are equal, *key-order* duplicates if only the order of keys differs,
*normalised* duplicates if system message, prompt and answer differ in case, spaces and punctuation only, and *near*
ones if prompt and answer together, and the answer alone, share most of their short sequences of bytes. A system message
never makes rows alike. Each row is reported once, with the first row it repeats.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray
from xxhash import xxh3_64_intdigest, xxh3_128_digest

from advisor.dataset.chat import Chat, chat_of
from advisor.dataset.sketch import BINS, SEQUENCE, Places, alike, folded, minima, plain, sketches

NEAR = 0.7
"""Share of short sequences from which rows are nearly the same. Two words changed in thirty leave about 0.75."""
NEAR_ANSWER = 0.5
"""The same for the answers alone, so that other questions about one long passage are no duplicates."""
ANSWER_BINS = 16
"""As many as a hash has bytes, which stands in for the sketch of a short answer."""
SHORTEST = 32
"""Bytes of prompt and answer, without spaces and punctuation, below which likeness says nothing."""
SHORTEST_PROMPT = 16
"""The same for a prompt that leaks by itself: that two people say hello is no leak."""
BAND = 4
"""Places of a sketch that must be equal for two rows to be compared: with 16 bands, 0.7 alike is found with 0.99."""
COMPARED = 2
"""Rows before it in its bucket that a row is compared with, besides the first."""


class Entry(NamedTuple):
    """What is compared of a row. For a preference row the answer is both answers."""

    line: int
    value: Any
    """As decoded; for a plain conversation it may be its `Chat`."""
    system: str
    prompt: str
    answer: str


class Hit(NamedTuple):
    """A row that repeats or contradicts another: the id of the check, and `share` from 0 to 1 for how alike they are.

    For a leak, `line` is a row of the validation file and `other` one of the training file; otherwise `other` stands
    before `line` in the same file.
    """

    check: str
    line: int
    other: int
    share: float = 1.0


RECORD = np.dtype(
    [
        ("line", "<i8"),
        ("exact", "V16"),
        ("ordered", "V16"),
        ("prompt", "V16"),
        ("answer", "V16"),
        ("system", "<u8"),
        ("size", "<i4"),
        ("prompt_size", "<i4"),
        ("sketch", np.uint8, (BINS,)),
        ("answer_sketch", np.uint8, (ANSWER_BINS,)),
    ]
)
"""What is kept of a row; sizes are bytes without spaces and punctuation."""

Records = np.ndarray[Any, np.dtype[np.void]]


class Duplicates:
    """The rows of one file. `add` batches in the order of the file; `found` may be asked at any time."""

    def __init__(self) -> None:
        self._batches: list[Records] = []

    def add(self, entries: Sequence[Entry]) -> None:
        """Take in a batch of rows; rows with neither prompt nor answer are compared as values only."""
        if entries:
            self._batches.append(_records(entries))

    def extend(self, other: Duplicates, before: int = 0) -> None:
        """Take in the rows of a later stretch of the file, which begins after `before` lines."""
        rows = other.records()
        if len(rows):
            if before:
                rows["line"] += before
            self._batches.append(rows)

    def records(self) -> Records:
        """All rows so far, in one array."""
        if len(self._batches) != 1:
            self._batches = [np.concatenate(self._batches) if self._batches else np.empty(0, RECORD)]
        return self._batches[0]

    def found(self) -> list[Hit]:
        """The duplicates and conflicting answers so far, sorted by line."""
        rows = self.records()
        repeats = np.full(len(rows), -1, np.int64)
        hits: list[Hit] = []
        pair = _combined(rows, "prompt", "answer", "system")
        said = rows["size"] > 0
        for check, keys, among in (
            ("exact-duplicate", _folded(rows["exact"]), np.ones(len(rows), bool)),
            ("key-order-duplicate", _folded(rows["ordered"]), np.ones(len(rows), bool)),
            ("normalised-duplicate", pair, said),
        ):
            first = _firsts(keys, among)
            new = (first >= 0) & (repeats < 0)
            repeats[new] = first[new]
            hits += _hits(check, rows, np.flatnonzero(new), first[new])
        hits += _conflicts(rows)
        single = np.flatnonzero((repeats < 0) & (rows["size"] >= SHORTEST))
        row, other, share = _near(rows[single])
        hits += _hits("near-duplicate", rows, single[row], single[other], share)
        return sorted(hits, key=lambda hit: (hit.line, hit.check, hit.other))


def leaks(validation: Duplicates, training: Duplicates) -> list[Hit]:
    """Rows of validation that stand in training, exactly or nearly, or whose prompt does; sorted by line.

    System messages are left out. Exact covers rows that differ in case, spaces, punctuation and order of keys.
    """
    held, trained = validation.records(), training.records()
    both = np.concatenate([trained, held])
    is_held = np.arange(len(both)) >= len(trained)
    leaked = np.zeros(len(both), bool)
    hits: list[Hit] = []
    everything = np.ones(len(both), bool)
    for keys, among, check in (
        (_folded(both["ordered"]), everything, "leak-exact"),
        (_combined(both, "prompt", "answer"), both["size"] > 0, "leak-exact"),
        (_folded(both["prompt"]), both["prompt_size"] >= SHORTEST_PROMPT, "leak-near"),
    ):
        first = _firsts(keys, among)
        new = np.flatnonzero(is_held & (first >= 0) & (first < len(trained)) & ~leaked)
        leaked[new] = True
        share = alike(both["sketch"][new], both["sketch"][first[new]]) if check == "leak-near" else None
        hits += _hits(check, both, new, first[new], share)
    rest = np.flatnonzero(~leaked & (both["size"] >= SHORTEST))
    row, other, share = _near(both[rest], int(np.searchsorted(rest, len(trained))))
    hits += _hits("leak-near", both, rest[row], rest[other], share)
    return sorted(hits, key=lambda hit: (hit.line, hit.check, hit.other))


def _hits(
    check: str, rows: Records, which: Places, others: Places, share: NDArray[np.float64] | None = None
) -> Iterator[Hit]:
    shares = np.ones(len(which)) if share is None else share
    for line, other, part in zip(
        rows["line"][which].tolist(), rows["line"][others].tolist(), shares.tolist(), strict=True
    ):
        yield Hit(check, line, other, part)


_in_order = msgspec.json.Encoder().encode_into
_sorted = msgspec.json.Encoder(order="sorted").encode_into
_USUAL = {("role", "content")}


def hashes(value: Any, written: bytearray) -> tuple[bytes, bytes]:
    """A hash of a value as JSON with its keys as they come, and one with its keys in one order.

    That order is the usual one for a plain conversation, and for all others that of the alphabet. `written` is
    overwritten: room that calls can share.
    """
    chat = value if type(value) is Chat else chat_of(value)
    ordered = _digest(value, written, _sorted) if chat is None else _digest(chat, written, _in_order)
    usual = chat is value or (chat is not None and {*map(tuple, value["messages"])} == _USUAL)
    return ordered if usual else _digest(value, written, _in_order), ordered


def _digest(value: Any, written: bytearray, encode: Callable[[Any, bytearray], None]) -> bytes:
    try:
        encode(value, written)
    except (msgspec.MsgspecError, UnicodeError, OverflowError, TypeError, ValueError, RecursionError):
        # Halves of characters and numbers beyond 64 bits, among others, are written by the standard library.
        plain_value = msgspec.to_builtins(value) if type(value) is Chat else value
        written[:] = json.dumps(plain_value, sort_keys=encode is _sorted, default=str).encode()
    return xxh3_128_digest(written)


def _records(entries: Sequence[Entry]) -> Records:
    rows = np.zeros(len(entries), RECORD)
    rows["line"] = [entry.line for entry in entries]
    written = bytearray()
    values = [hashes(entry.value, written) for entry in entries]
    rows["exact"], rows["ordered"] = (np.frombuffer(b"".join(some), "V16") for some in zip(*values, strict=True))
    rows["system"] = _systems(entries)
    data, starts = plain([text for entry in entries for text in (entry.prompt, entry.answer)])
    plain_text = memoryview(data.tobytes())
    texts = [plain_text[start:end] for start, end in zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True)]
    rows["prompt"] = _digests(texts[::2])
    rows["answer"] = _digests(texts[1::2])
    ends = starts[1:] - 1
    rows["prompt_size"] = ends[::2] - starts[:-1:2]
    rows["size"] = ends[1::2] - starts[:-1:2] - 1
    least = minima(data, starts[:-1], ends).reshape(-1, 2, BINS)
    rows["sketch"] = sketches(least.min(axis=1))
    rows["answer_sketch"] = sketches(folded(least[:, 1], ANSWER_BINS))
    # A short answer has nothing to sketch; in place of that its hash tells whether two are the same.
    short = ends[1::2] - starts[1::2] < SEQUENCE
    rows["answer_sketch"][short] = rows["answer"][short].view(np.uint8).reshape(-1, ANSWER_BINS)
    return rows


def _digests(texts: Sequence[memoryview]) -> NDArray[np.void]:
    return np.frombuffer(b"".join(map(xxh3_128_digest, texts)), "V16")


def _systems(entries: Sequence[Entry]) -> list[int]:
    """A hash of each system message; few are different, and each of those is read once."""
    different = list({entry.system: None for entry in entries})
    data, starts = plain(different)
    hashes = {
        text: xxh3_64_intdigest(data[start:end].tobytes())
        for text, start, end in zip(different, starts[:-1].tolist(), starts[1:].tolist(), strict=True)
    }
    return [hashes[entry.system] for entry in entries]


def _folded(hashes: NDArray[np.void]) -> NDArray[np.uint64]:
    """128 bits in 64: among a billion rows, two that differ fall together with a chance of one in forty."""
    halves = np.ascontiguousarray(hashes).view("<u8").reshape(-1, 2)
    folded: NDArray[np.uint64] = halves[:, 0] ^ (halves[:, 1] << np.uint64(1))
    return folded


def _combined(rows: Records, *names: str) -> NDArray[np.uint64]:
    combined = np.zeros(len(rows), np.uint64)
    for name in names:
        part = rows[name] if name == "system" else _folded(rows[name])
        combined = combined * np.uint64(0x9E3779B97F4A7C15) + part
    return combined


def _firsts(keys: NDArray[np.uint64], among: NDArray[np.bool_]) -> Places:
    """For each row the first with the same key, -1 for those that are first themselves or not among those compared."""
    found = np.full(len(keys), -1, np.int64)
    which = np.flatnonzero(among)
    order = which[np.argsort(keys[which], kind="stable")]
    first = order[_opening(keys[order])]
    later = first != order
    found[order[later]] = first[later]
    return found


def _conflicts(rows: Records) -> Iterator[Hit]:
    """Rows whose prompt stands before with another answer, under the same system message; each such answer once."""
    asked = rows["prompt_size"] > 0
    first = _firsts(_combined(rows, "prompt", "system"), asked)
    answers = _folded(rows["answer"])
    differs = (first >= 0) & (answers != answers[first])
    repeated = _firsts(_combined(rows, "prompt", "system", "answer"), asked) >= 0
    which = np.flatnonzero(differs & ~repeated)
    return _hits("conflicting-answers", rows, which, first[which])


def _near(rows: Records, trained: int | None = None) -> tuple[Places, Places, NDArray[np.float64]]:
    """Rows nearly the same as an earlier one: their places, the place of that one, and how alike they are.

    With `trained`, only rows from that place on are compared, and only with those before it.
    """
    sketch = np.ascontiguousarray(rows["sketch"])
    partner = np.full(len(rows), -1, np.int64)
    here = np.arange(len(rows))
    for band in range(0, BINS, BAND):
        keys = np.ascontiguousarray(sketch[:, band : band + BAND]).view("<u4").ravel().astype(np.uint64)
        # Sorted with the place beside the key: within a bucket rows stand in ascending order, training first.
        ordered = np.sort((keys << np.uint64(32)) | here.astype(np.uint64))
        places = (ordered & np.uint64(0xFFFFFFFF)).astype(np.int64)
        first = _opening(ordered >> np.uint64(32))
        if trained is None:
            before, may = here, first < here
        else:
            before, may = _ending(first, places < trained), (places >= trained) & (places[first] < trained)
        for other in (first, *(before - step for step in range(1, COMPARED + 1))):
            right = may & (other >= first)
            _compare(rows, places[right], places[other[right]], partner)
    which = np.flatnonzero(partner >= 0)
    return which, partner[which], alike(sketch[which], sketch[partner[which]])


def _opening(sorted_keys: NDArray[np.uint64]) -> Places:
    """For each place of a sorted array, where the run of equal keys that it belongs to begins."""
    if not len(sorted_keys):
        return np.empty(0, np.int64)
    opens = np.flatnonzero(np.concatenate([[True], sorted_keys[1:] != sorted_keys[:-1]]))
    return np.repeat(opens, np.diff(opens, append=len(sorted_keys)))


def _ending(first: Places, flags: NDArray[np.bool_]) -> Places:
    """For each place, where the flagged rows of its run end, if those stand first in it."""
    total = np.concatenate([np.zeros(1, np.int64), np.cumsum(flags)])
    return first + total[np.searchsorted(first, first, side="right")] - total[first]


def _compare(rows: Records, row: Places, other: Places, partner: Places) -> None:
    """Note the earlier partner of each row where the two are alike enough."""
    worth = (partner[row] < 0) | (other < partner[row])
    row, other = row[worth], other[worth]
    for start in range(0, len(row), 1 << 16):
        mine, its = row[start : start + (1 << 16)], other[start : start + (1 << 16)]
        near = alike(rows["sketch"][mine], rows["sketch"][its]) >= NEAR
        mine, its = mine[near], its[near]
        near = alike(rows["answer_sketch"][mine], rows["answer_sketch"][its]) >= NEAR_ANSWER
        partner[mine[near]] = its[near]
