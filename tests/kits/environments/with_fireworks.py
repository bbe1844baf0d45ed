"""The kit for Fireworks: Fireworks' own library against a server on this machine, with everything that goes wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.kits.environments.vendor_kits import asked, fields, made, root, vendor_run
from tests.kits.server import Reply, Server, serving
from tests.kits.unpacked import right_answers, scored

SCRIPT = "tune_fireworks.py"
ACCOUNT = "/accounts/me"
JOBS = f"{ACCOUNT}/supervisedFineTuningJobs"


class Fireworks:
    """What Fireworks' API answers."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.ends = "JOB_STATE_COMPLETED"
        self.looked = 0
        self.datasets: dict[str, str] = {}
        self.unread = ""
        self.cost = {"units": "3", "nanos": 500_000_000, "currencyCode": "USD"}
        self.deployed = "READY"
        self.started: set[str] = set()
        self.deleted: list[str] = []

    def __call__(self, method: str, path: str, body: Any) -> Any:
        path, _, query = path.partition("?")
        path = path.removeprefix("/v1")
        if not path.startswith(ACCOUNT):
            return None
        kind, _, name = path.removeprefix(ACCOUNT + "/").partition("/")
        if method == "DELETE":
            self.deleted.append(path + ("?" + query if query else ""))
            return {}
        match kind, method:
            case "datasets", "POST" if name.endswith(":upload"):
                self.datasets[name.removesuffix(":upload")] = "READY"
                return {}
            case "datasets", "POST":
                if body["datasetId"] in self.datasets:
                    return Reply({"error": {"message": "already exists", "code": 409}}, 409)
                self.datasets[body["datasetId"]] = "UPLOADING"
                return {"name": f"accounts/me/datasets/{body['datasetId']}", "state": "UPLOADING"}
            case "datasets", _:
                if self.unread:
                    return {"state": "UPLOADING", "status": {"code": "INVALID_ARGUMENT", "message": self.unread}}
                return {"state": self.datasets[name], "status": {"code": "OK"}}
            case (("supervisedFineTuningJobs" | "dpoJobs"), "POST") if name.endswith(":cancel"):
                self.ends = "JOB_STATE_CANCELLED"
                return {}
            case (("supervisedFineTuningJobs" | "dpoJobs"), "POST"):
                wanted = query.partition("=")[2]
                if wanted in self.started:
                    return Reply({"error": {"message": "already exists", "code": 409}}, 409)
                self.started.add(wanted)
                return {"name": f"accounts/me/{kind}/{wanted}", "state": "JOB_STATE_CREATING", "dataset": "",
                        "estimatedCost": self.cost}  # fmt: skip
            case (("supervisedFineTuningJobs" | "dpoJobs"), _):
                self.looked += 1
                state = "JOB_STATE_RUNNING" if self.looked < 2 else self.ends
                failed = {"status": {"code": "INVALID_ARGUMENT", "message": "line 3 is no conversation"}}
                return {"name": name, "dataset": "", "state": state, "jobProgress": {"percent": 40 * self.looked},
                        **(failed if self.ends == "JOB_STATE_FAILED" else {})}  # fmt: skip
            case "deployments", "POST":
                return {"name": f"accounts/me/deployments/dep-{len(self.server.bodies(path))}", "state": "CREATING",
                        "baseModel": body["baseModel"]}  # fmt: skip
            case "deployments", _:
                return {"name": f"accounts/me/deployments/{name}", "state": self.deployed, "baseModel": "",
                        "status": {"code": "RESOURCE_EXHAUSTED", "message": "no GPU is free"}}  # fmt: skip
        return None


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return made("fireworks", tmp_path)


@pytest.fixture
def vendor(folder: Path) -> Iterator[Fireworks]:
    with serving(right_answers(folder)) as server:
        server.speaks = Fireworks(server)
        yield server.speaks


def tune(folder: Path, vendor: Fireworks, *arguments: str, **environment: str) -> Any:
    known = {"FIREWORKS_BASE_URL": root(vendor.server), "FIREWORKS_API_KEY": "secret-key",
             "FIREWORKS_ACCOUNT_ID": "me", **environment}  # fmt: skip
    done = vendor_run(folder, SCRIPT, *arguments, server=vendor.server, **known)
    assert "secret-key" not in done.stdout + done.stderr
    return done


