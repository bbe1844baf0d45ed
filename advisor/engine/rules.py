"""The rules of `content/rules/`, compiled: conditions to Polars expressions, effects to a matrix of decibans.

A condition is an SQL expression over the columns of a scenario. It is compiled once and evaluated for all scenarios
in one pass. Columns and literals are checked against the questions when the rules are loaded.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import polars as pl

from advisor.content.load import Content, ContentError
from advisor.engine.conditions import conditions, schema
from advisor.engine.scenarios import SEED, Array, Mask, Scenarios


@dataclass(frozen=True)
class Rulebook:
    """Compiled rules. `effects[r, o]` is what rule r adds to option o, in decibans; `blocks[r, o]` where it removes
    it.
    """

    expressions: tuple[pl.Expr, ...]
    columns: tuple[str, ...]
    effects: Array
    blocks: Mask
    lifts: Mask
    """Per rule: True where work can lift its gate."""
    reads: tuple[tuple[str, ...], ...]
    """Per rule, the columns that its condition reads."""
    weighing: np.ndarray
    """Places of the rules that weigh on an option."""
    conditions: dict[str, pl.Expr]
    """When a question applies."""
    condition_columns: dict[str, tuple[str, ...]]

    def fired(self, scenarios: Scenarios) -> Mask:
        """One row a scenario, one column a rule."""
        frame = scenarios.blurred(self.columns).select(self.expressions)
        fired: Mask = np.column_stack([series.to_numpy() for series in frame])
        return fired

    def removed(self, fired: Mask) -> tuple[Mask, Mask]:
        """Rows x options: removed for good, and removed until something missing is there."""
        gates = self.blocks.any(axis=1)
        masks: list[Mask] = []
        for rules in (np.flatnonzero(gates & ~self.lifts), np.flatnonzero(gates & self.lifts)):
            counts = fired[:, rules].astype(np.float32) @ self.blocks[rules].astype(np.float32)
            masks.append(counts > 0)
        return masks[0], masks[1]

    def applies(self, question: str, scenarios: Scenarios) -> Mask:
        """Where the question applies; everywhere if it has no condition."""
        if question not in self.conditions:
            return np.ones(scenarios.rows, dtype=bool)
        if question not in scenarios.applied:
            columns = sorted({name for names in self.condition_columns.values() for name in names})
            held = scenarios.frame(columns).select(condition.alias(name) for name, condition in self.conditions.items())
            scenarios.applied.update({name: held[name].to_numpy() for name in held.columns})
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
    data: dict[str, pl.Series] = {}
    for name, kind in schema(content).items():
        if isinstance(kind, pl.Enum):
            codes = random.integers(0, len(kind.categories), rows).astype(np.uint8)
            data[name] = pl.Series(codes).cat.to(kind)
        elif kind == pl.Boolean:
            data[name] = pl.Series(random.random(rows) < 0.5)
        else:
            # From nought to ten millions, with small numbers and percentages as likely as large ones.
            data[name] = pl.Series(np.floor(10 ** random.uniform(-1, 7, rows)) * (random.random(rows) < 0.95))
    held = pl.DataFrame(data).select(compile_rules(content).expressions)
    return tuple(name for name in held.columns if not held[name].any())


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
def compile_rules(content: Content) -> Rulebook:
    """Compile and check all conditions. Raises `ContentError` naming the rule or question and what is wrong."""
    columns = schema(content)
    order = {option.id: place for place, option in enumerate(content.options)}
    effects = np.zeros((len(content.rules), len(content.options)))
    blocks = np.zeros(effects.shape, dtype=bool)
    lifts = np.zeros(len(content.rules), dtype=bool)
    asked = [question for question in content.questions if question.when]
    labelled = [(f"rules: {rule.id}", rule.when) for rule in content.rules]
    labelled += [(f"questions: {question.id}", question.when or "") for question in asked]
    compiled = conditions(labelled, columns)
    expressions = [expression.alias(rule.id) for expression, rule in zip(compiled, content.rules, strict=False)]
    for row, rule in enumerate(content.rules):
        label = f"rules: {rule.id}"
        try:
            for option, weight in expand(rule.effects, content).items():
                effects[row, order[option]] = weight
            members(rule.about, content)
            if rule.blocks:
                lifts[row] = rule.blocks.lifts == "later"
                for option in members(rule.blocks.options, content):
                    blocks[row, order[option]] = True
            for source in rule.sources:
                content.source(source)
        except ContentError as error:
            raise ContentError(f"{label}: {error}") from error
    used = {name for expression in expressions for name in expression.meta.root_names()}
    when = {question.id: expression for question, expression in zip(asked, compiled[len(content.rules) :], strict=True)}
    return Rulebook(
        tuple(expressions),
        tuple(name for name in columns if name in used),
        effects,
        blocks,
        lifts,
        tuple(tuple(expression.meta.root_names()) for expression in expressions),
        np.flatnonzero(effects.any(axis=1)),
        when,
        {name: tuple(sorted(set(expression.meta.root_names()))) for name, expression in when.items()},
    )
