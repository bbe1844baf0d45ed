"""The design of a dataset template: its task, kinds of rows and shares, from the answers and the advice, if any."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

from advisor.content.load import Content
from advisor.engine.advice import Advice
from advisor.interview.names import names, one_line
from advisor.interview.situation import Situation, middle

Shape = Literal["sft", "rag", "tools", "preference", "rft"]
SHAPES: tuple[Shape, ...] = ("sft", "rag", "tools", "preference", "rft")
ToolGoal = Literal["quality", "tokens"]

MAX_PROJECT = 80
"""Longest project name that is written into a file, in characters."""
MAX_GOAL = 300
"""Longest goal that is written into a file, in characters."""

TASK_OF_GAP = (
    ("labels", "classification"),
    ("tools", "agent"),
    ("retrieval_use", "qa"),
    ("knowledge", "qa"),
    ("reasoning", "reasoning"),
    ("format", "extraction"),
    ("style", "rewriting"),
    ("preference", "rewriting"),
)
TASK_OF_DATA = (("labels", "classification"), ("tools", "agent"), ("chat", "dialogue"), ("documents", "qa"))
SHAPE_OF_OPTION: dict[str, Shape] = {"rag_sft": "rag", "dpo": "preference", "rft": "rft"}


@dataclass(frozen=True)
class Design:
    """The decisions behind one template. Shares are between 0 and 1."""

    task: str
    task_assumed: bool
    """The user did not name a task; it was chosen from other answers, or is the most general one."""
    shapes: tuple[Shape, ...]
    """The first is the main one: the system prompt and the evaluation set belong to it."""
    refusal_share: float
    refusal_assumed: bool
    citations: bool
    tone: bool
    safety: bool
    other_language: bool
    """Most texts are in another language than English."""
    english: bool
    """Most texts are in English, whatever the reader's language."""
    tool_goal: ToolGoal
    label_count: int | None
    label_names: tuple[str, ...]
    """As the person calls them; none where they did not say."""
    field_words: tuple[str, ...]
    """Words of the person's field, which sample rows and prompt use."""
    several_labels: bool
    """One text can have several of them."""
    images: bool
    on_premises: bool
    one_region: bool
    project: str
    goal: str

    def samples_of(self, shape: Shape) -> str:
        """The task whose sample rows fill this shape."""
        if shape == "rag":
            return "qa"
        if shape == "tools":
            return "agent"
        # A reward for calling tools needs the tools to run; the sample rows cannot do that, so they reason instead.
        return "reasoning" if shape == "rft" and self.task == "agent" else self.task


def template_design(situation: Situation, advice: Advice | None, content: Content) -> Design:
    """The design that fits the answers. Where an answer is open, the design says what it assumed instead."""
    answers = situation.answers
    task, task_assumed = _task(answers)
    share, share_assumed = _refusal_share(answers, content)
    gap = _several(answers, "gap")
    labels = middle(answers.get("label_count"))
    saving = "cost" in gap or "latency" in gap or answers.get("prompt_room") in ("costly", "too_long")
    return Design(
        task=task,
        task_assumed=task_assumed,
        shapes=_shapes(answers, task, advice),
        refusal_share=share,
        refusal_assumed=share_assumed,
        citations=answers.get("citations") == "yes",
        tone="style" in gap,
        safety="safety" in gap,
        english=answers.get("language") == "english",
        other_language=answers.get("language") in ("latin", "other", "mixed"),
        tool_goal="tokens" if saving and "tools" not in gap else "quality",
        label_count=round(labels) if labels is not None else None,
        label_names=_names(answers, "label_names") if task == "classification" else (),
        field_words=_names(answers, "field_words"),
        several_labels=task == "classification" and answers.get("multi_label") == "yes",
        images="images" in _several(answers, "data_shape"),
        on_premises=answers.get("hosting") == "on_premises",
        one_region=answers.get("hosting") in ("region", "own_cloud"),
        project=plain(answers.get("project"), MAX_PROJECT),
        goal=plain(answers.get("goal_text"), MAX_GOAL),
    )


def plain(text: Any, longest: int) -> str:
    """A user's text as one line, cut to length, without control characters, lone surrogates and signs that reorder."""
    if not isinstance(text, str):
        return ""
    line = one_line(text)
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def _names(answers: Any, question: str) -> tuple[str, ...]:
    return names(str(answers.get(question) or ""))


def _task(answers: Any) -> tuple[str, bool]:
    if answers.get("task"):
        return str(answers["task"]), False
    gap, data = _several(answers, "gap"), _several(answers, "data_shape")
    for table, chosen in ((TASK_OF_GAP, gap), (TASK_OF_DATA, data)):
        for sign, task in table:
            if sign in chosen:
                return task, True
    return "assistant", True


def _shapes(answers: Any, task: str, advice: Advice | None) -> tuple[Shape, ...]:
    gap, data = _several(answers, "gap"), _several(answers, "data_shape")
    advised = SHAPE_OF_OPTION.get(advice.option) if advice else None
    fits: dict[Shape, bool] = {
        "sft": task not in ("qa", "agent"),
        "rag": task == "qa"
        or "retrieval_use" in gap
        or "documents" in data
        or answers.get("citations") == "yes"
        or answers.get("rag_tried") in ("misses", "misused", "works", "unclear"),
        "tools": task == "agent" or "tools" in gap or "tools" in data,
        "preference": "preference" in gap or "preferences" in data or answers.get("answer_kind") == "comparative",
        "rft": "grader" in data or answers.get("answer_kind") == "checkable",
    }
    chosen = [shape for shape in SHAPES if fits[shape] or shape == advised]
    main: Shape = {"qa": "rag", "agent": "tools"}.get(task, "sft")  # type: ignore[assignment]
    return (main, *(shape for shape in chosen if shape != main))


def _refusal_share(answers: Any, content: Content) -> tuple[float, bool]:
    """The share asked for, or else the middle of what the question declares as usual."""
    share = middle(answers.get("refusal_share"))
    if share is not None:
        return share / 100, False
    prior = content.question("refusal_share").prior
    assert prior is not None, "a question of type number has a prior"
    usual = math.sqrt(prior.p10 * prior.p90) if prior.shape == "lognormal" else (prior.p10 + prior.p90) / 2
    return usual / 100, True


def _several(answers: Any, question: str) -> frozenset[str]:
    return frozenset(answers.get(question) or ())
