"""Scores of answers, each against what is right: exact, by words, a label, a number, JSON field by field, five classes.

This file needs nothing but Python, and google-re2 for expressions: the same one lies in each starter kit and in what a
pilot hands on, and evaluations by script, by inspect_ai and by promptfoo all ask it. A score is from 0 to 1. Silence
scores 0, whatever was expected.
"""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

METRICS = (
    "exact", "normalised", "contains", "last_line", "label", "json", "likeness", "classes", "number", "pattern",
    "declines", "rubric",
)  # fmt: skip
"""How an answer can be judged. `number` takes the row's `tolerance`, a share of the right number, and of a right 0 as
such; of `pattern`, what the row's expression finds in an answer, its first group where it has one, is held against what
is right. `declines` asks whether it declines where it should, and only there. `rubric` is a placeholder: no program
judges it, and it counts in no score.
"""
CLASSES = ("correct", "skipped", "wrong", "hallucination", "correct_refusal")
"""What can become of a question whose answer stands in a passage, or in none."""
PASSES = 0.5
"""Likeness from which an answer passes, where a tool knows pass and fail alone. Assumption."""
MOST_WORDS = 2_000
"""Words of a text that are compared for likeness: the time it takes grows with their square."""
UNREADABLE = object()
"""Stands for text that is no JSON; it is like nothing."""
NUMBER = re.compile(r"(?:(?<!\w)[-+])?\d+(?:[.,]\d+)*(?:[eE][-+]?\d+)?")
"""A sign within a date or a range is none of the number behind it."""
THOUSANDS = re.compile(r"[-+]?[1-9]\d{0,2},\d{3}")
"""The one case in which a lone comma is no sign of a fraction."""
LONGEST = 20_000
"""Characters of an answer that are searched for a number."""


def score(row: Mapping[str, Any], answer: str) -> float | None:
    """The score of an answer to a row with `metric` and `gold`; None where a person has to judge. Of a row that is
    `structured`, what counts is the answer within its JSON.
    """
    gold = row.get("gold")
    if row.get("structured"):
        answer = plain_answer(answer) or ""
    match row["metric"]:
        case "rubric":
            return None
        case _ if not answer.strip():
            return 0.0
        case "classes":
            return float(class_of(row, answer) in ("correct", "correct_refusal"))
        case "declines":
            return float(declines(row, words(answer)) is not is_true(row.get("expects_answer", True)))
        case "exact":
            return float(answer.strip() == str(gold).strip())
        case "normalised":
            return float(holds(words(answer), words(str(gold))))
        case "contains":  # letter by letter, as codes and names ask; `normalised` looks for words
            return float(bool(wanted := str(gold).strip()) and wanted in answer)
        case "number":
            return float(is_near(str(gold), answer, float(row.get("tolerance") or 0)))
        case "pattern":
            said = found(str(row.get("pattern") or ""), answer)
            return float(said is not None and words(said) == words(str(gold)))
        case "last_line":
            return float(words(_last_line(answer)) == words(str(gold)))
        case "label":
            return float(words(answer) == words(str(gold)))
        case "json":
            return same_fields(gold, answer)
        case "likeness":
            return likeness(str(gold), answer)
        case other:
            raise ValueError(f'there is no metric "{other}"; there are {", ".join(METRICS)}')


def class_of(row: Mapping[str, Any], answer: str) -> str:
    """Which of the five classes an answer is of. `decline` has the sentences that decline; silence is skipping."""
    said = words(answer)
    if not said:
        return "skipped"
    if not is_true(row.get("expects_answer", True)):
        return "correct_refusal" if declines(row, said) else "hallucination"
    if declines(row, said):
        return "skipped"
    return "correct" if holds(said, words(str(row.get("gold")))) else "wrong"


def declines(row: Mapping[str, Any], said: Sequence[str]) -> bool:
    """Whether the words of an answer hold one of the sentences that decline."""
    return any(holds(said, words(sentence)) for sentence in row.get("decline") or ())


