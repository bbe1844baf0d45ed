"""The `advisor` command: the same functions as the screen, for a terminal, a script or a pipeline.

Results go to standard output, errors to standard error. The exit status is 0 only on success, and 2 where the input
cannot be used; the message then names the field and what is allowed. A file is written whole or not at all.
"""

from __future__ import annotations

import csv
import io
import os
import signal
import sys
from datetime import date
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated, cast

import typer

from advisor.content import load
from advisor.dataset import commands, rag_commands, rewriting
from advisor.errors import BAD_INPUT, BadInput, refused, told
from advisor.freshness import FIRST_DAY, LAST_DAY, oldest_first, read_day
from advisor.interview import MAX_ADDRESS, Situation, parse, read_situation, shown
from advisor.language import Language

if TYPE_CHECKING:
    from polars import DataFrame

    from advisor.report import Format

app = typer.Typer(
    name="advisor",
    help="Should we fine-tune, and if not, what instead? Answers in, a sourced verdict out.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

Answers = Annotated[str, typer.Argument(metavar="FILE", help="Answers as YAML or JSON; - reads standard input.")]
Table = Annotated[str, typer.Argument(metavar="FILE", help="Use cases as CSV; - reads standard input.")]
Out = Annotated[Path, typer.Option("--output", "-o", metavar="OUT", help="File to write; an older one is replaced.")]
At = Annotated[str | None, typer.Option("--at", metavar="DATE", help="Day of the advice, as 2026-11-22; or today.")]
Lang = Annotated[str, typer.Option("--lang", metavar="LANG", help="Language of the output, en or nl.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Stale = Annotated[bool, typer.Option("--stale", help="Only those to look up again: ended, ending, old, undated.")]
Port = Annotated[int | None, typer.Option(help="Port to serve on; without it 8501, or any that is free.")]
Browser = Annotated[bool, typer.Option("--browser/--no-browser", help="Open a browser where there is one.")]

STDIN = "standard input"


@app.command("app")
def open_app(port: Port = None, browser: Browser = True) -> None:
    """Serve the app on this machine alone and print its address. Ctrl-C stops it."""
    from advisor.serving import PortTaken, serve

    try:
        serve(port, browser)
    except PortTaken as error:
        raise refused(str(error)) from error


@app.command()
def questions(as_json: Json = False, lang: Lang = "en") -> None:
    """Print all questions and assumptions, as a file of answers to fill in."""
    with told(lang) as spoken:
        from advisor import terminal

        typer.echo(terminal.questions_json(load(), spoken) if as_json else terminal.questions_text(load(), spoken))


@app.command()
def advise(file: Answers, as_json: Json = False, at: At = None, lang: Lang = "en") -> None:
    """Say whether to fine-tune, and if not, what instead.

    FILE maps the id of a question to a value, to a range [low, high], or to null for "I don't know".
    `advisor questions > answers.yaml` writes one to fill in.

    --json prints the whole advice: verdict, option, stability, fine_tune_probability; ranking, with for each option
    likelihood, blocked_by, usd_month {p10, p50, p90} and latency {p50, p95}; reasons (rule, weight, sources), missing,
    flips, next_question, routes, assumptions, at, content_version; and in basis what each figure rests on. Money is in
    USD, time in seconds, weight in decibans. latency has medians; latency_median and latency_p95 have the 10-90% bands.
    """
    with told(lang) as spoken:
        from advisor import advise as advise_on
        from advisor import terminal

        advice = advise_on(_situation(file), _day(at, spoken))
        typer.echo(terminal.advice_json(advice) if as_json else terminal.advice_text(advice, load(), spoken))


@app.command()
def report(file: Answers, out: Out, at: At = None, lang: Lang = "en") -> None:
    """Write the report on FILE: OUT ends in .pdf, .md or .json."""
    with told(lang) as spoken:
        from advisor import advise as advise_on
        from advisor.report import render

        kind = _suffix(out, ("pdf", "md", "json"), spoken)
        advice = advise_on(_situation(file), _day(at, spoken))
        _write(out, render(advice, load(), lang, cast("Format", kind)), spoken)


@app.command()
def template(file: Answers, out: Out, at: At = None, lang: Lang = "en") -> None:
    """Write a dataset template that fits FILE: OUT ends in .zip."""
    with told(lang) as spoken:
        from advisor import advise as advise_on
        from advisor.dataset.template import build_template

        _suffix(out, ("zip",), spoken)
        here = _situation(file)
        _write(out, build_template(here, advise_on(here, _day(at, spoken)), load(), spoken), spoken)


@app.command()
def portfolio(file: Table, out: Out, at: At = None, lang: Lang = "en") -> None:
    """Advise on many use cases at once, one row each: OUT ends in .csv.

    The columns of FILE are ids of questions; a cell holds one value, `a|b` for several, `low..high` for a range, or
    nothing for "I don't know". Columns named id or name are carried through.
    """
    with told(lang) as spoken:
        from polars import String

        from advisor import advise_many
        from advisor.dataset.formats import guarded
        from advisor.portfolio import NAME_COLUMNS

        _suffix(out, ("csv",), spoken)
        result = advise_many(_table(file, spoken), _day(at, spoken))
        # Names are the user's: a spreadsheet must not take one for a formula.
        names = [name for name in NAME_COLUMNS if name in result.columns]
        safe = [result[name].map_elements(guarded, return_dtype=String) for name in names]
        _write(out, result.with_columns(safe).write_csv().encode(), spoken)


@app.command()
def cases(as_json: Json = False, at: At = None, lang: Lang = "en") -> None:
    """Run the advisor on the published cases and compare with what turned out right."""
    with told(lang) as spoken:
        from advisor import terminal
        from advisor.cases import benchmark

        result = benchmark(_day(at, spoken))
        typer.echo(result.model_dump_json(indent=2) if as_json else terminal.cases_text(result, load(), spoken))


@app.command()
def facts(
    stale: Stale = False,
    as_json: Json = False,
    at: At = None,
    lang: Lang = "en",
) -> None:
    """List the dated facts behind the figures, those that have waited longest for a new look first."""
    with told(lang) as spoken:
        from advisor import terminal
        from advisor.catalogue import catalogue

        day, content = _day(at, spoken), load()
        why = {entry.fact.id: entry.why for entry in catalogue(content, day).stale()}
        found = oldest_first((fact for fact in content.facts if fact.id in why or not stale), day)
        typer.echo(
            terminal.facts_json(found, why, day) if as_json else terminal.facts_text(found, why, content, spoken)
        )


commands.register(app)
rewriting.register(app)
rag_commands.register(app)


def main() -> None:
    """Run the command; what a terminal cannot show becomes a question mark instead of a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    if sys.stdout is None:
        sys.exit(BAD_INPUT)  # whoever closed standard output has no use for a result, and none was given
    # The products of an advice are small: threads for them would spend a sixth of its processor time on waiting.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    signal.signal(signal.SIGTERM, _end)  # the server of the app sets its own
    app()


def _end(number: int, _: FrameType | None) -> None:
    """End as a shell expects, by way of everything that tidies up after itself."""
    sys.exit(128 + number)


def _situation(file: str) -> Situation:
    if file == "-":
        return read_situation(parse(sys.stdin.buffer.read(MAX_ADDRESS + 1), STDIN))
    return read_situation(Path(file))


def _table(file: str, lang: Language) -> DataFrame:
    """A CSV file with every cell as text, without its empty lines; raises `BadInput` where it is none."""
    import polars as pl

    name, data = (STDIN, sys.stdin.buffer.read()) if file == "-" else (file, Path(file).read_bytes())
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(lang("{file}: the file is not UTF-8 text (byte {n})", file=name, n=error.start)) from error
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[list[str]] = []
    try:
        for row in reader:
            if any(row):
                rows.append(row)
                if len(row) != len(rows[0]):
                    counts = {"n": len(row), "expected": len(rows[0])}
                    said = lang(
                        "{file}: line {line} has {n} cells instead of {expected}",
                        file=name,
                        line=reader.line_num,
                        **counts,
                    )
                    raise BadInput(said)
    except csv.Error as error:
        said = lang("{file}: line {line} is not CSV ({problem})", file=name, line=reader.line_num, problem=error)
        raise BadInput(said) from error
    if not rows:
        raise BadInput(lang("{file}: the file is empty; its first line names the columns", file=name))
    head = [cell.strip() for cell in rows[0]]
    twice = next((column for column in head if head.count(column) > 1), None)
    if twice is not None:
        raise BadInput(lang('{file}: the column "{name}" appears twice', file=name, name=shown(twice)))
    return pl.DataFrame(rows[1:], schema=dict.fromkeys(head, pl.String), orient="row")


def _day(text: str | None, lang: Language) -> date:
    if text is None:
        return date.today()
    try:
        return read_day(text)
    except ValueError as error:
        said = lang(
            "--at: expected a day such as 2026-11-22, from {first} to {last}; got {text}",
            first=FIRST_DAY,
            last=LAST_DAY,
            text=shown(text),
        )
        raise BadInput(said) from error


def _suffix(out: Path, allowed: tuple[str, ...], lang: Language) -> str:
    """The kind of file asked for by the name; raises `BadInput` if it is none of those allowed."""
    kind = out.suffix.lower().removeprefix(".")
    if kind not in allowed:
        names = ", ".join(f".{one}" for one in allowed)
        raise BadInput(lang("--output: the name must end in {names}; got {name}", names=names, name=out.name))
    return kind


def _write(out: Path, data: bytes, lang: Language) -> None:
    """Write a file whole or not at all, and say so. Raises `BadInput` where the file cannot be written."""
    target = out.resolve()
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        part.write_bytes(data)
        part.replace(target)
    except OSError as error:
        said = lang("--output: {file} cannot be written ({problem})", file=out, problem=error.strerror)
        raise BadInput(said) from error
    finally:
        part.unlink(missing_ok=True)
    typer.echo(lang("Wrote {file}", file=out))
