"""Words of a text that somebody says stand in it: where they do, or why they prove nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from advisor.dataset.row import Note
from advisor.interview.number_input import FACTORS

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
    r"|\b(?:system prompt|systeemprompt|as an ai|you are (?:now )?an? (?:ai|assistant|language model))\b",
    re.IGNORECASE,
)
"""A sentence that gives a model orders rather than telling of the work. A guess: it finds plain ones alone, and leaves
"the model tends to ignore earlier instructions" in peace."""
NUMBER = re.compile(r"\d+(?:[.,\s]\d{3})*(?:[.,]\d+)?")
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

    Raises `Unfounded` where they stand nowhere, are too long, too little to rest on, as a bare number is unless
    `numeric`, or belong to a sentence that speaks to a model.
    """
    parts = words.split()
    if len(words) > LONGEST_QUOTE:
        raise Unfounded(Note("the quote has {n} characters, which points at nothing", n=len(words)))
    if not re.search(r"[^\W\d_]{3}|\d" if numeric else r"[^\W\d_]{3}", words):
        raise Unfounded(Note("the quote is too short to rest on"))
    place = re.search(r"(?<!\w)(?<!\d[.,])" + r"\s+".join(map(_pattern, parts)) + r"(?!\w)", text, re.IGNORECASE)
    if place is None:
        raise Unfounded(Note("these words do not stand in the text"))
    if any(TO_A_MODEL.search(sentence) for sentence in _sentences(text, place.start(), place.end())):
        raise Unfounded(Note("the sentence speaks to a model, not about the work"))
    return Quote(place.group(), place.start(), place.end())


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


def states(number: float, words: str) -> bool:
    """Whether a number stands in these words as such, by any custom of writing it: 1,200, 1.200, 1.2k, 1.2 million."""
    return any(abs(number - stated) <= 1e-9 * max(1.0, abs(number)) for stated in _numbers(words))


def _numbers(words: str) -> Iterator[float]:
    for place in NUMBER.finditer(words):
        digits = re.sub(r"\s", "", place.group())
        behind = re.match(r"\s?([^\W\d]+)", words[place.end() :])
        factor = float(FACTORS.get(behind.group(1).casefold(), 1)) if behind else 1.0
        for thousands, point in ((",", "."), (".", ",")):
            try:
                yield float(digits.replace(thousands, "").replace(point, ".")) * factor
            except ValueError:  # 1.2.3
                continue
