"""What a check has to say about a training file: where, what, and what to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as attribute
from typing import Literal

from advisor.language import Language


@dataclass(frozen=True)
class Finding:
    """Something that a rule forbids (`error`) or that is allowed and rarely meant (`warning`)."""

    line: int | None
    """Line of the file, or number of the entry in a JSON array, from 1; None where the whole file is meant."""
    field: str
    message: str
    values: Mapping[str, object] = attribute(default_factory=dict)
    severity: Literal["error", "warning"] = "error"
    check: str = ""
    """Id in `content/checks.yaml` of the kind of defect, where it has one."""

    def text(self, lang: Language) -> str:
        said = lang(self.message, **self.values)
        where = lang("line {n}", n=self.line) if self.line is not None else lang("the file")
        return f"{where}, {self.field}: {said}" if self.field else f"{where}: {said}"


Findings = Iterator[Finding]


def problem(field_: str, message: str, check: str = "", **values: object) -> Finding:
    """An error in one field of a row; who reads the file adds the line."""
    return Finding(None, field_, message, values, "error", check)


def caution(field_: str, message: str, check: str = "", **values: object) -> Finding:
    return Finding(None, field_, message, values, "warning", check)
