"""Counts the tokens of many texts: as exact as `advisor.dataset.tokens.exact`, several times faster.

toktok does the counting where it is known to agree with tiktoken: for the pair of versions that the guard was measured
with (`advisor.dataset.tokens.agreement`), and for texts without a character on its list. Everything else goes to
tiktoken, the reference. Texts that come again, as system prompts do, are counted once: their number is remembered under
a hash, never with the text.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Sequence
from functools import cache
from itertools import islice
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from xxhash import xxh3_128_digest

from advisor.dataset.tokens import exact
from advisor.dataset.tokens.agreement import fast_encoder, guard, installed
from advisor.dataset.tokens.exact import ENCODINGS, LONGEST_BLANK, UnknownEncoding

WORTH_REMEMBERING = 64
"""Texts of fewer characters are counted about as fast as they are looked up."""
REMEMBERED = 100_000
"""Counts kept for each vocabulary; the oldest half goes when there are more. About 120 bytes each."""
SURROGATES = (0xD800, 0xDFFF)
"""Halves of a character, which JSON can hold and UTF-8 cannot; tiktoken puts a replacement in their place."""


def counts(
    texts: Sequence[str], encoding: str, *, threads: int = 0, again: Collection[int] | None = None
) -> NDArray[np.int64]:
    """Tokens of each text, shape (len(texts),); markers such as <|endoftext|> are counted as ordinary text.

    The numbers are those of `advisor.dataset.tokens.exact.count`, which says where they are estimates: where the
    vocabulary is missing, and for texts with blanks of more than half a million characters. `threads` is how many cores
    to count on; 0 is all. `again` are the places of texts that are likely to come again; without it, all are. Safe to
    call from several threads. Raises `UnknownEncoding`.
    """
    if encoding not in ENCODINGS:
        raise UnknownEncoding(f'there is no encoding "{encoding}"; there are: {", ".join(ENCODINGS)}')
    return _counter(ENCODINGS[encoding]).counts(texts, threads, again)


@cache
def _counter(vocabulary: str) -> Counter:
    return Counter(vocabulary)


class Counter:
    """Counts with one vocabulary and remembers what it counted. `fast` is None where tiktoken does all the work."""

    def __init__(self, vocabulary: str, remembered: int = REMEMBERED) -> None:
        self.vocabulary = vocabulary
        self.remembered = remembered
        measured = guard()
        trusted = measured.versions == installed() and exact.is_exact(vocabulary)
        self.fast = fast_encoder(vocabulary) if trusted else None
        self._differs = np.zeros(sys.maxunicode + 1, bool)
        for first, last in (*measured.ranges.get(vocabulary, ()), SURROGATES):
            self._differs[first : last + 1] = True
        self._known: dict[bytes, int] = {}
        self._lock = Lock()

    def counts(self, texts: Sequence[str], threads: int = 0, again: Collection[int] | None = None) -> NDArray[np.int64]:
        """As the function `counts`."""
        counts = np.zeros(len(texts), np.int64)
        keys: dict[bytes, int] = {}  # by hash, the place of a text that is to be remembered
        known: dict[int, int] = {}  # by place, how many tokens it has
        same: list[tuple[int, int]] = []
        with self._lock:
            for index in range(len(texts)) if again is None else again:
                text = texts[index]
                if len(text) < WORTH_REMEMBERING:
                    continue
                key = xxh3_128_digest(text.encode("utf-8", "surrogatepass"))
                if key in self._known:
                    known[index] = self._known[key]
                elif (first := keys.setdefault(key, index)) != index:
                    same.append((index, first))
        for index, n in known.items():
            counts[index] = n
        passed = {*known, *(index for index, _ in same)}
        new = [index for index in range(len(texts)) if index not in passed] if passed else range(len(texts))
        counts[new] = self._counted([texts[index] for index in new] if passed else list(texts), threads)
        for index, first in same:
            counts[index] = counts[first]
        self._remember({key: int(counts[index]) for key, index in keys.items()})
        return counts

    def _counted(self, texts: list[str], threads: int) -> Sequence[int]:
        if self.fast is None:
            return [exact.count(text, self.vocabulary).tokens for text in texts]
        slow = self._only_for_the_reference(texts)
        if not slow:
            return list(self.fast.count_batch(texts, threads, False))
        counted = self.fast.count_batch(["" if i in slow else text for i, text in enumerate(texts)], threads, False)
        for index in slow:
            counted[index] = exact.count(texts[index], self.vocabulary).tokens
        return list(counted)

    def _only_for_the_reference(self, texts: list[str]) -> set[int]:
        slow = (
            {index for index, text in enumerate(texts) if len(text) > LONGEST_BLANK}
            if max(map(len, texts), default=0) > LONGEST_BLANK
            else set()
        )
        foreign = [index for index, text in enumerate(texts) if not text.isascii() and index not in slow]
        # Such characters are rare: all texts are looked through at once, and only a find asks which text it was.
        if self._guarded("".join(texts[index] for index in foreign)):
            slow.update(index for index in foreign if self._guarded(texts[index]))
        return slow

    def _guarded(self, text: str) -> bool:
        points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
        return bool(self._differs[points].any())

    def _remember(self, counted: dict[bytes, int]) -> None:
        with self._lock:
            self._known.update(counted)
            if len(self._known) > self.remembered:
                newest = islice(self._known.items(), len(self._known) - self.remembered // 2, None)
                self._known = dict(newest)
