"""How a command refuses: input that cannot be used ends it with a message on standard error and the status 2.

Here stand files that cannot be read or written. Other refusals stand where the mistake is seen: a wrong option or
argument in `advisor.cli.usage`, a name in `--fields` in `advisor.cli.fields`, what one command alone asks for in its
module, an answer in `advisor.interview` (`AnswerError`), a file of `content/` in `advisor.content.load`
(`ContentError`), a training file in `advisor.dataset` (`Unusable`), and what may have been meant in `advisor.suggest`.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import typer

from advisor.cli.layout import clean
from advisor.language import LANGUAGES, Language, UnknownLanguage, language
from advisor.suggest import one_of

BAD_INPUT = 2
MOST_ERRORS = 20
"""A table can hold thousands of mistakes of one kind; so many are enough to see which."""


class BadInput(ValueError):
    """The input cannot be used; the text, in the reader's language, says which and what is allowed."""


@contextmanager
def reporting_errors(code: str) -> Iterator[Language]:
    """The language of the output; inside, input that cannot be used ends the command with a message and status 2."""
    try:
        lang = language(code)
    except UnknownLanguage as error:
        raise exit_with(one_of("--lang", code, LANGUAGES, language())) from error
    try:
        yield lang
    except BrokenPipeError:
        raise
    except BadInput as error:
        raise exit_with(str(error)) from error
    except (FileNotFoundError, NotADirectoryError) as error:
        raise exit_with(lang("{file}: there is no such file or folder", file=_named(error))) from error
    except OSError as error:
        raise exit_with(_unread(error, lang)) from error
    except ValueError as error:
        raise exit_with(_unusable(error, lang)) from error


def _unusable(error: ValueError, lang: Language) -> str:
    """What is said of answers or content that cannot be used; raises what is neither."""
    from advisor.content.freshness import TooEarly  # here, since they load more than a refusal needs
    from advisor.content.load import ContentError
    from advisor.interview.situation import AnswerErrors

    if isinstance(error, ContentError):
        return str(error)
    if isinstance(error, TooEarly):
        return error.text(lang)
    if not isinstance(error, AnswerErrors):
        raise error
    lines = [mistake.text(lang) for mistake in error.errors[:MOST_ERRORS]]
    if len(error.errors) > MOST_ERRORS:
        lines.append(lang.plural("and {n} more mistake", "and {n} more mistakes", len(error.errors) - MOST_ERRORS))
    if any(mistake.unknown for mistake in error.errors):
        lines.append(lang("`advisor questions` lists all questions."))
    return "\n".join(lines)


def _unread(error: OSError, lang: Language) -> str:
    if error.filename is None:
        return lang("the output cannot be written ({problem})", problem=problem(error, lang))
    if isinstance(error, IsADirectoryError):
        return lang("{file}: this is a folder; name the file in it that is meant", file=_named(error))
    if isinstance(error, PermissionError):
        return lang("{file}: you may not read this; ask whoever owns it for the right to", file=_named(error))
    return lang("{file}: it cannot be read ({problem})", file=_named(error), problem=problem(error, lang))


def _named(error: OSError) -> str:
    return os.fsdecode(error.filename) if isinstance(error.filename, (str, bytes)) else str(error.filename)


def problem(error: OSError, lang: Language) -> str:
    """Why the system refused, in the reader's language where we know how to say it."""
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return lang("there is no room left")
        case errno.EACCES | errno.EPERM:
            return lang("you may not write there")
        case errno.ENOENT | errno.ENOTDIR:
            return lang("there is no such folder")
        case errno.EISDIR:
            return lang("it is a folder")
        case errno.EROFS:
            return lang("that place can only be read")
        case errno.ENAMETOOLONG:
            return lang("the name is too long")
        case errno.EBADF:
            return lang("it is closed")
        case _:
            return error.strerror or "?"


def target_of(out: Path, lang: Language) -> Path:
    """Where a file is to be written, through links. Raises `BadInput` where something that is no file lies there.

    A new file takes the place of an older one: of a device, that would be the end for all who use it.
    """
    target = out.resolve()
    try:
        mode = target.stat().st_mode
    except OSError:
        return target  # nothing there yet, or nothing that can be seen: writing will tell
    if stat.S_ISDIR(mode):
        raise BadInput(lang("{file}: this is a folder; add the name of the file to write", file=out))
    if not stat.S_ISREG(mode):
        raise BadInput(lang("{file}: this is a device or a pipe; name a file to write", file=out))
    return target


def input_name(file: str, lang: Language) -> str:
    """What a file is called in a message; `-` is standard input."""
    return lang("standard input") if file == "-" else file


def standard_input(lang: Language) -> BinaryIO:
    """What comes in through a pipe. Raises `BadInput` where it is closed."""
    if sys.stdin is None:
        raise BadInput(lang("standard input is closed: name a file, or pass something in through a pipe"))
    return sys.stdin.buffer


def exit_with(message: str) -> typer.Exit:
    typer.echo("\n".join(clean(line) for line in message.splitlines()), err=True)
    return typer.Exit(BAD_INPUT)
