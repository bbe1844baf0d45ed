"""The kit for Google: Google's own library against a server on this machine, with everything that goes wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.kits.environments.vendor_kits import asked, bridged, data, made, root, said_by, vendor_run
from tests.kits.server import Server, serving
from tests.kits.unpacked import right_answers, run, scored

SCRIPT = "tune_google.py"
PLACE = "projects/p-1/locations/us-central1"
JOBS = f"/v1beta1/{PLACE}/tuningJobs"
JOB = f"{PLACE}/tuningJobs/7"
ENDPOINT = f"{PLACE}/endpoints/8"
MODEL = f"{PLACE}/models/9"
KEY = """
from cryptography.hazmat.primitives import serialization as s
from cryptography.hazmat.primitives.asymmetric import rsa
key = rsa.generate_private_key(65537, 2048)
print(key.private_bytes(s.Encoding.PEM, s.PrivateFormat.PKCS8, s.NoEncryption()).decode())
"""


class Google:
    """What Google's API answers: tokens, storage, tuning, models and endpoints."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.ends = "JOB_STATE_SUCCEEDED"
        self.looked = 0
        self.deployed = True
        self.deleted: list[str] = []

    def __call__(self, method: str, path: str, body: Any) -> Any:
        path = path.partition("?")[0]
        if path == "/token":
            return {"access_token": "secret-token", "expires_in": 3600, "token_type": "Bearer"}
        if path.startswith("/upload/storage/"):
            return {"name": "train.jsonl"}
        if method == "DELETE":
            self.deleted.append(path)
            return {"name": "operations/1", "done": True}
        if path == JOBS or path == f"/v1beta1/{JOB}":
            self.looked += method == "GET"
            return self._job("JOB_STATE_RUNNING" if self.looked < 2 else self.ends)
        if path == f"/v1beta1/{JOB}:cancel":
            self.ends, self.looked = "JOB_STATE_CANCELLED", 2
            return {}
        if path.endswith(":generateContent"):
            return self._answer(path, body)
        if path == f"/v1/{ENDPOINT}":
            return {"deployedModels": [{"id": "1"}] if self.deployed else []}
        if path == f"/v1/{ENDPOINT}:undeployModel":
            return {"name": "operations/2", "done": False}
        if path == "/v1/operations/2":
            self.deployed = False
            return {"name": "operations/2", "done": True}
        return None

    def _job(self, state: str) -> Any:
        done = {"tunedModel": {"model": f"{MODEL}@1", "endpoint": ENDPOINT}} if state == "JOB_STATE_SUCCEEDED" else {}
        error = {"error": {"code": 3, "message": "line 3 is no conversation"}} if state == "JOB_STATE_FAILED" else {}
        return {"name": JOB, "state": state, **done, **error}

    def _answer(self, path: str, body: Any) -> Any:
        asked = body["contents"][-1]["parts"][0]["text"]
        said = self.server.right[max((one for one in self.server.right if one in asked), key=len)]
        part: Any = {"text": said}
        if body.get("tools") and said.startswith("["):
            (call,) = json.loads(said)
            part = {"functionCall": {"name": call["name"], "args": call["arguments"]}}
        return {
            "candidates": [{"content": {"role": "model", "parts": [{"text": "Hm.", "thought": True}, part]}}],
            "usageMetadata": {"promptTokenCount": 120, "candidatesTokenCount": 3, "thoughtsTokenCount": 2},
        }


@pytest.fixture(scope="module")
def key() -> str:
    return said_by(KEY)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return made("google", tmp_path)


@pytest.fixture
def vendor(folder: Path) -> Iterator[Google]:
    with serving(right_answers(folder)) as server:
        server.speaks = Google(server)
        yield server.speaks


def known(folder: Path, vendor: Google, key: str) -> dict[str, str]:
    """What a user has in the environment."""
    account = {"type": "service_account", "client_email": "me@example.com", "private_key": key, "project_id": "p-1",
               "token_uri": f"{root(vendor.server)}/token"}  # fmt: skip
    (folder / "account.json").write_text(json.dumps(account), "utf-8")
    return {
        "GOOGLE_APPLICATION_CREDENTIALS": str(folder / "account.json"),
        "GOOGLE_VERTEX_BASE_URL": root(vendor.server),
        "STORAGE_EMULATOR_HOST": root(vendor.server),
        "GOOGLE_CLOUD_PROJECT": "p-1",
        "GOOGLE_CLOUD_LOCATION": "us-central1",
        "BUCKET": "mine",
    }


def tune(folder: Path, vendor: Google, key: str, *arguments: str, **environment: str) -> Any:
    told = {**known(folder, vendor, key), **environment}
    done = vendor_run(folder, SCRIPT, *arguments, server=vendor.server, **told)
    assert "secret-token" not in done.stdout + done.stderr
    assert "PRIVATE" not in done.stdout + done.stderr
    return done


