"""Points in the unit interval, a scrambled sequence for each name, and their normal deviates, kept in files from one
start of the program to the next.

Each name has a van der Corput sequence of its own, in base 2, shuffled and scrambled after Owen by a hash of the name
(B. Burley, Practical Hash-based Owen Scrambling, Journal of Computer Graphics Techniques 9(4), 2020). So a name that
comes or goes leaves what is drawn for the others as it was, and any `2**k` points that begin at a multiple of `2**k`
have one in each `2**k`-th of the interval.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from advisor.cache_folder import cache_folder, installed, read_kept, write_kept

Points = npt.NDArray[np.float64]
Words = npt.NDArray[np.uint32]

KEPT = 4
"""Files of each kind that are kept, each for other names; a further one takes the place of the oldest."""
EDGE = 1e-9
"""Points keep so far from 0 and 1, where a normal deviate is infinite."""


def points(names: Sequence[str], count: int, seed: int) -> Points:
    """The first points of each name, shape (count, names); equal for equal seeds. `count` is at most 2**32."""
    return _kept("points", names, count, seed, draw)


def normals(names: Sequence[str], count: int, seed: int) -> Points:
    """The standard normal deviates at `points`, shape (count, names)."""
    return _kept(f"normals-{installed('scipy')}", names, count, seed, deviates)


def _kept(kind: str, names: Sequence[str], count: int, seed: int, make: Callable[..., Points]) -> Points:
    folder = cache_folder("points")
    drawn = hashlib.blake2b("\0".join((str(seed), *names)).encode(), digest_size=16).hexdigest()
    file = folder and folder / f"{kind}-{drawn}.f8"
    kept = np.frombuffer((file and read_kept(file)) or b"", "<f8").reshape(-1, len(names))
    if len(kept) >= count:
        return kept[:count]
    made = make(names, count, seed)
    if file:
        write_kept(file, made.astype("<f8").tobytes(), KEPT, f"{kind.partition('-')[0]}-*")
    return made


def draw(names: Sequence[str], count: int, seed: int) -> Points:
    """The points themselves."""
    place = np.arange(count, dtype=np.uint32)[:, np.newaxis]
    shuffle, scramble = _seeds(names, seed)
    words = _scrambled(_reversed(_scrambled(place, shuffle)), scramble)
    drawn: Points = (words.astype(np.float64) + 0.5) / 2.0**32
    return drawn


def deviates(names: Sequence[str], count: int, seed: int) -> Points:
    """The normal deviates themselves."""
    return normal(inside(points(names, count, seed)))


def _seeds(names: Sequence[str], seed: int) -> Words:
    """Two words for each name, shape (2, names): what its points are shuffled by, and what they are scrambled by."""
    hashed = [hashlib.blake2b(f"{seed}\0{name}".encode(), digest_size=8).digest() for name in names]
    return np.ascontiguousarray(np.frombuffer(b"".join(hashed), "<u4").reshape(-1, 2).T)


def _scrambled(words: Words, seeds: Words) -> Words:
    """Each bit flipped or not by what stands above it, as a hash with the seed says: nested uniform scrambling."""
    mixed = _reversed(words)
    # The steps and constants of the hash are Laine and Karras's, as section 3 of the paper gives them.
    mixed = mixed + seeds
    for factor in (0x6C50B47C, 0xB82F1E52, 0xC7AFE638, 0x8D22F6E6):
        mixed = mixed ^ (mixed * np.uint32(factor))
    return _reversed(mixed)


def _reversed(words: Words) -> Words:
    """The words with their 32 bits in reversed order."""
    for shift, mask in ((1, 0x55555555), (2, 0x33333333), (4, 0x0F0F0F0F), (8, 0x00FF00FF), (16, 0x0000FFFF)):
        low, by = np.uint32(mask), np.uint32(shift)
        words = ((words >> by) & low) | ((words & low) << by)
    return words


def inside(sequence: Points) -> Points:
    """The points moved off 0 and 1 by `EDGE`."""
    return np.clip(sequence, EDGE, 1 - EDGE)


def normal(u: Points) -> Points:
    """The standard normal deviate at each probability, in an array of the same shape."""
    from scipy.special import ndtri  # here, since importing it takes a third of a second

    values: Points = ndtri(u)
    return values
