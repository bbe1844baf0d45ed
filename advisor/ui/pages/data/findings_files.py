"""What a check of a training file gives to take along: the findings as a table, all of it as JSON."""

from __future__ import annotations

import csv
import io
from typing import Any

from advisor.cli.check_text import as_json, check_dict
from advisor.cli.rag import class_names
from advisor.content.load import Content
from advisor.dataset.inspection.inspect import Inspection, as_dict
from advisor.dataset.rag.files import Scored
from advisor.dataset.template.writers import guarded
from advisor.language import Language

COLUMNS = ("id", "severity", "line", "field", "message", "evidence", "fix")


def findings_csv(inspection: Inspection, content: Content, lang: Language) -> bytes:
    """The findings as CSV in UTF-8 with a byte-order mark; no cell is a formula to a spreadsheet."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    rows = any(one.unit == "row" for one in inspection.findings)
    writer.writerow(["row" if name == "line" and rows else name for name in COLUMNS])
    for row in _findings(inspection, content, lang):
        writer.writerow(["" if row[name] is None else guarded(str(row[name])) for name in COLUMNS])
    return text.getvalue().encode("utf-8-sig")


def classes_csv(scored: Scored, lang: Language) -> bytes:
    """What predictions are worth, as CSV: the five classes, their rows and shares, and where the true share lies."""
    found = scored.classes
    names, percentages, intervals = class_names(lang), found.percentages, found.intervals
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(("class", "name", "rows", "percent", "low", "high"))
    for key, n in found.counts.items():
        low, high = intervals[key]
        writer.writerow((key, names[key], n, percentages[key], f"{100 * low:.1f}", f"{100 * high:.1f}"))
    return text.getvalue().encode("utf-8-sig")


def check_json(inspection: Inspection, content: Content, lang: Language) -> bytes:
    """Everything that was found, as `advisor check --json` prints it."""
    return (as_json(check_dict(inspection, content, lang)) + "\n").encode("utf-8", "replace")


def _findings(inspection: Inspection, content: Content, lang: Language) -> list[dict[str, Any]]:
    checks = {check.id: check for check in content.checks}
    return [as_dict(one, checks[one.check], lang) for one in inspection.findings]
