"""The commands on training files: `advisor check`, `profile` and `answers`.

The exit status of `check` is 0 if nothing of the severity error was found, 1 if something was, and 2 where a file
cannot be used at all.
"""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from advisor.cli.fields import chosen
from advisor.cli.refusals import BadInput, input_name, problem, reporting_errors, standard_input
from advisor.cli.shared_options import Encoding, Fields, Form, Json, Lang
from advisor.cli.usage import Command, whole
from advisor.suggest import one_of

if TYPE_CHECKING:
    from advisor.content.load import Content
    from advisor.dataset.files.source import Source
    from advisor.dataset.inspection.inspect import Inspection
    from advisor.dataset.inspection.parallel import Engine
    from advisor.dataset.inspection.processes import Workers
    from advisor.dataset.notebook import Classic
    from advisor.interview.situation import Situation
    from advisor.language import Language

FOUND = 1

Files = Annotated[
    list[str],
    typer.Argument(
        metavar="FILE...", help="Training files: JSONL, JSON, CSV, TSV or Parquet, also packed by gzip or zstd."
    ),
]
One = Annotated[str, typer.Argument(metavar="FILE", help="A training file; - reads standard input.")]
Validation = Annotated[str | None, typer.Option("--validation", metavar="FILE", help="Look for its rows in FILE.")]
OnPlatform = Annotated[
    str | None, typer.Option("--platform", metavar="P", help="Check against this platform's limits.")
]
Method = Annotated[
    str | None, typer.Option("--method", metavar="M", help="sft, dpo, rft, vision, pretrain or classify.")
]
ClassicMode = Annotated[bool, typer.Option("--classic", help="Count as the OpenAI cookbook's notebook does.")]
Most = Annotated[int, typer.Option("--limit", metavar="N", parser=whole(0), help="Print so many findings one by one.")]
ExampleTokens = Annotated[
    int,
    typer.Option("--example-tokens", metavar="N", parser=whole(1), help="With --classic: most tokens of an example."),
]
EngineName = Annotated[
    str, typer.Option("--engine", metavar="E", help="local, or spark: a Spark cluster (see README).")
]

ENGINES = ("local", "spark")
NOT_CLASSIC = ("validation", "platform", "method", "form", "encoding", "limit")
"""Parameters of `check` that counting as the notebook does makes no use of."""


def register(app: typer.Typer) -> None:
    """Add the commands to the `advisor` command."""
    app.command(cls=Command)(check)
    app.command(cls=Command)(profile)
    app.command(cls=Command)(answers)


def check(
    context: typer.Context,
    files: Files,
    validation: Validation = None,
    platform: OnPlatform = None,
    method: Method = None,
    form: Form = None,
    encoding: Encoding = "o200k_base",
    classic: ClassicMode = False,
    example_tokens: ExampleTokens = 4_096,
    as_json: Json = False,
    fields: Fields = None,
    limit: Most = 20,
    engine: EngineName = "local",
    lang: Lang = "en",
) -> None:
    """Look for what spoils training in FILE: every kind of defect, with line, field and what to do.

    The exit status is 0 if nothing of the severity error was found, 1 if something was, 2 if a file cannot be read.
    """
    from advisor.cli import check_text
    from advisor.dataset.check_json import check_dict
    from advisor.dataset.files.writers import json_document

    with reporting_errors(lang) as spoken:
        as_json = as_json or fields is not None
        _allow(engine, classic, spoken)
        _fits(context, classic, spoken)
        if classic:
            reports = [(name, _classic(name, example_tokens, spoken)) for name in files]
            shown = [check_text.classic_dict(report, name, spoken) for name, report in reports]
            texts = [check_text.classic_text(report, name, spoken) for name, report in reports]
            wrong = any(sum(report.counters.values()) or report.stopped for _, report in reports)
        else:
            with _engine(engine, spoken) as workers:
                inspections = [
                    _inspected(name, validation, platform, method, form, encoding, workers, spoken) for name in files
                ]
            # The costs of training, which only the JSON has, take a second to load what they need.
            shown = [check_dict(inspection, content(), spoken) for inspection in inspections] if as_json else []
            texts = (
                []
                if as_json
                else [check_text.check_text(inspection, content(), spoken, limit) for inspection in inspections]
            )
            wrong = any(inspection.severities()["error"] for inspection in inspections)
        if as_json:
            typer.echo(chosen(json_document(shown if len(shown) > 1 else shown[0]), fields, spoken))
        else:
            if wrong:
                texts.append(_status(spoken))
            typer.echo("\n\n".join(texts))
    if wrong:
        raise typer.Exit(FOUND)


