"""Puts the examples into the prompt that are most like the question at hand, the likest last.

Examples come from data/train.jsonl, which shares no question with the evaluation set.

    SHOTS=4 python few_shot.py           writes answers/few_shot.jsonl
"""

import os

import numpy as np
from endpoint import answer_all, ask, client, embed, explained, rows


class Examples:
    """Rows with their answers, found by how like their question is."""

    def __init__(self, server) -> None:
        self.server = server
        self.rows = [row for row in rows("data/train.jsonl") if row["messages"][-1].get("content")]
        self.vectors = unit(embed(server, [question(row["messages"]) for row in self.rows]))

    def like(self, messages: list[dict], n: int) -> list[dict]:
        asked = unit(embed(self.server, [question(messages)]))[0]
        nearest = np.argsort(-(self.vectors @ asked), kind="stable")[:n]
        return [self.rows[place] for place in reversed(nearest)]


def question(messages: list[dict]) -> str:
    return [one["content"] for one in messages if one["role"] == "user"][-1]


def unit(vectors: list[list[float]]) -> np.ndarray:
    array = np.asarray(vectors, dtype=np.float32)
    return array / np.linalg.norm(array, axis=1, keepdims=True)


def with_examples(messages: list[dict], examples: list[dict]) -> list[dict]:
    """The system message, the exchanges of the examples, and the question."""
    system = [one for one in messages if one["role"] == "system"]
    shown = []
    for row in examples:
        answer = {"role": "assistant", "content": row["messages"][-1]["content"]}
        shown += [{"role": "user", "content": question(row["messages"])}, answer]
    return [*system, *shown, *(one for one in messages if one["role"] != "system")]


if __name__ == "__main__":
    server, shots = client(), int(os.environ.get("SHOTS", "4"))
    with explained():
        examples = Examples(server)
    answer_all(
        "few_shot",
        lambda row: ask(server, with_examples(row["messages"], examples.like(row["messages"], shots)), row),
    )
