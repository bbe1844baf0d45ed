"""The ways to ask that are compared, and what each sends for a row."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from advisor.dataset.rows.cells import json_text
from advisor.kits.kit import Row

Kind = Literal["as_is", "prompt", "structured", "few_shot", "few_shot_retrieved", "rag", "classifier", "tuned"]
OPTION: Mapping[Kind, str] = {
    "as_is": "prompting",
    "prompt": "prompting",
    "structured": "structured",
    "few_shot": "few_shot",
    "few_shot_retrieved": "few_shot",
    "rag": "rag",
    "classifier": "encoder",
    "tuned": "sft",
}
"""The option of an advice that each kind tries."""


class Arm(BaseModel):
    """One way to ask. Kinds say what is new in it; the settings may be combined."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z0-9_+-][a-z0-9_.+-]{0,59}$")
    kind: Kind
    system: str | None = None
    """In place of the system message of each row; None: as it is."""
    structured: bool = False
    shots: int = Field(0, ge=0, le=100)
    """Examples in each request."""
    pool: int | None = Field(None, ge=1)
    """Examples that there are to choose from, or to learn from; None: all."""
    draw: int = Field(0, ge=0, le=100)
    """Which draw of the examples; 0: the first, which is compared. The others show how much hangs on the draw."""
    passages: int = Field(0, ge=0, le=50)
    """Passages in each request."""
    model: str = ""
    """In place of the endpoint's."""

    @property
    def embeds(self) -> bool:
        """Whether it needs vectors of texts."""
        return self.kind in ("few_shot_retrieved", "classifier") or self.passages > 0

    @property
    def is_whole(self) -> bool:
        """Whether it is a way of its own: with all examples, and the first draw of them."""
        return self.pool is None and self.draw == 0

    @property
    def asks(self) -> bool:
        """Whether a language model answers."""
        return self.kind != "classifier"


def question(messages: Sequence[Mapping[str, Any]]) -> str:
    """The last thing that a user asks: what examples and passages are found by."""
    return next(str(message["content"]) for message in reversed(messages) if message["role"] == "user")


def spread(examples: Sequence[Row], n: int) -> list[Row]:
    """The first `n` examples, taking turns among their answers, so that few of them show many labels."""
    by_answer: dict[str, list[Row]] = defaultdict(list)
    for example in examples:
        by_answer[str(example["gold"])].append(example)
    groups = list(by_answer.values())
    turns = [group[turn] for turn in range(max(map(len, groups), default=0)) for group in groups if turn < len(group)]
    return turns[:n]


def messages_for(arm: Arm, row: Row, shown: Sequence[Row] = (), passages: Sequence[str] = ()) -> list[Row]:
    """What an arm sends for a row: system message, examples with their answers, and the question with its passages."""
    system = [message for message in row["messages"] if message["role"] == "system"]
    if arm.system is not None:
        system = [{"role": "system", "content": arm.system}] if arm.system.strip() else []
    asked = [message for message in row["messages"] if message["role"] != "system"]
    examples = [
        message
        for example in shown
        for message in (
            {"role": "user", "content": question(example["messages"])},
            {"role": "assistant", "content": _as_asked(arm, str(example["gold"]))},
        )
    ]
    if passages:
        *before, last = asked
        asked = [*before, {**last, "content": "\n\n".join([*passages, str(last["content"])])}]
    return [*system, *examples, *asked]


def _as_asked(arm: Arm, gold: str) -> str:
    """The answer of an example in the form that is asked for."""
    return json_text({"answer": gold}) if arm.structured and not _is_object(gold) else gold


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False