def _status(lang: Language) -> str:
    """The last line where there are errors."""
    return lang("There are errors, so the exit status is 1.")


def profile(
    file: One,
    validation: Validation = None,
    form: Form = None,
    encoding: Encoding = "o200k_base",
    as_json: Json = False,
    fields: Fields = None,
    lang: Lang = "en",
) -> None:
    """Say whether FILE is ready, what it holds, and what training on it would cost on each platform."""
    from advisor.cli import check_text
    from advisor.dataset.check_json import profile_dict
    from advisor.dataset.files.writers import json_document

    with reporting_errors(lang) as spoken:
        with new_workers() as workers:
            inspection = _inspected(file, validation, None, None, form, encoding, workers, spoken, rows_wanted=True)
        shown = {
            "file": inspection.name,
            "format": inspection.recognition.format,
            **profile_dict(inspection, content(), spoken),
        }
        if as_json or fields is not None:
            typer.echo(chosen(json_document(shown), fields, spoken))
        else:
            typer.echo(check_text.profile_text(inspection, spoken))


def answers(
    file: One,
    validation: Validation = None,
    form: Form = None,
    encoding: Encoding = "o200k_base",
    as_json: Json = False,
    fields: Fields = None,
    lang: Lang = "en",
) -> None:
    """Turn FILE into answers of the interview, marked as measured: `advisor advise` reads them."""
    from advisor.dataset.files.writers import json_document
    from advisor.dataset.readiness.answers import answers as measured
    from advisor.interview.answers_file import read_situation, write_yaml

    with reporting_errors(lang) as spoken:
        with new_workers() as workers:
            inspection = _inspected(file, validation, None, None, form, encoding, workers, spoken, rows_wanted=True)
            given, known = measured(inspection)
        situation = read_situation({**given, "measured": sorted(known)})
        if as_json or fields is not None:
            typer.echo(chosen(json_document(situation.as_dict()), fields, spoken))
        else:
            typer.echo(write_yaml(situation).rstrip("\n"))


def measured_in(name: str, situation: Situation, content: Content, lang: Language) -> Situation:
    """The answers with what a training file answers in place of what was said. Raises `BadInput` as a check does."""
    from advisor.dataset.readiness.answers import answers as measured
    from advisor.dataset.readiness.answers import news, taken

    with new_workers() as workers:
        inspection = _inspected(name, None, None, None, None, "o200k_base", workers, lang, rows_wanted=True)
        given, _ = measured(inspection, content)
    return taken(situation, news(situation, given), replacing=True)


def _inspected(
    name: str,
    validation: str | None,
    platform: str | None,
    method: str | None,
    form: str | None,
    encoding: str,
    workers: Engine,
    lang: Language,
    *,
    rows_wanted: bool = False,
) -> Inspection:
    from advisor.dataset.inspection.inspect import inspect
    from advisor.dataset.inspection.processes import Workers
    from advisor.dataset.platforms import METHODS

    if method is not None and method not in METHODS:
        raise BadInput(one_of("--method", method, METHODS, lang))
    if platform is not None and platform not in (known := [entry.id for entry in content().platforms]):
        raise BadInput(one_of("--platform", platform, known, lang))
    allow_reading(form, encoding, lang)
    with unusable(name, lang):
        source = source_of(name, lang)
        validation_source = source_of(validation, lang) if validation else None
        for source_given in (source, validation_source):
            if source_given and not isinstance(workers, Workers) and not workers.worth(source_given):
                typer.echo(_by_itself(source_given.name, lang), err=True)
        inspection = inspect(
            source,
            form=form,
            platform=platform,
            method=method,
            validation=validation_source,
            encoding=encoding,
            workers=workers,
        )
    if rows_wanted and source.other:
        what = lang("This is no training data but {kind}.", kind=source.other.text(lang))
        raise BadInput(f"{input_name(name, lang)}: {what}")
    if not inspection.profile.rows and not inspection.counts:
        raise BadInput(lang("{file}: the file is empty: it holds no rows", file=input_name(name, lang)))
    return inspection


