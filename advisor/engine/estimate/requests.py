"""The tokens that one request of each option really sends: instructions, examples, passages, question, answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np

from advisor.engine.scenarios import Array, Scenarios, cut_out

RAG_OPTIONS = ("rag", "rag_sft")


@dataclass(frozen=True, eq=False)
class Request:
    """Tokens of one request, shaped as columns are. `repeated` is the part of `sent` that is the same in every request
    and can be cached; `thought` is what a model that thinks before it answers writes unseen, beside `written`; `calls`
    says how many such calls make one request.
    """

    sent: Array
    repeated: Array
    written: Array
    thought: Array
    calls: Array
    basis: tuple[str, ...]

    @cached_property
    def output(self) -> Array:
        """Tokens of output that a model that thinks before it answers is paid for."""
        return self.written + self.thought

    @cached_property
    def most_sent(self) -> float:
        """Tokens of the largest that is sent."""
        return float(self.sent.max())

    def of(self, places: Sequence[int]) -> Request:
        """That of some situations, by their places, as `Scenarios.only` cuts their columns."""
        arrays = {one.name: getattr(self, one.name) for one in fields(self) if one.name != "basis"}
        return Request(basis=self.basis, **{name: cut_out(array, places) for name, array in arrays.items()})


def requests(scenarios: Scenarios) -> dict[str, Request]:
    """One `Request` for each option but the classifier, which sends no tokens.

    Tuned on answers without thoughts, a model no longer thinks before it answers; reinforcement trains it to think.
    """
    question = scenarios["question_tokens"]
    instructions = scenarios["instruction_tokens"]
    examples = scenarios["example_tokens"]
    passages = scenarios["passage_tokens"]
    written = scenarios["output_tokens"]
    thought = scenarios["reasoning_tokens"]
    kept = instructions * scenarios["prompt_kept"]
    none, once = np.zeros(scenarios.count), np.ones(scenarios.count)
    base = ("question_tokens", "output_tokens")
    prompt = (*base, "instruction_tokens")
    thinking = (*prompt, "reasoning_tokens")
    tuned = Request(kept + question, kept, written, none, once, (*prompt, "prompt_kept"))
    schema = instructions + scenarios["schema_tokens"]
    shown = instructions + examples
    return {
        "prompting": Request(instructions + question, instructions, written, thought, once, thinking),
        "few_shot": Request(shown + question, shown, written, thought, once, (*thinking, "example_tokens")),
        "structured": Request(
            schema + question,
            schema,
            written,
            thought,
            scenarios["chain_calls"],
            (*thinking, "schema_tokens", "chain_calls"),
        ),
        "rag": Request(
            instructions + passages + question, instructions, written, thought, once, (*thinking, "passage_tokens")
        ),
        "sft": tuned,
        "distill": tuned,
        "rag_sft": Request(
            kept + passages + question, kept, written, none, once, (*prompt, "prompt_kept", "passage_tokens")
        ),
        "dpo": tuned,
        "rft": Request(kept + question, kept, written, thought, once, (*thinking, "prompt_kept")),
        "continue": tuned,
    }
