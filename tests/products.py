"""Tests with every combination of languages, sizes and the like: a push tries some, `make test-deep` the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import product
from zlib import crc32

import pytest


def crossed(**values: Iterable[object]) -> pytest.MarkDecorator:
    """Parametrize a test with every combination of these values.

    On push it runs with so many that each value occurs: the first of each, the second of each, and so on; a list that
    ends before the longest begins anew. The others are marked `deep`.
    """
    listed = [list(some) for some in values.values()]
    places = [range(len(some)) for some in listed]
    on_push = {tuple(turn % len(some) for some in listed) for turn in range(max(map(len, listed)))}
    return pytest.mark.parametrize(
        tuple(values),
        [
            pytest.param(
                *(some[place] for some, place in zip(listed, one, strict=True)),
                marks=() if one in on_push else pytest.mark.deep,
            )
            for one in product(*places)
        ],
    )


def by_turns(**values: Iterable[object]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Parametrize a test with every combination of these values, of which a push tries one; the others are `deep`.

    For what is the same in each, so that one failure would be all of them: which one it is hangs on the name of the
    test, so that many tests together try all.
    """
    combinations = list(product(*values.values()))

    def mark(test: Callable[..., None]) -> Callable[..., None]:
        on_push = crc32(test.__name__.encode()) % len(combinations)
        shown = [
            pytest.param(*one, marks=() if place == on_push else pytest.mark.deep)
            for place, one in enumerate(combinations)
        ]
        return pytest.mark.parametrize(tuple(values), shown)(test)

    return mark
