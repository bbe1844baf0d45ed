"""The `advisor` command: the same functions as the screen, for a terminal, a script or a pipeline.

Results go to standard output, errors to standard error. The exit status is 0 only on success, and 2 where the input
cannot be used; the message then names the field and what is allowed. A file is written whole or not at all.
"""

from __future__ import annotations

import csv
import gc
import io
import os
import signal
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated, cast

import typer

from advisor.cli import check, describe, rag, rewrite, score, tool_rows
from advisor.cli import kits as starter_kits
from advisor.cli import pilot as pilots
from advisor.cli import workshop as workshops
from advisor.cli.fields import chosen
from advisor.cli.layout import wrapped
from advisor.cli.refusals import (
    BAD_INPUT,
    BadInput,
    exit_with,
    input_name,
    problem,
    reporting_errors,
    standard_input,
    target_of,
)
from advisor.cli.shared_options import AnyLang, Browser, Fields, Json, Lang, Port
from advisor.cli.usage import Command, Group, asked_language, decimal
from advisor.language import Language, language
from advisor.suggest import meant

if TYPE_CHECKING:
    from polars import DataFrame

    from advisor.content.load import Content
    from advisor.engine.changes import Saved
    from advisor.interview.situation import Situation
    from advisor.report import Format

app = typer.Typer(
    name="advisor",
    cls=Group,
    help="Should we fine-tune, and if not, what instead? Answers in, a sourced verdict out.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Answers = Annotated[str, typer.Argument(metavar="FILE", help="Answers as YAML or JSON; - reads standard input.")]
Table = Annotated[str, typer.Argument(metavar="FILE", help="Use cases as CSV; - reads standard input.")]
Out = Annotated[Path, typer.Option("--output", "-o", metavar="OUT", help="File to write; an older one is replaced.")]
At = Annotated[str | None, typer.Option("--at", metavar="DATE", help="Day of the advice, as 2026-11-22; or today.")]
Without = Annotated[
    list[str] | None,
    typer.Option("--without", metavar="TERM", help="A reason to leave out, by its id; may be given more than once."),
]
Due = Annotated[
    bool, typer.Option("--due", "--stale", help="Only those to look up again, those on which most hangs first.")
]
On = Annotated[str | None, typer.Option("--at", metavar="DATE", help="Say who tunes what on that day, as 2026-11-22.")]
Plan = Annotated[bool, typer.Option("--plan", help="Add a column with the steps of each plan, as evaluation|sft.")]
Step = Annotated[str, typer.Argument(metavar="STEP", help="Id of the step: that of an option, or what was prepared.")]
Result = Annotated[
    float | None,
    typer.Option(
        metavar="NUMBER", parser=decimal, help="Score on your test cases, 0 to 100; or how many examples there are now."
    ),
]
How = Annotated[
    str | None, typer.Option(metavar="WORD", help="How retrieval fell short: misses the passage, or it is misused.")
]
Before = Annotated[
    str, typer.Argument(metavar="BEFORE", help="An advice saved as JSON, a link, or - for standard input.")
]
After = Annotated[
    str | None, typer.Argument(metavar="AFTER", help="Another one; without it, the same answers advised on anew.")
]
ShowVersion = Annotated[
    bool, typer.Option("--version", "-V", is_eager=True, help="Print the version of this program and of its content.")
]
Hosts = Annotated[
    list[str] | None,
    typer.Option("--allowed-host", metavar="NAME", help="A name under which the app is reached; localhost needs none."),
]
Origins = Annotated[
    list[str] | None,
    typer.Option(
        "--allowed-origin",
        metavar="ORIGIN",
        help="As https://advisor.example.org, where a proxy changes the Host header of the pages it comes from.",
    ),
]
Proxies = Annotated[
    list[str] | None,
    typer.Option(
        "--proxy",
        metavar="ADDRESS",
        help="Address or network of a proxy in front, such as 127.0.0.1: it alone may say who asks.",
    ),
]
Metrics = Annotated[bool, typer.Option("--metrics", help="Serve metrics of the server at /_stcore/metrics.")]

MAX_TABLE = 200_000_000
"""Largest table of use cases, in bytes: a million rows or more."""


@app.callback(invoke_without_command=True)
def every(context: typer.Context, version: ShowVersion = False, lang: AnyLang = None) -> None:
    """Should we fine-tune, and if not, what instead? Answers in, a sourced verdict out."""
    if version:
        with reporting_errors(lang or "en") as spoken:
            typer.echo(_version(spoken))
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help(), err=True)
        raise typer.Exit(BAD_INPUT)


