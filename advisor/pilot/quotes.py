"""Words of a text that somebody says stand in it: where they do, or why they prove nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from advisor.dataset.row import Note
from advisor.interview.number_input import FACTORS, PER_CENT, Wanted, read
from advisor.language import language

LONGEST_QUOTE = 200
"""Characters of the longest quote: who quotes more than a sentence points at nothing. Assumption."""
ALIKE = (
    {"'", "’", "‘", "`", "´"},
    {'"', "“", "”", "„", "«", "»"},
    {"-", "‐", "‑", "–", "—", "−"},
    {"<", "‹"},
    {">", "›"},
)
"""Signs that are written for each other."""
SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")
TO_A_MODEL = re.compile(
    r"(?:^|[^\w\s]\s*|\b(?:please|now|then|and|nu|dan|en)\s+)(?:ignore|disregard|forget|override|negeer|vergeet)\b"
    r"[^.!?\n]{0,60}\b(?:instructions?|prompts?|rules?|above|previous|earlier|before|instructies?|opdracht\w*|regels?"
    r"|hierboven|eerdere?)\b"
    r"|\b(?:reveal|print|repeat|output|show|toon|herhaal|geef)\b[^.!?\n]{0,40}\b(?:system prompt|systeemprompt)\b"
    r"|^\W*(?:system|systeem)[ -]?(?:prompt|message|bericht)?\s*:"
    r"|\b(?:as an ai|you are (?:now )?an? (?:ai|assistant|language model))\b",
    re.IGNORECASE,
)
"""A sentence that gives a model orders rather than telling of the work. A guess: it finds plain ones alone, and leaves
"the model tends to ignore earlier instructions" and "we tried a longer system prompt" in peace."""
WHOLE_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n\s*\n|\n\s*(?=[-*•]\s|\d+[.)]\s|[A-ZÀ-Þ])")
"""As `SENTENCE_END`, for a text whose lines are broken within sentences: a line that begins small goes on."""
STOP_WORDS = frozenset({
    "a", "an", "the", "this", "that", "these", "those", "of", "on", "in", "at", "to", "for", "from", "by",
    "with", "and", "or", "but", "as", "if", "is", "are", "was", "were", "be", "been", "it", "its", "we", "our",
    "you", "your", "they", "their", "them", "there", "i", "he", "she", "his", "her", "not", "no", "do", "does",
    "did", "has", "have", "had", "will", "would", "can", "could", "may", "must", "should", "about", "which",
    "what", "who", "when", "where", "de", "het", "een", "dit", "dat", "die", "deze", "van", "op", "aan", "te",
    "voor", "met", "en", "maar", "als", "zijn", "waren", "wordt", "worden", "er", "wij", "ons", "onze", "u",
    "uw", "je", "jij", "hun", "hen", "ik", "hij", "zij", "ze", "niet", "geen", "heeft", "hebben", "kan",
    "kunnen", "mag", "moet", "moeten", "zal", "zou", "zouden", "welke", "wat", "wie", "waar", "over",
})  # fmt: skip
"""Words that alone say nothing of the work."""
LONG_WORD = 5
"""Letters of a word that may stand alone as a quote. Assumption."""
NEGATION = re.compile(
    r"\b(?:not|no|nor|neither|never|none|nobody|nothing|without|cannot|hardly|lacks?|\w+n['’]t|niet|geen|nooit|niemand"
    r"|niets|noch|zonder|nauwelijks|ontbre\w+)\b",
    re.IGNORECASE,
)
NUMBER = re.compile(r"\d+(?:[.,\s'’]\d{3})*(?:[.,]\d+)?")
TO = re.compile(r"\s*(?:[-–—]|to|until|and|tot|t/m|à|en)\s*(?=\d)", re.IGNORECASE)
"""Between the ends of a range."""
MONEY_BEFORE = re.compile(r"(?:us\$|[$€£¥])\s?$", re.IGNORECASE)
MONEY = frozenset({"$", "€", "£", "¥", "usd", "eur", "gbp", "dollar", "dollars", "euro", "euros", "pound", "pounds"})
TIMES = frozenset({
    "ms", "millisecond", "milliseconds", "s", "sec", "second", "seconds", "min", "minute", "minutes", "h", "hr",
    "hour", "hours", "day", "days", "week", "weeks", "month", "months", "quarter", "quarters", "year", "years",
    "milliseconde", "milliseconden", "seconde", "seconden", "minuut", "minuten", "uur", "uren", "dag", "dagen",
    "maand", "maanden", "kwartaal", "kwartalen", "jaar",
})  # fmt: skip
SIZES = frozenset({
    "kb", "mb", "gb", "tb", "word", "words", "page", "pages", "character", "characters", "woord", "woorden",
    "pagina", "tekens",
})  # fmt: skip
EACH = frozenset({"a", "an", "per", "/", "each", "every", "elke", "elk", "ieder", "iedere"})
PERIODIC = {
    "hourly": "hour", "daily": "day", "weekly": "week", "monthly": "month", "yearly": "year", "annually": "year",
    "dagelijks": "dag", "wekelijks": "week", "maandelijks": "maand", "jaarlijks": "jaar",
}  # fmt: skip
NEAR = 60
"""Characters behind a number in which its unit is looked for. Assumption."""
WORDS_OF_NUMBERS = re.compile(
    r"\b(?:no|none|zero|one|once|two|twice|both|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty"
    r"|fifty|sixty|seventy|eighty|ninety|half|dozens?|hundreds?|thousands?|millions?|billions?|daily|hourly|weekly|monthly"
    r"|yearly|geen|nul|één|een|eens|twee|beide|drie|vier|vijf|zes|zeven|acht|negen|tien|elf|twaalf|twintig|dertig|veertig"
    r"|vijftig|zestig|zeventig|tachtig|negentig|helft|tiental\w*|dozijn\w*|honderd\w*|duizend\w*|miljoen\w*|miljard\w*"
    r"|dagelijks|wekelijks|maandelijks|jaarlijks)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Quote:
    """Words as they stand in a text: `text[start:end]`."""

    text: str
    start: int
    end: int


class Unfounded(Exception):
    """Words that an answer cannot rest on; the note says why."""

    def __init__(self, why: Note) -> None:
        super().__init__(str(why))
        self.why = why


def found(words: str, text: str, numeric: bool = False) -> Quote:
    """The first place in the text where these words stand, whole, whatever their capitals, spaces and quotation marks.

    Raises `Unfounded` where they stand nowhere, are too long, too little to rest on, as "the" is, or a bare number
    unless `numeric`, or belong to a sentence that speaks to a model.
    """
    if len(words) > LONGEST_QUOTE:
        raise Unfounded(Note("the quote has {n} characters, which points at nothing", n=len(words)))
    if not (re.search(r"[^\W\d_]{3}|\d", words) if numeric else _says_something(words)):
        raise Unfounded(Note("the quote is too short to rest on"))
    place = next(_places(words, text), None)
    if place is None:
        raise Unfounded(Note("these words do not stand in the text"))
    if any(TO_A_MODEL.search(sentence) for sentence in _sentences(text, place.start(), place.end())):
        raise Unfounded(Note("the sentence speaks to a model, not about the work"))
    return Quote(place.group(), place.start(), place.end())


def _says_something(words: str) -> bool:
    """Whether there is a long word in it that says something of the work, or a short one beside another."""
    every = re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d+", words)
    telling = [word for word in every if len(word) > 1 and word.isalpha() and word.casefold() not in STOP_WORDS]
    return any(len(word) >= LONG_WORD for word in telling) or (len(every) > 1 and bool(telling))


def _places(words: str, text: str) -> Iterator[re.Match[str]]:
    whole = r"\s+".join(map(_pattern, words.split()))
    return re.finditer(rf"(?<!\w)(?<!\d[.,]){whole}(?!\w)(?![.,]\d)", text, re.IGNORECASE)


def sentence(quote: Quote, text: str) -> tuple[str, str]:
    """What stands before and behind a quote in its sentence, or its sentences."""
    begins = max((gap.end() for gap in WHOLE_SENTENCE_END.finditer(text, 0, quote.start)), default=0)
    ends = WHOLE_SENTENCE_END.search(text, quote.end)
    return text[begins : quote.start], text[quote.end : ends.start() if ends else len(text)]


def negated(quote: Quote, text: str) -> bool:
    """Whether there is a negation around these words in a sentence, wherever they stand: "we do not think that …"."""
    return any(
        NEGATION.search(beside)
        for place in _places(quote.text, text)
        for beside in sentence(Quote(place.group(), place.start(), place.end()), text)
    )


def _pattern(word: str) -> str:
    return "".join(next((f"[{re.escape(''.join(signs))}]" for signs in ALIKE if sign in signs), re.escape(sign))
                   for sign in word)  # fmt: skip


def _sentences(text: str, start: int, end: int) -> Iterator[str]:
    """The sentences that a stretch of the text has a part in."""
    begins = 0
    for gap in [*SENTENCE_END.finditer(text), None]:
        ends = gap.start() if gap else len(text)
        if begins < end and start < ends:
            yield text[begins:ends]
        begins = gap.end() if gap else ends


def tells_a_number(words: str) -> bool:
    """Whether there is any number in these words, in digits or spelt out."""
    return bool(NUMBER.search(words) or WORDS_OF_NUMBERS.search(words))


def states(number: float, quote: Quote, text: str, wanted: Wanted) -> bool:
    """Whether a number stands in a quote as such, by any custom of writing it, and in the unit that is wanted: 3,000 a
    day is no number of requests a month. What multiplies it and its unit may stand behind the quote.
    """
    return any(abs(number - stated) <= 1e-9 * max(1.0, abs(number)) for stated in _numbers(quote, text, wanted))


def _numbers(quote: Quote, text: str, wanted: Wanted) -> Iterator[float]:
    """The numbers that certainly stand there."""
    for place in NUMBER.finditer(text, quote.start, quote.end):
        first = last = place
        if (to := TO.match(text, place.end())) and (other := NUMBER.match(text, to.end())):
            last = other
        money = MONEY_BEFORE.search(text[max(0, first.start() - 4) : first.start()])
        digits = " - ".join(re.sub(r"\s+", " ", one.group()) for one in dict.fromkeys((first, last)))
        typed = f"{money.group() if money else ''}{digits} {_unit(text, last.end())}"
        value = read(typed, wanted, language()).value
        if value is not None:
            yield from value if isinstance(value, tuple) else (value,)


def _unit(text: str, start: int) -> str:
    """What stands behind a number and makes it another one: a factor, a unit, a period; not what is counted."""
    behind = text[start : start + NEAR]
    ends = [gap.start() for gap in (WHOLE_SENTENCE_END.search(behind), re.search(r"\d|[;:()]", behind)) if gap]
    words = [word.casefold() for word in re.findall(r"[^\W\d_]+|[^\s.,'’\"“”-]", behind[: min(ends, default=NEAR)])]
    kept: list[str] = []
    while words and words[0] in FACTORS:
        kept.append(words.pop(0))
    if words[:2] == ["per", "cent"]:
        words[:2] = ["%"]
    if words and words[0] in PER_CENT | MONEY | TIMES | SIZES:
        kept.append(words.pop(0))
    pairs = zip([*words, ""], [*words[1:], "", ""], strict=False)
    period = next(
        (PERIODIC.get(word) or after for word, after in pairs if word in PERIODIC or (word in EACH and after in TIMES)),
        None,
    )
    return " ".join([*kept, *(["per", period] if period else [])])
