"""The kit for Azure Machine Learning: rows with the columns of each task, and jobs with what its components take."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml

from advisor.dataset import inspect, open_source
from advisor.kits.azure_machine_learning import TASKS
from advisor.kits.build import Unfit
from tests.kits.unpacked import CONTENT, kit_bytes, rows, run, unpack

COMPONENTS = json.loads((Path(__file__).parent / "azure_ml" / "components.json").read_text("utf-8"))["components"]
"""The inputs of Microsoft's components, as they were published on the day that stands in the file."""
LABELS = {"task": "classification", "refusal_share": 0}
FITS = {
    "text_classification": LABELS,
    "summarization": {"task": "summary"},
    "token_classification": {"task": "extraction"},
    "text_generation": {"task": "rewriting"},
    "chat_completion": {"task": "rewriting"},
}
"""Answers whose sample rows have the form of a task."""
CSV = """Vraag,Artikel,Antwoord
Which day?,"We open on Monday, and close early.",Monday
"""


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    made = {answers["task"]: answers for answers in FITS.values()}
    return {
        task: unpack(kit_bytes("azureml", **answers), tmp_path_factory.mktemp(task)) for task, answers in made.items()
    }


@pytest.fixture(scope="module")
def folder(folders: dict[str, Path]) -> Path:
    return folders["classification"]


def inside(name: str, code: str = "en", **answers: Any) -> str:
    """A file of a kit."""
    with zipfile.ZipFile(io.BytesIO(kit_bytes("azureml", code, **answers))) as archive:
        return archive.read(name).decode()


def files(folder: Path) -> list[list[dict[str, Any]]]:
    return [rows(folder, f"azureml/{name}.jsonl") for name in ("train", "validation")]


@pytest.mark.parametrize("task", FITS)
def test_rows_get_the_columns_of_a_task_and_pass_our_own_check(folders: dict[str, Path], task: str) -> None:
    folder = folders[str(FITS[task]["task"])]
    done = run(folder, "columns.py", task)
    assert done.returncode == 0, done.stderr
    for name in ("train", "validation"):
        for row in rows(folder, f"azureml/{name}.jsonl"):
            assert list(row) == list(TASKS[task].columns)  # type: ignore[index]
        file = folder / "azureml" / f"{name}.jsonl"
        found = inspect(open_source(file), platform="azureml", content=CONTENT)
        assert found.severities(CONTENT)["error"] == 0, found.counts


def test_the_task_of_a_kit_is_that_of_its_rows(folders: dict[str, Path]) -> None:
    chosen = {task: json.loads((folder / "kit.json").read_text())["job"]["task"] for task, folder in folders.items()}
    assert chosen == {
        "classification": "text_classification",
        "summary": "summarization",
        "extraction": "chat_completion",
        "rewriting": "chat_completion",
    }
    several = json.loads(inside("kit.json", multi_label=True, **LABELS))
    assert several["job"]["task"] == "chat_completion"
    with pytest.raises(Unfit, match="none of the tasks has a column"):
        kit_bytes("azureml", task="agent")


def test_words_are_tagged_with_the_fields_whose_values_stand_there(folders: dict[str, Path]) -> None:
    folder = folders["extraction"]
    (folder / "own.jsonl").write_text("", "utf-8")
    asked = {"role": "user", "content": "Check my front wheel on Tuesday."}
    said = {"role": "assistant", "content": json.dumps({"item": "front wheel", "day": "tuesday", "time": None})}
    invented = {"role": "assistant", "content": json.dumps({"item": "saddle"})}
    train = (folder / "data" / "train.jsonl").read_text("utf-8")
    mine = [{"messages": [asked, said]}, {"messages": [asked, invented]}]
    (folder / "data" / "train.jsonl").write_text("".join(json.dumps(row) + "\n" for row in mine), "utf-8")
    done = run(folder, "columns.py", "token_classification")
    (folder / "data" / "train.jsonl").write_text(train, "utf-8")
    assert "left out: 1, since a value of its answer does not stand in its text" in done.stdout
    (row,) = files(folder)[0]
    assert row["tokens"] == ["Check", "my", "front", "wheel", "on", "Tuesday", "."]
    assert json.loads(row["tags"]) == ["O", "O", "B-ITEM", "I-ITEM", "O", "B-DAY", "O"]


