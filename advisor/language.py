"""Words, numbers and dates in the reader's language.

English is the language of the source: a message is its own key. Translations lie in `content/locales/{lang}/*.po`;
gettext finds them, and the form that a language has for a count. They are compiled once and kept: what is compiled is
read in 9 ms, the files themselves in 80.
A `Language` is a value that is passed along; nothing here is process-wide, since one process serves many readers.

To add a language: its code into `LANGUAGES`, then what CONTRIBUTING.md lists. Tests name the catalogues, samples and
refusals that are missing; the phrases of checks and the words of numbers they do not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel import Locale, __version__
from babel.dates import format_date, format_skeleton
from babel.numbers import (
    NumberPattern,
    format_compact_currency,
    format_currency,
    format_decimal,
    format_percent,
    get_currency_symbol,
    parse_pattern,
)

from advisor.home import CONTENT_DIR

LANGUAGES = {"en": "English", "nl": "Nederlands"}
MINUS = "\N{MINUS SIGN}"
"""The sign of a number below zero, in place of the hyphen of Babel's data: as wide as a plus, and no line ends behind
it.
"""
KEPT = 4
"""Compiled catalogues that are kept of a language, so that two checkouts do not take turns."""


class UnknownLanguage(ValueError):
    """The language asked for is not one of `LANGUAGES`."""


class Language:
    """One language: `language("text")` translates, the other methods write numbers and dates as its readers do."""

    def __init__(self, code: str, catalogue: NullTranslations) -> None:
        self.code = code
        self.catalogue = catalogue
        self._locale = Locale.parse(code)
        self._patterns: dict[str, NumberPattern] = {}
        """Of amounts of money, by their digits."""

    def __call__(self, message: str, /, **values: object) -> str:
        """The message in this language, with `{name}` replaced by values. Values are data and are never formatted
        again.
        """
        text = self.catalogue.gettext(message) if message else ""  # gettext has its header under no text
        return text.format(**values) if values else text

    def plural(self, one: str, many: str, n: int, /, **values: object) -> str:
        """The form that this language has for the count; English has `one` and `many`. `{n}` is the count."""
        return self.catalogue.ngettext(one, many, n).format(n=self.number(n), **values)

    def any_of(self, names: Sequence[str]) -> str:
        """`A`, `A or B`, `A, B or C`."""
        if len(names) < 2:
            return "".join(names)
        lang = self
        return lang("{first} or {last}", first=", ".join(names[:-1]), last=names[-1])

    def number(self, value: float, digits: int = 3) -> str:
        """A number with at most `digits` significant digits below 1,000 and none after the point above."""
        return _with_minus(format_decimal(rounded(value, digits), locale=self._locale))

    def usd(self, value: float) -> str:
        """An amount in US dollars, two significant digits or more: $0.0042, $1.20, $12,400, $1.2M."""
        if abs(value) >= 1e6:
            return _with_minus(format_compact_currency(value, "USD", locale=self._locale, fraction_digits=1))
        if abs(value) >= 100:
            return self.whole_usd(rounded(value, 3))
        if abs(value) >= 0.1 or value == 0:
            return _with_minus(format_currency(value, "USD", locale=self._locale))
        return self._amount(rounded(value, 2), "0.########")

    def whole_usd(self, value: float) -> str:
        """An amount in whole US dollars: $0, $39, $12,400."""
        return self._amount(value, "#,##0")

    def _amount(self, value: float, digits: str) -> str:
        """An amount with these digits, and with sign and spaces where this language has them in every amount."""
        if digits not in self._patterns:
            pattern = self._locale.currency_formats["standard"].pattern.replace("#,##0.00", digits)
            # The sign stands in the pattern: Babel would look up every name of the currency for each amount.
            sign = get_currency_symbol("USD", self._locale)
            self._patterns[digits] = parse_pattern(pattern.replace("¤", sign))
        return _with_minus(self._patterns[digits].apply(value, self._locale))

    def percent(self, share: float) -> str:
        """A share between 0 and 1 as a whole percentage; what is not all or nothing does not read as if it were."""
        if 0 < share < 0.005:
            return "<" + format_percent(0.01, locale=self._locale)
        if 0.995 <= share < 1:
            return ">" + format_percent(0.99, locale=self._locale)
        return _with_minus(format_percent(share, locale=self._locale))

    def month(self, day: date) -> str:
        """The month of a day: October 2026."""
        return format_skeleton("yMMMM", day, locale=self._locale)

    def short_month(self, day: date) -> str:
        """The month of a day beside an axis: Oct 2026."""
        return format_skeleton("yMMM", day, locale=self._locale)

    def short_date(self, day: date) -> str:
        """A date beside a chart: Oct 6, 2026."""
        return format_date(day, format="medium", locale=self._locale)

    def date(self, day: date) -> str:
        return format_date(day, format="long", locale=self._locale)


def _with_minus(number: str) -> str:
    return number.replace("-", MINUS)


def rounded(value: float, digits: int) -> float:
    """To `digits` significant digits, and to whole numbers where that shows more than `digits`."""
    if value == 0:
        return 0.0
    from math import floor, log10

    return (
        round(value, max(0, digits - 1 - floor(log10(abs(value))))) if abs(value) < 10**digits else float(round(value))
    )


@cache
def language(code: str = "en", folder: Path = CONTENT_DIR / "locales") -> Language:
    """The language with this code; raises `UnknownLanguage` naming those there are."""
    if code not in LANGUAGES:
        raise UnknownLanguage(f'there is no language "{code}"; there are: {", ".join(LANGUAGES)}')
    texts = {file: file.read_bytes() for file in sorted((folder / code).glob("*.po"))}
    return Language(code, GNUTranslations(BytesIO(_compiled_once(code, texts))) if texts else NullTranslations())


def _compiled_once(code: str, texts: Mapping[Path, bytes]) -> bytes:
    """The catalogues of a language as one, in the form that gettext reads, or what was kept of the same texts."""
    from advisor.cache_folder import cache_folder, digest, read_kept, write_kept  # here, since English keeps nothing

    folder = cache_folder("catalogues")
    if folder is None:
        return compiled(code, texts.values())
    file = folder / f"{code}-{digest(__version__.encode(), Path(__file__).read_bytes(), *texts.values())}.mo"
    kept = read_kept(file)
    if kept is not None:
        return bytes(kept)
    content = compiled(code, texts.values())
    write_kept(file, content, KEPT, f"{code}-*")
    return content


def compiled(code: str, catalogues: Iterable[bytes]) -> bytes:
    """The texts of .po files as one .mo file. What is marked fuzzy, or empty, is left out."""
    from babel.messages.catalog import Catalog  # here, since what was compiled needs none of these
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    merged = Catalog(locale=code)
    for text in catalogues:
        for entry in read_po(BytesIO(text), locale=code):
            if entry.id:
                merged[entry.id] = entry
    written = BytesIO()
    write_mo(written, merged)
    return written.getvalue()
