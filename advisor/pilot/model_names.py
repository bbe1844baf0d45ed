"""Whether the model that a server says answered is the one that was asked, as far as their names tell."""

from __future__ import annotations

import re

VERSION = re.compile(r"[-@:](preview-|v)?(\d{4}-\d\d-\d\d|\d\d-\d\d(-\d{4})?|\d\d-\d{4}|\d{3,8})")
"""What servers put behind the name of a model to say which version of it answered: a day, a month, or a count of three
digits or more. Fewer digits tell models apart, as in gpt-4 and gpt-4-1.
"""
LATEST = re.compile(r"[-:]latest$")
FILE = re.compile(r"\.gguf$")


def is_other(asked: str, told: str) -> bool:
    """Whether these are names of two models. A server that says nothing (`told` is empty) says nothing else.

    Names are the same whatever their capitals, whether or not a folder or an owner stands in front of one of them, and
    whether or not one of them says which version it is.
    """
    one, other = (_plain(name) for name in (asked, told))
    if not other:
        return False
    if not ("/" in one and "/" in other):
        one, other = (name.rpartition("/")[2] for name in (one, other))
    shorter, longer = sorted((one, other), key=len)
    behind = longer.removeprefix(shorter)
    return one != other and not (longer.startswith(shorter) and VERSION.fullmatch(behind))


def _plain(name: str) -> str:
    return FILE.sub("", LATEST.sub("", name.strip().casefold().replace("\\", "/")))
