"""Texts without case, spaces and punctuation, and small sketches of them that tell how alike two texts are.

A sketch is a one-permutation MinHash (Li, Owen, Zhang 2012) with rotation for empty bins (Shrivastava, Li 2014): the
share of equal places estimates the Jaccard similarity of the sets of short byte sequences in two texts. All of it is
arithmetic on whole batches, linear in their size.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import NamedTuple
from unicodedata import category, is_normalized, normalize

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Places = NDArray[np.int64]
Minima = NDArray[np.uint32]

END = 0xFF
"""Closes each text; UTF-8 never has it."""
DROPPED = b" \t\n\r\v\f.,;:!?'\"`"
"""Spaces and the punctuation of sentences. Operators, brackets and dashes stay: 3-4 is not 3*4."""

APART = 0x1F
"""Stands for what is dropped between two digits: the separator of units in ASCII, which texts do not use."""

BINS = 64
SEQUENCE = 6
"""Bytes that are hashed together: about a word. Longer ones find fewer light edits in short texts."""
PIECE = 1 << 17
"""Bytes worked on at a time, so that the arrays stay in the processor's cache."""

_END = bytes([END])
_DROPS = np.zeros(256, bool)
_DROPS[list(DROPPED)] = True
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
    joined = _END.join([*texts, b""])
    signs = np.frombuffer(bytearray(joined), np.uint8)
    digits = np.flatnonzero(_DIGITS[signs])
    after, gaps = digits[:-1] + 1, np.diff(digits)
    apart = after[(gaps == 2) & _DROPS[signs[after]]].tolist()
    far = (gaps > 2) & _DROPS[signs[after]] & _DROPS[signs[after + 1]] & _DROPS[signs[digits[1:] - 1]]
    for start, gap in zip(after[far].tolist(), gaps[far].tolist(), strict=True):
        if not joined[start : start + gap - 1].strip(DROPPED):
            apart.append(start)
    signs[apart] = APART
    return np.frombuffer(signs.tobytes().translate(_LOWER, DROPPED), np.uint8)


def _prepared(text: str) -> bytes:
    if text.isascii():
        return text.encode()
    if 8 * len(text.encode("ascii", "ignore")) < 7 * len(text):
        return _unified(text).encode("utf-8", "surrogatepass")
    # ASCII beside them changes neither signs beyond it nor itself, but for a letter whose accent follows.
    parts: list[str] = []
    end = 0
    for found in _BEYOND.finditer(text):
        start = max(found.start() - 1, 0)
        run = text[start : found.end()]
        parts += (text[end:start], _unified_run(run) if len(run) <= SHORT_RUN else _unified(run))
        end = found.end()
    parts.append(text[end:])
    return "".join(parts).encode("utf-8", "surrogatepass")


def _unified(text: str) -> str:
    if not is_normalized("NFKC", text):
        text = normalize("NFKC", text)
    return _punctuation().sub(_ascii_sign, text.casefold())


SHORT_RUN = 16
"""Characters up to which what was made of a run is remembered: mostly quotes, dashes and letters with accents."""
_unified_run = lru_cache(4_096)(_unified)
_BEYOND = re.compile(r"[^\x00-\x7f]+")


@cache
def _punctuation() -> re.Pattern[str]:
    """Punctuation, spaces and marks without width beyond ASCII."""
    signs = (chr(point) for point in range(0x80, 0x10000))
    return re.compile(
        "[" + "".join(re.escape(sign) for sign in signs if category(sign)[0] in "PZ" or category(sign) == "Cf") + "]"
    )


def _ascii_sign(found: re.Match[str]) -> str:
    return "-" if category(found[0]) == "Pd" else " "


def minima(data: Bytes, starts: Places, ends: Places) -> Minima:
    """The least hash of each bin for each stretch `data[starts[i]:ends[i]]`, shape (len(starts), BINS).

    The lesser of two rows is the row of both stretches together. A stretch shorter than a sequence has empty bins only.
    Stretches must stand in ascending order and not overlap.
    """
    found = np.empty((len(starts), BINS), np.uint32)
    padded = np.concatenate([data, np.zeros(8, np.uint8)])
    # The eight bytes from each place on, read as one number, without a copy.
    words = np.ndarray((len(data),), np.dtype("<u8"), padded, strides=(1,))
    first = 0
    while first < len(starts):
        last = max(first + 1, int(np.searchsorted(ends, starts[first] + PIECE)))
        found[first:last] = _minima(words, starts[first:last], ends[first:last])
        first = last
    return found


def _minima(words: NDArray[np.uint64], starts: Places, ends: Places) -> Minima:
    rows = len(starts)
    hashed = _hash(words[starts[0] : ends[-1]] << np.uint64(64 - 8 * SEQUENCE))
    # One row more than there are takes what belongs to none: places too near an end, or between two stretches.
    counts = np.maximum(ends - starts - SEQUENCE + 1, 0)
    others = np.diff(starts, append=ends[-1]) - counts
    owners = np.stack([np.arange(rows, dtype=np.int32), np.full(rows, rows, np.int32)], axis=1) * BINS
    cells = np.repeat(owners.ravel(), np.stack([counts, others], axis=1).ravel())
    cells |= (hashed & np.uint32(BINS - 1)).view(np.int32)
    least = np.full((rows + 1) * BINS, _EMPTY, np.uint32)
    np.minimum.at(least, cells, hashed >> np.uint32(BINS.bit_length() - 1))
    return least.reshape(rows + 1, BINS)[:rows]


def folded(least: Minima, bins: int) -> Minima:
    """Minima of fewer bins; `bins` divides `BINS`."""
    return least.reshape(len(least), BINS // bins, bins).min(axis=1)


def _hash(numbers: NDArray[np.uint64]) -> NDArray[np.uint32]:
    """The upper half of a product with an odd number depends on every bit of the sequence."""
    product = numbers * np.uint64(0x9E3779B97F4A7C15)
    return (product >> np.uint64(32)).astype(np.uint32)


def sketches(least: Minima) -> Bytes:
    """One byte for each bin; empty ones take from the next that is not, marked with the distance."""
    bins = least.shape[1]
    holes = least == _EMPTY
    if holes.any():
        far = 2 * bins
        places = np.where(np.concatenate([holes, holes], axis=1), far, np.arange(far))
        following = np.minimum.accumulate(places[:, ::-1], axis=1)[:, ::-1][:, :bins]
        distance = (following - np.arange(bins)).astype(np.uint32)
        least = np.take_along_axis(least, following % bins, axis=1) + distance * np.uint32(0x9E3779B1)
    return ((least * np.uint32(0x85EBCA6B)) >> np.uint32(24)).astype(np.uint8)


def alike(first: Bytes, second: Bytes) -> NDArray[np.float64]:
    """How alike the texts of two equally long rows of sketches are, from 0 to 1."""
    return (first == second).mean(axis=1)
