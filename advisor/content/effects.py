"""How much hangs on each fact, as `make effects` counted it over the published cases and the examples.

It is no part of `Content`: it decides nothing, and says in which order facts are worth looking up again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

from advisor.content.entries import Fact
from advisor.content.freshness import age_days
from advisor.home import CONTENT_DIR

EFFECTS = CONTENT_DIR / "facts" / "effects.json"


class Effect(NamedTuple):
    """What hangs on a fact; see `advisor.engine.fact_effects`."""

    advices: int = 0
    """Advices on which it bears."""
    usd_month: float = 0.0
    """Money of the figures that hang on it, USD a month over all of these advices."""
    verdicts: int = 0
    """Advices that would come to another verdict or option if it were moved."""


NONE = Effect()


@cache
def read_effects(file: Path = EFFECTS) -> Mapping[str, Effect]:
    """The effect of each fact that bears on an advice, by its id; nothing where none was counted."""
    if not file.exists():
        return {}
    return {fact: Effect(**values) for fact, values in json.loads(file.read_text("utf-8"))["facts"].items()}


def by_effect(facts: Iterable[Fact], found: Mapping[str, Effect], at: date) -> list[Fact]:
    """The facts on which most verdicts hang first, then by money, by advices, by age, by id."""

    def place(fact: Fact) -> tuple[float, ...]:
        effect, age = found.get(fact.id, NONE), age_days(fact, at)
        return -effect.verdicts, -effect.usd_month, -effect.advices, -(age if age is not None else 1e9)

    return sorted(facts, key=lambda fact: (place(fact), fact.id))
