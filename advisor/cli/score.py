"""The command `advisor score`: what the answers of a model are worth, each against what is right."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from advisor.cli.check import source_of, unusable
from advisor.cli.fields import chosen
from advisor.cli.layout import one_line, table
from advisor.cli.refusals import reporting_errors
from advisor.cli.rewrite import left_out
from advisor.cli.shared_options import Field, Fields, Json, Lang
from advisor.cli.usage import Command

if TYPE_CHECKING:
    from advisor.dataset.scored_file import ScoredFile
    from advisor.language import Language

Scored = Annotated[
    str, typer.Argument(metavar="FILE", help="Answers, each with what is right; - reads standard input.")
]
By = Annotated[
    str, typer.Option("--by", metavar="METRIC", help="Judge all rows so, in place of what each says in metric.")
]


def register(app: typer.Typer) -> None:
    """Add the command to the `advisor` command."""
    app.command(cls=Command)(score)


def score(
    file: Scored,
    by: By = "",
    field: Field = "",
    as_json: Json = False,
    fields: Fields = None,
    lang: Lang = "en",
) -> None:
    """Score the answers in FILE, from 0 to 100, as the evaluation of a starter kit does.

    Each row has prediction (or tuned_output), gold, and metric: exact; normalised, the right words stand in the answer;
    contains, letter by letter; last_line; label; number, but for so large a share as the row's tolerance; pattern, what
    the row's pattern (RE2) finds; json, the share of fields that agree; likeness, the words in common (ROUGE-L);
    classes, the five of answers from passages, which sum to 100; declines, whether it declines where it should and only
    there; or rubric, which a person judges and which counts in no score. An empty answer scores nothing.
    """
    from advisor.dataset.files.writers import json_document
    from advisor.dataset.scored_file import score_file

    with reporting_errors(lang) as spoken, unusable(file, spoken):
        done = score_file(source_of(file, spoken), by, field)
        if as_json or fields is not None:
            typer.echo(chosen(json_document(_as_dict(done, file, spoken)), fields, spoken))
        else:
            typer.echo("\n".join(_said(done, file, spoken)))


def _as_dict(done: ScoredFile, name: str, lang: Language) -> dict[str, Any]:
    tally = done.tally
    return {
        "file": name,
        "rows": len(tally.scores),
        "score": None if tally.score is None else round(tally.score, 2),
        "interval": [round(end, 2) for end in done.interval] if done.interval else None,
        "judged": len(tally.judged),
        "empty": tally.empty,
        "metrics": dict(done.metrics),
        "classes": tally.percent,
        "scores": [{"line": line, "score": given} for line, given in zip(done.lines, tally.scores, strict=True)],
        "left_out": [{"line": row.line, "why": row.why.text(lang)} for row in done.left_out],
        "left_out_rows": done.left_out_rows,
    }


def _said(done: ScoredFile, name: str, lang: Language) -> Iterator[str]:
    tally = done.tally
    yield one_line(f"{name}: {_score(done, lang)}")
    yield one_line(
        lang("Judged by: {metrics}", metrics=", ".join(f"{metric} ({n})" for metric, n in done.metrics.items()))
    )
    if waiting := len(tally.scores) - len(tally.judged):
        yield lang.plural(
            "{n} answer waits for a person with a rubric and counts in no score.",
            "{n} answers wait for a person with a rubric and count in no score.",
            waiting,
        )
    if tally.empty:
        yield lang.plural("{n} answer is empty and scores 0.", "{n} answers are empty and score 0.", tally.empty)
    if tally.percent:
        names = answer_classes(lang)
        yield from table(
            [("", "%"), *((names[key], str(n)) for key, n in tally.percent.items())], right=frozenset({1}), head=True
        )
    if done.left_out_rows:
        yield from left_out(
            ((row.line, row.why.text(lang)) for row in done.left_out), done.left_out_rows, done.unit, lang
        )


def _score(done: ScoredFile, lang: Language) -> str:
    answers = lang.plural("{n} answer", "{n} answers", len(done.tally.scores))
    if done.tally.score is None:
        return answers
    score = lang.number(round(done.tally.score, 1), 4)
    if not done.interval:
        return lang("{answers}, score {score}", answers=answers, score=score)
    low, high = (lang.number(round(end), 3) for end in done.interval)
    return lang(
        "{answers}, score {score} (with 95% confidence {low} to {high})",
        answers=answers,
        score=score,
        low=low,
        high=high,
    )


def answer_classes(lang: Language) -> dict[str, str]:
    """The five classes in words; unlike those of `advisor rag-score`, silence is skipping whatever was asked."""
    return {
        "correct": lang("Right answer"),
        "skipped": lang("Said nothing, or declined without need"),
        "wrong": lang("Wrong answer"),
        "hallucination": lang("Answered, though there is none"),
        "correct_refusal": lang("Declined rightly"),
    }
