"""Rows that repeat one another, contradict one another, or stand in training and in validation.

Rows are added in batches and forgotten: of each that differs from all before it, hashes and a sketch of its text stay,
172 bytes in all, so that a million take 172 MB; of one that is the same, its line and that of the first, 16 bytes.
Finding sorts these and compares rows that share a hash or a part of a sketch; a row is compared with a handful of
others at most, however many are alike, so the cost is that of sorting. Where memory is bounded (`compared`), the first
so many different rows are kept, and later ones are compared with those for equality only.

Two rows are *exact* duplicates if their values are equal, *key-order* duplicates if only the order of keys differs,
*normalised* duplicates if system message, prompt and answer differ in case, spaces and punctuation only, and *near*
ones if prompt and answer together, and the answer alone, share most of their short sequences of bytes. A system message
never makes rows alike; other images make them different, whatever their texts, and so do other calls of tools. Each row
is reported once, with the first row it repeats.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray
from xxhash import xxh3_64_intdigest, xxh3_128_digest

from advisor.dataset.duplicates.minhash import BINS, SEQUENCE, Bytes, Places, alike, folded, minima, plain, sketches
from advisor.dataset.files.plain_chat import Chat, chat_of

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
    media: Sequence[tuple[str, str]] = ()
    """Images and other files that it shows, by kind and address: they belong to the prompt."""
    called: str = (
        ""
        """What its calls of tools say in few words (`advisor.dataset.rows.calls`): rows near each
    other say the same."""
    )


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
        ("again", "<i4"),
        ("sketch", np.uint8, (BINS,)),
        ("answer_sketch", np.uint8, (ANSWER_BINS,)),
    ]
)
"""What is kept of a row; sizes are bytes without spaces and punctuation, `again` how often it stands once more."""

Records = np.ndarray[Any, np.dtype[np.void]]


STEP = 1 << 17
"""Rows that are taken in together: sorted, and those left out that stand before."""
MOST_REPEATS = 1_000_000
"""Equal rows of which the line is kept, with bounded memory; further ones are counted."""


class Finds(NamedTuple):
    """What one check has found: the lines of rows, those of the rows that they repeat, and how alike they are."""

    check: str
    lines: Places
    others: Places
    shares: NDArray[np.float64]


class Told(NamedTuple):
    """What was found, in so far as it is told one by one."""

    hits: list[Hit]
    """The first of each check, sorted by line."""
    counts: Mapping[str, int]
    """By check, how many there are."""
    rows: int
    """On how many lines."""


class Duplicates:
    """The rows of one file. `add` batches in the order of the file; `found` may be asked at any time.

    With `compared`, at most so many different rows are kept.
    """

    def __init__(self, compared: int | None = None) -> None:
        self.compared = compared
        self.uncompared = 0
        """Rows that came when so many were kept, and are the same as none of those."""
        self._rows: Records = np.empty(0, RECORD)
        self._kept = 0  # how many of them are filled
        self._keys: NDArray[np.uint64] = np.empty(0, np.uint64)  # of the values of those kept, sorted
        self._places: Places = np.empty(0, np.int64)  # where the rows of these keys are
        self._waiting: list[Records] = []
        self._waiting_rows = 0
        self._repeats: list[Places] = []  # lines of rows that stand before, with the first; arrays of shape (n, 2)
        self._repeats_kept = 0
        self.repeats = 0
        """Rows that are equal to one before."""

    def add(self, entries: Sequence[Entry]) -> None:
        """Take in a batch of rows; rows with neither prompt nor answer are compared as values only."""
        if entries:
            self._wait(records_of(entries))

    def extend(self, other: Duplicates, before: int = 0) -> None:
        """Take in the rows of a later stretch of the file, which begins after `before` lines."""
        if not other._kept:
            for rows in other._waiting:
                rows["line"] += before
                self._wait(rows)
            return
        self._settle()
        other._settle()
        rows = other._rows[: other._kept].copy()
        rows["line"] += before
        repeats = np.concatenate([*other._repeats, np.empty((0, 2), np.int64)]) + before
        lines = rows["line"].copy()
        firsts, own = self._take(rows)
        standing = firsts[np.searchsorted(lines, repeats[:, 1])]
        more = np.stack([repeats[:, 0], standing], axis=1)[standing >= 0]
        hashes = np.concatenate([own, more])
        self._note(hashes[np.argsort(hashes[:, 0], kind="stable")], len(own) + len(more))

    def _wait(self, rows: Records) -> None:
        self._waiting.append(rows)
        self._waiting_rows += len(rows)
        if self._waiting_rows >= max(STEP, self._kept // 4):
            self._settle()

    def _settle(self) -> None:
        """Take in what waits."""
        if self._waiting:
            rows = self._waiting[0] if len(self._waiting) == 1 else np.concatenate(self._waiting)
            self._waiting, self._waiting_rows = [], 0
            _, repeats = self._take(rows)
            self._note(repeats, len(repeats))

    def _note(self, repeats: Places, n: int) -> None:
        self.repeats += n
        room = n if self.compared is None else MOST_REPEATS - self._repeats_kept
        if len(kept := repeats[:room]):
            self._repeats.append(kept)
            self._repeats_kept += len(kept)

    def _take(self, rows: Records) -> tuple[Places, Places]:
        """Keep those of the rows that are new, in order, as far as there is room.

        Gives for each row the line of the first that is the same, -1 where none is kept, and the lines of those that
        repeat another, with the first.
        """
        keys = _folded(rows["exact"])
        first = _firsts(keys, np.ones(len(rows), bool))
        opens = np.flatnonzero(first < 0)
        at = self._found_at(keys[opens])
        new = opens[at < 0]
        room = len(new) if self.compared is None else max(0, self.compared - self._kept)
        place = np.full(len(rows), -1, np.int64)
        place[opens] = at
        place[new[:room]] = self._kept + np.arange(min(room, len(new)))
        repeated = first >= 0
        place[repeated] = place[first[repeated]]
        self._keep(rows[new[:room]], keys[new[:room]])
        known = place >= 0
        again = known.copy()
        again[new[:room]] = False
        # A row that is not new brings itself and all that were found to be the same as it before.
        np.add.at(self._rows["again"], place[again], rows["again"][again] + 1)
        self.uncompared += int((rows["again"][~known] + 1).sum())
        firsts = np.full(len(rows), -1, np.int64)
        firsts[known] = self._rows["line"][place[known]]
        return firsts, np.stack([rows["line"][again], firsts[again]], axis=1)

    def _found_at(self, keys: NDArray[np.uint64]) -> Places:
        """Where rows of these keys are kept, -1 where there is none."""
        if not len(self._keys):
            return np.full(len(keys), -1, np.int64)
        at = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        return np.where(self._keys[at] == keys, self._places[at], -1)

    def _keep(self, rows: Records, keys: NDArray[np.uint64]) -> None:
        if not len(rows):
            return
        total = self._kept + len(rows)
        if total > len(self._rows):
            grown = np.empty(2 * total if self.compared is None else min(2 * total, self.compared), RECORD)
            grown[: self._kept] = self._rows[: self._kept]
            self._rows = grown
        self._rows[self._kept : total] = rows
        places = np.concatenate([self._places, np.arange(self._kept, total)])
        keys = np.concatenate([self._keys, keys])
        order = np.argsort(keys, kind="stable")
        self._keys, self._places, self._kept = keys[order], places[order], total

    def __getstate__(self) -> dict[str, object]:
        return {**self.__dict__, "_rows": self._rows[: self._kept]}

    def records(self) -> Records:
        """The different rows so far, in one array and in the order of the file."""
        self._settle()
        return self._rows[: self._kept]

    def again(self) -> Places:
        """The lines of rows that are equal to one before, with that of the first; shape (rows, 2), in order."""
        self._settle()
        self._repeats = [np.concatenate([*self._repeats, np.empty((0, 2), np.int64)])]
        return self._repeats[0]

    def found(self) -> list[Hit]:
        """The duplicates and conflicting answers so far, sorted by line."""
        return _sorted_hits(self._finds())

    def told(self, most: int) -> Told:
        """The same, with at most so many of each check one by one."""
        told = _told(self._finds(), most)
        return told._replace(counts={**told.counts, "exact-duplicate": self.repeats}) if self.repeats else told

    def _finds(self) -> list[Finds]:
        rows, again = self.records(), self.again()
        return [Finds("exact-duplicate", again[:, 0], again[:, 1], np.ones(len(again))), *finds(rows)]


def finds(rows: Records) -> list[Finds]:
    """What rows repeat of one another, and where their answers conflict."""
    repeats = np.full(len(rows), -1, np.int64)
    groups: list[Finds] = []
    pair = _combined(rows, "prompt", "answer", "system")
    for check, keys, among in (
        ("exact-duplicate", _folded(rows["exact"]), np.ones(len(rows), bool)),
        ("key-order-duplicate", _folded(rows["ordered"]), np.ones(len(rows), bool)),
        ("normalised-duplicate", pair, rows["size"] > 0),
    ):
        first = _firsts(keys, among)
        new = (first >= 0) & (repeats < 0)
        repeats[new] = first[new]
        groups.append(_at(check, rows, np.flatnonzero(new), first[new]))
    groups.append(_conflicts(rows))
    single = np.flatnonzero((repeats < 0) & (rows["size"] >= SHORTEST))
    row, other, share = _near(rows["sketch"][single], rows["answer_sketch"][single])
    groups.append(_at("near-duplicate", rows, single[row], single[other], share))
    return groups


def leaks(validation: Duplicates, training: Duplicates) -> list[Hit]:
    """Rows of validation that stand in training, exactly or nearly, or whose prompt does; sorted by line.

    System messages are left out. Exact covers rows that differ in case, spaces, punctuation and order of keys.
    """
    return _sorted_hits(_leaks(validation, training))


def told_leaks(validation: Duplicates, training: Duplicates, most: int) -> Told:
    """The same, with at most so many of each check one by one."""
    groups = _leaks(validation, training)
    told = _told(groups, most)
    records = validation.records()
    counts: Counter[str] = Counter()
    for group in groups[::2]:  # of rows whose lines are not all kept, it is known how many there are
        which = np.searchsorted(records["line"], group.lines)
        counts[group.check] += len(group.lines) + int(records["again"][which].sum())
    return Told(told.hits, {check: n for check, n in counts.items() if n}, counts.total())


def _leaks(validation: Duplicates, training: Duplicates) -> list[Finds]:
    """Leaks of different rows, and after each of rows that are equal to these: a row leaks in one way only."""
    records = validation.records()
    again = validation.again()
    groups: list[Finds] = []
    for group in found_leaks(records, training.records()):
        groups.append(group)
        order = np.argsort(group.lines, kind="stable")
        lines = group.lines[order]
        at = np.minimum(np.searchsorted(lines, again[:, 1]), max(0, len(lines) - 1))
        same = lines[at] == again[:, 1] if len(lines) else np.zeros(len(again), bool)
        which = order[at[same]] if len(lines) else at[:0]
        groups.append(Finds(group.check, again[same, 0], group.others[which], group.shares[which]))
    return groups


def found_leaks(validation: Records, trained: Records) -> list[Finds]:
    """Which of the rows held out stand in those to train on; lines are of the former, others of the latter."""
    n = len(trained)
    is_held = np.arange(n + len(validation)) >= n
    leaked = np.zeros(len(is_held), bool)
    groups: list[Finds] = []

    def both(name: str) -> np.ndarray[Any, Any]:
        return np.concatenate([trained[name], validation[name]])

    def keys(name: str) -> NDArray[np.uint64]:
        if name != "pair":
            return _folded(both(name))
        return np.concatenate([_combined(trained, "prompt", "answer"), _combined(validation, "prompt", "answer")])

    size = both("size")
    for name, among, check in (
        ("ordered", np.ones(len(is_held), bool), "leak-exact"),
        ("pair", size > 0, "leak-exact"),
        ("prompt", both("prompt_size") >= SHORTEST_PROMPT, "leak-near"),
    ):
        first = _firsts(keys(name), among)
        new = np.flatnonzero(is_held & (first >= 0) & (first < n) & ~leaked)
        leaked[new] = True
        mine, its = new - n, first[new]
        share = alike(validation["sketch"][mine], trained["sketch"][its]) if check == "leak-near" else np.ones(len(new))
        groups.append(Finds(check, validation["line"][mine], trained["line"][its], share))
    rest = np.flatnonzero(~leaked & (size >= SHORTEST))
    split = int(np.searchsorted(rest, n))
    few, more = rest[:split], rest[split:] - n
    sketch, answers = (
        np.concatenate([trained[name][few], validation[name][more]]) for name in ("sketch", "answer_sketch")
    )
    row, other, share = _near(sketch, answers, split)
    groups.append(Finds("leak-near", validation["line"][rest[row] - n], trained["line"][rest[other]], share))
    return groups


def _at(check: str, rows: Records, which: Places, others: Places, share: NDArray[np.float64] | None = None) -> Finds:
    return Finds(check, rows["line"][which], rows["line"][others], np.ones(len(which)) if share is None else share)


def _as_hits(finds: Finds) -> Iterator[Hit]:
    for line, other, share in zip(finds.lines.tolist(), finds.others.tolist(), finds.shares.tolist(), strict=True):
        yield Hit(finds.check, line, other, share)


def _sorted_hits(groups: Sequence[Finds]) -> list[Hit]:
    hits = [hit for group in groups for hit in _as_hits(group)]
    return sorted(hits, key=lambda hit: (hit.line, hit.check, hit.other))


def _told(groups: Sequence[Finds], most: int) -> Told:
    counts: Counter[str] = Counter()
    first: list[Finds] = []
    for group in groups:
        counts[group.check] += len(group.lines)
        few = np.argsort(group.lines, kind="stable")[:most]
        first.append(Finds(group.check, group.lines[few], group.others[few], group.shares[few]))
    kept: Counter[str] = Counter()
    hits: list[Hit] = []
    for hit in _sorted_hits(first):
        kept[hit.check] += 1
        if kept[hit.check] <= most:
            hits.append(hit)
    return Told(hits, {check: n for check, n in counts.items() if n}, counts.total())


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


def records_of(entries: Sequence[Entry]) -> Records:
    """What is kept of rows, also of those that are the same."""
    if not entries:
        return np.empty(0, RECORD)
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
    for place, entry in enumerate(entries):
        if entry.media:
            _mix_in(rows, place, entry.media)
        if entry.called:
            _mix_in_sketch(rows, place, entry.called.encode("utf-8", "replace"))
    return rows


def _mix_in(rows: Records, place: int, media: Sequence[tuple[str, str]]) -> None:
    """Make the prompt and the sketch of a row those of its texts with these media.

    Rows with the same media stay as alike as they were; with others, hardly a place of their sketches is equal.
    """
    mask = _mix_in_sketch(
        rows, place, b"\0".join(f"{kind}:{address}".encode("utf-8", "replace") for kind, address in media)
    )
    prompt = np.frombuffer(rows["prompt"][place].tobytes(), np.uint8) ^ mask
    rows["prompt"][place] = np.void(prompt.tobytes())
    rows["prompt_size"][place] = max(rows["prompt_size"][place], SHORTEST_PROMPT)  # an image tells a prompt by itself


def _mix_in_sketch(rows: Records, place: int, told: bytes) -> Bytes:
    """Make the sketch of a row that of its texts with what is told, and give the mask that did it."""
    mask = np.frombuffer(xxh3_128_digest(told), np.uint8)
    rows["sketch"][place] ^= np.resize(mask, BINS)
    return mask


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
    places = np.full(len(keys), -1, np.int64)
    which = np.flatnonzero(among)
    order = which[np.argsort(keys[which], kind="stable")]
    first = order[_opening(keys[order])]
    later = first != order
    places[order[later]] = first[later]
    return places


def _conflicts(rows: Records) -> Finds:
    """Rows whose prompt stands before with another answer, under the same system message; each such answer once."""
    asked = rows["prompt_size"] > 0
    first = _firsts(_combined(rows, "prompt", "system"), asked)
    answers = _folded(rows["answer"])
    differs = (first >= 0) & (answers != answers[first])
    repeated = _firsts(_combined(rows, "prompt", "system", "answer"), asked) >= 0
    which = np.flatnonzero(differs & ~repeated)
    return _at("conflicting-answers", rows, which, first[which])


def _near(sketch: Bytes, answers: Bytes, trained: int | None = None) -> tuple[Places, Places, NDArray[np.float64]]:
    """Rows nearly the same as an earlier one: their places, the place of that one, and how alike they are.

    Given are the sketches of the rows and of their answers.

    With `trained`, only rows from that place on are compared, and only with those before it.
    """
    partner = np.full(len(sketch), -1, np.int64)
    numbers = np.arange(len(sketch))
    for band in range(0, BINS, BAND):
        keys = np.ascontiguousarray(sketch[:, band : band + BAND]).view("<u4").ravel().astype(np.uint64)
        # Sorted with the place beside the key: within a bucket rows stand in ascending order, training first.
        ordered = np.sort((keys << np.uint64(32)) | numbers.astype(np.uint64))
        places = (ordered & np.uint64(0xFFFFFFFF)).astype(np.int64)
        first = _opening(ordered >> np.uint64(32))
        if trained is None:
            before, may = numbers, first < numbers
        else:
            before, may = _ending(first, places < trained), (places >= trained) & (places[first] < trained)
        for other in (first, *(before - step for step in range(1, COMPARED + 1))):
            right = may & (other >= first)
            _compare(sketch, answers, places[right], places[other[right]], partner)
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


def _compare(sketch: Bytes, answers: Bytes, row: Places, other: Places, partner: Places) -> None:
    """Note the earlier partner of each row where the two are alike enough."""
    worth = (partner[row] < 0) | (other < partner[row])
    row, other = row[worth], other[worth]
    for start in range(0, len(row), 1 << 16):
        mine, its = row[start : start + (1 << 16)], other[start : start + (1 << 16)]
        near = alike(sketch[mine], sketch[its]) >= NEAR
        mine, its = mine[near], its[near]
        near = alike(answers[mine], answers[its]) >= NEAR_ANSWER
        partner[mine[near]] = its[near]