@app.command("app", cls=Command)
def open_app(
    port: Port = None,
    browser: Browser = True,
    allowed_host: Hosts = None,
    allowed_origin: Origins = None,
    proxy: Proxies = None,
    metrics: Metrics = False,
    lang: Lang = "en",
) -> None:
    """Serve the app on this machine alone and print its address. Ctrl-C stops it."""
    with reporting_errors(lang) as spoken:
        from advisor.cli.serve import PortTaken, serve
        from advisor.ui.server.origins import NotListed
        from advisor.ui.server.proxies import NoProxy

        try:
            serve(port, browser, allowed_host or (), allowed_origin or (), metrics, proxy or ())
        except (PortTaken, NotListed, NoProxy) as error:
            raise exit_with(error.text(spoken)) from error


@app.command(cls=Command)
def questions(as_json: Json = False, fields: Fields = None, lang: Lang = "en") -> None:
    """Print all questions and assumptions, as a file of answers to fill in."""
    with reporting_errors(lang) as spoken:
        from advisor.cli import advice_text

        if as_json or fields is not None:
            typer.echo(chosen(advice_text.questions_json(_content(), spoken), fields, spoken))
        else:
            typer.echo(advice_text.questions_text(_content(), spoken))


@app.command(cls=Command)
def advise(
    file: Answers,
    as_json: Json = False,
    fields: Fields = None,
    without: Without = None,
    at: At = None,
    lang: Lang = "en",
) -> None:
    """Say whether to fine-tune, and if not, what instead.

    FILE maps the id of a question to a value, to a range [low, high], or to null for "I don't know".
    `advisor questions > answers.yaml` writes one to fill in.

    --json prints the whole advice: verdict, option, runner_up, stability, ends_in_training; ranking, with for each
    option share, blocked_by, usd_month {p10, p50, p90} and latency {p50, p95}; reasons (id, decibans for option
    against runner_up, rests_on, cases, sources), switched_off, missing, flips, next_question, routes, assumptions, at,
    content_version; and in basis what each figure rests on. Money is in USD, time in seconds. latency has medians;
    latency_median and latency_p95 have the 10-90% bands. --without leaves a reason out, by its id in reasons.

    plan has up to three steps in JSON: kind (prepare or option), id, share, effort_days, usd_once, usd_month, stop_at,
    why, price_route and basis; `advisor tried` takes the result of one.
    """
    with reporting_errors(lang) as spoken:
        from advisor import advise as advise_on
        from advisor.cli import advice_text

        advice = advise_on(_situation(file, spoken, without), _day(at, spoken))
        if as_json or fields is not None:
            typer.echo(chosen(advice_text.advice_json(advice), fields, spoken))
        else:
            typer.echo(advice_text.advice_text(advice, _content(), spoken))


@app.command(cls=Command)
def tried(file: Answers, step: Step, result: Result = None, how: How = None, lang: Lang = "en") -> None:
    """Take the result of a step of the plan, and print the answers that follow from it.

    The result becomes a measured answer in FILE, which stays as it is: print the new answers into another file, or pass
    them on, as in `advisor tried answers.yaml sft --result 71 | advisor advise -`. `advisor advise --json` has the
    ids of the steps, in plan.
    """
    with reporting_errors(lang) as spoken:
        from advisor.interview.answers_file import write_yaml
        from advisor.interview.step_result import tried as after

        typer.echo(write_yaml(after(_situation(file, spoken), step, result, how, _content())), nl=False)


@app.command(cls=Command)
def compare(before: Before, after: After = None, as_json: Json = False, at: At = None, lang: Lang = "en") -> None:
    """Say what changed from one advice to another, and why: the answers, the content, the weights, or the day.

    Both are files that `advisor advise --json` or `advisor report` wrote as JSON, or links from the app. With one
    alone, its answers are advised on anew.
    """
    with reporting_errors(lang) as spoken:
        from advisor import wording
        from advisor.cli.layout import bullets
        from advisor.engine import changes

        day, content = _day(at, spoken), _content()
        first = _saved(before, day, content, spoken)
        second = changes.again(first, day, content) if after is None else _saved(after, day, content, spoken)
        comparison = changes.compare(first, second, content)
        if as_json:
            typer.echo(comparison.model_dump_json(indent=2))
        else:
            whole, *each = wording.changes(comparison, content, spoken)
            typer.echo("\n".join([wrapped(whole), *bullets(each)]))


