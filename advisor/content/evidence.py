"""Published evidence that teaches and checks the shares: cases, everyday questions, measured comparisons.

It lies in `content/evidence/` and is read only where weights are fitted, checked or shown, never on the way to an
advice. Nothing here is shown as a worked example; those are the cases of `content/cases/`, which were read again.
"""

# Annotations are not postponed here: Pydantic would compile each of them anew at every start.
import csv
import hashlib
import io
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, field_validator

from advisor.content.entries import Case, Entry, Id, Named
from advisor.content.load import CONTENT_DIR, ContentError, load_entries

FOLDER = "evidence"
Outcome = Literal[
    "prompting", "few_shot", "rag", "finetune_sft", "distill", "rag_plus_finetune", "dpo", "rft", "not_yet"
]
Standing = Literal["whole", "abstract", "one_sided", "reported", "anecdote"]

WEIGHTS: dict[Standing, float] = {"whole": 1.0, "abstract": 0.7, "one_sided": 0.4, "reported": 0.3, "anecdote": 0.1}
"""How much a case counts when weights are fitted, by what stands behind it. Assumption."""


class Correction(Entry):
    """What a second reader would change in a case, and whether it was changed."""

    field: str
    was: Any = None
    proposed: Any = None
    why: str
    applied: bool


class EvidenceCase(Named):
    """A published case that teaches weights. Its answers were written by somebody who did not see the outcome."""

    id: Id
    title: str
    project: str
    """What it is about, without giving the outcome away."""
    source: str
    year: int
    outcome: Outcome
    acceptable: tuple[Outcome, ...] = ()
    quote: str
    """At most some 25 words of the source on the outcome."""
    numbers: dict[str, Any] = Field(default_factory=dict)
    facts: str
    """What the team knew before it decided, in our words."""
    strength: Literal["measured", "reported", "anecdotal"]
    standing: Standing
    """What stands behind the outcome. whole: measured, a losing arm, the source itself; abstract: only its abstract or
    a summary was read; one_sided: the story of a vendor, or before and after; reported; anecdote.
    """
    verified: bool
    """The figures were seen in an opened source or a copy of it."""
    opened: str
    """What was opened."""
    family: Id
    """Cases that share data or authors; they never stand on both sides of a split."""
    reread: Literal["fine", "mended", "not_shown"] | None = None
    """What a second reader found; none: read once."""
    answers: dict[str, Any]
    uncertain: str
    """What whoever wrote the answers doubted."""
    corrections: tuple[Correction, ...] = ()


class EverydayQuestion(Named):
    """A question from a forum or issue tracker, taken as it came, and what the thread answered: an opinion."""

    id: Id
    url: str
    year: int
    kind: Literal["weighs", "has decided", "trained and was disappointed", "did not ask about training"]
    facts: str
    consensus: str
    outcome: Outcome
    acceptable: tuple[Outcome, ...] = ()
    firmness: Literal["one answer", "accepted or several agree", "asker confirmed"]
    read_whole: bool
    answers: dict[str, Any] | None = None
    """None: not put into answers."""


class Comparison(Entry):
    """One arm of a published comparison. Arms of the same `study` and `task_name` are compared with each other."""

    study: str
    source_url: str
    year: int
    task_type: str
    task_name: str
    domain: str
    language: str
    n_labels: int | None
    n_train: int | None
    """Examples that the arm learnt from; 0: none; None: the source does not say."""
    method: str
    model: str
    params_b: float | None
    """Billions of parameters."""
    model_class: Literal["small_open", "large_open", "frontier", "encoder"]
    metric: str
    score: Annotated[float, Field(ge=0, le=100)]
    n_test: int | None
    knowledge_needed: Literal["in_input", "general", "private_or_new"]
    opened: Literal["yes", "partial"]
    note: str
    caution: str
    """What an audit of the rows doubts; such a row counts neither as a win nor as a loss."""

    @field_validator("n_labels", "n_train", "params_b", "n_test", mode="before")
    @classmethod
    def _empty(cls, value: Any) -> Any:
        return None if value == "" else value

    @property
    def counts(self) -> bool:
        """Whether it may count as a win or a loss: nothing in the audit doubts it."""
        return not self.caution

    @property
    def shown(self) -> bool:
        """Whether readers may see it: it has an address or a paper number under which they find it."""
        return "https://" in self.source_url or "arxiv" in self.source_url.lower()


EVIDENCE: dict[str, tuple[str, type[Named]]] = {
    "evidence_cases": (f"{FOLDER}/cases.yaml", EvidenceCase),
    "everyday": (f"{FOLDER}/everyday.yaml", EverydayQuestion),
}
"""Kinds of file that the evidence lies in, beside the table of comparisons: path within `content/`, and its model."""


@cache
def evidence_cases(folder: Path = CONTENT_DIR) -> tuple[EvidenceCase, ...]:
    """Published cases beyond the worked examples. Raises `ContentError` naming file, entry and field."""
    return load_entries(folder / EVIDENCE["evidence_cases"][0], EvidenceCase)


@cache
def everyday(folder: Path = CONTENT_DIR) -> tuple[EverydayQuestion, ...]:
    """Questions as they came. Raises `ContentError` naming file, entry and field."""
    return load_entries(folder / EVIDENCE["everyday"][0], EverydayQuestion)


@cache
def comparisons(folder: Path = CONTENT_DIR) -> tuple[Comparison, ...]:
    """Measured arms of published comparisons. Raises `ContentError` naming file, line and column."""
    file = folder / FOLDER / "comparisons.csv"
    name = f"content/{FOLDER}/{file.name}"
    text = file.read_text("utf-8")
    table = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    wanted = list(Comparison.model_fields)
    if table.fieldnames != wanted:
        raise ContentError(f"{name}: the first line must name the columns {','.join(wanted)}")
    arms: list[Comparison] = []
    for row in table:
        try:
            arms.append(Comparison.model_validate(row))
        except ValidationError as error:
            first = error.errors()[0]
            column = ".".join(str(part) for part in first["loc"])
            raise ContentError(f"{name}: line {table.line_num}: {column}: {first['msg']}") from error
    return tuple(arms)


def standing(case: Case | EvidenceCase) -> Standing:
    """What stands behind a case; of a worked example, by its strength and whether its figures were seen."""
    if isinstance(case, EvidenceCase):
        return case.standing
    match case.strength:
        case "anecdotal":
            return "anecdote"
        case "reported":
            return "reported"
        case _:
            return "whole" if case.verified else "abstract"


def digest(folder: Path = CONTENT_DIR) -> str:
    """First 16 hex digits of the SHA-256 over what weights are fitted to: the cases and the terms."""
    files = sorted((folder / "cases").glob("*.yaml"))
    files += [folder / EVIDENCE["evidence_cases"][0], folder / "weights" / "terms.yaml"]
    hashed = hashlib.sha256()
    for file in files:
        hashed.update(file.relative_to(folder).as_posix().encode())
        hashed.update(file.read_bytes())
    return hashed.hexdigest()[:16]
