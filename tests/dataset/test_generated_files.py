"""Nearly sound files of every format, made by chance: what must hold of every file holds of them."""

from __future__ import annotations

import random
from contextlib import suppress

import pytest

from advisor.dataset import Unusable
from fuzz.harnesses import built, paired_rows


class Chance:
    """Chooses by chance, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def ConsumeIntInRange(self, least: int, most: int) -> int:
        return self._random.randint(least, most)

    def ConsumeUnicode(self, count: int) -> str:
        size = self._random.randint(0, count)
        return "".join(chr(self._random.choice((self._random.randint(1, 127), 0xE9, 0x4E2D))) for _ in range(size))


@pytest.mark.parametrize("first", range(0, 80, 20))
def test_what_must_hold_of_every_file_holds(first: int) -> None:
    for seed in range(first, first + 20):
        with suppress(Unusable):  # an empty file, or a format that cannot become the other
            built(Chance(seed))


def test_what_must_hold_beside_a_validation_file_and_in_stretches_holds() -> None:
    for seed in range(20, 50):
        with suppress(Unusable):
            paired_rows(Chance(seed))
