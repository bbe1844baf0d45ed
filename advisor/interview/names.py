"""Names that a person gives in one text: one a line, or with commas or semicolons between them.

They go into files as they are, so that what nobody sees is taken out, and what nobody could tell apart is refused.
"""

from __future__ import annotations

import unicodedata

MOST_NAMES = 500
"""Names that one text may give. Assumption: a longer list is kept in a file of its own."""
LONGEST_NAME = 80
"""Characters of the longest name: more is a sentence. Assumption."""
BIDI_CONTROLS = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Invisible signs that reorder text, with which a line can show something else than it says."""


class Misnamed(ValueError):
    """Names that cannot be used: a message to be translated, and its values."""

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message)
        self.message = message
        self.values = values


def one_line(text: str) -> str:
    """A text as one line, without control characters, lone surrogates and signs that reorder."""
    kept = (sign for sign in text if sign.isspace() or unicodedata.category(sign) not in ("Cc", "Cs", "Cn"))
    return " ".join("".join(sign for sign in kept if sign not in BIDI_CONTROLS).split())


def names(text: str) -> tuple[str, ...]:
    """The names in a text: lines, where there are several; else what stands between semicolons, or else commas."""
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) == 1:
        lines = lines[0].split(";" if ";" in lines[0] else ",")
    return tuple(filter(None, map(one_line, lines)))


def check(given: tuple[str, ...], least: int) -> None:
    """Raises `Misnamed` for fewer names than wanted, too many or too long ones, and those nobody could tell apart."""
    if len(given) < least:
        raise Misnamed(
            "{least} names at least are wanted, one a line or with commas between; here are {n}",
            least=least,
            n=len(given),
        )
    if len(given) > MOST_NAMES:
        raise Misnamed("{n} names are more than the {most} that fit", n=len(given), most=MOST_NAMES)
    known: dict[str, str] = {}
    for name in given:
        if len(name) > LONGEST_NAME:
            shown = name[:30]
            raise Misnamed(
                "“{name}…” has {n} characters; a name has at most {most}", name=shown, n=len(name), most=LONGEST_NAME
            )
        other = known.get(_seen(name))
        if other == name:
            raise Misnamed("“{name}” stands there twice", name=name)
        if other is not None:
            raise Misnamed("“{other}” and “{name}” look alike: capitals or invisible signs alone tell them apart",
                           other=other, name=name)  # fmt: skip
        known[_seen(name)] = name


def _seen(name: str) -> str:
    """What somebody who reads a name tells it by."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return "".join(sign for sign in plain if unicodedata.category(sign) != "Cf")
