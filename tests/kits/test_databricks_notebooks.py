"""The notebooks of the kit for Databricks, as files; `make test-kits` runs their cells."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

from advisor.dataset import inspect, open_source
from advisor.kits.build import Unfit
from advisor.kits.databricks_notebooks import CLASSIFIER, LANGUAGE_MODEL, TEXTS
from advisor.language import language
from tests.kits.unpacked import kit_bytes, rows, unpack

CUT = "\n# COMMAND ----------\n"
LABELS = {"task": "classification", "refusal_share": 0}
HOSTILE = ("it's", 'a "quoted" one', "{read}", "\\n", "# COMMAND ----------", "=1+1", "größer")


def constant(notebook: str, name: str) -> object:
    """What a cell of settings gives a name."""
    trees = [node for node in ast.walk(ast.parse(notebook)) if isinstance(node, ast.Assign | ast.AnnAssign)]
    targets = {ast.unparse(node.target if isinstance(node, ast.AnnAssign) else node.targets[0]): node for node in trees}
    value = targets[name].value
    assert value is not None
    return ast.literal_eval(value)


@pytest.mark.parametrize("code", ["en", "nl"])
def test_notebooks_are_cells_of_python_and_of_texts_in_the_readers_language(code: str, tmp_path: Path) -> None:
    folder = unpack(kit_bytes("databricks", code, **LABELS), tmp_path)
    said = {text.text(language(code)) for text in TEXTS.values()}
    for name in (CLASSIFIER, LANGUAGE_MODEL):
        first, *cells = (folder / name).read_text("utf-8").split(CUT)
        assert first.startswith("# Databricks notebook source\n# MAGIC %md\n")
        for cell in (first.removeprefix("# Databricks notebook source\n"), *cells):
            magic, *text = [
                line.removeprefix("# MAGIC ") for line in cell.splitlines() if line.startswith("# MAGIC ")
            ] or [""]
            if magic == "%md":
                assert any(" ".join(text).startswith(one) for one in said), cell
            else:
                assert ast.parse(cell).body or magic.startswith("%pip install"), cell


def test_the_notebook_knows_the_labels_of_the_rows_and_their_numbers(tmp_path: Path) -> None:
    folder = unpack(kit_bytes("databricks", **LABELS), tmp_path)
    notebook = (folder / CLASSIFIER).read_text("utf-8")
    names = constant(notebook, "ID2LABEL")
    assert isinstance(names, dict)
    table = rows(folder, "tables/train.jsonl")
    assert {row["label"]: row["text_label"] for row in table} == names
    assert [row["text_label"] for row in table] == [
        row["messages"][-1]["content"] for row in rows(folder, "data/train.jsonl")
    ]
    assert {str(constant(notebook, name)) for name in ("TEXT_COLUMN", "LABEL_COLUMN")} <= table[0].keys()
    assert constant(notebook, "ENCODER") == "FacebookAI/xlm-roberta-base"
    found = inspect(open_source(folder / "tables" / "train.jsonl"), platform="databricks")
    assert found.profile.labels == {label: n for label, n in found.profile.labels.items() if label in names.values()}


def test_labels_of_ones_own_file_are_data_whatever_they_say(tmp_path: Path) -> None:
    file = "".join(
        json.dumps(
            {
                "messages": [
                    {"role": "user", "content": f"Note {n} on thing {n * n}"},
                    {"role": "assistant", "content": label},
                ]
            }
        )
        + "\n"
        for n, label in enumerate(HOSTILE * 12)
    )
    folder = unpack(kit_bytes("databricks", data=file.encode(), task="classification"), tmp_path)
    notebook = (folder / CLASSIFIER).read_text("utf-8")
    assert constant(notebook, "ID2LABEL") == dict(enumerate(sorted(HOSTILE)))


def test_answers_that_are_no_labels_get_no_classifier() -> None:
    with pytest.raises(Unfit, match="the answers are no labels"):
        kit_bytes("databricks", task="rewriting")
