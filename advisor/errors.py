"""How a command refuses: input that cannot be used ends it with a message on standard error and the status 2."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from advisor.content import ContentError
from advisor.interview import AnswerErrors
from advisor.language import Language, UnknownLanguage, language
from advisor.layout import clean

BAD_INPUT = 2
MOST_ERRORS = 20
"""A table can hold thousands of mistakes of one kind; so many are enough to see which."""


class BadInput(ValueError):
    """The input cannot be used; the text, in the reader's language, says which and what is allowed."""


@contextmanager
def told(code: str) -> Iterator[Language]:
    """The language of the output; inside, input that cannot be used ends the command with a message and status 2."""
    try:
        lang = language(code)
    except UnknownLanguage as error:
        raise refused(f"--lang: {error}") from error
    try:
        yield lang
    except AnswerErrors as error:
        lines = [one.text(lang) for one in error.errors[:MOST_ERRORS]]
        if len(error.errors) > MOST_ERRORS:
            lines.append(lang.plural("and {n} more mistake", "and {n} more mistakes", len(error.errors) - MOST_ERRORS))
        if any(one.unknown for one in error.errors):
            lines.append(lang("`advisor questions` lists all questions."))
        raise refused("\n".join(lines)) from error
    except (BadInput, ContentError) as error:
        raise refused(str(error)) from error
    except BrokenPipeError:
        raise
    except FileNotFoundError as error:
        raise refused(lang("{file}: there is no such file or folder", file=error.filename)) from error
    except OSError as error:
        if error.filename is None:
            raise refused(lang("the output cannot be written ({problem})", problem=error.strerror)) from error
        problem = {"file": error.filename, "problem": error.strerror}
        raise refused(lang("{file}: it cannot be read ({problem})", **problem)) from error


def refused(message: str) -> typer.Exit:
    typer.echo("\n".join(clean(line) for line in message.splitlines()), err=True)
    return typer.Exit(BAD_INPUT)
