"""The days an advice may be asked for, those that the facts cover, and how old a fact may be on one.

Which facts want looking up again says `advisor.content.catalogue`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from advisor.content.entries import Fact, Route, ShelfLife
from advisor.content.load import Content
from advisor.language import Language

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)
"""Days on which an advice may be asked for: far beyond what the dated facts cover, on either side."""
SEEN = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")
"""A year, a month or a day, as facts and sources are dated."""
ENDING_DAYS = 90
"""What ends within so many days is due, however lately it was seen: ends are moved and successors named near them."""
FOREVER = ShelfLife(id="forever", text="a fact of no kind")
"""The shelf life where content names no kinds."""
BEYOND = timedelta(days=180)
"""So long after the newest fact an advice warns: within half a year most prices and some models are others. Our choice.
"""


class TooEarly(ValueError):
    """Nothing is known of the day asked for: it lies before the first fact."""

    def __init__(self, at: date, first: date) -> None:
        super().__init__(
            f"nothing is known of {at}: the prices and dates in content/ begin on {first}; ask for that day or later"
        )
        self.at = at
        self.first = first

    def text(self, lang: Language) -> str:
        """The same in the reader's language."""
        return lang(
            "Nothing is known of {date}: the prices and dates that an advice needs begin on {first}. Ask for that day "
            "or a later one.",
            date=lang.date(self.at),
            first=lang.date(self.first),
        )


@dataclass(frozen=True)
class Covered:
    """The days that the facts cover."""

    first: date
    """When the first fact that prices or opens a route was seen: the first day that can be answered."""
    newest: date
    """When the newest fact was seen."""

    def beyond(self, at: date) -> bool:
        """Whether a day is so long after the newest fact that an advice on it warns."""
        return at - self.newest > BEYOND

    def check(self, at: date) -> None:
        """Raises `TooEarly` for a day before the first."""
        if at < self.first:
            raise TooEarly(at, self.first)


@lru_cache(maxsize=8)
def covered(content: Content) -> Covered:
    """The days that the facts of this content cover. A fact of which only the year is known counts for neither."""
    named = {fact for route in content.routes for fact in _market(route)}
    dated = {fact.id: day for fact in content.facts if (day := first_day(fact.seen)) and fact.seen[4:5] == "-"}
    first = min((day for name, day in dated.items() if name in named), default=date.min)
    return Covered(first, max(dated.values(), default=date.max))


def _market(route: Route) -> Iterable[str]:
    """The facts that price a route, or say for whom and how long it is open."""
    yield from route.gone_facts
    yield from (fact for window in route.windows for fact in window.facts)
    yield from (value for name, value in route if "_usd_" in name and value)


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


def shelf_life(fact: Fact, kinds: Iterable[ShelfLife]) -> ShelfLife:
    """The kind that a fact is of: the first that fits."""
    return next((kind for kind in kinds if kind.fits(fact)), FOREVER)


def exactness(seen: str) -> Literal["day", "month", "year"] | None:
    """How exactly it is known when a copy was read; None where not even the year is."""
    match = SEEN.match(seen)
    if match is None:
        return None
    return "day" if match[3] else "month" if match[2] else "year"


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
