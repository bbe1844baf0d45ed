"""Help and refusals of the command line itself, in the language that --lang asks for.

Typer reads the command line; what it says in English alone is said anew here. Messages are the docstrings and `help=`
of the commands, which `advisor.translations.messages` collects.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from advisor.cli.layout import width
from advisor.cli.refusals import BAD_INPUT, exit_with
from advisor.language import LANGUAGES, Language, language
from advisor.suggest import meant

UsageError: Any = typer.BadParameter.__bases__[0]
_Base: Any = object  # what Typer's own classes have: commands and their group share no public class
WIDEST = 100
"""Longest line of help, in columns."""


class Misused(UsageError):  # type: ignore[misc]
    """The command line cannot be used; the message is in the reader's language."""


def asked_language(args: Sequence[str]) -> str:
    """The language that a command line asks for, before it is read: what it says wrongly is told in it too."""
    code = "en"
    for place, argument in enumerate(args):
        if argument == "--":
            break
        if argument == "--lang" and place + 1 < len(args):
            code = args[place + 1]
        elif argument.startswith("--lang="):
            code = argument.partition("=")[2]
    return code if code in LANGUAGES else "en"


def whole(least: int | None = None) -> Callable[[str], int]:
    """A reader of the whole number that an option takes."""

    def read(text: str | int) -> int:
        try:
            number = int(text)
        except ValueError:
            raise _NotANumber(text, least, whole=True) from None
        if least is not None and number < least:
            raise _NotANumber(text, least, whole=True)
        return number

    return read


def decimal(text: str | float) -> float:
    """The number that an option takes."""
    try:
        return float(text)
    except ValueError:
        raise _NotANumber(text, None, whole=False) from None


class _NotANumber(typer.BadParameter):
    def __init__(self, given: object, least: int | None, whole: bool) -> None:
        super().__init__(f"{given!r}")
        self.given, self.least, self.whole = str(given)[:80], least, whole

    def text(self, option: str, lang: Language) -> str:
        if not self.whole:
            return lang("{option}: expected a number; got {value}", option=option, value=self.given)
        if self.least is None:
            return lang("{option}: expected a whole number; got {value}", option=option, value=self.given)
        return lang(
            "{option}: expected a whole number from {least} on; got {value}",
            option=option,
            least=self.least,
            value=self.given,
        )


def _spoken(context: Any) -> Language:
    return context.obj if isinstance(context.obj, Language) else language()


