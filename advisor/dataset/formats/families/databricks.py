"""Instructions and texts as Databricks reads them.

Source: the Databricks guides on fine-tuning.
"""

from __future__ import annotations

from advisor.dataset.formats.definition import Format
from advisor.dataset.formats.fields import Field, answer, label, user
from advisor.dataset.formats.losses import OF_LABELS, OF_TEXTS
from advisor.dataset.formats.shapes import LABELLED, PAIR
from advisor.dataset.row import Note
from advisor.dataset.rows.traits import both, has, has_either, is_whole

FORMATS = (
    Format(
        id="databricks_instruction",
        title=Note("Databricks instructions"),
        method="sft",
        order=170,
        fits=both(has("response"), has_either("prompt", "instruction")),
        why=Note("rows have a prompt or instruction, and a response"),
        reading=PAIR,
        fields=(user("prompt", others=("instruction",)), answer("response")),
        asked=("prompt", "instruction", "context"),
        answer=("response",),
        holds=OF_TEXTS,
        familiar=3,
    ),
    Format(
        id="databricks_text_label",
        title=Note("Texts with numbered labels"),
        method="classify",
        order=310,
        fits=lambda row: "text" in row and is_whole(row.get("label")),
        why=Note("rows have text, and a label that is a whole number"),
        reading=LABELLED,
        fields=(Field("text", ("text",)), label("label")),
        asked=("text",),
        label=("label",),
        also=("text_label",),
        holds=OF_LABELS,
    ),
)
