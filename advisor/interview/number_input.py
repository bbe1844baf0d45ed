"""Numbers as people type them: `1,200`, `1.2M`, `20k`, `85 %`, `$1,500`, `1.000-2.500`, `80 to 90`.

What is certain is read, what can be two things is asked back (`1.200`: 1,200 or 1.2), and nothing else is guessed.
Separators are those of the reader's locale (CLDR, by way of Babel); the other custom of writing is read where it leaves
no doubt. A number in a file, a table or an address has one fixed form instead (`advisor.interview.situation`).
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from itertools import product

from babel import Locale
from babel.numbers import format_decimal

from advisor.content.entries import Assumption, Question
from advisor.language import LANGUAGES, Language, language

Reading = float | tuple[float, float]

LONGEST = 200
"""Longest text, in characters, that is looked at."""
FACTORS = {
    **dict.fromkeys(("k", "thousand", "duizend", "dzd"), Decimal(1_000)),
    **dict.fromkeys(("m", "mn", "mln", "mio", "million", "millions", "miljoen"), Decimal(1_000_000)),
    **dict.fromkeys(("b", "bn", "mld", "mrd", "billion", "billions", "miljard"), Decimal(1_000_000_000)),
}
"""Words behind a number that multiply it. Dutch `biljoen` is not among them: in English that is a trillion."""
TIMES = frozenset({"seconds", "minutes", "hours", "days", "months"})
"""Units in which `m` is no million: it may stand for minutes or months."""
PER_CENT = frozenset({"%", "percent", "procent", "pct"})
DOLLARS = frozenset({"$", "us$", "usd", "dollar", "dollars"})
OTHER_MONEY = re.compile(r"[€£¥]|\b(?:eur|euros?|gbp|pounds?)\b", re.IGNORECASE)
ABOUT = frozenset({"~", "≈", "±", "ca", "circa", "about", "around", "approx", "approximately", "ongeveer"})
BEGINS = {"from": ("to", "until", "-"), "van": ("tot", "t/m", "-"), "between": ("and",), "tussen": ("en",)}
"""Words before a range, and what may then stand between its ends."""
BETWEEN = frozenset({"-", "to", "until", "tot", "t/m", "à"})
SHORT = {
    "seconds": ("s", "sec", "secs"),
    "minutes": ("min", "mins"),
    "hours": ("h", "hr", "hrs", "u", "uren"),
    "months": ("mo", "mos", "mnd"),
    "years": ("yr", "yrs", "jr"),
    "days": ("d",),
    "tokens": ("tok", "toks"),
    "times": ("x", "×"),
    "documents": ("doc", "docs", "files", "file", "bestanden", "bestand"),
    "requests": ("req", "reqs", "queries", "query", "aanvragen", "aanvraag"),
    "examples": ("samples", "sample", "rows", "row", "rijen", "rij", "vb", "vbn"),
    "labels": ("classes", "class", "categories", "category", "klassen", "klasse", "categorieën", "categorie"),
}
"""Other ways to write the words of a unit, short or by another common name of the same thing."""
SINGLE = {
    "aanroepen": "aanroep",
    "dagen": "dag",
    "documenten": "document",
    "maanden": "maand",
    "minuten": "minuut",
    "paren": "paar",
    "seconden": "seconde",
    "uren": "uur",
    "verzoeken": "verzoek",
    "voorbeelden": "voorbeeld",
}
"""Dutch words of units that do not become one of them by losing an s."""
PER = frozenset({"a", "an", "per", "/"})
"""Words before what a unit counts by: `requests a month`."""
DASHES = dict.fromkeys(map(ord, "–—―−‐‑"), "-")
BACKWARDS = "\N{RIGHT-TO-LEFT OVERRIDE}"
"""Shows digits in another order than they are in; other signs that nobody sees change no number."""
NUMBER = re.compile(r"(?:[0-9](?:[0-9.,'’_ ]*[0-9])?|[.,][0-9]+)(?:[eE][-+]?[0-9]+)?")
DOUBTFUL = re.compile(r"[1-9][0-9]{0,2}([.,])[0-9]{3}(?:[eE].*)?")
"""Digits in which the sign may begin thousands or a fraction."""
DOTS = re.compile(r"\.{2,}|…")
WORDS = re.compile(r"us\$|[^\W\d_]+/m\b|[^\W\d_]+|\S", re.IGNORECASE)
"""Everything around a number belongs to one, so that nothing that was typed is passed over."""


@dataclass(frozen=True)
class Wanted:
    """What a field asks for: a number in a unit of content/ (`USD a month`, `%`, `share`), within bounds."""

    low: float
    high: float
    unit: str = ""
    integer: bool = False

    @classmethod
    def of(cls, entry: Question | Assumption) -> Wanted:
        if isinstance(entry, Assumption):
            return cls(entry.minimum, entry.maximum, entry.unit)
        return cls(entry.minimum or 0.0, entry.maximum or 0.0, entry.unit or "", entry.integer)

    def allows(self, value: float) -> bool:
        return self.low <= value <= self.high and (not self.integer or value.is_integer())


@dataclass(frozen=True)
class Read:
    """What became of a typed text: one reading; or several, and then the reader chooses; or what is wrong with it."""

    readings: tuple[Reading, ...] = ()
    problem: str = ""
    values: dict[str, str] = field(default_factory=dict)

    @property
    def value(self) -> Reading | None:
        """The number or range that was certainly meant."""
        return self.readings[0] if len(self.readings) == 1 else None

    def problem_text(self, lang: Language) -> str:
        """What is wrong, in words."""
        return lang(self.problem, **self.values) if self.problem else ""


def read(text: str, wanted: Wanted, lang: Language, *, ranges: bool = True) -> Read:
    """Read one typed number, or a range where `ranges` allows one."""
    shown = text.strip()
    plain = _plain(text)
    if not plain:
        return Read(problem=lang("Give a number."))
    if _dollars(wanted) and OTHER_MONEY.search(plain):
        own = read(OTHER_MONEY.sub(" ", plain), wanted, lang, ranges=ranges).value
        return _misfit(
            "Amounts are in US dollars. Convert yours, or write {example} if you mean dollars.",
            shown,
            wanted,
            lang,
            in_field=None if own is None else text_of(own, wanted, lang),
        )
    parts = _parts(plain, wanted) if len(plain) <= LONGEST else None
    if parts is None and NUMBER.search(plain) and _Unit.of(wanted).counted and any(map(str.isalpha, plain)):
        return _misfit(
            "“{text}” cannot be read here: the number is in {unit}. Write it as {example}.", shown, wanted, lang
        )
    if parts is None or (len(parts) == 2 and not ranges):
        return _misfit("“{text}” cannot be read as a number here. Write it as {example}.", shown, wanted, lang)
    readings = list(_readings(parts, wanted, lang))
    if not readings:
        return _misfit("“{text}” cannot be read as a number here. Write it as {example}.", shown, wanted, lang)
    return _chosen(readings, shown, wanted, lang)


def written(value: float, wanted: Wanted, lang: Language) -> str:
    """A number as it stands in a field: every digit of it, and `read` brings the same number back."""
    number = Decimal(repr(float(value)))
    if wanted.unit == "share":
        return f"{_digits(number * 100, lang)}%"
    if wanted.unit == "%" and 0 < value < 1:
        return f"{_digits(number, lang)}%"
    return _digits(number, lang)


def text_of(value: Reading, wanted: Wanted, lang: Language) -> str:
    """A number or range as it stands in a field."""
    return "-".join(written(end, wanted, lang) for end in (value if isinstance(value, tuple) else (value,)))


def shown(value: Reading, wanted: Wanted, lang: Language) -> str:
    """A reading with its unit, every digit of it, so that a choice between two readings can be seen."""
    ends = [written(end, wanted, lang) for end in (value if isinstance(value, tuple) else (value,))]
    if wanted.unit == "%":
        ends = [end if end.endswith("%") else f"{end}%" for end in ends]
    text = lang("{low} to {high}", low=ends[0], high=ends[1]) if len(ends) == 2 else ends[0]
    return text if wanted.unit in ("", "%", "share") else f"{text} {lang(wanted.unit)}"


def example(wanted: Wanted, lang: Language) -> str:
    """A number within the bounds, written as the reader's locale does."""
    for number in (1_500.0, 25.0, 2.5, 0.5):
        if wanted.allows(number):
            return written(number, wanted, lang)
    return written(wanted.high, wanted, lang)


