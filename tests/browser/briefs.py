"""Briefs that tests read: of which answers, and how long each may be, at which size of the window."""

from __future__ import annotations

from typing import Any

from tests.browser.reader import ANSWERS

MOST_WORDS = 500
SIZES = {"wide": ({"width": 1280, "height": 800}, 1600), "phone": ({"width": 390, "height": 844}, 2532)}
"""Of the window, and the most pixels of the page: two screens, and three."""
SITUATIONS: dict[str, dict[str, Any]] = {
    "not yet": ANSWERS,
    "nothing known": {"labelled_examples": None},
    "three steps that train": {
        "project": "Routing of incoming messages for customer service in four countries",
        "task": "classification",
        "gap": ["cost"],
        "prompt_tried": "good",
        "evaluation_set": "yes",
        "goal": "measurable",
        "success_metric": "metric",
        "labelled_examples": 20_000,
        "requests_per_month": 30_000_000,
        "latency_limit": 2,
        "budget_month": 5_000,
        "target_score": 92,
        "knowledge_changes": "never",
    },
    "limits that nothing keeps": {
        "task": "summary",
        "gap": ["cost", "latency"],
        "budget_month": 300,
        "latency_limit": 2,
        "requests_per_month": 1_000_000,
    },
    "do not": {"gap": ["knowledge"], "knowledge_changes": "daily", "requests_per_month": 3_000, "budget_month": 300},
}
HEIGHT = "() => document.querySelector('.stMain').scrollHeight"
