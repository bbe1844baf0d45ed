"""The kit for Azure Machine Learning: Azure's own library makes its jobs, and calls are held against that library."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from advisor.kits.azure_machine_learning import TASKS
from tests.kits.environments.vendor_kits import PYTHON
from tests.kits.unpacked import kit_bytes, run, unpack

HERE = Path(__file__).parent
LABELS = {"task": "classification", "refusal_share": 0, "project": "Letters, version 2"}
KNOWN = {"AZURE_SUBSCRIPTION_ID": "one", "AZURE_RESOURCE_GROUP": "two", "AZURE_ML_WORKSPACE": "three"}
ASKED = {"model": "one", "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi"}]}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = unpack(kit_bytes("azureml", **LABELS), tmp_path)
    assert run(made, "columns.py").returncode == 0
    return made


def told(folder: Path, *runs: Any) -> Any:
    """What came of runs of the script, all in one process."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "HOME") if name in os.environ}
    done = subprocess.run(
        [PYTHON, HERE / "azure_workspace.py"], cwd=folder, input=json.dumps(runs),
        env={**kept, **KNOWN, "POLL_SECONDS": "0.01", "WAIT_SECONDS": "0.1"},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_rows_are_uploaded_the_job_is_followed_the_model_answers_and_all_is_taken_down(folder: Path) -> None:
    (found,) = told(folder, {"commands": [[], ["serve"], ASKED, ["delete"], ["delete", "all"]]})
    assert [one["why"] for one in found["told"]] == [""] * 5
    started, served, answered, deleted, archived = found["told"]
    train, validation, job, endpoint, deployment, request, gone = found["sent"]
    assert [Path(one["properties"]["dataUri"]).name for one in (train, validation)] == [
        "train.jsonl",
        "validation.jsonl",
    ]
    assert job["properties"]["jobType"] == "Pipeline"
    inputs = {name: one.get("value", one.get("uri")) for name, one in job["properties"]["inputs"].items()}
    assert (inputs["sentence1_key"], inputs["label_key"]) == ("text", "label")
    assert inputs["train_file_path"].endswith("-train/versions/1")
    assert job["properties"]["outputs"]["registered_model"]["assetName"] == job["name"]
    assert f"/models/{job['name']}/versions/1" in started["printed"]
    assert endpoint["properties"]["authMode"] == "Key"
    assert deployment["properties"]["model"].endswith(f"/models/{job['name']}/versions/1")
    assert (deployment["properties"]["instanceType"], deployment["sku"]["capacity"]) == ("Standard_DS3_v2", 1)
    assert "OPENAI_BASE_URL=http://127.0.0.1:8000/v1" in served["printed"]
    assert (request, answered["answer"]) == ({"input_data": ["Hi"]}, "said")
    assert (gone, "deleted: " in deleted["printed"]) == ({"deleted": job["name"]}, True)
    assert found["archived"] == [f"{job['name']}{part}:1" for part in ("", "-train", "-validation")]
    assert archived["printed"].count("lie in the storage account") == 3
    assert "deleted" not in archived["printed"]


def test_azures_library_makes_the_job_of_each_task(folder: Path) -> None:
    languages = {"source_lang": "en", "target_lang": "fr"}
    tasks = [{"task": name, "inputs": languages if name == "translation" else {}} for name in TASKS]
    other = {"WAY": "pipeline", "COMPUTE": "mine", "MODEL_ID": "google/mt5-small"}
    made, piped = told(folder, {"commands": tasks}, {"commands": tasks, "environment": other})
    jobs = {task["task"]: job["properties"] for task, job in zip(tasks, made["sent"], strict=True)}
    for name, kind in (("chat_completion", "chatCompletion"), ("text_generation", "textCompletion")):
        details = jobs[name]["fineTuningDetails"]
        assert (jobs[name]["jobType"], details["taskType"]) == ("FineTuning", kind)
        assert details["hyperParameters"]["learning_rate"] == "2e-05"
        assert details["trainingData"]["uri"] == "azureml:train:1"
        assert jobs[name]["resources"]["instanceTypes"] == [TASKS[name].model.trained_on]  # type: ignore[index]
    assert {job["inputs"][name]["value"] for name in languages for job in [jobs["translation"]]} == {"en", "fr"}
    assert {job["properties"]["jobType"] for job in piped["sent"]} == {"Pipeline"}
    for job in piped["sent"]:
        given = {name: one.get("value") for name, one in job["properties"]["inputs"].items()}
        assert {given[name] for name in given if name.startswith("compute_")} == {"mine"}
        assert given["model"] == "google/mt5-small"


WRONG = (
    ({"commands": [[]], "refuse": 401}, "Check az login"),
    ({"commands": [[]], "refuse": 403}, "(403): not yours"),
    ({"commands": [[]], "ends": "Failed"}, "see https://studio.example.org/run"),
    ({"commands": [[]], "ends": "Running"}, "is still Running after"),
    ({"commands": [[], ["cancel"], []], "ends": "Running"}, "was cancelled"),
    ({"commands": [[]], "environment": {"AZURE_ML_WORKSPACE": ""}}, "Set AZURE_ML_WORKSPACE"),
)


def test_what_goes_wrong_is_said_in_one_line(folder: Path) -> None:
    for (_, said), found in zip(WRONG, told(folder, *(tried for tried, _ in WRONG)), strict=True):
        why = found["told"][-1]["why"]
        assert said in why
        assert "\n" not in why


def test_without_rows_it_is_said_how_to_write_them(folder: Path) -> None:
    (folder / "azureml" / "train.jsonl").unlink()
    (found,) = told(folder, {"commands": [[]]})
    assert "python columns.py" in found["told"][0]["why"]
