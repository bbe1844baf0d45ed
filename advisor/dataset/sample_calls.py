"""Invented tools, and examples of their use, to begin with where somebody has none at hand: those of the template."""

from __future__ import annotations

from typing import Any

from advisor.dataset.files.writers import as_json, json_document
from advisor.dataset.template.samples import Sample, task_samples
from advisor.dataset.template.trainer_formats import tool_definitions

TASK = "agent"


def sample_tools(code: str) -> str:
    """The definitions as JSON, in the language with this code or in English."""
    return json_document(tool_definitions(task_samples(TASK, code).tools))


def sample_examples(code: str) -> str:
    """The examples as JSON, one a line: with calls, and without."""
    samples = task_samples(TASK, code)
    return "\n".join(as_json(_example(one)).decode() for one in (*samples.rows, *samples.without_call))


def _example(sample: Sample) -> dict[str, Any]:
    calls = [call.model_dump() for call in sample.calls]
    if len(calls) == 1:
        return {"question": sample.input, **calls[0], "answer": sample.output}
    return {"question": sample.input, **({"calls": calls} if calls else {}), "answer": sample.output}
