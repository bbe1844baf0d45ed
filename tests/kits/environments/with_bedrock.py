"""The kit for Bedrock: AWS's own library, which checks each request, against a server on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from tests.kits.environments.vendor_kits import ROLE, asked, bridged, data, made, of_amazon, said_by, vendor_run
from tests.kits.server import Reply, Server, serving
from tests.kits.unpacked import right_answers, run, scored

SCRIPT = "tune_bedrock.py"
JOBS = "/model-customization-jobs"
DEPLOYMENTS = "/model-customization/custom-model-deployments"
ARN = "arn:aws:bedrock:us-east-1:123456789012:"
JOB = f"{ARN}model-customization-job/amazon.nova-micro-v1:0:128k/abcdefghijkl"
MODEL = f"{ARN}custom-model/amazon.nova-micro-v1:0:128k/abcdefghijkl"
DEPLOYMENT = f"{ARN}custom-model-deployment/abcdefghijkl"
DAY = "2026-11-29T12:00:00Z"


class Bedrock:
    """What S3 and Bedrock answer."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.ends = "Completed"
        self.looked = 0
        self.deployed = "Active"
        self.started: set[str] = set()
        self.deleted: list[str] = []
        self.refuses = (0, "")
        """The status and the kind with which a job is refused, told as AWS does."""

    def __call__(self, method: str, path: str, body: Any) -> Any:
        path = unquote(path.partition("?")[0])
        if method == "DELETE":
            self.deleted.append(path)
            return Reply() if path.startswith("/mine/") else {}
        if path.startswith("/mine/"):
            return Reply(headers={"ETag": '"1"'})
        if path == JOBS and self.refuses[1]:
            status, kind = self.refuses
            return Reply({"message": "refused"}, status, {"x-amzn-ErrorType": kind})
        if path == JOBS:
            self.started.add(body["clientRequestToken"])
            return Reply({"jobArn": JOB}, 201)
        if path == f"{JOBS}/{JOB}/stop":
            self.ends, self.looked = "Stopped", 1
            return {}
        if path == f"{JOBS}/{JOB}":
            self.looked += 1
            return self._job("InProgress" if self.looked < 2 else self.ends)
        if path == DEPLOYMENTS:
            return Reply({"customModelDeploymentArn": DEPLOYMENT}, 202)
        if path == f"{DEPLOYMENTS}/{DEPLOYMENT}":
            return {"customModelDeploymentArn": DEPLOYMENT, "modelDeploymentName": "one", "modelArn": MODEL,
                    "createdAt": DAY, "status": self.deployed, "failureMessage": "no room"}  # fmt: skip
        if path.endswith("/converse"):
            text = body["messages"][-1]["content"][0]["text"]
            said = self.server.right[max((one for one in self.server.right if one in text), key=len)]
            return {"output": {"message": {"role": "assistant", "content": [{"text": said}]}}, "stopReason": "end_turn",
                    "usage": {"inputTokens": 120, "outputTokens": 3, "totalTokens": 123},
                    "metrics": {"latencyMs": 1}}  # fmt: skip
        return None

    def _job(self, status: str) -> Any:
        done = {"outputModelArn": MODEL, "trainingMetrics": {"trainingLoss": 0.5},
                "validationMetrics": [{"validationLoss": 0.75}]}  # fmt: skip
        return {"jobArn": JOB, "jobName": "one", "outputModelName": "one", "roleArn": ROLE, "status": status,
                "creationTime": DAY, "baseModelArn": f"{ARN}x", "trainingDataConfig": {}, "validationDataConfig": {},
                "outputDataConfig": {"s3Uri": "s3://mine/"},
                **(done if status == "Completed" else {}),
                **({"failureMessage": "line 3 is no conversation"} if status == "Failed" else {})}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return made("bedrock", tmp_path)


@pytest.fixture
def vendor(folder: Path) -> Iterator[Bedrock]:
    with serving(right_answers(folder)) as server:
        server.speaks = Bedrock(server)
        yield server.speaks


def tune(folder: Path, vendor: Bedrock, *arguments: str, **environment: str) -> Any:
    done = vendor_run(folder, SCRIPT, *arguments, server=vendor.server, **{**of_amazon(vendor.server), **environment})
    assert "secret-key" not in done.stdout + done.stderr
    return done