class _Spoken(_Base):  # type: ignore[misc]
    """How both a command and the group of all commands show their help."""

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        lang = _spoken(ctx)
        formatter.write_usage(ctx.command_path, " ".join(self._pieces(ctx, lang)), prefix=f"{lang('Usage:')} ")

    def _pieces(self, ctx: Any, lang: Language) -> Iterator[str]:
        yield lang("[OPTIONS]")
        for param in self.get_params(ctx):
            if param.param_type_name == "argument":
                name = (param.metavar or param.name).removesuffix("...")
                yield name if param.nargs == 1 else f"{name}..."
        if isinstance(self, Group):
            yield lang("COMMAND [ARGS]...")

    def format_help_text(self, ctx: Any, formatter: Any) -> None:
        for text in paragraphs(self.help or ""):
            formatter.write_paragraph()
            with formatter.indentation():
                formatter.write_text(_spoken(ctx)(text))

    def get_short_help_str(self, limit: int = 45) -> str:
        return next(iter(paragraphs(self.help or "")), "")

    def format_options(self, ctx: Any, formatter: Any) -> None:
        lang = _spoken(ctx)
        arguments, options = [], []
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx)
            if record and param.param_type_name == "argument":
                arguments.append((param.metavar or record[0], self._help(param, lang)))
            elif record:
                options.append((record[0], self._help(param, lang)))
        self._list(lang("Arguments"), arguments, formatter)
        self._list(lang("Options"), options, formatter)

    def _list(self, title: str, rows: Sequence[tuple[str, str]], formatter: Any) -> None:
        if rows:
            with formatter.section(title):
                formatter.write_dl(rows, col_max=max(12, formatter.width * 3 // 8))

    def _help(self, param: Any, lang: Language) -> str:
        if "--help" in param.opts:
            return lang("Show this message and exit.")
        text = " ".join((param.help or "").split())
        extra = []
        if param.param_type_name == "option":
            if param.required:
                extra.append(lang("required"))
            if param.default not in (None, "", False) and not param.is_flag and param.name != "lang":
                extra.append(lang("default: {value}", value=param.default))
        return " ".join([lang(text), *([f"[{'; '.join(extra)}]"] if extra else [])])

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        allowed, ctx.allow_extra_args = ctx.allow_extra_args, True
        try:
            rest = super().parse_args(ctx, args)
        except UsageError as error:
            error.ctx = error.ctx or ctx  # some are raised without knowing where
            raise
        ctx.allow_extra_args = allowed
        if rest and not allowed and not ctx.resilient_parsing:
            lang = _spoken(ctx)
            n = len(rest)
            message = lang.plural(
                "{words}: there is a word too many. A name that holds spaces is put between quotation marks.",
                "{words}: there are {n} words too many. A name that holds spaces is put between quotation marks.",
                n,
                words=" ".join(rest)[:80],
            )
            raise Misused(message, ctx)
        return rest


class Command(_Spoken, TyperCommand):
    """A command that speaks the reader's language."""


class Group(_Spoken, TyperGroup):
    """All commands; it finds the language before anything is read, and tells what cannot be read."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        super().format_options(ctx, formatter)
        lang = _spoken(ctx)
        rows = [
            (name, lang(command.get_short_help_str())) for name, command in self.commands.items() if not command.hidden
        ]
        self._list(lang("Commands"), rows, formatter)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        return TyperGroup.parse_args(self, ctx, args)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name, lang = args[0], _spoken(ctx)
        if name not in self.commands:
            known = meant(name, self.commands, lang)
            message = lang('there is no command "{name}".', name=name[:80])
            raise Misused(f"{message} {known}".rstrip(), ctx)
        rest = args[1:]
        if ctx.params.get("lang") and not any(word == "--lang" or word.startswith("--lang=") for word in rest):
            rest = ["--lang", ctx.params["lang"], *rest]
        return name, self.commands[name], rest

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        given = list(sys.argv[1:] if args is None else args)
        lang = language(asked_language(given))
        try:
            status = super().main(
                given,
                prog_name,
                complete_var,
                standalone_mode=False,
                windows_expand_args=windows_expand_args,
                obj=lang,
                terminal_width=min(width(), WIDEST),
                **extra,
            )
        except UsageError as error:
            status = _refuse(error, lang)
        except typer.Abort:
            status = 130
        if not standalone_mode:
            return status
        sys.exit(status if isinstance(status, int) else 0)


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a docstring, each on one line."""
    return [" ".join(part.split()) for part in re.split(r"\n\s*\n", inspect.cleandoc(text)) if part.strip()]


def _refuse(error: Any, lang: Language) -> int:
    """Say what is wrong with a command line, and where its help is; the exit status."""
    if type(error).__name__ == "NoArgsIsHelpError":
        typer.echo(error.ctx.get_help(), err=True)
        return BAD_INPUT
    message = _error_text(error, lang)
    if error.ctx is not None:
        command = f"{error.ctx.command_path}{'' if lang.code == 'en' else f' --lang {lang.code}'} --help"
        message += "\n" + lang("`{command}` says what there is.", command=command)
    exit_with(message)
    return BAD_INPUT


def _error_text(error: Any, lang: Language) -> str:
    if isinstance(error, Misused):
        return str(error.message)
    if isinstance(error, _NotANumber):
        return error.text(_option(error), lang)
    match type(error).__name__:
        case "NoSuchOption":
            known = [name for parameter in error.ctx.command.get_params(error.ctx) for name in parameter.opts]
            message = lang("{option}: there is no such option.", option=error.option_name[:80])
            return f"{message} {meant(error.option_name, known, lang)}".rstrip()
        case "MissingParameter":
            name = error.param.metavar or error.param.name
            text = lang(" ".join((error.param.help or "").split()))
            if error.param.param_type_name == "option":
                return lang("{option} {name} is missing. {what}", option=error.param.opts[0], name=name, what=text)
            return lang("{name} is missing. {what}", name=name.removesuffix("..."), what=text)
        case "BadOptionUsage":
            flags = {
                name for parameter in _params(error) if getattr(parameter, "is_flag", False) for name in parameter.opts
            }
            if error.option_name in flags:
                return lang("{option}: this option takes no value.", option=error.option_name)
            return lang("{option}: a value is missing behind this option.", option=error.option_name)
        case _:
            return str(error.format_message())


def _params(error: Any) -> list[Any]:
    return list(error.ctx.command.get_params(error.ctx)) if error.ctx else []


def _option(error: Any) -> str:
    return str(error.param.opts[0]) if error.param is not None else "?"