def bounds(wanted: Wanted, lang: Language) -> dict[str, str]:
    """The lowest and the highest number that are allowed, for a message."""
    return {"low": written(wanted.low, wanted, lang), "high": written(wanted.high, wanted, lang)}


def _digits(number: Decimal, lang: Language) -> str:
    """Every digit of a number; a fraction of three digits gets a fourth, so that it is not taken for thousands."""
    places = max(0, -int(number.normalize().as_tuple().exponent))
    text = format_decimal(number, format=f"#,##0.{'#' * places}", locale=lang.code, decimal_quantization=False)
    return f"{text}0" if places and DOUBTFUL.fullmatch(text) else text


def _misfit(message: str, text: str, wanted: Wanted, lang: Language, *, in_field: str | None = None) -> Read:
    """What is wrong with a text; the example is `in_field`, where the reader's own number is known."""
    short = text if len(text) <= 40 else f"{text[:39]}…"
    values = {"text": short, "example": in_field or example(wanted, lang), **bounds(wanted, lang)}
    return Read(problem=message, values={**values, "unit": lang(wanted.unit)} if wanted.unit else values)


def _dollars(wanted: Wanted) -> bool:
    return wanted.unit == "USD" or wanted.unit.startswith("USD ")


def _plain(text: str) -> str:
    """The text with one kind of space and dash, and without signs that nobody sees.

    A tab stands between the cells of a table and never within a number.
    """
    kinds = [(sign, unicodedata.category(sign)) for sign in text.strip()]
    spaced = "".join(" " if kind == "Zs" else sign for sign, kind in kinds if kind != "Cf" or sign == BACKWARDS)
    return DOTS.sub(" - ", spaced.translate(DASHES)).strip().rstrip(".,;").rstrip()


