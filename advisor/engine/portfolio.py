"""A table of use cases, advised row by row: the same scenarios with more rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl

from advisor.content.freshness import covered
from advisor.content.load import Content, load
from advisor.engine.advice import MOSTLY
from advisor.engine.assessment import Assessment, assess, ends_in_training, reachable
from advisor.engine.choice import NOT_YET, VERDICTS
from advisor.engine.endings import endings_of, first_day
from advisor.engine.figures import bands, too_slow
from advisor.engine.plan import outline, standing
from advisor.engine.rules import compile_rules
from advisor.engine.scenarios import Array
from advisor.engine.sensitivity import decisions
from advisor.interview.answers_file import parse_cell, read_situation
from advisor.interview.situation import AnswerError, AnswerErrors, Situation, check_names, shown

SCENARIOS = 128
"""Scenarios of a row."""
AT_ONCE = 160
"""Rows that are assessed together, to keep the arrays within the processor's cache."""
NAME_COLUMNS = ("id", "name")
"""Columns that are carried through and not read as answers."""


def advise_many(
    frame: pl.DataFrame | Sequence[Situation],
    at: date | None = None,
    content: Content | None = None,
    scenarios: int = SCENARIOS,
    plan: bool = False,
) -> pl.DataFrame:
    """One row in, one row out: verdict, option, stability and costs of each use case.

    Columns are ids of questions or assumptions; text cells are read as in a CSV file (empty: unknown; `a|b`: several;
    `low..high`: a range; numbers have a point before the fraction and nothing between thousands). `id` and `name` are
    carried through. Situations may stand in place of a table. With `plan`, a column has the ids of its steps in order,
    as `evaluation|sft`. `breaks` and `too_slow` are those of `Advice`. `endings` has the ids of the base model and the
    route on which the price of the option rests, where they are gone or end within the horizon, and `first_end` the
    first of the days on which they do, or may. `beyond_facts` says in each row whether the day is more than 180 days
    after the newest fact. Raises `AnswerErrors` naming row and column of every cell that cannot be used, `TypeError`
    for what is neither a table nor situations, and `TooEarly` for a day before the first fact.
    """
    content = content or load()
    at = at or date.today()
    covered(content).check(at)
    situations = reachable(_situations(frame, content), content, compile_rules(content))
    rows: list[dict[str, Any]] = []
    for first in range(0, len(situations), AT_ONCE):
        rows += _advised(situations[first : first + AT_ONCE], content, at, scenarios, plan)
    result = pl.DataFrame(rows, schema={**COLUMNS, **(PLAN if plan else {})})
    if not isinstance(frame, pl.DataFrame):
        return result
    named = [name for name in NAME_COLUMNS if name in frame.columns]
    return pl.concat([frame.select(named), result], how="horizontal") if named else result


COLUMNS = {
    "verdict": pl.String,
    "option": pl.String,
    "stability": pl.Float64,
    "ends_in_training": pl.Float64,
    "share": pl.Float64,
    "usd_month_p10": pl.Float64,
    "usd_month_p50": pl.Float64,
    "usd_month_p90": pl.Float64,
    "usd_once_p50": pl.Float64,
    "latency_p50": pl.Float64,
    "latency_p95": pl.Float64,
    "breaks": pl.String,
    "too_slow": pl.Boolean,
    "missing": pl.String,
    "endings": pl.String,
    "first_end": pl.Date,
    "beyond_facts": pl.Boolean,
}
PLAN = {"plan": pl.String}


def _situations(frame: pl.DataFrame | Sequence[Situation], content: Content) -> list[Situation]:
    if not isinstance(frame, pl.DataFrame):
        return _given(frame)
    situations: list[Situation] = []
    errors: list[AnswerError] = []
    check_names([name for name in frame.columns if name not in NAME_COLUMNS], content)
    for number, row in enumerate(frame.iter_rows(named=True), start=1):
        answers = {
            key: parse_cell(value, key, content) if isinstance(value, str) else value
            for key, value in row.items()
            if key not in NAME_COLUMNS
        }
        try:
            situations.append(
                read_situation({key: value for key, value in answers.items() if value is not None}, content)
            )
        except AnswerErrors as problem:
            for error in problem.errors:
                clearer = _no_number(answers.get(error.field), error.field, content) or error
                errors.append(replace(clearer, row=number))
    if errors:
        raise AnswerErrors(errors)
    return situations


