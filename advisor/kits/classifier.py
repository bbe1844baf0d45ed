"""A small classifier on embeddings, for a closed set of labels."""

from __future__ import annotations

from advisor.dataset.row import Note
from advisor.kits.kit import Kit, Material, Row


def labelled(row: Row) -> tuple[str, str]:
    """The text that a row asks about, and its label."""
    *asked, answer = row["messages"]
    return next(one["content"] for one in reversed(asked) if one["role"] == "user"), answer["content"]


def not_one_label(material: Material) -> Note | None:
    """Why a kit that gives one label to a text does not fit; None where it does."""
    if not material.labels:
        return Note("the answers are no labels from a closed set")
    return Note("one text can have several labels, and it gives one") if material.design.several_labels else None


KIT = Kit(
    id="classifier",
    options=("encoder",),
    scripts=("few_shot.py", "classifier.py"),
    packages=("numpy>=2.2,<3", "scikit-learn>=1.9,<2"),
    unfit=not_one_label,
)