def same_fields(gold: Any, answer: str) -> float:
    """Share of the fields of either side that both have, with values that are the same but for case and spaces."""
    given, wanted_value = _read(answer), _read(gold) if isinstance(gold, str) else gold
    if given is UNREADABLE:
        return 0.0
    wanted, found = dict(_leaves(wanted_value)), dict(_leaves(given))
    every = wanted.keys() | found.keys()
    same = sum(path in wanted and path in found and _alike(wanted[path], found[path]) for path in every)
    return same / len(every) if every else 1.0


def _read(text: str) -> Any:
    """What JSON says, without the fence of Markdown that models like to put around it."""
    text = text.strip()
    if text.startswith("```") and text.endswith("```"):
        text = text.removeprefix("```json").strip("`")
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return UNREADABLE


def _leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterable[tuple[tuple[Any, ...], Any]]:
    """The values within a JSON value, each by where it stands."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    if not inside:
        yield path, value
    for key, part in inside:
        yield from _leaves(part, (*path, key))


def _alike(one: Any, other: Any) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        return " ".join(one.casefold().split()) == " ".join(other.casefold().split())
    return bool(one == other and isinstance(one, bool) == isinstance(other, bool))


def likeness(gold: str, answer: str) -> float:
    """ROUGE-L: the longest run of words, with gaps, that both have, as F1 of the two lengths (Lin, 2004).

    It compares wording, not sense: a good answer in other words scores low.
    """
    wanted, said = words(gold)[:MOST_WORDS], words(answer)[:MOST_WORDS]
    if not wanted or not said:
        return 0.0
    longest = [0] * (len(said) + 1)
    for word in wanted:
        before = 0
        for place, other in enumerate(said, start=1):
            above = longest[place]
            longest[place] = before + 1 if word == other else max(longest[place], longest[place - 1])
            before = above
    return 2 * longest[-1] / (len(wanted) + len(said))


def is_near(gold: str, answer: str, tolerance: float) -> bool:
    """Whether the last number of an answer is that of what is right, but for so large a share of it."""
    right, said = last_number(gold), last_number(answer)
    if said is None or right is None:
        return False
    return abs(said - right) <= tolerance * (abs(right) or 1.0) + 1e-12 * abs(right)


def last_number(text: str) -> float | None:
    """The last number of a text, as English or Dutch write it: 1,234.5 and 1.234,5. Of two kinds of signs within it the
    last stands before the fraction, and one that comes back stands between thousands. One comma before three digits
    stands between thousands, too, as in 1,234, unless it follows a lone 0; one point stands before a fraction.
    """
    numbers = NUMBER.findall(text[-LONGEST:].replace("\N{MINUS SIGN}", "-"))
    if not numbers:
        return None
    last, _, exponent = numbers[-1].lower().partition("e")
    whole, sign, fraction = _parted(last)
    plain = whole.replace(",", "").replace(".", "") + ("." + fraction if sign else "")
    try:
        value = float(f"{plain}e{exponent}" if exponent else plain)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _parted(number: str) -> tuple[str, str, str]:
    """What stands before the sign of the fraction, the sign, and what stands behind it; no sign where there is none."""
    at = max(number.rfind(","), number.rfind("."))
    if at < 0 or number.count(number[at]) > 1 or THOUSANDS.fullmatch(number):
        return number, "", ""
    return number[:at], number[at], number[at + 1 :]


def found(pattern: str, answer: str) -> str | None:
    """What an expression finds in an answer first: its first group, where it has one; None where it finds nothing.
    Raises `re2.error` for an expression that RE2 does not take.
    """
    hit = compiled(pattern).search(answer)
    return None if hit is None else hit.group(1 if hit.re.groups else 0) or ""


@lru_cache(64)
def compiled(pattern: str) -> Any:
    """The expression as RE2 has it. Raises `re2.error`."""
    import re2  # a search whose time no text can blow up

    options = re2.Options()
    options.log_errors = False
    return re2.compile(pattern, options)


def plain_answer(text: str) -> str | None:
    """What structured output says: the one field `answer` of a schema that wraps, else the JSON as it is; None where
    it is no JSON.
    """
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if isinstance(value, dict) and list(value) == ["answer"]:
        said = value["answer"]
        return said if isinstance(said, str) else json.dumps(said, ensure_ascii=False)
    return text


def _last_line(answer: str) -> str:
    """The last line with something on it, without a heading such as "Answer: "."""
    return answer.strip().splitlines()[-1].split(": ", 1)[-1]


def holds(said: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether words stand within others, one behind the other; no words stand nowhere."""
    size = len(wanted)
    return size > 0 and any(list(said[at : at + size]) == list(wanted) for at in range(len(said) - size + 1))


