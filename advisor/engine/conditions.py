"""Conditions: SQL expressions over the columns of a scenario, compiled once and checked against the questions."""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl
from polars.exceptions import PolarsError

from advisor.content.load import Content, ContentError

DERIVED = {
    "score_gap": "target score minus baseline score, in points",
    "sft_routes": "routes on which the user may start supervised fine-tuning on the day of the advice",
    "dpo_routes": "the same for preference tuning",
    "rft_routes": "the same for reinforcement fine-tuning",
    "continue_routes": "routes on which an existing tune can be continued",
    "sft_life_months": "months that the longest-lived of those tuned models would answer; 120: no end is known",
    "smaller_cost_ratio": "cost of a request to the typical small model over the model named; 1 if none is named",
    "distill_cost_ratio": "monthly cost of distillation over that of the cheapest sufficient way without training",
}
"""Columns that the estimates add and conditions may use, with their meaning."""

_COMPARISON = re.compile(r"\b([a-z][a-z0-9_]*)\s*(?:=|<>|!=)\s*'([^']*)'")
_MEMBERSHIP = re.compile(r"\b([a-z][a-z0-9_]*)\s+(?:NOT\s+)?IN\s*\(([^)]*)\)", re.IGNORECASE)


def schema(content: Content) -> dict[str, pl.DataType]:
    """Name and type of every column that a condition may use."""
    columns: dict[str, pl.DataType] = {}
    for question in content.questions:
        for column in question.columns:
            match question.type:
                case "several":
                    columns[column] = pl.Boolean()
                case "number":
                    columns[column] = pl.Float64()
                case _:
                    columns[column] = pl.Enum(question.values)
    columns |= {assumption.id: pl.Float64() for assumption in content.assumptions}
    return columns | {name: pl.Float64() for name in DERIVED}


def condition(text: str, columns: dict[str, pl.DataType], label: str) -> pl.Expr:
    """The condition as a Polars expression. Raises `ContentError` for what is no condition, no column or no value."""
    return conditions([(label, text)], columns)[0]


def conditions(texts: Sequence[tuple[str, str]], columns: dict[str, pl.DataType]) -> list[pl.Expr]:
    """The same for many, each a label and a condition: trying them together takes a tenth of the time."""
    parsed = [(label, _parsed(text, columns, label)) for label, text in texts]
    named = [expression.alias(str(place)) for place, (_, expression) in enumerate(parsed)]
    probe = pl.DataFrame(schema=columns)
    try:
        kinds = probe.select(named).dtypes
    except PolarsError:
        kinds = [_kind(expression, probe, label) for label, expression in parsed]
    for (label, _), kind in zip(parsed, kinds, strict=True):
        if kind != pl.Boolean:
            raise ContentError(f"{label}: when: is not a condition but gives {kind}")
    # A constant must fill a whole column, so it is tied to one.
    return [
        expression if expression.meta.root_names() else (pl.col("requests_per_month") >= 0) & expression
        for _, expression in parsed
    ]


def _parsed(text: str, columns: dict[str, pl.DataType], label: str) -> pl.Expr:
    try:
        expression = pl.lit(True) if text == "TRUE" else pl.sql_expr(text)
    except PolarsError as error:
        raise ContentError(f"{label}: when: cannot be read as SQL: {error}") from error
    for column in expression.meta.root_names():
        if column not in columns:
            raise ContentError(f'{label}: when: there is no column "{column}"')
    literals = [(column, value) for column, value in _COMPARISON.findall(text)]
    for column, listed in _MEMBERSHIP.findall(text):
        literals += [(column, value) for value in re.findall(r"'([^']*)'", listed)]
    for column, value in literals:
        kind = columns.get(column)
        allowed = list(kind.categories) if isinstance(kind, pl.Enum) else []
        if value not in allowed:
            raise ContentError(f"{label}: when: '{value}' is not a value of {column}; allowed: {', '.join(allowed)}")
    return expression


def _kind(expression: pl.Expr, probe: pl.DataFrame, label: str) -> pl.DataType:
    try:
        return probe.select(expression).dtypes[0]
    except PolarsError as error:
        raise ContentError(f"{label}: when: {error}") from error
