"""What a push tries of what takes long, and what it leaves to `make test-deep`.

Combinations of languages, sizes and the like: `crossed`, `by_turns`, and the marker `on_push` for whatever parametrizes
a test. Examples of a property: `examples_on_push`. A whole test: `deep`, where another watches much the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import product
from zlib import crc32

import pytest
from hypothesis import settings  # noqa: TID251 - `examples_on_push` hands on what conftest.py says

PUSH = 25
"""Examples of a property on push."""


def examples_on_push(number: int) -> settings:
    """For a property of which each example takes long: fewer on push, as many as any other by `make test-deep`."""
    usual = settings().max_examples
    return settings(max_examples=number if usual == PUSH else usual)


def leave_to_deep(items: list[pytest.Item]) -> None:
    """Of each test that is marked `on_push(number)`, mark all but so many of its combinations `deep`.

    Which they are hangs on the name of the test, so that many tests together try all languages and sizes.
    """
    combinations: dict[str, list[pytest.Item]] = {}
    for item in items:
        if item.get_closest_marker("on_push"):
            combinations.setdefault(item.nodeid.partition("[")[0], []).append(item)
    for some in combinations.values():
        marker = some[0].get_closest_marker("on_push")
        assert marker
        for item in sorted(some, key=lambda one: crc32(one.nodeid.encode()))[marker.args[0] :]:
            item.add_marker(pytest.mark.deep)


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
