"""A notebook for Databricks that fine-tunes a small encoder on one GPU and keeps the run in MLflow, and one for TRL."""

from __future__ import annotations

import re
from collections.abc import Mapping

from advisor.content.load import Content
from advisor.dataset.files.writers import json_lines
from advisor.dataset.row import Note
from advisor.kits import encoder, open_weights
from advisor.kits.classifier import labelled, not_one_label
from advisor.kits.evaluation import SCRIPTS
from advisor.kits.kit import Files, Kit, Material
from advisor.kits.training_effort import memory_text
from advisor.language import Language

CLASSIFIER, LANGUAGE_MODEL = "databricks_classifier.py", "databricks_trl.py"
"""The notebooks, as Databricks keeps them in Git: Python, with cells and texts in comments."""
TEXTS: Mapping[str, Note] = {
    "open classifier": Note(
        "This trains a small classifier on one GPU. Put the folder of this kit into your workspace and open this "
        "notebook there, on a single-node cluster whose driver has a GPU, with Databricks Runtime for Machine "
        "Learning. Run the cells from top to bottom."
    ),
    "open trl": Note(
        "This trains a language model with LoRA on one GPU, for when a small classifier scores too low. Put the folder "
        "of this kit into your workspace and open this notebook there, on a driver with a GPU. Run the cells from top "
        "to bottom."
    ),
    "settings": Note(
        "Your tables, columns and labels. Where no tables are named, the notebook reads tables/train.jsonl "
        "and tables/validation.jsonl. The column of labels may hold numbers or names."
    ),
    "model": Note("Which file of settings to train with; the model is named in it."),
    "read": Note("Read the rows."),
    "check": Note("Check the rows first, without training."),
    "train": Note(
        "Train, and keep the run in MLflow. If the memory of the GPU runs out: halve per_device_train_batch_size and "
        "double gradient_accumulation_steps, or train in bfloat16 (bf16); after that, shorten max_length."
    ),
    "score": Note("Load the model that was kept, and score the test cases with it."),
}
"""What stands between the cells of code."""
PLACE = re.compile(r"^# MAGIC \{(.+)\}$", re.MULTILINE)
"""A line of a notebook where a text belongs."""
PACKAGES = (
    "torch>=2.4,<3",
    *(name for name in (*encoder.KIT.packages, *open_weights.PACKAGES) if not name.startswith("torch")),
    "mlflow==3.17.2",
    "pandas>=2.2,<4",
)
"""PyTorch comes with the runtime of Databricks, built for its GPUs: pip leaves any that transformers takes."""


def _labels(material: Material) -> list[str]:
    return sorted({label for _, label in map(labelled, material.training)})


def _tables(material: Material) -> Files:
    """Text, number of the label and its name, of each row whose label the training part has."""
    labels = _labels(material)
    return {
        f"tables/{part}.jsonl": json_lines(
            {"text": text, "label": labels.index(label), "text_label": label}
            for text, label in map(labelled, rows)
            if label in labels
        )
        for part, rows in (("train", material.training), ("validation", material.validation))
    }


def _configs(material: Material) -> Files:
    """Settings for the notebook of TRL; those for prompts and completions need rows that are not here."""
    return {name: text for name, text in open_weights.configs(material).items() if "completion" not in name}


def _notebooks(material: Material, content: Content, lang: Language) -> Files:
    """Both notebooks, with the labels of these rows and texts in the reader's language."""
    texts = {name: text.text(lang) for name, text in TEXTS.items()}
    texts["open trl"] += f" {memory_text(open_weights.BASE, content, lang)}"
    filled = {
        "ID2LABEL: dict[int, str] = {}": f"ID2LABEL: dict[int, str] = {dict(enumerate(_labels(material)))!r}",
        'ENCODER = ""': f"ENCODER = {encoder.BASE.name!r}",
        "TRAINING: dict[str, float] = {}": f"TRAINING: dict[str, float] = {encoder.TRAINING!r}",
    }
    return {name: _notebook(name, filled, texts).encode() for name in (CLASSIFIER, LANGUAGE_MODEL)}


def _notebook(name: str, filled: Mapping[str, str], texts: Mapping[str, str]) -> str:
    code = (SCRIPTS / name).read_text("utf-8")
    for empty, full in filled.items():
        code = code.replace(f"\n{empty}\n", f"\n{full}\n")
    return PLACE.sub(lambda place: f"# MAGIC %md\n# MAGIC {texts[place[1]]}", code)


KIT = Kit(
    id="databricks",
    options=("encoder",),
    scripts=("train.py", "serve.py", CLASSIFIER, LANGUAGE_MODEL),
    packages=PACKAGES,
    routes=("azure-encoder",),
    base=encoder.BASE,
    base_in=CLASSIFIER,
    files=lambda material: _tables(material) | _configs(material),
    documents=_notebooks,
    settings=lambda material, content: {"defaults": {}},
    unfit=not_one_label,
)
