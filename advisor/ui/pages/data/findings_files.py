"""What a check of a training file gives to take along: the findings as a table, all of it as JSON."""

from __future__ import annotations

from typing import Any

from advisor.content.load import Content
from advisor.dataset.check_json import check_dict
from advisor.dataset.files.writers import csv_table, json_document
from advisor.dataset.inspection.inspect import Inspection
from advisor.dataset.rag.files import Scored
from advisor.dataset.rag.rows import class_names
from advisor.dataset.words import as_dict
from advisor.language import Language

COLUMNS = ("id", "severity", "line", "field", "message", "evidence", "fix")


def findings_csv(inspection: Inspection, content: Content, lang: Language) -> bytes:
    """The findings as CSV in UTF-8 with a byte-order mark; no cell is a formula to a spreadsheet."""
    rows = any(finding.unit == "row" for finding in inspection.findings)
    columns = ["row" if name == "line" and rows else name for name in COLUMNS]
    findings = _findings(inspection, content, lang)
    cells = [["" if finding[name] is None else str(finding[name]) for name in COLUMNS] for finding in findings]
    return csv_table(columns, cells, quote_all=False, mark=True)


def classes_csv(scored: Scored, lang: Language) -> bytes:
    """What predictions are worth, as CSV: the five classes, their rows and shares, and where the true share lies."""
    classes = scored.classes
    names, percentages, intervals = class_names(lang), classes.percentages, classes.intervals
    rows = [
        (key, names[key], str(n), str(percentages[key]), *(f"{100 * end:.1f}" for end in intervals[key]))
        for key, n in classes.counts.items()
    ]
    return csv_table(("class", "name", "rows", "percent", "low", "high"), rows, quote_all=False, mark=True)


def check_json(inspection: Inspection, content: Content, lang: Language) -> bytes:
    """Everything that was found, as `advisor check --json` prints it."""
    return (json_document(check_dict(inspection, content, lang)) + "\n").encode("utf-8", "replace")


def _findings(inspection: Inspection, content: Content, lang: Language) -> list[dict[str, Any]]:
    checks = {check.id: check for check in content.checks}
    return [as_dict(finding, checks[finding.check], lang) for finding in inspection.findings]