def test_files_are_uploaded_the_job_is_followed_served_scored_and_deleted(folder: Path, vendor: Bedrock) -> None:
    done = tune(folder, vendor)
    assert done.returncode == 0, done.stderr
    assert f"done: {MODEL}" in done.stdout
    assert "  training loss 0.5\n  validation loss 0.75" in done.stdout
    (body,) = asked(vendor.server, JOBS)
    (name,) = vendor.started
    assert body == {
        "jobName": name,
        "customModelName": name,
        "clientRequestToken": name,
        "roleArn": ROLE,
        "baseModelIdentifier": "amazon.nova-micro-v1:0:128k",
        "customizationType": "FINE_TUNING",
        "trainingDataConfig": {"s3Uri": f"s3://mine/{name}/train.jsonl"},
        "validationDataConfig": {"validators": [{"s3Uri": f"s3://mine/{name}/validation.jsonl"}]},
        "outputDataConfig": {"s3Uri": f"s3://mine/{name}/output/"},
        "hyperParameters": {},
    }
    assert vendor.server.bodies(f"/mine/{name}/train.jsonl") == [data(folder)[0].read_bytes()]
    served = tune(folder, vendor, "serve")
    assert served.returncode == 0, served.stderr
    assert f"next: export MODEL={DEPLOYMENT}" in served.stdout
    with bridged(folder, SCRIPT, **of_amazon(vendor.server)) as address:
        tuned = run(folder, "baseline.py", "tuned", address=address, MODEL=DEPLOYMENT, TEMPERATURE="0")
        assert tuned.returncode == 0, tuned.stderr
        assert scored(folder, "tuned") == 100
    everything = tune(folder, vendor, "delete", "all")
    assert everything.returncode == 0, everything.stderr
    assert vendor.deleted == [
        f"{DEPLOYMENTS}/{DEPLOYMENT}",
        f"/custom-models/{MODEL}",
        f"/mine/{name}/train.jsonl",
        f"/mine/{name}/validation.jsonl",
    ]


def test_after_a_cut_nothing_is_started_twice_and_a_failed_job_says_why(folder: Path, vendor: Bedrock) -> None:
    vendor.server.refuse[JOBS] = (429, "ThrottlingException")
    first = tune(folder, vendor)
    assert (first.returncode, "it goes on where it stopped" in first.stderr) == (1, True)
    del vendor.server.refuse[JOBS]
    vendor.ends = "InProgress"
    assert "is still InProgress after 0 seconds" in tune(folder, vendor, WAIT_SECONDS="0").stderr
    vendor.ends = "Failed"
    assert f"{JOB} failed: line 3 is no conversation. Mend the data" in tune(folder, vendor).stderr
    assert len(vendor.started) == 1
    assert f"{JOB}: Stopped" in tune(folder, vendor, "cancel").stdout


@pytest.mark.parametrize(
    ("environment", "refused", "said"),
    [
        ({"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}, (0, ""), "does not take this key (401)"),
        ({}, (403, "UnrecognizedClientException"), "does not take this key (401)"),
        ({}, (403, "AccessDeniedException"), "README.md says to whom it is open"),
        ({}, (404, "ResourceNotFoundException"), "Check the model in kit.json"),
        ({"ROLE_ARN": ""}, (0, ""), "Set ROLE_ARN in the environment"),
    ],
)
def test_what_aws_refuses_is_explained_in_one_line(
    folder: Path, vendor: Bedrock, environment: dict[str, str], refused: tuple[int, str], said: str
) -> None:
    vendor.refuses = refused
    done = tune(folder, vendor, **environment)
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1), done.stderr
    assert said in done.stderr


def test_a_model_that_does_not_come_up_says_so(folder: Path, vendor: Bedrock) -> None:
    assert tune(folder, vendor).returncode == 0
    vendor.deployed = "Failed"
    assert "could not be made to answer: no room." in tune(folder, vendor, "serve").stderr


CHECKED = """
import json, sys
from botocore.session import Session
from botocore.validate import ParamValidator
model = Session().get_service_model("bedrock-runtime")
for file in sys.argv[1:]:
    for line in open(file, encoding="utf-8"):
        row = json.loads(line)
        assert row.keys() == {"schemaVersion", "system", "messages"}, row.keys()
        for name, key in (("Messages", "messages"), ("SystemContentBlocks", "system")):
            found = ParamValidator().validate(row[key], model.shape_for(name))
            assert not found.has_errors(), found.generate_report()
print("taken")
"""


def test_conversations_are_those_of_amazons_description(tmp_path: Path) -> None:
    """Of the interface called Converse, after which the format of training files is named."""
    kits = [made("bedrock", tmp_path / task, task=task) for task in ("rewriting", "qa", "dialogue")]
    assert said_by(CHECKED, *[file for folder in kits for file in data(folder)]) == "taken"