def test_files_are_uploaded_the_job_is_followed_scored_and_deleted(folder: Path, vendor: Google, key: str) -> None:
    done = tune(folder, vendor, key)
    assert done.returncode == 0, done.stderr
    assert f"done: {ENDPOINT}" in done.stdout
    assert f"next: export MODEL={ENDPOINT}" in done.stdout
    (body,) = asked(vendor.server, JOBS)
    spec = body["supervisedTuningSpec"]
    assert body["baseModel"] == "gemini-3.5-flash"
    assert body["tunedModelDisplayName"] == "letters-version-2"
    assert spec["trainingDatasetUri"].startswith("gs://mine/letters-version-2-")
    assert spec["trainingDatasetUri"].endswith("-train.jsonl")
    assert spec["validationDatasetUri"].endswith("-validation.jsonl")
    assert vendor.server.bodies("/upload/storage/v1/b/mine/o")[0] == data(folder)[0].read_bytes()
    with bridged(folder, SCRIPT, **known(folder, vendor, key)) as address:
        tuned = run(folder, "baseline.py", "tuned", address=address, MODEL=ENDPOINT)
        assert tuned.returncode == 0, tuned.stderr
        assert scored(folder, "tuned") == 100
        vendor.server.refuse[f"/v1beta1/{ENDPOINT}:generateContent"] = (403, "no")
        refused = run(folder, "safety.py", address=address, MODEL=ENDPOINT)
        assert "Google knows the key and refuses this (403)" in refused.stderr
    sent = asked(vendor.server, f"/v1beta1/{ENDPOINT}:generateContent")[0]
    assert sent["systemInstruction"]["parts"][0]["text"] == (folder / "system_prompt.txt").read_text("utf-8").strip()
    assert {one["role"] for one in sent["contents"]} <= {"user", "model"}
    everything = tune(folder, vendor, key, "delete", "all")
    assert everything.returncode == 0, everything.stderr
    assert vendor.deleted[:2] == [f"/v1/{ENDPOINT}", f"/v1/{MODEL}"]
    assert [path.rpartition("-")[2] for path in vendor.deleted[2:]] == ["train.jsonl", "validation.jsonl"]
    assert not vendor.deployed


def test_tools_are_called_through_the_bridge(tmp_path: Path, key: str) -> None:
    folder = made("google", tmp_path, task="agent", refusal_share=0)
    with serving(right_answers(folder)) as server:
        server.speaks = Google(server)
        with bridged(folder, SCRIPT, **known(folder, server.speaks, key)) as address:
            done = run(folder, "baseline.py", address=address, MODEL="gemini-3.5-flash")
        assert done.returncode == 0, done.stderr
        assert scored(folder, "baseline") == 100


def test_after_a_cut_nothing_is_uploaded_or_started_twice(folder: Path, vendor: Google, key: str) -> None:
    vendor.server.refuse[JOBS] = (429, "quota")
    first = tune(folder, vendor, key)
    assert (first.returncode, "it goes on where it stopped" in first.stderr) == (1, True)
    del vendor.server.refuse[JOBS]
    vendor.ends = "JOB_STATE_RUNNING"
    second = tune(folder, vendor, key, WAIT_SECONDS="0")
    assert "is still JOB_STATE_RUNNING after 0 seconds" in second.stderr
    vendor.ends = "JOB_STATE_FAILED"
    third = tune(folder, vendor, key)
    assert f"{JOB} failed: line 3 is no conversation. Mend the data" in third.stderr
    assert len(vendor.server.bodies("/upload/storage/v1/b/mine/o")) == 2
    assert "JOB_STATE_CANCELLED" in tune(folder, vendor, key, "cancel").stdout


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/token", 401, "gcloud auth application-default login"),
        ("/upload/storage/v1/b/mine/o", 403, "README.md says to whom it is open"),
        (JOBS, 404, "Check the model in kit.json"),
    ],
)
def test_what_google_refuses_is_explained_in_one_line(
    folder: Path, vendor: Google, key: str, path: str, status: int, said: str
) -> None:
    vendor.server.refuse[path] = (status, "some_code")
    done = tune(folder, vendor, key)
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1), done.stderr
    assert said in done.stderr


CHECKED = """
import json, sys
from google.genai import types
for file in sys.argv[1:]:
    for line in open(file, encoding="utf-8"):
        row = json.loads(line)
        assert row.keys() <= {"systemInstruction", "contents", "tools"}, row.keys()
        types.Content.model_validate(row["systemInstruction"])
        roles = [types.Content.model_validate(one).role for one in row["contents"]]
        assert roles == ["user", "model"] * (len(roles) // 2), roles
        [types.Tool.model_validate(one) for one in row.get("tools", ())]
print("taken")
"""


def test_the_library_takes_the_rows_of_every_kind(tmp_path: Path) -> None:
    """As its own types of conversations, which know no other field."""
    kinds = {"sft": "rewriting", "rag_sft": "qa", "distill": "agent"}
    kits = [made("google", tmp_path / option, option=option, task=task) for option, task in kinds.items()]
    assert said_by(CHECKED, *[file for folder in kits for file in data(folder)]) == "taken"
