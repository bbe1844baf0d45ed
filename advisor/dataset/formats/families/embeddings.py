"""Questions and passages that train embeddings and rerankers."""

from __future__ import annotations

from advisor.dataset.formats.definition import Format
from advisor.dataset.formats.fields import Field
from advisor.dataset.formats.shapes import TABLE
from advisor.dataset.row import Note
from advisor.dataset.rows.traits import both, has, has_either

FORMATS = (
    Format(
        id="embedding_lists",
        title=Note("Questions with passages that fit and passages that do not"),
        method="classify",
        order=360,
        fits=lambda row: "query" in row and isinstance(row.get("pos"), list),
        why=Note("rows have query, pos and neg, as those for embeddings and rerankers"),
        reading=TABLE,
        fields=(
            Field("query", ("text",)),
            Field("pos", ("passages",)),
            Field("neg", ("passages",)),
        ),
        familiar=5,
    ),
    Format(
        id="embedding_texts",
        title=Note("Texts with one that fits and one that does not"),
        method="classify",
        order=370,
        fits=both(has("positive"), has_either("anchor", "query")),
        why=Note("rows have anchor and positive, as those for embeddings and rerankers"),
        reading=TABLE,
        fields=(
            Field("anchor", ("text",), others=("query",)),
            Field("positive", ("text",)),
            Field("negative", ("text",), required=False),
        ),
        familiar=6,
    ),
)