@dataclass(frozen=True)
class _Part:
    """One number of the text: its digits as typed, and what multiplies it."""

    digits: str
    factor: Decimal = Decimal(1)
    per_cent: bool = False
    negative: bool = False


def _parts(text: str, wanted: Wanted) -> list[_Part] | None:
    """The one or two numbers in the text; None where it holds something else that is not understood."""
    matches = list(NUMBER.finditer(text))
    if not 1 <= len(matches) <= 2:
        return None
    known = _Unit.of(wanted)
    before = _words(text[: matches[0].start()])
    negative = bool(before) and before[-1] == "-"
    begins = next((word for word in before if word in BEGINS), "")
    rest = [word for word in before[: -1 if negative else None] if word != begins and word not in ABOUT and word != "."]
    if any(word not in DOLLARS or not _dollars(wanted) for word in rest):
        return None
    if len(matches) == 1:
        if begins:
            return None
        after = _after(_words(text[matches[0].end() :]), known, wanted)
        return None if after is None else [_Part(matches[0][0], *after, negative)]
    allowed = set(BEGINS[begins]) if begins else BETWEEN
    middle = _words(text[matches[0].end() : matches[1].start()])
    place = next((place for place, word in enumerate(middle) if word in allowed), None)
    if place is None or any(word not in DOLLARS for word in middle[place + 1 :]):
        return None
    first = _after(middle[:place], known, wanted)
    last = _after(_words(text[matches[1].end() :]), known, wanted)
    if first is None or last is None:
        return None
    return [_Part(matches[0][0], *first, negative), _Part(matches[1][0], *last)]


def _words(text: str) -> list[str]:
    return [word.casefold() for word in WORDS.findall(text)]


def _after(words: list[str], unit: _Unit, wanted: Wanted) -> tuple[Decimal, bool] | None:
    """What the words behind a number make of it: a factor, and whether per cent is said. None: not understood."""
    factor, per_cent = Decimal(1), False
    rest = [word for word in words if word != "."]
    while rest and rest[0] in FACTORS and not (rest[0] == "m" and TIMES & unit.counted):
        factor *= FACTORS[rest.pop(0)]
    if rest[:2] == ["per", "cent"]:
        rest[:2] = ["%"]
    place = next((place for place, word in enumerate(rest) if word in PER), len(rest))
    if place < len(rest) and not unit.is_by(rest[place + 1 :]):
        return None
    for word in rest[:place]:
        if word in PER_CENT and wanted.unit in ("%", "share"):
            per_cent = True
        elif not (word in unit.counted or (word in DOLLARS and _dollars(wanted))):
            return None
    return factor, per_cent


