"""How the answers of a pilot are judged: by `advisor.dataset.scoring`, and whether they have the form asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple, get_args

from pydantic import BaseModel, ConfigDict, Field

from advisor.dataset.row import Unusable
from advisor.dataset.scoring import compiled, found, last_number, plain_answer, score, words
from advisor.kits.kit import Row

Name = Literal[
    "exact", "normalised", "contains", "last_line", "label", "json", "likeness", "classes", "number", "pattern"
]
NAMES: tuple[Name, ...] = get_args(Name)


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
        if self.name != "pattern":
            return
        import re2

        try:
            compiled(self.pattern)
        except re2.error as error:
            problem = error.args[0] if error.args else ""
            problem = problem.decode("utf-8", "replace") if isinstance(problem, bytes) else str(problem)
            raise Unusable("The expression cannot be used: {said}. It is read as RE2 reads it.", said=problem) from None

    def of(self, row: Row, structured: bool = False) -> Row:
        """A row as `advisor.dataset.scoring` judges it by this metric; `structured`: within a schema."""
        told: Row = {"metric": self.name}
        if self.name == "number":
            told["tolerance"] = self.tolerance
        if self.name == "pattern":
            told["pattern"] = self.pattern
        return {**row, **told, **({"structured": True} if structured else {})}


class Judged(NamedTuple):
    """What an answer is worth."""

    score: float
    """From 0 to 1."""
    parsable: bool
    """Whether it has the form that was asked for: JSON, a label that there is, a number, something that is found."""


def judged(metric: Metric, row: Row, answer: str, labels: Sequence[str] = (), structured: bool = False) -> Judged:
    """The score of an answer to a row with `gold`."""
    plain = plain_answer(answer) if structured else answer
    if plain is None or not plain.strip():
        return Judged(0.0, False)
    given = score(metric.of(row), plain) or 0.0
    match metric.name:
        case "number":
            return Judged(given, last_number(plain) is not None)
        case "pattern":
            return Judged(given, found(metric.pattern, plain) is not None)
        case "label":
            known = {tuple(words(label)) for label in labels}
            # A right answer may be a label that no example has.
            return Judged(given, not known or bool(given) or tuple(words(plain)) in known)
        case "json":
            return Judged(given, plain_answer(_without_fence(plain)) is not None)
        case _:
            return Judged(given, True)


def _without_fence(text: str) -> str:
    text = text.strip()
    return text.removeprefix("```json").strip("`") if text.startswith("```") and text.endswith("```") else text
