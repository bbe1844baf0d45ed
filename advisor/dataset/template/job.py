"""The request that starts a training job, as an example to fill in.

Sources: the job parameters of openai 3.54 (top-level `hyperparameters` are deprecated, `method` holds them) and
Microsoft's how-to page on fine-tuning (2026).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any, Literal, get_args

from advisor.dataset.template.design import Design, Shape
from advisor.dataset.template.samples import TaskSamples
from advisor.engine.advice import Advice

Vendor = Literal["openai", "azure"]
VENDORS: tuple[Vendor, ...] = get_args(Vendor)

MAX_SUFFIX: Mapping[Vendor, int] = {"openai": 64, "azure": 18}
"""Longest suffix of a tuned model's name (OpenAI's job reference; Microsoft's how-to page on fine-tuning)."""
PLACEHOLDER_MODEL = "REPLACE_ME_BASE_MODEL"
PLACEHOLDER_FILE = "file-REPLACE_ME"
METHODS: Mapping[Shape, str] = {
    "sft": "supervised",
    "rag": "supervised",
    "tools": "supervised",
    "preference": "dpo",
    "rft": "reinforcement",
}
ROUTE_METHODS = {"supervised": "sft", "dpo": "dpo", "reinforcement": "rft"}

LAST_LINE_GRADER = '''\
def grade(sample, item):
    """1 if the last line of the answer, without its heading, is the reference; otherwise 0."""
    lines = [line.strip() for line in (sample.get("output_text") or "").splitlines() if line.strip()]
    last = lines[-1].split(": ", 1)[-1] if lines else ""
    return 1.0 if last == item["reference_answer"] else 0.0
'''


def job(shape: Shape, vendor: Vendor, design: Design, samples: TaskSamples, advice: Advice | None) -> dict[str, Any]:
    """The body of `POST /v1/fine_tuning/jobs`. Without an open route in the advice, the model is a placeholder."""
    kind = METHODS[shape]
    body: dict[str, Any] = {
        "model": _model(vendor, ROUTE_METHODS[kind], advice),
        "training_file": PLACEHOLDER_FILE,
        "suffix": suffix(design.project),
        "seed": 1,
        "method": method_body(kind, grader(samples)),
    }
    if kind == "reinforcement":
        body["validation_file"] = PLACEHOLDER_FILE
    if vendor == "openai" and design.project:
        body["metadata"] = {"project": design.project}
    if vendor == "azure":
        body["trainingType"] = "Standard" if design.one_region else "GlobalStandard"
    return body


def method_body(kind: str, grading: dict[str, Any]) -> dict[str, Any]:
    """How it is trained: every setting left to the vendor; `grading` is the grader of reinforcement."""
    method: dict[str, Any] = {"hyperparameters": {"n_epochs": "auto"}}
    if kind == "dpo":
        method["hyperparameters"]["beta"] = "auto"
    if kind == "reinforcement":
        method["grader"] = grading
    return {"type": kind, kind: method}


def _model(vendor: Vendor, method: str, advice: Advice | None) -> str:
    for route in advice.routes if advice else ():
        if route.platform == vendor and route.open and method in route.methods:
            return route.model
    return PLACEHOLDER_MODEL


def grader(samples: TaskSamples) -> dict[str, Any]:
    """How an answer earns its reward: by being the reference, by its last line, or by being near to it."""
    answer, reference = "{{sample.output_text}}", "{{item.reference_answer}}"
    match samples.grader:
        case "exact":
            fields = {"operation": "eq", "input": answer, "reference": reference}
            return {"type": "string_check", "name": "same_text", **fields}
        case "last_line":
            return {"type": "python", "name": "same_last_line", "source": LAST_LINE_GRADER}
        case "similarity":
            fields = {"evaluation_metric": "rouge_l", "input": answer, "reference": reference}
            return {"type": "text_similarity", "name": "near_text", **fields}


def suffix(project: str) -> str:
    """A suffix that both vendors take: at most 18 letters, digits and hyphens, without a dot."""
    ascii_only = unicodedata.normalize("NFKD", project).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-")
    return name[: min(MAX_SUFFIX.values())].strip("-") or "first-try"
