"""A small encoder, fine-tuned as a classifier for a closed set of labels; a CPU is enough for it."""

from __future__ import annotations

from advisor.content.load import Content
from advisor.kits.classifier import not_one_label
from advisor.kits.kit import Base, Kit, Material, Row

BASE = Base("FacebookAI/xlm-roberta-base", 0.28, "huggingface.xlm-roberta-base.licence")
"""It reads a hundred languages. Parameters: 1.12 GB of weights, four bytes each."""
TRAINING = {"learning_rate": 0.00005, "num_train_epochs": 3, "per_device_train_batch_size": 8, "max_length": 256}
"""Learning rate, epochs and batch are the defaults of transformers, which its guides train classifiers with."""


def _settings(material: Material, content: Content) -> Row:
    return {"defaults": {}, "encoder": BASE.name, "training": TRAINING}


KIT = Kit(
    id="encoder",
    options=("encoder",),
    scripts=("encoder.py",),
    packages=("torch>=2.13,<3", "transformers>=5.20,<6", "accelerate>=1.10,<2"),
    routes=("own-encoder", "azure-encoder"),
    base=BASE,
    settings=_settings,
    unfit=not_one_label,
)
