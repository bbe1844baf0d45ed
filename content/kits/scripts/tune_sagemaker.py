"""Trains an open model in SageMaker without servers of your own, imports it into Bedrock, and takes it all away again.

    python tune_sagemaker.py               uploads, starts the job, or goes on with what job.json knows of
    python tune_sagemaker.py show          prints the job as it would be sent; nothing is sent
    python tune_sagemaker.py serve         imports the tuned model into Bedrock, where it answers without an endpoint
    python tune_sagemaker.py bridge        lets Bedrock's models answer the scripts of this kit, the tuned one, too
    python tune_sagemaker.py cancel        stops the job
    python tune_sagemaker.py delete        deletes the imported model
    python tune_sagemaker.py delete all    and the model package, its group, the weights and the files

Log in as AWS's own command does: a profile, `aws sso login`, or a role.
Set in the environment:
    AWS_REGION   a region that trains the model, as README.md names them
    BUCKET       a bucket of that region, for the files and the weights
    ROLE_ARN     a role that SageMaker and Bedrock may take on, to read that bucket and write to it
"""

import json
import sys
from collections.abc import Callable, Iterator
from typing import Any

from amazon import Amazon
from botocore.exceptions import ClientError
from bridge import Answer, bridge
from job_state import keep
from vendor_job import JOB, Seen, need, run
from words import say

ENDS = {"Completed": "done", "Failed": "failed", "Stopped": "cancelled"}
IMPORTED = {"Completed": "done", "Failed": "failed"}
HUB = "aws:hub-content/SageMakerPublicHub/Model"
"""Where SageMaker's own models stand, in every region."""
MERGED = "checkpoints/hf_merged/"
"""Below the model, the weights with the adapter in them, which Bedrock imports."""
LONGEST = 2048
"""Tokens that the imported model may answer with."""


def request(name: str, region: str, role: str, files: dict[str, str], group: str) -> dict[str, Any]:
    """The job as SageMaker takes it. What `hyperparameters` leaves out, SageMaker's recipe of the model sets."""
    return {
        "TrainingJobName": name,
        "RoleArn": role,
        "ServerlessJobConfig": {
            "JobType": "FineTuning",
            "BaseModelArn": f"arn:aws:sagemaker:{region}:{HUB}/{JOB['model']}",
            "CustomizationTechnique": "SFT",
            "Peft": "LORA",
            "AcceptEula": JOB["accept_eula"],
        },
        "HyperParameters": {name: str(value) for name, value in JOB["hyperparameters"].items()},
        "InputDataConfig": [
            {
                "ChannelName": channel,
                "DataSource": {
                    "S3DataSource": {
                        "S3DataType": "S3Prefix",
                        "S3Uri": files[kind],
                        "S3DataDistributionType": "FullyReplicated",
                    }
                },
            }
            for channel, kind in (("train", "training_file"), ("validation", "validation_file"))
            if kind in files
        ],
        "OutputDataConfig": {"S3OutputPath": output(files)},
        "ModelPackageConfig": {"ModelPackageGroupArn": group},
    }


def output(files: dict[str, str]) -> str:
    """The folder of the bucket that the job writes to."""
    return f"{files['training_file'].rpartition('/')[0]}/output/"


