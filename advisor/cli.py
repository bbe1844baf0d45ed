"""The `advisor` command: the same functions as the screen, for a terminal, a script or a pipeline.

Results go to standard output, errors to standard error. The exit status is 0 only on success, and 2 where the input
cannot be used; the message then names the field and what is allowed. A file is written whole or not at all.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from advisor import terminal
from advisor.content import ContentError, load
from advisor.freshness import oldest_first
from advisor.interview import MAX_ADDRESS, AnswerErrors, Situation, parse, read_situation
from advisor.language import Language, UnknownLanguage, language

app = typer.Typer(
    name="advisor",
    help="Should we fine-tune, and if not, what instead? Answers in, a sourced verdict out.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

Answers = Annotated[str, typer.Argument(metavar="FILE", help="Answers as YAML or JSON; - reads standard input.")]
Out = Annotated[Path, typer.Option("--output", "-o", metavar="OUT", help="File to write; an older one is replaced.")]
At = Annotated[str | None, typer.Option("--at", metavar="DATE", help="Day of the advice, as 2026-11-22; or today.")]
Lang = Annotated[str, typer.Option("--lang", metavar="LANG", help="Language of the output, en or nl.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Stale = Annotated[bool, typer.Option("--stale", help="Only those to look up again: ended, ending, old, undated.")]
Port = Annotated[int | None, typer.Option(help="Port to serve on; without it 8501, or any that is free.")]
Browser = Annotated[bool, typer.Option("--browser/--no-browser", help="Open a browser where there is one.")]

BAD_INPUT = 2


class BadInput(ValueError):
    """The input cannot be used; the text, in the reader's language, says which and what is allowed."""


@app.command("app")
def open_app(port: Port = None, browser: Browser = True) -> None:
    """Serve the app on this machine alone and print its address. Ctrl-C stops it."""
    from advisor.serving import PortTaken, serve

    try:
        serve(port, browser)
    except PortTaken as error:
        raise _refused(str(error)) from error


@app.command()
def questions(as_json: Json = False, lang: Lang = "en") -> None:
    """Print all questions and assumptions, as a file of answers to fill in."""
    with _told(lang) as spoken:
        _print(terminal.questions_json(load(), spoken) if as_json else terminal.questions_text(load(), spoken))


@app.command()
def advise(file: Answers, as_json: Json = False, at: At = None, lang: Lang = "en") -> None:
    """Say whether to fine-tune, and if not, what instead.

    FILE maps the id of a question to a value, to a range [low, high], or to null for "I don't know".
    `advisor questions > answers.yaml` writes one to fill in.

    --json prints the whole advice: verdict, option, stability, fine_tune_probability; ranking, with for each option
    likelihood, blocked_by, usd_month {p10, p50, p90} and latency {p50, p95}; reasons (rule, weight, sources), missing,
    flips, next_question, routes, assumptions, at, content_version; and in basis what each figure rests on. Money is in
    USD, time in seconds, weight in decibans. latency gives medians; the 10-90% bands are in latency_median, latency_p95.
    """
    with _told(lang) as spoken:
        from advisor import advise as advise_on

        advice = advise_on(_situation(file), _day(at, spoken))
        _print(terminal.advice_json(advice) if as_json else terminal.advice_text(advice, load(), spoken))


@app.command()
def cases(as_json: Json = False, at: At = None, lang: Lang = "en") -> None:
    """Run the advisor on the published cases and compare with what turned out right."""
    with _told(lang) as spoken:
        from advisor.cases import benchmark

        result = benchmark(_day(at, spoken))
        _print(result.model_dump_json(indent=2) if as_json else terminal.cases_text(result, load(), spoken))


@app.command()
def facts(
    stale: Stale = False,
    as_json: Json = False,
    at: At = None,
    lang: Lang = "en",
) -> None:
    """List the dated facts behind the figures, those that have waited longest for a new look first."""
    with _told(lang) as spoken:
        from advisor.catalogue import catalogue

        day, content = _day(at, spoken), load()
        why = {entry.fact.id: entry.why for entry in catalogue(content, day).stale()}
        found = oldest_first((fact for fact in content.facts if fact.id in why or not stale), day)
        _print(terminal.facts_json(found, why, day) if as_json else terminal.facts_text(found, why, spoken))


def main() -> None:
    """Run the command; what a terminal cannot show becomes a question mark instead of a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    app()


def _situation(file: str) -> Situation:
    if file == "-":
        return read_situation(parse(sys.stdin.buffer.read(MAX_ADDRESS + 1), "standard input"))
    return read_situation(Path(file))


def _day(text: str | None, lang: Language) -> date:
    if text is None:
        return date.today()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadInput(lang("--at: expected a day such as 2026-11-22; got {text}", text=text[:80])) from error


def _print(text: str) -> None:
    typer.echo(text)


@contextmanager
def _told(code: str) -> Iterator[Language]:
    """The language of the output; inside, input that cannot be used ends the command with a message and status 2."""
    try:
        lang = language(code)
    except UnknownLanguage as error:
        raise _refused(f"--lang: {error}") from error
    try:
        yield lang
    except AnswerErrors as error:
        raise _refused("\n".join(one.text(lang) for one in error.errors)) from error
    except (BadInput, ContentError) as error:
        raise _refused(str(error)) from error
    except BrokenPipeError:
        raise
    except FileNotFoundError as error:
        raise _refused(lang("{file}: there is no such file or folder", file=error.filename)) from error
    except OSError as error:
        problem = {"file": error.filename, "problem": error.strerror}
        raise _refused(lang("{file}: it cannot be read or written ({problem})", **problem)) from error


def _refused(message: str) -> typer.Exit:
    typer.echo("\n".join(terminal.clean(line) for line in message.splitlines()), err=True)
    return typer.Exit(BAD_INPUT)


def _write(out: Path, data: bytes) -> None:
    """Write a file whole or not at all. A device or pipe is written to as it is."""
    if out.exists() and not out.is_file() and not out.is_dir():
        out.write_bytes(data)
        return
    target = out.resolve()
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        part.write_bytes(data)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
