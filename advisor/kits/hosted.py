"""What kits share whose model a vendor trains with a library of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from advisor.content.entries import Route
from advisor.dataset.template.job import PLACEHOLDER_MODEL, suffix
from advisor.kits.kit import Material, Row, Vendor

FILES = {"training_file": "data/train.jsonl", "validation_file": "data/validation.jsonl"}


def settings(vendor: Vendor, material: Material, models: Mapping[str, str], job: Mapping[str, Any]) -> Row:
    """Entries of kit.json: whom the scripts ask, and the job, with `models` by the names that routes have."""
    model = models.get(material.route.model, PLACEHOLDER_MODEL) if material.route else PLACEHOLDER_MODEL
    return {
        "server": vendor.server,
        **({} if vendor.bridge else {"key": vendor.key}),
        "defaults": {"MODEL": model},
        "job": {
            "model": model,
            "suffix": suffix(material.design.project),
            "files": FILES,
            "closed_from": closed_from(material.route),
            **job,
        },
    }


def closed_from(route: Route | None) -> str | None:
    """The first day on which nobody can start a job any more, where one is known."""
    if route is None:
        return None
    days = [window.closed_from for window in route.windows]
    closed = max(day for day in days if day) if days and None not in days else None
    ends = [day for day in (closed, route.gone_from) if day]
    return min(ends).isoformat() if ends else None
