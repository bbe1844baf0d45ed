"""The kit for Together: Together's own library against a server on this machine, with everything that goes wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.kits.environments.vendor_kits import asked, data, made, root, said_by, vendor_run
from tests.kits.server import Reply, Server, serving
from tests.kits.unpacked import right_answers, scored

JOBS = "/fine-tunes"
SCRIPT = "tune_together.py"
DEPLOYMENT = "/v2/projects/p-1/endpoints/ep_1/deployments/dep_1"


class Together:
    """What Together's API answers."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.status = ["pending", "running"]
        self.ends = "completed"
        self.looked = 0
        self.file = "COMPLETED"
        self.price = 3.5
        self.allowed = True
        self.configs = ["cr_1"]
        self.replicas = 1
        self.deleted: list[str] = []

    def __call__(self, method: str, path: str, body: Any) -> Any:
        path = path.partition("?")[0].removeprefix("/v1")
        if method == "DELETE":
            self.deleted.append(path)
            return {"id": path.rsplit("/", 1)[-1], "deleted": True}
        if path == "/files":
            there = {
                "Location": f"{root(self.server)}/put",
                "X-Together-File-Id": f"file-{len(self.server.bodies('/files'))}",
            }
            return Reply({}, 302, there)
        if path == "/put":
            return {}
        if found := re.fullmatch(r"/files/(file-\d)(/preprocess)?", path):
            return self._file(found[1])
        match path, method:
            case "/fine-tunes/models/limits", _:
                return LIMITS
            case "/fine-tunes/estimate-price", _:
                return {"estimation_available": True, "allowed_to_proceed": self.allowed,
                        "estimated_total_price": self.price}  # fmt: skip
            case "/fine-tunes", "POST":
                return self._job("pending")
            case "/fine-tunes/ft-1/events", _:
                return {"data": [self._event(n, text) for n, text in enumerate(EVENTS[: self.looked + 1])]}
            case "/fine-tunes/ft-1/cancel", _:
                return self._job("cancelled")
            case "/fine-tunes/ft-1", _:
                self.looked += 1
                return self._job(self.status[self.looked - 1] if self.looked <= len(self.status) else self.ends)
            case "/v3/whoami", _:
                return WHO
            case "/v2/projects/p-1/configs", _:
                return {"data": [{**CONFIG, "id": one} for one in self.configs]}
            case "/v2/projects/p-1/endpoints", "POST":
                return self._endpoint(json.loads(body)["name"] if isinstance(body, bytes) else body["name"])
            case "/v2/projects/p-1/endpoints/ep_1", _:
                return self._endpoint("letters")
            case "/v2/projects/p-1/endpoints/ep_1/deployments", _:
                return self._deployment()
            case one, _ if one == DEPLOYMENT:
                if method == "PATCH":
                    self.replicas = body["autoscaling"]["maxReplicas"]
                return self._deployment()
        return None

    def _file(self, name: str) -> Any:
        report = {"valid": False, "error": "line 3 is no conversation", "error_type": "INVALID_FORMAT"}
        return {"id": name, "bytes": 1, "created_at": 1, "filename": "train.jsonl", "FileType": "jsonl",
                "object": "file", "purpose": "fine-tune", "processing_status": self.file,
                "validation_report": report if self.file == "INVALID_FORMAT" else None}  # fmt: skip

    def _job(self, status: str) -> Any:
        done = {"model_object_id": "ml_1", "model_object_name": "me/letters"} if status == "completed" else {}
        return {"id": "ft-1", "status": status, "user_id": "u-1", "created_at": DAY, "updated_at": DAY, **done}

    def _event(self, n: int, text: str) -> Any:
        return {"object": "fine-tune-event", "created_at": f"{DAY}{n}", "message": text, "type": "job_pending"}

    def _endpoint(self, name: str) -> Any:
        return {"id": "ep_1", "name": f"me/{name}", "createdAt": DAY, "updatedAt": DAY, "deployments": [], "etag": "e",
                "endpointType": "ENDPOINT_TYPE_DEDICATED", "projectId": "p-1", "trafficSplit": [],
                "visibility": "VISIBILITY_PRIVATE"}  # fmt: skip

    def _deployment(self) -> Any:
        end = "READY" if self.replicas else "STOPPED"
        return {"id": "dep_1", "status": {"state": f"DEPLOYMENT_STATE_{end}", "message": ""}, "etag": "e",
                "createdAt": DAY, "updatedAt": DAY}  # fmt: skip