@dataclass(frozen=True)
class _Unit:
    """The words of a unit in every language, with their other forms: `requests a month` counts requests, by the month.

    Another time or amount behind a number would make it another number: `200 a day` is not 200 a month.
    """

    counted: frozenset[str]
    by: tuple[tuple[frozenset[str], ...], ...] = ()
    """What it counts by, in each language: the forms of each word."""

    @classmethod
    def of(cls, wanted: Wanted) -> _Unit:
        if wanted.unit in ("", "%", "share"):
            return cls(frozenset())
        counted: set[str] = {"each"}
        by = []
        for code in LANGUAGES:
            words = _words(language(code)(wanted.unit))
            place = next((place for place, word in enumerate(words) if word in PER), len(words))
            counted.update(*map(_forms, words[:place]))
            by.append(tuple(map(_forms, words[place + 1 :])))
        return cls(frozenset(counted), tuple(by))

    def is_by(self, words: list[str]) -> bool:
        """Whether these words say what the unit counts by."""
        return any(
            len(words) == len(by) > 0 and all(word in forms for word, forms in zip(words, by, strict=True))
            for by in self.by
        )


def _forms(word: str) -> frozenset[str]:
    """Other ways to write a word of a unit: short, of one thing, or in the plural."""
    alike = {other for other, factor in FACTORS.items() if FACTORS.get(word) == factor}
    short = next((forms for plural, forms in SHORT.items() if word in (plural, plural.removesuffix("s"))), ())
    return frozenset({word, word.removesuffix("s"), SINGLE.get(word, word), *short, *alike})


def _readings(parts: list[_Part], wanted: Wanted, lang: Language) -> Iterator[tuple[Reading, bool]]:
    """Every reading of the numbers, and whether it is doubtful for a count: see `_number`."""
    for digits in _customs(parts, wanted, lang):
        readings = [_reading(digits, factors, parts) for factors in _factors(parts, wanted)]
        yield from readings
        # `20M` of `billion parameters` is 0.02 of them: 20 million billions may be meant only where both are possible.
        if any(_fits(value, wanted) for value, _ in readings):
            yield from (_reading(digits, factors, parts) for factors in _factors(parts, wanted, counted=True))


def _reading(
    digits: tuple[tuple[Decimal, bool], ...], factors: tuple[Decimal, ...], parts: list[_Part]
) -> tuple[Reading, bool]:
    values = [number * factor for (number, _), factor in zip(digits, factors, strict=True)]
    values = [-value if part.negative else value for value, part in zip(values, parts, strict=True)]
    numbers = [_float(value) for value in values]
    doubtful = any(broken and factor == 1 for (_, broken), factor in zip(digits, factors, strict=True))
    return (numbers[0] if len(numbers) == 1 else (numbers[0], numbers[1])), doubtful


def _float(value: Decimal) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf


def _customs(parts: list[_Part], wanted: Wanted, lang: Language) -> list[tuple[tuple[Decimal, bool], ...]]:
    """The numbers in each custom of separators that fits: the reader's own alone where it leaves no doubt.

    `1.200-2.500` is written in one custom; only where both stand in a text is each number looked at by itself.
    """
    symbols = Locale.parse(lang.code).number_symbols["latn"]
    own = (symbols["group"], symbols["decimal"])
    other = (own[1], own[0])
    texts = [part.digits for part in parts]
    doubtful = {sign[1] for text in texts if (sign := DOUBTFUL.fullmatch(text))}
    bare = all(part.factor == 1 and "e" not in part.digits.casefold() for part in parts)
    if doubtful == {own[0]} and bare:
        customs: Iterable[tuple[tuple[str, str], ...]] = [(own,) * len(texts)]
    elif len(doubtful) == 2:
        customs = product((own, other), repeat=len(texts))
    else:
        customs = [(own,) * len(texts), (other,) * len(texts)]
    pairs: list[tuple[tuple[Decimal, bool], ...]] = []
    for custom in customs:
        numbers = [
            _number(text, *signs, loose=signs == own or wanted.integer)
            for text, signs in zip(texts, custom, strict=True)
        ]
        if all(numbers):
            pairs.append(tuple(number for number in numbers if number))
    return list(dict.fromkeys(pairs))