def words(text: str) -> list[str]:
    """The words of a text, to compare it with another: without case, punctuation and compatible forms of characters
    (NFKC), while digits keep their sign and point, and symbols stay.
    """
    text = unicodedata.normalize("NFKC", text).casefold().replace("\N{MINUS SIGN}", "-")
    kept = []
    for at, sign in enumerate(text):
        before, after = text[at - 1 : at], text[at + 1 : at + 2]
        within = sign in ".," and before.isdigit() and after.isdigit()
        negative = sign == "-" and after.isdigit() and not before.isalnum()
        kept.append(sign if within or negative or sign in "#%" or unicodedata.category(sign)[0] in "LMNS" else " ")
    return "".join(kept).split()


def is_true(value: Any) -> bool:
    """Whether a value says yes, also as text of a table."""
    return value.strip().lower() in ("true", "yes", "1") if isinstance(value, str) else bool(value)


def percentages(counts: Sequence[int], whole: int = 100) -> list[int]:
    """Whole shares of `whole` that sum to it (largest remainder; of equal ones the first). Not all counts are 0."""
    total = sum(counts)
    shares = [whole * n // total for n in counts]
    rest = sorted(range(len(counts)), key=lambda at: (-(whole * counts[at] % total), at))
    for at in rest[: whole - sum(shares)]:
        shares[at] += 1
    return shares


@dataclass
class Tally:
    """What answers are worth together."""

    scores: list[float | None] = field(default_factory=list)
    """Of each row, in order."""
    classes: Counter[str] = field(default_factory=Counter)
    """Of rows that are judged by class."""
    empty: int = 0

    def add(self, row: Mapping[str, Any], answer: str) -> float | None:
        """Score an answer and count it."""
        given = score(row, answer)
        self.scores.append(given)
        self.empty += not answer.strip()
        if row["metric"] == "classes":
            self.classes[class_of(row, answer)] += 1
        return given

    @property
    def judged(self) -> list[float]:
        return [given for given in self.scores if given is not None]

    @property
    def score(self) -> float | None:
        """From 0 to 100; None where a person has to judge every row."""
        return 100 * sum(self.judged) / len(self.judged) if self.judged else None

    @property
    def percent(self) -> dict[str, int]:
        """Whole percentages of the five classes that sum to 100; empty where no row is judged by class."""
        counts = [self.classes[name] for name in CLASSES]
        return dict(zip(CLASSES, percentages(counts), strict=True)) if sum(counts) else {}


def answer_text(message: Any) -> str:
    """What a model said, as text; tool calls as JSON, `[{"name": …, "arguments": {…}}]`, in whatever way they come."""
    if isinstance(message, str):
        return message
    calls = message if isinstance(message, list) else [message]
    return json.dumps([_call(call) for call in calls], ensure_ascii=False)


def _call(call: Any) -> Any:
    called = call.get("function", call) if isinstance(call, dict) else call
    if not isinstance(called, dict) or "arguments" not in called:
        return call
    given = called["arguments"]
    return {"name": called.get("name"), "arguments": json.loads(given) if isinstance(given, str) else given}