def _saved(source: str, day: date, content: Content, lang: Language) -> Saved:
    """A saved advice from a file, standard input or a link. Raises `BadInput` where it is none."""
    from advisor.engine.changes import MOST_CHARACTERS, NoAdvice, read_saved

    linked = "://" in source or source.startswith("?")
    if source == "-":
        text = standard_input(lang).read(MOST_CHARACTERS).decode("utf-8", "replace")
    elif linked:
        text = source
    else:
        with Path(source).open("rb") as file:
            text = file.read(MOST_CHARACTERS).decode("utf-8", "replace")
    try:
        return read_saved(text, day, content)
    except NoAdvice as error:
        name = lang("the link") if linked else input_name(source, lang)
        message = lang("{file}: neither an advice saved as JSON nor a link with answers", file=name)
        raise BadInput(message) from error


@app.command(cls=Command)
def report(file: Answers, out: Out, without: Without = None, at: At = None, lang: Lang = "en") -> None:
    """Write the report on FILE: OUT ends in .pdf, .md or .json."""
    with reporting_errors(lang) as spoken:
        from advisor import advise as advise_on
        from advisor.report import render

        kind = _suffix(out, ("pdf", "md", "json"), spoken)
        advice = advise_on(_situation(file, spoken, without), _day(at, spoken))
        _write(out, render(advice, _content(), lang, cast("Format", kind)), spoken)


@app.command(cls=Command)
def template(
    file: Answers,
    out: Out,
    labels: starter_kits.Labels = None,
    words: starter_kits.Words = None,
    at: At = None,
    lang: Lang = "en",
) -> None:
    """Write a dataset template that fits FILE: OUT ends in .zip."""
    with reporting_errors(lang) as spoken:
        from advisor import advise as advise_on
        from advisor.dataset.template.build import build_template

        _suffix(out, ("zip",), spoken)
        content = _content()
        situation = starter_kits.named(_situation(file, spoken), labels, words, content, spoken)
        _write(out, build_template(situation, advise_on(situation, _day(at, spoken)), content, spoken), spoken)


@app.command(cls=Command)
def kit(
    file: Answers,
    out: Out,
    data: starter_kits.KitData = None,
    route: starter_kits.KitRoute = None,
    classic: starter_kits.KitClassic = False,
    labels: starter_kits.Labels = None,
    words: starter_kits.Words = None,
    at: At = None,
    lang: Lang = "en",
) -> None:
    """Write the starter kit of the plan's first step for FILE: OUT ends in .zip.

    In it are the rows, an evaluation that scores, the baseline, the scripts of the step, a safety test, and a page on
    what to do, what it costs and to whom the route is open. With --data the rows are yours; the file stays as it is.
    """
    with reporting_errors(lang) as spoken:
        from advisor import advise as advise_on

        _suffix(out, ("zip",), spoken)
        asked = starter_kits.route_asked(route, classic, spoken)
        content = _content()
        situation = starter_kits.named(_situation(file, spoken), labels, words, content, spoken)
        advice = advise_on(situation, _day(at, spoken))
        chosen_kit, made = starter_kits.kit_zip(situation, advice, content, spoken, data, asked)
        typer.echo(starter_kits.kit_said(chosen_kit, content, spoken))
        _write(out, made, spoken)


@app.command(cls=Command)
def kits(
    model: starter_kits.KitModel = None,
    method: starter_kits.KitMethod = None,
    region: starter_kits.KitRegion = None,
    customer: starter_kits.KitCustomer = None,
    as_json: Json = False,
    fields: Fields = None,
    at: At = None,
    lang: Lang = "en",
) -> None:
    """List the starter kits on a day: what each does, to whom its route is open, and until when.

    With a model, method, region or customer only those with an open route that fits are listed, and of it what fits.

    In JSON a kit has state, open_to, until and, for each customer, until_for. Each of its routes has its days: from
    closed_from no training begins, from gone_from tuned models answer no more; before closed_not_before and
    gone_not_before nothing of that ends.
    """
    with reporting_errors(lang) as spoken:
        from advisor.dataset.files.writers import json_document
        from advisor.kits.listing import listed

        day, content = _day(at, spoken), _content()
        every = listed(content, day, starter_kits.wanted(model, method, region, customer, content, spoken))
        starter_kits.demand_any(every, spoken)
        if as_json or fields is not None:
            text = json_document(starter_kits.kits_json(every, day, content, spoken))
            typer.echo(chosen(text, fields, spoken))
        else:
            typer.echo("\n".join(starter_kits.kits_text(every, day, content, spoken)))


