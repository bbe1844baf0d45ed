"""Which of many texts are worth a look: one pass of RE2 over all of them, which rules out nearly all.

What is ruled out here is clean: neither `advisor.dataset.privacy.find` nor the checks that say by a pattern how their
defect shows would find anything. What is not may be clean all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, NamedTuple

import re2

from advisor.dataset.checks.registry import CHECKS
from advisor.dataset.privacy.find import FLAG, matching


class Suspects(NamedTuple):
    """Places of texts that are worth a look: for what is private, and for all else."""

    private: list[int]
    spoilt: list[int]


def suspects(texts: Sequence[bytes]) -> Suspects:
    """The few of many texts, in UTF-8, in which something may be found."""
    either, private, spoilt = _patterns(CHECKS.shows)
    suspects_found = Suspects([], [])
    for place in matching(texts, either):
        if private.search(texts[place]):
            suspects_found.private.append(place)
        if spoilt.search(texts[place]):
            suspects_found.spoilt.append(place)
    return suspects_found


@cache
def _patterns(shows: tuple[Callable[[], str], ...]) -> tuple[Any, Any, Any]:
    """What finds either, what is private, and what is spoilt."""
    spoilt = "|".join(pattern() for pattern in shows)
    either, private, spoilt = (re2.compile(one.encode()) for one in (f"{spoilt}|{FLAG}", FLAG, spoilt))
    return either, private, spoilt