class SageMaker(Amazon):
    name = "Amazon SageMaker"
    charges = say("It costs by the minute while it is asked, and by the month as long as it is stored, until `delete`.")

    def __init__(self) -> None:
        super().__init__()
        self.sagemaker = self.client("sagemaker")

    def start(self, files: dict[str, str], state: dict[str, Any]) -> str:
        """Start the job; its name keeps a second try from starting another."""
        name = state["mark"]
        if "group" not in state:
            made = self.sagemaker.create_model_package_group(ModelPackageGroupName=name)
            keep(state, "group", made["ModelPackageGroupArn"])
        job = request(name, self.region, need("ROLE_ARN", self.name), files, state["group"])
        self.sagemaker.create_training_job(**job)
        keep(state, "output", output(files))
        return str(name)

    def look(self, state: dict[str, Any]) -> Seen:
        job = self.sagemaker.describe_training_job(TrainingJobName=state["job"])
        end = ENDS.get(job["TrainingJobStatus"], "")
        if end == "done":
            keep(state, "package", job["OutputModelPackageArn"])
            keep(state, "model", self.weights(state["package"]))
        losses = [f"{one['MetricName']} {one['Value']}" for one in job.get("FinalMetricDataList", ())]
        paid = [say("paid for: {n} tokens", n=job["BillableTokenCount"])] if job.get("BillableTokenCount") else []
        return Seen(job["SecondaryStatus"], end, job.get("FailureReason", ""), (*losses, *paid))

    def weights(self, package: str) -> str:
        """Where the weights lie that Bedrock can import."""
        found = self.sagemaker.describe_model_package(ModelPackageName=package)
        source = found["InferenceSpecification"]["Containers"][0]["ModelDataSource"]["S3DataSource"]["S3Uri"]
        merged = f"{source.rstrip('/')}/{MERGED}"
        bucket, _, prefix = merged.removeprefix("s3://").partition("/")
        try:
            self.s3.head_object(Bucket=bucket, Key=f"{prefix}config.json")
        except ClientError:
            return str(source)
        return merged

    def cancel(self, job: str) -> str:
        self.sagemaker.stop_training_job(TrainingJobName=job)
        return str(self.sagemaker.describe_training_job(TrainingJobName=job)["TrainingJobStatus"])

    def serve(self, state: dict[str, Any]) -> None:
        if "import" not in state:
            made = self.bedrock.create_model_import_job(
                jobName=state["mark"],
                importedModelName=state["mark"],
                roleArn=need("ROLE_ARN", self.name),
                modelDataSource={"s3DataSource": {"s3Uri": state["model"]}},
                clientRequestToken=state["mark"],
            )
            keep(state, "import", made["jobArn"])

    def serving(self, state: dict[str, Any]) -> Seen:
        found = self.bedrock.get_model_import_job(jobIdentifier=state["import"])
        end = IMPORTED.get(found["status"], "")
        if end == "done":
            keep(state, "imported", found["importedModelArn"])
        return Seen(found["status"], end, found.get("failureMessage", ""))

    def asked(self, state: dict[str, Any]) -> dict[str, str]:
        return {"MODEL": state["imported"]}

    def hosting(self, state: dict[str, Any]) -> Iterator[tuple[str, Callable[[str], Any]]]:
        def remove(name: str) -> None:
            self.bedrock.delete_imported_model(modelIdentifier=name)
            state.pop("import", None)

        yield "imported", remove

    def stored(self, state: dict[str, Any]) -> Iterator[tuple[str, Callable[[str], Any]]]:
        yield "package", lambda name: self.sagemaker.delete_model_package(ModelPackageName=name)
        yield "group", lambda name: self.sagemaker.delete_model_package_group(ModelPackageGroupName=name)
        yield "output", self.clear
        yield "training_file", self.remove
        yield "validation_file", self.remove

    def clear(self, folder: str) -> None:
        """Delete all that lies in a folder of the bucket."""
        bucket, _, prefix = folder.removeprefix("s3://").partition("/")
        for page in self.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
            for one in page.get("Contents", ()):
                self.s3.delete_object(Bucket=bucket, Key=one["Key"])

    def answer(self, body: dict[str, Any]) -> Answer:
        """An imported model takes a request of OpenAI's API as it is; Bedrock's own models are asked in its own way."""
        if ":imported-model/" not in body["model"]:
            return super().answer(body)
        asked = {"max_tokens": LONGEST, **{name: value for name, value in body.items() if name != "model"}}
        kind = "application/json"
        done = self.runtime.invoke_model(modelId=body["model"], body=json.dumps(asked), contentType=kind, accept=kind)
        said = json.loads(done["body"].read())
        used = said.get("usage", {})
        text = said["choices"][0]["message"].get("content") or ""
        return Answer(text, [], used.get("prompt_tokens", 0), 0, used.get("completion_tokens", 0))


def show(vendor: SageMaker, *_: object) -> None:
    """Print the job; what is known only later stands in capitals."""
    files = {kind: f"s3://BUCKET/NAME/{name.rpartition('/')[2]}" for kind, name in JOB["files"].items()}
    json.dump(request("NAME", vendor.region, "ROLE_ARN", files, "GROUP_ARN"), sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    run(SageMaker, "tune_sagemaker.py", {"bridge": bridge, "show": show})
