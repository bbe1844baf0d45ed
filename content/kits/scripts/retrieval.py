"""Searches data/passages.jsonl with Qdrant in local mode, and lets the model answer from what is found.

python retrieval.py index            turns the passages into an index in the folder index/
PASSAGES=3 python retrieval.py       writes answers/retrieval.jsonl
"""

import os
import shutil
import sys

from endpoint import HERE, answer_all, ask, client, embed, explained, rows
from few_shot import question
from qdrant_client import QdrantClient, models
from words import say

NAME = "passages"


def index(server) -> int:
    """Make the index anew; how many passages it has."""
    passages = rows("data/passages.jsonl")
    vectors = embed(server, [row["text"] for row in passages])
    shutil.rmtree(HERE / "index", ignore_errors=True)
    store = QdrantClient(path=str(HERE / "index"))
    store.create_collection(
        NAME, vectors_config=models.VectorParams(size=len(vectors[0]), distance=models.Distance.COSINE)
    )
    store.upsert(
        NAME,
        points=[
            models.PointStruct(id=place, vector=vector, payload=row)
            for place, (row, vector) in enumerate(zip(passages, vectors, strict=True))
        ],
    )
    store.close()
    return len(passages)


def found(server, store: QdrantClient, text: str, n: int) -> list[str]:
    """The passages most like a question."""
    points = store.query_points(NAME, query=embed(server, [text])[0], limit=n, with_payload=True).points
    return [point.payload["text"] for point in points]


def with_passages(messages: list[dict], passages: list[str]) -> list[dict]:
    *before, last = messages
    return [*before, {**last, "content": "\n\n".join([last["content"], *passages])}]


if __name__ == "__main__":
    server = client()
    if sys.argv[1:] == ["index"] or not (HERE / "index").exists():
        with explained():
            print(say("Passages in index/: {n}", n=index(server)))
        if sys.argv[1:]:
            sys.exit()
    store, n = QdrantClient(path=str(HERE / "index")), int(os.environ.get("PASSAGES", "3"))
    answer_all(
        "retrieval",
        lambda row: ask(
            server, with_passages(row["messages"], found(server, store, question(row["messages"]), n)), row
        ),
    )
    store.close()
