"""The rules of `content/rules/`, compiled: conditions to steps, gates to a matrix.

A condition is an SQL expression over the columns of a scenario. It is compiled once and evaluated for all scenarios
in one pass. Columns and literals are checked against the questions when the rules are loaded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property, reduce
from operator import or_

import numpy as np

from advisor.content.load import Content, ContentError
from advisor.engine.conditions import Conditions, conditions, schema
from advisor.engine.points import SEED
from advisor.engine.scenarios import Mask, Scenarios


@dataclass(frozen=True)
class Rulebook:
    """Compiled rules. `blocks[r, o]` is where rule r removes option o."""

    conditions: Conditions
    blocks: Mask
    lifts: Mask
    """Per rule: True where work can lift its gate."""
    gates: tuple[int, ...]
    """Places of the rules that remove an option."""
    gate_conditions: Conditions
    """Theirs alone: they are asked for many situations, the others for the one that is shown."""
    asked: dict[str, int]
    """Questions with a condition, by place in `question_conditions`."""
    question_conditions: Conditions
    """When these questions apply."""

    @property
    def reads(self) -> tuple[tuple[str, ...], ...]:
        """Per rule, the columns that its condition reads."""
        return self.conditions.reads

    def fired(self, scenarios: Scenarios) -> list[Mask]:
        """Where each rule holds, in the shape of a column."""
        return self.conditions.hold(scenarios.as_known(self.conditions.columns))

    def held(self, scenarios: Scenarios) -> list[Mask]:
        """Where each gate holds, in the shape of a column."""
        return self.gate_conditions.hold(scenarios.as_known(self.gate_conditions.columns))

    def removed(self, held: Sequence[Mask], scenarios: Scenarios, lifts: bool) -> Mask:
        """Rows x options: removed for good or, if it `lifts`, until something missing is there, by where gates hold."""
        nowhere: Mask = np.zeros(1, dtype=bool)
        return scenarios.stacked(
            [reduce(or_, (held[gate] for gate in gates), nowhere) for gates in self._against[lifts]]
        )

    @cached_property
    def _against(self) -> dict[bool, list[list[int]]]:
        """Those that work cannot lift and those that it can: for each option, its gates by their place in `gates`."""
        gates = list(enumerate(self.gates))
        return {
            lifts: [
                [gate for gate, rule in gates if self.lifts[rule] == lifts and blocked[rule]]
                for blocked in self.blocks.T
            ]
            for lifts in (False, True)
        }

    def applies(self, question: str, scenarios: Scenarios) -> Mask:
        """Where the question applies, in the shape of a column; everywhere if it has no condition."""
        if question not in self.asked:
            return np.ones(scenarios.count, dtype=bool)
        if question not in scenarios.applied:
            held = self.question_conditions.hold(scenarios)
            scenarios.applied.update(zip(self.asked, held, strict=True))
        return scenarios.applied[question]


def expand(effects: dict[str, float], content: Content) -> dict[str, float]:
    """Effects by option; groups are replaced by their options, and an option named itself comes before its group."""
    return {
        option: weight
        for name, weight in sorted(effects.items(), key=lambda item: item[0] not in GROUPS)
        for option in members((name,), content)
    }


def silent(content: Content, rows: int = 60_000) -> tuple[str, ...]:
    """Rules that hold in none of `rows` situations drawn without regard to what is likely: they can never fire."""
    random = np.random.default_rng(SEED)
    data: dict[str, np.ndarray] = {}
    for name, kind in schema(content).items():
        if isinstance(kind, tuple):
            data[name] = random.integers(0, len(kind), rows).astype(np.uint8)
        elif kind is bool:
            data[name] = random.random(rows) < 0.5
        else:
            # From nought to ten millions, with small numbers and percentages as likely as large ones.
            data[name] = np.floor(10 ** random.uniform(-1, 7, rows)) * (random.random(rows) < 0.95)
    held = compile_rules(content).conditions.hold(data)
    return tuple(rule.id for rule, where in zip(content.rules, held, strict=True) if not where.any())


GROUPS = ("tuning", "prompted")


def members(names: tuple[str, ...], content: Content) -> tuple[str, ...]:
    """Options named directly or by a group. Raises `ContentError` for a name that is neither."""
    option_ids: list[str] = []
    for name in names:
        match name:
            case "tuning":
                option_ids += [option.id for option in content.options if option.tunes]
            case "prompted":
                option_ids += [option.id for option in content.options if not option.tunes and option.id != "rag"]
            case _:
                option_ids.append(content.option(name).id)
    return tuple(dict.fromkeys(option_ids))


@cache
def trains(content: Content) -> Mask:
    """Per option, whether it trains a model."""
    return np.array([option.tunes for option in content.options])


@cache
def compile_rules(content: Content) -> Rulebook:
    """Compile and check all conditions. Raises `ContentError` naming the rule or question and what is wrong."""
    columns = schema(content)
    order = {option.id: place for place, option in enumerate(content.options)}
    blocks = np.zeros((len(content.rules), len(content.options)), dtype=bool)
    lifts = np.zeros(len(content.rules), dtype=bool)
    asked = [question for question in content.questions if question.when]
    texts = [(f"rules: {rule.id}", rule.when) for rule in content.rules]
    compiled = conditions(texts, columns)
    gates = tuple(place for place, rule in enumerate(content.rules) if rule.blocks)
    for row, rule in enumerate(content.rules):
        label = f"rules: {rule.id}"
        try:
            members(rule.about, content)
            if rule.blocks:
                lifts[row] = rule.blocks.lifts == "later"
                for option in members(rule.blocks.options, content):
                    blocks[row, order[option]] = True
            for source in rule.sources:
                content.source(source)
        except ContentError as error:
            raise ContentError(f"{label}: {error}") from error
    return Rulebook(
        compiled,
        blocks,
        lifts,
        gates,
        conditions([texts[place] for place in gates], columns),
        {question.id: place for place, question in enumerate(asked)},
        conditions([(f"questions: {question.id}", question.when or "") for question in asked], columns),
    )
