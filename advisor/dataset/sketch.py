"""Texts without case, spaces and punctuation, and small sketches of them that tell how alike two texts are.

A sketch is a one-permutation MinHash (Li, Owen, Zhang 2012) with rotation for empty bins (Shrivastava, Li 2014): the
share of equal places estimates the Jaccard similarity of the sets of short byte sequences in two texts. All of it is
arithmetic on whole batches, linear in their size.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple
from unicodedata import category, is_normalized, normalize

import numpy as np
from numpy.typing import NDArray
from xxhash import xxh3_64_intdigest

Bytes = NDArray[np.uint8]
Places = NDArray[np.int64]

END = 0xFF
"""Closes each text; UTF-8 never has it."""
DROPPED = b" \t\n\r\v\f.,;:!?'\"`"
"""Spaces and the punctuation of sentences. Operators, brackets and dashes stay: 3-4 is not 3*4."""

BINS = 64
SEQUENCE = 6
"""Bytes that are hashed together: about a word. Longer ones find fewer light edits in short texts."""
PIECE = 1 << 17
"""Bytes worked on at a time, so that the arrays stay in the processor's cache."""

_END = bytes([END])
_KEEPS = np.ones(256, bool)
_KEEPS[list(DROPPED)] = False
_DIGITS = np.zeros(256, bool)
_DIGITS[list(b"0123456789")] = True
_LOWER = bytes(range(256)).lower()
_EMPTY = np.uint32(0xFFFFFFFF)


class Plain(NamedTuple):
    """Texts in one array, each closed by `END`: text i is `data[starts[i]:starts[i + 1]]`."""

    data: Bytes
    starts: Places


def plain(texts: Sequence[str]) -> Plain:
    """The texts without case, spaces and punctuation, in UTF-8; compatible forms of characters made one (NFKC).

    Digits that something stood between stay apart, so that 1.5 is not 15.
    """
    parts: list[Bytes] = []
    waiting: list[bytes] = []
    size = 0
    for text in texts:
        prepared = _prepared(text)
        waiting.append(prepared)
        size += len(prepared)
        if size >= PIECE:
            parts.append(_stripped(waiting))
            waiting, size = [], 0
    parts.append(_stripped(waiting))
    data = np.concatenate(parts)
    return Plain(data, np.concatenate([np.zeros(1, np.int64), np.flatnonzero(data == END) + 1]))


def _stripped(texts: list[bytes]) -> Bytes:
    written = np.frombuffer(b"".join(text + _END for text in texts).translate(_LOWER), np.uint8)
    kept = np.flatnonzero(_KEEPS[written]).astype(np.int32)
    data = written[kept]
    digit = _DIGITS[data]
    apart = np.flatnonzero(digit[:-1] & digit[1:])
    apart = apart[kept[apart + 1] - kept[apart] > 1] + 1
    return np.insert(data, apart, ord(" ")) if len(apart) else data


def _prepared(text: str) -> bytes:
    if text.isascii():
        return text.encode()
    if not is_normalized("NFKC", text):
        text = normalize("NFKC", text)
    return _punctuation().sub(_ascii_sign, text.casefold()).encode("utf-8", "surrogatepass")


@cache
def _punctuation() -> re.Pattern[str]:
    """Punctuation, spaces and marks without width beyond ASCII."""
    signs = (chr(point) for point in range(0x80, 0x10000))
    return re.compile(
        "[" + "".join(re.escape(sign) for sign in signs if category(sign)[0] in "PZ" or category(sign) == "Cf") + "]"
    )


def _ascii_sign(found: re.Match[str]) -> str:
    return "-" if category(found[0]) == "Pd" else " "


def sketches(data: Bytes, starts: Places, ends: Places, bins: int = BINS) -> Bytes:
    """A sketch for each stretch `data[starts[i]:ends[i]]` of a text, shape (len(starts), bins).

    A stretch too short for one sequence gets a sketch of its whole, which equals that of the same stretch only.
    Stretches must stand in ascending order and not overlap. `bins` is a power of two.
    """
    found = np.empty((len(starts), bins), np.uint8)
    padded = np.concatenate([data, np.zeros(8, np.uint8)])
    # The eight bytes from each place on, read as one number, without a copy.
    words = np.ndarray((len(data),), np.dtype("<u8"), padded, strides=(1,))
    first = 0
    while first < len(starts):
        last = max(first + 1, int(np.searchsorted(ends, starts[first] + PIECE)))
        found[first:last] = _sketched(data, words, starts[first:last], ends[first:last], bins)
        first = last
    return found


def _sketched(data: Bytes, words: NDArray[np.uint64], starts: Places, ends: Places, bins: int) -> Bytes:
    rows, origin = len(starts), starts[0]
    hashed = _hash(words[origin : ends[-1]] << np.uint64(64 - 8 * SEQUENCE))
    # One row more than there are takes what belongs to none: places too near an end, or between two stretches.
    counts = np.maximum(ends - starts - SEQUENCE + 1, 0)
    others = np.diff(starts, append=ends[-1]) - counts
    owners = np.stack([np.arange(rows, dtype=np.int32), np.full(rows, rows, np.int32)], axis=1)
    row = np.repeat(owners.ravel(), np.stack([counts, others], axis=1).ravel())
    least = np.full((rows + 1) * bins, _EMPTY, np.uint32)
    np.minimum.at(least, row * bins + (hashed & np.uint32(bins - 1)), hashed >> np.uint32(bins.bit_length() - 1))
    table = least.reshape(rows + 1, bins)[:rows]
    for short in np.flatnonzero(counts == 0):
        table[short] = xxh3_64_intdigest(data[starts[short] : ends[short]].tobytes()) & 0xFFFFFF
    return _filled(table)


def _hash(numbers: NDArray[np.uint64]) -> NDArray[np.uint32]:
    """The upper half of a product with an odd number depends on every bit of the sequence."""
    product = numbers * np.uint64(0x9E3779B97F4A7C15)
    return (product >> np.uint64(32)).astype(np.uint32)


def _filled(table: NDArray[np.uint32]) -> Bytes:
    """Empty bins take from the next one that is not, marked with the distance; then one byte is kept of each."""
    bins = table.shape[1]
    holes = table == _EMPTY
    if holes.any():
        far = 2 * bins
        places = np.where(np.concatenate([holes, holes], axis=1), far, np.arange(far))
        following = np.minimum.accumulate(places[:, ::-1], axis=1)[:, ::-1][:, :bins]
        distance = (following - np.arange(bins)).astype(np.uint32)
        table = np.take_along_axis(table, following % bins, axis=1) + distance * np.uint32(0x9E3779B1)
    return ((table * np.uint32(0x85EBCA6B)) >> np.uint32(24)).astype(np.uint8)


def alike(first: Bytes, second: Bytes) -> NDArray[np.float64]:
    """How alike the texts of two equally long rows of sketches are, from 0 to 1."""
    return (first == second).mean(axis=1)