DAY = "2026-11-29T12:00:00Z"
EVENTS = ("Job is pending", "Training has started", "Step 1", "line 3 is no conversation")
WHO = {
    "type": "project_api_key",
    "api_key": {"id": "k-1", "name": "k"},
    "organization": {"id": "o-1", "name": "o"},
    "project": {"id": "p-1", "name": "p", "slug": "me"},
}
CONFIG = {
    "projectId": "p-0",
    "referenceModel": "projects/p-1/models/ml_1",
    "referenceModelId": "ml_1",
    "certifications": [],
    "selectors": [{"key": "accelerator_type", "value": "nvidia-h100-80gb"}],
}
LIMITS = {
    "default_gradient_accumulation_steps": 1, "max_learning_rate": 0.1, "min_learning_rate": 0.0,
    "max_num_checkpoints": 10, "max_num_epochs": 20, "max_num_evals": 100, "max_seq_length_dpo": 8192,
    "max_seq_length_sft": 16384, "min_max_seq_length": 128, "merge_output_lora": True, "model_name": "Qwen/Qwen3.5-9B",
    "supports_full_training": False, "supports_reasoning": True, "supports_tools": True, "supports_vision": False,
    "lora_training": {"default_rank": 16, "max_batch_size": 8, "max_batch_size_dpo": 8, "max_rank": 64,
                      "min_batch_size": 8, "target_modules": ["q_proj"]},
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return made("together", tmp_path)


@pytest.fixture
def vendor(folder: Path) -> Iterator[Together]:
    with serving(right_answers(folder)) as server:
        server.speaks = Together(server)
        yield server.speaks


def tune(folder: Path, vendor: Together, *arguments: str, **environment: str) -> Any:
    known = {"TOGETHER_BASE_URL": root(vendor.server), "TOGETHER_API_KEY": "secret-key", **environment}
    done = vendor_run(folder, SCRIPT, *arguments, server=vendor.server, **known)
    assert "secret-key" not in done.stdout + done.stderr
    return done


def test_files_are_uploaded_the_job_is_followed_served_scored_and_deleted(folder: Path, vendor: Together) -> None:
    done = tune(folder, vendor)
    assert done.returncode == 0, done.stderr
    assert "uploaded data/train.jsonl as file-1" in done.stdout
    assert "Together reckons with 3.50 USD." in done.stdout
    assert [line for line in done.stdout.splitlines() if line.startswith("  ") and line.strip() in EVENTS] == [
        f"  {text}" for text in EVENTS
    ]
    assert "done: me/letters" in done.stdout
    (body,) = asked(vendor.server, JOBS)
    assert {name: body[name] for name in ("model", "suffix", "training_file", "validation_file", "n_evals")} == {
        "model": "Qwen/Qwen3.5-9B",
        "suffix": "letters-version-2",
        "training_file": "file-1",
        "validation_file": "file-2",
        "n_evals": 1,
    }
    assert body["training_method"]["method"] == "sft"
    assert body["training_type"]["type"] == "Lora"
    served = tune(folder, vendor, "serve")
    assert served.returncode == 0, served.stderr
    assert "MODEL=me/letters-version-2-ft-1" in served.stdout
    (deployment,) = asked(vendor.server, "/v2/projects/p-1/endpoints/ep_1/deployments")
    assert deployment["model"] == "projects/p-1/models/ml_1"
    assert deployment["config"] == "projects/p-0/configs/cr_1"
    assert deployment["inactiveTimeout"] == 30
    tuned = vendor_run(
        folder, "baseline.py", "tuned", server=vendor.server, MODEL="good", OPENAI_API_KEY="", TOGETHER_API_KEY="key"
    )
    assert tuned.returncode == 0, tuned.stderr
    assert scored(folder, "tuned") == 100
    assert tune(folder, vendor, "delete").returncode == 0
    assert vendor.deleted == [DEPLOYMENT, "/v2/projects/p-1/endpoints/ep_1"]
    assert vendor.replicas == 0
    everything = tune(folder, vendor, "delete", "all")
    assert everything.returncode == 0, everything.stderr
    assert vendor.deleted[2:] == ["/v2/projects/p-1/models/ml_1", "/fine-tunes/ft-1", "/files/file-1", "/files/file-2"]


def test_after_a_cut_nothing_is_uploaded_or_started_twice(folder: Path, vendor: Together) -> None:
    vendor.server.refuse[JOBS] = (429, "rate_limit")
    first = tune(folder, vendor, MAX_RETRIES="0")
    assert (first.returncode, "it goes on where it stopped" in first.stderr) == (1, True)
    del vendor.server.refuse[JOBS]
    vendor.ends = "running"
    second = tune(folder, vendor, WAIT_SECONDS="0")
    assert "ft-1 is still pending after 0 seconds" in second.stderr
    vendor.ends = "completed"
    third = tune(folder, vendor)
    assert third.returncode == 0, third.stderr
    assert len(vendor.server.bodies("/files")) == 2
    assert len(vendor.server.bodies(JOBS)) == 2  # the one that was refused, and the one that ran
    assert "  Job is pending" in second.stdout
    assert "  Job is pending" not in third.stdout


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/files", 401, "does not take this key (401)"),
        (JOBS, 402, "wants payment first (402)"),
        (JOBS, 403, "README.md says to whom it is open"),
        ("/fine-tunes/ft-1", 404, "knows no such model, file or job (404)"),
        (JOBS, 500, "refused (500)"),
    ],
)
def test_what_together_refuses_is_explained_in_one_line(
    folder: Path, vendor: Together, path: str, status: int, said: str
) -> None:
    vendor.server.refuse[path] = (status, "some_code")
    done = tune(folder, vendor, MAX_RETRIES="0")
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1), done.stderr
    assert said in done.stderr


