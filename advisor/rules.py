"""The rules of `content/rules/`, compiled: conditions to Polars expressions, effects to a matrix of decibans.

A condition is an SQL expression over the columns of a scenario. It is compiled once and evaluated for all scenarios in one
pass. Columns and literals are checked against the questions when the rules are loaded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import numpy as np
import polars as pl
from polars.exceptions import PolarsError

from advisor.content import Content, ContentError
from advisor.scenarios import Array, Mask, Scenarios

DERIVED = {
    "score_gap": "target score minus baseline score, in points",
    "sft_routes": "routes on which the user may start supervised tuning on the day of the advice",
    "dpo_routes": "the same for preference tuning",
    "rft_routes": "the same for reinforcement tuning",
    "encoder_routes": "places where a small classifier can be trained",
    "continue_routes": "routes on which an existing tune can be continued",
    "sft_life_months": "months until the longest-lived of those tuned models stops answering; 120 where no end is known",
    "distill_cost_ratio": "monthly cost of distillation over that of the cheapest sufficient way without training",
}
"""Columns that the estimates add and conditions may use, with their meaning."""

_COMPARISON = re.compile(r"\b([a-z][a-z0-9_]*)\s*(?:=|<>|!=)\s*'([^']*)'")
_MEMBERSHIP = re.compile(r"\b([a-z][a-z0-9_]*)\s+(?:NOT\s+)?IN\s*\(([^)]*)\)", re.IGNORECASE)


@dataclass(frozen=True)
class Rulebook:
    """Compiled rules. `effects[r, o]` is what rule r adds to option o, in decibans; `blocks[r, o]` where it removes it."""

    expressions: tuple[pl.Expr, ...]
    columns: tuple[str, ...]
    effects: Array
    blocks: Mask
    lifts: Mask
    """Per rule: True where work can lift its gate."""
    conditions: dict[str, pl.Expr]
    """When a question applies."""
    condition_columns: dict[str, tuple[str, ...]]

    def fired(self, scenarios: Scenarios) -> Mask:
        """One row a scenario, one column a rule."""
        frame = scenarios.frame(self.columns).select(self.expressions)
        fired: Mask = np.column_stack([series.to_numpy() for series in frame])
        return fired

    def applies(self, question: str, scenarios: Scenarios) -> Mask:
        """Where the question applies; everywhere if it has no condition."""
        if question not in self.conditions:
            return np.ones(scenarios.rows, dtype=bool)
        frame = scenarios.frame(self.condition_columns[question])
        held: Mask = frame.select(self.conditions[question].alias("applies"))["applies"].to_numpy()
        return held


def expand(effects: dict[str, float], content: Content) -> dict[str, float]:
    """Effects by option; groups are replaced by their options, and an option named itself comes before its group."""
    return {
        option: weight
        for name, weight in sorted(effects.items(), key=lambda item: item[0] not in GROUPS)
        for option in members((name,), content)
    }


GROUPS = ("tuning", "prompted")


def members(names: tuple[str, ...], content: Content) -> tuple[str, ...]:
    """Options named directly or by a group. Raises `ContentError` for a name that is neither."""
    found: list[str] = []
    for name in names:
        match name:
            case "tuning":
                found += [option.id for option in content.options if option.tunes]
            case "prompted":
                found += [option.id for option in content.options if not option.tunes and option.id != "rag"]
            case _:
                found.append(content.option(name).id)
    return tuple(dict.fromkeys(found))


@cache
def compile_rules(content: Content) -> Rulebook:
    """Compile and check all conditions. Raises `ContentError` naming the rule or question and what is wrong."""
    schema = _schema(content)
    order = {option.id: place for place, option in enumerate(content.options)}
    effects = np.zeros((len(content.rules), len(content.options)))
    blocks = np.zeros(effects.shape, dtype=bool)
    lifts = np.zeros(len(content.rules), dtype=bool)
    expressions: list[pl.Expr] = []
    for row, rule in enumerate(content.rules):
        label = f"rules: {rule.id}"
        expressions.append(_condition(rule.when, schema, label).alias(rule.id))
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
    conditions = {
        question.id: _condition(question.when, schema, f"questions: {question.id}")
        for question in content.questions
        if question.when
    }
    return Rulebook(
        tuple(expressions),
        tuple(name for name in schema if name in used),
        effects,
        blocks,
        lifts,
        conditions,
        {name: tuple(sorted(set(expression.meta.root_names()))) for name, expression in conditions.items()},
    )


def _schema(content: Content) -> dict[str, pl.DataType]:
    schema: dict[str, pl.DataType] = {}
    for question in content.questions:
        for column in question.columns:
            match question.type:
                case "several":
                    schema[column] = pl.Boolean()
                case "number":
                    schema[column] = pl.Float64()
                case _:
                    schema[column] = pl.Enum(question.values)
    schema |= {assumption.id: pl.Float64() for assumption in content.assumptions}
    return schema | {name: pl.Float64() for name in DERIVED}


def _condition(text: str, schema: dict[str, pl.DataType], label: str) -> pl.Expr:
    try:
        expression = pl.lit(True) if text == "TRUE" else pl.sql_expr(text)
    except PolarsError as error:
        raise ContentError(f"{label}: when: cannot be read as SQL: {error}") from error
    for column in expression.meta.root_names():
        if column not in schema:
            raise ContentError(f'{label}: when: there is no column "{column}"')
    literals = [(column, value) for column, value in _COMPARISON.findall(text)]
    for column, listed in _MEMBERSHIP.findall(text):
        literals += [(column, value) for value in re.findall(r"'([^']*)'", listed)]
    for column, value in literals:
        kind = schema.get(column)
        allowed = list(kind.categories) if isinstance(kind, pl.Enum) else []
        if value not in allowed:
            raise ContentError(f"{label}: when: '{value}' is not a value of {column}; allowed: {', '.join(allowed)}")
    probe = pl.DataFrame(schema={name: schema[name] for name in set(expression.meta.root_names())} or {"x": pl.Int8})
    try:
        kind = probe.select(expression.alias("held")).schema["held"]
    except PolarsError as error:
        raise ContentError(f"{label}: when: {error}") from error
    if kind != pl.Boolean:
        raise ContentError(f"{label}: when: is not a condition but gives {kind}")
    # A constant must fill a whole column, so it is tied to one.
    return expression if expression.meta.root_names() else (pl.col("requests_per_month") >= 0) & expression
