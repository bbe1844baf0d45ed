"""How old a fact may be on a day, and which facts want looking up again."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Literal

from advisor.advice import Record
from advisor.schema import Fact

STALE_DAYS = 90
"""A copy that may be older than this is worth looking up again. Our choice: in 2026 figures changed each quarter."""

Why = Literal["ended", "old", "undated"]


class Freshness(Record):
    """A fact's state on a day."""

    fact: Fact
    age_days: int | None
    """Days since the copy was read, as old as its date allows (a month: its first day); None if it has no date."""
    stale: Why | None
    """`ended`: it holds no longer; `old`: seen more than `STALE_DAYS` ago; `undated`: nobody knows; None: fresh."""


def freshness(fact: Fact, at: date) -> Freshness:
    """The state of one fact on a day."""
    seen = first_day(fact.seen)
    age = (at - seen).days if seen else None
    why: Why | None = None
    if fact.until is not None and fact.until < at:
        why = "ended"
    elif age is None:
        why = "undated"
    elif age > STALE_DAYS:
        why = "old"
    return Freshness(fact=fact, age_days=age, stale=why)


def freshnesses(facts: Iterable[Fact], at: date, stale_only: bool = False) -> tuple[Freshness, ...]:
    """The state of every fact, or of the stale ones, on a day; what has waited longest comes first."""
    states = (freshness(fact, at) for fact in facts)
    kept = (state for state in states if state.stale or not stale_only)
    return tuple(sorted(kept, key=lambda state: (state.age_days is not None, -(state.age_days or 0), state.fact.id)))


def first_day(seen: str) -> date | None:
    """The first day that 2026-10-06, 2026-10, 2026 or "2024 (undated)" may mean; None if it names no year."""
    match = re.match(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?", seen)
    return date(*(int(part or 1) for part in match.groups())) if match else None
