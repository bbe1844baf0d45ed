"""Questions with passages, some of which hold no answer."""

from __future__ import annotations

from advisor.dataset.formats.definition import Format
from advisor.dataset.formats.fields import Field, user
from advisor.dataset.formats.losses import OF_PASSAGES
from advisor.dataset.formats.shapes import PASSAGE
from advisor.dataset.row import Note
from advisor.dataset.rows.traits import both, has, has_either

FORMATS = (
    Format(
        id="rag",
        title=Note("Questions with passages"),
        method="sft",
        order=270,
        fits=both(has("question", "context"), has_either("answer", "is_impossible")),
        why=Note("rows have question, context and answer"),
        reading=PASSAGE,
        fields=(
            user("question"),
            Field("context", ("text",)),
            Field("answer", ("text",), "assistant", may_be_empty=True),
        ),
        asked=("question", "context"),
        answer=("answer",),
        label=("is_impossible",),
        holds=OF_PASSAGES,
        familiar=6,
    ),
)
