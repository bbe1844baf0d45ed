"""A check as JSON: what the command prints, the app gives to take along, and a program reads."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from advisor.content.load import Content
from advisor.dataset.inspection.inspect import Inspection, method_of
from advisor.dataset.privacy.mask import masked
from advisor.dataset.words import as_dict
from advisor.language import Language

if TYPE_CHECKING:
    from advisor.dataset.training.cost import Run


def check_dict(inspection: Inspection, content: Content, lang: Language) -> dict[str, Any]:
    """A check as JSON: `findings` (id, severity, line, field, message, evidence, fix), counts, profile, timings."""
    return {
        "file": inspection.name,
        "format": {
            "id": inspection.recognition.format,
            "why": [note.text(lang) for note in inspection.recognition.why],
            "share": round(inspection.recognition.share, 4),
            "alternatives": list(inspection.recognition.alternatives),
        },
        "platform": inspection.platform,
        "method": inspection.method,
        "complete": not inspection.cancelled,
        "findings": [as_dict(one, content.check(one.check), lang) for one in inspection.findings],
        "counts": inspection.counts,
        "severities": inspection.severities(content),
        "not_checked": [
            {"checks": list(one.checks), "why": one.why.text(lang), "unlocks": one.unlocks.text(lang)}
            for one in inspection.skipped
        ],
        "profile": profile_dict(inspection, content, lang),
        "seconds": inspection.seconds,
    }


def profile_dict(inspection: Inspection, content: Content, lang: Language, at: date | None = None) -> dict[str, Any]:
    """What a file holds, whether it is ready, and what one training run on it would cost on a day."""
    from advisor.dataset.readiness import card as readiness  # here, since what a run costs needs the whole engine
    from advisor.dataset.training import words

    at = at or date.today()
    return dataclasses.asdict(inspection.profile) | {
        "labels": masked_labels(inspection.profile.labels),
        "readiness": readiness.as_dict(readiness.card(inspection, content, lang)),
        "training": words.as_dict(training_runs(inspection, content, at), at, content),
    }


def masked_labels(counted: Mapping[str, int]) -> dict[str, int]:
    """Rows by label, without personal data in what is shown of them."""
    labels: Counter[str] = Counter()
    for label, n in counted.items():
        labels[masked(label)] += n
    return dict(labels)


def training_runs(inspection: Inspection, content: Content, at: date) -> tuple[Run, ...]:
    """What one training run on a file would cost on a day, by platform and model."""
    from advisor.dataset.training.cost import runs

    return runs(inspection.profile, method_of(inspection), at, content=content)