def _given(situations: Sequence[Situation]) -> list[Situation]:
    """Situations that stand in place of a table. Raises `TypeError` for anything else."""
    if not isinstance(situations, Sequence):
        raise TypeError(f"expected a polars.DataFrame or situations; got {type(situations).__name__}")
    for number, situation in enumerate(situations, start=1):
        if not isinstance(situation, Situation):
            raise TypeError(
                "expected a polars.DataFrame, or situations as situation(...) and read_situation(...) make; "
                f"number {number} is a {type(situation).__name__}"
            )
    return list(situations)


def _no_number(cell: Any, key: str, content: Content) -> AnswerError | None:
    """What a cell for a number must look like, where it was left as the text that it is."""
    asked = any(assumption.id == key for assumption in content.assumptions) or any(
        question.id == key and question.type == "number" for question in content.questions
    )
    if not asked or not isinstance(cell, str):
        return None
    return AnswerError(
        key,
        'expected a plain number such as 1200 or 0.5, or a range such as 1200..2500; got "{value}"',
        {"value": shown(cell)},
    )


def _advised(
    situations: list[Situation], content: Content, at: date, count: int, plan: bool
) -> Iterator[dict[str, Any]]:
    assessment = assess(situations, content, at, count)
    shape = (len(situations), count)
    verdicts, targets = assessment.verdict.reshape(shape), assessment.target.reshape(shape)
    trained = ends_in_training(assessment).reshape(shape).mean(axis=1)
    gates = [(row, rule) for row, rule in enumerate(content.rules) if rule.blocks and rule.blocks.lifts == "later"]
    outcomes = decisions(verdicts, targets, assessment.blocked, assessment.closed)
    columns: list[Array] = []
    for place, (_, option, _) in enumerate(outcomes):
        bill, times = assessment.bills[content.options[option].id], assessment.latencies[content.options[option].id]
        of_option = (bill.usd_month, bill.once_usd, times.median, times.p95)
        columns += (assessment.scenarios.of(column, place) for column in of_option)
    figures = iter(bands(columns))
    for place, (verdict, option, stability) in enumerate(outcomes):
        rows = slice(place * count, (place + 1) * count)
        name = content.options[option].id
        month, once, median, slow = (next(figures) for _ in range(4))
        holding = [(row, rule.id) for row, rule in gates if assessment.gate_shares[place, row] >= MOSTLY]
        gated = [rule for row, rule in holding if assessment.book.blocks[row, option]]
        missing = gated or ([rule for _, rule in holding] if verdict == NOT_YET else [])
        ends = endings_of(assessment, place, name)
        breaks = assessment.broken(option, rows)
        yield {
            "verdict": VERDICTS[verdict],
            "option": name,
            "stability": round(stability, 4),
            "ends_in_training": round(float(trained[place]), 4),
            "share": round(float(assessment.share[rows, option].mean()), 4),
            "usd_month_p10": month.p10,
            "usd_month_p50": month.p50,
            "usd_month_p90": month.p90,
            "usd_once_p50": once.p50,
            "latency_p50": median.p50,
            "latency_p95": slow.p50,
            "breaks": "|".join(breaks),
            "too_slow": too_slow(slow, situations[place], breaks),
            "missing": "|".join(missing),
            "endings": "|".join(ending.ref for ending in ends),
            "first_end": first_day(ends[0]) if ends else None,
            "beyond_facts": covered(content).beyond(at),
        } | ({"plan": _plan(assessment, situations[place], rows, verdict, name)} if plan else {})


def _plan(assessment: Assessment, situation: Situation, rows: slice, verdict: int, option: str) -> str:
    content = assessment.scenarios.content
    stand = standing(assessment, assessment.share, situation, content, rows)
    return "|".join(step.id for step in outline(stand, VERDICTS[verdict], option, content))
