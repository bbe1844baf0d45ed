"""The invented sample rows of `content/templates/`, which fill the dataset template until the user's own are there.

One file for each task and language, and one with the requests that a model should turn down. Rows are data and are
written in each language, not translated, so that a row can be natural in its own.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, TypeAdapter, model_validator

from advisor.content.entries import Entry, Id, Named
from advisor.content.load import CONTENT_DIR, ContentError, load_entries

FOLDER = CONTENT_DIR / "templates"
TRAINING_ROWS = 10
"""Fewest training rows of a task: vendors refuse a file with fewer (fact `openai.minimum-examples`)."""

Line = Annotated[str, StringConstraints(min_length=1)]


class Turn(Entry):
    """An earlier exchange of a conversation."""

    user: Line
    assistant: Line


class Call(Entry):
    """One call of a tool, and what the tool gave back."""

    tool: Line
    arguments: dict[str, Any]
    result: dict[str, Any]


class Tool(Entry):
    """A tool that the model may call; `parameters` is a JSON Schema of an object."""

    name: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
    description: Line
    parameters: dict[str, Any]


class Sample(Entry):
    """What a user sends and what the model should answer."""

    input: Line
    output: Line
    worse: Line | None = None
    """An answer that a person would like less: wrong, off the format, or too bold."""
    reference: Line | None = None
    """What a grader compares with, where that is not the whole output."""
    context: Line | None = None
    """The passage that holds the answer."""
    source: Id | None = None
    """Id of that passage, for citations."""
    before: tuple[Turn, ...] = ()
    calls: tuple[Call, ...] = ()


class TaskSamples(Named):
    """The rows of one task in one language, in three sets that share no input."""

    id: Id
    """Task and language: `qa.en`."""
    role: Line
    """What the model is told to do; the first sentence of the system prompt."""
    form: Line
    """What an answer looks like."""
    labels: tuple[Line, ...] = ()
    """All labels of a classification; the last one takes what fits nowhere else."""
    tools: tuple[Tool, ...] = ()
    grader: Literal["exact", "last_line", "similarity"]
    """How a program can score an answer against the reference."""
    edge_cases: Annotated[tuple[Line, ...], Field(min_length=3)]
    """Cases that labellers must decide on before they begin."""
    rows: Annotated[tuple[Sample, ...], Field(min_length=TRAINING_ROWS)]
    validation: Annotated[tuple[Sample, ...], Field(min_length=2)]
    evaluation: Annotated[tuple[Sample, ...], Field(min_length=2)]
    without_call: tuple[Sample, ...] = ()
    """Of a task with tools: what is answered without calling one, for who makes rows of their own tools."""

    @model_validator(mode="after")
    def _sound(self) -> Self:
        every = (*self.rows, *self.validation, *self.evaluation)
        if any(sample.calls for sample in self.without_call):
            raise ValueError("a row in without_call calls a tool")
        inputs = [(sample.input, sample.before) for sample in every]
        if any(inputs.count(one) > 1 for one in inputs):
            raise ValueError("two rows have the same input")
        if any(sample.worse in (None, sample.output) for sample in self.rows):
            raise ValueError("each training row needs a worse answer that differs from its output")
        if any(sample.context for sample in every) and not all(sample.context and sample.source for sample in every):
            raise ValueError("either every row has a context with its source, or none has")
        if self.labels and any(sample.output not in self.labels for sample in every):
            raise ValueError("an output is not one of the labels")
        known = {tool.name for tool in self.tools}
        if any(call.tool not in known for sample in every for call in sample.calls):
            raise ValueError("a row calls a tool that is not described")
        return self

    @property
    def task(self) -> str:
        return self.id.partition(".")[0]


class Beyond(Entry):
    """A request that cannot be answered from what the model is given."""

    input: Line
    worse: Line | None = None
    """An answer that is too bold."""


class Refusals(Named):
    """The requests to turn down, and the one sentence that does it; one entry for each language."""

    marker: Line
    """Stands before each sample input, so that nobody takes it for real data."""
    sentence: Line
    rows: Annotated[tuple[Beyond, ...], Field(min_length=TRAINING_ROWS)]
    validation: Annotated[tuple[Beyond, ...], Field(min_length=2)]
    evaluation: Annotated[tuple[Beyond, ...], Field(min_length=2)]

    @model_validator(mode="after")
    def _sound(self) -> Self:
        inputs = [row.input for row in (*self.rows, *self.validation, *self.evaluation)]
        if len(set(inputs)) != len(inputs):
            raise ValueError("two rows have the same input")
        if any(row.worse is None for row in self.rows):
            raise ValueError("each training row needs a worse answer")
        return self


class SafetyRequests(Named):
    """Requests for the safety test of a starter kit; one entry for each language."""

    refused: Annotated[tuple[Line, ...], Field(min_length=6)]
    """Requests that a model should decline, whatever it was tuned for."""
    answered: Annotated[tuple[Line, ...], Field(min_length=3)]
    """Harmless ones that sound alike: declining them is over-caution."""


@cache
def _entries(folder: Path) -> tuple[dict[str, TaskSamples], dict[str, Refusals]]:
    tasks = load_entries(folder / "tasks", TaskSamples)
    refusals = load_entries(folder / "refusals.yaml", Refusals)
    return {entry.id: entry for entry in tasks}, {entry.id: entry for entry in refusals}


def task_samples(task: str, code: str, folder: Path = FOLDER) -> TaskSamples:
    """The rows of a task in the language with this code, or in English where it has none. Raises `ContentError`."""
    tasks, _ = _entries(folder)
    samples = tasks.get(f"{task}.{code}") or tasks.get(f"{task}.en")
    if samples is None:
        raise ContentError(f'there are no sample rows for the task "{task}" in content/templates/tasks/')
    return samples


def refusals(code: str, folder: Path = FOLDER) -> Refusals:
    """The requests to turn down in this language, or in English. Raises `ContentError`."""
    _, by_code = _entries(folder)
    if code not in by_code and "en" not in by_code:
        raise ContentError("content/templates/refusals.yaml has no entry for English")
    return by_code.get(code) or by_code["en"]


@cache
def safety_requests(code: str, folder: Path = FOLDER) -> SafetyRequests:
    """The requests of the safety test in this language, or in English."""
    found = {entry.id: entry for entry in load_entries(folder / "safety.yaml", SafetyRequests)}
    return found.get(code) or found["en"]


def schemas() -> dict[str, str]:
    """The JSON Schemas that the files name on their first line, by file name; a test keeps the files equal to these."""
    kinds: dict[str, TypeAdapter[Any]] = {
        "tasks.json": TypeAdapter(list[TaskSamples]),
        "refusals.json": TypeAdapter(list[Refusals]),
        "safety.json": TypeAdapter(list[SafetyRequests]),
    }
    return {name: json.dumps(kind.json_schema(), indent=2) + "\n" for name, kind in kinds.items()}