def allow_reading(form: str | None, encoding: str | None, lang: Language) -> None:
    """Raises `BadInput` for a format or an encoding that there is not, before any file is read."""
    from advisor.dataset.formats.recognition import FORMATS
    from advisor.dataset.tokens.exact import ENCODINGS

    if form is not None and form not in FORMATS:
        raise BadInput(one_of("--format", form, FORMATS, lang))
    if encoding is not None and encoding not in ENCODINGS:
        raise BadInput(one_of("--encoding", encoding, ENCODINGS, lang))


def content() -> Content:
    """What lies in `content/`."""
    from advisor.content.load import load  # here, since help and refusals need none of it

    return load()


def _by_itself(file: str, lang: Language) -> str:
    return lang(
        "{file}: this process checks it by itself. Spark shares only JSONL that has a path, is in UTF-8 or Latin-1, "
        "and is not packed.",
        file=file,
    )


def _allow(engine: str, classic: bool, lang: Language) -> None:
    if engine not in ENGINES:
        raise BadInput(one_of("--engine", engine, ENGINES, lang))
    if classic and engine != "local":
        raise BadInput(lang("--classic counts as the notebook does, in one process. Leave out --engine."))


def _fits(context: typer.Context, classic: bool, lang: Language) -> None:
    """Raises `BadInput` where an option was given that the way of counting makes no use of."""
    given = [name for name in (NOT_CLASSIC if classic else ("example_tokens",)) if _given(context, name)]
    if not given:
        return
    option = next(param.opts[0] for param in context.command.params if param.name == given[0])
    if classic:
        raise BadInput(
            lang(
                "--classic counts as the notebook does, and has no use for {option}. Leave out one of them.",
                option=option,
            )
        )
    raise BadInput(lang("{option} is for --classic only. Add --classic, or leave it out.", option=option))


def _given(context: typer.Context, name: str) -> bool:
    source = context.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"


@contextmanager
def _engine(name: str, lang: Language) -> Iterator[Engine]:
    """What checks large files: processes of this machine, or Spark."""
    if name == "local":
        with new_workers() as workers:
            yield workers
        return
    from advisor.dataset.inspection.spark import Spark, started
    from advisor.dataset.row import Unusable

    try:
        with started() as session:
            yield Spark(session)
    except Unusable as error:
        raise BadInput(error.text(lang)) from error


def new_workers() -> Workers:
    """Processes for all files of a command, started when the first large one is met."""
    from advisor.dataset.inspection.processes import MOST_PROCESSES, Workers

    return Workers(processes=min(os.cpu_count() or 1, MOST_PROCESSES))


def _classic(name: str, limit: int, lang: Language) -> Classic:
    from advisor.dataset.notebook import Notebook

    with unusable(name, lang):
        source = source_of(name, lang)
        notebook = Notebook(source.unit)
        for batch in source.batches():
            notebook.add(batch.rows)
        notebook.pass_over(source.passed_over)
    return notebook.report(limit)


@contextmanager
def unusable(name: str, lang: Language) -> Iterator[None]:
    """Inside, a file that cannot be used becomes `BadInput` with one sentence that names it."""
    from advisor.dataset.row import Unusable

    try:
        yield
    except Unusable as error:
        raise BadInput(f"{input_name(name, lang)}: {error.text(lang)}") from error


def source_of(name: str, lang: Language) -> Source:
    """The training file with this path, or what comes through the pipe of that name; `-` is standard input.

    Raises `BadInput` where it cannot be used.
    """
    with unusable(name, lang):
        return _opened(name, lang)


def _opened(name: str, lang: Language) -> Source:
    from advisor.dataset.files.source import open_source

    if name == "-":
        return _streamed(standard_input(lang), name, lang)
    path = Path(name)
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        return open_source(path, path.name)  # says what is wrong with it
    if stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode):
        with path.open("rb") as stream:
            return _streamed(stream, name, lang)
    if stat.S_ISCHR(mode) or stat.S_ISBLK(mode):
        raise BadInput(
            lang("{file}: this is a device, not a file; name a file, or use - for standard input", file=name)
        )
    return open_source(path, path.name)


def _streamed(stream: BinaryIO, name: str, lang: Language) -> Source:
    """What comes through a pipe, of which a copy is kept to read it again."""
    from advisor.dataset.files.source import open_source

    try:
        return open_source(stream, input_name(name, lang))
    except OSError as error:
        message = lang(
            "{file}: it cannot be read, or no copy of it kept in {folder} ({problem}); TMPDIR names another folder",
            file=input_name(name, lang),
            folder=tempfile.gettempdir(),
            problem=problem(error, lang),
        )
        raise BadInput(message) from error
