"""Which of the names that there are someone may have meant: one way for questions, values, columns, fields and options.

What is compared is bounded, since a stranger chooses how much of it there is and how long it is. So
bounded, Python's own difflib takes less than 1 ms for the names of all questions. RapidFuzz is two hundred times as
fast and names the same first in 99 of 100 cases, but takes 100 ms to import.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches

from advisor.language import Language

MOST_NAMES = 3
"""Names that are suggested at once."""
LONGEST = 60
"""Characters up to which a name is compared; longer ones are no slips of the pen."""
LIKE = 0.65
"""From which likeness on two names are close, from 0 to 1."""
APART = 0.1
"""Names that are less like by more than this than the likeliest are not told beside it."""
SHORTEST = 3
"""Letters from which a part of a name says which is meant."""


@dataclass(frozen=True)
class AnyOf:
    """Names of which one may be meant, for a message: it is told in the reader's language."""

    names: tuple[str, ...]

    def text(self, lang: Language) -> str:
        return lang.any_of(self.names)


def near(given: object, known: Iterable[str]) -> tuple[str, ...]:
    """The names that may be meant by what was given, likeliest first; none where nothing is like it.

    The same letters come first, then names that begin with what was given or have its words, then similar spellings.
    """
    if not isinstance(given, str) or not 0 < len(given) <= LONGEST:
        return ()
    wanted = _plain(given)
    names: dict[str, str] = {}
    for name in known:
        names.setdefault(_plain(name), name)
    if not wanted or not names:
        return ()
    if wanted in names:
        return (names[wanted],)
    parts = []
    if len(wanted) >= SHORTEST:
        words = set(wanted.split("_"))
        parts = [name for name in names if name.startswith(wanted)]
        parts = parts or [name for name in names if words <= set(name.split("_"))]
    if not parts:
        parts = spelt_alike(wanted, names)
    return tuple(names[name] for name in parts[:MOST_NAMES])


def spelt_alike(wanted: str, names: Iterable[str]) -> list[str]:
    """The names that are spelt most like the wanted one, likeliest first; it takes long where there are many."""
    alike = get_close_matches(wanted, names, n=MOST_NAMES, cutoff=LIKE)
    ratios = [SequenceMatcher(None, name, wanted).ratio() for name in alike]
    return [name for name, ratio in zip(alike, ratios, strict=True) if ratio > ratios[0] - APART]


def _plain(name: str) -> str:
    """A name without what people leave out or put differently: case, dashes before it, marks between words."""
    return re.sub(r"[\s_.-]+", "_", name.strip().casefold()).strip("_")


def meant(given: object, known: Iterable[str], lang: Language) -> str:
    """`Did you mean a, b or c?`, or nothing."""
    names = near(given, known)
    return lang("Did you mean {near}?", near=lang.any_of(names)) if names else ""


def one_of(option: str, given: str, allowed: Iterable[str], lang: Language) -> str:
    """Why the value of an option cannot be used: what there is, and what may be meant."""
    known = list(allowed)
    refusal = lang(
        '{option}: "{value}" is not one of: {allowed}', option=option, value=given[:80], allowed=", ".join(known)
    )
    return f"{refusal}. {meant(given, known, lang)}".removesuffix(". ")
