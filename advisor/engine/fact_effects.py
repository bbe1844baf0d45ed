"""How much hangs on each fact: `make effects` counts it over the published cases and the examples.

A fact bears on an advice where the advice's `basis` names it, or where a route that could carry out the recommended
option or its runner-up is open by it. For these two options, the money a month of the bill's lines that name it is
added up. Whether the verdict hangs on it is asked once for each fact, by a cheap move of a fixed size: a number is
doubled, a yes or no is turned round, and where it says that a route is open, the route is closed. So a count of
verdicts says how touchy advice is, not that the fact is likely to move that far.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from pathlib import Path

import numpy as np

from advisor.content.effects import EFFECTS, Effect
from advisor.content.entries import Fact
from advisor.content.load import CONTENT_DIR, Content, load
from advisor.engine.advice import Advice
from advisor.engine.assessment import choose, reachable
from advisor.engine.rules import compile_rules
from advisor.engine.verdict import advise
from advisor.interview.answers_file import read_situation
from advisor.interview.situation import Situation, middle

SCENARIOS = 512
"""Scenarios of each advice: fewer than a reader's has, since there are dozens."""
MOVED_SCENARIOS = 256
"""Scenarios of an advice with a fact moved: fewer still, since there are thousands."""
FACTOR = 2.0
"""What a number is multiplied with to see whether the verdict hangs on it. Our choice."""
MONTHS = 12.0
"""Over which what is paid once is spread where the horizon is left open."""


def situations(content: Content) -> dict[str, Situation]:
    """The published cases and the examples, by id or file."""
    cases = {case.id: read_situation(case.answers) for case in content.cases}
    files = sorted((CONTENT_DIR / "examples").glob("*.yaml"))
    return cases | {file.name: read_situation(file) for file in files}


def borne(advice: Advice) -> set[str]:
    """Facts that bear on an advice."""
    wanted = {advice.option, advice.runner_up}
    of_routes = (route.facts for route in advice.routes if wanted & set(route.options))
    return {entry.ref for entry in advice.basis.values() if entry.kind == "fact"}.union(*of_routes)


def money(advice: Advice) -> dict[str, float]:
    """USD a month of the recommended option's and its runner-up's bills, by the facts that their lines name."""
    months = middle(advice.answers.get("horizon_months")) or MONTHS
    usd: dict[str, float] = defaultdict(float)
    for result in advice.ranking:
        if result.option not in (advice.option, advice.runner_up):
            continue
        for line in result.cost:
            amount = (line.usd.p50 or 0.0) / (months if line.kind == "once" else 1.0)
            for key in line.basis:
                entry = advice.basis.get(key)
                if entry is not None and entry.kind == "fact":
                    usd[entry.ref] += amount
    return usd


def moved(fact: Fact, content: Content) -> Content | None:
    """Content in which the fact has another value, or the routes that it holds open are closed; None: neither."""
    version = f"{content.version}, {fact.id} moved"
    routes = tuple(
        route.model_copy(update={"windows": ()}) if any(fact.id in window.facts for window in route.windows) else route
        for route in content.routes
    )
    if routes != content.routes:
        return content.model_copy(update={"routes": routes, "version": version})
    if isinstance(fact.value, bool):
        other: bool | float = not fact.value
    elif isinstance(fact.value, int | float):
        other = fact.value * FACTOR
    else:
        return None
    facts = tuple(one.model_copy(update={"value": other}) if one is fact else one for one in content.facts)
    return content.model_copy(update={"facts": facts, "version": version})


def labels(known: Sequence[Situation], content: Content, at: date) -> np.ndarray:
    """Verdict and option of each situation, as one number: what most of its scenarios say."""
    chosen = choose(known, content, at, MOVED_SCENARIOS)
    return np.array([np.bincount(row).argmax() for row in chosen.label.reshape(len(known), -1)])


def effects(content: Content, at: date, known: Mapping[str, Situation]) -> dict[str, Effect]:
    """The effect of each fact that bears on one of these situations."""
    rules = compile_rules(content)
    reached = dict(zip(known, reachable(list(known.values()), content, rules), strict=True))
    advices = {name: advise(situation, at, content, SCENARIOS) for name, situation in known.items()}
    bearing: dict[str, list[str]] = defaultdict(list)
    usd: dict[str, float] = defaultdict(float)
    for name, advice in advices.items():
        for fact in sorted(borne(advice)):
            bearing[fact].append(name)
        for fact, amount in money(advice).items():
            usd[fact] += amount
    by_id = {fact.id: fact for fact in content.facts}
    base = dict(zip(reached, labels(list(reached.values()), content, at), strict=True))
    return {
        fact: Effect(
            advices=len(names),
            usd_month=round(usd[fact], 2),
            verdicts=_changed(by_id[fact], names, reached, base, content, at),
        )
        for fact, names in sorted(bearing.items())
        if fact in by_id
    }


def _changed(
    fact: Fact,
    names: Collection[str],
    reached: Mapping[str, Situation],
    base: Mapping[str, int],
    content: Content,
    at: date,
) -> int:
    """Of these situations, how many come to another verdict or option where the fact is moved."""
    other = moved(fact, content)
    if other is None:
        return 0
    found = labels([reached[name] for name in names], other, at)
    return int(sum(base[name] != label for name, label in zip(names, found, strict=True)))


def written(effects: Mapping[str, Effect], at: date, advices: int) -> str:
    """The text of the generated file."""
    facts = {fact: effect._asdict() for fact, effect in effects.items()}
    lines = ",\n".join(f"    {json.dumps(fact)}: {json.dumps(values)}" for fact, values in facts.items())
    return f'{{\n  "at": "{at}",\n  "advices": {advices},\n  "facts": {{\n{lines}\n  }}\n}}\n'


def main() -> int:
    """Count and write the file."""
    content, at = load(), date.today()
    known = situations(content)
    by_fact = effects(content, at, known)
    Path(EFFECTS).write_text(written(by_fact, at, len(known)), "utf-8")
    sys.stdout.write(f"{len(by_fact)} facts bear on {len(known)} cases and examples; {EFFECTS.name} is written.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
