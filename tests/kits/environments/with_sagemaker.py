"""The kit for SageMaker: AWS's own library, which checks each request, against a server on this machine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from tests.kits.environments.vendor_kits import ROLE, asked, bridged, data, made, of_amazon, vendor_run
from tests.kits.server import Reply, Server, serving
from tests.kits.unpacked import right_answers, run, scored

SCRIPT = "tune_sagemaker.py"
JOB = "SageMaker.CreateTrainingJob"
IMPORTS = "/model-import-jobs"
ARN = "arn:aws:sagemaker:us-east-1:123456789012:"
IMPORT = "arn:aws:bedrock:us-east-1:123456789012:model-import-job/abcdefghijkl"
IMPORTED = "arn:aws:bedrock:us-east-1:123456789012:imported-model/abcdefghijkl"
DAY = 1_796_000_000.0
KEYS = ("output/one/model/config.json", "output/one/model/weights.safetensors")


class Amazon:
    """What S3, SageMaker and Bedrock answer."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.ends = "Completed"
        self.imports = "Completed"
        self.merged = True
        self.looked = 0
        self.started: set[str] = set()
        self.deleted: list[str] = []

    def __call__(self, method: str, path: str, body: Any) -> Any:
        path, _, query = unquote(path).partition("?")
        if path.startswith("SageMaker."):
            return self.sagemaker(path.removeprefix("SageMaker."), body)
        if path.startswith("/mine"):
            return self.bucket(method, path, query)
        if method == "DELETE":
            self.deleted.append(path)
            return {}
        if path == IMPORTS:
            return Reply({"jobArn": IMPORT}, 201)
        if path == f"{IMPORTS}/{IMPORT}":
            return {
                "jobArn": IMPORT,
                "status": self.imports,
                "importedModelArn": IMPORTED,
                "failureMessage": "of a kind",
            }
        if path == f"/model/{IMPORTED}/invoke":
            said = self.said(body["messages"][-1]["content"])
            return {"choices": [{"message": {"content": said}}], "usage": {"prompt_tokens": 9, "completion_tokens": 3}}
        if path.endswith("/converse"):
            text = self.said(body["messages"][-1]["content"][0]["text"])
            return {"output": {"message": {"role": "assistant", "content": [{"text": text}]}}, "stopReason": "end_turn",
                    "usage": {"inputTokens": 9, "outputTokens": 3, "totalTokens": 12},
                    "metrics": {"latencyMs": 1}}  # fmt: skip
        return None

    def said(self, text: str) -> str:
        return self.server.right[max((one for one in self.server.right if one in text), key=len)]

    def bucket(self, method: str, path: str, query: str) -> Any:
        if method == "GET":
            found = "".join(f"<Contents><Key>{key}</Key><Size>1</Size></Contents>" for key in KEYS)
            xml = f"<ListBucketResult><IsTruncated>false</IsTruncated>{found}</ListBucketResult>"
            return Reply(xml, headers={"Content-Type": "application/xml"})
        if method == "HEAD":
            return Reply(status=200 if self.merged else 404)
        if method == "DELETE":
            self.deleted.append(path)
        return Reply(headers={"ETag": '"1"'})

    def sagemaker(self, wanted: str, body: Any) -> Any:
        match wanted:
            case "CreateModelPackageGroup":
                return {"ModelPackageGroupArn": f"{ARN}model-package-group/{body['ModelPackageGroupName']}"}
            case "CreateTrainingJob":
                self.started.add(body["TrainingJobName"])
                return {"TrainingJobArn": f"{ARN}training-job/{body['TrainingJobName']}"}
            case "StopTrainingJob":
                self.ends, self.looked = "Stopped", 1
                return {}
            case "DescribeTrainingJob":
                self.looked += 1
                status = "InProgress" if self.looked < 2 else self.ends
                done = {
                    "OutputModelPackageArn": f"{ARN}model-package/one/1",
                    "BillableTokenCount": 1234,
                    "FinalMetricDataList": [{"MetricName": "eval_loss", "Value": 0.5, "Timestamp": DAY}],
                }
                return {
                    "TrainingJobName": body["TrainingJobName"],
                    "TrainingJobStatus": status,
                    "SecondaryStatus": status,
                    "FailureReason": "row 3 has no answer",
                    **(done if status == "Completed" else {}),
                }
            case "DescribeModelPackage":
                source = {"S3DataSource": {"S3Uri": "s3://mine/output/one/model/", "S3DataType": "S3Prefix"}}
                return {"InferenceSpecification": {"Containers": [{"ModelDataSource": source}]}}
        self.deleted.append(wanted)
        return {}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return made("sagemaker", tmp_path)


@pytest.fixture
def vendor(folder: Path) -> Iterator[Amazon]:
    with serving(right_answers(folder)) as server:
        server.speaks = Amazon(server)
        yield server.speaks


