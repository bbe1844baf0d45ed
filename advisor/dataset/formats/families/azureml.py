"""Texts, summaries and translations as Azure Machine Learning reads them.

Source: the Azure Machine Learning guides on fine-tuning from its catalogue of models.
"""

from __future__ import annotations

from advisor.dataset.formats.definition import Format
from advisor.dataset.formats.fields import Field, answer, label, user
from advisor.dataset.formats.losses import OF_LABELS, OF_TEXTS
from advisor.dataset.formats.shapes import LABELLED, PAIR
from advisor.dataset.row import Note
from advisor.dataset.rows.traits import has

FORMATS = (
    Format(
        id="azureml_text_label",
        title=Note("Azure Machine Learning texts with labels"),
        method="classify",
        order=330,
        fits=lambda row: "label" in row and ("text1" in row or "sentence1" in row),
        why=Note("rows have text1 or sentence1, and label"),
        reading=LABELLED,
        fields=(Field("text1", ("text",), others=("sentence1",)), label("label")),
        asked=("text1", "sentence1", "text2", "sentence2"),
        label=("label",),
        holds=OF_LABELS,
    ),
    Format(
        id="azureml_summary",
        title=Note("Documents with summaries"),
        method="sft",
        order=340,
        fits=has("document", "summary"),
        why=Note("rows have document and summary"),
        reading=PAIR,
        fields=(user("document"), answer("summary")),
        asked=("document",),
        answer=("summary",),
        holds=OF_TEXTS,
    ),
    Format(
        id="azureml_translation",
        title=Note("Translations"),
        method="sft",
        order=350,
        fits=has("source", "target"),
        why=Note("rows have source and target"),
        reading=PAIR,
        fields=(user("source"), answer("target")),
        asked=("source",),
        answer=("target",),
        holds=OF_TEXTS,
    ),
)
