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
_ASCII_OR_END = bytes([*range(128), END])
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
    encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
    parts: list[Bytes] = []
    first = size = 0
    for place, text in enumerate(encoded):
        size += len(text)
        if size >= PIECE:
            parts.append(_stripped(_END.join([*encoded[first : place + 1], b""])))
            first, size = place + 1, 0
    parts.append(_stripped(_END.join([*encoded[first:], b""])))
    data = np.concatenate(parts)
    return Plain(data, np.concatenate([np.zeros(1, np.int64), np.flatnonzero(data == END) + 1]))


def _stripped(joined: bytes) -> Bytes:
    """Texts, each closed by `END`, without what is dropped and in lower case."""
    if not joined.translate(None, _ASCII_OR_END):
        return _without_signs(joined)
    return _without_signs(_in_one_form(joined))


def _without_signs(joined: bytes) -> Bytes:
    signs = np.frombuffer(joined, np.uint8)
    digit = (signs - np.uint8(ord("0"))) < 10
    edges = np.flatnonzero(np.diff(digit, prepend=False, append=False))
    ends, starts = edges[1:-1:2], edges[2::2]  # of what stands between two numbers
    between = starts - ends
    near = ends[between == 1]
    apart = near[_DROPS[signs[near]]].tolist()
    wide = np.flatnonzero(between > 1)
    for off in (0, 1):  # hardly any are left to be looked at one by one
        wide = wide[_DROPS[signs[ends[wide] + off]]]
        wide = wide[_DROPS[signs[starts[wide] - 1 - off]]]
    for first, last in zip(ends[wide].tolist(), starts[wide].tolist(), strict=True):
        if not joined[first:last].strip(DROPPED):
            apart.append(first)
    if apart:
        signs = signs.copy()
        signs[apart] = APART
        joined = signs.tobytes()
    return np.frombuffer(joined.translate(_LOWER, DROPPED), np.uint8)


def _in_one_form(joined: bytes) -> bytes:
    """Texts with what is beyond ASCII in one form.

    ASCII beside it changes neither that nor itself, but for a letter whose accent follows: runs of bytes beyond ASCII
    are looked at, each with the sign before it.
    """
    signs = np.frombuffer(joined, np.uint8)
    beyond = (signs >= 0x80) & (signs != END)
    edges = np.flatnonzero(np.diff(beyond, prepend=False, append=False))
    starts, ends = np.maximum(edges[::2] - 1, 0), edges[1::2]
    parts: list[bytes] = []
    end = 0
    # A text may begin beyond ASCII: what stands before that is the end of another text, and no sign of either.
    starts += signs[starts] == END
    for start, stop in zip(starts.tolist(), ends.tolist(), strict=True):
        run = joined[start:stop]
        parts += (joined[end:start], _unified_run(run) if len(run) <= SHORT_RUN else _unified(run))
        end = stop
    parts.append(joined[end:])
    return b"".join(parts)


def _unified(run: bytes) -> bytes:
    text = run.decode("utf-8", "surrogatepass")
    if not is_normalized("NFKC", text):
        text = normalize("NFKC", text)
    return _punctuation().sub(_ascii_sign, text.casefold()).encode("utf-8", "surrogatepass")


SHORT_RUN = 32
"""Bytes up to which what was made of a run is remembered: mostly quotes, dashes, letters with accents, short words."""
_unified_run = lru_cache(4_096)(_unified)


@cache
def _punctuation() -> re.Pattern[str]:
    """Punctuation, spaces and marks without width beyond ASCII."""
    signs = (chr(point) for point in range(0x80, 0x10000))
    return re.compile(
        "[" + "".join(re.escape(sign) for sign in signs if category(sign)[0] in "PZ" or category(sign) == "Cf") + "]"
    )


def _ascii_sign(match: re.Match[str]) -> str:
    return "-" if category(match[0]) == "Pd" else " "


def minima(data: Bytes, starts: Places, ends: Places) -> Minima:
    """The least hash of each bin for each stretch `data[starts[i]:ends[i]]`, shape (len(starts), BINS).

    The lesser of two rows is the row of both stretches together. A stretch shorter than a sequence has empty bins only.
    Stretches must stand in ascending order and not overlap.
    """
    smallest = np.empty((len(starts), BINS), np.uint32)
    padded = np.concatenate([data, np.zeros(8, np.uint8)])
    # The eight bytes from each place on, read as one number, without a copy.
    words = np.ndarray((len(data),), np.dtype("<u8"), padded, strides=(1,))
    first = 0
    while first < len(starts):
        last = max(first + 1, int(np.searchsorted(ends, starts[first] + PIECE)))
        smallest[first:last] = _minima(words, starts[first:last], ends[first:last])
        first = last
    return smallest


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
    holes = least == _EMPTY
    some = np.flatnonzero(holes.any(axis=1))
    if len(some):
        least = least.copy()
        least[some] = _rotated(least[some], holes[some])
    return ((least * np.uint32(0x85EBCA6B)) >> np.uint32(24)).astype(np.uint8)


def _rotated(least: Minima, holes: NDArray[np.bool_]) -> Minima:
    """The same with each hole filled from the next bin that is none."""
    bins = least.shape[1]
    far = 2 * bins
    places = np.where(np.concatenate([holes, holes], axis=1), far, np.arange(far))
    following = np.minimum.accumulate(places[:, ::-1], axis=1)[:, ::-1][:, :bins]
    distance = (following - np.arange(bins)).astype(np.uint32)
    filled: Minima = np.take_along_axis(least, following % bins, axis=1) + distance * np.uint32(0x9E3779B1)
    return filled


def alike(first: Bytes, second: Bytes) -> NDArray[np.float64]:
    """How alike the texts of two equally long rows of sketches are, from 0 to 1."""
    return (first == second).mean(axis=1)
