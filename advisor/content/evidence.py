"""Published evidence that teaches and checks the shares: cases, everyday questions, measured comparisons.

It lies in `content/evidence/`. The cases are read only where weights are fitted, checked or shown; of the comparisons
an advice reads those of its kind of task. Nothing here is shown as a worked example; those are the cases of
`content/cases/`, which were read again.
"""

# Annotations are not postponed here: Pydantic would compile each of them anew at every start.
import csv
import hashlib
import io
import re
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
Method = Literal[
    "zero_shot",
    "few_shot",
    "many_shot",
    "retrieved_examples",
    "prompt_optimised",
    "rag",
    "rag_sft",
    "sft_small",
    "sft_large",
    "encoder",
    "distill",
    "dpo",
    "rft",
    "continued_pretraining",
    "continued_pretraining+rag",
]
"""How an arm of a comparison was adapted."""

ADDRESS = re.compile(r"https://[^\s;,]+")
PAPER = re.compile(r"arxiv\D{0,3}(\d{4}\.\d{4,5})", re.IGNORECASE)
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
    method: Method
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
        return self.address is not None

    @property
    def address(self) -> str | None:
        """Where readers find it: the address that its figures were read at, else that of the paper on arXiv."""
        read_at, paper = ADDRESS.search(self.source_url), PAPER.search(self.source_url)
        return read_at[0] if read_at else f"https://arxiv.org/abs/{paper[1]}" if paper else None


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
    return tuple(_arm(line, row) for line, row in _table(folder))


@cache
def comparisons_of(task_type: str, folder: Path = CONTENT_DIR) -> tuple[Comparison, ...]:
    """Those arms that were measured at one kind of task. Raises `ContentError` as `comparisons` does."""
    return tuple(_arm(line, row) for line, row in _table(folder) if row["task_type"] == task_type)


TABLE = f"content/{FOLDER}/comparisons.csv"


@cache
def _table(folder: Path) -> tuple[tuple[int, dict[str, str]], ...]:
    """The rows of the table of comparisons as they stand, each with its line."""
    text = (folder / FOLDER / "comparisons.csv").read_text("utf-8")
    table = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    wanted = list(Comparison.model_fields)
    if table.fieldnames != wanted:
        raise ContentError(f"{TABLE}: the first line must name the columns {','.join(wanted)}")
    return tuple((table.line_num, row) for row in table)


def _arm(line: int, row: dict[str, str]) -> Comparison:
    try:
        return Comparison.model_validate(row)
    except ValidationError as error:
        first = error.errors()[0]
        column = ".".join(str(part) for part in first["loc"])
        raise ContentError(f"{TABLE}: line {line}: {column}: {first['msg']}") from error


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


def checked(case: Case | EvidenceCase) -> bool:
    """Whether readers may see a case by name: its figures were seen in its source, and nobody who read it again doubted
    that it may be shown.
    """
    return case.verified and (isinstance(case, Case) or case.reread != "not_shown")


def digest(folder: Path = CONTENT_DIR) -> str:
    """First 16 hex digits of the SHA-256 over what weights are fitted to: the cases and the terms."""
    files = sorted((folder / "cases").glob("*.yaml"))
    files += [folder / EVIDENCE["evidence_cases"][0], folder / "weights" / "terms.yaml"]
    hashed = hashlib.sha256()
    for file in files:
        hashed.update(file.relative_to(folder).as_posix().encode())
        hashed.update(file.read_bytes())
    return hashed.hexdigest()[:16]
