"""How an answer is judged: as `advisor.dataset.scoring` does, by a number within a tolerance, or by an expression."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import cache
from typing import Any, Literal, NamedTuple, get_args

from pydantic import BaseModel, ConfigDict, Field

from advisor.dataset.row import Unusable
from advisor.dataset.scoring import score, words
from advisor.kits.kit import Row
from advisor.pilot.arms import plain_answer

Name = Literal[
    "exact", "normalised", "contains", "last_line", "label", "json", "likeness", "classes", "number", "pattern"
]
NAMES: tuple[Name, ...] = get_args(Name)
NUMBER = re.compile(r"(?:(?<!\w)[-+])?\d+(?:[.,]\d+)*(?:[eE][-+]?\d+)?")
"""A sign within a date or a range is none of the number behind it."""
THOUSANDS = re.compile(r"[-+]?[1-9]\d{0,2},\d{3}")
"""The one case in which a lone comma is no sign of a fraction."""
LONGEST = 20_000
"""Characters of an answer that are searched for a number."""


class Metric(BaseModel):
    """How answers are judged."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Name
    tolerance: float = Field(0.0, ge=0)
    """Of `number`: how far off an answer may be, as a share of the right one; of a right 0, as such."""
    pattern: str = Field("", max_length=1_000)
    """Of `pattern`: what it finds in an answer, its first group where it has one, is held against what is right."""

    def demand_usable(self) -> None:
        """Raise `Unusable` for an expression that RE2 does not take."""
        if self.name == "pattern":
            _compiled(self.pattern)


class Judged(NamedTuple):
    """What an answer is worth."""

    score: float
    """From 0 to 1."""
    parsable: bool
    """Whether it has the form that was asked for: JSON, a label that there is, a number, something that is found."""


def judged(metric: Metric, row: Row, answer: str, labels: Sequence[str] = (), structured: bool = False) -> Judged:
    """The score of an answer to a row with `gold`."""
    if structured:
        plain = plain_answer(answer)
        if plain is None:
            return Judged(0.0, False)
        answer = plain
    if not answer.strip():
        return Judged(0.0, False)
    match metric.name:
        case "number":
            return _number(metric.tolerance, str(row["gold"]), answer)
        case "contains":  # letter by letter, as codes and names ask; `normalised` looks for words
            return Judged(float(bool(gold := str(row["gold"]).strip()) and gold in answer), True)
        case "pattern":
            found = _compiled(metric.pattern).search(answer)
            if found is None:
                return Judged(0.0, False)
            said = found.group(1 if found.re.groups else 0) or ""
            return Judged(float(words(said) == words(str(row["gold"]))), True)
        case "label":
            known = {tuple(words(label)) for label in labels}
            right = _scored(metric, row, answer)  # a right answer may be a label that no example has
            return Judged(right, not known or bool(right) or tuple(words(answer)) in known)
        case "json":
            return Judged(_scored(metric, row, answer), plain_answer(_without_fence(answer)) is not None)
        case _:
            return Judged(_scored(metric, row, answer), True)


def _scored(metric: Metric, row: Row, answer: str) -> float:
    return score({**row, "metric": metric.name}, answer) or 0.0


def _without_fence(text: str) -> str:
    text = text.strip()
    return text.removeprefix("```json").strip("`") if text.startswith("```") and text.endswith("```") else text


def _number(tolerance: float, gold: str, answer: str) -> Judged:
    right, said = _last_number(gold), _last_number(answer)
    if said is None or right is None:
        return Judged(0.0, said is not None)
    return Judged(float(abs(said - right) <= tolerance * (abs(right) or 1.0) + 1e-12 * abs(right)), True)


def _last_number(text: str) -> float | None:
    """The last number of a text, as English or Dutch write it: 1,234.5 and 1.234,5. Of two kinds of signs within it the
    last stands before the fraction, and one that comes back stands between thousands. One comma before three digits
    stands between thousands, too, as in 1,234, unless it follows a lone 0; one point stands before a fraction.
    """
    found = NUMBER.findall(text[-LONGEST:].replace("\N{MINUS SIGN}", "-"))
    if not found:
        return None
    last, _, exponent = found[-1].lower().partition("e")
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


@cache
def _compiled(pattern: str) -> Any:
    import re2  # a search whose time no text can blow up

    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        said = error.args[0] if error.args else ""
        said = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        raise Unusable("The expression cannot be used: {said}. It is read as RE2 reads it.", said=said) from None