def test_columns_of_ones_own_file_are_mapped_and_a_marked_answer_is_found(folder: Path) -> None:
    (folder / "own.csv").write_text(CSV, "utf-8")
    (folder / "odd.csv").write_text(CSV.replace(",Monday\n", ",Tuesday\n"), "utf-8")
    named = ("question=Vraag", "context=Artikel", "answer=Antwoord")
    done = run(folder, "columns.py", "question_answering", "own.csv", "own.csv", *named)
    assert done.returncode == 0, done.stderr
    (row,) = files(folder)[0]
    assert row["context"][row["answers"]["answer_start"][0] :].startswith(row["answers"]["text"][0])
    found = inspect(open_source(folder / "azureml" / "train.jsonl"), platform="azureml", content=CONTENT)
    assert found.severities(CONTENT)["error"] == 0
    missing = run(folder, "columns.py", "question_answering", "odd.csv", "odd.csv", *named)
    assert "since its answer does not stand word for word" in missing.stdout
    assert "Too few rows fit question_answering" in missing.stderr
    assert "answer=…" in run(folder, "columns.py", "question_answering", "own.csv", *named[:2]).stderr
    unknown = run(folder, "columns.py", "summarization", "own.csv", "document=Vraag", "summary=Kort")
    assert "no column Kort; it has Vraag, Artikel, Antwoord" in unknown.stderr
    assert "chat_completion" in run(folder, "columns.py", "poetry").stderr


def test_columns_of_a_translation_are_called_by_their_languages(folder: Path) -> None:
    assert "from=en to=nl" in run(folder, "columns.py", "translation").stderr
    pairs = "".join(f"hello {n},hallo {n}\n" for n in range(20))
    (folder / "pairs.csv").write_text(f"English,Dutch\n{pairs}", "utf-8")
    named = ("from=en", "to=nl", "source=English", "target=Dutch")
    done = run(folder, "columns.py", "translation", "pairs.csv", *named)
    assert done.returncode == 0, done.stderr
    train, validation = files(folder)
    assert (len(train), len(validation)) == (18, 2)
    assert train[0] == {"en": "hello 0", "nl": "hallo 0"}
    assert json.loads((folder / "azureml" / "task.json").read_text())["inputs"] == {
        "source_lang": "en",
        "target_lang": "nl",
    }


@pytest.mark.parametrize("task", TASKS)
def test_a_job_gives_its_component_what_that_takes(folder: Path, task: str) -> None:
    job = yaml.safe_load((folder / "jobs" / f"{task}.yml").read_text("utf-8"))
    (step,) = job["jobs"].values()
    component = COMPONENTS[f"{task}_pipeline"]
    assert step["component"].endswith(f"/components/{task}_pipeline/labels/latest")
    assert step["inputs"].keys() <= component["inputs"].keys()
    assert set(component["required"]) <= step["inputs"].keys()
    assert step["outputs"].keys() <= set(component["outputs"])
    for name, value in step["inputs"].items():
        given = job["inputs"][value.removeprefix("${{parent.inputs.").removesuffix("}}")]
        takes = component["inputs"][name]
        if isinstance(takes, list):
            assert given in takes, name
        else:
            kinds = {"integer": int, "number": float, "mlflow_model": dict, "uri_file": dict, "string": str}
            assert isinstance(given, kinds[takes]), name
    keys = {value for name, value in job["inputs"].items() if name.endswith(("_key", "_lang"))}
    columns = {*TASKS[task].columns} | ({"answer_start", "text"} if task == "question_answering" else set())  # type: ignore[index]
    assert keys == (set() if task == "chat_completion" else columns)


def test_the_page_lists_every_task_in_the_readers_language() -> None:
    page = inside("COLUMNS.md", "nl", **LABELS)
    assert page.startswith("# Taken en hun kolommen")
    assert all(f"## `{task}`: " in page and f"`{column}`" in page for task in TASKS for column in TASKS[task].columns)
    assert "23 juli 2026" in page
