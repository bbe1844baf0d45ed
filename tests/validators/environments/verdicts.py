"""What the scripts beside it share: paths come in, one a line, and verdicts go out as JSON.

Each runs in the environment of its validator, in which nothing of this project is installed.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

LONGEST = 300
"""Characters of a reason that are kept."""


class Refused(Exception):
    """The validator does not take the file; `line` counts rows from 1 where it names one."""

    def __init__(self, why: str, line: int | None = None) -> None:
        super().__init__(why)
        self.line = line


class NotForIt(Exception):
    """The validator reads no files of this kind."""


class Verdict(NamedTuple):
    """Whether a file is taken (None: it is of a kind that the validator does not read), and why not."""

    taken: bool | None
    line: int | None = None
    why: str = ""


def answer(package: str, check: Callable[[Path], None]) -> None:
    """Check each file named on standard input; print the package's version and the verdicts by path."""
    paths = sys.stdin.read().splitlines()
    told = {"version": version(package), "verdicts": {path: _verdict(Path(path), check) for path in paths}}
    sys.stdout.write(json.dumps(told))


def _verdict(path: Path, check: Callable[[Path], None]) -> Verdict:
    try:
        check(path)
    except NotForIt:
        return Verdict(None)
    except Refused as error:
        return Verdict(False, error.line, _short(str(error), path))
    except Exception as error:  # whatever it stops with is its verdict
        cause = error.__cause__ or error
        return Verdict(False, None, _short(f"{type(cause).__name__}: {cause}", path))
    return Verdict(True)


def _short(why: str, path: Path) -> str:
    """A reason without folders of this machine, on one line."""
    return " ".join(why.replace(f"{path.parent}/", "").split())[:LONGEST]
