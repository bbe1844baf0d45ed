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


def check_dict(found: Inspection, content: Content, lang: Language) -> dict[str, Any]:
    """A check as JSON: `findings` (id, severity, line, field, message, evidence, fix), counts, profile, timings."""
    return {
        "file": found.name,
        "format": {
            "id": found.recognition.format,
            "why": [note.text(lang) for note in found.recognition.why],
            "share": round(found.recognition.share, 4),
            "alternatives": list(found.recognition.alternatives),
        },
        "platform": found.platform,
        "method": found.method,
        "complete": not found.cancelled,
        "findings": [as_dict(one, content.check(one.check), lang) for one in found.findings],
        "counts": found.counts,
        "severities": found.severities(content),
        "not_checked": [
            {"checks": list(one.checks), "why": one.why.text(lang), "unlocks": one.unlocks.text(lang)}
            for one in found.skipped
        ],
        "profile": profile_dict(found, content, lang),
        "seconds": found.seconds,
    }


def profile_dict(found: Inspection, content: Content, lang: Language, at: date | None = None) -> dict[str, Any]:
    """What a file holds, whether it is ready, and what one training run on it would cost on a day."""
    from advisor.dataset.readiness import card as readiness  # here, since what a run costs needs the whole engine
    from advisor.dataset.training import words

    at = at or date.today()
    return dataclasses.asdict(found.profile) | {
        "labels": masked_labels(found.profile.labels),
        "readiness": readiness.as_dict(readiness.card(found, content, lang)),
        "training": words.as_dict(training_runs(found, content, at), at, content),
    }


def masked_labels(counted: Mapping[str, int]) -> dict[str, int]:
    """Rows by label, without personal data in what is shown of them."""
    found: Counter[str] = Counter()
    for label, n in counted.items():
        found[masked(label)] += n
    return dict(found)


def training_runs(found: Inspection, content: Content, at: date) -> tuple[Run, ...]:
    """What one training run on a file would cost on a day, by platform and model."""
    from advisor.dataset.training.cost import runs

    return runs(found.profile, method_of(found), at, content=content)