def test_a_file_that_it_cannot_read_and_a_failed_job_say_why(folder: Path, vendor: Together) -> None:
    vendor.file = "INVALID_FORMAT"
    unread = tune(folder, vendor)
    assert "Together cannot use data/train.jsonl: line 3 is no conversation" in unread.stderr
    vendor.file, vendor.ends = "COMPLETED", "error"
    failed = tune(folder, vendor)
    assert "ft-1 failed: line 3 is no conversation. Mend the data" in failed.stderr
    assert "delete job.json" in failed.stderr


def test_nothing_is_started_that_costs_more_than_it_may(folder: Path, vendor: Together) -> None:
    dear = tune(folder, vendor, MOST_USD="3")
    assert "more than MOST_USD allows" in dear.stderr
    vendor.allowed = False
    assert "The credit does not cover it" in tune(folder, vendor).stderr
    assert not vendor.server.bodies(JOBS)


def test_of_several_gpus_one_has_to_be_named(folder: Path, vendor: Together) -> None:
    assert "No tuned model is known yet" in tune(folder, vendor, "serve").stderr
    assert tune(folder, vendor).returncode == 0
    vendor.configs = ["cr_1", "cr_2"]
    several = tune(folder, vendor, "serve")
    assert "cr_2: accelerator_type nvidia-h100-80gb" in several.stdout
    assert "Name one of these in CONFIG" in several.stderr
    vendor.configs = []
    assert "rents no GPU for this model" in tune(folder, vendor, "serve").stderr
    vendor.configs = ["cr_1", "cr_2"]
    assert tune(folder, vendor, "serve", CONFIG="cr_2").returncode == 0


def test_a_job_can_be_stopped_and_what_was_typed_wrong_is_told(folder: Path, vendor: Together) -> None:
    assert "job.json names no job" in tune(folder, vendor, "cancel").stderr
    assert "python tune_together.py serve" in tune(folder, vendor, "sreve").stderr
    assert "Set TOGETHER_API_KEY" in tune(folder, vendor, TOGETHER_API_KEY="").stderr
    (folder / "job.json").write_text('{"job": "ft-1"}', "utf-8")
    assert "ft-1: cancelled" in tune(folder, vendor, "cancel").stdout


def test_pairs_are_trained_on_with_dpo_and_an_earlier_job_goes_on(tmp_path: Path) -> None:
    folder = made("together", tmp_path, option="dpo")
    with serving({}) as server:
        server.speaks = Together(server)
        done = tune(folder, server.speaks, FROM_CHECKPOINT="ft-0")
        assert done.returncode == 0, done.stderr
        (body,) = asked(server, JOBS)
    assert body["training_method"]["method"] == "dpo"
    assert body["from_checkpoint"] == "ft-0"
    assert "model" not in body


CHECKED = "import sys; from together.lib import check_file as check; print(*map(check, sys.argv[1:]), sep='\\n')"


def test_the_library_takes_the_rows_of_every_kind(tmp_path: Path) -> None:
    """By what `files.upload` checks before it sends anything."""
    kinds = {"sft": "rewriting", "dpo": "rewriting", "rag_sft": "qa", "distill": "agent"}
    kits = [made("together", tmp_path / option, option=option, task=task) for option, task in kinds.items()]
    files = [file for folder in kits for file in data(folder)]
    reports = said_by(CHECKED, *files).splitlines()
    assert len(reports) == 2 * len(kinds)
    assert all("'is_check_passed': True" in report for report in reports)
    (tmp_path / "bad.jsonl").write_text('{"messages": \n', "utf-8")
    assert "'is_check_passed': False" in said_by(CHECKED, tmp_path / "bad.jsonl")


def test_a_route_that_has_ended_uploads_nothing(folder: Path, vendor: Together) -> None:
    settings = json.loads((folder / "kit.json").read_text("utf-8"))
    settings["job"]["closed_from"] = "2026-01-01"
    (folder / "kit.json").write_text(json.dumps(settings), "utf-8")
    done = tune(folder, vendor)
    assert "Together starts no more jobs for Qwen/Qwen3.5-9B since 2026-01-01" in done.stderr
    assert not vendor.server.asked
