"""What is said of a check of training data, on the screen, in the terminal and in JSON alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from advisor.dataset.place import Unit, opening, spot
from advisor.dataset.row import translated
from advisor.language import Language

if TYPE_CHECKING:
    from advisor.content.data_checks import Check, Severity
    from advisor.content.load import Content
    from advisor.dataset.inspection.inspect import Finding, Inspection

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")
"""From the worst on."""
State = Literal["ok", "look", "stop"]
"""Whether one thing about a file is as it must be."""
NUMBER = 12
"""Digits up to which a number is written in full."""


def severity_name(severity: Severity, lang: Language, *, capital: bool = False) -> str:
    """What a severity is called, within a sentence or with a capital."""
    names: dict[Severity, tuple[str, str]] = {
        "error": (lang("error"), lang("Error")),
        "warning": (lang("warning"), lang("Warning")),
        "info": (lang("remark"), lang("Remark")),
    }
    return names[severity][capital]


def state_name(state: State, lang: Language, *, capital: bool = False) -> str:
    """What a state is called, within a sentence or with a capital."""
    names: dict[State, tuple[str, str]] = {
        "ok": (lang("good"), lang("Good")),
        "look": (lang("look"), lang("Look")),
        "stop": (lang("fix first"), lang("Fix first")),
    }
    return names[state][capital]


def ranked(counts: Mapping[str, int], content: Content) -> list[tuple[str, int]]:
    """Checks that found something, with how often they did: the worst first, then the most frequent."""
    severities = {check.id: check.severity for check in content.checks}

    def rank(kind: tuple[str, int]) -> tuple[int, int, str]:
        return SEVERITIES.index(severities[kind[0]]), -kind[1], kind[0]

    return sorted(counts.items(), key=rank)


def headline(inspection: Inspection, content: Content, lang: Language) -> str:
    """What a check found, in the sentence that people come for: how much it is, and whether training can begin."""
    counts = inspection.severities(content)
    errors, warned = counts["error"], counts["warning"]
    rows = lang.plural("{n} row", "{n} rows", inspection.profile.rows)
    warnings = lang.plural("{n} warning", "{n} warnings", warned)
    if errors and warned:
        return lang.plural(
            "{n} error and {warnings} in {rows}: fix the error before training.",
            "{n} errors and {warnings} in {rows}: fix the errors before training.",
            errors,
            warnings=warnings,
            rows=rows,
        )
    if errors:
        return lang.plural(
            "{n} error in {rows}: fix it before training.",
            "{n} errors in {rows}: fix them before training.",
            errors,
            rows=rows,
        )
    if warned:
        return lang("Nothing in {rows} would stop training; look at {warnings} first.", rows=rows, warnings=warnings)
    return lang("Nothing was found in {rows} that would stop training.", rows=rows)


def recognised(inspection: Inspection, lang: Language) -> str:
    """Which format a file has, and why we think so."""
    known = inspection.recognition
    why = "; ".join(note.text(lang) for note in known.why)
    return lang("Format: {format} ({why})", format=known.form.title.text(lang), why=why)


def readiness(stops: int, looks: int, lang: Language) -> str:
    """Whether a file is ready, where so many things must be fixed and so many be looked at."""
    if stops:
        return lang.plural("Not ready: {n} thing to fix first", "Not ready: {n} things to fix first", stops)
    if looks:
        return lang.plural("Almost ready: {n} thing to look at", "Almost ready: {n} things to look at", looks)
    return lang("Ready to train on")


def message(finding: Finding, check: Check, lang: Language) -> str:
    """What a finding says, with its values; `{own}` is its own place."""
    own = opening(finding.line or 0, finding.unit).text(lang)
    given = {"own": own, **translated(finding.values, lang)}
    values = {name: lang.number(value, NUMBER) if type(value) is int else value for name, value in given.items()}
    n = given.get("n")
    if check.one and isinstance(n, int):
        values.pop("n")
        return lang.plural(check.one, check.message, n, **values)
    return lang(check.message, **values)


def where(n: int | None, unit: Unit, lang: Language) -> str:
    """The same in words; the file where there is no number."""
    return lang("the file") if n is None else spot(n, unit).text(lang)


def several(numbers: Sequence[int], n: int, unit: Unit, lang: Language) -> str:
    """The places of `n` rows in words, of which the first are named: lines 3, 5, 8 and 12 more."""
    named = ", ".join(map(str, numbers))
    more = n - len(numbers)
    if more <= 0:
        return lang("rows {numbers}", numbers=named) if unit == "row" else lang("lines {numbers}", numbers=named)
    if unit == "row":
        return lang("rows {numbers} and {n} more", numbers=named, n=lang.number(more, 12))
    return lang("lines {numbers} and {n} more", numbers=named, n=lang.number(more, 12))


def in_validation(n: int, unit: Unit, lang: Language) -> str:
    """The place of a row of the validation file, in words."""
    return lang("{place} of the validation file", place=where(n, unit, lang))


def by_reason(lines: Iterable[tuple[int, str]]) -> dict[str, list[int]]:
    """The places of rows by what is said of them, each reason once and in the order in which it comes first."""
    places: dict[str, list[int]] = {}
    for line, why in lines:
        places.setdefault(why, []).append(line)
    return places


def as_dict(finding: Finding, check: Check, lang: Language) -> dict[str, Any]:
    """A finding as JSON: `id, severity, line, unit, field, message, evidence, fix`.

    `line` is the number of a line, or of a row where `unit` says so: in a JSON list, and in Parquet. `file` is there if
    it is the validation file.
    """
    return {
        "id": finding.check,
        "severity": finding.severity,
        "line": finding.line,
        "unit": finding.unit,
        "field": finding.field,
        "message": message(finding, check, lang),
        "evidence": finding.evidence,
        "fix": lang(check.fix),
    } | ({"file": "validation"} if check.is_leak else {})