@app.command(cls=Command)
def portfolio(file: Table, out: Out, plan: Plan = False, at: At = None, lang: Lang = "en") -> None:
    """Advise on many use cases at once, one row each: OUT ends in .csv.

    The columns of FILE are ids of questions; a cell holds one value, `a|b` for several, `low..high` for a range, or
    nothing for "I don't know". A number has a point before its fraction and nothing between thousands. Columns named
    id or name are carried through.
    """
    with reporting_errors(lang) as spoken:
        from polars import String

        from advisor import advise_many
        from advisor.dataset.files.writers import guarded
        from advisor.engine.portfolio import NAME_COLUMNS

        _suffix(out, ("csv",), spoken)
        result = advise_many(_table(file, spoken), _day(at, spoken), plan=plan)
        # Names are the user's: a spreadsheet must not take one for a formula.
        names = [name for name in NAME_COLUMNS if name in result.columns]
        safe = [result[name].map_elements(guarded, return_dtype=String) for name in names]
        _write(out, result.with_columns(safe).write_csv().encode(), spoken)


@app.command(cls=Command)
def cases(as_json: Json = False, fields: Fields = None, at: At = None, lang: Lang = "en") -> None:
    """Run the advisor on the published cases and compare with what turned out right."""
    with reporting_errors(lang) as spoken:
        from advisor.cases import benchmark
        from advisor.cli import advice_text

        result = benchmark(_day(at, spoken))
        if as_json or fields is not None:
            typer.echo(chosen(result.model_dump_json(indent=2), fields, spoken))
        else:
            typer.echo(advice_text.cases_text(result, _content(), spoken))


@app.command(cls=Command)
def facts(
    due: Due = False,
    at: On = None,
    as_json: Json = False,
    fields: Fields = None,
    lang: Lang = "en",
) -> None:
    """List the dated facts behind the figures, or say who tunes what on a day.

    Without --at: the facts, those that have waited longest for a new look first. With --due those alone that want one
    (--at then says on which day): they have stood longer than their kind may, end soon or have ended. Those come first
    on which most verdicts and most money hang, of the published cases and the examples.

    With --at: every vendor, model and way of tuning on that day, for whom, until when and who says so; then what ends
    next. In JSON: at; routes, with state, open_to and their dates; ends; and facts, those that hold on the day.
    """
    with reporting_errors(lang) as spoken:
        from advisor.cli import facts_text

        day, content, wants_json = _day(at, spoken), _content(), as_json or fields is not None
        if at is not None and not due:
            if wants_json:
                typer.echo(chosen(facts_text.offers_json(content, day), fields, spoken))
            else:
                typer.echo(facts_text.offers_text(content, day, spoken))
            return
        listed = facts_text.listed(content, day, due)
        if wants_json:
            typer.echo(chosen(facts_text.facts_json(listed, day), fields, spoken))
        else:
            typer.echo(facts_text.facts_text(listed, content, spoken))


check.register(app)
rewrite.register(app)
rag.register(app)
tool_rows.register(app)
app.command("workshop", cls=Command)(workshops.workshop)
score.register(app)
app.add_typer(pilots.app, name="pilot")
describe.register(app)


BRIEF = frozenset({"advise", "tried", "compare", "report", "template", "kits", "questions", "facts", "cases"})
"""Commands on so few rows that threads for them cost more than they gain."""


