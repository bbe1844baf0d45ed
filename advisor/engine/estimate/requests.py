"""The tokens that one request of each option really sends: instructions, examples, passages, question, answer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from advisor.engine.scenarios import Array, Mask, Scenarios

RAG_OPTIONS = ("rag", "rag_sft")


@dataclass(frozen=True)
class Request:
    """Tokens of one request, one value a scenario. `repeated` is the part of `sent` that is the same in every request
    and can be cached; `calls` says how many such calls make one request.
    """

    sent: Array
    repeated: Array
    written: Array
    calls: Array
    basis: tuple[str, ...]

    def at(self, rows: Mask) -> Request:
        """The same request in some of the scenarios."""
        return Request(self.sent[rows], self.repeated[rows], self.written[rows], self.calls[rows], self.basis)


def requests(scenarios: Scenarios) -> dict[str, Request]:
    """One `Request` for each option but the classifier, which sends no tokens."""
    question = scenarios["question_tokens"]
    instructions = scenarios["instruction_tokens"]
    examples = scenarios["example_tokens"]
    passages = scenarios["passage_tokens"]
    written = scenarios["output_tokens"]
    kept = instructions * scenarios["prompt_kept"]
    once = np.ones(scenarios.rows)
    base = ("question_tokens", "output_tokens")
    prompt = (*base, "instruction_tokens")
    tuned = Request(kept + question, kept, written, once, (*prompt, "prompt_kept"))
    schema = instructions + scenarios["schema_tokens"]
    return {
        "prompting": Request(instructions + question, instructions, written, once, prompt),
        "few_shot": Request(
            instructions + examples + question, instructions + examples, written, once, (*prompt, "example_tokens")
        ),
        "structured": Request(
            schema + question, schema, written, scenarios["chain_calls"], (*prompt, "schema_tokens", "chain_calls")
        ),
        "rag": Request(instructions + passages + question, instructions, written, once, (*prompt, "passage_tokens")),
        "sft": tuned,
        "distill": tuned,
        "rag_sft": Request(kept + passages + question, kept, written, once, (*prompt, "prompt_kept", "passage_tokens")),
        "dpo": tuned,
        "rft": tuned,
        "continue": tuned,
    }
