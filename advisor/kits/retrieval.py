"""Retrieval: passages in an index of Qdrant's local mode, and answers from what is found."""

from __future__ import annotations

from advisor.dataset.files.writers import json_lines
from advisor.kits.kit import Files, Kit, Material


def _passages(material: Material) -> Files:
    return {"data/passages.jsonl": json_lines(material.passages)}


KIT = Kit(
    id="retrieval",
    options=("rag",),
    scripts=("few_shot.py", "retrieval.py"),
    packages=("numpy>=2.2,<3", "qdrant-client>=1.20,<2"),
    searches="searched",
    shapes={"rag": "rag"},
    files=_passages,
)