def main() -> None:
    """Run the command; what a terminal cannot show becomes a question mark instead of a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    if sys.stdout is None:
        lang = language(asked_language(sys.argv[1:]))
        raise SystemExit(exit_with(lang("standard output is closed, so there is nowhere to print to")).exit_code)
    # The products of an advice are small: threads for them would spend a sixth of its processor time on waiting. And
    # looking for plugins of Pydantic, which this has none of, reads about every package that is installed.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    if BRIEF & set(sys.argv[1:]):
        os.environ.setdefault("POLARS_MAX_THREADS", "1")
        gc.set_threshold(50_000, 20, 20)  # what is imported stays: going through it again and again frees nothing
    signal.signal(signal.SIGTERM, _end)  # the server of the app sets its own
    app()


def _end(number: int, _: FrameType | None) -> None:
    """End as a shell expects, by way of everything that tidies up after itself."""
    sys.exit(128 + number)


def _content() -> Content:
    from advisor.content.load import load  # here, since help and refusals need none of it

    return load()


def _version(lang: Language) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        installed = version("fine-tune-advisor")
    except PackageNotFoundError:  # a checkout that was never installed
        installed = "?"
    return lang("Fine-Tune Advisor {version}, with content {content}", version=installed, content=_content().version)


def _situation(file: str, lang: Language, without: Sequence[str] | None = None) -> Situation:
    """The answers in a file, without the terms named."""
    return _read_situation(file, lang).leaving_out(without or ())


def _read_situation(file: str, lang: Language) -> Situation:
    from advisor.interview.answers_file import parse, read_situation
    from advisor.interview.situation import MAX_ANSWERS

    if file == "-":
        return read_situation(parse(standard_input(lang).read(MAX_ANSWERS + 1), input_name("-", lang)))
    return read_situation(Path(file))


def _table(file: str, lang: Language) -> DataFrame:
    """A CSV file with every cell as text, without its empty lines; raises `BadInput` where it is none."""
    import polars as pl

    from advisor.interview.situation import shown

    name, data = _read(file, lang)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(lang("{file}: the file is not UTF-8 text (byte {n})", file=name, n=error.start)) from error
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[list[str]] = []
    try:
        for row in reader:
            if any(map(str.strip, row)):
                rows.append(row)
                if len(row) != len(rows[0]):
                    message = lang.plural(
                        "{file}: line {line} has {n} cell; the first line has {expected}",
                        "{file}: line {line} has {n} cells; the first line has {expected}",
                        len(row),
                        file=name,
                        line=reader.line_num,
                        expected=len(rows[0]),
                    )
                    raise BadInput(message)
    except csv.Error as error:  # what the module says is English
        message = lang(
            "{file}: line {line} is not CSV: a quotation mark is not closed, or is not doubled within a cell",
            file=name,
            line=reader.line_num,
        )
        raise BadInput(message) from error
    if not rows:
        raise BadInput(lang("{file}: the file is empty; its first line names the columns", file=name))
    head = [cell.strip() for cell in rows[0]]
    if len(head) == 1 and (sign := next((mark for mark in (";", "\t") if mark in head[0]), None)):
        named = lang("semicolons") if sign == ";" else lang("tabs")
        raise BadInput(lang("{file}: its cells are divided by {sign}; save it with commas", file=name, sign=named))
    twice = next((column for column in head if head.count(column) > 1), None)
    if twice is not None:
        raise BadInput(lang('{file}: the column "{name}" appears twice', file=name, name=shown(twice)))
    if len(rows) == 1:
        raise BadInput(lang("{file}: there is no row below the names of the columns", file=name))
    return pl.DataFrame(rows[1:], schema=dict.fromkeys(head, pl.String), orient="row")


def _read(file: str, lang: Language) -> tuple[str, bytes]:
    """Name and bytes of a table; raises `BadInput` where it is larger than one that is advised on at once."""
    name = input_name(file, lang)
    if file == "-":
        data = standard_input(lang).read(MAX_TABLE + 1)
    else:
        with Path(file).open("rb") as stream:  # a device or a pipe has no size and may have no end
            data = stream.read(MAX_TABLE + 1)
    if len(data) > MAX_TABLE:
        raise BadInput(lang("{file}: the file is larger than {n} MB; divide it", file=name, n=MAX_TABLE // 10**6))
    return name, data


def _day(text: str | None, lang: Language) -> date:
    if text is None:
        return date.today()
    from advisor.content.freshness import FIRST_DAY, LAST_DAY, read_day
    from advisor.interview.situation import shown

    try:
        return read_day(text)
    except ValueError as error:
        message = lang(
            "--at: expected a day such as 2026-11-22, from {first} to {last}; got {text}",
            first=FIRST_DAY,
            last=LAST_DAY,
            text=shown(text),
        )
        raise BadInput(message) from error


def _suffix(out: Path, allowed: tuple[str, ...], lang: Language) -> str:
    """The kind of file asked for by the name; raises `BadInput` if it is none of those allowed."""
    kind = out.suffix.lower().removeprefix(".")
    if kind not in allowed:
        dotted = [f".{ending}" for ending in allowed]
        message = lang("--output: the name must end in {names}; got {name}", names=", ".join(dotted), name=out.name)
        raise BadInput(f"{message}. {meant(kind, dotted, lang)}".removesuffix(". "))
    return kind


def _write(out: Path, data: bytes, lang: Language) -> None:
    """Write a file whole or not at all, and say so. Raises `BadInput` where the file cannot be written."""
    target = target_of(out, lang)
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        part.write_bytes(data)
        part.replace(target)
    except OSError as error:
        message = lang("--output: {file} cannot be written ({problem})", file=out, problem=problem(error, lang))
        raise BadInput(message) from error
    finally:
        part.unlink(missing_ok=True)
    typer.echo(lang("Wrote {file}", file=out))
