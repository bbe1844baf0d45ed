"""How large a file may be where others share the machine. On a machine of one's own nothing is bounded."""

from __future__ import annotations

from dataclasses import dataclass

from advisor.dataset.row import Note, Unusable
from advisor.language import Language
from advisor.wording.sizes import size

FROM = 10_000_000
"""Bytes unpacked below which it does not matter how many times its size a file unpacks to: equal rows pack well."""


class Beyond(Unusable):
    """A file that is beyond what is read here, and that a command reads on a machine of one's own.

    Among its values, `size` is in bytes and is written as people read it.
    """

    def text(self, lang: Language) -> str:
        values = {name: lang.number(value, 12) for name, value in self.values.items() if isinstance(value, int)}
        values |= {name: value.text(lang) for name, value in self.values.items() if isinstance(value, Note)}
        if isinstance(given := self.values.get("size"), int):
            values["size"] = size(given, lang)
        return lang(self.message, **{**self.values, **values})


@dataclass(frozen=True, slots=True)
class Bounds:
    """The most that is read of a file and kept of it; None: as much as there is."""

    unpacked: int | None = None
    """Bytes, once the file is unpacked; also of what is written for a reader on the way."""
    times: int | None = None
    """How many times its size a file may unpack to, beyond `FROM` bytes."""
    columns: int | None = None
    """Of a table, and fields of a row of JSON."""
    compared: int | None = None
    """Different rows of a file that are kept to be compared with all others, some 350 bytes each while they are."""
    remembered: int | None = None
    """Rows that are kept one by one where a file is divided, or rows are left out that stand elsewhere."""

    def demand_size(self, given: int, stored: int) -> None:
        """Raises `Beyond` where so many bytes unpacked, of so many stored, are too many."""
        if self.unpacked is not None and given > self.unpacked:
            raise Beyond(
                "The file holds more than {size} unpacked, which is the most that is read here.", size=self.unpacked
            )
        if self.times is not None and given > max(FROM, self.times * stored):
            raise Beyond(
                "The file unpacks to more than {times} times its size, which is the most that is read here.",
                times=self.times,
            )

    def demand_columns(self, n: int, place: Note | None = None) -> None:
        """Raises `Beyond` where a table or a row has too many."""
        if self.columns is None or n <= self.columns:
            return
        if place is None:
            raise Beyond(
                "The table has more than {most} columns, which is the most that is read here.", most=self.columns
            )
        raise Beyond(
            "The row has more than {most} fields, which is the most that is read here: {place}.",
            place=place,
            most=self.columns,
        )

    def demand_rows(self, n: int) -> None:
        """Raises `Beyond` where so many rows are too many to be kept one by one."""
        if self.remembered is not None and n > self.remembered:
            raise Beyond(
                "This has to remember every row, which is done here for {most} rows at most.", most=self.remembered
            )

    def demand_written(self, n: int) -> None:
        """Raises `Beyond` where what is written is too large."""
        if self.unpacked is not None and n > 2 * self.unpacked:
            raise Beyond(
                "What would be made is larger than {size}, which is the most that is held here.", size=2 * self.unpacked
            )


NONE = Bounds()
APP = Bounds(unpacked=1_200_000_000, times=200, columns=2_000, compared=1_000_000, remembered=500_000)
"""In the app, whose readers share one server. Comparing a million rows, and a quarter of a million for validation,
needs less than 512 MB, as `tests/dataset/files/test_bounds.py` measures."""