def tune(folder: Path, vendor: Amazon, *arguments: str, **environment: str) -> Any:
    done = vendor_run(folder, SCRIPT, *arguments, server=vendor.server, **{**of_amazon(vendor.server), **environment})
    assert "secret-key" not in done.stdout + done.stderr
    return done


def test_files_are_uploaded_the_job_is_followed_imported_scored_and_all_is_deleted(
    folder: Path, vendor: Amazon
) -> None:
    shown = json.loads(tune(folder, vendor, "show").stdout)
    assert vendor.server.asked == []
    done = tune(folder, vendor)
    assert done.returncode == 0, done.stderr
    assert "done: s3://mine/output/one/model/checkpoints/hf_merged/" in done.stdout
    assert "  eval_loss 0.5\n  paid for: 1234 tokens" in done.stdout
    (body,) = asked(vendor.server, JOB)
    (name,) = vendor.started
    base = "arn:aws:sagemaker:us-east-1:aws:hub-content/SageMakerPublicHub/Model/openai-reasoning-gpt-oss-20b"
    assert body["ServerlessJobConfig"] == {
        "JobType": "FineTuning",
        "BaseModelArn": base,
        "CustomizationTechnique": "SFT",
        "Peft": "LORA",
        "AcceptEula": False,
    }
    sources = {one["ChannelName"]: one["DataSource"]["S3DataSource"]["S3Uri"] for one in body["InputDataConfig"]}
    assert sources == {part: f"s3://mine/{name}/{part}.jsonl" for part in ("train", "validation")}
    assert (body["RoleArn"], body["OutputDataConfig"]) == (ROLE, {"S3OutputPath": f"s3://mine/{name}/output/"})
    assert body["ModelPackageConfig"]["ModelPackageGroupArn"].endswith(f"/{name}")
    assert shown.keys() == body.keys()
    assert shown["ServerlessJobConfig"] == body["ServerlessJobConfig"]
    assert vendor.server.bodies(f"/mine/{name}/train.jsonl") == [data(folder)[0].read_bytes()]
    served = tune(folder, vendor, "serve")
    assert f"next: export MODEL={IMPORTED}" in served.stdout, served.stderr
    (importing,) = asked(vendor.server, IMPORTS)
    assert importing["modelDataSource"]["s3DataSource"]["s3Uri"].endswith("/hf_merged/")
    with bridged(folder, SCRIPT, **of_amazon(vendor.server)) as address:
        for model, answers in ((IMPORTED, "tuned"), ("openai.gpt-oss-20b-1:0", "baseline")):
            ran = run(folder, "baseline.py", answers, address=address, MODEL=model, TEMPERATURE="0")
            assert ran.returncode == 0, ran.stderr
            assert scored(folder, answers) == 100
    everything = tune(folder, vendor, "delete", "all")
    assert everything.returncode == 0, everything.stderr
    assert vendor.deleted == [
        f"/imported-models/{IMPORTED}",
        "DeleteModelPackage",
        "DeleteModelPackageGroup",
        *(f"/mine/{key}" for key in KEYS),
        f"/mine/{name}/train.jsonl",
        f"/mine/{name}/validation.jsonl",
    ]


def test_after_a_cut_nothing_is_started_twice_and_a_failed_job_says_why(folder: Path, vendor: Amazon) -> None:
    vendor.server.refuse[JOB] = (429, "ThrottlingException")
    first = tune(folder, vendor)
    assert (first.returncode, "it goes on where it stopped" in first.stderr) == (1, True), first.stderr
    del vendor.server.refuse[JOB]
    vendor.ends = "InProgress"
    assert "is still InProgress after 0 seconds" in tune(folder, vendor, WAIT_SECONDS="0").stderr
    vendor.ends = "Failed"
    assert "failed: row 3 has no answer. Mend the data" in tune(folder, vendor).stderr
    assert len(vendor.server.bodies("SageMaker.CreateModelPackageGroup")) == len(vendor.started) == 1
    assert "Stopped" in tune(folder, vendor, "cancel").stdout


def test_what_is_not_merged_is_imported_as_it_is_and_a_failed_import_says_why(folder: Path, vendor: Amazon) -> None:
    vendor.merged = False
    assert "done: s3://mine/output/one/model/\n" in tune(folder, vendor).stdout
    vendor.imports = "Failed"
    assert "could not be made to answer: of a kind." in tune(folder, vendor, "serve").stderr


@pytest.mark.parametrize(
    ("environment", "status", "said"),
    [
        ({"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}, 400, "does not take this key (401)"),
        ({}, 403, "README.md says to whom it is open"),
        ({"ROLE_ARN": ""}, 400, "Set ROLE_ARN in the environment"),
    ],
)
def test_what_aws_refuses_is_explained_in_one_line(
    folder: Path, vendor: Amazon, environment: dict[str, str], status: int, said: str
) -> None:
    vendor.server.refuse[JOB] = (status, "some_code")
    done = tune(folder, vendor, **environment)
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1), done.stderr
    assert said in done.stderr
