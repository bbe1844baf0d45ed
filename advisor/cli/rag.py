"""The commands on RAG tuning: `advisor rag-rows` makes rows that answer or decline, `rag-score` judges predictions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from advisor.cli.check import source_of, unusable
from advisor.cli.fields import chosen
from advisor.cli.layout import one_line, table
from advisor.cli.refusals import BadInput, reporting_errors
from advisor.cli.rewrite import NothingWritten, concluded, conclusion, demand_name, leave, left_out, written
from advisor.cli.shared_options import AllowLoss, Field, Fields, Json, Lang, OutArgument
from advisor.cli.usage import Command, decimal, whole

if TYPE_CHECKING:
    from advisor.dataset.rag.files import Scored, Written
    from advisor.language import Language

Refusals = Annotated[
    float,
    typer.Option(
        "--refusals", metavar="SHARE", parser=decimal, help="Share of rows whose answer is to decline, from 0 to 1."
    ),
]
Questions = Annotated[Path, typer.Argument(metavar="FILE", help="Questions, each with a passage and its answer.")]
Predictions = Annotated[
    str, typer.Argument(metavar="FILE", help="Predictions, each with what is right; - reads standard input.")
]
Seed = Annotated[int, typer.Option("--seed", metavar="N", parser=whole(), help="The same seed keeps the same rows.")]
Sentence = Annotated[
    str,
    typer.Option(
        "--sentence",
        metavar="TEXT",
        help='What the model says to decline; by default "I don\'t know", in the language of --lang.',
    ),
]
Declines = Annotated[
    str,
    typer.Option(
        "--sentence",
        metavar="TEXT",
        help='What the model says to decline; by default "I don\'t know", in any language that --lang takes.',
    ),
]
Instruction = Annotated[
    str, typer.Option("--instruction", metavar="TEXT", help="System message of all rows, in place of the usual one.")
]
Exact = Annotated[bool, typer.Option("--exact", help="Count only exact answers as right.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the `advisor` command."""
    app.command("rag-rows", cls=Command)(rows)
    app.command("rag-score", cls=Command)(scores)


def rows(
    file: Questions,
    out: OutArgument,
    refusals: Refusals = 0.2,
    sentence: Sentence = "",
    instruction: Instruction = "",
    seed: Seed = 0,
    allow_loss: AllowLoss = False,
    as_json: Json = False,
    fields: Fields = None,
    lang: Lang = "en",
) -> None:
    """Make rows that answer from a passage or decline: FILE has question, context and answer, OUT gets conversations.

    A row of FILE without an answer, or with is_impossible, becomes one that declines. The share of those is a dial:
    more make a model cautious, fewer make it bold. What would upset the share is left out.

    The exit status is 0 if all rows can be used, 1 if some cannot and are left out, 2 if none is written.
    """
    from advisor.dataset.files.writers import json_document
    from advisor.dataset.rag.files import write

    with reporting_errors(lang) as spoken, unusable(file.name, spoken):
        if not 0 <= refusals <= 1:
            raise BadInput(_no_share(refusals, spoken))
        demand_name(out, "jsonl", spoken)
        with suppress(NothingWritten), written(out, (file,), spoken) as target:
            done = write(
                source_of(str(file), spoken), target, refusals, sentence, seed, instruction=instruction, lang=spoken
            )
            shown: dict[str, Any] = {
                "rows": done.rows,
                "refusals": done.refusals,
                "share": round(done.share, 4),
                "spare": done.spare,
                "notes": [note.text(spoken) for note in done.notes],
                **_left_out(done, spoken),
                **concluded(done.rows, done.left_out_rows, out, allow_loss, spoken),
            }
            json_text = chosen(json_document(shown), fields, spoken)  # refused before anything is written
            if not done.rows:
                raise NothingWritten
        lines = conclusion(done.rows, done.left_out_rows, out, allow_loss, spoken)
        typer.echo(json_text if as_json or fields is not None else "\n".join([*_made(done, out, spoken), *lines]))
    leave(shown)


def _no_share(given: float, lang: Language) -> str:
    return lang("--refusals: expected a share from 0 to 1; got {value}", value=f"{given:g}")


def _made(done: Written, out: Path, lang: Language) -> Iterator[str]:
    if done.rows:
        yield one_line(
            lang(
                "Wrote {file}: {rows}, of which {share} decline",
                file=out,
                rows=lang.plural("{n} row", "{n} rows", done.rows),
                share=lang.percent(done.share),
            )
        )
    for note in done.notes:
        yield note.text(lang)
    yield from _named(done, lang)


def scores(
    file: Predictions,
    sentence: Declines = "",
    exact: Exact = False,
    field: Field = "",
    as_json: Json = False,
    fields: Fields = None,
    lang: Lang = "en",
) -> None:
    """Judge the predictions in FILE in five classes that sum to 100%.

    They are correct, skipped, wrong, hallucination and correct_refusal. Each row has a prediction, or the tuned_output
    of the template's evaluation set; gold, answer or
    answers for what is right; and expects_answer or is_impossible where nothing is. An answer counts as right if it
    contains the right answer word for word.
    """
    from advisor.dataset.files.writers import json_document
    from advisor.dataset.rag.files import score_file

    with reporting_errors(lang) as spoken, unusable(file, spoken):
        done = score_file(source_of(file, spoken), sentence, exact=exact, field=field)
        if as_json or fields is not None:
            typer.echo(chosen(json_document(_as_dict(done, file, spoken)), fields, spoken))
        else:
            typer.echo("\n".join(_said(done, file, spoken)))


def _as_dict(done: Scored, name: str, lang: Language) -> dict[str, Any]:
    classes = done.classes
    percentages, intervals = classes.percentages, classes.intervals
    return {
        "file": name,
        "predictions": classes.total,
        "classes": {
            key: {"rows": n, "percent": percentages[key], "interval": [round(end, 4) for end in intervals[key]]}
            for key, n in classes.counts.items()
        },
        "answerable": classes.answerable,
        "unanswerable": classes.unanswerable,
        "unit": done.unit,
        "rows": [{"line": line, "class": kind} for line, kind in zip(done.lines, classes.classes, strict=True)],
        **_left_out(done, lang),
    }


def _said(done: Scored, name: str, lang: Language) -> Iterator[str]:
    from advisor.dataset.rag.rows import class_names

    classes = done.classes
    names, percentages, intervals = class_names(lang), classes.percentages, classes.intervals
    yield one_line(f"{name}: {lang.plural('{n} prediction', '{n} predictions', classes.total)}")
    head = ("", lang("rows"), "%", lang("with 95% confidence"))
    yield from table(
        [head]
        + [
            (names[key], str(n), str(percentages[key]), " – ".join(lang.percent(end) for end in intervals[key]))
            for key, n in classes.counts.items()
        ],
        right=frozenset({1, 2, 3}),
        head=True,
    )
    for text, among in (
        (lang("Of the questions that have an answer:"), classes.answerable),
        (lang("Of the questions that have none:"), classes.unanswerable),
    ):
        if among:
            yield f"{text} {'; '.join(f'{n}% {names[key].lower()}' for key, n in among.items())}"
    yield from _named(done, lang)


def _left_out(done: Written | Scored, lang: Language) -> dict[str, Any]:
    lines = [{"line": row.line, "why": row.why.text(lang)} for row in done.left_out]
    return {"left_out": lines, "left_out_rows": done.left_out_rows}


def _named(done: Written | Scored, lang: Language) -> Iterator[str]:
    return left_out(((row.line, row.why.text(lang)) for row in done.left_out), done.left_out_rows, done.unit, lang)
