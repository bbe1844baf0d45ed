"""Scripts of kits that need packages which the advisor has not, run in an environment of their own: `make test-kits`.

Everything else about them is as in `tests/kits/test_scripts.py`: a server on this machine answers.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.kits.server import serving
from tests.kits.unpacked import kit_bytes, right_answers, rows, run, scored, unpack

ROOT = Path(__file__).resolve().parents[3]
BIN = ROOT / ".venv-kits" / "light" / ("Scripts" if os.name == "nt" else "bin")
PYTHON = str(BIN / "python")
MODELS = ("good", "bad", "empty")


def test_a_classifier_is_trained_saved_loaded_and_asked(tmp_path: Path) -> None:
    folder = unpack(kit_bytes("classifier", task="classification", refusal_share=0), tmp_path)
    labels = {
        row["messages"][-2]["content"]: row["messages"][-1]["content"] for row in rows(folder, "data/train.jsonl")
    }
    labels |= right_answers(folder)
    with serving({}, labels) as server:
        done = run(folder, "classifier.py", address=server.address, python=PYTHON, EMBEDDING_MODEL="label")
        assert done.returncode == 0, done.stderr
        assert scored(folder, "classifier") == 100
        text, label = next(iter(labels.items()))
        asked = run(folder, "classifier.py", text, address=server.address, python=PYTHON, EMBEDDING_MODEL="label")
        assert asked.stdout.strip() == label
        (folder / "answers" / "classifier.jsonl").unlink()
        blind = run(folder, "classifier.py", address=server.address, python=PYTHON, EMBEDDING_MODEL="blind")
        assert blind.returncode == 0, blind.stderr
        assert scored(folder, "classifier") < 75
        assert not server.bodies("/chat/completions")


def test_passages_are_indexed_found_and_given_to_the_model(tmp_path: Path) -> None:
    folder = unpack(kit_bytes("retrieval", task="qa", refusal_share=40), tmp_path)
    passages = [row["text"] for row in rows(folder, "data/passages.jsonl")]
    with serving(right_answers(folder)) as server:
        index = run(folder, "retrieval.py", "index", address=server.address, python=PYTHON)
        assert f"Passages in index/: {len(passages)}" in index.stdout, index.stderr
        scores = {}
        for model in ("good", "bad", "empty"):
            (folder / "answers" / "retrieval.jsonl").unlink(missing_ok=True)
            done = run(folder, "retrieval.py", address=server.address, python=PYTHON, MODEL=model)
            assert done.returncode == 0, done.stderr
            scores[model] = scored(folder, "retrieval")
        sent = [body["messages"][-1]["content"] for body in server.bodies("/chat/completions")]
    assert (scores["good"], scores["empty"]) == (100, 0)
    assert scores["bad"] < 50
    assert {sum(passage in text for passage in passages) for text in sent} == {3}
    found = {case["messages"][-1]["content"]: case for case in rows(folder, "evaluation/evaluation_set.jsonl")}
    assert len(found) * 3 == len(sent)


@pytest.mark.parametrize("task", ["classification", "agent", "qa"])
def test_the_task_of_inspect_ai_scores_as_the_command_does(task: str, tmp_path: Path) -> None:
    folder = unpack(kit_bytes("prompting", task=task, refusal_share=20), tmp_path)
    with serving(right_answers(folder)) as server:
        for model in MODELS:
            done = run(folder, "baseline.py", model, address=server.address, MODEL=model)
            assert done.returncode == 0, done.stderr
        scores = inspected(folder, server.address)
    for model in MODELS:
        assert 100 * scores[model] == pytest.approx(scored(folder, model), abs=0.01)
    assert (scores["good"], scores["empty"]) == (1, 0)
    assert scores["bad"] < 0.5


def inspected(folder: Path, address: str) -> dict[str, float]:
    """The mean score that inspect_ai reports of each model. One process asks all, since it takes seconds to start."""
    models = ",".join(f"openai/{model}" for model in MODELS)
    told = inspect_logs(
        folder, "--model", models, "-M", "responses_api=false", OPENAI_API_KEY="no-key", OPENAI_BASE_URL=address
    )
    assert len(told) == len(MODELS)
    return {
        one["eval"]["model"].removeprefix("openai/"): float(one["results"]["scores"][0]["metrics"]["mean"]["value"])
        for one in told
    }


def inspect_logs(folder: Path, *arguments: str, **environment: str) -> list[Any]:
    """What inspect_ai writes of the task in a folder, a log a model; all went through."""
    logs = folder / "logs"
    done = subprocess.run(
        [BIN / "inspect", "eval", "inspect_task.py", *arguments,
         "--display", "none", "--log-format", "json", "--log-dir", logs],
        cwd=folder, env={"PATH": os.environ["PATH"], "HOME": str(folder), **environment}, capture_output=True,
        text=True, check=False, timeout=180,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr + done.stdout
    told = [json.loads(log.read_text("utf-8")) for log in logs.glob("*.json")]
    assert {one["status"] for one in told} == {"success"}, [one.get("error") for one in told]
    return told