def _number(text: str, group: str, point: str, *, loose: bool = False) -> tuple[Decimal, bool] | None:
    """Digits as a number in one custom, and whether that is doubtful for a count; None where they do not fit it.

    Doubtful are digits after the point, and thousands with a sign before the last three digits alone, as in `1000,000`,
    which are looked at where `loose`.
    """
    mantissa, _, exponent = text.casefold().partition("e")
    whole, dot, rest = mantissa.partition(point)
    marks = {sign for sign in whole if not sign.isdigit()}
    if not re.fullmatch(r"[0-9]*", rest) or len(marks) > 1 or not (whole or rest):
        return None
    mark = marks.pop() if marks else ""
    if mark and mark not in (group, " ", "'", "’", "_"):
        return None
    grouped = not mark or re.fullmatch(rf"[1-9]\d{{0,2}}({re.escape(mark)}\d{{3}})+", whole)
    if not grouped and not (loose and re.fullmatch(rf"[1-9]\d{{3,}}{re.escape(mark)}\d{{3}}", whole) and not dot):
        return None
    try:
        plain = whole.replace(mark, "") if mark else whole
        return Decimal(f"{plain or '0'}.{rest or '0'}e{exponent or '0'}"), (bool(dot) and not exponent) or not grouped
    except InvalidOperation:  # an exponent of more digits than any number has
        return Decimal("inf"), False


def _factors(parts: list[_Part], wanted: Wanted, counted: bool = False) -> list[tuple[Decimal, ...]]:
    """By what each number may have to be multiplied: its own factor, that of the other end, those of the unit.

    Words such as `million` say the whole amount or, with `counted`, how many of what the unit counts in.
    """
    own = tuple(part.factor for part in parts)
    choices = [own]
    if len(parts) == 2 and own[0] == 1 and own[1] > 1:
        choices.append((own[1], own[1]))
    scale = _scale(wanted)
    if counted:
        choices = [choice for choice in choices if scale > 1 and scale not in choice]
    elif scale > 1:
        choices = [tuple(factor / scale if factor > 1 else factor for factor in choice) for choice in choices]
    per_cent = any(part.per_cent for part in parts)
    return list(dict.fromkeys(choice for factors in choices for choice in _shares(factors, parts, wanted, per_cent)))


def _scale(wanted: Wanted) -> Decimal:
    """What a unit counts in: a million for `million tokens`, else one."""
    scale = Decimal(1)
    for word in _words(wanted.unit):
        if word not in FACTORS or len(word) < 3:
            break
        scale *= FACTORS[word]
    return scale


def _shares(
    factors: tuple[Decimal, ...], parts: list[_Part], wanted: Wanted, per_cent: bool
) -> Iterator[tuple[Decimal, ...]]:
    """A share is kept between 0 and 1 and written in per cent; a percentage may be typed as a share."""
    hundredth = tuple(factor / 100 for factor in factors)
    if wanted.unit == "share":
        yield hundredth
        if not per_cent:
            yield factors
        return
    yield factors
    if wanted.unit == "%" and not per_cent and all(re.fullmatch(r"0?[.,]0*[1-9]\d*", part.digits) for part in parts):
        yield tuple(factor * 100 for factor in factors)


def _chosen(readings: list[tuple[Reading, bool]], text: str, wanted: Wanted, lang: Language) -> Read:
    """Of all readings, those that the question allows; what is wrong where it allows none."""
    allowed = [group for group in readings if _fits(group[0], wanted)]
    if wanted.integer and not all(fraction for _, fraction in allowed):
        allowed = [entry for entry in allowed if not entry[1]]  # nobody writes a count of 1.000 with a decimal sign
    if allowed:
        return Read(tuple(dict.fromkeys(value for value, _ in allowed)))
    ends = [value if isinstance(value, tuple) else (value, value) for value, _ in readings]
    if all(low > high for low, high in ends):
        return Read(problem="The range begins above its end. Write the lower number first.")
    inside = [pair for pair in ends if all(wanted.low <= end <= wanted.high for end in pair)]
    if inside and wanted.integer:
        return _misfit("“{text}” is not a whole number. Give a whole number from {low} to {high}.", text, wanted, lang)
    return _misfit("“{text}” is out of range. Give a number from {low} to {high}.", text, wanted, lang)


def _fits(value: Reading, wanted: Wanted) -> bool:
    if isinstance(value, tuple):
        return value[0] <= value[1] and all(wanted.allows(end) for end in value)
    return wanted.allows(value)
