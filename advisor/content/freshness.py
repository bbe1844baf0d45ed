"""The days an advice may be asked for, and how old a fact may be on one.

Which facts want looking up again says `advisor.content.catalogue`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from advisor.content.entries import Fact

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)
"""Days on which an advice may be asked for: far beyond what the dated facts cover, on either side."""
SEEN = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")
"""A year, a month or a day, as facts and sources are dated."""
STALE_DAYS = 90
"""A copy that may be older than this is worth looking up again. Our choice: in 2026 figures changed each quarter."""


def read_day(text: str) -> date:
    """The day written as 2026-11-22; raises `ValueError` for anything else, and outside `FIRST_DAY` to `LAST_DAY`."""
    day = date.fromisoformat(text)
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError(f"{day} is not from {FIRST_DAY} to {LAST_DAY}")
    return day


def first_day(seen: str) -> date | None:
    """The first day that 2026-10-06, 2026-10, 2026 or "2024 (undated)" may mean; None if it names no year."""
    match = SEEN.match(seen)
    return date(*(int(part or 1) for part in match.groups())) if match else None


def age_days(fact: Fact, at: date) -> int | None:
    """Days since the copy was read, as old as its date allows (a month: its first day); None if it has no date."""
    seen = first_day(fact.seen)
    return (at - seen).days if seen else None


def oldest_first(facts: Iterable[Fact], at: date) -> list[Fact]:
    """The undated first, then by age, then by id: what has waited longest for a new look."""

    def place(fact: Fact) -> tuple[bool, int, str]:
        age = age_days(fact, at)
        return age is not None, -(age or 0), fact.id

    return sorted(facts, key=place)