def test_files_are_uploaded_the_job_is_followed_served_scored_and_deleted(folder: Path, vendor: Fireworks) -> None:
    base = tune(folder, vendor, "serve", "base")
    assert base.returncode == 0, base.stderr
    assert "MODEL=accounts/me/deployments/dep-1" in base.stdout
    assert "then: python baseline.py; python safety.py" in base.stdout
    done = tune(folder, vendor)
    assert done.returncode == 0, done.stderr
    assert "Fireworks reckons with 3.50 USD." in done.stdout
    assert "JOB_STATE_RUNNING 40%" in done.stdout
    (body,) = asked(vendor.server, JOBS)
    training, validation = vendor.datasets
    assert body == {
        "dataset": f"accounts/me/datasets/{training}",
        "evaluationDataset": f"accounts/me/datasets/{validation}",
        "baseModel": "accounts/fireworks/models/qwen3-8b",
        "outputModel": f"accounts/me/models/{next(iter(vendor.started))}",
        "epochs": 1,
    }
    served = tune(folder, vendor, "serve")
    assert served.returncode == 0, served.stderr
    assert "MODEL=accounts/me/deployments/dep-2" in served.stdout
    *_, deployment = asked(vendor.server, f"{ACCOUNT}/deployments")
    assert deployment["baseModel"] == body["outputModel"]
    assert (deployment["deploymentShape"], deployment["minReplicaCount"]) == ("default", 0)
    (policy,) = fields("fireworks.types.autoscaling_policy_param.AutoscalingPolicyParam")
    assert deployment["autoscalingPolicy"].keys() <= policy
    tuned = vendor_run(
        folder, "baseline.py", "tuned", server=vendor.server, MODEL="good", OPENAI_API_KEY="", FIREWORKS_API_KEY="key"
    )
    assert tuned.returncode == 0, tuned.stderr
    assert scored(folder, "tuned") == 100
    everything = tune(folder, vendor, "delete", "all")
    assert everything.returncode == 0, everything.stderr
    kinds = [path.removeprefix(ACCOUNT + "/").partition("/")[0] for path in vendor.deleted]
    assert kinds == ["deployments"] * 2 + ["models", "supervisedFineTuningJobs"] + ["datasets"] * 2
    assert vendor.deleted[0].endswith("ignoreChecks=true")


def test_after_a_cut_nothing_is_uploaded_or_started_twice(folder: Path, vendor: Fireworks) -> None:
    vendor.server.refuse[JOBS] = (429, "rate_limit")
    first = tune(folder, vendor, MAX_RETRIES="0")
    assert (first.returncode, "it goes on where it stopped" in first.stderr) == (1, True)
    del vendor.server.refuse[JOBS]
    vendor.ends = "JOB_STATE_RUNNING"
    second = tune(folder, vendor, WAIT_SECONDS="0")
    assert "is still JOB_STATE_RUNNING" in second.stderr
    state = (folder / "job.json").read_text("utf-8")
    (folder / "job.json").write_text(state.replace('"job":', '"lost":'), "utf-8")  # cut off before it was remembered
    vendor.ends = "JOB_STATE_COMPLETED"
    third = tune(folder, vendor)
    assert third.returncode == 0, third.stderr
    assert (len(vendor.datasets), len(vendor.started)) == (2, 1)


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        (f"{ACCOUNT}/datasets", 401, "does not take this key (401)"),
        (JOBS, 402, "wants payment first (402)"),
        (JOBS, 403, "README.md says to whom it is open"),
        (JOBS, 404, "Check the model in kit.json"),
    ],
)
def test_what_fireworks_refuses_is_explained_in_one_line(
    folder: Path, vendor: Fireworks, path: str, status: int, said: str
) -> None:
    vendor.server.refuse[path] = (status, "some_code")
    done = tune(folder, vendor, MAX_RETRIES="0")
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1), done.stderr
    assert said in done.stderr


def test_what_fails_says_why(folder: Path, vendor: Fireworks) -> None:
    vendor.unread = "line 3 is no conversation"
    unread = tune(folder, vendor)
    assert "Fireworks cannot use data/train.jsonl: line 3 is no conversation" in unread.stderr
    vendor.unread, vendor.ends = "", "JOB_STATE_FAILED"
    assert "failed: line 3 is no conversation. Mend the data" in tune(folder, vendor).stderr
    vendor.ends, vendor.deployed = "JOB_STATE_COMPLETED", "FAILED"
    assert tune(folder, vendor).returncode == 0
    served = tune(folder, vendor, "serve")
    assert "could not be made to answer: no GPU is free." in served.stderr
    assert "`python tune_fireworks.py delete` takes away" in served.stderr


def test_a_job_that_costs_more_than_it_may_is_stopped(folder: Path, vendor: Fireworks) -> None:
    done = tune(folder, vendor, MOST_USD="3")
    assert "more than MOST_USD allows, so letters-version-2-" in done.stderr
    assert vendor.ends == "JOB_STATE_CANCELLED"


def test_pairs_are_trained_on_with_dpo(tmp_path: Path) -> None:
    folder = made("fireworks", tmp_path, option="dpo")
    with serving({}) as server:
        server.speaks = Fireworks(server)
        done = tune(folder, server.speaks)
        assert done.returncode == 0, done.stderr
        (body,) = asked(server, f"{ACCOUNT}/dpoJobs")
        assert "Set FIREWORKS_ACCOUNT_ID" in tune(folder, server.speaks, FIREWORKS_ACCOUNT_ID="").stderr
    training, loss = fields(
        "fireworks.types.shared_params.training_config.TrainingConfig",
        "fireworks.types.shared_params.reinforcement_learning_loss_config.ReinforcementLearningLossConfig",
    )
    assert body["trainingConfig"].keys() <= training
    assert body["lossConfig"].keys() <= loss
    assert body["lossConfig"] == {"method": "DPO"}
    assert body["trainingConfig"]["baseModel"] == "accounts/fireworks/models/qwen3-8b"
