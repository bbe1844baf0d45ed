"""Tells which format the rows of a file have, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from advisor.dataset.formats.definition import Format
from advisor.dataset.formats.nested import nested
from advisor.dataset.formats.registry import FORMATS
from advisor.dataset.privacy.mask import masked
from advisor.dataset.row import Note, Row

__all__ = ["FORMATS", "Format", "Recognition", "UnknownFormat", "form_of", "recognise"]


class UnknownFormat(ValueError):
    """The format asked for is not one of `FORMATS`."""


@dataclass(frozen=True, slots=True)
class Recognition:
    """The format that most rows have."""

    format: str
    """Id in `FORMATS`."""
    why: tuple[Note, ...]
    share: float
    """Of the readable rows, those that have this format, from 0 to 1; 0 where there are none."""
    alternatives: tuple[str, ...]
    """Formats that other rows have, and those that the same rows can be read as, likely ones first."""

    @property
    def form(self) -> Format:
        return FORMATS[self.format]

    @property
    def sure(self) -> bool:
        """Whether nearly all rows have one format that is known."""
        return self.format != "unknown" and self.share >= 0.9


def form_of(value: object) -> str:
    """The format of one row; `unknown` for what is no object. Its fields may hold anything."""
    if not isinstance(value, dict):
        return "unknown"
    return next(form.id for form in FORMATS.values() if form.fits(value))


def recognise(rows: Sequence[Row], form: str | None = None) -> Recognition:
    """The format of rows, such as the first batch of a file; `form` says it instead, and only the share is measured.

    Raises `UnknownFormat`.
    """
    if form is not None and form not in FORMATS:
        raise UnknownFormat(f'there is no format "{form}"; there are: {", ".join(FORMATS)}')
    values = [row.value for row in rows if isinstance(row.value, dict)]
    counts = Counter(map(form_of, values))
    if form is not None:
        fitting = sum(1 for value in values if FORMATS[form].fits(value))
        return Recognition(form, (Note("you said so"),), fitting / len(values) if values else 0.0, ())
    if not values:
        return Recognition("unknown", (Note("no row could be read"),), 0.0, ())
    # Rows with tools and without are one kind of file, and so are rows with images and without.
    for special in [*FORMATS.values()][::-1]:
        for plain in special.takes_in:
            if counts[special.id] and counts[plain]:
                counts[special.id] += counts.pop(plain)
    commonest, n = max(counts.items(), key=lambda item: (item[0] != "unknown", item[1]))
    if counts["unknown"] > n:
        commonest, n = "unknown", counts["unknown"]
    known = [other for other, _ in counts.most_common() if other not in (commonest, "unknown")]
    same = [other for other in FORMATS[commonest].also if other not in known]
    why = [FORMATS[commonest].why]
    if commonest == "unknown":
        keys = Counter(key for value in values for key in value)
        # Without a header, the names of a table's columns are the texts of its first row.
        named = masked(", ".join(str(key) for key, _ in keys.most_common(8)))
        why.append(Note("the rows have: {keys}", keys=named))
        if len(values) == 1 and (within := nested(values[0])):
            why.append(within)
    if n < len(values):
        why.append(Note("rows that have it: {n} of {total}", n=n, total=len(values)))
    return Recognition(commonest, tuple(why), n / len(values), (*known, *same))
